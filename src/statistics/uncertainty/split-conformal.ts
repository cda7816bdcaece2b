import { assert } from '#kernel';
import { type Described, described } from '../described.ts';
import { type NotEstimable, notEstimable } from '../estimate.ts';
import { radixSort } from '../numerics/radix-sort.ts';
import { whyNotRankable } from '../numerics/usable.ts';

/**
 * The threshold of split conformal prediction: the ⌈(n+1)(1−α)⌉-th smallest calibration score.
 * @param scores non-conformity scores of n calibration cases, higher = stranger; no NaN. @param alpha miss rate in (0, 1).
 * @returns the threshold, +∞ where n is too small for α (every label is then in the set); a set that holds all labels with
 *   score ≤ threshold covers with probability ≥ 1 − α. Not estimable with `no labels yet`.
 * **Source**: Vovk, Gammerman & Shafer 2005; Papadopoulos 2002; statistics spec, section 14. Oracle: NumPy, exact.
 */
export function conformalThreshold(scores: ArrayLike<number>, alpha: number): Described | NotEstimable {
  assert(alpha > 0 && alpha < 1, 'a miss rate lies strictly between 0 and 1');
  const n = scores.length;
  if (n === 0) return notEstimable(0, 'no labels yet');
  const why = whyNotRankable(scores);
  if (why !== undefined) return notEstimable(n, why);
  // (n+1)(1−α) is often a whole number that floating point leaves a little above; a part in 1e12 is rounding.
  const rank = Math.ceil((n + 1) * (1 - alpha) * (1 - 1e-12));
  if (rank > n) return described(Number.POSITIVE_INFINITY, n);
  return described(radixSort(scores)[rank - 1]!, n);
}

/**
 * Mondrian conformal: a threshold for each group (class, site, image quality), so that coverage holds within each.
 * @param scores see `conformalThreshold`; @param groups the group of each, as many.
 * @returns by group; a group with nobody is not in it, a group too small has the threshold +∞.
 * **Source**: Vovk, Gammerman & Shafer 2005, section 4.5.
 */
export function mondrianThresholds(
  scores: ArrayLike<number>,
  groups: readonly string[],
  alpha: number,
): Map<string, Described | NotEstimable> {
  assert(scores.length === groups.length, 'there is one group a score');
  const members = new Map<string, number[]>();
  groups.forEach((group, i) => {
    const list = members.get(group);
    if (list === undefined) members.set(group, [scores[i]!]);
    else list.push(scores[i]!);
  });
  return new Map([...members].map(([group, list]) => [group, conformalThreshold(list, alpha)]));
}

/** What prediction sets achieved: hits are Bernoulli, so coverage is a binary claim on (n, covered). */
export interface SetCoverage {
  readonly n: number;
  readonly covered: number;
  /** Number of labels over all sets; over n it is the mean set size, the efficiency. */
  readonly labels: number;
  readonly emptySets: number;
}

/**
 * Coverage and size of prediction sets.
 * @param rows non-conformity of every label of each case; @param truths index of the label that occurred;
 * @param threshold one for all, or one a case (Mondrian). A label is in the set where its score ≤ threshold.
 */
export function setCoverage(
  rows: readonly ArrayLike<number>[],
  truths: ArrayLike<number>,
  threshold: number | ArrayLike<number>,
): SetCoverage {
  assert(rows.length === truths.length, 'there is one label a case');
  let [covered, labels, emptySets] = [0, 0, 0];
  rows.forEach((row, i) => {
    const limit = typeof threshold === 'number' ? threshold : threshold[i]!;
    let size = 0;
    for (let label = 0; label < row.length; label++) if (row[label]! <= limit) size++;
    labels += size;
    if (size === 0) emptySets++;
    if (row[truths[i]!]! <= limit) covered++;
  });
  return { n: rows.length, covered, labels, emptySets };
}

/**
 * One step of adaptive conformal inference, for display only: α ← α + γ(target − miss).
 * @param alpha the running level, may leave [0, 1]; @param isMiss whether the last set missed.
 * @param options target miss rate; gamma .005 to .02. It tracks coverage without saying when it was lost: no evidence.
 * **Source**: Gibbs & Candès, NeurIPS 2021.
 */
export function adaptiveConformalStep(
  alpha: number,
  isMiss: boolean,
  options: { target: number; gamma?: number },
): number {
  const { target, gamma = 0.01 } = options;
  return alpha + gamma * (target - (isMiss ? 1 : 0));
}
