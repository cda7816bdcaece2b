import type { CertificateDetailView } from '../../../src/certify/contract.ts';
import { formatCount, formatFraction } from '../../messages/format.ts';
import { t } from '../../messages/translate.ts';
import { AppLink, attentionOf, Card, type DataColumn, DataTable, Day, readStatus, StatusMark } from '../../ui/index.ts';
import { VerdictMark, verdictWords } from './verdict.tsx';

type Claim = CertificateDetailView['claims'][number];

/** Every claim of the certificate with what was read of it; those that trouble first. */
export function ClaimsCard({ certificate }: { certificate: CertificateDetailView }) {
  const nameOf = (siteId: string | null) =>
    certificate.sites.find((site) => site.siteId === siteId)?.name ?? t('certify.claims.all-sites');
  const rows = [...certificate.claims].sort(
    (a, b) => attentionOf(readStatus(a.status)) - attentionOf(readStatus(b.status)),
  );
  return (
    <Card title={t('certify.claims.title')} isFlush>
      <DataTable
        id="certificate-claims"
        caption={t('certify.claims.title')}
        columns={columnsWith(nameOf)}
        rows={rows}
        rowId={(claim) => claim.key}
        isPlain={rows.length < 12}
      />
    </Card>
  );
}

const columnsWith = (nameOf: (siteId: string | null) => string): DataColumn<Claim>[] => [
  {
    id: 'claim',
    header: t('certify.claims.claim'),
    term: 'claim',
    value: (claim) => claim.statement,
    cell: (claim) => (
      <>
        <AppLink to={`/monitor/claims/${claim.claimId}`}>{claim.statement}</AppLink>
        {claim.retrospective ? <span className="dim small"> {t('certify.claims.retrospective')}</span> : null}
      </>
    ),
  },
  { id: 'site', header: t('certify.claims.site'), value: (claim) => nameOf(claim.siteId) },
  {
    id: 'verdict',
    header: t('certify.claims.verdict'),
    value: (claim) => verdictWords(claim.verdict),
    cell: (claim) => <VerdictMark verdict={claim.verdict} />,
  },
  {
    id: 'state',
    header: t('certify.claims.state'),
    value: (claim) => claim.state,
    cell: (claim) => <StatusMark status={readStatus(claim.state)} isQuiet />,
  },
  {
    id: 'n',
    header: t('certify.claims.n'),
    term: 'n',
    align: 'end',
    value: (claim) => claim.n,
    cell: (claim) => formatCount(claim.n),
  },
  { id: 'min-n', header: t('certify.claims.min-n'), align: 'end', value: (claim) => claim.minN, isHidden: true },
  {
    id: 'alpha',
    header: t('certify.claims.alpha'),
    term: 'alpha',
    align: 'end',
    value: (claim) => claim.alpha,
    cell: (claim) => formatFraction(claim.alpha, 3),
  },
  {
    id: 'since',
    header: t('certify.claims.since'),
    value: (claim) => claim.since.slice(0, 10),
    cell: (claim) => <Day at={claim.since} />,
  },
];
