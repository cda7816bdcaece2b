import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { z } from 'zod';
import { type clientSchema, clientsSchema, registeredClientSchema } from '../../../../src/people/sign-in/contract.ts';
import { apiQuery } from '../../../app/api.ts';
import { useInstallation } from '../../../app/installation.ts';
import { useSession } from '../../../app/session.ts';
import { t } from '../../../messages/translate.ts';
import { Button, Card, type DataColumn, DataTable, Day, StatusMark } from '../../../ui/index.ts';
import { actionInWords } from '../action-words.ts';
import { act, actAndSay } from '../people-questions.ts';
import { IssueToken } from './issue-token.tsx';
import { TokenSecret } from './token-secret.tsx';
import { marks, stateOf } from './tokens-card.tsx';

type Client = z.output<typeof clientSchema>;
type Registered = z.output<typeof registeredClientSchema>;

const clientsPath = '/api/v1/people/oauth/clients';
const clientsQuery = apiQuery(clientsPath, clientsSchema);

/** Machines that fetch their own short-lived tokens (OAuth 2.0 client credentials). */
export function ClientsCard() {
  const { mayDo } = useSession();
  const { today } = useInstallation().installation;
  const clients = useQuery(clientsQuery).data?.clients;
  const [isRegistering, setIsRegistering] = useState(false);
  const [registered, setRegistered] = useState<Registered>();
  const revoke = (one: Client) =>
    actAndSay(act('DELETE', `oauth/clients/${one.id}`), t('people.tokens.revoked', { name: one.name }));
  return (
    <Card
      title={t('people.clients.title')}
      isFlush
      aside={
        mayDo('people:issue-token') && !isRegistering ? (
          <Button onClick={() => setIsRegistering(true)}>{t('people.clients.register')}</Button>
        ) : null
      }
    >
      <div className="tokens-body stack gap-3">
        <p className="dim small">{t('people.clients.explain')}</p>
        {registered?.secret === undefined ? null : (
          <TokenSecret
            issued={{ name: registered.name, id: registered.id, secret: registered.secret }}
            onDone={() => setRegistered(undefined)}
          />
        )}
        {isRegistering ? (
          <IssueToken
            path={clientsPath}
            schema={registeredClientSchema}
            label={t('people.clients.register')}
            onIssued={(client) => {
              setRegistered(client);
              setIsRegistering(false);
            }}
            onCancel={() => setIsRegistering(false)}
          />
        ) : null}
      </div>
      <DataTable
        id="clients"
        caption={t('people.clients.title')}
        columns={columnsFor(today, mayDo('people:revoke-token') ? revoke : undefined)}
        rows={clients ?? []}
        rowId={({ id }) => id}
        isPlain={(clients?.length ?? 0) < 12}
        empty={clients === undefined ? null : <p className="dim tokens-body">{t('people.clients.none')}</p>}
      />
    </Card>
  );
}

const columnsFor = (today: string, revoke: ((one: Client) => void) | undefined): DataColumn<Client>[] => [
  { id: 'name', header: t('people.tokens.name'), value: ({ name }) => name },
  {
    id: 'id',
    header: t('people.clients.id'),
    value: ({ id }) => id,
    cell: ({ id }) => <code className="small">{id}</code>,
  },
  { id: 'proof', header: t('people.clients.proof'), value: ({ proof }) => t(`people.clients.proof.${proof}`) },
  { id: 'scopes', header: t('people.tokens.scopes'), value: ({ scopes }) => scopes.map(actionInWords).join('; ') },
  {
    id: 'state',
    header: t('people.tokens.state'),
    value: (one) => t(`people.tokens.state.${stateOf(one, today)}`),
    cell: (one) => {
      const state = stateOf(one, today);
      return <StatusMark status={marks[state]} word={t(`people.tokens.state.${state}`)} isQuiet />;
    },
  },
  {
    id: 'expires',
    header: t('people.tokens.expires'),
    value: ({ expiresAt }) => expiresAt,
    cell: ({ expiresAt }) => <Day at={expiresAt} />,
  },
  {
    id: 'used',
    header: t('people.tokens.used'),
    value: ({ lastUsedAt }) => lastUsedAt ?? null,
    cell: ({ lastUsedAt }) => (lastUsedAt === undefined ? t('people.tokens.never') : <Day at={lastUsedAt} />),
  },
  ...(revoke === undefined
    ? []
    : [
        {
          id: 'revoke',
          header: t('people.tokens.revoke'),
          isUnsortable: true,
          value: () => null,
          cell: (one: Client) =>
            stateOf(one, today) === 'in-force' ? (
              <Button onClick={() => revoke(one)}>
                {t('people.tokens.revoke')}
                <span className="visually-hidden"> {one.name}</span>
              </Button>
            ) : null,
        },
      ]),
];
