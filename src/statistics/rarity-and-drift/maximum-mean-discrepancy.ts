import { assert, type Random } from '#kernel';
import { type NotEstimable, notEstimable } from '../estimate.ts';
import { linearQuantile } from '../numerics/quantile.ts';
import { whyNotMatrix } from '../numerics/usable.ts';

/** How far two samples of feature vectors are apart, with a permutation test for a single look. */
export interface DiscrepancyTest {
  readonly estimable: true;
  /** MMD², unbiased: may be slightly below 0 where the samples agree. */
  readonly statistic: number;
  /** In (0, 1]: (1 + permutations at least as extreme)/(1 + permutations); never 0. */
  readonly pValue: number;
  /** Width σ of the Gaussian kernel. */
  readonly width: number;
  readonly n: number;
}

/**
 * Maximum mean discrepancy with kernel exp(−d²/(2σ²)), unbiased, and its permutation p-value.
 * @param first, second feature vectors of equal length, finite, at least two of each.
 * @param options random: seeded; permutations, default 999; width σ, default the median distance of all pooled pairs.
 * @returns not estimable with `n < 2 in a sample`, or where the median distance is 0. Cost: quadratic in cases, and memory.
 * **Source**: Gretton et al., JMLR 2012, lemma 6; Phipson & Smyth 2010 for the p-value. Oracle: scipy_gold.json
 * `mmd2_unbiased`, 1e-12.
 */
export function maximumMeanDiscrepancy(
  first: readonly ArrayLike<number>[],
  second: readonly ArrayLike<number>[],
  options: { random: Random; permutations?: number; width?: number },
): DiscrepancyTest | NotEstimable {
  const { random, permutations = 999 } = options;
  const rows = [...first, ...second];
  const n = rows.length;
  if (first.length < 2 || second.length < 2) return notEstimable(n, 'n < 2 in a sample');
  const why = whyNotMatrix(rows);
  if (why !== undefined) return notEstimable(n, why);
  const squares = squaredDistances(rows);
  const width = options.width ?? medianDistance(squares, n);
  if (!(width > 0)) return notEstimable(n, 'the median distance is 0');
  const kernel = squares.map((square) => Math.exp(-square / (2 * width * width)));
  const labels = Uint8Array.from({ length: n }, (_, i) => (i < first.length ? 1 : 0));
  const statistic = unbiased(kernel, labels);
  let extreme = 0;
  for (let b = 0; b < permutations; b++) {
    shuffle(labels, random);
    // Equal partitions must count as equal in spite of rounding.
    if (unbiased(kernel, labels) >= statistic - 1e-12) extreme++;
  }
  return { estimable: true, statistic, pValue: (1 + extreme) / (1 + permutations), width, n };
}

function squaredDistances(rows: readonly ArrayLike<number>[]): Float64Array {
  const n = rows.length;
  const squares = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let k = 0; k < rows[i]!.length; k++) sum += (rows[i]![k]! - rows[j]![k]!) ** 2;
      squares[i * n + j] = sum;
      squares[j * n + i] = sum;
    }
  }
  return squares;
}

/** The median distance of all pairs of different cases. */
function medianDistance(squares: Float64Array, n: number): number {
  const distances = new Float64Array((n * (n - 1)) / 2);
  let at = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) distances[at++] = Math.sqrt(squares[i * n + j]!);
  return linearQuantile(distances.sort(), 0.5);
}

function unbiased(kernel: Float64Array, labels: Uint8Array): number {
  const n = labels.length;
  let [within1, within0, between, n1] = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    n1 += labels[i]!;
    for (let j = 0; j < i; j++) {
      const value = kernel[i * n + j]!;
      if (labels[i] !== labels[j]) between += value;
      else if (labels[i] === 1) within1 += value;
      else within0 += value;
    }
  }
  const n0 = n - n1;
  return (2 * within1) / (n1 * (n1 - 1)) + (2 * within0) / (n0 * (n0 - 1)) - (2 * between) / (n1 * n0);
}

/** Fisher–Yates. */
function shuffle(labels: Uint8Array, random: Random): void {
  for (let i = labels.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    assert(j <= i, 'a uniform draw is below 1');
    [labels[i], labels[j]] = [labels[j]!, labels[i]!];
  }
}
