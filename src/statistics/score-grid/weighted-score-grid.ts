import { assert } from '#kernel';
import type { BinnedCalibration } from '../calibration/binned-calibration.ts';
import { mergedReliability, type ReliabilityOptions } from '../calibration/merged-reliability.ts';
import { fitRecalibration } from '../calibration/recalibration.ts';
import { approximateEstimate, type Estimate, type NotEstimable, notEstimable } from '../estimate.ts';
import { wilsonInterval } from '../fixed-intervals.ts';
import { normalMultiplier } from '../numerics/distributions.ts';
import { cholesky, invertCholesky } from '../numerics/linear-algebra.ts';
import { clipProbabilities, expit, logit } from '../numerics/logit.ts';
import { total } from '../numerics/totals.ts';
import type { ProbabilitySource } from '../outcomes/inverse-probability.ts';
import { type ScoreGrid, scoreBinCentre } from './score-grid.ts';

/**
 * A score grid whose cases carry weights 1/π, π being the probability with which their outcome was verified. Sums of
 * squared weights give honest variances; everything derives from whole counts and the π of their verification class.
 */
export interface WeightedScoreGrid {
  /** Σ weights of outcomes 0 and of outcomes 1 in each bin. */
  readonly nonEvents: Float64Array;
  readonly events: Float64Array;
  /** Σ squared weights of the same. */
  readonly nonEventSquares: Float64Array;
  readonly eventSquares: Float64Array;
  /** Number of verified cases in each bin, unweighted, and in all. */
  readonly cases: Float64Array;
  readonly n: number;
  readonly source: ProbabilitySource;
}

/**
 * A weighted grid from plain grids, one a verification class.
 * @param classes each with the counts of its verified cases and their probability of verification π in (0, 1].
 * @param source `design` where every π is known from the audit sampler, `model` where one was estimated.
 */
export function weightScoreGrids(
  classes: readonly { grid: ScoreGrid; probability: number }[],
  source: ProbabilitySource,
): WeightedScoreGrid {
  const bins = classes[0]?.grid.events.length;
  assert(bins !== undefined, 'there is a grid to weight');
  const make = () => new Float64Array(bins);
  const sums = { nonEvents: make(), events: make(), nonEventSquares: make(), eventSquares: make(), cases: make() };
  for (const { grid, probability } of classes) {
    assert(probability > 0 && probability <= 1, 'a probability of verification lies in (0, 1]');
    assert(grid.events.length === bins && grid.nonEvents.length === bins, 'merged grids have the same bins');
    for (let b = 0; b < bins; b++) {
      sums.events[b]! += grid.events[b]! / probability;
      sums.nonEvents[b]! += grid.nonEvents[b]! / probability;
      sums.eventSquares[b]! += grid.events[b]! / probability ** 2;
      sums.nonEventSquares[b]! += grid.nonEvents[b]! / probability ** 2;
      sums.cases[b]! += grid.events[b]! + grid.nonEvents[b]!;
    }
  }
  return { ...sums, n: total(sums.cases), source };
}

/** A weighted AUROC with the variance of its linearisation. */
export interface WeightedAuroc {
  readonly estimable: true;
  readonly auroc: number;
  readonly variance: number;
  /** Kish's effective numbers, (Σw)²/Σw²: plain counts where all weights are equal. */
  readonly effectiveEvents: number;
  readonly effectiveNonEvents: number;
  readonly n: number;
}

/**
 * AUROC of a weighted grid: Σ w_i w_j (1{above} + ½1{same bin}) / (ΣwΣw), with the variance of weighted placements.
 * @returns not estimable with `one class only` or `n < 2 in a class` (effective numbers). Equal weights give DeLong's
 *   AUROC and variance. Cost: linear in the bins.
 * **Source**: Horvitz & Thompson 1952 applied to DeLong et al. 1988, weights taken as fixed, n/(n−1) with Kish's
 * effective n. Oracle: `deLongFromGroups` for equal weights.
 */
