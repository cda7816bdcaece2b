import { useQuery } from '@tanstack/react-query';
import type { CertificateDetailView } from '../../../src/certify/contract.ts';
import { t } from '../../messages/translate.ts';
import { Card, Term } from '../../ui/index.ts';
import { ProposalList } from '../people/proposals/proposal-entry.tsx';
import { proposalsQuery } from '../people/proposals/proposals.ts';

/** What waits for two signatures, with who signed and who disagrees; closed proposals stay readable. */
export function ProposalsCard({ certificate }: { certificate: Pick<CertificateDetailView, 'id'> }) {
  const proposals = useQuery(proposalsQuery({ subject: certificate.id })).data?.proposals ?? [];
  return (
    <Card title={t('certify.raise.title')}>
      <div className="stack gap-4">
        <p className="dim small">
          <Term k="four-eyes" />: {t('certify.raise.explain')}
        </p>
        <ProposalList proposals={proposals} />
      </div>
    </Card>
  );
}
