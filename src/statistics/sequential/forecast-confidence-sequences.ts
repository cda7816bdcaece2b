import { assert } from '#kernel';
import { type Estimate, exactEstimate, notEstimable } from '../estimate.ts';
import {
  type MeanSequenceDesign,
  meanConfidenceSequence,
  meanSequenceDesign,
  newMeanSequenceState,
  stepMeanSequence,
} from './mean-confidence-sequence.ts';

/** Intervals to show beside the calibration claims; the evidence itself is in `bounded-families.ts`. */
export interface ForecastSequenceDesign {
  readonly residual: MeanSequenceDesign;
}

/** [the state of the mean sequence of Y − p, then Σp]. Stored as bytes. */
export type ForecastSequenceState = Float64Array;

/**
 * A design from what is expected.
 * @param options tOpt: cases expected at the first review; variance: mean of p(1 − p), .15 for typical triage models.
 */
export function forecastSequenceDesign(
  options: { tOpt?: number; variance?: number; alpha?: number } = {},
): ForecastSequenceDesign {
  const { tOpt = 350, variance = 0.15, alpha = 0.05 } = options;
  return { residual: meanSequenceDesign({ range: { from: -1, to: 1 }, tOpt, variance, alpha }) };
}

/** The state before the first case. */
export function newForecastSequenceState(): ForecastSequenceState {
  return new Float64Array(newMeanSequenceState().length + 1);
}

/** Takes one forecast and its outcome into the state, in place. */
export function stepForecastSequence(
  design: ForecastSequenceDesign,
  state: ForecastSequenceState,
  forecast: { p: number; y: 0 | 1 },
): void {
  const { p, y } = forecast;
  assert(p >= 0 && p <= 1, 'a probability lies inside [0, 1]');
  const sum = state.length - 1;
  stepMeanSequence(design.residual, state, y - p);
  state[sum] = state[sum]! + p;
}

/** A confidence sequence for the average of E[Y − p]: calibration in the large. In [−1, 1]. */
export function calibrationInTheLargeSequence(
  design: ForecastSequenceDesign,
  state: ForecastSequenceState,
  alpha = 0.05,
): Estimate {
  return meanConfidenceSequence(design.residual, state, alpha);
}

/**
 * A confidence sequence for expected events in truth over predicted events, ΣE[Y] / Σp. The probabilities are known
 * before their outcomes, so the interval [l, u] of the average of E[Y − p] becomes [1 + l/p̄, 1 + u/p̄], with the same
 * guarantee and no grid. Tightest where the model is nearly calibrated, since Y − p then varies least.
 * @returns value Σy/Σp; not estimable where nothing was predicted.
 */
export function observedOverExpectedSequence(
  design: ForecastSequenceDesign,
  state: ForecastSequenceState,
  alpha = 0.05,
): Estimate {
  const difference = meanConfidenceSequence(design.residual, state, alpha);
  if (!difference.estimable) return difference;
  const meanPrediction = state[state.length - 1]! / difference.n;
  if (meanPrediction <= 0) return notEstimable(difference.n, 'the predicted number of events is 0');
  const ratio = (gap: number) => Math.max(0, 1 + gap / meanPrediction);
  return exactEstimate({
    value: ratio(difference.value),
    lower: ratio(difference.lower),
    upper: ratio(difference.upper),
    n: difference.n,
    level: difference.level,
    method: difference.method,
  });
}
