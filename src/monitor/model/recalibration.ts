import {
  fitRecalibration,
  type NotEstimable,
  notEstimable,
  type RecalibrationFit,
  recalibrate,
  scoreBinCentre,
} from '#statistics';
import { type CellCounts, decodeCell, scoreBins } from './cells.ts';
import type { VerificationRule } from './claim.ts';
import { isByProtocol, isDrawn, isKnown } from './processes/classify.ts';
import type { CohortDay } from './stream.ts';

/** Known outcomes on the score grid. */
export interface FitGrid {
  /** Counts as they are: whether a case is verified depends on its score only, so a fit given the score needs no weights. */
  events: Float64Array;
  totals: Float64Array;
  /** Events weighted by the design (drawn cases 1/rate): what a share of all events needs. */
  weightedEvents: Float64Array;
  n: number;
  k: number;
}

/** The known outcomes of days, for a fit; they never become evidence for what was fitted. */
export function fitGridOf(days: readonly CohortDay[], rule: VerificationRule): FitGrid {
  const grid: FitGrid = {
    events: new Float64Array(scoreBins),
    totals: new Float64Array(scoreBins),
    weightedEvents: new Float64Array(scoreBins),
    n: 0,
    k: 0,
  };
  for (const day of days) {
    for (const cell of day.cells) {
      const parts = decodeCell(cell);
      const weight = weightOf(parts, rule);
      if (weight === 0) continue;
      grid.totals[parts.bin]!++;
      grid.n++;
      if (!parts.value) continue;
      grid.events[parts.bin]!++;
      grid.weightedEvents[parts.bin]! += weight;
      grid.k++;
    }
  }
  return grid;
}

function weightOf(parts: ReturnType<typeof decodeCell>, rule: VerificationRule): number {
  if (!isKnown(parts, rule)) return 0;
  if (rule.model === 'reference-standard' || isByProtocol(parts)) return 1;
  return isDrawn(parts) ? 1 / rule.rate : 0;
}

/** Fewest cases and events on which a recalibration is fitted. */
const minimumFit = { cases: 50, events: 15 };

/**
 * Fits a recalibration of the probabilities on known outcomes.
 * @returns not estimable below 50 cases or 15 events, or where the logistic fit is (`separation`, `one class only`).
 */
export function fitOn(grid: FitGrid, kind: RecalibrationFit['kind']): RecalibrationFit | NotEstimable {
  if (grid.n < minimumFit.cases || grid.k < minimumFit.events) {
    return notEstimable(
      grid.n,
      `fewer than ${minimumFit.cases} cases or ${minimumFit.events} events (${grid.n}, ${grid.k})`,
    );
  }
  const probabilities = Float64Array.from({ length: scoreBins }, (_, bin) => scoreBinCentre(bin));
  return fitRecalibration({ probabilities, events: grid.events, totals: grid.totals }, kind);
}

/**
 * The highest decision threshold at which the recalibrated version would have found the wanted share of events among
 * the fitted cases, in steps of .01; a suggestion, to be proven on later cases.
 */
export function thresholdFor(
  grid: FitGrid,
  calibration: { intercept: number; slope: number },
  wantedSensitivity: number,
): number | undefined {
  let all = 0;
  for (const weight of grid.weightedEvents) all += weight;
  for (let step = 99; step >= 1; step--) {
    const threshold = step / 100;
    let found = 0;
    grid.weightedEvents.forEach((weight, bin) => {
      if (weight > 0 && recalibrate(scoreBinCentre(bin), calibration) >= threshold) found += weight;
    });
    if (all > 0 && found / all >= wantedSensitivity) return threshold;
  }
  return undefined;
}

/** Known outcomes of a cohort by bin, and how many have none, for the calibration page. */
export function gridOf(
  counts: CellCounts,
  rule: VerificationRule,
  among: 'all' | 'flagged',
): { nonEvents: Float64Array; events: Float64Array; unresolved: number } {
  const grid = { nonEvents: new Float64Array(scoreBins), events: new Float64Array(scoreBins), unresolved: 0 };
  counts.each((parts, count) => {
    if (among === 'flagged' && !parts.flagged) return;
    if (!isKnown(parts, rule)) {
      grid.unresolved += count;
      return;
    }
    (parts.value ? grid.events : grid.nonEvents)[parts.bin]! += count;
  });
  return grid;
}
