import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { z } from 'zod';
import { issuedTokenSchema, type tokenSchema, tokensSchema } from '../../../../src/people/contract.ts';
import { apiQuery } from '../../../app/api.ts';
import { useInstallation } from '../../../app/installation.ts';
import type { Session } from '../../../app/session.ts';
import { t } from '../../../messages/translate.ts';
import { Button, Card, type DataColumn, DataTable, Day, StatusMark } from '../../../ui/index.ts';
import { actionInWords } from '../action-words.ts';
import { act, actAndSay } from '../people-questions.ts';
import { IssueToken } from './issue-token.tsx';
import { TokenSecret } from './token-secret.tsx';

type Token = z.output<typeof tokenSchema>;
type Issued = z.output<typeof issuedTokenSchema>;

const tokensPath = '/api/v1/people/tokens';
const tokensQuery = apiQuery(tokensPath, tokensSchema);

/** Machines of one's organisation with access: given, seen and ended here. */
export function TokensCard({ session }: { session: Session }) {
  const tokens = useQuery(tokensQuery).data?.tokens ?? [];
  const { today } = useInstallation().installation;
  const [issued, setIssued] = useState<Issued>();
  const [isIssuing, setIsIssuing] = useState(false);
  const revoke = (token: Token) =>
    actAndSay(act('DELETE', `tokens/${token.id}`), t('people.tokens.revoked', { name: token.name }));
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
        {issued ? (
          <TokenSecret issued={{ name: issued.name, secret: issued.secret }} onDone={() => setIssued(undefined)} />
        ) : null}
        {isIssuing ? (
          <IssueToken
            path={tokensPath}
            schema={issuedTokenSchema}
            label={t('people.tokens.issue')}
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

/** Of a token or a client, on the installation's day. */
export const stateOf = (
  token: Pick<Token, 'revokedAt' | 'expiresAt'>,
  today: string,
): 'in-force' | 'revoked' | 'expired' =>
  token.revokedAt !== undefined ? 'revoked' : token.expiresAt.slice(0, 10) < today ? 'expired' : 'in-force';

export const marks = { 'in-force': 'valid', revoked: 'withdrawn', expired: 'expired' } as const;

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
  { id: 'scopes', header: t('people.tokens.scopes'), value: ({ scopes }) => scopes.map(actionInWords).join('; ') },
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
