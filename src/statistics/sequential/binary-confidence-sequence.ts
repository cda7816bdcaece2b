import { assert } from '#kernel';
import { type Estimate, exactEstimate, notEstimable } from '../estimate.ts';
import { logBeta } from '../numerics/special.ts';

export interface BinaryConfidenceSequenceOptions {
  /** Error level of the sequence over all times. */
  readonly alpha?: number;
  /** Number of relevant cases at which the sequence is tuned to be narrow: those expected at the first review. */
  readonly tOpt?: number;
  /** Level at which the tuning is done. */
  readonly alphaOpt?: number;
}

/**
 * Robbins' beta-binomial confidence sequence for a success probability, from counts: valid at every time at once.
 * Ends are found by bisection on each side of k/n, to full precision.
 * @param counts n relevant cases, k hits.
 * @returns value k/n with the sequence's interval inside [0, 1]; not estimable without cases.
 * **Source**: Robbins 1970; Howard, Ramdas, McAuliffe, Sekhon, Annals of Statistics 2021; equals
 * `bernoulli_confidence_interval` of confseq. Oracle: worked figures of the statistics spec, section 5.
 */
export function binaryConfidenceSequence(
  counts: { n: number; k: number },
  options: BinaryConfidenceSequenceOptions = {},
): Estimate {
  const { n, k } = counts;
  const { alpha = 0.05, tOpt = 100, alphaOpt = 0.05 } = options;
  assert(k >= 0 && k <= n, 'hits lie between 0 and the number of cases');
  assert(alpha > 0 && alpha < 1 && alphaOpt > 0 && alphaOpt < 1, 'levels lie inside (0, 1)');
  if (n === 0) return notEstimable(0, 'no labels yet');
  const tuning = 2 * Math.log(1 / alphaOpt);
  const c = Math.max(tOpt / (tuning + Math.log(1 + tuning)) - 1, 1e-3);
  const limit = Math.log(1 / alpha);
  const excluded = (theta: number) => theta <= 0 || theta >= 1 || logRobbinsMixture(theta, n, k, c) >= limit;
  const value = k / n;
  return exactEstimate({
    value,
    lower: k === 0 ? 0 : outwardEnd(excluded, value, 0),
    upper: k === n ? 1 : outwardEnd(excluded, value, 1),
    n,
    level: 1 - alpha,
    method: 'Robbins beta-binomial confidence sequence',
  });
}

function logRobbinsMixture(theta: number, n: number, k: number, c: number): number {
  const misses = n - k;
  const posterior = logBeta(c * theta + k, c * (1 - theta) + misses);
  return posterior - logBeta(c * theta, c * (1 - theta)) - k * Math.log(theta) - misses * Math.log1p(-theta);
}

/** The last point that is not excluded between the estimate and an end of [0, 1], by bisection. */
function outwardEnd(excluded: (theta: number) => boolean, estimate: number, end: 0 | 1): number {
  // With every case a hit (or a miss) the estimate itself is an end; the search then starts just inside.
  let inside = estimate === 0 || estimate === 1 ? Math.abs(estimate - 1e-12) : estimate;
  let outside: number = end;
  for (let step = 0; step < 100; step++) {
    const middle = (inside + outside) / 2;
    if (middle === inside || middle === outside) break;
    if (excluded(middle)) outside = middle;
    else inside = middle;
  }
  return outside === end ? end : inside;
}
