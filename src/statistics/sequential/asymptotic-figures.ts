import type { Predictions } from '../calibration/recalibration.ts';
import { averagePrecisionVariance } from '../discrimination/average-precision-interval.ts';
import { type DeLong, deLong } from '../discrimination/discrimination.ts';
import { type Estimate, type NotEstimable, notEstimable } from '../estimate.ts';
import { fitLogistic } from '../numerics/logistic-regression.ts';
import { clipProbabilities, logit } from '../numerics/logit.ts';
import { whyNotBinary, whyNotProbabilities, whyNotRankable } from '../numerics/usable.ts';
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

/**
 * The calibration slope with its asymptotic confidence sequence, from the sandwich variance of its influence values.
 * @param predictions one entry a case (no totals). @returns not estimable as `fitLogistic` and `aurocSequence`.
 * **Source**: Huber 1967 (sandwich); Waudby-Smith et al. 2024.
 */
export function calibrationSlopeSequence(
  predictions: Pick<Predictions, 'probabilities' | 'events'>,
  tuning: SequenceTuning = {},
): Estimate {
  const { probabilities, events: outcomes } = predictions;
  const n = outcomes.length;
  const why = whyNotProbabilities(probabilities) ?? whyNotBinary(outcomes);
  if (why !== undefined) return notEstimable(n, why);
  const logOdds = clipProbabilities(probabilities).clipped.map(logit);
  const fit = fitLogistic({ columns: [new Float64Array(n).fill(1), logOdds], events: outcomes });
  if (!fit.estimable) return fit;
  const [intercept, slope] = [fit.coefficients[0]!, fit.coefficients[1]!];
  const [ofOne, ofSlope] = [fit.covariance[1]![0]!, fit.covariance[1]![1]!];
  let [variance, events] = [0, 0];
  for (let i = 0; i < n; i++) {
    const residual = outcomes[i]! - 1 / (1 + Math.exp(-intercept - slope * logOdds[i]!));
    variance += (residual * (ofOne + ofSlope * logOdds[i]!)) ** 2;
    events += outcomes[i]!;
  }
  const range = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  return asymptoticConfidenceSequence({ value: slope, variance, n, events }, { ...tuning, range });
}
