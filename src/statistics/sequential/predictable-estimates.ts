/**
 * What is known of a bounded quantity before its next value: [cases, Σx, Σ(x_i − μ̂_i)²], shrunk to mean ½ and
 * variance ¼. Bets may use nothing else.
 * **Source**: Waudby-Smith, Ramdas, JRSSB 2024, eq. 15; statistics spec, section 7.1.
 */
export type PredictableEstimates = Float64Array;

export const predictableEstimatesLength = 3;

/** μ̂ of the cases seen: (½ + Σx) / (t + 1). */
export function predictableMean(past: PredictableEstimates): number {
  return (0.5 + past[1]!) / (past[0]! + 1);
}

/** σ̂² of the cases seen: (¼ + Σ(x_i − μ̂_i)²) / (t + 1). Positive. */
export function predictableVariance(past: PredictableEstimates): number {
  return (0.25 + past[2]!) / (past[0]! + 1);
}

/** Takes a value in [0, 1] into the estimates, in place. */
export function stepPredictable(past: PredictableEstimates, x: number): void {
  past[0] = past[0]! + 1;
  past[1] = past[1]! + x;
  past[2] = past[2]! + (x - predictableMean(past)) ** 2;
}

/**
 * The predictable plug-in empirical Bernstein bet for the next case: √(2 ln(1/α) / (t ln(1+t) σ̂²_{t−1})).
 * Good early and bad late: for confidence sequences only, never for a claim.
 * **Source**: Waudby-Smith, Ramdas 2024, eq. 15. Oracle: confseq_gold.json, `lambda_predmix_eb`.
 */
export function empiricalBernsteinBet(past: PredictableEstimates, alpha: number): number {
  const t = past[0]! + 1;
  return Math.sqrt((2 * Math.log(1 / alpha)) / (t * Math.log(1 + t) * predictableVariance(past)));
}
