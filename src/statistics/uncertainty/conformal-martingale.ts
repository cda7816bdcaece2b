import { assert } from '#kernel';
import { radixSort } from '../numerics/radix-sort.ts';

/** Scores of a fixed reference set, ascending. */
export type ConformalReference = Float64Array;

/** Sorts the scores of a reference set. @param scores at least one, no NaN. */
export function conformalReference(scores: ArrayLike<number>): ConformalReference {
  assert(scores.length > 0, 'a conformal reference has a case');
  return radixSort(scores);
}

/**
 * Smoothed conformal p-value (#{s_j > s} + U(1 + #{s_j = s}))/(n + 1): small where the score is strange.
 * @param score of a new case, higher = stranger; no NaN. @param uniform U in [0, 1), seeded: 1 gives the conservative one.
 * @returns in (0, 1]; exactly uniform where the case is exchangeable with the reference. Cost: logarithmic.
 * **Source**: Vovk, Gammerman & Shafer 2005, equation 2.20; statistics spec, section 14.
 */
export function conformalPValue(reference: ConformalReference, score: number, uniform: number): number {
  assert(!Number.isNaN(score), 'a score must be a number, not NaN');
  assert(uniform >= 0 && uniform <= 1, 'the smoothing draw lies in [0, 1]');
  const n = reference.length;
  const below = countBelow(reference, score);
  let notAbove = below;
  if (reference[below] === score) {
    let high = n;
    while (notAbove < high) {
      const middle = (notAbove + high) >>> 1;
      if (reference[middle]! <= score) notAbove = middle + 1;
      else high = middle;
    }
  }
  // U = 0 would give p = 0 for a score above all others, which no p-value may be; 2^-53 stands for it.
  const smoothing = Math.max(uniform, 2 ** -53);
  return (n - notAbove + smoothing * (1 + notAbove - below)) / (n + 1);
}

/** How many of ascending values lie below a score. */
function countBelow(sorted: Float64Array, score: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < score) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Wealth on ε = −1, 0, 1, adding up to the martingale. Stored as bytes. */
export type JumperState = Float64Array;

const bets = [-1, 0, 1] as const;

/** The state before the first p-value: wealth 1. */
export function newJumperState(): JumperState {
  return new Float64Array(3).fill(1 / 3);
}

export interface JumperOptions {
  /** Share J of the wealth that changes its bet at every step. */
  readonly jump?: number;
  /** What every bet pays for a reference set that stays fixed: `fixedReferenceSlack`. 0 for online conformal p-values. */
  readonly slack?: number;
}

/**
 * The Simple Jumper martingale on conformal p-values, in place: C_ε ← (1−J)C_ε + (J/3)S, then C_ε ← C_ε(1 + ε(p−½)).
 * @param p conformal p-value in [0, 1].
 * @returns S = ΣC; exchangeability is refuted at level α where S reaches 1/α, at any time (Ville).
 * **Source**: Vovk 2021, "Testing randomness online", algorithm 1; statistics spec, section 14. Oracle: its Python in
 * test/oracles/uncertainty.
 */
export function stepJumper(state: JumperState, p: number, options: JumperOptions = {}): number {
  const { jump = 0.01, slack = 0 } = options;
  assert(p >= 0 && p <= 1, 'a p-value lies in [0, 1]');
  assert(slack >= 0 && slack < 0.5, 'the reference set is too small to bet against');
  const wealth = state[0]! + state[1]! + state[2]!;
  let next = 0;
  for (let i = 0; i < bets.length; i++) {
    const bet = bets[i]!;
    const jumped = (1 - jump) * state[i]! + (jump / 3) * wealth;
    // Capped, so that a long drift cannot end in Infinity − Infinity; a crossing latches long before.
    state[i] = Math.min(1e300, jumped * (1 + bet * (p - 0.5) - Math.abs(bet) * slack));
    next += state[i]!;
  }
  return next;
}

/**
 * What a bet must pay where p-values all refer to one fixed reference set. Given that set they are independent but not
 * uniform: their mean is ½ + n(Ū − ½)/(n+1), Ū the mean of n (mid-)uniform values, which are sub-Gaussian with variance
 * 1/12. With probability 1 − δ it is within the slack of ½, and the martingale that pays it is a test supermartingale.
 * @param n cases of the reference; @param delta δ, to be added to the level α.
 * **Source**: the conditional correction asked for by Shaer et al. (PMLR 306, 2026), in this closed form our own: Hoeffding's
 * argument with the uniform distribution's optimal variance proxy (Marchal & Arbel 2017). Checked by simulation.
 */
export function fixedReferenceSlack(n: number, delta: number): number {
  assert(n >= 1 && delta > 0 && delta < 1, 'a slack needs a reference and a probability of its failure');
  return (n / (n + 1)) * Math.sqrt(Math.log(2 / delta) / (6 * n));
}
