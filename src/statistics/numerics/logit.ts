import { assert } from '#kernel';

/** The probability of a log-odds: 1 / (1 + e^(−x)), in [0, 1]. */
export function expit(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

/** The log-odds of a probability in (0, 1); ±Infinity at the ends. */
export function logit(probability: number): number {
  return Math.log(probability) - Math.log1p(-probability);
}

/** Probabilities are kept this far away from 0 and 1 wherever their log-odds are taken. */
export const probabilityClip = 1e-6;

/**
 * Probabilities clipped to [1e-6, 1 − 1e-6], and how many were outside: screens show the count.
 * @param probabilities each in [0, 1].
 * **Source**: statistics spec, section 2.
 */
export function clipProbabilities(probabilities: ArrayLike<number>): { clipped: Float64Array; clipCount: number } {
  const clipped = new Float64Array(probabilities.length);
  let clipCount = 0;
  for (let i = 0; i < clipped.length; i++) {
    const probability = probabilities[i]!;
    assert(probability >= 0 && probability <= 1, 'a probability lies in [0, 1]');
    clipped[i] = Math.min(1 - probabilityClip, Math.max(probabilityClip, probability));
    if (clipped[i] !== probability) clipCount++;
  }
  return { clipped, clipCount };
}
