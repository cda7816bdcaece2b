import { assert } from '#kernel';
import { approximateEstimate, type Estimate, exactEstimate, type NotEstimable, notEstimable } from '../estimate.ts';
import { normalMultiplier } from '../numerics/distributions.ts';
import { expit, logit } from '../numerics/logit.ts';
import { total } from '../numerics/totals.ts';
import { whyNotBinary, whyNotRankable } from '../numerics/usable.ts';
import { tieGroups } from './discrimination.ts';

/** Average precision with the variance of its influence values. */
export interface AveragePrecisionVariance {
  readonly estimable: true;
  readonly value: number;
  readonly variance: number;
  readonly n: number;
  readonly events: number;
}

/**
 * Average precision and its large-sample variance. The influence of a case with score s and outcome y is
 * (1/π)[y(P(s) − AP) + Σ_{events i: s_i ≤ s}(y − P(s_i))/(n B(s_i))], P precision and B the share at or above a score.
 * @param scores no NaN; @param outcomes 0 or 1, as many.
 * @returns not estimable with `no labels yet` or `one class only`. Cost: sorting.
 * **Source**: von Mises expansion of the step-wise area; Hampel 1974. Oracle: the jackknife, 3 %; scikit-learn for the value.
 */
export function averagePrecisionVariance(
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number>,
): AveragePrecisionVariance | NotEstimable {
  assert(scores.length === outcomes.length, 'there is one outcome a score');
  const n = outcomes.length;
  const why = n === 0 ? 'no labels yet' : (whyNotRankable(scores) ?? whyNotBinary(outcomes));
  if (why !== undefined) return notEstimable(n, why);
  const { events, nonEvents } = tieGroups(scores, outcomes);
  return averagePrecisionVarianceFromGroups(nonEvents, events);
}

/**
 * The same from counts by ascending score, ties being the groups: of a list, or of the score grid.
 * @param nonEvents, events: counts of each group, as many; groups without anybody are passed over.
 * @returns as `averagePrecisionVariance`. Cost: linear in the groups. Oracle: the list of the same cases.
 */
export function averagePrecisionVarianceFromGroups(
  allNonEvents: ArrayLike<number>,
  allEvents: ArrayLike<number>,
): AveragePrecisionVariance | NotEstimable {
  assert(allNonEvents.length === allEvents.length, 'there are two counts a group');
  const events = new Float64Array(allEvents.length);
  const nonEvents = new Float64Array(allEvents.length);
  let count = 0;
  for (let g = 0; g < allEvents.length; g++) {
    if (!(allEvents[g]! + allNonEvents[g]! > 0)) continue;
    events[count] = allEvents[g]!;
    nonEvents[count] = allNonEvents[g]!;
    count++;
  }
  const n = total(events) + total(nonEvents);
  if (n === 0) return notEstimable(0, 'no labels yet');
  const precision = new Float64Array(count);
  const share = new Float64Array(count);
  let [above, positives, sum] = [0, 0, 0];
  for (let g = count - 1; g >= 0; g--) {
    positives += events[g]!;
    above += events[g]! + nonEvents[g]!;
    precision[g] = positives / above;
    share[g] = above / n;
    sum += events[g]! * precision[g]!;
  }
  if (positives === 0 || positives === n) return notEstimable(n, 'one class only');
  const value = sum / positives;
  let [passed, passedPrecision, squares] = [0, 0, 0];
  for (let g = 0; g < count; g++) {
    passed += events[g]! / (n * share[g]!);
    passedPrecision += (events[g]! * precision[g]!) / (n * share[g]!);
    const ofEvent = precision[g]! - value + passed - passedPrecision;
    squares += events[g]! * ofEvent ** 2 + nonEvents[g]! * passedPrecision ** 2;
  }
  return { estimable: true, value, variance: squares / positives ** 2, n, events: positives };
}

/**
 * Average precision with a fixed-n interval on the logit scale.
 * @returns inside [0, 1], approximate. Where every event scores above every non-event the variance is 0: the interval is then
 *   the exact one of min(events, non-events) disjoint pairs for AUROC, below which AP can hardly lie unseen.
 */
export function averagePrecisionInterval(
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  level = 0.95,
): Estimate {
  const result = averagePrecisionVariance(scores, outcomes);
  if (!result.estimable) return result;
  const { value, variance, n, events } = result;
  if (value >= 1 || variance === 0) {
    const lower = Math.min(value, ((1 - level) / 2) ** (1 / Math.min(events, n - events)));
    return exactEstimate({ value, lower, upper: 1, n, level, method: 'complete separation (single look)' });
  }
  const reach = (normalMultiplier(level) * Math.sqrt(variance)) / (value * (1 - value));
  const [lower, upper] = [expit(logit(value) - reach), expit(logit(value) + reach)];
  const method = 'average precision by influence values, logit interval (single look)';
  return approximateEstimate({ value, lower, upper, n, level, method });
}
