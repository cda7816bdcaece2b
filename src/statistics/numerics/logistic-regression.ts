import { assert } from '#kernel';
import { type NotEstimable, notEstimable } from '../estimate.ts';
import { cholesky, invertCholesky, solveCholesky } from './linear-algebra.ts';

/** Grouped or single binary data for a logistic fit; every array has one entry a row. */
export interface LogisticData {
  /** Columns of the design matrix, the column of ones included where an intercept is wanted. */
  readonly columns: readonly ArrayLike<number>[];
  /** Number, or weight, of outcomes 1 in the row. */
  readonly events: ArrayLike<number>;
  /** Number, or weight, of all outcomes in the row; 1 each where absent. */
  readonly totals?: ArrayLike<number>;
  /** Fixed part of the log-odds; 0 where absent. */
  readonly offset?: ArrayLike<number>;
}

export interface LogisticFit {
  readonly estimable: true;
  readonly coefficients: number[];
  /** Inverse information, the model-based covariance of the coefficients. */
  readonly covariance: number[][];
  readonly logLikelihood: number;
}

const maxSteps = 50;
const tolerance = 1e-13;

/**
 * Maximum-likelihood logistic regression by Newton's method with step halving.
 * @param data see `LogisticData`; a handful of columns.
 * @returns coefficients in the order of the columns. Not estimable with `no labels yet`, `one class only` or `separation`: the largest
 *   step must fall below 1e-13 (relative to coefficients above 1) within 50 steps, or reach the limit of rounding.
 * Cost: rows × columns² a step.
 * **Source**: statistics spec, section 10. Oracle: R `glm` through calibration_gold.json.
 */
export function fitLogistic(data: LogisticData): LogisticFit | NotEstimable {
  const rows = data.events.length;
  for (const column of data.columns) assert(column.length === rows, 'a design column has one entry a row');
  const { events, all } = countOutcomes(data);
  if (all === 0) return notEstimable(0, 'no labels yet');
  if (events <= 0 || events >= all) return notEstimable(all, 'one class only');
  let coefficients = data.columns.map(() => 0);
  let state = evaluate(data, coefficients);
  let previousStep = Number.POSITIVE_INFINITY;
  for (let iteration = 0; iteration < maxSteps; iteration++) {
    const factor = cholesky(state.information);
    if (factor === undefined) break;
    const step = solveCholesky(factor, state.score);
    const next = takeStep(data, { coefficients, step, logLikelihood: state.logLikelihood });
    const scale = Math.max(1, ...next.coefficients.map(Math.abs));
    const size = Math.max(...step.map(Math.abs)) / scale;
    coefficients = next.coefficients;
    state = next.state;
    // Newton converges quadratically: a tiny step that no longer shrinks is rounding, not lack of convergence.
    const isAtRounding = size < 1e-9 && size > previousStep / 4;
    if (size < tolerance || isAtRounding) return finish(coefficients, state, all);
    previousStep = size;
  }
  return notEstimable(all, 'separation');
}

interface Evaluation {
  logLikelihood: number;
  score: number[];
  information: number[][];
}

function finish(coefficients: number[], state: Evaluation, n: number): LogisticFit | NotEstimable {
  const factor = cholesky(state.information);
  if (factor === undefined) return notEstimable(n, 'separation');
  const { logLikelihood } = state;
  return { estimable: true, coefficients, covariance: invertCholesky(factor), logLikelihood };
}

/** Halves the step while it lowers the likelihood by more than rounding. */
function takeStep(
  data: LogisticData,
  from: { coefficients: number[]; step: number[]; logLikelihood: number },
): { coefficients: number[]; state: Evaluation } {
  const slack = 1e-12 * Math.abs(from.logLikelihood);
  let fraction = 1;
  for (let halving = 0; ; halving++) {
    const coefficients = from.coefficients.map((value, j) => value + fraction * from.step[j]!);
    const state = evaluate(data, coefficients);
    if (state.logLikelihood >= from.logLikelihood - slack || halving === 20) return { coefficients, state };
    fraction /= 2;
  }
}

function evaluate(data: LogisticData, coefficients: readonly number[]): Evaluation {
  const { columns, events, totals, offset } = data;
  const size = columns.length;
  const score = new Float64Array(size);
  const information = new Float64Array(size * size);
  let logLikelihood = 0;
  for (let i = 0; i < events.length; i++) {
    const all = totals === undefined ? 1 : totals[i]!;
    if (all === 0) continue; // no cases, no evidence: a score grid has many such rows
    let logOdds = offset === undefined ? 0 : offset[i]!;
    for (let j = 0; j < size; j++) logOdds += coefficients[j]! * columns[j]![i]!;
    // One exponential serves the probability and its logarithm.
    const small = Math.exp(-Math.abs(logOdds));
    const probability = (logOdds >= 0 ? 1 : small) / (1 + small);
    const softplus = Math.max(logOdds, 0) + Math.log1p(small); // ln(1 + e^x) without overflow
    const residual = events[i]! - all * probability;
    const weight = all * probability * (1 - probability);
    logLikelihood += events[i]! * logOdds - all * softplus;
    for (let j = 0; j < size; j++) {
      const value = columns[j]![i]!;
      score[j]! += residual * value;
      for (let k = 0; k <= j; k++) information[j * size + k]! += weight * value * columns[k]![i]!;
    }
  }
  const entry = (j: number, k: number): number => information[Math.max(j, k) * size + Math.min(j, k)]!;
  const rows = Array.from({ length: size }, (_, j) => Array.from({ length: size }, (__, k) => entry(j, k)));
  return { logLikelihood, score: [...score], information: rows };
}

function countOutcomes(data: LogisticData): { events: number; all: number } {
  let [events, all] = [0, 0];
  for (let i = 0; i < data.events.length; i++) {
    const here = data.totals?.[i] ?? 1;
    assert(data.events[i]! >= 0 && data.events[i]! <= here, 'events lie between 0 and the total of their row');
    events += data.events[i]!;
    all += here;
  }
  return { events, all };
}
