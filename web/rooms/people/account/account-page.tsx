import { useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type { meSchema } from '../../../../src/people/contract.ts';
import { Answer } from '../../../app/answer.tsx';
import { meQuery, roleName, useSession } from '../../../app/session.ts';
import { rich } from '../../../messages/rich.tsx';
import { t, tMaybe } from '../../../messages/translate.ts';
import { AppLink, Card, KeyValues, Page, PageHeadline, StepUpLink, Time } from '../../../ui/index.ts';
import { ConflictsCard } from '../organisations/conflicts-card.tsx';
import { DelegationsCard } from '../organisations/delegations-card.tsx';
import { organisationsQuery } from '../people-questions.ts';
import { PeopleTabs } from '../people-tabs.tsx';
import { ClientsCard } from './clients-card.tsx';
import { SessionsCard } from './sessions-card.tsx';
import { TokensCard } from './tokens-card.tsx';

type Me = z.output<typeof meSchema>;

/** How one is signed in, where else, and what one handed over or declared; for operators, the machines. */
export function AccountPage() {
  const session = useSession();
  const { mayDo } = session;
  const mayRead = mayDo('people:read-organisations');
  const organisations = useQuery({ ...organisationsQuery, enabled: mayRead }).data?.organisations ?? [];
  return (
    <Answer query={useQuery(meQuery)}>
      {(me) => (
        <Page>
          <PageHeadline place={t('people.tab.account')} precise={me.kind === 'person' ? factor(me) : null}>
            {me.kind === 'person'
              ? rich('people.account.headline', { name: me.name ?? '' })
              : t('people.account.nobody')}
          </PageHeadline>
          <PeopleTabs />
          {me.kind === 'person' ? (
            <>
              <SignInCard me={me} />
              <SessionsCard />
              {mayDo('people:read-tokens') ? <TokensCard session={session} /> : null}
              {mayDo('people:read-tokens') ? <ClientsCard /> : null}
              {mayDo('people:read-delegations') ? <DelegationsCard isOwnOnly /> : null}
              {mayDo('people:read-conflicts') ? <ConflictsCard organisations={organisations} isOwnOnly /> : null}
            </>
          ) : (
            <p>
              <AppLink to="/sign-in">{t('shell.person.none')}</AppLink>
            </p>
          )}
        </Page>
      )}
    </Answer>
  );
}

const factor = ({ signedIn }: Me): string =>
  t(signedIn?.strength === 'multi-factor' ? 'people.account.strong' : 'people.account.weak');

export const providerName = (provider: string): string => tMaybe(`people.provider.${provider}`) ?? provider;

function SignInCard({ me }: { me: Me }) {
  const { signedIn } = me;
  return (
    <Card title={t('people.account.sign-in')} aside={signedIn?.strength === 'single-factor' ? <StepUpLink /> : null}>
      <KeyValues
        items={[
          { label: t('people.account.roles'), value: me.roles.map((role) => roleName([role])).join(', ') },
          { label: t('people.account.organisation'), value: me.organisation?.name ?? '\u2013' },
          ...(signedIn === undefined
            ? []
            : [
                { label: t('people.account.provider'), value: providerName(signedIn.provider) },
                { label: t('people.account.at'), value: <Time at={signedIn.at} /> },
                { label: t('people.account.factor'), value: t(`people.account.factor.${signedIn.strength}`) },
              ]),
        ]}
      />
    </Card>
  );
}
