import { assert } from '#kernel';
import { logMeanExp } from '../numerics/log-sums.ts';

/**
 * Evidence that probabilities are not calibrated, case by case: a mixture over 35 logistic recalibrations
 * q = expit(a + b logit p) of the likelihood ratio of q against p. With a tolerance δ the claim is |E[Y|p] − p| ≤ δ
 * and the denominator is the nearest probability that the claim allows.
 *
 * **Source**: Henzi, Ziegel, Biometrika 2022; statistics spec, section 10. Oracle: calibration_gold.json, in order.
 */
export interface CalibrationClaim {
  /** δ in [0, 1): 0 for exact calibration. */
  readonly tolerance: number;
  /** The alternatives; fixed in the claim. */
  readonly recalibrations: readonly RecalibrationAlternative[];
}

/** q = expit(a + b logit p). */
export interface RecalibrationAlternative {
  readonly a: number;
  readonly b: number;
}

/** Cases seen, then the log likelihood ratio of each recalibration. Stored as bytes. */
export type CalibrationState = Float64Array;

/** The 35 recalibrations of every default claim: a in {0, ±.25, ±.5, ±1}, b in {.5, .75, 1, 1.33, 2}. */
export const defaultRecalibrations: readonly RecalibrationAlternative[] = [0, 0.25, -0.25, 0.5, -0.5, 1, -1].flatMap(
  (a) => [0.5, 0.75, 1, 1.33, 2].map((b) => ({ a, b })),
);

/** A claim of calibration within a tolerance, with the default alternatives. */
export function calibrationClaim(tolerance = 0): CalibrationClaim {
  assert(tolerance >= 0 && tolerance < 1, 'a tolerance of calibration lies in [0, 1)');
  return { tolerance, recalibrations: defaultRecalibrations };
}

/** The state before the first case. */
export function newCalibrationState(claim: CalibrationClaim): CalibrationState {
  return new Float64Array(1 + claim.recalibrations.length);
}

/**
 * Takes one case into the state, in place.
 * @param p the probability given before the outcome, inside (0, 1): clipped by the claim's frozen calibration.
 */
export function stepCalibration(claim: CalibrationClaim, state: CalibrationState, p: number, y: 0 | 1): void {
  assert(p > 0 && p < 1, 'a probability is clipped to the inside of (0, 1) before it is tested');
  const { recalibrations, tolerance } = claim;
  const logit = Math.log(p / (1 - p));
  state[0] = state[0]! + 1;
  for (let j = 0; j < recalibrations.length; j++) {
    state[1 + j] = state[1 + j]! + Math.log(factor(recalibrations[j]!, { p, logit, tolerance }, y));
  }
}

/** The log e-value of a state: reached 1/α once, the claim is broken at level α. */
export function calibrationLogE(state: CalibrationState): number {
  return logMeanExp(state, 1);
}

/** The recalibration with the most evidence for it: how the probabilities seem to be off. First on ties. */
export function leadingRecalibration(
  claim: CalibrationClaim,
  state: CalibrationState,
): RecalibrationAlternative & { logE: number } {
  let leading = 0;
  for (let j = 1; j < claim.recalibrations.length; j++) if (state[1 + j]! > state[1 + leading]!) leading = j;
  return { ...claim.recalibrations[leading]!, logE: state[1 + leading]! };
}

/**
 * The log e-value from integer counts on a grid of probabilities: what an outsider recomputes.
 * The order of the cells fixes the last bits; keep it canonical (ascending p).
 */
export function calibrationLogEFromCounts(
  claim: CalibrationClaim,
  cells: Iterable<{ p: number; events: number; nonEvents: number }>,
): number {
  const { recalibrations, tolerance } = claim;
  const state = newCalibrationState(claim);
  for (const { p, events, nonEvents } of cells) {
    assert(p > 0 && p < 1, 'a probability is clipped to the inside of (0, 1) before it is tested');
    const at = { p, logit: Math.log(p / (1 - p)), tolerance };
    state[0] = state[0]! + events + nonEvents;
    recalibrations.forEach((recalibration, j) => {
      const event = Math.log(factor(recalibration, at, 1));
      const nonEvent = Math.log(factor(recalibration, at, 0));
      state[1 + j] = state[1 + j]! + events * event + nonEvents * nonEvent;
    });
  }
  return calibrationLogE(state);
}

/** The factors of one case, one a recalibration, written into `factors` for `stepDetector`. */
export function calibrationFactors(
  claim: CalibrationClaim,
  forecast: { p: number; y: 0 | 1 },
  factors: Float64Array,
): Float64Array {
  const { p, y } = forecast;
  assert(p > 0 && p < 1, 'a probability is clipped to the inside of (0, 1) before it is tested');
  const at = { p, logit: Math.log(p / (1 - p)), tolerance: claim.tolerance };
  claim.recalibrations.forEach((recalibration, j) => {
    factors[j] = factor(recalibration, at, y);
  });
  return factors;
}

function factor(
  { a, b }: RecalibrationAlternative,
  { p, logit, tolerance }: { p: number; logit: number; tolerance: number },
  y: 0 | 1,
): number {
  const q = 1 / (1 + Math.exp(-(a + b * logit)));
  let nearest: number;
  if (q > p + tolerance) nearest = p + tolerance;
  else if (q < p - tolerance) nearest = p - tolerance;
  else return 1;
  return y === 1 ? q / nearest : (1 - q) / (1 - nearest);
}
