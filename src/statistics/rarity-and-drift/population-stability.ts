import { assert } from '#kernel';
import { type Described, described } from '../described.ts';
import { type NotEstimable, notEstimable } from '../estimate.ts';
import { linearQuantile } from '../numerics/quantile.ts';
import { radixSort } from '../numerics/radix-sort.ts';
import { whyNotFinite } from '../numerics/usable.ts';

/** Bins frozen on the reference: they never move with the data that are compared. */
export interface FrozenBins {
  readonly estimable: true;
  /** Inner edges, strictly ascending; a value equal to an edge lies below it. */
  readonly edges: readonly number[];
  /** Share of the reference in each bin, one more than edges. */
  readonly shares: readonly number[];
  readonly n: number;
}

/**
 * Quantile bins of a reference; edges that coincide are merged.
 * @param reference finite values; @param count of bins, default 10.
 * @returns not estimable without values, with a value that is not finite, or where all are equal.
 */
export function frozenBins(reference: ArrayLike<number>, count = 10): FrozenBins | NotEstimable {
  assert(Number.isInteger(count) && count >= 2, 'bins are at least two');
  const n = reference.length;
  const why = n === 0 ? 'no cases yet' : whyNotFinite(reference);
  if (why !== undefined) return notEstimable(n, why);
  const sorted = radixSort(reference);
  const inner = Array.from({ length: count - 1 }, (_, i) => linearQuantile(sorted, (i + 1) / count));
  const edges = [...new Set(inner)].filter((edge) => edge < sorted[n - 1]!);
  if (edges.length === 0) return notEstimable(n, 'all values are equal');
  return { estimable: true, edges, shares: sharesOf(edges, reference), n };
}

/** A share of 0 has no logarithm; this stands in for it. */
const leastShare = 1e-4;

/**
 * Population stability index Σ(a − e)ln(a/e) over frozen bins: a description, with no level and no claim behind it.
 * @param current finite values. @returns ≥ 0; empty bins count as a share of 1e-4. Not estimable without values.
 * **Source**: Siddiqi 2006; bins as the statistics spec, section 14, asks. Oracle: NumPy, 1e-12.
 */
export function populationStabilityIndex(bins: FrozenBins, current: ArrayLike<number>): Described | NotEstimable {
  const why = current.length === 0 ? 'no cases yet' : whyNotFinite(current);
  if (why !== undefined) return notEstimable(current.length, why);
  const value = sharesOf(bins.edges, current).reduce((sum, share, b) => {
    const [actual, expected] = [Math.max(share, leastShare), Math.max(bins.shares[b]!, leastShare)];
    return sum + (actual - expected) * Math.log(actual / expected);
  }, 0);
  return described(value, current.length);
}

function sharesOf(edges: readonly number[], values: ArrayLike<number>): number[] {
  const shares = new Array<number>(edges.length + 1).fill(0);
  for (let i = 0; i < values.length; i++) {
    let [low, high] = [0, edges.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (values[i]! > edges[middle]!) low = middle + 1;
      else high = middle;
    }
    shares[low]! += 1 / values.length;
  }
  return shares;
}
