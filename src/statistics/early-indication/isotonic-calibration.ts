import { type CorpBlock, corp } from '../calibration/corp.ts';
import { type NotEstimable, notEstimable } from '../estimate.ts';
import { whyNotBinary, whyNotProbabilities } from '../numerics/usable.ts';

/** An isotonic recalibration frozen on reference cases. */
export interface IsotonicCalibration {
  readonly estimable: true;
  readonly blocks: readonly CorpBlock[];
  readonly n: number;
}

/**
 * Fits a non-decreasing recalibration by pooling adjacent violators.
 * @param probabilities in [0, 1]; @param outcomes 0 or 1 of reference cases. @returns not estimable as `corp`.
 * **Source**: Ayer et al. 1955; Zadrozny & Elkan 2002. Oracle: scikit-learn `IsotonicRegression`, 1e-12.
 */
export function fitIsotonic(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
): IsotonicCalibration | NotEstimable {
  const why = whyNotProbabilities(probabilities) ?? whyNotBinary(outcomes);
  if (why !== undefined) return notEstimable(outcomes.length, why);
  const fit = corp(probabilities, outcomes);
  return fit.estimable ? { estimable: true, blocks: fit.blocks, n: fit.n } : fit;
}

/** The recalibrated probability: constant within a block, linear between blocks, constant beyond the ends. */
export function applyIsotonic({ blocks }: IsotonicCalibration, probability: number): number {
  let [low, high] = [0, blocks.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (blocks[middle]!.to < probability) low = middle + 1;
    else high = middle;
  }
  const after = blocks[low]!;
  const before = blocks[low - 1];
  if (probability >= after.from || before === undefined || probability > after.to) return after.recalibrated;
  const share = (probability - before.to) / (after.from - before.to);
  return before.recalibrated + share * (after.recalibrated - before.recalibrated);
}
