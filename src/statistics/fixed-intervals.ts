import { assert } from '#kernel';
import { approximateEstimate, type Estimate, exactEstimate, notEstimable } from './estimate.ts';
import { betaQuantile, normalMultiplier } from './numerics/distributions.ts';
import { whyNotFinite } from './numerics/usable.ts';

/** Successes k of n, whole numbers. */
export interface Counts {
  readonly n: number;
  readonly k: number;
}

/**
 * Wilson's score interval of a proportion, for one look at a fixed number of cases.
 * @param counts n cases, k successes, 0 ≤ k ≤ n; n may be an effective sample size, not whole.
 * @returns k/n with an interval inside [0, 1] that contains it; not estimable without cases.
 * **Source**: Wilson, JASA 1927. Oracle: statsmodels/scipy, 1e-15 (at 10/10 the upper end is clamped to 1).
 */
export function wilsonInterval(counts: Counts, level = 0.95): Estimate {
  const { n, k } = counts;
  assert(k >= 0 && k <= n, 'successes lie between 0 and the number of cases');
  if (n === 0) return notEstimable(0, 'no labels yet');
  const z2 = normalMultiplier(level) ** 2;
  const value = k / n;
  const centre = (value + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Math.sqrt(z2) / (1 + z2 / n)) * Math.sqrt((value * (1 - value)) / n + z2 / (4 * n * n));
  // At k = 0 and k = n an end equals the estimate exactly; rounding must not push it past.
  const lower = k === 0 ? 0 : Math.max(0, Math.min(value, centre - half));
  const upper = k === n ? 1 : Math.min(1, Math.max(value, centre + half));
  return approximateEstimate({ value, lower, upper, n, level, method: 'Wilson interval (single look)' });
}

/**
 * The exact interval of Clopper and Pearson, for one look at a fixed number of cases.
 * @param counts n cases, k successes, whole, 0 ≤ k ≤ n.
 * @returns k/n with an interval inside [0, 1] that contains it; not estimable without cases.
 * **Source**: Clopper & Pearson, Biometrika 1934, by beta quantiles. Oracle: scipy `binomtest`, 1e-12.
 */
export function clopperPearsonInterval(counts: Counts, level = 0.95): Estimate {
  const { n, k } = counts;
  assert(Number.isInteger(n) && Number.isInteger(k) && k >= 0 && k <= n, 'successes are whole, from 0 to n');
  if (n === 0) return notEstimable(0, 'no labels yet');
  const tail = (1 - level) / 2;
  const lower = k === 0 ? 0 : betaQuantile(tail, k, n - k + 1);
  const upper = k === n ? 1 : betaQuantile(1 - tail, k + 1, n - k);
  return exactEstimate({ value: k / n, lower, upper, n, level, method: 'Clopper–Pearson interval (single look)' });
}

/**
 * A mean with a normal interval from its cases' contributions, for one look at a fixed number of cases.
 * @param contributions one value a case, each within [range.lowest, range.highest].
 * @returns the mean; where all contributions are equal, Hoeffding's interval, which does not claim certainty.
 *   Not estimable with fewer than two cases.
 * **Source**: Hoeffding, JASA 1963, theorem 2.
 */
export function meanInterval(
  contributions: ArrayLike<number>,
  range: { lowest: number; highest: number },
  level = 0.95,
): Estimate {
  const n = contributions.length;
  if (n < 2) return notEstimable(n, n === 0 ? 'no labels yet' : 'n < 2');
  const why = whyNotFinite(contributions);
  if (why !== undefined) return notEstimable(n, why);
  let [value, squares] = [0, 0];
  for (let i = 0; i < n; i++) value += contributions[i]! / n;
  for (let i = 0; i < n; i++) squares += (contributions[i]! - value) ** 2;
  const width = range.highest - range.lowest;
  const isConstant = squares <= n * (1e-12 * width) ** 2;
  const half = isConstant
    ? width * Math.sqrt(Math.log(2 / (1 - level)) / (2 * n))
    : normalMultiplier(level) * Math.sqrt(squares / (n - 1) / n);
  const lower = Math.max(range.lowest, value - half);
  const upper = Math.min(range.highest, value + half);
  const method = isConstant ? 'mean, Hoeffding interval (single look)' : 'mean, normal interval (single look)';
  return approximateEstimate({ value, lower, upper, n, level, method });
}
