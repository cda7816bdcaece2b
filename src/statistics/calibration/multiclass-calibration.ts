import { assert } from '#kernel';
import { type Described, described } from '../described.ts';
import { type NotEstimable, notEstimable } from '../estimate.ts';
import { linearQuantile } from '../numerics/quantile.ts';
import { whyNotClassPredictions } from '../numerics/usable.ts';

/** Predicted probabilities of every class, one row a case, and the index of the class that occurred. */
export interface ClassPredictions {
  readonly probabilities: readonly (readonly number[])[];
  readonly classes: readonly number[];
}

/**
 * Brier score of several classes: mean over cases of Σ (1{class} − p)²; for two classes twice the binary score.
 * @returns in [0, 2]; not estimable with `no labels yet`.
 * **Source**: Brier 1950. Oracle: MetricsReloaded, 0.4.
 */
export function multiclassBrier(predictions: ClassPredictions): Described | NotEstimable {
  const n = checkRows(predictions);
  if (n === 0) return notEstimable(0, 'no labels yet');
  const why = whyNotClassPredictions(predictions.probabilities, predictions.classes);
  if (why !== undefined) return notEstimable(n, why);
  return described(residuals(predictions).reduce((sum, row) => sum + dot(row, row), 0) / n, n);
}

/**
 * Class-wise expected calibration error: the mean over classes of Σ_bins (n_b/N)|rate − mean p|, bins (l, u].
 * @param bins number of right-closed bins of equal width; cases with p = 0 lie in none, the divisor stays N.
 * @returns in [0, 1]; not estimable with `no labels yet`.
 * **Source**: Kull et al., NeurIPS 2019. Oracle: MetricsReloaded, .150.
 */
export function classwiseCalibrationError(predictions: ClassPredictions, bins = 10): Described | NotEstimable {
  const n = checkRows(predictions);
  if (n === 0) return notEstimable(0, 'no labels yet');
  const why = whyNotClassPredictions(predictions.probabilities, predictions.classes);
  if (why !== undefined) return notEstimable(n, why);
  const classCount = predictions.probabilities[0]!.length;
  let sum = 0;
  for (let k = 0; k < classCount; k++) {
    for (let b = 0; b < bins; b++) {
      let gap = 0;
      predictions.probabilities.forEach((row, i) => {
        const isInBin = row[k]! > b / bins && row[k]! <= (b + 1) / bins;
        if (isInBin) gap += (predictions.classes[i] === k ? 1 : 0) - row[k]!;
      });
      sum += Math.abs(gap) / n;
    }
  }
  return described(sum / classCount, n);
}

/**
 * Top-label classification error √mean((f − p)²), p the largest probability of a case and f the share, among all
 * cases, of the class that is predicted for it.
 * @returns in [0, 1]; not estimable with `no labels yet`. **Source**: as in MetricsReloaded. Oracle: its test case, .478.
 */
export function topLabelError(predictions: ClassPredictions): Described | NotEstimable {
  const n = checkRows(predictions);
  if (n === 0) return notEstimable(0, 'no labels yet');
  const why = whyNotClassPredictions(predictions.probabilities, predictions.classes);
  if (why !== undefined) return notEstimable(n, why);
  let sum = 0;
  for (const row of predictions.probabilities) {
    const top = Math.max(...row);
    const predicted = row.indexOf(top);
    const share = predictions.classes.filter((label) => label === predicted).length / n;
    sum += (share - top) ** 2;
  }
  return described(Math.sqrt(sum / n), n);
}

/**
 * Kernel calibration error, unbiased: 2/(n(n−1)) Σ_{i<j} (e_i − p_i)·(e_j − p_j) exp(−‖p_i − p_j‖/ν), ν the median
 * distance of all pairs.
 * @returns may be below 0; not estimable with fewer than two cases, or where all predictions are equal. Cost: quadratic.
 * **Source**: Widmann, Lindsten & Zachariah, NeurIPS 2019. Oracle: MetricsReloaded's test case, by its own arithmetic.
 */
export function kernelCalibrationError(predictions: ClassPredictions): Described | NotEstimable {
  const n = checkRows(predictions);
  if (n < 2) return notEstimable(n, n === 0 ? 'no labels yet' : 'n < 2');
  const why = whyNotClassPredictions(predictions.probabilities, predictions.classes);
  if (why !== undefined) return notEstimable(n, why);
  const rows = predictions.probabilities;
  const errors = residuals(predictions);
  const pairs: { product: number; distance: number }[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const distance = Math.hypot(...rows[i]!.map((value, k) => value - rows[j]![k]!));
      pairs.push({ product: dot(errors[i]!, errors[j]!), distance });
    }
  }
  const width = linearQuantile(Float64Array.from(pairs, (pair) => pair.distance).sort(), 0.5);
  if (width === 0) return notEstimable(n, 'the median distance of predictions is 0');
  const sum = pairs.reduce((total, pair) => total + pair.product * Math.exp(-pair.distance / width), 0);
  return described((2 * sum) / (n * (n - 1)), n);
}

function residuals({ probabilities, classes }: ClassPredictions): number[][] {
  return probabilities.map((row, i) => row.map((p, k) => (classes[i] === k ? 1 : 0) - p));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, k) => sum + value * b[k]!, 0);
}

function checkRows({ probabilities, classes }: ClassPredictions): number {
  assert(probabilities.length === classes.length, 'there is one class a case');
  for (const row of probabilities) {
    assert(row.length === probabilities[0]!.length, 'every case has one probability a class');
  }
  return classes.length;
}
