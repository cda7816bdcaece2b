import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { t, tMaybe } from '../../../messages/translate.ts';
import { AppLink, Card, type DataColumn, DataTable, StatusMark } from '../../../ui/index.ts';
import { actionInWords } from '../action-words.ts';
import { type Decision, markOf, roomOf, verdictOf } from './answers.ts';
import type { PermissionsSearch } from './search.ts';

const route = getRouteApi('/people/permissions');
const pageSize = 100;

export const roomName = (action: string): string =>
  tMaybe(`people.permissions.room.${roomOf(action)}`) ?? roomOf(action);

/** The answer to every act at once; each opens why. */
export function ActsTable({ decisions }: { decisions: Decision[] }) {
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/people/permissions' });
  return (
    <Card title={t('people.permissions.acts')} isFlush>
      <DataTable
        id="permissions"
        caption={t('people.permissions.acts')}
        columns={columnsFor(search)}
        rows={decisions}
        rowId={({ action }) => action}
        view={search}
        onView={(view) => {
          navigate({ search: (old) => ({ ...old, ...view }), resetScroll: false }).catch(() => undefined);
        }}
        pageSize={pageSize}
      />
    </Card>
  );
}

const columnsFor = (search: PermissionsSearch): DataColumn<Decision>[] => [
  { id: 'room', header: t('people.permissions.acts.room'), value: ({ action }) => roomName(action) },
  {
    id: 'act',
    header: t('people.permissions.acts.act'),
    value: ({ action }) => actionInWords(action),
    cell: ({ action }) => (
      <AppLink to="/people/permissions" search={{ ...search, filter: undefined, page: undefined, action }}>
        {actionInWords(action)}
      </AppLink>
    ),
  },
  {
    id: 'answer',
    header: t('people.permissions.acts.answer'),
    value: (decision) => t(`people.permissions.answer.${verdictOf(decision)}`),
    cell: (decision) => {
      const verdict = verdictOf(decision);
      return <StatusMark status={markOf[verdict]} word={t(`people.permissions.answer.${verdict}`)} isQuiet />;
    },
  },
  {
    id: 'policies',
    header: t('people.permissions.acts.policies'),
    value: ({ policies }) => policies.map(({ id }) => id).join(', ') || null,
    cell: ({ policies }) =>
      policies.length === 0 ? '\u2013' : <code className="small">{policies.map(({ id }) => id).join(', ')}</code>,
  },
  { id: 'name', header: t('people.permissions.acts.name'), value: ({ action }) => action, isHidden: true },
];
