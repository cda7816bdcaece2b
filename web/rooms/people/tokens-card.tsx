import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { z } from 'zod';
import { type issuedTokenSchema, type tokenSchema, tokensSchema } from '../../../src/people/contract.ts';
import { apiQuery, problemOf, tell } from '../../app/api.ts';
import { useInstallation } from '../../app/installation.ts';
import { refresh } from '../../app/query-client.ts';
import type { Session } from '../../app/session.ts';
import { t, tMaybe } from '../../messages/translate.ts';
import { Button, Card, type DataColumn, DataTable, Day, StatusMark, showToast } from '../../ui/index.ts';
import { IssueToken } from './issue-token.tsx';
import { TokenSecret } from './token-secret.tsx';

type Token = z.output<typeof tokenSchema>;
type Issued = z.output<typeof issuedTokenSchema>;

const tokensQuery = apiQuery('/api/v1/people/tokens', tokensSchema);

/** Machines of one's organisation with access: given, seen and ended here. */
export function TokensCard({ session }: { session: Session }) {
  const tokens = useQuery(tokensQuery).data?.tokens ?? [];
  const { today } = useInstallation().installation;
  const [issued, setIssued] = useState<Issued>();
  const [isIssuing, setIsIssuing] = useState(false);
  const revoke = (token: Token) => {
    tell('DELETE', `/api/v1/people/tokens/${token.id}`, { schema: z.unknown() })
      .then(() => refresh('people', 'ledger'))
      .then(
        () => showToast({ kind: 'done', text: t('people.tokens.revoked', { name: token.name }) }),
        (failure: unknown) => {
          const { title, remedy } = problemOf(failure);
          showToast({ kind: 'trouble', text: `${title}. ${remedy}` });
        },
      );
  };
  const columns = columnsFor({
    today,
    ...(session.mayDo('people:revoke-token') ? { revoke } : {}),
  });
  return (
    <Card
      title={t('people.tokens.title')}
      isFlush
      aside={
        session.mayDo('people:issue-token') && !isIssuing ? (
          <Button kind="primary" onClick={() => setIsIssuing(true)}>
            {t('people.tokens.issue')}
          </Button>
        ) : null
      }
    >
      <div className="tokens-body stack gap-3">
        <p className="dim small">{t('people.tokens.explain')}</p>
        {issued ? <TokenSecret issued={issued} onDone={() => setIssued(undefined)} /> : null}
        {isIssuing ? (
          <IssueToken
            onIssued={(token) => {
              setIssued(token);
              setIsIssuing(false);
            }}
            onCancel={() => setIsIssuing(false)}
          />
        ) : null}
      </div>
      <DataTable
        id="tokens"
        caption={t('people.tokens.title')}
        columns={columns}
        rows={tokens}
        rowId={({ id }) => id}
        isPlain={tokens.length < 12}
        empty={<p className="dim tokens-body">{t('people.tokens.none')}</p>}
      />
    </Card>
  );
}

const stateOf = (token: Token, today: string): 'in-force' | 'revoked' | 'expired' =>
  token.revokedAt !== undefined ? 'revoked' : token.expiresAt.slice(0, 10) < today ? 'expired' : 'in-force';

const marks = { 'in-force': 'valid', revoked: 'withdrawn', expired: 'expired' } as const;

const scopeInWords = (scope: string): string => tMaybe(`people.action.${scope}`) ?? scope;

const columnsFor = ({ today, revoke }: { today: string; revoke?: (token: Token) => void }): DataColumn<Token>[] => [
  { id: 'name', header: t('people.tokens.name'), value: ({ name }) => name },
  {
    id: 'state',
    header: t('people.tokens.state'),
    value: (token) => t(`people.tokens.state.${stateOf(token, today)}`),
    cell: (token) => {
      const state = stateOf(token, today);
      return <StatusMark status={marks[state]} word={t(`people.tokens.state.${state}`)} isQuiet />;
    },
  },
  { id: 'scopes', header: t('people.tokens.scopes'), value: ({ scopes }) => scopes.map(scopeInWords).join('; ') },
  {
    id: 'issued',
    header: t('people.tokens.issued'),
    value: ({ issuedAt }) => issuedAt,
    cell: ({ issuedAt }) => <Day at={issuedAt} />,
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
  ...(revoke
    ? [
        {
          id: 'revoke',
          header: t('people.tokens.revoke'),
          isUnsortable: true,
          value: () => null,
          cell: (token: Token) =>
            stateOf(token, today) === 'in-force' ? (
              <Button onClick={() => revoke(token)}>
                {t('people.tokens.revoke')}
                <span className="visually-hidden"> {token.name}</span>
              </Button>
            ) : null,
        },
      ]
    : []),
];
