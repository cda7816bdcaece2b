import { type NotEstimable, notEstimable } from '../estimate.ts';
import { whyNotMatrix } from '../numerics/usable.ts';

/** The mean and covariance of feature vectors. */
export interface Covariance {
  readonly estimable: true;
  readonly mean: Float64Array;
  /** Symmetric, one row a feature. */
  readonly matrix: number[][];
  /** ρ: how far the matrix was drawn towards a multiple of the identity; 0 for the plain covariance. */
  readonly shrinkage: number;
  readonly n: number;
}

/**
 * The plain covariance, divisor n − 1.
 * @param rows one feature vector a case, of equal length, finite. @returns not estimable with fewer than two rows.
 */
export function sampleCovariance(rows: readonly ArrayLike<number>[]): Covariance | NotEstimable {
  const n = rows.length;
  if (n < 2) return notEstimable(n, n === 0 ? 'no cases yet' : 'n < 2');
  const why = whyNotMatrix(rows);
  if (why !== undefined) return notEstimable(n, why);
  const { mean, centred } = centre(rows);
  const matrix = secondMoments(centred).map((row) => row.map((value) => (value * n) / (n - 1)));
  return { estimable: true, mean, matrix, shrinkage: 0, n };
}

/**
 * Ledoit and Wolf's covariance (1−ρ)S + ρμI, S with divisor n, μ = tr S/d, δ² = ‖S−μI‖²_F,
 * ρ = min(1, Σ_k‖x_k x_kᵀ − S‖²_F/(n²δ²)): well conditioned where there are more features than cases.
 * @param rows see `sampleCovariance`. @param classes where given, rows are centred at the mean of their class (pooled).
 * @returns not estimable with fewer than two rows or where all rows (of a class) are equal. Cost: rows × features².
 * **Source**: Ledoit & Wolf, J Multivariate Analysis 2004, section 3. Oracle: scikit-learn `ledoit_wolf`, 1e-12.
 */
export function ledoitWolfCovariance(
  rows: readonly ArrayLike<number>[],
  classes?: readonly string[],
): Covariance | NotEstimable {
  const n = rows.length;
  if (n < 2) return notEstimable(n, n === 0 ? 'no cases yet' : 'n < 2');
  const why = whyNotMatrix(rows);
  if (why !== undefined) return notEstimable(n, why);
  const { mean, centred } = classes === undefined ? centre(rows) : centreWithin(rows, classes);
  const moments = secondMoments(centred);
  const size = mean.length;
  const level = moments.reduce((sum, row, i) => sum + row[i]!, 0) / size;
  if (level === 0) return notEstimable(n, 'all rows are equal');
  const norm = moments.reduce((sum, row) => sum + row.reduce((s, value) => s + value * value, 0), 0);
  const distance = norm - size * level * level;
  // Σ‖x xᵀ − S‖² = Σ‖x‖⁴ − n‖S‖², as Σ x xᵀ = nS.
  const fourth = centred.reduce((sum, row) => sum + squaredLength(row) ** 2, 0);
  const spread = Math.max(0, fourth - n * norm);
  const shrinkage = distance <= norm * 1e-14 ? 1 : Math.min(1, spread / (n * n * distance));
  const matrix = moments.map((row, i) =>
    row.map((value, j) => (1 - shrinkage) * value + (i === j ? shrinkage * level : 0)),
  );
  return { estimable: true, mean, matrix, shrinkage, n };
}

function centre(rows: readonly ArrayLike<number>[]): { mean: Float64Array; centred: Float64Array[] } {
  const mean = meanOf(rows);
  return { mean, centred: rows.map((row) => mean.map((value, j) => row[j]! - value)) };
}

function centreWithin(rows: readonly ArrayLike<number>[], classes: readonly string[]) {
  const means = classMeans(rows, classes);
  const centred = rows.map((row, i) => means.get(classes[i]!)!.map((value, j) => row[j]! - value));
  return { mean: meanOf(rows), centred };
}

/** The mean feature vector of every class that has a row. */
export function classMeans(rows: readonly ArrayLike<number>[], classes: readonly string[]): Map<string, Float64Array> {
  const names = [...new Set(classes)];
  return new Map(names.map((name) => [name, meanOf(rows.filter((_, i) => classes[i] === name))]));
}

function meanOf(rows: readonly ArrayLike<number>[]): Float64Array {
  const mean = new Float64Array(rows[0]!.length);
  for (const row of rows) for (let j = 0; j < mean.length; j++) mean[j]! += row[j]! / rows.length;
  return mean;
}

function secondMoments(centred: readonly Float64Array[]): number[][] {
  const size = centred[0]!.length;
  const matrix = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (const row of centred) {
    for (let i = 0; i < size; i++) {
      const target = matrix[i]!;
      const value = row[i]! / centred.length;
      for (let j = 0; j <= i; j++) target[j]! += value * row[j]!;
    }
  }
  for (let i = 0; i < size; i++) for (let j = i + 1; j < size; j++) matrix[i]![j] = matrix[j]![i]!;
  return matrix;
}

function squaredLength(row: Float64Array): number {
  return row.reduce((sum, value) => sum + value * value, 0);
}
