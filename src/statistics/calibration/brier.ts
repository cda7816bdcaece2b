import { assert } from '#kernel';
import { approximateEstimate, type Estimate, notEstimable } from '../estimate.ts';
import { meanInterval } from '../fixed-intervals.ts';
import { mean } from '../numerics/totals.ts';
import { whyNotForecasts } from '../numerics/usable.ts';

/**
 * Brier score: mean of (y − p)², 0 best.
 * @param probabilities in [0, 1]; @param outcomes 0 or 1, as many.
 * @returns in [0, 1] with a normal interval of the mean; not estimable with fewer than two cases.
 * **Source**: Brier 1950, the binary form (the two-class sum is twice as large). Oracle: `brier`, 1e-15.
 */
export function brierScore(probabilities: ArrayLike<number>, outcomes: ArrayLike<number>, level = 0.95): Estimate {
  const why = whyNotForecasts(probabilities, outcomes);
  if (why !== undefined) return notEstimable(outcomes.length, why);
  return meanInterval(squaredErrors(probabilities, outcomes), { lowest: 0, highest: 1 }, level);
}

/**
 * Scaled Brier score: 1 − B/(ȳ(1 − ȳ)); 1 best, 0 as good as the prevalence, below 0 worse.
 * @param probabilities in [0, 1]; @param outcomes 0 or 1, as many.
 * @returns at most 1, with a delta-method interval; not estimable with `one class only`.
 * **Source**: Steyerberg et al., Epidemiology 2010. Oracle: `brier_scaled`, 8 digits.
 */
export function scaledBrierScore(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  level = 0.95,
): Estimate {
  const n = outcomes.length;
  const why = whyNotForecasts(probabilities, outcomes);
  if (why !== undefined) return notEstimable(n, why);
  const losses = squaredErrors(probabilities, outcomes);
  const rate = n === 0 ? 0 : mean(outcomes);
  const spread = rate * (1 - rate);
  if (spread === 0) return notEstimable(n, n === 0 ? 'no labels yet' : 'one class only');
  const brier = mean(losses);
  const value = 1 - brier / spread;
  // First-order influence of each case on 1 − B/(ȳ(1−ȳ)).
  const influence = losses.map(
    (loss, i) => -(loss - brier) / spread + (brier * (1 - 2 * rate) * (outcomes[i]! - rate)) / spread ** 2,
  );
  const spreadOfInfluence = meanInterval(influence, { lowest: -Infinity, highest: Infinity }, level);
  if (!spreadOfInfluence.estimable) return spreadOfInfluence;
  const half = (spreadOfInfluence.upper - spreadOfInfluence.lower) / 2;
  const method = 'scaled Brier score, delta-method interval (single look)';
  return approximateEstimate({ value, lower: value - half, upper: Math.min(1, value + half), n, level, method });
}

function squaredErrors(probabilities: ArrayLike<number>, outcomes: ArrayLike<number>): Float64Array {
  assert(probabilities.length === outcomes.length, 'there is one outcome a prediction');
  return Float64Array.from(outcomes, (outcome, i) => (outcome - probabilities[i]!) ** 2);
}
