import { assert } from '#kernel';
import { approximateEstimate, type Estimate, exactEstimate, type NotEstimable, notEstimable } from '../estimate.ts';
import { normalMultiplier } from '../numerics/distributions.ts';
import { expit, logit } from '../numerics/logit.ts';
import { radixArgsort } from '../numerics/radix-argsort.ts';
import { radixSortOwned } from '../numerics/radix-sort.ts';
import { total } from '../numerics/totals.ts';
import { whyNotScored } from '../numerics/usable.ts';

/** AUROC with its DeLong variance: the input of intervals, comparisons and confidence sequences. */
export interface DeLong {
  readonly estimable: true;
  /** Probability that an event scores above a non-event, ties counted half; in [0, 1]. */
  readonly auroc: number;
  /** DeLong variance of `auroc`; 0 where events and non-events are completely separated or all scores are equal. */
  readonly variance: number;
  /** Number of events: diseased, outcome 1. */
  readonly events: number;
  /** Number of non-events: not diseased, outcome 0. */
  readonly nonEvents: number;
}

/**
 * AUROC and its DeLong variance, ties counted half.
 * @param scores one a case, higher means more likely diseased; no NaN. Equal means exactly equal; −0 equals +0.
 * @param outcomes 1 = event (diseased), 0 = non-event, as many as scores.
 * @returns not estimable with `no labels yet`, `one class only` or `n < 2 in a class`.
 * Cost: a radix sort of each class and two sweeps, linear; 1e6 in about 0.07 s, 1e7 in about 0.9 s.
 * **Source**: DeLong, DeLong & Clarke-Pearson, Biometrics 1988; Sun & Xu, IEEE SPL 2014. Oracle: pROC on aSAH, 1e-12.
 */
export function deLong(scores: ArrayLike<number>, outcomes: ArrayLike<number>): DeLong | NotEstimable {
  const why = whyNotScored(scores, outcomes);
  if (why !== undefined) return notEstimable(outcomes.length, why);
  const groups = tieGroups(scores, outcomes);
  return deLongFromGroups(groups.nonEvents, groups.events);
}

/**
 * AUROC and its DeLong variance from counts of non-events and events at ascending distinct scores.
 * @param nonEvents counts of outcome 0 at each score, ascending; @param events counts of outcome 1, as many.
 * @returns as `deLong`; exactly what it returns for the same data, as all of a group are tied.
 * **Source**: as `deLong`; V10 = (#below + ½ #equal)/n₀, V01 likewise, Var = S10/n₁ + S01/n₀.
 */
export function deLongFromGroups(nonEvents: ArrayLike<number>, events: ArrayLike<number>): DeLong | NotEstimable {
  const n0 = total(nonEvents);
  const n1 = total(events);
  if (n0 + n1 === 0) return notEstimable(0, 'no labels yet');
  if (n0 === 0 || n1 === 0) return notEstimable(n0 + n1, 'one class only');
  if (n0 < 2 || n1 < 2) return notEstimable(n0 + n1, 'n < 2 in a class');
  // Twice the number of concordant pairs is a whole number, so AUROC is exact up to 9e15 pairs.
  let twiceConcordant = 0;
  for (let g = 0, below = 0; g < nonEvents.length; g++) {
    twiceConcordant += events[g]! * (2 * below + nonEvents[g]!);
    below += nonEvents[g]!;
  }
  const auroc = twiceConcordant / (2 * n0 * n1);
  let squaresOfEvents = 0;
  let squaresOfNonEvents = 0;
  for (let g = 0, nonEventsBelow = 0, eventsBelow = 0; g < nonEvents.length; g++) {
    const ofEvent = (nonEventsBelow + nonEvents[g]! / 2) / n0 - auroc;
    const ofNonEvent = 1 - (eventsBelow + events[g]! / 2) / n1 - auroc;
    squaresOfEvents += events[g]! * ofEvent * ofEvent;
    squaresOfNonEvents += nonEvents[g]! * ofNonEvent * ofNonEvent;
    nonEventsBelow += nonEvents[g]!;
    eventsBelow += events[g]!;
  }
  const variance = squaresOfEvents / ((n1 - 1) * n1) + squaresOfNonEvents / ((n0 - 1) * n0);
  return { estimable: true, auroc, variance, events: n1, nonEvents: n0 };
}

/**
 * Counts of non-events and events at each distinct score, ascending.
 * @param scores no NaN; @param outcomes 0 or 1, as many.
 * Cost: linear (radix sort).
 */
export function tieGroups(
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number>,
): { scores: Float64Array; nonEvents: Uint32Array; events: Uint32Array } {
  const { ofNonEvents, ofEvents } = sortedByClass(scores, outcomes);
  const [n0, n1] = [ofNonEvents.length, ofEvents.length];
  const distinct = new Float64Array(n0 + n1);
  const nonEvents = new Uint32Array(n0 + n1);
  const events = new Uint32Array(n0 + n1);
  let groups = 0;
  for (let i = 0, j = 0; i < n0 || j < n1; groups++) {
    const isNextNonEvent = j >= n1 || (i < n0 && ofNonEvents[i]! <= ofEvents[j]!);
    const score = isNextNonEvent ? ofNonEvents[i]! : ofEvents[j]!;
    const firstNonEvent = i;
    const firstEvent = j;
    while (i < n0 && ofNonEvents[i]! === score) i++;
    while (j < n1 && ofEvents[j]! === score) j++;
    distinct[groups] = score;
    nonEvents[groups] = i - firstNonEvent;
    events[groups] = j - firstEvent;
  }
  return {
    scores: distinct.subarray(0, groups),
    nonEvents: nonEvents.subarray(0, groups),
    events: events.subarray(0, groups),
  };
}

