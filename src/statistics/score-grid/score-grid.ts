import { assert } from '#kernel';
import type { BinnedCalibration } from '../calibration/binned-calibration.ts';
import { type Corp, corpFromGroups } from '../calibration/corp.ts';
import { mergedReliability, type ReliabilityOptions } from '../calibration/merged-reliability.ts';
import type { Predictions } from '../calibration/recalibration.ts';
import { type DeLong, deLongFromGroups } from '../discrimination/discrimination.ts';
import { approximateEstimate, type Estimate, type NotEstimable, notEstimable } from '../estimate.ts';
import { normalMultiplier } from '../numerics/distributions.ts';
import { total } from '../numerics/totals.ts';

/**
 * Counts of outcomes by predicted probability on a frozen grid of equal bins: the evidence of rank and calibration
 * claims. Whole numbers, mergeable by addition, recomputable by anyone to the last bit.
 */
export interface ScoreGrid {
  /** Number of outcomes 0 in each bin. */
  readonly nonEvents: Int32Array | Float64Array | readonly number[];
  /** Number of outcomes 1 in each bin, as many bins. */
  readonly events: Int32Array | Float64Array | readonly number[];
}

/** Number of bins unless a claim freezes another. */
export const defaultScoreBins = 1000;

/**
 * The bin of a probability: min(⌊p·K⌋, K − 1).
 * @param probability in [0, 1]; @param bins K. @returns a whole number from 0 to K − 1.
 */
export function scoreBin(probability: number, bins = defaultScoreBins): number {
  assert(probability >= 0 && probability <= 1, 'a probability lies in [0, 1]');
  return Math.min(Math.floor(probability * bins), bins - 1);
}

/** The probability that stands for a bin: its centre, (b + ½)/K. */
export function scoreBinCentre(bin: number, bins = defaultScoreBins): number {
  return (bin + 0.5) / bins;
}

/**
 * The grid of a list of predictions with outcomes.
 * @param probabilities in [0, 1]; @param outcomes 0 or 1, as many; @param bins K.
 */
export function scoreGridOf(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  bins = defaultScoreBins,
): ScoreGrid {
  assert(probabilities.length === outcomes.length, 'there is one outcome a prediction');
  // One row a class, with a bin for the probability 1 that joins the last: a case costs no branch that chance decides.
  const rows = new Uint32Array(2 * (bins + 1));
  let isUsable = true;
  for (let i = 0; i < probabilities.length; i++) {
    const probability = probabilities[i]!;
    const outcome = outcomes[i]!;
    isUsable &&= probability >= 0 && probability <= 1 && (outcome === 0 || outcome === 1);
    rows[outcome * (bins + 1) + ((probability * bins) | 0)]!++;
  }
  assert(isUsable, 'a probability lies in [0, 1], an outcome is 0 or 1');
  rows[bins - 1]! += rows[bins]!;
  rows[2 * bins]! += rows[2 * bins + 1]!;
  return {
    nonEvents: new Float64Array(rows.subarray(0, bins)),
    events: new Float64Array(rows.subarray(bins + 1, 2 * bins + 1)),
  };
}

/** The sum of grids over the same bins: of sites, strata or days. @param grids at least one. */
export function mergeScoreGrids(grids: readonly ScoreGrid[]): ScoreGrid {
  const bins = grids[0]?.events.length;
  assert(bins !== undefined, 'there is a grid to merge');
  const merged = { nonEvents: new Float64Array(bins), events: new Float64Array(bins) };
  for (const grid of grids) {
    assert(grid.events.length === bins && grid.nonEvents.length === bins, 'merged grids have the same bins');
    for (let b = 0; b < bins; b++) {
      merged.events[b]! += grid.events[b]!;
      merged.nonEvents[b]! += grid.nonEvents[b]!;
    }
  }
  return merged;
}

/**
 * AUROC and DeLong variance of the binned probabilities: exact, ties being the bins.
 * @returns as `deLong`; for an interval pass it to `aurocInterval`, for the asymptotic sequence to `aurocSigma`.
 * Cost: linear in the bins. Oracle: `deLong` of the bin centres, to the last bit.
 */
export function scoreGridDeLong(grid: ScoreGrid): DeLong | NotEstimable {
  return deLongFromGroups(grid.nonEvents, grid.events);
}

/**
 * The grid as grouped predictions, bin centres with their counts, for every function that takes `Predictions`:
 * `observedExpectedRatio`, `calibrationIntercept`, `calibrationSlope`, `fitRecalibration`, `spiegelhalterTest`, ….
 */
export function scoreGridPredictions(grid: ScoreGrid): Predictions {
  const bins = grid.events.length;
  return {
    probabilities: Float64Array.from({ length: bins }, (_, b) => scoreBinCentre(b, bins)),
    events: grid.events,
    totals: Float64Array.from({ length: bins }, (_, b) => grid.events[b]! + grid.nonEvents[b]!),
  };
}

/**
 * Brier score of the bin centres; differs from that of the raw probabilities by at most 1/K.
 * @returns in [0, 1] with a normal interval of the mean; where all errors are equal, Hoeffding's interval. Not estimable
 *   with fewer than two cases.
 */
export function scoreGridBrier(grid: ScoreGrid, level = 0.95): Estimate {
  const bins = grid.events.length;
  const n = total(grid.events) + total(grid.nonEvents);
  if (n < 2) return notEstimable(n, n === 0 ? 'no labels yet' : 'n < 2');
  const overErrors = (power: (squaredError: number) => number) => {
    let sum = 0;
    for (let b = 0; b < bins; b++) {
      const centre = scoreBinCentre(b, bins);
      if (grid.events[b]! > 0) sum += grid.events[b]! * power((1 - centre) ** 2);
      if (grid.nonEvents[b]! > 0) sum += grid.nonEvents[b]! * power(centre ** 2);
    }
    return sum;
  };
  const value = overErrors((error) => error) / n;
  const squares = overErrors((error) => (error - value) ** 2);
  const isConstant = squares <= n * 1e-24;
  const half = isConstant
    ? Math.sqrt(Math.log(2 / (1 - level)) / (2 * n))
    : normalMultiplier(level) * Math.sqrt(squares / (n - 1) / n);
  const method = isConstant
    ? 'Brier score on the score grid, Hoeffding interval (single look)'
    : 'Brier score on the score grid, normal interval (single look)';
  const [lower, upper] = [Math.max(0, value - half), Math.min(1, value + half)];
  return approximateEstimate({ value, lower, upper, n, level, method });
}

/** CORP reliability blocks and Brier decomposition of the bin centres; see `corp`. Cost: linear in the bins. */
export function scoreGridCorp(grid: ScoreGrid): Corp | NotEstimable {
  const { probabilities } = scoreGridPredictions(grid);
  return corpFromGroups({ scores: probabilities, nonEvents: grid.nonEvents, events: grid.events });
}

/**
 * A reliability diagram of the grid: about equal-mass bins, joined until none is smaller than honesty asks.
 * @param options see `ReliabilityOptions`. @returns as `mergedReliability`; every n is a whole number of cases.
 */
export function scoreGridReliability(
  grid: ScoreGrid,
  options: ReliabilityOptions = {},
): BinnedCalibration | NotEstimable {
  const bins = grid.events.length;
  const points = Array.from({ length: bins }, (_, b) => {
    const n = grid.events[b]! + grid.nonEvents[b]!;
    return { predicted: scoreBinCentre(b, bins), n, weight: n, eventWeight: grid.events[b]!, squares: n };
  });
  return mergedReliability(points, options);
}
