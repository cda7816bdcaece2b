import { assert } from '#kernel';
import type { WeightedCases } from './inverse-probability.ts';

/** A case followed until its outcome was known or it was lost. */
export interface FollowedCase {
  readonly decision: 0 | 1;
  /** Time from prediction to the moment at which the outcome was known or the case was lost; any unit, ≥ 0. */
  readonly time: number;
  /** The outcome; absent where the case was lost before it was known. */
  readonly outcome?: 0 | 1;
  /** Cases whose loss follows one law; default all. */
  readonly stratum?: string;
}

/** Estimated probabilities below this are raised to it: a single case may not stand for more than twenty. */
export const leastModelledProbability = 0.05;

/**
 * Cases known by the horizon, each with the probability Ĝ(t⁻) of not having been lost before it was known: the input of
 * `inverseProbabilityAccuracy(…, 'model')`.
 * @param cases see `FollowedCase`; @param horizon: what is known or lost after it counts as known at it where an outcome is
 *   given.
 * @returns one row a known case. Assumes that loss within a stratum has nothing to do with the outcome.
 * **Source**: Robins & Rotnitzky 1992; Kaplan–Meier of the loss, known outcomes before losses at equal times. Oracle:
 * statsmodels `SurvfuncRight`, 1e-12.
 */
export function censoringWeightedCases(cases: readonly FollowedCase[], horizon: number): WeightedCases[] {
  const strata = new Map<string, FollowedCase[]>();
  for (const one of cases) {
    assert(one.time >= 0 && !Number.isNaN(one.time), 'a time of follow-up is not negative');
    const key = one.stratum ?? '';
    strata.set(key, strata.get(key) ?? []);
    strata.get(key)!.push(one);
  }
  return [...strata.values()].flatMap((members) => weigh(members, horizon));
}

function weigh(members: readonly FollowedCase[], horizon: number): WeightedCases[] {
  const at = (one: FollowedCase) => Math.min(one.time, horizon);
  const isLost = (one: FollowedCase) => one.outcome === undefined;
  // Known outcomes first at equal times: who is lost at t was still at risk of being known at t.
  const ordered = [...members].sort((a, b) => at(a) - at(b) || Number(isLost(a)) - Number(isLost(b)));
  const rows: WeightedCases[] = [];
  let kept = 1;
  ordered.forEach((one, i) => {
    const { decision, outcome } = one;
    if (outcome === undefined) kept *= 1 - 1 / (ordered.length - i);
    else rows.push({ decision, outcome, probability: Math.max(leastModelledProbability, kept), count: 1 });
  });
  return rows;
}
