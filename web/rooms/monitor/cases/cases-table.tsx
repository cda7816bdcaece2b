import { Link, useNavigate } from '@tanstack/react-router';
import type { CaseSummary } from '../../../../src/monitor/contract.ts';
import { t } from '../../../messages/translate.ts';
import { type DataColumn, DataTable, Day, StatusMark } from '../../../ui/index.ts';
import { decisionWord, outcomeWord, probabilityText, verdictOf, verdictStatus, verdictWord } from './case-words.ts';

const yesNo = (value: boolean): string => t(value ? 'monitor.cases.yes' : 'monitor.cases.no');
const verdict = ({ flagged, outcome }: CaseSummary) => verdictOf(flagged, outcome);

const columns: DataColumn<CaseSummary>[] = [
  {
    id: 'case',
    header: t('monitor.cases.column.case'),
    value: ({ caseId }) => caseId,
    cell: ({ caseId, siteCode }) => (
      <Link to="/monitor/cases/$site/$caseId" params={{ site: siteCode, caseId }}>
        <code>{caseId}</code>
      </Link>
    ),
  },
  {
    id: 'verdict',
    header: t('monitor.cases.column.verdict'),
    value: (row) => verdictWord(verdict(row)),
    cell: (row) => <StatusMark status={verdictStatus[verdict(row)]} word={verdictWord(verdict(row))} isQuiet />,
  },
  { id: 'site', header: t('monitor.cases.column.site'), value: ({ siteName }) => siteName },
  {
    id: 'predicted',
    header: t('monitor.cases.column.predicted'),
    value: ({ predictedAt }) => predictedAt,
    cell: ({ predictedAt }) => <Day at={predictedAt} />,
  },
  { id: 'version', header: t('monitor.cases.column.version'), value: ({ modelVersionLabel }) => modelVersionLabel },
  {
    id: 'probability',
    header: t('monitor.cases.column.probability'),
    value: ({ probability }) => probability,
    cell: ({ probability }) => probabilityText(probability),
    align: 'end',
  },
  {
    id: 'decision',
    header: t('monitor.cases.column.decision'),
    value: ({ flagged }) => decisionWord(flagged),
    term: 'decision-threshold',
  },
  { id: 'outcome', header: t('monitor.cases.column.outcome'), value: ({ outcome }) => outcomeWord(outcome) },
  {
    id: 'verification',
    header: t('monitor.cases.column.verification'),
    value: ({ verification }) => (verification === null ? null : t(`monitor.cases.verification.${verification}`)),
    term: 'verification',
    isHidden: true,
  },
  {
    id: 'audited',
    header: t('monitor.cases.column.audited'),
    value: ({ audited }) => yesNo(audited),
    term: 'audit-sample',
  },
  {
    id: 'quality',
    header: t('monitor.cases.column.quality'),
    value: ({ imageQuality }) => imageQuality,
    align: 'end',
    isHidden: true,
  },
  {
    id: 'rarity',
    header: t('monitor.cases.column.rarity'),
    value: ({ rarity }) => rarity,
    align: 'end',
    isHidden: true,
  },
  {
    id: 'uncertainty',
    header: t('monitor.cases.column.uncertainty'),
    value: ({ uncertainty }) => uncertainty,
    align: 'end',
    isHidden: true,
  },
  {
    id: 'shown',
    header: t('monitor.cases.column.shown'),
    value: ({ shownToHuman }) => yesNo(shownToHuman),
    isHidden: true,
  },
  {
    id: 'revision',
    header: t('monitor.cases.column.revision'),
    value: ({ revision }) => revision,
    align: 'end',
    isHidden: true,
  },
];

export function CasesTable({ rows, pageSize }: { rows: CaseSummary[]; pageSize: number }) {
  const navigate = useNavigate();
  return (
    <DataTable
      id="cases"
      caption={t('monitor.cases.table')}
      columns={columns}
      rows={rows}
      rowId={({ siteCode, caseId, modelVersionId, revision }) => `${siteCode} ${caseId} ${modelVersionId} ${revision}`}
      pageSize={pageSize}
      onOpen={({ siteCode, caseId }) => {
        navigate({ to: '/monitor/cases/$site/$caseId', params: { site: siteCode, caseId } }).catch(() => undefined);
      }}
    />
  );
}
