import { useQuery } from '@tanstack/react-query';
import type { ComponentProps } from 'react';
import { personsSchema } from '../../../src/people/contract.ts';
import { apiQuery, problemOf } from '../../app/api.ts';
import { becomeDemoPerson, roleName, type Session, signOut, useSession } from '../../app/session.ts';
import { t } from '../../messages/translate.ts';
import { AppLink, Button, Card, Page, PageHeadline, showToast, type Todo, WhatToDo } from '../../ui/index.ts';
import { actionInWords } from './action-words.ts';
import { NotificationsCard } from './notifications-card.tsx';
import './people.css';
import { awaitingRolesQuery, breakGlassQuery, personsQuery } from './people-questions.ts';
import { PeopleTabs } from './people-tabs.tsx';
import { PersonList } from './person-list.tsx';
import { proposalsQuery } from './proposals/proposals.ts';
import { StandingActs } from './standing-acts.tsx';

const demoPeopleQuery = apiQuery('/api/v1/people/demo-people', personsSchema);

const sayTrouble = (failure: unknown) => {
  const { title, remedy } = problemOf(failure);
  showToast({ kind: 'trouble', text: `${title}. ${remedy}` });
};

const become = (id: string) => {
  becomeDemoPerson(id).catch(sayTrouble);
};

const actsOn = (person: ComponentProps<typeof StandingActs>['person']) => <StandingActs person={person} />;

/** Who one is, whom one may become, who does what, and which machines have access. */
export function PeoplePage() {
  const session = useSession();
  const demo = useQuery(demoPeopleQuery).data?.persons ?? [];
  const mayRead = session.mayDo('people:read-persons');
  const colleagues = useQuery({ ...personsQuery, enabled: mayRead && demo.length === 0 }).data?.persons ?? [];
  const { person } = session;
  return (
    <Page>
      <PageHeadline
        place={t('people.title')}
        precise={t(person === undefined && demo.length > 0 ? 'people.precise.demo' : 'people.precise.signed')}
        aside={
          person ? (
            <Button
              onClick={() => {
                signOut().catch(sayTrouble);
              }}
            >
              {t('people.sign-out')}
            </Button>
          ) : null
        }
      >
        {person
          ? t('people.headline.person', {
              name: person.name,
              role: person.role.toLowerCase(),
              organisation: session.organisation ?? '',
            })
          : t('people.headline.visitor')}
      </PageHeadline>
      <PeopleTabs />
      {person === undefined ? (
        <WhatToDo
          todos={
            demo.length === 0
              ? []
              : [
                  { key: 'choose', what: t('people.todo.choose') },
                  { key: 'try', what: t('people.todo.safety') },
                ]
          }
        />
      ) : (
        <WhatWaits />
      )}
      {session.mayDo('people:read-notifications') ? <NotificationsCard /> : null}
      {demo.length > 0 ? (
        <PersonList title={t('people.list.demo')} persons={demo} me={person?.id} onBecome={become} actsOn={actsOn} />
      ) : colleagues.length > 0 ? (
        <PersonList title={t('people.list.colleagues')} persons={colleagues} me={person?.id} actsOn={actsOn} />
      ) : null}
      <WhatYouMayDo session={session} />
    </Page>
  );
}

/** The actions that the server will allow, in words; reading first, as everybody may. */
function WhatYouMayDo({ session }: { session: Session }) {
  const words = session.actions.map(actionInWords);
  const isReading = (word: string) => word.startsWith('read ') || word.startsWith('see ');
  const ordered = [...words].sort((a, b) => Number(isReading(b)) - Number(isReading(a)) || a.localeCompare(b));
  const who = session.person ? roleName(session.roles) : t('people.may.visitor');
  return (
    <Card title={t('people.may.title')} aside={<span className="dim small">{who}</span>}>
      {session.mayDo('people:read-policies') ? (
        <p>
          <AppLink to="/people/permissions">{t('people.may.why')}</AppLink>
        </p>
      ) : null}
      {ordered.length === 0 ? <p className="dim">{t('people.may.none')}</p> : null}
      <ul className="may-list">
        {ordered.map((word) => (
          <li key={word}>{word}</li>
        ))}
      </ul>
    </Card>
  );
}

/** What of this room waits for whoever is signed in: signatures, roles of colleagues, emergencies to review. */
function WhatWaits() {
  const { mayDo, person: me, organisationId } = useSession();
  const proposals = useQuery({ ...proposalsQuery({ show: 'mine' }), enabled: mayDo('people:sign-proposal') }).data;
  const mayConfirm = mayDo('people:confirm-role');
  const awaiting = useQuery({ ...awaitingRolesQuery, enabled: mayConfirm }).data?.roles ?? [];
  const mayReview = mayDo('people:review-access');
  const emergencies = useQuery({ ...breakGlassQuery, enabled: mayReview }).data?.breakGlasses ?? [];
  const toSign = proposals?.proposals.length ?? 0;
  const toConfirm = awaiting.filter((one) => one.personId !== me?.id && one.grantedBy !== me?.id).length;
  const toReview = emergencies.filter(
    (one) => one.review === undefined && one.legalEntityId === organisationId && one.personId !== me?.id,
  ).length;
  const waiting = [
    { key: 'sign', count: toSign, to: '/people/to-sign' },
    { key: 'confirm', count: toConfirm, to: '/people/organisations' },
    { key: 'review', count: toReview, to: '/people/access', search: { view: 'emergency' } },
  ] as const;
  const todos: Todo[] = waiting
    .filter(({ count }) => count > 0)
    .map(({ key, count, ...place }) => ({
      key,
      what: t(`people.waits.${key}`, { count }),
      act: <AppLink {...place}>{t(`people.waits.${key}.act`)}</AppLink>,
    }));
  return <WhatToDo todos={todos} />;
}
