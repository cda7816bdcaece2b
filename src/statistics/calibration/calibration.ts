import { approximateEstimate, type Estimate, type NotEstimable, notEstimable } from '../estimate.ts';
import { wilsonInterval } from '../fixed-intervals.ts';
import { chiSquareUpperTail, normalTwoSidedP } from '../numerics/distributions.ts';
import { clipProbabilities, expit, logit } from '../numerics/logit.ts';
import { whyNotPredictions } from '../numerics/usable.ts';
import { countCases, fitRecalibration, type LogisticRecalibration, type Predictions } from './recalibration.ts';

/** A test with its statistic; the p-value is for a single look at a fixed number of cases. */
export interface FixedTest {
  readonly estimable: true;
  readonly statistic: number;
  /** In [0, 1]. */
  readonly pValue: number;
  readonly n: number;
}

/**
 * Observed over expected events, Σy/Σp.
 * @param predictions see `Predictions`.
 * @returns ratio ≥ 0; interval: Wilson's for the observed rate over the mean prediction, which is taken as fixed.
 *   Not estimable with `no labels yet` or `no events are expected`.
 * **Source**: statistics spec, section 10. Oracle: calibration_gold.json `OE`.
 */
export function observedExpectedRatio(predictions: Predictions, level = 0.95): Estimate {
  const why = whyNotPredictions(predictions);
  if (why !== undefined) return notEstimable(predictions.events.length, why);
  const { n, events, expected } = sums(predictions);
  if (n === 0) return notEstimable(0, 'no labels yet');
  if (expected === 0) return notEstimable(n, 'no events are expected');
  const rate = wilsonInterval({ n, k: events }, level);
  if (!rate.estimable) return rate;
  const value = events / expected;
  const lower = Math.min(value, rate.lower * (n / expected));
  const upper = Math.max(value, rate.upper * (n / expected));
  const method = 'observed/expected, Wilson interval of the observed rate (single look)';
  return approximateEstimate({ value, lower, upper, n, level, method });
}

/**
 * Calibration in the large: a of logit P = a + logit p; 0 is ideal, above 0 the model predicts too low.
 * @returns not estimable as `fitRecalibration`. Oracle: calibration_gold.json `cal_intercept`, 1e-8.
 */
export function calibrationIntercept(predictions: Predictions, level = 0.95): Estimate {
  const fit = fitRecalibration(predictions, 'intercept', level);
  return fit.estimable ? fit.interceptEstimate : fit;
}

/**
 * Calibration slope: b of logit P = a + b·logit p; 1 is ideal, below 1 the predictions are too extreme.
 * @returns not estimable as `fitRecalibration`. Oracle: calibration_gold.json `cal_slope`, 1e-8.
 */
export function calibrationSlope(predictions: Predictions, level = 0.95): Estimate {
  const fit = fitRecalibration(predictions, 'intercept-and-slope', level);
  return fit.estimable ? fit.slopeEstimate! : fit;
}

/**
 * Unreliability: likelihood-ratio test of a = 0 and b = 1, U = −2(ℓ(p) − ℓ(â, b̂)) ~ χ² with 2 degrees of freedom.
 * @returns not estimable as `fitRecalibration`.
 * **Source**: Miller, Hui & Tierney 1991; Harrell's val.prob. Oracle: calibration_gold.json `U_chisq`, 8 digits.
 */
export function unreliabilityTest(predictions: Predictions): FixedTest | NotEstimable {
  const fit = fitRecalibration(predictions, 'intercept-and-slope');
  if (!fit.estimable) return fit;
  const statistic = Math.max(0, -2 * (logLikelihood(predictions) - fit.logLikelihood));
  return { estimable: true, statistic, pValue: chiSquareUpperTail(statistic, 2), n: fit.n };
}

/**
 * Discrimination of the recalibrated model: likelihood-ratio χ² (1 degree of freedom) of the slope model against a
 * constant, and Nagelkerke's R².
 * @returns R² in [0, 1]; not estimable as `fitRecalibration`. Oracle: calibration_gold.json `D_chisq`, `R2_nagelkerke`.
 */
export function explainedVariation(
  predictions: Predictions,
): (FixedTest & { readonly nagelkerkeR2: number }) | NotEstimable {
  const fit = fitRecalibration(predictions, 'intercept-and-slope');
  if (!fit.estimable) return fit;
  const { n, events } = sums(predictions);
  const rate = events / n;
  const constant = events * Math.log(rate) + (n - events) * Math.log1p(-rate);
  const statistic = Math.max(0, 2 * (fit.logLikelihood - constant));
  const nagelkerkeR2 = -Math.expm1(-statistic / n) / -Math.expm1((2 * constant) / n);
  return { estimable: true, statistic, pValue: chiSquareUpperTail(statistic, 1), nagelkerkeR2, n };
}

/**
 * Spiegelhalter's test of calibration, two-sided: z = Σ(y−p)(1−2p) / √Σ(1−2p)² p(1−p).
 * @returns z > 0 for predictions that are too extreme, z < 0 for too timid ones. Not estimable with `no labels yet`,
 *   or where every prediction is 0, ½ or 1 and the statistic has no variance.
 * **Source**: Spiegelhalter, Statistics in Medicine 1986. Oracle: calibration_gold.json `spiegelhalter_z`.
 */
export function spiegelhalterTest(predictions: Predictions): FixedTest | NotEstimable {
  const { probabilities, events, totals } = predictions;
  const why = whyNotPredictions(predictions);
  if (why !== undefined) return notEstimable(events.length, why);
  let [numerator, variance] = [0, 0];
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i]!;
    const all = totals?.[i] ?? 1;
    numerator += (events[i]! - all * p) * (1 - 2 * p);
    variance += all * (1 - 2 * p) ** 2 * p * (1 - p);
  }
  const n = countCases(predictions);
  if (n === 0) return notEstimable(0, 'no labels yet');
  if (variance === 0) return notEstimable(n, 'every prediction is 0, ½ or 1');
  const statistic = numerator / Math.sqrt(variance);
  return { estimable: true, statistic, pValue: normalTwoSidedP(statistic), n };
}

/**
 * The largest gap between g and expit(a + b·logit g) over g = .0005, .001, …, .9995.
 * @returns in [0, 1]. **Source**: Harrell's Emax of the logistic calibration. Oracle: `emax_logistic`, 8 digits.
 */
export function logisticEmax({ intercept, slope }: LogisticRecalibration): number {
  let largest = 0;
  for (let step = 1; step < 2000; step++) {
    const g = step * 0.0005;
    largest = Math.max(largest, Math.abs(g - expit(intercept + slope * logit(g))));
  }
  return largest;
}

/** Log-likelihood of the predictions, clipped to [1e-6, 1 − 1e-6]; minus its mean is the log loss. */
export function logLikelihood(predictions: Predictions): number {
  const { clipped } = clipProbabilities(predictions.probabilities);
  let sum = 0;
  for (let i = 0; i < clipped.length; i++) {
    const all = predictions.totals?.[i] ?? 1;
    sum += predictions.events[i]! * Math.log(clipped[i]!) + (all - predictions.events[i]!) * Math.log1p(-clipped[i]!);
  }
  return sum;
}

function sums(predictions: Predictions): { n: number; events: number; expected: number } {
  let [events, expected] = [0, 0];
  for (let i = 0; i < predictions.probabilities.length; i++) {
    events += predictions.events[i]!;
    expected += predictions.probabilities[i]! * (predictions.totals?.[i] ?? 1);
  }
  return { n: countCases(predictions), events, expected };
}
