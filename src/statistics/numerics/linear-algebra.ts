/**
 * Cholesky factor of a small symmetric positive definite matrix.
 * @param matrix square, rows of numbers; only the lower triangle is read.
 * @param relativeTolerance smallest pivot, as a share of its diagonal element, that counts as positive.
 * @returns L with L·Lᵀ = matrix, or undefined if the matrix is not positive definite to rounding.
 * Cost: cubic in the dimension, which is at most a handful here.
 */
export function cholesky(matrix: readonly (readonly number[])[], relativeTolerance = 1e-14): number[][] | undefined {
  const size = matrix.length;
  const factor: number[][] = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i]![j]!;
      for (let k = 0; k < j; k++) sum -= factor[i]![k]! * factor[j]![k]!;
      if (i !== j) factor[i]![j] = sum / factor[j]![j]!;
      else if (sum > matrix[i]![i]! * relativeTolerance) factor[i]![i] = Math.sqrt(sum);
      else return undefined;
    }
  }
  return factor;
}

/** Solves L·Lᵀ·x = right for a Cholesky factor L. @returns x. */
export function solveCholesky(factor: readonly (readonly number[])[], right: readonly number[]): number[] {
  const x = [...right];
  for (let i = 0; i < x.length; i++) {
    for (let k = 0; k < i; k++) x[i]! -= factor[i]![k]! * x[k]!;
    x[i]! /= factor[i]![i]!;
  }
  for (let i = x.length - 1; i >= 0; i--) {
    for (let k = i + 1; k < x.length; k++) x[i]! -= factor[k]![i]! * x[k]!;
    x[i]! /= factor[i]![i]!;
  }
  return x;
}

/** The inverse of L·Lᵀ for a Cholesky factor L. @returns a symmetric matrix. */
export function invertCholesky(factor: readonly (readonly number[])[]): number[][] {
  return factor.map((_, column) =>
    solveCholesky(
      factor,
      factor.map((__, row) => (row === column ? 1 : 0)),
    ),
  );
}
