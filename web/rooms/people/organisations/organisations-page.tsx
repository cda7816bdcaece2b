import { useQuery } from '@tanstack/react-query';
import { Answer } from '../../../app/answer.tsx';
import { useSession, useSites } from '../../../app/session.ts';
import { rich } from '../../../messages/rich.tsx';
import { t } from '../../../messages/translate.ts';
import { Card, type DataColumn, DataTable, Page, PageHeadline } from '../../../ui/index.ts';
import { organisationsQuery } from '../people-questions.ts';
import { PeopleTabs } from '../people-tabs.tsx';
import { AwaitingRolesCard } from './awaiting-roles-card.tsx';
import { ConflictsCard } from './conflicts-card.tsx';
import { DelegationsCard } from './delegations-card.tsx';
import { GroupsCard } from './groups-card.tsx';

/** Who answers for what: legal entities and sites, what joins them, and what binds persons besides their roles. */
export function OrganisationsPage() {
  const { mayDo, organisation } = useSession();
  return (
    <Answer query={useQuery(organisationsQuery)}>
      {({ organisations }) => (
        <Page>
          <PageHeadline
            place={t('people.tab.organisations')}
            precise={t(organisation === undefined ? 'people.bonds.precise.visitor' : 'people.bonds.precise')}
          >
            {rich('people.bonds.headline', {
              count: organisations.filter(({ kind }) => kind === 'legal-entity').length,
            })}
          </PageHeadline>
          <PeopleTabs />
          {mayDo('people:read-persons') ? <AwaitingRolesCard /> : null}
          <LegalEntitiesCard organisations={organisations} />
          {mayDo('people:read-groups') ? <GroupsCard organisations={organisations} /> : null}
          {mayDo('people:read-delegations') ? <DelegationsCard /> : null}
          {mayDo('people:read-conflicts') ? <ConflictsCard organisations={organisations} /> : null}
        </Page>
      )}
    </Answer>
  );
}

export interface Organisation {
  id: string;
  name: string;
  kind: 'legal-entity' | 'assessor' | 'patients';
}

type OrganisationRow = Organisation & { sites: { name: string; code: string }[] };

function LegalEntitiesCard({ organisations }: { organisations: Organisation[] }) {
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