export function weightedDeLong(grid: WeightedScoreGrid): WeightedAuroc | NotEstimable {
  const { events, nonEvents, eventSquares, nonEventSquares, n } = grid;
  const [weight1, weight0] = [total(events), total(nonEvents)];
  if (weight1 === 0 || weight0 === 0) return notEstimable(n, n === 0 ? 'no labels yet' : 'one class only');
  const effectiveEvents = weight1 ** 2 / total(eventSquares);
  const effectiveNonEvents = weight0 ** 2 / total(nonEventSquares);
  if (effectiveEvents < 2 - 1e-9 || effectiveNonEvents < 2 - 1e-9) return notEstimable(n, 'n < 2 in a class');
  let concordant = 0;
  for (let b = 0, below = 0; b < events.length; b++) {
    concordant += events[b]! * (below + nonEvents[b]! / 2);
    below += nonEvents[b]!;
  }
  const auroc = Math.min(1, concordant / (weight1 * weight0));
  let [squares1, squares0] = [0, 0];
  for (let b = 0, below0 = 0, below1 = 0; b < events.length; b++) {
    squares1 += eventSquares[b]! * ((below0 + nonEvents[b]! / 2) / weight0 - auroc) ** 2;
    squares0 += nonEventSquares[b]! * (1 - (below1 + events[b]! / 2) / weight1 - auroc) ** 2;
    below0 += nonEvents[b]!;
    below1 += events[b]!;
  }
  const ofEvents = (squares1 / weight1 ** 2) * (effectiveEvents / (effectiveEvents - 1));
  const ofNonEvents = (squares0 / weight0 ** 2) * (effectiveNonEvents / (effectiveNonEvents - 1));
  return { estimable: true, auroc, variance: ofEvents + ofNonEvents, effectiveEvents, effectiveNonEvents, n };
}

/**
 * Weighted AUROC with a fixed-n interval on the logit scale.
 * @returns in [0, 1], approximate; under complete separation the limit for disjoint pairs at the effective numbers. Not
 *   estimable as `weightedDeLong`, or with `all scores are equal`.
 */
export function weightedAuroc(grid: WeightedScoreGrid, level = 0.95): Estimate {
  const result = weightedDeLong(grid);
  if (!result.estimable) return result;
  const { auroc: value, variance, n } = result;
  const method = `weighted AUROC, ${label(grid)}, logit interval (single look)`;
  if (value > 1 - 1e-12 || value < 1e-12) {
    const limit = ((1 - level) / 2) ** (1 / Math.min(result.effectiveEvents, result.effectiveNonEvents));
    const [lower, upper] = value > 0.5 ? [limit, 1] : [0, 1 - limit];
    return approximateEstimate({ value: Math.round(value), lower, upper, n, level, method });
  }
  if (variance <= 1e-24) return notEstimable(n, 'all scores are equal');
  const half = (normalMultiplier(level) * Math.sqrt(variance)) / (value * (1 - value));
  const [lower, upper] = [expit(logit(value) - half), expit(logit(value) + half)];
  return approximateEstimate({ value, lower, upper, n, level, method });
}

/**
 * Weighted observed over expected events of a grid, expected taken from bin centres.
 * @returns ratio ≥ 0, interval by Wilson at Kish's effective number; not estimable with `no labels yet`.
 */
export function weightedObservedOverExpected(grid: WeightedScoreGrid, level = 0.95): Estimate {
  const { events, nonEvents, n } = grid;
  const weight = total(events) + total(nonEvents);
  if (weight === 0) return notEstimable(0, 'no labels yet');
  let expected = 0;
  for (let b = 0; b < events.length; b++) expected += (events[b]! + nonEvents[b]!) * scoreBinCentre(b, events.length);
  const effective = weight ** 2 / (total(grid.eventSquares) + total(grid.nonEventSquares));
  const rate = wilsonInterval({ n: effective, k: Math.min(effective, (effective * total(events)) / weight) }, level);
  if (!rate.estimable) return rate;
  const scale = weight / expected;
  const value = rate.value * scale;
  const [lower, upper] = [rate.lower * scale, rate.upper * scale];
  const method = `weighted observed/expected, ${label(grid)}, Wilson interval at the effective n (single look)`;
  return approximateEstimate({ value, lower, upper, n, level, method });
}

/**
 * Weighted Brier score of the bin centres.
 * @returns in [0, 1] with the normal interval of a weighted mean; not estimable with an effective number below 2, or
 *   where all errors are equal, so that they have no variance.
 */
