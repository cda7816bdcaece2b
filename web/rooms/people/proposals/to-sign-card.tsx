import { useQuery } from '@tanstack/react-query';
import { t } from '../../../messages/translate.ts';
import { AppLink, Card } from '../../../ui/index.ts';
import { ProposalEntry } from './proposal-entry.tsx';
import { placeOf, proposalsQuery } from './proposals.ts';

/** Everything that waits for one's own signature, whichever room it comes from. */
export function ToSignCard() {
  const proposals = useQuery(proposalsQuery({ show: 'mine' })).data?.proposals;
  if (proposals === undefined) return null;
  return (
    <Card title={t('people.to-sign.title')}>
      <div className="stack gap-4">
        {proposals.length === 0 ? <p className="dim">{t('people.to-sign.none')}</p> : null}
        {proposals.map((proposal) => {
          const place = placeOf(proposal);
          return (
            <div key={proposal.id} className="stack gap-2">
              <ProposalEntry proposal={proposal} />
              {place === undefined ? null : <AppLink to={place}>{t('people.to-sign.about')}</AppLink>}
            </div>
          );
        })}
      </div>
    </Card>
  );
}
