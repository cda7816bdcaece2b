import { assert } from '#kernel';
import { type Estimate, exactEstimate, notEstimable } from '../estimate.ts';
import { empiricalBernsteinBet, predictableEstimatesLength, stepPredictable } from './predictable-estimates.ts';

/**
 * Closed-form confidence sequences for the mean of values in [0, 1], intersected over time: empirical Bernstein, or
 * Hoeffding where the variance is not learned.
 * **Source**: Waudby-Smith, Ramdas, JRSSB 2024, theorems 2 and 1; statistics spec, section 7.1.
 * Oracle: confseq_gold.json, `predmix_empbern`, `predmix_hoeffding`.
 */
export interface PredictableMixtureDesign {
  readonly kind: 'empirical Bernstein' | 'Hoeffding';
  readonly alpha: number;
}

/** [lower, upper, Σλ, Σλx, Σψ below, Σψ above, plain Σx, estimates]. */
export type PredictableMixtureState = Float64Array;

const estimatesAt = 7;

/** The state before the first value. */
export function newPredictableMixtureState(): PredictableMixtureState {
  const state = new Float64Array(estimatesAt + predictableEstimatesLength);
  state[1] = 1;
  return state;
}

/** Takes a value in [0, 1] into the state, in place. */
export function stepPredictableMixture(
  design: PredictableMixtureDesign,
  state: PredictableMixtureState,
  x: number,
): void {
  assert(x >= 0 && x <= 1, 'the sequence is for values in [0, 1]');
  const past = state.subarray(estimatesAt);
  const spent = Math.log(2 / design.alpha);
  const seen = past[0]!;
  const lambda = betOf(design, past);
  // The first value is compared with 0 on either side, as confseq does.
  const mean = seen === 0 ? 0 : state[6]! / seen;
  const mirroredMean = seen === 0 ? 0 : 1 - mean;
  const cost = design.kind === 'Hoeffding' ? (lambda * lambda) / 8 : -Math.log1p(-lambda) - lambda;
  const weight = (deviation: number) => (design.kind === 'Hoeffding' ? cost : deviation * deviation * cost);
  state[2] = state[2]! + lambda;
  state[3] = state[3]! + lambda * x;
  state[4] = state[4]! + weight(x - mean);
  state[5] = state[5]! + weight(1 - x - mirroredMean);
  state[6] = state[6]! + x;
  stepPredictable(past, x);
  const lower = (state[3]! - spent - state[4]!) / state[2]!;
  const upper = 1 - (state[2]! - state[3]! - spent - state[5]!) / state[2]!;
  state[0] = Math.max(state[0]!, lower);
  state[1] = Math.min(state[1]!, upper);
}

function betOf({ kind, alpha }: PredictableMixtureDesign, past: Float64Array): number {
  if (kind === 'empirical Bernstein') return Math.min(0.5, empiricalBernsteinBet(past, alpha / 2));
  const t = past[0]! + 1;
  return Math.min(1, Math.sqrt((8 * Math.log(2 / alpha)) / (t * Math.log(1 + t))));
}

/** The interval of a state; not estimable before the first value, and where the intersection is empty. */
export function predictableMixtureSequence(design: PredictableMixtureDesign, state: PredictableMixtureState): Estimate {
  const n = state[estimatesAt]!;
  if (n === 0) return notEstimable(0, 'no labels yet');
  if (state[0]! > state[1]!) return notEstimable(n, 'empty confidence set');
  return exactEstimate({
    value: state[6]! / n,
    lower: state[0]!,
    upper: state[1]!,
    n,
    level: 1 - design.alpha,
    method: `${design.kind} confidence sequence (predictable mixture)`,
  });
}
