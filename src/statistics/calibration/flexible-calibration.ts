import { assert } from '#kernel';
import { type NotEstimable, notEstimable } from '../estimate.ts';
import { loess } from '../numerics/loess.ts';
import { fitLogistic } from '../numerics/logistic-regression.ts';
import { expit } from '../numerics/logit.ts';
import { linearQuantile } from '../numerics/quantile.ts';
import { radixArgsort } from '../numerics/radix-argsort.ts';
import { splineColumns, splineKnots } from '../numerics/restricted-cubic-spline.ts';
import { mean } from '../numerics/totals.ts';
import { whyNotForecasts } from '../numerics/usable.ts';

/** Distances between predictions and a smooth calibration curve; descriptions without intervals. */
export interface FlexibleCalibration {
  readonly estimable: true;
  readonly method: 'loess' | 'restricted cubic spline';
  /** Mean of |curve(p) − p|: the integrated calibration index. */
  readonly ici: number;
  /** Median and 90th percentile of |curve(p) − p|, and its maximum. */
  readonly e50: number;
  readonly e90: number;
  readonly emax: number;
  /** 100 × mean of (curve(p) − p)²: the estimated calibration index. */
  readonly eci: number;
  /** The curve for drawing, at the distinct predictions, ascending, clamped to [0, 1]. */
  readonly curve: { readonly predicted: number; readonly observed: number }[];
  readonly n: number;
}

const loessLargestN = 5_000;
const smallestN = 10;

/**
 * ICI, E50, E90, Emax and ECI from a smooth calibration curve: loess (quadratic, span .75, direct) up to 5,000 cases,
 * above that a logistic fit of a restricted cubic spline of p with 5 knots, fewer where ties or the fit demand it.
 * @param probabilities in [0, 1]; @param outcomes 0 or 1, as many.
 * @returns not estimable with `one class only`, `n < 10`, `all predictions are equal`, `separation`.
 * Cost: up to n²·¾ for loess (n ≤ 5,000), linear for the spline.
 * **Source**: Austin & Steyerberg, Statistics in Medicine 2019; Van Hoorde et al., J Biomed Inform 2015 (ECI). Oracle:
 * calibration_gold.json `ici_loess_direct`, `e50`, `e90`, `eci_loess_direct`, 1e-12; R's interpolated loess within 2 %.
 */
export function flexibleCalibration(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
): FlexibleCalibration | NotEstimable {
  assert(probabilities.length === outcomes.length, 'there is one outcome a prediction');
  const n = probabilities.length;
  if (n < smallestN) return notEstimable(n, `n < ${smallestN}`);
  const why = whyNotForecasts(probabilities, outcomes);
  if (why !== undefined) return notEstimable(n, why);
  const order = radixArgsort(probabilities);
  const p = Float64Array.from(order, (at) => probabilities[at]!);
  const y = Float64Array.from(order, (at) => outcomes[at]!);
  const rate = mean(y);
  if (rate === 0 || rate === 1) return notEstimable(n, 'one class only');
  if (p[0] === p[n - 1]) return notEstimable(n, 'all predictions are equal');
  if (n <= loessLargestN) return distances(p, loess(p, y), 'loess');
  const curve = splineCurve(p, y);
  return curve === undefined ? notEstimable(n, 'separation') : distances(p, curve, 'restricted cubic spline');
}

function splineCurve(p: Float64Array, y: Float64Array): Float64Array | undefined {
  for (const count of [5, 4, 3] as const) {
    const knots = splineKnots(p, count);
    if (knots === undefined) continue;
    const columns = [new Float64Array(p.length).fill(1), ...splineColumns(p, knots)];
    const fit = fitLogistic({ columns, events: y });
    if (!fit.estimable) continue;
    return p.map((_, i) => expit(columns.reduce((sum, column, j) => sum + fit.coefficients[j]! * column[i]!, 0)));
  }
  return undefined;
}

function distances(p: Float64Array, curve: Float64Array, method: FlexibleCalibration['method']): FlexibleCalibration {
  const gaps = curve.map((value, i) => Math.abs(value - p[i]!));
  const sorted = gaps.toSorted();
  const points: { predicted: number; observed: number }[] = [];
  for (let i = 0; i < p.length; i++) {
    if (i > 0 && p[i]! === p[i - 1]!) continue;
    points.push({ predicted: p[i]!, observed: Math.min(1, Math.max(0, curve[i]!)) });
  }
  return {
    estimable: true,
    method,
    ici: mean(gaps),
    e50: linearQuantile(sorted, 0.5),
    e90: linearQuantile(sorted, 0.9),
    emax: sorted[sorted.length - 1]!,
    eci: 100 * mean(gaps.map((gap) => gap * gap)),
    curve: points,
    n: p.length,
  };
}
