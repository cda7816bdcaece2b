import { type Described, described } from '../described.ts';
import { type NotEstimable, notEstimable } from '../estimate.ts';
import { whyNotScored } from '../numerics/usable.ts';
import { tieGroups } from './discrimination.ts';

/**
 * Average precision, the step-wise area under the precision–recall curve: Σ ΔR·P over descending distinct scores.
 * @param scores higher means more likely diseased, no NaN; @param outcomes 0 or 1, as many.
 * @returns value in (0, 1]; tied scores enter together. Not estimable with `one class only`, when there is no case.
 * **Source**: scikit-learn's definition, statistics spec, section 8. Oracle: scipy_gold.json, 1e-12.
 */
export function averagePrecision(scores: ArrayLike<number>, outcomes: ArrayLike<number>): Described | NotEstimable {
  const why = whyNotScored(scores, outcomes);
  if (why !== undefined) return notEstimable(outcomes.length, why);
  const groups = tieGroups(scores, outcomes);
  return averagePrecisionFromGroups(groups.nonEvents, groups.events);
}

/** Average precision from counts (or weights) of non-events and events at ascending scores; see `averagePrecision`. */
export function averagePrecisionFromGroups(
  nonEvents: ArrayLike<number>,
  events: ArrayLike<number>,
): Described | NotEstimable {
  let [truePositives, all, sum] = [0, 0, 0];
  for (let g = nonEvents.length - 1; g >= 0; g--) {
    truePositives += events[g]!;
    all += events[g]! + nonEvents[g]!;
    if (events[g]! > 0) sum += (events[g]! * truePositives) / all;
  }
  if (truePositives === 0) return notEstimable(all, all === 0 ? 'no labels yet' : 'one class only');
  return described(sum / truePositives, all);
}
