import type { StreamSummary } from '../../../../src/monitor/contract.ts';
import { formatCount, formatDay, formatEstimate, formatEvidence, formatFraction } from '../../../messages/format.ts';
import { t } from '../../../messages/translate.ts';
import { Card, type DataColumn, DataTable, Day, Digest, KeyValues, StatusMark, Term } from '../../../ui/index.ts';
import { LedgerEntry } from '../ledger-entry.tsx';
import { type ClaimRow, sinceOf } from './claim-rows.ts';
import { aboutInWords, levelInWords } from './claim-words.ts';

const evidence = (logValue: number | null): string =>
  logValue === null ? t('charts.not-estimable.short') : formatEvidence(logValue);

/** What would break or confirm it from here, in words; and how far the evidence is from deciding. */
export function NeededCard({ row: { stream } }: { row: ClaimRow }) {
  const { reading, needed, thresholds, late } = stream;
  const hasPath = reading.logBreak !== null || reading.logSupport !== null;
  return (
    <Card title={t('monitor.claim.needed')}>
      <ul>
        {needed.map((line) => (
          <li key={line}>{line}</li>
        ))}
        {needed.length === 0 ? <li>{t('monitor.claim.needed.none')}</li> : null}
        {hasPath ? (
          <li>
            {t('monitor.claim.needed.level', {
              level: levelInWords(thresholds.logBreak),
              against: evidence(reading.logBreak),
              for: evidence(reading.logSupport),
            })}
          </li>
        ) : null}
        {late > 0 ? <li>{t('monitor.claim.late', { count: late })}</li> : null}
      </ul>
    </Card>
  );
}

/** The immutable record: what was fixed before the first case, and where the ledger holds it. */
export function ClaimRecord({ row: { claim, stream } }: { row: ClaimRow }) {
  const items = [
    { label: t('monitor.claim.record.version'), value: claim.modelVersionLabel },
    {
      label: t('monitor.claim.record.registered'),
      value: claim.registeredAt === null ? t('monitor.claim.record.pending') : <Day at={claim.registeredAt} />,
    },
    { label: t('monitor.claim.record.counts-from'), value: <Day at={claim.countsFrom} /> },
    { label: <Term k="outcome">{t('monitor.claim.record.outcome')}</Term>, value: claim.outcome },
    {
      label: t('monitor.claim.record.patients'),
      value: t(
        claim.patientRule === 'index-exam' ? 'monitor.claim.record.index-exam' : 'monitor.claim.record.every-exam',
      ),
    },
    { label: t('monitor.claim.record.population'), value: aboutInWords(claim) ?? t('monitor.population.all') },
    { label: t('monitor.claim.record.among'), value: t(`monitor.claim.record.${claim.among}`) },
    {
      label: t('monitor.claim.record.min'),
      value: t('monitor.claim.record.min.cases', { count: claim.minN }),
    },
    {
      label: <Term k="run">{t('monitor.claim.record.run')}</Term>,
      value: t('monitor.claim.record.run.value', { run: stream.run, alpha: formatFraction(stream.alpha, 4) }),
    },
    {
      label: <Term k="digest">{t('monitor.claim.record.digest')}</Term>,
      value: <Digest value={claim.digest} />,
    },
    { label: t('monitor.claim.record.evidence'), value: <Digest value={stream.evidenceDigest} /> },
    { label: t('monitor.claim.record.ledger'), value: <LedgerEntry index={claim.ledgerIndex} /> },
  ];
  return (
    <Card title={t('monitor.claim.record')}>
      <KeyValues items={items.map((item, index) => ({ ...item, key: String(index) }))} />
    </Card>
  );
}

const runColumns: DataColumn<StreamSummary>[] = [
  { id: 'run', header: t('monitor.claim.runs.column.run'), value: ({ run }) => run, term: 'run' },
  {
    id: 'state',
    header: t('monitor.claims.column.state'),
    value: ({ state }) => t(`status.${state}`),
    cell: ({ state }) => <StatusMark status={state} isQuiet />,
  },
  {
    id: 'since',
    header: t('monitor.claims.column.since'),
    value: (stream) => sinceOf(stream),
    cell: (stream) => formatDay(sinceOf(stream)),
  },
  {
    id: 'n',
    header: t('monitor.claims.column.n'),
    value: ({ reading }) => reading.n,
    cell: ({ reading }) => formatCount(reading.n),
    align: 'end',
    term: 'n',
  },
  {
    id: 'estimate',
    header: t('monitor.claims.column.estimate'),
    value: ({ reading }) => (reading.estimate.estimable ? reading.estimate.value : null),
    cell: ({ reading }) =>
      reading.estimate.estimable
        ? formatEstimate(reading.estimate)
        : t('charts.not-estimable', { reason: reading.estimate.because }),
    align: 'end',
  },
  {
    id: 'alpha',
    header: t('monitor.claims.column.alpha'),
    value: ({ alpha }) => alpha,
    cell: ({ alpha }) => formatFraction(alpha, 4),
    align: 'end',
    term: 'alpha',
  },
];

/** Runs that reviewers dismissed: they stay visible as they ended. */
export const EarlierRuns = ({ runs }: { runs: StreamSummary[] }) => (
  <DataTable
    id="earlier-runs"
    caption={t('monitor.claim.runs.lead')}
    columns={runColumns}
    rows={runs}
    rowId={({ streamId }) => streamId}
    isPlain
  />
);
