import { assert } from '#kernel';
import { type Described, described } from '../described.ts';
import { type NotEstimable, notEstimable } from '../estimate.ts';
import { whyNotFinite, whyNotMatrix } from '../numerics/usable.ts';

/** Reference cases as vectors of length 1. */
export interface NeighbourReference {
  readonly estimable: true;
  readonly units: readonly Float64Array[];
  readonly n: number;
}

/**
 * Prepares reference cases for neighbour distances: each feature vector is divided by its length.
 * @param rows feature vectors, equal length, finite; a vector of zeros stays zero. @returns not estimable without rows.
 */
export function neighbourReference(rows: readonly ArrayLike<number>[]): NeighbourReference | NotEstimable {
  const why = rows.length === 0 ? 'no cases yet' : whyNotMatrix(rows);
  if (why !== undefined) return notEstimable(rows.length, why);
  return { estimable: true, units: rows.map(toUnit), n: rows.length };
}

/**
 * Rarity by neighbours: the Euclidean distance to the k-th nearest reference case, both vectors of length 1.
 * @param row features of a case; @param k neighbours, default 10.
 * @returns in [0, 2]; not estimable where the reference has fewer than k cases or a feature is not finite.
 * Cost: the size of the reference.
 * **Source**: Sun et al., "Out-of-distribution detection with deep nearest neighbors", ICML 2022. Oracle: scikit-learn
 * `NearestNeighbors`, 1e-12.
 */
export function neighbourDistance(
  reference: NeighbourReference,
  row: ArrayLike<number>,
  k = 10,
): Described | NotEstimable {
  assert(Number.isInteger(k) && k >= 1, 'neighbours are counted from 1');
  const why = whyNotFinite(row);
  if (why !== undefined) return notEstimable(reference.n, why);
  if (reference.n < k) return notEstimable(reference.n, `fewer than ${k} reference cases`);
  assert(row.length === reference.units[0]!.length, 'a case has the features of the reference');
  const unit = toUnit(row);
  const squares = new Float64Array(reference.n);
  reference.units.forEach((other, i) => {
    let sum = 0;
    for (let j = 0; j < unit.length; j++) sum += (unit[j]! - other[j]!) ** 2;
    squares[i] = sum;
  });
  return described(Math.sqrt(squares.sort()[k - 1]!), reference.n);
}

function toUnit(row: ArrayLike<number>): Float64Array {
  const unit = Float64Array.from(row);
  const length = Math.hypot(...unit);
  return length === 0 ? unit : unit.map((value) => value / length);
}
