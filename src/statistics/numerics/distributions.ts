import { assert } from '#kernel';
import { betaI, gammaQ, normalCdf } from './special.ts';

/**
 * Standard normal quantile.
 * @param probability in (0, 1).
 * @returns z with Φ(z) = probability.
 * **Source**: Abramowitz & Stegun 26.2.23 as a start, then Halley steps on Φ. Oracle: scipy `norm.ppf`, 1e-15.
 */
export function normalQuantile(probability: number): number {
  assert(probability > 0 && probability < 1, 'a quantile needs a probability strictly between 0 and 1');
  if (probability === 0.5) return 0;
  const tail = Math.min(probability, 1 - probability);
  const t = Math.sqrt(-2 * Math.log(tail));
  const numerator = 2.515517 + t * (0.802853 + t * 0.010328);
  let z = numerator / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let step = 0; step < 4; step++) {
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    const newton = (normalCdf(z) - tail) / density;
    z -= newton / (1 + (z * newton) / 2);
  }
  return probability < 0.5 ? z : -z;
}

/**
 * The multiplier of a two-sided normal interval.
 * @param level confidence level in (0, 1), such as 0.95.
 * @returns z, 1.959963984540054 at 0.95.
 */
export function normalMultiplier(level: number): number {
  assert(level > 0 && level < 1, 'a confidence level lies strictly between 0 and 1');
  return -normalQuantile((1 - level) / 2);
}

/** Two-sided p-value of a standard normal statistic: P(|Z| ≥ |z|). */
export function normalTwoSidedP(z: number): number {
  return Math.min(1, 2 * normalCdf(-Math.abs(z)));
}

/**
 * Two-sided p-value of Student's t.
 * @param t statistic; @param degreesOfFreedom > 0, need not be whole.
 * **Source**: P(|T| ≥ |t|) = I_x(df/2, ½) with x = df/(df + t²).
 */
export function studentTwoSidedP(t: number, degreesOfFreedom: number): number {
  return betaI(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5);
}

/**
 * The multiplier of a two-sided Student interval, found by bisection on the p-value.
 * @param level confidence level in (0, 1); @param degreesOfFreedom > 0.
 */
export function studentMultiplier(level: number, degreesOfFreedom: number): number {
  assert(level > 0 && level < 1, 'a confidence level lies strictly between 0 and 1');
  let high = 2;
  for (let doubling = 0; studentTwoSidedP(high, degreesOfFreedom) > 1 - level && doubling < 100; doubling++) high *= 2;
  return bisect((t) => studentTwoSidedP(t, degreesOfFreedom) <= 1 - level, 0, high);
}

/** Upper tail of the chi-squared distribution, P(X ≥ x). @param x ≥ 0; @param degreesOfFreedom > 0. */
export function chiSquareUpperTail(x: number, degreesOfFreedom: number): number {
  return gammaQ(degreesOfFreedom / 2, Math.max(0, x) / 2);
}

/**
 * Quantile of the beta distribution.
 * @param probability in (0, 1); @param a > 0; @param b > 0.
 * @returns x in [0, 1] with I_x(a, b) = probability, to about 1e-16 absolute (bisection on the incomplete beta function).
 */
export function betaQuantile(probability: number, a: number, b: number): number {
  return bisect((x) => betaI(x, a, b) >= probability, 0, 1);
}

/** Where a monotone condition turns from false to true between low and high, by halving until doubles run out. */
function bisect(isBeyond: (x: number) => boolean, low: number, high: number): number {
  for (let halving = 0; halving < 200; halving++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (isBeyond(middle)) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}
