import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { z } from 'zod';
import { accessPageSchema } from '../../../../src/people/contract.ts';
import { Answer } from '../../../app/answer.tsx';
import { apiQuery } from '../../../app/api.ts';
import { useSession } from '../../../app/session.ts';
import { rich } from '../../../messages/rich.tsx';
import { t, tMaybe } from '../../../messages/translate.ts';
import {
  AppLink,
  Button,
  Card,
  type DataColumn,
  DataTable,
  EmptyState,
  Row,
  StatusMark,
  Time,
} from '../../../ui/index.ts';
import { actionInWords } from '../action-words.ts';
import { useNames } from '../people-questions.ts';
import { AccessFrame } from './access-page.tsx';
import { AccessSearchForm } from './access-search-form.tsx';
import { asked, exportAddress, whoseFor } from './search.ts';

type Access = z.output<typeof accessPageSchema>['accesses'][number];

const route = getRouteApi('/people/access');
const pageSize = 50;

/** Every access to data of single persons: who, what, why, and on which permission. */
export function RecordView() {
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/people/access' });
  const { person, organisationId, organisation, roles } = useSession();
  const names = useNames();
  const reader = { id: person?.id, organisationId, roles };
  const values = asked(search, reader);
  const whose = search.whose ?? whoseFor(reader)[0] ?? 'mine';
  const query = useQuery({
    ...apiQuery('/api/v1/people/access-record', accessPageSchema, {
      ...values,
      before: search.before,
      limit: pageSize,
    }),
    enabled: person !== undefined,
    placeholderData: keepPreviousData,
    // Looking here is recorded too: nothing is asked again behind the reader's back.
    refetchOnWindowFocus: false,
  });
  const go = (before: string | undefined) => {
    navigate({ search: (old) => ({ ...old, before }) }).catch(() => undefined);
  };
  return (
    <Answer query={query}>
      {({ accesses, next }) => (
        <AccessFrame
          headline={rich(`people.access.headline.${whose}`, { organisation: organisation ?? '' })}
          precise={t('people.access.precise')}
        >
          <AccessSearchForm />
          {accesses.length === 0 ? (
            <EmptyState
              title={t('people.access.none')}
              what={t('people.access.none.what')}
              needs={t('people.access.none.needs')}
            />
          ) : (
            <Card isFlush>
              <DataTable
                id="access-record"
                caption={t('people.access.title')}
                columns={columnsFor(names)}
                rows={accesses}
                rowId={({ id }) => id}
                pageSize={pageSize}
                tools={<Files values={values} />}
              />
              <nav className="pagination no-print" aria-label={t('people.access.pages')}>
                <span className="dim small">{t('people.access.count', { count: accesses.length })}</span>
                <Row gap={2}>
                  <Button kind="quiet" isDisabled={search.before === undefined} onClick={() => go(undefined)}>
                    {t('people.access.newest')}
                  </Button>
                  <Button isDisabled={next === null} onClick={() => go(next ?? undefined)}>
                    {t('people.access.older')}
                  </Button>
                </Row>
              </nav>
            </Card>
          )}
        </AccessFrame>
      )}
    </Answer>
  );
}

/** The same search as a file of any length. */
const Files = ({ values }: { values: Parameters<typeof exportAddress>[0] }) => (
  <Row gap={3}>
    {(['csv', 'ndjson'] as const).map((format) => (
      <a key={format} href={exportAddress(values, format)} download>
        {t(`people.access.export.${format}`)}
      </a>
    ))}
  </Row>
);

type Names = ReturnType<typeof useNames>;

const whoOf = ({ identityKind, identityName, identityId }: Access, names: Names): string => {
  const name = identityName ?? (identityKind === 'person' ? names.person(identityId) : undefined);
  return name ?? t(`people.access.kind.${identityKind}`);
};

const columnsFor = (names: Names): DataColumn<Access>[] => [
  { id: 'at', header: t('people.access.when'), value: ({ at }) => at, cell: ({ at }) => <Time at={at} /> },
  {
    id: 'who',
    header: t('people.access.who'),
    value: (one) => whoOf(one, names),
    cell: (one) => (
      <>
        {whoOf(one, names)}
        {one.organisationId === undefined ? null : (
          <div className="dim small">{names.organisation(one.organisationId)}</div>
        )}
      </>
    ),
  },
  {
    id: 'what',
    header: t('people.access.what'),
    value: (one) => `${actionInWords(one.action)}, ${countInWords(one)}`,
    cell: (one) => (
      <>
        {actionInWords(one.action)}
        <div className="dim small">{countInWords(one)}</div>
        {one.outcome === 'refused' ? (
          <StatusMark status="refused" word={t('people.access.outcome.refused')} isQuiet />
        ) : null}
        {one.breakGlassId === undefined ? null : (
          <StatusMark status="restricted" word={t('people.access.by-emergency')} isQuiet />
        )}
      </>
    ),
  },
  {
    id: 'objects',
    header: t('people.access.objects'),
    value: ({ objectIds }) => objectIds.join(' ') || null,
    cell: ({ objectIds }) =>
      objectIds.length === 0 ? (
        '\u2013'
      ) : (
        <code className="small" title={objectIds.join(', ')}>
          {objectIds.slice(0, 2).join(', ')}
          {objectIds.length > 2 ? '\u2026' : ''}
        </code>
      ),
  },
  {
    id: 'owner',
    header: t('people.access.owner'),
    value: ({ legalEntityId }) => (legalEntityId === undefined ? null : names.organisation(legalEntityId)),
    isHidden: true,
  },
  { id: 'why', header: t('people.access.why'), value: ({ purpose }) => t(`people.purpose.${purpose}`) },
  {
    id: 'permission',
    header: t('people.access.permission'),
    value: ({ policyIds }) => policyIds.join(', ') || null,
    cell: ({ policyIds }) =>
      policyIds.length === 0
        ? '\u2013'
        : policyIds.map((id) => (
            <div key={id} className="small">
              <AppLink to="/people/permissions" search={{ view: 'texts', find: id }}>
                <code>{id}</code>
              </AppLink>
            </div>
          )),
  },
];

const countInWords = ({ objectKind, count }: Access): string =>
  tMaybe(`people.access.object.${objectKind}`, { count }) ?? `${count} ${objectKind}`;
