import { useQuery } from '@tanstack/react-query';
import type { ProposalSummaryView } from '../../../../src/people/four-eyes/contract.ts';
import { Answer } from '../../../app/answer.tsx';
import { rich } from '../../../messages/rich.tsx';
import { t } from '../../../messages/translate.ts';
import { AppLink, Card, EmptyState, Page, PageHeadline } from '../../../ui/index.ts';
import { PeopleTabs } from '../people-tabs.tsx';
import { ProposalEntry } from './proposal-entry.tsx';
import { isPolicyChange, placeOf, proposalsQuery } from './proposals.ts';

/** Everything that waits for one's own signature, whichever room it comes from; and what waits for others. */
export function ToSignPage() {
  const open = useQuery(proposalsQuery({ show: 'open' })).data?.proposals ?? [];
  return (
    <Answer query={useQuery(proposalsQuery({ show: 'mine' }))}>
      {({ proposals: mine }) => {
        const others = open.filter(({ id }) => !mine.some((one) => one.id === id));
        return (
          <Page>
            <PageHeadline place={t('people.to-sign.title')} precise={t('people.to-sign.precise')}>
              {mine.length === 0 ? t('people.to-sign.none') : rich('people.to-sign.headline', { count: mine.length })}
            </PageHeadline>
            <PeopleTabs />
            {mine.length === 0 ? (
              <EmptyState
                title={t('people.to-sign.title')}
                what={t('people.to-sign.empty.what')}
                needs={t('people.to-sign.empty.needs')}
              />
            ) : (
              <Card title={t('people.to-sign.mine')}>
                <Proposals proposals={mine} />
              </Card>
            )}
            {others.length > 0 ? (
              <Card title={t('people.to-sign.others')}>
                <Proposals proposals={others} />
              </Card>
            ) : null}
          </Page>
        );
      }}
    </Answer>
  );
}

const Proposals = ({ proposals }: { proposals: readonly ProposalSummaryView[] }) => (
  <div className="stack gap-4">
    {proposals.map((proposal) => (
      <div key={proposal.id} className="stack gap-2 proposal-with-place">
        <ProposalEntry proposal={proposal} />
        <Place proposal={proposal} />
      </div>
    ))}
  </div>
);

function Place({ proposal }: { proposal: ProposalSummaryView }) {
  const place = isPolicyChange(proposal) ? '/people/permissions' : placeOf(proposal);
  if (place === undefined) return null;
  return (
    <AppLink to={place} {...(isPolicyChange(proposal) ? { search: { view: 'change' } } : {})}>
      {t('people.to-sign.about')}
    </AppLink>
  );
}
