import { assert } from '#kernel';
import { type Estimate, notEstimable } from '../estimate.ts';
import { type Counts, clopperPearsonInterval } from '../fixed-intervals.ts';
import { binaryConfidenceSequence } from '../sequential/binary-confidence-sequence.ts';

/** One group of a claim: site, scanner, age band. */
export interface GroupCounts extends Counts {
  readonly group: string;
}

/** A group's figure with an interval that holds together with those of all other groups. */
export interface GroupEstimate {
  readonly group: string;
  readonly estimate: Estimate;
}

/**
 * Intervals of a rate in G groups that hold all together at any time: each is a confidence sequence at α/G.
 * @param groups counts of each predefined group, also of those with nobody: they are part of G.
 * @param options alpha for all together, default .05; tOpt cases at which each is narrowest.
 * @returns in the order given; a group with nobody is not estimable.
 * **Source**: Bonferroni over Robbins' beta-binomial sequences; statistics spec, section 13. Oracle: confseq.
 */
export function simultaneousSequences(
  groups: readonly GroupCounts[],
  options: { alpha?: number; tOpt?: number } = {},
): GroupEstimate[] {
  const { alpha = 0.05, tOpt = 100 } = options;
  return groups.map(({ group, n, k }) => ({
    group,
    estimate:
      n === 0
        ? notEstimable(0, 'nobody in this group')
        : binaryConfidenceSequence({ n, k }, { alpha: alpha / groups.length, tOpt }),
  }));
}

/**
 * Intervals of a rate in G disjoint groups that hold all together, for one look: Clopper–Pearson at Šidák's level
 * (1 − α)^(1/G), which independence of disjoint groups makes exact.
 * **Source**: Šidák, JASA 1967.
 */
export function sidakIntervals(groups: readonly GroupCounts[], alpha = 0.05): GroupEstimate[] {
  assert(alpha > 0 && alpha < 1, 'a level lies strictly between 0 and 1');
  const level = (1 - alpha) ** (1 / Math.max(1, groups.length));
  return groups.map(({ group, n, k }) => ({
    group,
    estimate: n === 0 ? notEstimable(0, 'nobody in this group') : clopperPearsonInterval({ n, k }, level),
  }));
}

/** Cells smaller than this are left out of exports. */
export const smallestExportedCell = 10;

/**
 * What may leave the house of a table of groups: those with fewer than ten cases lose their counts.
 * @returns the group's counts, or that it was suppressed; a group with nobody stays, as 0 discloses nobody.
 */
export function suppressSmallCells(
  groups: readonly GroupCounts[],
): (GroupCounts | { group: string; suppressed: true })[] {
  return groups.map((one) =>
    one.n > 0 && one.n < smallestExportedCell ? { group: one.group, suppressed: true } : one,
  );
}
