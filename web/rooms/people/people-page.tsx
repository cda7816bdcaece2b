import { useQuery } from '@tanstack/react-query';
import { organisationsSchema, personsSchema } from '../../../src/people/contract.ts';
import { apiQuery, problemOf } from '../../app/api.ts';
import { becomeDemoPerson, roleName, type Session, signOut, useSession, useSites } from '../../app/session.ts';
import { t, tMaybe } from '../../messages/translate.ts';
import { Button, Card, type DataColumn, DataTable, Page, PageHeadline, showToast, WhatToDo } from '../../ui/index.ts';
import './people.css';
import { PersonList } from './person-list.tsx';
import { ToSignCard } from './proposals/to-sign-card.tsx';
import { TokensCard } from './tokens-card.tsx';

const demoPeopleQuery = apiQuery('/api/v1/people/demo-people', personsSchema);
const personsQuery = apiQuery('/api/v1/people/persons', personsSchema);
const organisationsQuery = apiQuery('/api/v1/people/organisations', organisationsSchema);

const sayTrouble = (failure: unknown) => {
  const { title, remedy } = problemOf(failure);
  showToast({ kind: 'trouble', text: `${title}. ${remedy}` });
};

const become = (id: string) => {
  becomeDemoPerson(id).catch(sayTrouble);
};

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
      ) : null}
      {person === undefined ? null : <ToSignCard />}
      {demo.length > 0 ? (
        <PersonList title={t('people.list.demo')} persons={demo} me={person?.id} onBecome={become} />
      ) : colleagues.length > 0 ? (
        <PersonList title={t('people.list.colleagues')} persons={colleagues} me={person?.id} />
      ) : null}
      <WhatYouMayDo session={session} />
      <OrganisationsCard />
      {session.mayDo('people:read-tokens') ? <TokensCard session={session} /> : null}
    </Page>
  );
}

/** The actions that the server will allow, in words; reading first, as everybody may. */
function WhatYouMayDo({ session }: { session: Session }) {
  const words = session.actions.map((action) => tMaybe(`people.action.${action}`) ?? action);
  const isReading = (word: string) => word.startsWith('read ') || word.startsWith('see ');
  const ordered = [...words].sort((a, b) => Number(isReading(b)) - Number(isReading(a)) || a.localeCompare(b));
  const who = session.person ? roleName(session.roles) : t('people.may.visitor');
  return (
    <Card title={t('people.may.title')} aside={<span className="dim small">{who}</span>}>
      {ordered.length === 0 ? <p className="dim">{t('people.may.none')}</p> : null}
      <ul className="may-list">
        {ordered.map((word) => (
          <li key={word}>{word}</li>
        ))}
      </ul>
    </Card>
  );
}

interface OrganisationRow {
  id: string;
  name: string;
  kind: 'legal-entity' | 'assessor' | 'patients';
  sites: { name: string; code: string }[];
}

function OrganisationsCard() {
  const organisations = useQuery(organisationsQuery).data?.organisations ?? [];
  const sites = useSites();
  const rows: OrganisationRow[] = organisations.map((one) => ({
    ...one,
    sites: sites.filter(({ legalEntityId }) => legalEntityId === one.id),
  }));
  return (
    <Card title={t('people.organisations.title')} isFlush>
      <DataTable
        id="organisations"
        caption={t('people.organisations.title')}
        columns={organisationColumns}
        rows={rows}
        rowId={({ id }) => id}
        isPlain
      />
    </Card>
  );
}

const organisationColumns: DataColumn<OrganisationRow>[] = [
  { id: 'name', header: t('people.organisations.name'), value: ({ name }) => name },
  {
    id: 'kind',
    header: t('people.organisations.kind'),
    value: ({ kind }) => t(`people.organisations.${kind}`),
  },
  {
    id: 'sites',
    header: t('people.organisations.sites'),
    value: ({ sites }) => sites.map(({ name }) => name).join(', ') || null,
    cell: ({ sites }) =>
      sites.length === 0
        ? '\u2013'
        : sites.map(({ name, code }) => (
            <div key={code}>
              {name} <span className="dim small">{t('people.organisations.code', { code })}</span>
            </div>
          )),
  },
];
