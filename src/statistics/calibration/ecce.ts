import { assert } from '#kernel';
import { type NotEstimable, notEstimable } from '../estimate.ts';
import { radixArgsort } from '../numerics/radix-argsort.ts';
import { whyNotForecasts } from '../numerics/usable.ts';

/** Tests of calibration from cumulative differences: no bins, no bandwidth. */
export interface Ecce {
  readonly estimable: true;
  /** max |C| / σ, and its p-value for a single look. */
  readonly kolmogorovSmirnov: number;
  readonly kolmogorovSmirnovP: number;
  /** (max C − min C) / σ, the first minimum and maximum including C₀ = 0; and its p-value for a single look. */
  readonly kuiper: number;
  readonly kuiperP: number;
  readonly n: number;
}

/**
 * Empirical cumulative calibration error: C = cumsum(y − p)/n in order of p, over σ = √Σp(1−p)/n.
 * @param probabilities in [0, 1]; @param outcomes 0 or 1, as many. C is read at the end of each group of equal
 *   predictions, so that the order within ties cannot matter.
 * @returns not estimable with `no labels yet`, or where every prediction is 0 or 1. Cost: linear (radix sort).
 * **Source**: Arrieta-Ibarra, Gujral, Tannen, Tygert & Xu, JMLR 2022. Oracle: limit laws at 1, 2, 3 as in MAPIE.
 */
export function ecce(probabilities: ArrayLike<number>, outcomes: ArrayLike<number>): Ecce | NotEstimable {
  assert(probabilities.length === outcomes.length, 'there is one outcome a prediction');
  const why = whyNotForecasts(probabilities, outcomes);
  if (why !== undefined) return notEstimable(outcomes.length, why);
  const order = radixArgsort(probabilities);
  const n = order.length;
  if (n === 0) return notEstimable(0, 'no labels yet');
  let [sum, highest, lowest, variance] = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const p = probabilities[order[i]!]!;
    sum += outcomes[order[i]!]! - p;
    variance += p * (1 - p);
    const isEndOfTies = i === n - 1 || probabilities[order[i + 1]!]! !== p;
    if (!isEndOfTies) continue;
    highest = Math.max(highest, sum);
    lowest = Math.min(lowest, sum);
  }
  if (variance === 0) return notEstimable(n, 'every prediction is 0 or 1');
  const sigma = Math.sqrt(variance);
  const kolmogorovSmirnov = Math.max(highest, -lowest) / sigma;
  const kuiper = (highest - lowest) / sigma;
  return {
    estimable: true,
    kolmogorovSmirnov,
    kolmogorovSmirnovP: 1 - maximumOfBrownianMotionCdf(kolmogorovSmirnov),
    kuiper,
    kuiperP: 1 - rangeOfBrownianMotionCdf(kuiper),
    n,
  };
}

// Beyond these values the upper tail is below 1e-15.
const [maximumEnd, rangeEnd] = [8.5, 9];

/**
 * P(max |B| ≤ x) of standard Brownian motion on [0, 1]: (2/π) Σ (−1)^k/k̃ · exp(−k̃²π²/(2x²)), k̃ = k + ½.
 * @param x ≥ 0. @returns in [0, 1]. **Source**: Feller vol. II, X.5. Oracle: F(1, 2, 3) = .370777, .908999, .9946.
 */
export function maximumOfBrownianMotionCdf(x: number): number {
  if (x <= 0) return 0;
  if (x > maximumEnd) return 1;
  let sum = 0;
  for (let k = 0; k < 200; k++) {
    const half = k + 0.5;
    sum += ((k % 2 === 0 ? 1 : -1) / half) * Math.exp((-half * half * Math.PI ** 2) / (2 * x * x));
  }
  return Math.min(1, Math.max(0, (2 / Math.PI) * sum));
}

/**
 * P(max B − min B ≤ x) of standard Brownian motion on [0, 1]: Σ (8/x² + 2/(k̃²π²)) exp(−2k̃²π²/x²), k̃ = k + ½.
 * @param x ≥ 0. @returns in [0, 1]. **Source**: Feller 1951. Oracle: F(1, 2, 3) = .063365, .818506, .989201.
 */
export function rangeOfBrownianMotionCdf(x: number): number {
  if (x <= 0) return 0;
  if (x > rangeEnd) return 1;
  let sum = 0;
  for (let k = 0; k < 200; k++) {
    const square = (k + 0.5) ** 2 * Math.PI ** 2;
    sum += (8 / (x * x) + 2 / square) * Math.exp((-2 * square) / (x * x));
  }
  return Math.min(1, Math.max(0, sum));
}
