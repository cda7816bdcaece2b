import { Link, useNavigate } from '@tanstack/react-router';
import { formatEstimate, formatFraction } from '../../../messages/format.ts';
import { t } from '../../../messages/translate.ts';
import { type DataColumn, DataTable, Day, StatusMark, type TableView } from '../../../ui/index.ts';
import { LedgerEntry } from '../ledger-entry.tsx';
import { type ClaimRow, sinceOf } from './claim-rows.ts';
import { aboutInWords, boundInWords, metricName } from './claim-words.ts';

const columns: DataColumn<ClaimRow>[] = [
  {
    id: 'state',
    header: t('monitor.claims.column.state'),
    value: ({ stream }) => t(`status.${stream.state}`),
    cell: ({ status }) => <StatusMark status={status} isQuiet />,
  },
  {
    id: 'claim',
    header: t('monitor.claims.column.claim'),
    value: ({ claim }) => claim.statement,
    cell: ({ claim, stream }) => (
      <Link to="/monitor/claims/$claimId" params={{ claimId: claim.id }} search={{ stream: stream.streamId }}>
        {claim.statement}
      </Link>
    ),
  },
  { id: 'site', header: t('monitor.claims.column.site'), value: ({ stream }) => stream.siteName },
  { id: 'version', header: t('monitor.claims.column.version'), value: ({ claim }) => claim.modelVersionLabel },
  {
    id: 'since',
    header: t('monitor.claims.column.since'),
    value: ({ stream }) => sinceOf(stream),
    cell: ({ stream }) => <Day at={sinceOf(stream)} />,
  },
  {
    id: 'n',
    header: t('monitor.claims.column.n'),
    value: ({ stream }) => stream.reading.n,
    align: 'end',
    term: 'n',
    isHidden: true,
  },
  {
    id: 'estimate',
    header: t('monitor.claims.column.estimate'),
    value: ({ stream }) => (stream.reading.estimate.estimable ? stream.reading.estimate.value : null),
    cell: ({ stream }) => {
      const { estimate } = stream.reading;
      return estimate.estimable ? (
        formatEstimate(estimate)
      ) : (
        <span className="dim">{t('charts.not-estimable', { reason: estimate.because })}</span>
      );
    },
    align: 'end',
  },
  { id: 'bound', header: t('monitor.claims.column.bound'), value: ({ claim }) => boundInWords(claim), term: 'bound' },
  {
    id: 'metric',
    header: t('monitor.claims.column.metric'),
    value: ({ claim }) => metricName(claim.metric),
    isHidden: true,
  },
  {
    id: 'population',
    header: t('monitor.claims.column.population'),
    value: ({ claim }) => aboutInWords(claim) ?? t('monitor.population.all'),
    isHidden: true,
  },
  {
    id: 'alpha',
    header: t('monitor.claims.column.alpha'),
    value: ({ stream }) => stream.alpha,
    cell: ({ stream }) => formatFraction(stream.alpha, 4),
    align: 'end',
    term: 'alpha',
    isHidden: true,
  },
  {
    id: 'ledger',
    header: t('monitor.claims.column.ledger'),
    value: ({ claim }) => claim.ledgerIndex,
    cell: ({ claim }) => <LedgerEntry index={claim.ledgerIndex} />,
    isHidden: true,
  },
];

export function ClaimsTable({
  rows,
  view,
  onView,
}: {
  rows: ClaimRow[];
  view: TableView;
  onView: (view: TableView) => void;
}) {
  const navigate = useNavigate();
  return (
    <DataTable
      id="claims"
      caption={t('monitor.claims.table')}
      columns={columns}
      rows={rows}
      rowId={({ stream }) => stream.streamId}
      view={view}
      onView={onView}
      onOpen={({ claim, stream }) => {
        navigate({
          to: '/monitor/claims/$claimId',
          params: { claimId: claim.id },
          search: { stream: stream.streamId },
        }).catch(() => undefined);
      }}
    />
  );
}
