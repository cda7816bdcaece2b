import { assert } from '#kernel';
import { type NotEstimable, notEstimable } from '../estimate.ts';
import { chiSquareUpperTail } from '../numerics/distributions.ts';
import { whyNotBinary, whyNotProbabilities } from '../numerics/usable.ts';
import { binnedCalibration } from './binned-calibration.ts';
import type { FixedTest } from './calibration.ts';

/**
 * Hosmer and Lemeshow's test on equal-mass groups. A legacy figure for comparison with old papers: its result depends on the
 * number of groups, it says nothing about direction or size, and it is never a claim.
 * @param probabilities in [0, 1]; @param outcomes 0 or 1, as many; @param groups default 10.
 * @returns χ² with groups − 2 degrees of freedom. Not estimable with fewer cases than groups, or where a group expects
 *   no event or no non-event.
 * **Source**: Hosmer & Lemeshow, Commun Stat 1980. Oracle: NumPy and SciPy, test/oracles/calibration, 1e-10.
 */
export function hosmerLemeshow(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  groups = 10,
): FixedTest | NotEstimable {
  assert(Number.isInteger(groups) && groups >= 3, 'a Hosmer–Lemeshow test has at least three groups');
  const n = outcomes.length;
  const why = n === 0 ? 'no labels yet' : (whyNotProbabilities(probabilities) ?? whyNotBinary(outcomes));
  if (why !== undefined) return notEstimable(n, why);
  if (n < groups) return notEstimable(n, 'fewer cases than groups');
  const binned = binnedCalibration(probabilities, outcomes, { bins: groups });
  if (!binned.estimable) return binned;
  let statistic = 0;
  for (const bin of binned.bins) {
    const variance = bin.n * bin.meanPredicted * (1 - bin.meanPredicted);
    if (!(variance > 0)) return notEstimable(n, 'a group expects one class only');
    statistic += (bin.events - bin.n * bin.meanPredicted) ** 2 / variance;
  }
  return { estimable: true, statistic, pValue: chiSquareUpperTail(statistic, groups - 2), n };
}
