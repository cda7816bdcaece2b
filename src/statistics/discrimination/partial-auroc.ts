import { assert } from '#kernel';
import { type NotEstimable, notEstimable } from '../estimate.ts';
import { whyNotScored } from '../numerics/usable.ts';
import { tieGroups } from './discrimination.ts';

/** Points of an empirical ROC curve from (0, 0) to (1, 1), one a distinct score, descending in score. */
export interface RocCurve {
  readonly estimable: true;
  readonly falsePositiveRate: Float64Array;
  readonly truePositiveRate: Float64Array;
  readonly events: number;
  readonly nonEvents: number;
}

/**
 * The empirical ROC curve; tied scores enter together.
 * @param scores higher means more likely diseased, no NaN; @param outcomes 0 or 1, as many.
 * @returns not estimable with `one class only`.
 */
export function rocCurve(scores: ArrayLike<number>, outcomes: ArrayLike<number>): RocCurve | NotEstimable {
  const why = whyNotScored(scores, outcomes);
  if (why !== undefined) return notEstimable(outcomes.length, why);
  const groups = tieGroups(scores, outcomes);
  return rocCurveFromGroups(groups.nonEvents, groups.events);
}

/** The empirical ROC curve from counts of non-events and events at ascending scores; empty scores add no point. */
export function rocCurveFromGroups(nonEvents: ArrayLike<number>, events: ArrayLike<number>): RocCurve | NotEstimable {
  const points = [{ nonEvents: 0, events: 0 }];
  for (let g = nonEvents.length - 1; g >= 0; g--) {
    if (nonEvents[g]! === 0 && events[g]! === 0) continue;
    const last = points[points.length - 1]!;
    points.push({ nonEvents: last.nonEvents + nonEvents[g]!, events: last.events + events[g]! });
  }
  const end = points[points.length - 1]!;
  if (end.nonEvents === 0 || end.events === 0) {
    const n = end.nonEvents + end.events;
    return notEstimable(n, n === 0 ? 'no labels yet' : 'one class only');
  }
  return {
    estimable: true,
    falsePositiveRate: Float64Array.from(points, (point) => point.nonEvents / end.nonEvents),
    truePositiveRate: Float64Array.from(points, (point) => point.events / end.events),
    events: end.events,
    nonEvents: end.nonEvents,
  };
}

export interface PartialRange {
  /** What the range is of: the area lies under the curve of the other. */
  readonly of: 'specificity' | 'sensitivity';
  /** Ends of the range, in [0, 1], in any order. */
  readonly between: readonly [number, number];
}

/**
 * Area of the ROC curve over a range of specificity or of sensitivity, not rescaled.
 * @param curve of `rocCurve`; @param range its ends.
 * @returns area in [0, width of the range]: mean sensitivity (or specificity) over the range times its width.
 * **Source**: McClish, Medical Decision Making 1989; trapezoids with linear interpolation at the ends. Oracle: pROC
 * `auc(partial.auc)` on aSAH, 1e-12.
 */
export function partialAuroc(curve: RocCurve, range: PartialRange): number {
  const [low, high] = [Math.min(...range.between), Math.max(...range.between)];
  assert(low >= 0 && high <= 1, 'a range of rates lies in [0, 1]');
  if (range.of === 'specificity') {
    return areaBetween(curve.falsePositiveRate, curve.truePositiveRate, [1 - high, 1 - low]);
  }
  const specificity = curve.falsePositiveRate.map((rate) => 1 - rate);
  return areaBetween(curve.truePositiveRate, specificity, [low, high]);
}

/** Trapezoids of y over x ascending, clipped to a range of x. */
function areaBetween(x: Float64Array, y: Float64Array, [low, high]: readonly [number, number]): number {
  let area = 0;
  for (let i = 1; i < x.length; i++) {
    const [x0, x1, y0, y1] = [x[i - 1]!, x[i]!, y[i - 1]!, y[i]!];
    const [from, to] = [Math.max(low, x0), Math.min(high, x1)];
    if (to <= from) continue;
    const at = (position: number) => y0 + ((y1 - y0) * (position - x0)) / (x1 - x0);
    area += ((to - from) * (at(from) + at(to))) / 2;
  }
  return area;
}
