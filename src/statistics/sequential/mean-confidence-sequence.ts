import { assert } from '#kernel';
import { type Estimate, exactEstimate, notEstimable } from '../estimate.ts';
import { gammaExponentialMixture, type UniformBoundary, uniformBound } from './uniform-boundaries.ts';

/**
 * A confidence sequence for the running average of E[X | past], X in a known range: conjugate-mixture empirical
 * Bernstein. It holds for changing means, so it also holds for Y − p with known p, for paired differences and for gaps.
 * **Source**: Howard et al., Annals of Statistics 2021, theorem 4; statistics spec, section 7.1.
 * Oracle: confseq_gold.json, `conjmix_eb…`.
 */
export interface MeanSequenceDesign {
  /** X lies inside [from, to]. */
  readonly range: { readonly from: number; readonly to: number };
  /** Intrinsic time at which the sequence is narrowest: about tOpt · variance of X ÷ (to − from)². */
  readonly vOpt: number;
  /** Level at which the tuning is done, for each side; confseq uses half the sequence's α. */
  readonly alphaOpt: number;
}

/** [cases, Σx, Σ(x − mean before)²] with x scaled to [0, 1]. Stored as bytes. */
export type MeanSequenceState = Float64Array;

/**
 * A design from what is expected.
 * @param options tOpt: cases expected at the first review; variance: of X, about (for Y − p: the mean of p(1 − p)).
 */
export function meanSequenceDesign(options: {
  range: { from: number; to: number };
  tOpt: number;
  variance: number;
  alpha?: number;
}): MeanSequenceDesign {
  const { range, tOpt, variance, alpha = 0.05 } = options;
  const width = range.to - range.from;
  assert(width > 0 && tOpt > 0 && variance > 0, 'a mean sequence needs a range, a time and a variance');
  return { range, vOpt: Math.max(1e-3, (tOpt * variance) / (width * width)), alphaOpt: alpha / 2 };
}

/** The state before the first value. */
export function newMeanSequenceState(): MeanSequenceState {
  return new Float64Array(3);
}

/**
 * Takes one value into the state, in place.
 * @throws (assertion) where x lies outside the declared range.
 */
export function stepMeanSequence(design: MeanSequenceDesign, state: MeanSequenceState, x: number): void {
  const { from, to } = design.range;
  assert(x >= from && x <= to, 'the value lies inside the range that its claim declared');
  const scaled = (x - from) / (to - from);
  const cases = state[0]!;
  const expected = cases === 0 ? 0.5 : state[1]! / cases;
  state[0] = cases + 1;
  state[1] = state[1]! + scaled;
  state[2] = state[2]! + (scaled - expected) ** 2;
}

/**
 * The interval of a state, valid at all times at once.
 * @param alpha error level over all times, halved between the sides.
 * @returns the mean with its interval inside the range; not estimable without cases.
 */
export function meanConfidenceSequence(design: MeanSequenceDesign, state: MeanSequenceState, alpha = 0.05): Estimate {
  const n = state[0]!;
  if (n === 0) return notEstimable(0, 'no labels yet');
  const { from, to } = design.range;
  const mean = state[1]! / n;
  const radius = uniformBound(boundaryOf(design), Math.max(state[2]!, 1e-12), alpha / 2) / n;
  const unscaled = (x: number) => from + (to - from) * x;
  return exactEstimate({
    value: unscaled(mean),
    lower: unscaled(Math.max(0, mean - radius)),
    upper: unscaled(Math.min(1, mean + radius)),
    n,
    level: 1 - alpha,
    method: 'empirical Bernstein confidence sequence',
  });
}

function boundaryOf({ vOpt, alphaOpt }: MeanSequenceDesign): UniformBoundary {
  return gammaExponentialMixture({ vOpt, alphaOpt }, 1);
}