export function weightedBrier(grid: WeightedScoreGrid, level = 0.95): Estimate {
  const { events, nonEvents, eventSquares, nonEventSquares, n } = grid;
  const weight = total(events) + total(nonEvents);
  if (weight === 0) return notEstimable(0, 'no labels yet');
  const effective = weight ** 2 / (total(eventSquares) + total(nonEventSquares));
  if (effective < 2 - 1e-9) return notEstimable(n, 'n < 2');
  let [value, squares] = [0, 0];
  const errors = (b: number) => {
    const centre = scoreBinCentre(b, events.length);
    return [(1 - centre) ** 2, centre ** 2] as const;
  };
  for (let b = 0; b < events.length; b++) {
    const [ofEvent, ofNonEvent] = errors(b);
    value += (events[b]! * ofEvent + nonEvents[b]! * ofNonEvent) / weight;
  }
  for (let b = 0; b < events.length; b++) {
    const [ofEvent, ofNonEvent] = errors(b);
    squares += eventSquares[b]! * (ofEvent - value) ** 2 + nonEventSquares[b]! * (ofNonEvent - value) ** 2;
  }
  const variance = (squares / weight ** 2) * (effective / (effective - 1));
  if (variance <= 1e-24) return notEstimable(n, 'all errors are equal');
  const half = normalMultiplier(level) * Math.sqrt(variance);
  const [lower, upper] = [Math.max(0, value - half), Math.min(1, value + half)];
  const method = `weighted Brier score, ${label(grid)}, normal interval (single look)`;
  return approximateEstimate({ value, lower, upper, n, level, method });
}

/** The reliability diagram of a weighted grid; see `scoreGridReliability`. n counts verified cases, rates are weighted. */
export function weightedReliability(
  grid: WeightedScoreGrid,
  options: ReliabilityOptions = {},
): BinnedCalibration | NotEstimable {
  const bins = grid.events.length;
  const masses = Array.from({ length: bins }, (_, b) => ({
    predicted: scoreBinCentre(b, bins),
    n: grid.cases[b]!,
    weight: grid.events[b]! + grid.nonEvents[b]!,
    eventWeight: grid.events[b]!,
    squares: grid.eventSquares[b]! + grid.nonEventSquares[b]!,
  }));
  return mergedReliability(masses, options);
}

/**
 * Weighted calibration in the large and slope of a grid, with sandwich variances.
 * @returns intercept of logit P = a + logit p, and slope b of logit P = a + b·logit p; not estimable as
 *   `fitRecalibration`. Cost: linear in the bins, a few Newton steps.
 * **Source**: Binder, International Statistical Review 1983 (pseudo-likelihood, linearised variance).
 */
export function weightedCalibration(grid: WeightedScoreGrid, level = 0.95): { inTheLarge: Estimate; slope: Estimate } {
  return {
    inTheLarge: robustEstimate(grid, 'intercept', level),
    slope: robustEstimate(grid, 'intercept-and-slope', level),
  };
}

function robustEstimate(grid: WeightedScoreGrid, kind: 'intercept' | 'intercept-and-slope', level: number): Estimate {
  const { events, nonEvents, eventSquares, nonEventSquares, n } = grid;
  const bins = events.length;
  const totals = events.map((weight, b) => weight + nonEvents[b]!);
  const probabilities = Float64Array.from({ length: bins }, (_, b) => scoreBinCentre(b, bins));
  const fit = fitRecalibration({ probabilities, events, totals }, kind);
  if (!fit.estimable) return notEstimable(n, fit.because);
  const size = kind === 'intercept' ? 1 : 2;
  const zeros = () => Array.from({ length: size }, () => new Array<number>(size).fill(0));
  const [bread, meat] = [zeros(), zeros()];
  for (let b = 0; b < bins; b++) {
    const x = [1, logit(clipProbabilities([probabilities[b]!]).clipped[0]!)];
    const q = expit(fit.intercept + fit.slope * x[1]!);
    const residuals = eventSquares[b]! * (1 - q) ** 2 + nonEventSquares[b]! * q ** 2;
    for (let j = 0; j < size; j++) {
      for (let k = 0; k < size; k++) {
        bread[j]![k]! += totals[b]! * q * (1 - q) * x[j]! * x[k]!;
        meat[j]![k]! += residuals * x[j]! * x[k]!;
      }
    }
  }
  const factor = cholesky(bread);
  if (factor === undefined) return notEstimable(n, 'separation');
  const row = invertCholesky(factor)[size - 1]!;
  let variance = 0;
  for (let j = 0; j < size; j++) for (let k = 0; k < size; k++) variance += row[j]! * meat[j]![k]! * row[k]!;
  const value = kind === 'intercept' ? fit.intercept : fit.slope;
  const half = normalMultiplier(level) * Math.sqrt(variance);
  const name = kind === 'intercept' ? 'calibration in the large' : 'calibration slope';
  const method = `weighted ${name}, ${label(grid)}, sandwich interval (single look)`;
  return approximateEstimate({ value, lower: value - half, upper: value + half, n, level, method });
}

function label(grid: WeightedScoreGrid): string {
  return grid.source === 'design' ? 'design-weighted' : 'model-based weights';
}
