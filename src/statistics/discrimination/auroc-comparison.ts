import { assert } from '#kernel';
import { type NotEstimable, notEstimable } from '../estimate.ts';
import { normalMultiplier, normalTwoSidedP, studentMultiplier, studentTwoSidedP } from '../numerics/distributions.ts';
import { total } from '../numerics/totals.ts';
import { type DeLong, deLong, placements } from './discrimination.ts';

/** A difference of two AUROCs, first minus second. */
export interface AurocComparison {
  readonly estimable: true;
  readonly difference: number;
  readonly standardError: number;
  /** z, or t where `degreesOfFreedom` is given. */
  readonly statistic: number;
  readonly degreesOfFreedom: number | undefined;
  /** Two-sided, in [0, 1]. */
  readonly pValue: number;
  readonly lower: number;
  readonly upper: number;
  readonly level: number;
  readonly n: number;
}

/**
 * Covariance of the AUROCs of two scores on the same subjects.
 * @param first, second scores; @param outcomes 0 or 1, as many; at least two of each class.
 * **Source**: DeLong et al. 1988. Oracle: pROC `cov` on aSAH, 1e-12.
 */
export function deLongCovariance(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  outcomes: ArrayLike<number>,
): number {
  const [a, b] = [placements(first, outcomes), placements(second, outcomes)];
  const n1 = total(outcomes);
  const n0 = outcomes.length - n1;
  assert(n0 >= 2 && n1 >= 2, 'a covariance needs two of each class');
  const meansOf = (values: Float64Array) => {
    const sums = [0, 0];
    for (let i = 0; i < values.length; i++) sums[outcomes[i]!]! += values[i]!;
    return [sums[0]! / n0, sums[1]! / n1] as const;
  };
  const [meanA, meanB] = [meansOf(a), meansOf(b)];
  const products = [0, 0];
  for (let i = 0; i < a.length; i++) {
    const outcome = outcomes[i]! as 0 | 1;
    products[outcome]! += (a[i]! - meanA[outcome]) * (b[i]! - meanB[outcome]);
  }
  return products[0]! / ((n0 - 1) * n0) + products[1]! / ((n1 - 1) * n1);
}

/**
 * DeLong's test of two scores on the same subjects.
 * @param first, second scores; @param outcomes 0 or 1, as many; @param level of the interval of the difference.
 * @returns identical curves give z = 0, p = 1. Not estimable where an AUROC is not, or where a difference has no variance.
 * **Source**: DeLong et al. 1988. Oracle: pROC `roc.test(paired = TRUE)` on aSAH, 1e-12.
 */
export function comparePairedAurocs(
  scores: { first: ArrayLike<number>; second: ArrayLike<number> },
  outcomes: ArrayLike<number>,
  level = 0.95,
): AurocComparison | NotEstimable {
  const first = deLong(scores.first, outcomes);
  if (!first.estimable) return first;
  const second = deLong(scores.second, outcomes);
  if (!second.estimable) return second;
  const covariance = deLongCovariance(scores.first, scores.second, outcomes);
  const variance = Math.max(0, first.variance + second.variance - 2 * covariance);
  const difference = first.auroc - second.auroc;
  const n = outcomes.length;
  // Rounding leaves a variance of about 1e-18 where the two curves are the same.
  const isWithoutVariance = variance <= 1e-14 * (first.variance + second.variance);
  if (isWithoutVariance && Math.abs(difference) > 1e-12) return notEstimable(n, 'the difference has no variance');
  const standardError = isWithoutVariance ? 0 : Math.sqrt(variance);
  const statistic = isWithoutVariance ? 0 : difference / standardError;
  const half = normalMultiplier(level) * standardError;
  return {
    estimable: true,
    difference,
    standardError,
    statistic,
    degreesOfFreedom: undefined,
    pValue: normalTwoSidedP(statistic),
    lower: Math.max(-1, difference - half),
    upper: Math.min(1, difference + half),
    level,
    n,
  };
}

/**
 * DeLong's test of AUROCs from independent samples.
 * @param first, second results of `deLong`; @param level of the interval of the difference.
 * @returns t with Welch's degrees of freedom; not estimable where an AUROC is not, or both have variance 0.
 * **Source**: pROC's documentation of the unpaired DeLong test: df = (V₁+V₂)²/(V₁²/(N₁−1)+V₂²/(N₂−1)), N = events +
 * non-events. Oracle: pROC `roc.test(paired = FALSE)` on aSAH, 1e-12.
 */
export function compareUnpairedAurocs(
  first: DeLong | NotEstimable,
  second: DeLong | NotEstimable,
  level = 0.95,
): AurocComparison | NotEstimable {
  if (!first.estimable) return first;
  if (!second.estimable) return second;
  const [size1, size2] = [first.events + first.nonEvents, second.events + second.nonEvents];
  const variance = first.variance + second.variance;
  if (variance === 0) return notEstimable(size1 + size2, 'the difference has no variance');
  const degreesOfFreedom = variance ** 2 / (first.variance ** 2 / (size1 - 1) + second.variance ** 2 / (size2 - 1));
  const difference = first.auroc - second.auroc;
  const standardError = Math.sqrt(variance);
  const statistic = difference / standardError;
  const half = studentMultiplier(level, degreesOfFreedom) * standardError;
  return {
    estimable: true,
    difference,
    standardError,
    statistic,
    degreesOfFreedom,
    pValue: studentTwoSidedP(statistic, degreesOfFreedom),
    lower: Math.max(-1, difference - half),
    upper: Math.min(1, difference + half),
    level,
    n: size1 + size2,
  };
}
