import { assert } from '#kernel';
import { betaBinomialMixture, type UniformBoundary } from './uniform-boundaries.ts';

/**
 * An anytime-valid p-value for "both arms have the same q-quantile".
 * @param arms values of each arm, in any order; at least one each.
 * @param q quantile in (0, 1).
 * @param options tOpt: number of observations an arm at which the test is tuned.
 * @returns a p-value in (0, 1]. Cost O(n log n).
 * **Source**: Howard, Ramdas, Bernoulli 2022, section 6; spec section 7.3.
 */
export function quantileComparisonP(
  arms: readonly [readonly number[], readonly number[]],
  q: number,
  options: { tOpt: number; alphaOpt?: number },
): number {
  assert(arms[0].length > 0 && arms[1].length > 0, 'a comparison of quantiles needs both arms');
  assert(q > 0 && q < 1, 'a quantile lies inside (0, 1)');
  const tuning = { vOpt: options.tOpt * q * (1 - q), alphaOpt: options.alphaOpt ?? 0.05 };
  const mixture = betaBinomialMixture(tuning, { g: q, h: 1 - q }, 2);
  const sorted = arms.map((arm) => Float64Array.from(arm).sort()) as [Float64Array, Float64Array];
  const first = evidenceAgainstQuantile(mixture, sorted[0], q);
  const second = evidenceAgainstQuantile(mixture, sorted[1], q);
  // Both summands are lowest at order statistics, so the common quantile with least evidence against it is one.
  let least = Infinity;
  for (const arm of sorted) for (const x of arm) least = Math.min(least, first(x) + second(x));
  return Math.min(1, Math.exp(-least));
}

/** G(x): the log evidence of one arm against x being its q-quantile. */
function evidenceAgainstQuantile(mixture: UniformBoundary, sorted: Float64Array, q: number): (x: number) => number {
  const n = sorted.length;
  const v = q * (1 - q) * n;
  // ln M is convex in the sum; its lowest point is found once.
  const lowest = convexMinimum((s) => mixture.logMixture(s, v), -q * n, (1 - q) * n);
  return (x) => {
    const atLeast = rank(sorted, x, false) - q * n;
    const atMost = rank(sorted, x, true) - q * n;
    return mixture.logMixture(Math.min(atMost, Math.max(atLeast, lowest)), v);
  };
}

/** The number of values below x, or at or below x. */
function rank(sorted: Float64Array, x: number, isInclusive: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const value = sorted[middle]!;
    if (value < x || (isInclusive && value === x)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function convexMinimum(f: (x: number) => number, from: number, to: number): number {
  let low = from;
  let high = to;
  for (let step = 0; step < 120; step++) {
    const left = low + (high - low) / 3;
    const right = high - (high - low) / 3;
    if (f(left) <= f(right)) high = right;
    else low = left;
  }
  return (low + high) / 2;
}
