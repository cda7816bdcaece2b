import { assert } from '#kernel';
import { type Described, described } from '../described.ts';
import { type NotEstimable, notEstimable } from '../estimate.ts';
import { whyNotFinite } from '../numerics/usable.ts';

/**
 * A reference frozen into equal bins between its smallest and largest value: new cases are counted into it one by one,
 * so that watching a feature costs the new rows, whatever the size of the reference.
 */
export interface FrozenGrid {
  readonly estimable: true;
  readonly lowest: number;
  readonly highest: number;
  readonly bins: number;
  /** Share of the reference at most at the upper edge of each bin. */
  readonly cumulative: Float64Array;
  /** Number of reference values. */
  readonly n: number;
}

/** Counts of new values over a frozen grid; mergeable by addition. */
export interface GridCounts {
  readonly inside: Float64Array;
  /** Number of values below and above the grid, and the sums of how far they lie outside. */
  below: number;
  above: number;
  distanceBelow: number;
  distanceAbove: number;
  n: number;
}

/** Equal bins unless told otherwise. */
export const defaultGridBins = 10_000;

/**
 * Freezes a reference.
 * @param reference finite values, not all equal; @param bins at least 2.
 * @returns not estimable without values, with a value that is not finite, or where all are equal. Cost: linear.
 */
export function frozenGrid(reference: ArrayLike<number>, bins = defaultGridBins): FrozenGrid | NotEstimable {
  assert(Number.isInteger(bins) && bins >= 2, 'a grid has at least two bins');
  const n = reference.length;
  if (n === 0) return notEstimable(0, 'no cases yet');
  let [lowest, highest] = [reference[0]!, reference[0]!];
  if (!Number.isFinite(lowest)) return notEstimable(n, whyNotFinite(reference)!);
  for (let i = 1; i < n; i++) {
    const value = reference[i]!;
    if (value >= lowest && value <= highest) continue; // most values: one branch that is foreseen
    if (!Number.isFinite(value)) return notEstimable(n, whyNotFinite(reference)!);
    if (value < lowest) lowest = value;
    else highest = value;
  }
  const span = highest - lowest;
  if (!(span > 0 && span < Infinity && bins / span < Infinity)) return notEstimable(n, 'all values are equal');
  const grid = { estimable: true as const, lowest, highest, bins, cumulative: new Float64Array(bins), n };
  const counts = newGridCounts(grid);
  countOnGrid(grid, counts, reference);
  let upTo = 0;
  for (let b = 0; b < bins; b++) {
    upTo += counts.inside[b]!;
    grid.cumulative[b] = upTo / n;
  }
  return grid;
}

export function newGridCounts({ bins }: Pick<FrozenGrid, 'bins'>): GridCounts {
  return { inside: new Float64Array(bins), below: 0, above: 0, distanceBelow: 0, distanceAbove: 0, n: 0 };
}

/** Counts values into a grid, in place. @param values finite; @param range which of them, all by default. Cost: linear. */
export function countOnGrid(
  grid: Pick<FrozenGrid, 'lowest' | 'highest' | 'bins'>,
  counts: GridCounts,
  values: ArrayLike<number>,
  range: { from: number; until: number } = { from: 0, until: values.length },
): void {
  const { lowest, highest, bins } = grid;
  const scale = bins / (highest - lowest);
  // Whole numbers, half the memory: what is written at random stays close. The highest value has a bin of its own until the end.
  const inside = new Uint32Array(bins + 1);
  let [below, above, distanceBelow, distanceAbove] = [0, 0, 0, 0];
  const { from, until } = range;
  for (let i = from; i < until; i++) {
    const value = values[i]!;
    if (value >= lowest && value <= highest) {
      inside[((value - lowest) * scale) | 0]!++;
    } else if (value < lowest) {
      below++;
      distanceBelow += lowest - value;
    } else {
      assert(value > highest, 'a value on a grid is a number');
      above++;
      distanceAbove += value - highest;
    }
  }
  inside[bins - 1]! += inside[bins]!;
  for (let b = 0; b < bins; b++) counts.inside[b]! += inside[b]!;
  counts.below += below;
  counts.above += above;
  counts.distanceBelow += distanceBelow;
  counts.distanceAbove += distanceAbove;
  counts.n += until - from;
}

/** How far counted values lie from the reference. */
export interface GridDistances {
  readonly estimable: true;
  /** Largest difference of the distribution functions at the edges: at most the D of Kolmogorov and Smirnov. */
  readonly kolmogorovSmirnov: Described;
  /** Wasserstein-1 distance of the values moved to bin edges; that of the values themselves differs by at most a bin. */
  readonly wasserstein: Described;
}

/**
 * Distances of counted values to the frozen reference: descriptions, with no level and no claim behind them.
 * @returns not estimable before the first value. Cost: the number of bins.
 * **Source**: as `kolmogorovSmirnov` and `wassersteinDistance`, on a grid. Oracle: those two, within a bin.
 */
export function gridDistances(grid: FrozenGrid, counts: GridCounts): GridDistances | NotEstimable {
  const { n, inside } = counts;
  if (n === 0) return notEstimable(0, 'no cases yet');
  const width = (grid.highest - grid.lowest) / grid.bins;
  let [upTo, most, area] = [counts.below, counts.below / n, 0];
  for (let b = 0; b < grid.bins; b++) {
    upTo += inside[b]!;
    const difference = Math.abs(grid.cumulative[b]! - upTo / n);
    if (difference > most) most = difference;
    area += difference;
  }
  const outside = (counts.distanceBelow + counts.distanceAbove) / n;
  return {
    estimable: true,
    kolmogorovSmirnov: described(most, n),
    wasserstein: described(area * width + outside, n),
  };
}
