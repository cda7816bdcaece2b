import type { ClaimView, StreamSummary } from '../../../../src/monitor/contract.ts';
import { decimalsFor, formatCount, formatFraction, formatInterval } from '../../../messages/format.ts';
import { rich } from '../../../messages/rich.tsx';
import { t } from '../../../messages/translate.ts';
import { Day, Term } from '../../../ui/index.ts';
import { type ClaimRow, sinceOf } from './claim-rows.ts';
import { boundInWords, foundInWords, labelsOf, metricName, metricNames, stateAt } from './claim-words.ts';

/** The claim's own sentence, what became of it here, and what was found. */
export function ClaimHeadline({ row: { claim, stream } }: { row: ClaimRow }) {
  const statement = claim.statement.replace(/[.\s]+$/, '');
  if (stream.state === 'no-evidence-yet')
    return rich('monitor.claim.headline.early', {
      statement,
      state: stateAt(stream),
      n: formatCount(stream.reading.n),
      needed: formatCount(claim.minN),
    });
  return rich('monitor.claim.headline', {
    statement,
    state: stateAt(stream),
    day: <Day at={sinceOf(stream)} />,
    found: foundInWords(claim.metric, stream.reading),
  });
}

/** The same in the field's terms, each of which opens its definition. */
export function ClaimPrecise({ row: { claim, stream } }: { row: ClaimRow }) {
  return (
    <>
      <Figure claim={claim} stream={stream} />{' '}
      {rich('monitor.claim.precise.rest', {
        threshold: <Term k="decision-threshold" />,
        value: formatFraction(claim.decisionThreshold),
        horizon: <Term k="horizon" />,
        days: claim.horizonDays,
        verification: <Term k="verification">{claim.verification}</Term>,
      })}
      {labelsOf(claim).map((label) => (
        <span key={label}>
          {' '}
          <Term k={label}>{t(`monitor.claim.${label}`)}</Term>
        </span>
      ))}
    </>
  );
}

function Figure({ claim, stream }: { claim: ClaimView; stream: StreamSummary }) {
  const { estimate } = stream.reading;
  const shared = {
    metric: <Term k={metricNames[claim.metric].term}>{metricName(claim.metric)}</Term>,
    bound: boundInWords(claim),
    alpha: <Term k="alpha" />,
    share: formatFraction(stream.alpha, 4),
  };
  if (!estimate.estimable)
    return rich('monitor.claim.precise.none', {
      ...shared,
      estimable: <Term k="not-estimable" />,
      because: estimate.because,
    });
  const decimals = decimalsFor(estimate.lower, estimate.upper);
  return rich('monitor.claim.precise', {
    ...shared,
    estimate: formatFraction(estimate.value, decimals),
    level: Math.round(estimate.level * 100),
    sequence: <Term k="confidence-sequence" />,
    interval: formatInterval(estimate.lower, estimate.upper, decimals),
    n: <Term k="n" />,
    count: estimate.n,
  });
}
