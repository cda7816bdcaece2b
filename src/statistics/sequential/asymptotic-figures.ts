import type { Predictions } from '../calibration/recalibration.ts';
import {
  averagePrecisionVariance,
  averagePrecisionVarianceFromGroups,
} from '../discrimination/average-precision-interval.ts';
import { type DeLong, deLong } from '../discrimination/discrimination.ts';
import { type Estimate, type NotEstimable, notEstimable } from '../estimate.ts';
import { fitLogistic } from '../numerics/logistic-regression.ts';
import { clipProbabilities, logit } from '../numerics/logit.ts';
import { whyNotBinary, whyNotProbabilities, whyNotRankable } from '../numerics/usable.ts';
import type { ScoreGrid } from '../score-grid/score-grid.ts';
import { asymptoticConfidenceSequence } from './asymptotic-confidence-sequence.ts';

/** Level of the sequence and the number of cases at which it is narrowest. */
export interface SequenceTuning {
  readonly alpha?: number;
  readonly tOpt?: number;
}

/**
 * AUROC with its asymptotic confidence sequence: may be looked at again and again, approximately.
 * @param result of `deLong` or of a score grid. @returns not estimable below 150 cases or 40 events, or without variance.
 * **Source**: Waudby-Smith et al. 2024 with DeLong's variance. Oracle: coverage simulated in docs/methods/discrimination.md.
 */
export function aurocSequence(result: DeLong | NotEstimable, tuning: SequenceTuning = {}): Estimate {
  if (!result.estimable) return result;
  const { auroc, variance, events, nonEvents } = result;
  return asymptoticConfidenceSequence({ value: auroc, variance, n: events + nonEvents, events }, tuning);
}

/** AUROC of scores with its asymptotic confidence sequence: `aurocSequence` of `deLong`. */
export function aurocSequenceOf(
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  tuning: SequenceTuning = {},
): Estimate {
  const why = whyNotRankable(scores) ?? whyNotBinary(outcomes);
  if (why !== undefined) return notEstimable(outcomes.length, why);
  return aurocSequence(deLong(scores, outcomes), tuning);
}

/** Average precision with its asymptotic confidence sequence, from its influence values. @returns as `aurocSequence`. */
export function averagePrecisionSequence(
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  tuning: SequenceTuning = {},
): Estimate {
  const result = averagePrecisionVariance(scores, outcomes);
  return result.estimable ? asymptoticConfidenceSequence(result, tuning) : result;
}

/** Average precision of a score grid with its asymptotic confidence sequence. Cost: linear in the bins. */
export function scoreGridAveragePrecisionSequence(grid: ScoreGrid, tuning: SequenceTuning = {}): Estimate {
  const result = averagePrecisionVarianceFromGroups(grid.nonEvents, grid.events);
  return result.estimable ? asymptoticConfidenceSequence(result, tuning) : result;
}

/** The calibration slope with its sandwich variance: what a sequence at any level is made of. */
export interface CalibrationSlopeVariance {
  readonly estimable: true;
  readonly value: number;
  readonly variance: number;
  readonly n: number;
  readonly events: number;
}

/**
 * The calibration slope with the sandwich variance of its influence values.
 * @param predictions one entry a case, or grouped with totals (of a score grid: `scoreGridPredictions`).
 * @returns not estimable as `fitLogistic`. Cost: linear in the entries that hold cases, a few Newton steps.
 * **Source**: Huber 1967 (sandwich).
 */
export function calibrationSlopeVariance(predictions: Predictions): CalibrationSlopeVariance | NotEstimable {
  const { probabilities, events, totals } = predictions;
  const rows = events.length;
  const why = whyNotProbabilities(probabilities) ?? (totals === undefined ? whyNotBinary(events) : undefined);
  if (why !== undefined) return notEstimable(rows, why);
  const logOdds = clipProbabilities(probabilities).clipped.map(logit);
  const columns = [new Float64Array(rows).fill(1), logOdds];
  const fit = fitLogistic({ columns, events, ...(totals === undefined ? {} : { totals }) });
  if (!fit.estimable) return fit;
  const [intercept, slope] = [fit.coefficients[0]!, fit.coefficients[1]!];
  const [ofOne, ofSlope] = [fit.covariance[1]![0]!, fit.covariance[1]![1]!];
  let [variance, n, eventsInAll] = [0, 0, 0];
  for (let i = 0; i < rows; i++) {
    const all = totals?.[i] ?? 1;
    if (all === 0) continue;
    const risk = 1 / (1 + Math.exp(-intercept - slope * logOdds[i]!));
    const squares = events[i]! * (1 - risk) ** 2 + (all - events[i]!) * risk ** 2;
    variance += squares * (ofOne + ofSlope * logOdds[i]!) ** 2;
    n += all;
    eventsInAll += events[i]!;
  }
  return { estimable: true, value: slope, variance, n, events: eventsInAll };
}

/**
 * The calibration slope with its asymptotic confidence sequence.
 * @param predictions as of `calibrationSlopeVariance`. @returns not estimable as that and `aurocSequence`.
 * **Source**: Waudby-Smith et al. 2024.
 */
export function calibrationSlopeSequence(predictions: Predictions, tuning: SequenceTuning = {}): Estimate {
  const result = calibrationSlopeVariance(predictions);
  return result.estimable ? asymptoticConfidenceSequence(result, { ...tuning, range: slopeRange }) : result;
}

/** A slope may be any number, where other figures lie in [0, 1]. */
export const slopeRange = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY } as const;
