import type { ClaimView, Crossing, StreamSummary } from '../../../../src/monitor/contract.ts';
import { formatCount, formatEvidence } from '../../../messages/format.ts';
import { t } from '../../../messages/translate.ts';
import { Card, type DataColumn, DataTable, Day, Disclosure, Stack } from '../../../ui/index.ts';
import { isRecomputable } from './recompute.ts';
import { RecomputeForm } from './recompute-form.tsx';

const columns: DataColumn<Crossing>[] = [
  {
    id: 'kind',
    header: t('monitor.claim.crossings.column.what'),
    value: ({ kind }) => t(`monitor.crossing.${kind}`),
  },
  {
    id: 'at',
    header: t('monitor.claim.crossings.column.at'),
    value: ({ at }) => at,
    cell: ({ at }) => <Day at={at} />,
  },
  {
    id: 'predicted',
    header: t('monitor.claim.crossings.column.predicted'),
    value: ({ predictedOn }) => predictedOn,
    cell: ({ predictedOn }) => <Day at={predictedOn} />,
  },
  {
    id: 'position',
    header: t('monitor.claim.crossings.column.position'),
    value: ({ position }) => position,
    cell: ({ position }) => formatCount(position),
    align: 'end',
  },
  {
    id: 'n',
    header: t('monitor.claim.crossings.column.n'),
    value: ({ n }) => n,
    cell: ({ n }) => formatCount(n),
    align: 'end',
    term: 'n',
  },
  {
    id: 'k',
    header: t('monitor.claim.crossings.column.k'),
    value: ({ k }) => k,
    cell: ({ k }) => formatCount(k),
    align: 'end',
  },
  {
    id: 'value',
    header: t('monitor.claim.crossings.column.value'),
    value: ({ logValue }) => logValue,
    cell: ({ logValue, logThreshold }) => (logThreshold === 0 ? '\u2013' : formatEvidence(logValue)),
    align: 'end',
    term: 'e-value',
  },
  {
    id: 'level',
    header: t('monitor.claim.crossings.column.level'),
    value: ({ logThreshold }) => logThreshold,
    cell: ({ logThreshold }) => (logThreshold === 0 ? '\u2013' : formatEvidence(logThreshold)),
    align: 'end',
  },
  {
    id: 'change',
    header: t('monitor.claim.crossings.column.change'),
    value: ({ changePoint }) => changePoint?.on ?? null,
    cell: ({ changePoint }) => (changePoint?.on ? <Day at={changePoint.on} /> : '\u2013'),
    term: 'change-point',
  },
];

/** The cases that decided, with the counts from which anyone computes the e-value again. */
export function CrossingsCard({ claim, stream }: { claim: ClaimView; stream: StreamSummary }) {
  return (
    <Card title={t('monitor.claim.crossings')}>
      <Stack gap={3}>
        <DataTable
          id="crossings"
          caption={t('monitor.claim.crossings')}
          columns={columns}
          rows={stream.crossings}
          rowId={({ kind }) => kind}
          isPlain
          empty={<p>{t('monitor.claim.crossings.none')}</p>}
        />
        <p className="dim small">{t('monitor.claim.crossings.note')}</p>
        <Disclosure summary={t('monitor.claim.recompute')}>
          {isRecomputable(claim) ? (
            <RecomputeForm key={stream.streamId} claim={claim} stream={stream} />
          ) : (
            <p>{t('monitor.claim.recompute.not')}</p>
          )}
        </Disclosure>
      </Stack>
    </Card>
  );
}
