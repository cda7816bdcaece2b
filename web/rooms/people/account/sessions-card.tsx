import { useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import { endedSessionsSchema, sessionsSchema } from '../../../../src/people/sign-in/contract.ts';
import { apiQuery, tell } from '../../../app/api.ts';
import { queryClient } from '../../../app/query-client.ts';
import { t } from '../../../messages/translate.ts';
import { Button, Card, type DataColumn, DataTable, Time } from '../../../ui/index.ts';
import { actAndSay } from '../people-questions.ts';
import { providerName } from './account-page.tsx';

type Session = z.output<typeof sessionsSchema>['sessions'][number];

const path = '/api/v1/people/sessions';
const sessionsQuery = apiQuery(path, sessionsSchema);

/** Ends one session, or all; whoever ended the one they are in is a visitor, and everything is asked again. */
async function end(id?: string): Promise<void> {
  await tell('DELETE', id === undefined ? path : `${path}/${encodeURIComponent(id)}`, { schema: endedSessionsSchema });
  await queryClient.invalidateQueries();
}

/** Where one is signed in. */
export function SessionsCard() {
  const sessions = useQuery(sessionsQuery).data?.sessions;
  return (
    <Card
      title={t('people.sessions.title')}
      isFlush
      aside={
        <Button onClick={() => actAndSay(end(), t('people.sessions.ended.all'))}>{t('people.sessions.end.all')}</Button>
      }
    >
      <DataTable
        id="sessions"
        caption={t('people.sessions.title')}
        columns={columns}
        rows={sessions ?? []}
        rowId={({ id }) => id}
        isPlain={(sessions?.length ?? 0) < 12}
      />
    </Card>
  );
}

const columns: DataColumn<Session>[] = [
  { id: 'provider', header: t('people.account.provider'), value: ({ provider }) => providerName(provider) },
  {
    id: 'strength',
    header: t('people.account.factor'),
    value: ({ strength }) => t(`people.account.factor.${strength}`),
  },
  {
    id: 'started',
    header: t('people.sessions.started'),
    value: ({ startedAt }) => startedAt,
    cell: ({ startedAt }) => <Time at={startedAt} />,
  },
  {
    id: 'seen',
    header: t('people.sessions.seen'),
    value: ({ lastSeenAt }) => lastSeenAt,
    cell: ({ lastSeenAt }) => <Time at={lastSeenAt} />,
  },
  {
    id: 'end',
    header: t('people.sessions.end'),
    isUnsortable: true,
    value: () => null,
    cell: ({ id, isThis }) =>
      isThis ? (
        <span className="dim">{t('people.sessions.this')}</span>
      ) : (
        <Button onClick={() => actAndSay(end(id), t('people.sessions.ended'))}>{t('people.sessions.end')}</Button>
      ),
  },
];
