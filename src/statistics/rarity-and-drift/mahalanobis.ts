import { assert } from '#kernel';
import { type Described, described } from '../described.ts';
import { type NotEstimable, notEstimable } from '../estimate.ts';
import { cholesky } from '../numerics/linear-algebra.ts';
import { whyNotFinite } from '../numerics/usable.ts';
import { classMeans, ledoitWolfCovariance, sampleCovariance } from './covariance.ts';

/** Where cases usually lie: the centre (of each class) and one covariance. */
export interface MahalanobisReference {
  readonly estimable: true;
  readonly centres: readonly Float64Array[];
  /** Lower Cholesky factor of the covariance. */
  readonly factor: readonly (readonly number[])[];
  readonly shrinkage: number;
  readonly n: number;
}

/**
 * Learns a Mahalanobis distance from reference cases.
 * @param rows feature vectors (embedding, DICOM and clinical covariates), equal length, finite.
 * @param options classes: one centre each with a pooled covariance; covariance: Ledoit–Wolf (default) or the plain one,
 *   which needs more cases than features and knows no classes.
 * @returns not estimable with fewer than two rows, equal rows, or a covariance that is not positive definite.
 * **Source**: Mahalanobis 1936; Lee et al., NeurIPS 2018 (class-conditional); statistics spec, section 14.
 */
export function fitMahalanobis(
  rows: readonly ArrayLike<number>[],
  options: { classes?: readonly string[]; covariance?: 'ledoit-wolf' | 'sample' } = {},
): MahalanobisReference | NotEstimable {
  const { classes, covariance = 'ledoit-wolf' } = options;
  assert(classes === undefined || classes.length === rows.length, 'there is one class a row');
  assert(classes === undefined || covariance === 'ledoit-wolf', 'the plain covariance knows no classes');
  const fit = covariance === 'sample' ? sampleCovariance(rows) : ledoitWolfCovariance(rows, classes);
  if (!fit.estimable) return fit;
  const factor = cholesky(fit.matrix);
  if (factor === undefined) return notEstimable(fit.n, 'the covariance is not positive definite');
  const centres = classes === undefined ? [fit.mean] : [...classMeans(rows, classes).values()];
  return { estimable: true, centres, factor, shrinkage: fit.shrinkage, n: fit.n };
}

/**
 * The squared Mahalanobis distance of a case to the nearest centre.
 * @param row features, as many as in the reference. @returns ≥ 0; not estimable where a feature is not a finite number.
 * **Source**: as `fitMahalanobis`. Oracle: scipy_gold.json `mahalanobis_sq`, 1e-10.
 */
export function mahalanobisSquared(reference: MahalanobisReference, row: ArrayLike<number>): Described | NotEstimable {
  const why = whyNotFinite(row);
  if (why !== undefined) return notEstimable(reference.n, why);
  assert(row.length === reference.factor.length, 'a case has the features of the reference');
  let nearest = Infinity;
  for (const centre of reference.centres) nearest = Math.min(nearest, whitenedLength(reference.factor, centre, row));
  return described(nearest, reference.n);
}

function whitenedLength(factor: readonly (readonly number[])[], centre: Float64Array, row: ArrayLike<number>): number {
  const whitened = new Float64Array(centre.length);
  let sum = 0;
  for (let i = 0; i < centre.length; i++) {
    let value = row[i]! - centre[i]!;
    const factors = factor[i]!;
    for (let j = 0; j < i; j++) value -= factors[j]! * whitened[j]!;
    value /= factors[i]!;
    whitened[i] = value;
    sum += value * value;
  }
  return sum;
}
