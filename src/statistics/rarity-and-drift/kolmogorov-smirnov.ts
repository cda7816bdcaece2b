import type { NotEstimable } from '../estimate.ts';
import { pooledValues, sortSamples, type TwoSampleTest } from './two-sample.ts';

/**
 * Two-sample Kolmogorov–Smirnov test, two-sided: D, the largest difference of the empirical distributions.
 * @param first, second finite values. @param options method of the p-value: `exact` counts lattice paths (default up to
 *   10⁶ = n·m); `asymptotic` takes the one-sample law at round(nm/(n+m)), exact for a small one, else its limit.
 *   With ties between the samples the exact p-value is conservative.
 * @returns D in [0, 1]; not estimable where a sample is empty or not finite. Cost: sorting; exact n·m more.
 * **Source**: Hodges 1958 (paths); Marsaglia, Tsang & Wang 2003 and Vrbik 2018 (one-sample law). Oracle: scipy_gold.json
 * `ks`, 1e-10.
 */
export function kolmogorovSmirnov(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  options: { method?: 'exact' | 'asymptotic' } = {},
): TwoSampleTest | NotEstimable {
  const samples = sortSamples(first, second);
  if (!samples.estimable) return samples;
  const [n, m] = [first.length, second.length];
  // D times nm is a whole number, and compared as such.
  let most = 0;
  for (const { firstUpTo, secondUpTo } of pooledValues(samples))
    most = Math.max(most, Math.abs(firstUpTo * m - secondUpTo * n));
  const statistic = most / (n * m);
  const method = options.method ?? (n * m <= 1e6 ? 'exact' : 'asymptotic');
  const pValue =
    method === 'exact'
      ? probabilityOfPath(n, m, most)
      : kolmogorovUpperTail(statistic, Math.max(1, Math.round((n * m) / (n + m))));
  return {
    estimable: true,
    statistic,
    pValue: Math.min(1, Math.max(0, pValue)),
    n: n + m,
    approximate: method !== 'exact',
    method: `Kolmogorov–Smirnov, ${method} (single look)`,
  };
}

/**
 * The probability that a path of n steps right and m steps up, all equally likely, somewhere has |i·m − j·n| ≥ most.
 * Counted backwards from the end as the chance of having left the band, so that a tiny p keeps its digits.
 */
function probabilityOfPath(n: number, m: number, most: number): number {
  if (most === 0) return 1;
  const row = new Float64Array(m + 1);
  for (let i = 0; i <= n; i++) {
    for (let j = 0; j <= m; j++) {
      if (Math.abs(i * m - j * n) >= most) row[j] = 1;
      else if (i + j === 0) row[j] = 0;
      else row[j] = ((i > 0 ? row[j]! : 0) * i + (j > 0 ? row[j - 1]! : 0) * j) / (i + j);
    }
  }
  return row[m]!;
}

/**
 * P(D_n ≥ d) of the one-sample statistic.
 * **Source**: Durbin's matrix as in Marsaglia, Tsang & Wang, J Stat Software 2003; above 61 × 61, the Kolmogorov limit with
 * Vrbik's correction z = √n d + 1/(6√n) + (√n d − 1)/(4n), error below 1e-3.
 */
function kolmogorovUpperTail(d: number, n: number): number {
  if (d <= 0) return 1;
  if (d >= 1) return 0;
  const k = Math.ceil(n * d);
  const size = 2 * k - 1;
  // Where no path can be outside on both sides, the tail is computed without cancellation.
  if (n * d * d > 12 || size > 61) {
    const root = Math.sqrt(n);
    return kolmogorovLimit(root * d + 1 / (6 * root) + (root * d - 1) / (4 * n));
  }
  return 1 - durbin(k, size, n, k - n * d);
}

/** 2Σ(−1)^(k−1) exp(−2k²z²). */
function kolmogorovLimit(z: number): number {
  if (z < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) {
    const term = Math.exp(-2 * k * k * z * z);
    sum += k % 2 === 1 ? term : -term;
    if (term < 1e-18) break;
  }
  return 2 * sum;
}

/** P(D_n < d) = n!/nⁿ times the middle element of Hⁿ. */
function durbin(k: number, size: number, n: number, h: number): number {
  const matrix = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (__, j): number => (i - j + 1 < 0 ? 0 : 1)),
  );
  for (let i = 0; i < size; i++) {
    matrix[i]![0]! -= h ** (i + 1);
    matrix[size - 1]![i]! -= h ** (size - i);
  }
  matrix[size - 1]![0]! += 2 * h - 1 > 0 ? (2 * h - 1) ** size : 0;
  for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) for (let g = 1; g <= i - j + 1; g++) matrix[i]![j]! /= g;
  let [power, exponent] = [matrix.map((_, i) => Array.from({ length: size }, (__, j): number => (i === j ? 1 : 0))), 0];
  let [square, squareExponent] = [matrix, 0];
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) {
      power = multiply(power, square);
      exponent += squareExponent;
    }
    square = multiply(square, square);
    squareExponent *= 2;
    squareExponent += rescale(square, k - 1);
    exponent += rescale(power, k - 1);
  }
  let result = power[k - 1]![k - 1]!;
  for (let i = 1; i <= n; i++) {
    result *= i / n;
    if (result < 1e-140) {
      result *= 1e140;
      exponent -= 140;
    }
  }
  return result * 10 ** exponent;
}

function multiply(a: number[][], b: number[][]): number[][] {
  return a.map((row) =>
    row.map((_, j) => {
      let sum = 0;
      for (let k = 0; k < row.length; k++) sum += row[k]! * b[k]![j]!;
      return sum;
    }),
  );
}

/** Divides by 1e140 where the middle element grew beyond it. @returns the exponent taken out. */
function rescale(matrix: number[][], middle: number): number {
  if (matrix[middle]![middle]! < 1e140) return 0;
  for (const row of matrix) for (let j = 0; j < row.length; j++) row[j]! *= 1e-140;
  return 140;
}
