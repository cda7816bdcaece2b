import { assert } from '#kernel';

/**
 * The risk-adjusted Bernoulli CUSUM that clinicians know: W = y ln R − ln(1 − p + R p), S ← max(0, S + W). Shown beside
 * the claims, never their evidence: its control limit comes from simulation, not from a guarantee.
 * **Source**: Steiner, Cook, Farewell, Treasure, Biostatistics 2000.
 */
export interface RiskAdjustedCusum {
  /** R: the odds ratio to look for; above 1 for more events than predicted, below 1 for fewer. */
  readonly oddsRatio: number;
}

/** [cases, S, case at which the present excursion began]. Stored as bytes. */
export type RiskAdjustedCusumState = Float64Array;

/** The state before the first case. */
export function newRiskAdjustedCusumState(): RiskAdjustedCusumState {
  return new Float64Array(3);
}

/**
 * The score of one case.
 * @param forecast p, the predicted probability in [0, 1], and the outcome.
 */
export function riskAdjustedScore({ oddsRatio }: RiskAdjustedCusum, { p, y }: { p: number; y: 0 | 1 }): number {
  assert(oddsRatio > 0 && oddsRatio !== 1, 'an odds ratio to look for is positive and not 1');
  assert(p >= 0 && p <= 1, 'a probability lies inside [0, 1]');
  return (y === 1 ? Math.log(oddsRatio) : 0) - Math.log1p((oddsRatio - 1) * p);
}

/** Takes one case into the state, in place; returns S. */
export function stepRiskAdjustedCusum(
  cusum: RiskAdjustedCusum,
  state: RiskAdjustedCusumState,
  forecast: { p: number; y: 0 | 1 },
): number {
  state[0] = state[0]! + 1;
  if (state[1] === 0) state[2] = state[0]!;
  const next = Math.max(0, state[1]! + riskAdjustedScore(cusum, forecast));
  state[1] = next;
  return next;
}
