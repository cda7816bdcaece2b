import { Link } from '@tanstack/react-router';
import type { ExploredCell } from '../../../../src/monitor/contract.ts';
import { formatEstimate, formatEvidence, formatFraction } from '../../../messages/format.ts';
import { t } from '../../../messages/translate.ts';
import { type DataColumn, DataTable } from '../../../ui/index.ts';
import { metricName } from '../claims/claim-words.ts';
import { byEvidence, cellInWords, groupInWords } from './exploration-words.ts';

const columns: DataColumn<ExploredCell>[] = [
  { id: 'site', header: t('monitor.exploration.column.site'), value: ({ siteName }) => siteName },
  { id: 'group', header: t('monitor.exploration.column.group'), value: ({ group }) => groupInWords(group) },
  {
    id: 'metric',
    header: t('monitor.exploration.column.metric'),
    value: ({ metric }) => metricName(metric),
    cell: ({ metric, claimId }) => (
      <Link to="/monitor/claims/$claimId" params={{ claimId }}>
        {metricName(metric)}
      </Link>
    ),
  },
  { id: 'words', header: t('monitor.exploration.column.words'), value: cellInWords },
  {
    id: 'estimate',
    header: t('monitor.exploration.column.estimate'),
    value: ({ figures }) => (figures?.estimate.estimable ? figures.estimate.value : null),
    cell: ({ figures }) => shown(figures?.estimate),
    align: 'end',
  },
  {
    id: 'shrunk',
    header: t('monitor.exploration.column.shrunk'),
    value: ({ figures }) => (figures?.shrunk?.estimable ? figures.shrunk.value : null),
    cell: ({ figures }) => shown(figures?.shrunk ?? undefined),
    align: 'end',
  },
  {
    id: 'evidence',
    header: t('monitor.exploration.column.evidence'),
    value: ({ figures }) => figures?.logE ?? null,
    cell: ({ figures }) => (figures ? formatEvidence(figures.logE) : null),
    align: 'end',
    term: 'e-value',
  },
  {
    id: 'detectable',
    header: t('monitor.exploration.column.detectable'),
    value: ({ figures }) => figures?.detectable ?? null,
    cell: ({ figures }) => (figures?.detectable == null ? null : formatFraction(figures.detectable)),
    align: 'end',
    isHidden: true,
  },
];

function shown(estimate: NonNullable<ExploredCell['figures']>['estimate'] | undefined) {
  if (estimate === undefined) return null;
  if (estimate.estimable) return formatEstimate(estimate);
  return <span className="dim">{t('charts.not-estimable', { reason: estimate.because })}</span>;
}

export const ExplorationTable = ({ cells }: { cells: ExploredCell[] }) => (
  <DataTable
    id="exploration"
    caption={t('monitor.exploration.table')}
    columns={columns}
    rows={byEvidence(cells)}
    rowId={({ siteCode, group, metric }) => `${siteCode} ${group.kind} ${group.value} ${metric}`}
  />
);
