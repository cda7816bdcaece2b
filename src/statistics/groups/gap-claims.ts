import { assert } from '#kernel';
import { type Described, described } from '../described.ts';
import { type NotEstimable, notEstimable } from '../estimate.ts';
import { normalMultiplier, normalQuantile } from '../numerics/distributions.ts';
import { averageLogE } from './multiplicity.ts';

/** The claim "no group is apart from the rest by more than Δ", from the evidence of each group. */
export interface GapReading {
  /** Log e-value of the claim over all groups: the average of the groups' e-values, whatever their dependence. */
  readonly logE: number;
  readonly isBroken: boolean;
  /** Groups whose own e-value reached G/α, in the order given: these may be named. */
  readonly named: readonly string[];
}

/**
 * Reads a gap claim.
 * @param groups each predefined group with the log e-value of its gap process (`groupGapFamily`), at least one.
 * @param alpha of the claim.
 * **Source**: statistics spec, section 13; e-Bonferroni for naming.
 */
export function readGapClaim(groups: readonly { group: string; logE: number }[], alpha: number): GapReading {
  assert(groups.length > 0, 'a gap claim has groups');
  const logE = averageLogE(groups.map((one) => one.logE));
  const toName = Math.log(groups.length / alpha);
  return {
    logE,
    isBroken: logE >= -Math.log(alpha),
    named: groups.filter((one) => one.logE >= toName).map((one) => one.group),
  };
}

export interface GapDesign {
  /** Cases of the group and of the rest. */
  readonly group: number;
  readonly rest: number;
  /** Common rate in (0, 1) at which the gap is looked for. */
  readonly rate: number;
  /** Number of groups that share α; default 1. */
  readonly groups?: number;
  readonly alpha?: number;
  readonly power?: number;
}

/**
 * The smallest gap between a group and the rest that would probably have been found with so many cases.
 * @returns (z_{1−α/2G} + z_power)·√(θ(1−θ)(1/n_g + 1/n_rest)), approximate and for a single look: a sequential test needs a
 *   larger one. Capped at 1. Not estimable where a side has nobody or the rate is 0 or 1.
 * **Source**: Fleiss, Levin & Paik 2003, section 4.2. Oracle: by hand, .1267 at 200, 800, rate .8, α .05, power .8 → .0887.
 */
export function minimumDetectableGap(design: GapDesign): Described | NotEstimable {
  const { group, rest, rate, groups = 1, alpha = 0.05, power = 0.8 } = design;
  const n = group + rest;
  if (!(group > 0) || !(rest > 0)) return notEstimable(n, 'nobody in this group');
  if (!(rate > 0 && rate < 1)) return notEstimable(n, 'the rate is 0 or 1');
  const multiplier = normalMultiplier(1 - alpha / groups) + normalQuantile(power);
  return described(Math.min(1, multiplier * Math.sqrt(rate * (1 - rate) * (1 / group + 1 / rest))), n);
}

/** What can be said about a group. */
export type GroupStanding =
  | { readonly state: 'gap' }
  | { readonly state: 'no gap found' }
  | {
      readonly state: 'insufficient evidence';
      readonly casesNeeded: number;
      readonly monthsNeeded: number | undefined;
    };

/**
 * The honest standing of a group: silence of a test means little where the test could not have spoken.
 * @param design see `GapDesign`; @param reading whether its gap was found, the gap Δ that matters, cases a month if known.
 * @returns 'insufficient evidence' where the minimum detectable gap exceeds Δ, with the cases of this group that would
 *   bring it down to Δ (the rest keeping its proportion).
 */
export function groupStanding(
  design: GapDesign,
  reading: { isGapFound: boolean; gap: number; casesAMonth?: number },
): GroupStanding {
  if (reading.isGapFound) return { state: 'gap' };
  const detectable = minimumDetectableGap(design);
  if (detectable.estimable && detectable.value <= reading.gap) return { state: 'no gap found' };
  const share = design.group > 0 && design.rest > 0 ? design.rest / design.group : 1;
  const rate = Math.min(0.95, Math.max(0.05, design.rate));
  const multiplier =
    normalMultiplier(1 - (design.alpha ?? 0.05) / (design.groups ?? 1)) + normalQuantile(design.power ?? 0.8);
  const needed = Math.ceil((multiplier / reading.gap) ** 2 * rate * (1 - rate) * (1 + 1 / share));
  const casesNeeded = Math.max(0, needed - design.group);
  const { casesAMonth } = reading;
  const monthsNeeded = casesAMonth !== undefined && casesAMonth > 0 ? casesNeeded / casesAMonth : undefined;
  return { state: 'insufficient evidence', casesNeeded, monthsNeeded };
}
