import { useState } from 'react';
import type { ClaimView, StreamSummary } from '../../../../src/monitor/contract.ts';
import { formatEvidence, formatFraction } from '../../../messages/format.ts';
import { t } from '../../../messages/translate.ts';
import { Choice, PlainTable, Row, Stack, TextField } from '../../../ui/index.ts';
import { type Counts, leastRateOf, readCounts, recompute, recordedOf, type Side, startCounts } from './recompute.ts';

const agreementMax = 1e-9;

/** The formula, and two counts that may be changed: the e-value is computed here, not asked of the server. */
export function RecomputeForm({ claim, stream }: { claim: ClaimView; stream: StreamSummary }) {
  const firstSide: Side = stream.crossings.some(({ kind }) => kind === 'break') ? 'against' : 'for';
  const first = startCounts(stream, firstSide);
  const [side, setSide] = useState<Side>(firstSide);
  const [n, setN] = useState(String(first.n));
  const [k, setK] = useState(String(first.k));
  const counts = readCounts(n, k);
  const chooseSide = (chosen: Side) => {
    const start = startCounts(stream, chosen);
    setSide(chosen);
    setN(String(start.n));
    setK(String(start.k));
  };
  return (
    <Stack gap={3}>
      <p>{t('monitor.claim.recompute.formula', { bound: formatFraction(leastRateOf(claim)) })}</p>
      <Row gap={4}>
        <Choice
          label={t('monitor.claim.recompute.side')}
          value={side}
          options={[
            { value: 'against', label: t('monitor.series.against') },
            { value: 'for', label: t('monitor.series.for') },
          ]}
          onChange={chooseSide}
        />
        <TextField label={t('monitor.claim.recompute.n')} value={n} onChange={setN} type="number" />
        <TextField label={t('monitor.claim.recompute.k')} value={k} onChange={setK} type="number" />
      </Row>
      {counts ? (
        <Result claim={claim} stream={stream} counts={counts} side={side} />
      ) : (
        <p role="alert">{t('monitor.claim.recompute.bad')}</p>
      )}
    </Stack>
  );
}

function Result({
  claim,
  stream,
  counts,
  side,
}: {
  claim: ClaimView;
  stream: StreamSummary;
  counts: Counts;
  side: Side;
}) {
  const { logValue, terms } = recompute(leastRateOf(claim), counts, side);
  const { logBreak: logLevel } = stream.thresholds;
  const known = recordedOf(stream, side, counts);
  return (
    <>
      <p role="status">
        <b>
          {t('monitor.claim.recompute.result', { value: formatEvidence(logValue), level: formatEvidence(logLevel) })}
        </b>{' '}
        {t(logValue >= logLevel ? 'monitor.claim.recompute.reached' : 'monitor.claim.recompute.not-reached')}{' '}
        {known === undefined
          ? null
          : t(
              Math.abs(known - logValue) <= agreementMax
                ? 'monitor.claim.recompute.agrees'
                : 'monitor.claim.recompute.differs',
              { value: formatEvidence(known) },
            )}
      </p>
      <PlainTable
        table={{
          columns: [
            { key: 'rate', label: t('monitor.claim.recompute.rate'), align: 'end' },
            { key: 'ratio', label: t('monitor.claim.recompute.ratio'), align: 'end' },
          ],
          rows: terms.map(({ rate, logRatio }) => ({
            rate: formatFraction(rate, 4),
            ratio: formatEvidence(logRatio),
          })),
        }}
      />
    </>
  );
}
