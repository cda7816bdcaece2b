import type { BinaryClaim } from './binary-claim.ts';
import { type DetectorDesign, type DetectorState, newDetectorState, stepDetector } from './detector.ts';

/** The e-detector of a binary claim: its factors are the break alternatives' likelihood ratios. */
export interface BinaryDetector extends DetectorDesign {
  readonly hit: Float64Array;
  readonly miss: Float64Array;
}

/**
 * A detector for "the success probability has fallen below the bound".
 * @param levels increasing levels A, in relevant cases.
 * **Source**: statistics spec, section 6.1. Oracle: the worked sequence `bern` of confseq_gold.json in the same section.
 */
export function binaryDetector(claim: BinaryClaim, levels: readonly number[]): BinaryDetector {
  const bound = claim.design.bound;
  return {
    alternatives: claim.break.alternatives.length,
    levels,
    hit: claim.break.alternatives.map((q) => q / bound),
    miss: claim.break.alternatives.map((q) => (1 - q) / (1 - bound)),
  };
}

/** Takes one relevant case into the state, in place; returns M. */
export function stepBinaryDetector(detector: BinaryDetector, state: DetectorState, hit: boolean): number {
  return stepDetector(detector, state, hit ? detector.hit : detector.miss);
}

/** The state after a row of ordered outcomes, from the start or from a checkpoint (which is left as it was). */
export function replayBinaryDetector(
  detector: BinaryDetector,
  outcomes: Iterable<boolean>,
  from?: DetectorState,
): DetectorState {
  const state = from ? from.slice() : newDetectorState(detector);
  for (const hit of outcomes) stepBinaryDetector(detector, state, hit);
  return state;
}

/** Default levels: 10 and 30 times the relevant cases expected in a year (notice, escalation). Spec, section 2. */
export function defaultDetectorLevels(relevantCasesPerYear: number): [notice: number, escalation: number] {
  return [10 * relevantCasesPerYear, 30 * relevantCasesPerYear];
}
