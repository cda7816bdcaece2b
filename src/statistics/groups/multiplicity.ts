import { assert } from '#kernel';
import { logMeanExp } from '../numerics/log-sums.ts';

/**
 * e-BH: rejects the k* largest of K e-values, k* = max{k: e_(k) ≥ K/(αk)}; FDR ≤ α under any dependence.
 * @param logEs one log e-value per hypothesis.
 * @returns whether each is rejected, in the order given. Cost O(K log K).
 * **Source**: Wang, Ramdas, JRSSB 2022. Oracle: scipy_gold.json `ebh` (of 120, 3, 45, .2, 18, 60, 1, 9 at .1 it rejects 120, 60, 45).
 */
export function eBenjaminiHochberg(logEs: readonly number[], alpha: number): boolean[] {
  const count = logEs.length;
  const order = logEs.map((_, i) => i).sort((i, j) => logEs[j]! - logEs[i]!);
  let rejected = 0;
  order.forEach((i, rank) => {
    if (logEs[i]! >= Math.log(count / (alpha * (rank + 1)))) rejected = rank + 1;
  });
  const isRejected = new Array<boolean>(count).fill(false);
  for (const i of order.slice(0, rejected)) isRejected[i] = true;
  return isRejected;
}

/** What an online procedure remembers between hypotheses. */
export interface LondState {
  readonly tested: number;
  readonly rejected: number;
}

export const emptyLondState: LondState = { tested: 0, rejected: 0 };

/**
 * The level of the next hypothesis of a growing list: α_t = α γ_t (R + 1),
 * γ_t = .07720838 ln(max(t, 2)) / (t exp(√ln t)), R rejections so far. Valid under any dependence for e-values.
 * **Source**: Javanmard, Montanari 2018 (LOND); Xu, Ramdas 2024 (e-LOND).
 */
export function londAlpha(state: LondState, alpha: number): number {
  const t = state.tested + 1;
  const gamma = (0.07720838 * Math.log(Math.max(t, 2))) / (t * Math.exp(Math.sqrt(Math.log(t))));
  return alpha * gamma * (state.rejected + 1);
}

/** e-LOND: rejects where e ≥ 1/α_t. */
export function eLond(state: LondState, logE: number, alpha: number): { isRejected: boolean; state: LondState } {
  return londStep(state, logE >= -Math.log(londAlpha(state, alpha)));
}

/** LOND: rejects where p ≤ α_t. Never for p-values that are updated repeatedly. */
export function lond(state: LondState, p: number, alpha: number): { isRejected: boolean; state: LondState } {
  return londStep(state, p <= londAlpha(state, alpha));
}

function londStep(state: LondState, isRejected: boolean): { isRejected: boolean; state: LondState } {
  return { isRejected, state: { tested: state.tested + 1, rejected: state.rejected + (isRejected ? 1 : 0) } };
}

/**
 * The log e-value of a global null from log e-values of any dependence: their plain or weighted average.
 * e-values of dependent streams are never multiplied.
 * @param weights non-negative, fixed before the data; default equal.
 */
export function averageLogE(logEs: readonly number[], weights?: readonly number[]): number {
  assert(logEs.length > 0, 'an average needs an e-value');
  if (weights === undefined) return logMeanExp(Float64Array.from(logEs));
  assert(weights.length === logEs.length && weights.every((weight) => weight >= 0), 'one weight an e-value');
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const scaled = logEs.map((logE, i) => logE + Math.log((weights[i]! * logEs.length) / sum));
  return logMeanExp(Float64Array.from(scaled));
}