/** Sorting each class by itself and merging reads memory in order, which at 1e7 is three times as fast as an argsort. */
function sortedByClass(
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number>,
): { ofNonEvents: Float64Array; ofEvents: Float64Array } {
  assert(scores.length === outcomes.length, 'there is one outcome a score');
  const n = scores.length;
  const n1 = total(outcomes);
  // One more than needed: every score is written to both, and stays where its place is taken. Chance has no branch to miss.
  const ofNonEvents = new Float64Array(n - n1 + 1);
  const ofEvents = new Float64Array(n1 + 1);
  for (let i = 0, atEvent = 0; i < n; i++) {
    const score = scores[i]!;
    const outcome = outcomes[i]!;
    assert(outcome === 0 || outcome === 1, 'an outcome is 0 or 1');
    ofNonEvents[i - atEvent] = score;
    ofEvents[atEvent] = score;
    atEvent += outcome;
  }
  return {
    ofNonEvents: radixSortOwned(ofNonEvents.subarray(0, n - n1)),
    ofEvents: radixSortOwned(ofEvents.subarray(0, n1)),
  };
}

/**
 * Placement values of every subject, in the order given.
 * @param scores no NaN; @param outcomes 0 or 1, as many.
 * @returns for an event the share of non-events below it (ties half), for a non-event the share of events above it; in [0, 1].
 *   Both classes must occur.
 * **Source**: DeLong et al. 1988. Cost: linear (radix sort).
 */
export function placements(scores: ArrayLike<number>, outcomes: ArrayLike<number>): Float64Array {
  assert(scores.length === outcomes.length, 'there is one outcome a score');
  const order = radixArgsort(scores);
  const result = new Float64Array(scores.length);
  const n1 = total(outcomes);
  const n0 = outcomes.length - n1;
  assert(n0 > 0 && n1 > 0, 'placements need both classes');
  let [eventsBelow, nonEventsBelow] = [0, 0];
  for (let start = 0; start < order.length; ) {
    let [end, eventsHere] = [start, 0];
    for (; end < order.length && scores[order[end]!]! === scores[order[start]!]!; end++)
      eventsHere += outcomes[order[end]!]!;
    const nonEventsHere = end - start - eventsHere;
    for (let i = start; i < end; i++) {
      const isEvent = outcomes[order[i]!]! === 1;
      result[order[i]!] = isEvent
        ? (nonEventsBelow + nonEventsHere / 2) / n0
        : (n1 - eventsBelow - eventsHere / 2) / n1;
    }
    eventsBelow += eventsHere;
    nonEventsBelow += nonEventsHere;
    start = end;
  }
  return result;
}

export interface AurocIntervalOptions {
  /** Confidence level of a single look. */
  readonly level?: number;
  /** `logit` for reports; `wald` (clamped to [0, 1]) for parity with pROC. */
  readonly scale?: 'logit' | 'wald';
}

/**
 * AUROC with a fixed-n interval from its DeLong variance.
 * @param result of `deLong` or of a score grid.
 * @returns value and interval in [0, 1], approximate. Where every event scores above every non-event (or below) the DeLong
 *   variance is 0 and would claim certainty: the interval is then the exact one for min(events, non-events) disjoint pairs.
 *   Not estimable also where all scores are equal.
 * **Source**: logit scale, Pepe 2003, section 5.2; Wald, DeLong et al. 1988. Oracle: pROC `ci.auc` on aSAH, 1e-12.
 */
export function aurocInterval(result: DeLong | NotEstimable, options: AurocIntervalOptions = {}): Estimate {
  if (!result.estimable) return result;
  const { level = 0.95, scale = 'logit' } = options;
  const { auroc: value, variance } = result;
  const n = result.events + result.nonEvents;
  if (value === 0 || value === 1) return separatedInterval(result, level);
  if (variance === 0) return notEstimable(n, 'all scores are equal');
  const half = normalMultiplier(level) * Math.sqrt(variance);
  if (scale === 'wald') {
    const [lower, upper] = [Math.max(0, value - half), Math.min(1, value + half)];
    return approximateEstimate({ value, lower, upper, n, level, method: 'DeLong, Wald interval (single look)' });
  }
  const centre = logit(value);
  const reach = half / (value * (1 - value));
  const [lower, upper] = [expit(centre - reach), expit(centre + reach)];
  return approximateEstimate({ value, lower, upper, n, level, method: 'DeLong, logit interval (single look)' });
}

/** All of m disjoint pairs of event and non-event in order has probability at most θ^m: Clopper–Pearson on those pairs. */
function separatedInterval(result: DeLong, level: number): Estimate {
  const pairs = Math.min(result.events, result.nonEvents);
  const reached = ((1 - level) / 2) ** (1 / pairs);
  const value = result.auroc;
  const [lower, upper] = value === 1 ? [reached, 1] : [0, 1 - reached];
  const method = 'complete separation: exact for disjoint pairs (single look)';
  return exactEstimate({ value, lower, upper, n: result.events + result.nonEvents, level, method });
}

/** AUROC of scores with a fixed-n interval: `aurocInterval` of `deLong`. */
export function auroc(
  scores: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  options: AurocIntervalOptions = {},
): Estimate {
  return aurocInterval(deLong(scores, outcomes), options);
}

/**
 * The standard deviation that the asymptotic confidence sequence of AUROC takes: σ̂ = √(n · Var_DeLong).
 * @param result of `deLong` or of a score grid. @returns σ̂ > 0 unless the variance is 0.
 * **Source**: Waudby-Smith et al., Annals of Statistics 2024.
 */
export function aurocSigma(result: DeLong): number {
  return Math.sqrt((result.events + result.nonEvents) * result.variance);
}
