import { assert } from '#kernel';

/**
 * The level of the k-th run of a claim: α_k = α · 6/(π²k²). Over all runs they sum to α.
 * A dismissed alarm starts run k + 1; nothing is ever reset silently.
 * @param run k = 1, 2, …
 * **Source**: statistics spec, section 4. Oracle: α_1 = .6079 α.
 */
export function runAlpha(alpha: number, run: number): number {
  return alpha / runScale(run);
}

/** The detector level of the k-th run: A_k = A · π²k²/6, the cautious reading of section 4. */
export function runDetectorLevel(level: number, run: number): number {
  return level * runScale(run);
}

/** The log e-value at which the k-th run acts: ln(1/α_k). */
export function runLogThreshold(alpha: number, run: number): number {
  return -Math.log(runAlpha(alpha, run));
}

function runScale(run: number): number {
  assert(Number.isInteger(run) && run >= 1, 'runs of a claim count from 1');
  return (Math.PI * Math.PI * run * run) / 6;
}

/**
 * A certificate's α split over its claims in proportion to weights (severity).
 * @returns shares that sum to α.
 * **Source**: Bonferroni; statistics spec, section 13.
 */
export function splitAlpha(alpha: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  assert(weights.every((weight) => weight >= 0) && sum > 0, 'weights of claims are not negative, and not all 0');
  return weights.map((weight) => (alpha * weight) / sum);
}
