import { assert } from '#kernel';
import { approximateEstimate, type Estimate, type NotEstimable, notEstimable } from '../estimate.ts';
import { normalMultiplier } from '../numerics/distributions.ts';
import { fitLogistic, type LogisticData, type LogisticFit } from '../numerics/logistic-regression.ts';
import { clipProbabilities, expit, logit } from '../numerics/logit.ts';
import { whyNotPredictions } from '../numerics/usable.ts';

/** Predictions with outcomes, one entry a case or a group of cases with the same prediction. */
export interface Predictions {
  /** Predicted probabilities in [0, 1]. */
  readonly probabilities: ArrayLike<number>;
  /** Number, or weight, of outcomes 1; with `totals` absent 0 or 1 a case. */
  readonly events: ArrayLike<number>;
  /** Number, or weight, of cases; 1 each where absent. */
  readonly totals?: ArrayLike<number>;
}

/** A frozen recalibration: P = expit(intercept + slope · logit p). */
export interface LogisticRecalibration {
  readonly intercept: number;
  readonly slope: number;
}

/** A recalibration with what a reader needs to judge it. */
export interface RecalibrationFit extends LogisticRecalibration {
  readonly estimable: true;
  readonly kind: 'intercept' | 'intercept-and-slope';
  /** Wald intervals; the slope of kind `intercept` is 1 by decree and has none. */
  readonly interceptEstimate: Estimate;
  readonly slopeEstimate: Estimate | undefined;
  readonly logLikelihood: number;
  /** Predictions that were clipped to [1e-6, 1 − 1e-6] before their log-odds were taken. */
  readonly clipCount: number;
  readonly n: number;
}

/**
 * Fits logit P = a + logit p (kind `intercept`) or logit P = a + b·logit p (kind `intercept-and-slope`).
 * @param predictions see `Predictions`; @param kind which of both; @param level of the Wald intervals.
 * @returns not estimable with `one class only`, `separation`, or, for a slope, `all predictions are equal`.
 * Cost: linear in the entries, about six Newton steps.
 * **Source**: Cox, Biometrika 1958; Van Calster et al., J Clin Epi 2016. Oracle: `val.prob.ci.2`, 8 digits.
 */
export function fitRecalibration(
  predictions: Predictions,
  kind: RecalibrationFit['kind'],
  level = 0.95,
): RecalibrationFit | NotEstimable {
  const why = whyNotPredictions(predictions);
  if (why !== undefined) return notEstimable(predictions.events.length, why);
  const { clipped, clipCount } = clipProbabilities(predictions.probabilities);
  const logOdds = clipped.map(logit);
  const n = countCases(predictions);
  const isSlopeFree = kind === 'intercept-and-slope';
  if (isSlopeFree && !variesAmongCases(logOdds, predictions.totals)) {
    return notEstimable(n, n === 0 ? 'no labels yet' : 'all predictions are equal');
  }
  const ones = new Float64Array(logOdds.length).fill(1);
  const { events, totals } = predictions;
  const shape: LogisticData = isSlopeFree
    ? { columns: [ones, logOdds], events }
    : { columns: [ones], events, offset: logOdds };
  const fit = fitLogistic(totals === undefined ? shape : { ...shape, totals });
  if (!fit.estimable) return fit;
  return {
    estimable: true,
    kind,
    intercept: fit.coefficients[0]!,
    slope: isSlopeFree ? fit.coefficients[1]! : 1,
    interceptEstimate: waldEstimate(fit, 0, {
      n,
      level,
      of: isSlopeFree ? 'recalibration intercept' : 'calibration in the large',
    }),
    slopeEstimate: isSlopeFree ? waldEstimate(fit, 1, { n, level, of: 'calibration slope' }) : undefined,
    logLikelihood: fit.logLikelihood,
    clipCount,
    n,
  };
}

/**
 * Applies a recalibration: expit(intercept + slope · logit p), p clipped first, the result clipped too.
 * @param probability in [0, 1].
 * @returns a probability in [1e-6, 1 − 1e-6].
 */
export function recalibrate(probability: number, { intercept, slope }: LogisticRecalibration): number {
  assert(Number.isFinite(intercept) && Number.isFinite(slope), 'a recalibration has finite coefficients');
  const { clipped } = clipProbabilities([probability]);
  return clipProbabilities([expit(intercept + slope * logit(clipped[0]!))]).clipped[0]!;
}

function waldEstimate(fit: LogisticFit, index: number, about: { n: number; level: number; of: string }): Estimate {
  const value = fit.coefficients[index]!;
  const half = normalMultiplier(about.level) * Math.sqrt(fit.covariance[index]![index]!);
  const { n, level } = about;
  const method = `logistic ${about.of}, Wald interval (single look)`;
  return approximateEstimate({ value, lower: value - half, upper: value + half, n, level, method });
}

/** Number (or weight) of all cases in predictions. */
export function countCases(predictions: Predictions): number {
  if (predictions.totals === undefined) return predictions.probabilities.length;
  let sum = 0;
  for (let i = 0; i < predictions.totals.length; i++) sum += predictions.totals[i]!;
  return sum;
}

function variesAmongCases(values: Float64Array, totals: ArrayLike<number> | undefined): boolean {
  let first: number | undefined;
  for (let i = 0; i < values.length; i++) {
    if (totals !== undefined && totals[i]! === 0) continue;
    first ??= values[i]!;
    if (values[i]! !== first) return true;
  }
  return false;
}
