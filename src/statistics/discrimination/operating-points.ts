import { assert } from '#kernel';
import { type Estimate, type NotEstimable, notEstimable } from '../estimate.ts';
import { clopperPearsonInterval } from '../fixed-intervals.ts';
import { whyNotBinary, whyNotRankable } from '../numerics/usable.ts';
import { tieGroups } from './discrimination.ts';

/** What a frozen threshold does: positive is score ≥ threshold. */
export interface OperatingPoint {
  readonly estimable: true;
  readonly threshold: number;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
  readonly sensitivity: Estimate;
  readonly specificity: Estimate;
  readonly positivePredictiveValue: Estimate;
  readonly negativePredictiveValue: Estimate;
  readonly n: number;
}

/**
 * Counts and rates at a threshold.
 * @param scores no NaN; @param outcomes 0 or 1, as many; @param options threshold and level.
 * @returns Clopper–Pearson intervals; a rate without cases is not estimable by itself. Not estimable with `no labels yet`.
 */
export function operatingPoint(
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  options: { threshold: number; level?: number },
): OperatingPoint | NotEstimable {
  const { threshold, level = 0.95 } = options;
  const why = whyNotUsable(scores, outcomes);
  if (why !== undefined) return notEstimable(outcomes.length, why);
  const counts = { tp: 0, fp: 0, fn: 0, tn: 0 };
  for (let i = 0; i < scores.length; i++) {
    if (scores[i]! >= threshold) counts[outcomes[i] === 1 ? 'tp' : 'fp']++;
    else counts[outcomes[i] === 1 ? 'fn' : 'tn']++;
  }
  return pointOf(counts, threshold, level);
}

/** How a threshold is chosen on reference cases, before it is frozen in a claim. */
export type ThresholdRule =
  | { readonly kind: 'sensitivity-at-least'; readonly target: number }
  | { readonly kind: 'specificity-at-least'; readonly target: number }
  | { readonly kind: 'youden' };

/**
 * The threshold that a rule chooses among the scores seen: the highest that keeps the sensitivity, the lowest that keeps
 * the specificity, or the one of the largest sensitivity + specificity (the highest on ties).
 * @returns its operating point on the same cases, which flatters: judge it on others. A specificity that no score reaches gives
 *   the threshold +∞. Not estimable with `no labels yet` or `one class only`. Cost: sorting.
 * **Source**: Youden, Cancer 1950. Oracle: by hand.
 */
export function chooseThreshold(
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  rule: ThresholdRule,
): OperatingPoint | NotEstimable {
  const why = whyNotUsable(scores, outcomes);
  if (why !== undefined) return notEstimable(outcomes.length, why);
  const groups = tieGroups(scores, outcomes);
  let [diseased, healthy] = [0, 0];
  for (let g = 0; g < groups.scores.length; g++) {
    diseased += groups.events[g]!;
    healthy += groups.nonEvents[g]!;
  }
  if (diseased === 0 || healthy === 0) return notEstimable(outcomes.length, 'one class only');
  let best = { threshold: Infinity, tp: 0, fp: 0, merit: -Infinity };
  let [tp, fp] = [0, 0];
  const consider = (threshold: number) => {
    const merit = meritOf(rule, tp / diseased, 1 - fp / healthy);
    if (merit > best.merit + 1e-12) best = { threshold, tp, fp, merit };
  };
  consider(Infinity);
  for (let g = groups.scores.length - 1; g >= 0; g--) {
    tp += groups.events[g]!;
    fp += groups.nonEvents[g]!;
    consider(groups.scores[g]!);
  }
  const counts = { tp: best.tp, fp: best.fp, fn: diseased - best.tp, tn: healthy - best.fp };
  return pointOf(counts, best.threshold, 0.95);
}

/** Larger is better; a point that misses its target has none. */
function meritOf(rule: ThresholdRule, sensitivity: number, specificity: number): number {
  // 1 − 9/10 and the like must reach a target of .1.
  const slack = 1e-12;
  if (rule.kind === 'youden') return sensitivity + specificity;
  assert(rule.target >= 0 && rule.target <= 1, 'a target lies in [0, 1]');
  if (rule.kind === 'sensitivity-at-least') return sensitivity >= rule.target - slack ? specificity : -Infinity;
  return specificity >= rule.target - slack ? sensitivity : -Infinity;
}

function whyNotUsable(scores: ArrayLike<number>, outcomes: ArrayLike<number>): string | undefined {
  assert(scores.length === outcomes.length, 'there is one outcome a score');
  if (outcomes.length === 0) return 'no labels yet';
  return whyNotRankable(scores) ?? whyNotBinary(outcomes);
}

function pointOf(
  counts: { tp: number; fp: number; fn: number; tn: number },
  threshold: number,
  level: number,
): OperatingPoint {
  const { tp, fp, fn, tn } = counts;
  const rate = (k: number, others: number): Estimate =>
    k + others === 0 ? notEstimable(0, 'no such case') : clopperPearsonInterval({ n: k + others, k }, level);
  return {
    estimable: true,
    threshold,
    truePositives: tp,
    falsePositives: fp,
    falseNegatives: fn,
    trueNegatives: tn,
    sensitivity: rate(tp, fn),
    specificity: rate(tn, fp),
    positivePredictiveValue: rate(tp, fp),
    negativePredictiveValue: rate(tn, fn),
    n: tp + fp + fn + tn,
  };
}
