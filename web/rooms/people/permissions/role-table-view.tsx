import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Answer } from '../../../app/answer.tsx';
import { roleName } from '../../../app/session.ts';
import { rich } from '../../../messages/rich.tsx';
import { t } from '../../../messages/translate.ts';
import { Button, Card, Page, PageHeadline, SelectField, TextField } from '../../../ui/index.ts';
import { actionInWords } from '../action-words.ts';
import { policiesQuery } from '../people-questions.ts';
import { PeopleTabs } from '../people-tabs.tsx';
import { roomName } from './acts-table.tsx';
import { type Cell, cellOf, groupedByRoom, type TableRow } from './answers.ts';
import { ViewChoice } from './permissions-page.tsx';
import type { PermissionsSearch } from './search.ts';

const route = getRouteApi('/people/permissions');

/** The whole table: every act by every role, as the policies in force answer it. */
export function RoleTableView() {
  const { role, find = '' } = route.useSearch();
  const navigate = useNavigate({ from: '/people/permissions' });
  const choose = (change: Partial<PermissionsSearch>) => {
    navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false }).catch(() => undefined);
  };
  return (
    <Answer query={useQuery(policiesQuery)}>
      {({ table }) => {
        const roles = table[0]?.cells.map((cell) => cell.role) ?? [];
        const shown = roles.filter((one) => role === undefined || one === role);
        const groups = groupedByRoom(table, find);
        return (
          <Page>
            <PageHeadline place={t('people.permissions.title')} precise={t('people.permissions.table.precise')}>
              {rich('people.permissions.table.headline', { count: table.length, roles: roles.length })}
            </PageHeadline>
            <PeopleTabs />
            <ViewChoice />
            <Card>
              <div className="stack gap-4">
                <div className="form-grid">
                  <SelectField
                    label={t('people.permissions.table.role')}
                    value={role ?? ''}
                    options={[
                      { value: '', label: t('people.permissions.table.role.all') },
                      ...roles.map((value) => ({ value, label: roleName([value]) })),
                    ]}
                    onChange={(value) => choose({ role: value || undefined })}
                  />
                  <TextField
                    label={t('people.permissions.table.filter')}
                    type="search"
                    value={find}
                    onChange={(text) => choose({ find: text || undefined })}
                  />
                </div>
                <p className="dim small">{t('people.permissions.legend')}</p>
                {groups.length === 0 ? (
                  <div className="row gap-3">
                    <p>{t('people.permissions.table.none')}</p>
                    <Button onClick={() => choose({ find: undefined })}>
                      {t('people.permissions.table.none.clear')}
                    </Button>
                  </div>
                ) : (
                  <RoleTable groups={groups} roles={shown} />
                )}
              </div>
            </Card>
          </Page>
        );
      }}
    </Answer>
  );
}

function RoleTable({ groups, roles }: { groups: { room: string; rows: TableRow[] }[]; roles: readonly string[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard.
    <section className="role-table" tabIndex={0} aria-label={t('people.permissions.table.caption')}>
      <table data-single={roles.length === 1 || undefined}>
        <caption className="visually-hidden">{t('people.permissions.table.caption')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('people.permissions.acts.act')}</th>
            {roles.map((role) => (
              <th key={role} scope="col">
                {roleName([role])}
              </th>
            ))}
          </tr>
        </thead>
        {groups.map(({ room, rows }) => (
          <tbody key={room}>
            <tr>
              <th colSpan={roles.length + 1} scope="rowgroup" className="role-table-room">
                {roomName(room)}
              </th>
            </tr>
            {rows.map((row) => (
              <tr key={row.action}>
                <th scope="row">{actionInWords(row.action)}</th>
                {roles.map((role) => (
                  <RoleCell key={role} cell={cellOf(row.cells.find((one) => one.role === role)?.answer ?? 'no')} />
                ))}
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </section>
  );
}

function RoleCell({ cell }: { cell: Cell }) {
  if (cell.where === 'no') {
    return (
      <td data-where="no">
        <span aria-hidden="true">{'\u2013'}</span>
        <span className="visually-hidden">{t('people.permissions.cell.no')}</span>
      </td>
    );
  }
  return (
    <td data-where={cell.where}>
      <span title={t(`people.permissions.cell.${cell.where}.long`)}>{t(`people.permissions.cell.${cell.where}`)}</span>
      {cell.less === undefined ? null : <small>{t(`people.permissions.cell.${cell.less}`)}</small>}
      {cell.isAfterSecondFactor ? <small>{t('people.permissions.cell.step-up')}</small> : null}
    </td>
  );
}
