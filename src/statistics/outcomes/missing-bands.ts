import { type Estimate, notEstimable } from '../estimate.ts';
import { clopperPearsonInterval } from '../fixed-intervals.ts';

/** A rate of which some cases are missing. */
export interface RateWithMissing {
  readonly hits: number;
  readonly misses: number;
  readonly missing: number;
}

/** What the rate would be under the three readings of missing cases. */
export interface MissingBand {
  /** All missing cases are misses. */
  readonly worst: Estimate;
  /** Missing cases are like the others. */
  readonly complete: Estimate;
  /** All missing cases are hits. */
  readonly best: Estimate;
}

/**
 * Worst and best case of a rate with missing outcomes: no assumption about them holds the truth outside.
 * @param counts whole, ≥ 0. @returns Clopper–Pearson intervals; the band from worst.lower to best.upper covers the rate
 *   at the level whatever was lost. Not estimable without cases.
 * **Source**: Manski 2003; Horowitz & Manski, JASA 2000. Oracle: by hand.
 */
export function missingBand(counts: RateWithMissing, level = 0.95): MissingBand {
  const { hits, misses, missing } = counts;
  const known = hits + misses;
  const n = known + missing;
  const none = notEstimable(n, 'no labels yet');
  return {
    worst: n === 0 ? none : clopperPearsonInterval({ n, k: hits }, level),
    complete: known === 0 ? none : clopperPearsonInterval({ n: known, k: hits }, level),
    best: n === 0 ? none : clopperPearsonInterval({ n, k: hits + missing }, level),
  };
}
