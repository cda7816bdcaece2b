import { assert } from '#kernel';
import { logMeanExp, logSumExp } from '../numerics/log-sums.ts';

/**
 * One primitive for claims about bounded quantities. The claim says E[Z | past] ≥ 0 for a Z with Z ≤ Zmax; then
 * mean over κ of Π(1 − (κ/Zmax) Z) is an e-process. A claim with two sides has two such components.
 *
 * Combining components: 'average' tests a claim that both hold (either may refute it); 'minimum' tests that one of
 * them holds (both must be refuted), which is how a two-sided tolerance is confirmed.
 *
 * **Source**: Waudby-Smith, Ramdas, JRSSB 2024 (fixed bets, mixed); statistics spec, section 7.2.
 */
export interface BoundedFamily<Observation> {
  readonly name: string;
  readonly components: readonly BoundedComponent<Observation>[];
  readonly combine: 'average' | 'minimum';
  /** Betting fractions, each in (0, 1); fixed in the claim. */
  readonly kappas: readonly number[];
}

export interface BoundedComponent<Observation> {
  /** Upper bound of Z, positive. */
  readonly zMax: number;
  readonly z: (observation: Observation) => number;
}

/** Cases seen, then the log wealth per component and κ: [n, c0κ0, c0κ1, …, c1κ0, …]. Stored as bytes. */
export type BoundedState = Float64Array;

/** Betting fractions of every default claim. */
export const defaultKappas: readonly number[] = [0.05, 0.1, 0.2, 0.4];

/** The state before the first case. */
export function newBoundedState<O>(family: BoundedFamily<O>): BoundedState {
  assert(family.kappas.length > 0 && family.kappas.every((kappa) => kappa > 0 && kappa < 1), 'bets lie inside (0, 1)');
  assert(family.components.length > 0 && family.components.every((part) => part.zMax > 0), 'Zmax is positive');
  return new Float64Array(1 + family.components.length * family.kappas.length);
}

/**
 * Takes one case into the state, in place.
 * @throws (assertion) where Z exceeds Zmax: the observation is outside what the claim declared.
 */
export function stepBounded<O>(family: BoundedFamily<O>, state: BoundedState, observation: O): void {
  const { components, kappas } = family;
  state[0] = state[0]! + 1;
  let at = 1;
  for (let c = 0; c < components.length; c++) {
    const share = shareOfMaximum(components[c]!, observation);
    for (let i = 0; i < kappas.length; i++, at++) state[at] = state[at]! + Math.log1p(-kappas[i]! * share);
  }
}

/** The log e-value of a state. */
export function boundedLogE<O>(family: BoundedFamily<O>, state: BoundedState): number {
  const { components, kappas, combine } = family;
  if (combine === 'average') return logMeanExp(state, 1);
  let least = Infinity;
  for (let c = 0; c < components.length; c++) {
    least = Math.min(least, logMeanExp(state, 1 + c * kappas.length, kappas.length));
  }
  return least;
}

/**
 * The log e-value from counts of equal observations, in any order of arrival: what an outsider recomputes.
 * The order of the cells fixes the last bits; keep it canonical.
 */
export function boundedLogEFromCounts<O>(
  family: BoundedFamily<O>,
  cells: Iterable<{ observation: O; count: number }>,
): number {
  const state = newBoundedState(family);
  const { components, kappas } = family;
  for (const { observation, count } of cells) {
    assert(count >= 0, 'counts are not negative');
    state[0] = state[0]! + count;
    let at = 1;
    for (const component of components) {
      const share = shareOfMaximum(component, observation);
      for (const kappa of kappas) {
        state[at] = state[at]! + count * Math.log1p(-kappa * share);
        at++;
      }
    }
  }
  return boundedLogE(family, state);
}

/** Which component has gathered most evidence against it: index into `components`, first on ties. */
export function leadingComponent<O>(family: BoundedFamily<O>, state: BoundedState): number {
  const count = family.kappas.length;
  const evidence = family.components.map((_, c) => logSumExp(state, 1 + c * count, count));
  return evidence.indexOf(Math.max(...evidence));
}

/** The number of alternatives that an e-detector over this family has. */
export function boundedAlternatives<O>(family: BoundedFamily<O>): number {
  return family.components.length * family.kappas.length;
}

/**
 * The factors 1 − κZ/Zmax of one observation, written into `factors` for `stepDetector`.
 * Only for families whose components are averaged: the e-SR of a minimum is not an e-detector.
 */
export function boundedFactors<O>(family: BoundedFamily<O>, observation: O, factors: Float64Array): Float64Array {
  assert(family.combine === 'average', 'a detector mixes the components of a claim; it cannot take their minimum');
  let at = 0;
  for (const component of family.components) {
    const share = shareOfMaximum(component, observation);
    for (const kappa of family.kappas) factors[at++] = 1 - kappa * share;
  }
  return factors;
}

function shareOfMaximum<O>(component: BoundedComponent<O>, observation: O): number {
  const share = component.z(observation) / component.zMax;
  // A billionth of slack for rounding in Z itself; the bets stay far from a negative factor.
  assert(share <= 1 + 1e-9, 'the observation exceeds the bound that its claim declared');
  return share;
}
