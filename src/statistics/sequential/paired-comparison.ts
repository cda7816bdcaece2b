import type { Estimate } from '../estimate.ts';
import { type BoundedFamily, type BoundedState, boundedLogE, newBoundedState, stepBounded } from './bounded-claims.ts';
import { type PairedLoss, pairedLossDifferenceFamily } from './bounded-families.ts';
import {
  type MeanSequenceDesign,
  type MeanSequenceState,
  meanConfidenceSequence,
  meanSequenceDesign,
  newMeanSequenceState,
  stepMeanSequence,
} from './mean-confidence-sequence.ts';

/**
 * Two versions of a model on the same cases, at any time: is the new one not worse by more than a margin?
 * Compare with the originally certified version as well as with the previous one: non-inferiority to the previous
 * one, repeated, drifts down (bio-creep). Cases that trained an update are no evidence for it.
 * **Source**: Choe, Ramdas 2023; Feng, Emerson, Simon, Biometrics 2021; statistics spec, sections 7.2 and 17.
 */
export interface PairedComparison {
  /** Δ: how much larger the mean loss of the new version may be, in [0, 1). */
  readonly margin: number;
  readonly breaking: BoundedFamily<PairedLoss>;
  readonly support: BoundedFamily<PairedLoss>;
  readonly difference: MeanSequenceDesign;
}

/** The three states of a comparison; each is stored as bytes. */
export interface PairedComparisonState {
  readonly breaking: BoundedState;
  readonly support: BoundedState;
  readonly difference: MeanSequenceState;
}

/** Where a comparison stands. */
export interface PairedComparisonReading {
  /** Log evidence that the new version is worse by more than the margin. */
  readonly logBreakE: number;
  /** Log evidence that it is not: non-inferiority. */
  readonly logSupportE: number;
  /** Mean loss of the new minus that of the old version, in [−1, 1]. */
  readonly difference: Estimate;
}

/**
 * A comparison with its margin and the tuning of its interval.
 * @param options margin Δ in [0, 1); tOpt: pairs expected at the first review; variance of the difference of losses, about.
 */
export function pairedComparison(options: {
  margin: number;
  tOpt?: number;
  variance?: number;
  alpha?: number;
}): PairedComparison {
  const { margin, tOpt = 350, variance = 0.1, alpha = 0.05 } = options;
  return {
    margin,
    breaking: pairedLossDifferenceFamily('break', margin),
    support: pairedLossDifferenceFamily('support', margin),
    difference: meanSequenceDesign({ range: { from: -1, to: 1 }, tOpt, variance, alpha }),
  };
}

/** The state before the first case. */
export function newPairedComparisonState(comparison: PairedComparison): PairedComparisonState {
  return {
    breaking: newBoundedState(comparison.breaking),
    support: newBoundedState(comparison.support),
    difference: newMeanSequenceState(),
  };
}

/** Takes one case, with both versions' losses in [0, 1], into the state, in place. */
export function stepPairedComparison(
  comparison: PairedComparison,
  state: PairedComparisonState,
  losses: PairedLoss,
): void {
  stepBounded(comparison.breaking, state.breaking, losses);
  stepBounded(comparison.support, state.support, losses);
  stepMeanSequence(comparison.difference, state.difference, losses.lossNew - losses.lossOld);
}

/**
 * Where a comparison stands.
 * @param alpha error level of the interval over all times; the e-values are compared with their own 1/α.
 */
export function readPairedComparison(
  comparison: PairedComparison,
  state: PairedComparisonState,
  alpha = 0.05,
): PairedComparisonReading {
  return {
    logBreakE: boundedLogE(comparison.breaking, state.breaking),
    logSupportE: boundedLogE(comparison.support, state.support),
    difference: meanConfidenceSequence(comparison.difference, state.difference, alpha),
  };
}
