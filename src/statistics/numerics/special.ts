import betainc from '@stdlib/math-base-special-betainc';
import gammainc from '@stdlib/math-base-special-gammainc';
import gammaln from '@stdlib/math-base-special-gammaln';
import { assert } from '#kernel';

/** ln Γ(x) for x > 0. Oracle: scipy. */
export function logGamma(x: number): number {
  return gammaln(x);
}

/** ln B(a, b) for a, b > 0. */
export function logBeta(a: number, b: number): number {
  return gammaln(a) + gammaln(b) - gammaln(a + b);
}

/** Regularised lower incomplete gamma P(a, x), a > 0, x ≥ 0; in [0, 1]. Oracle: scipy `gammainc`. */
export function gammaP(a: number, x: number): number {
  return gammainc(x, a);
}

/** Regularised upper incomplete gamma Q(a, x) = 1 − P(a, x). Oracle: scipy `gammaincc`. */
export function gammaQ(a: number, x: number): number {
  return gammainc(x, a, true, true);
}

/** Regularised incomplete beta I_x(a, b). Oracle: scipy `betainc`. */
export function betaI(x: number, a: number, b: number): number {
  return betainc(x, a, b);
}

/** Standard normal distribution function, accurate in the lower tail. Oracle: scipy `norm.cdf`. */
export function normalCdf(z: number): number {
  if (z === 0) return 0.5;
  const tail = 0.5 * gammaQ(0.5, (z * z) / 2);
  return z < 0 ? tail : 1 - tail;
}

/**
 * Riemann's ζ(s) for s > 1, by Euler–Maclaurin from N = 12 with six correction terms (error below 1e-14 for s ≥ 1.1).
 * **Source**: DLMF 25.2.9. Oracle: scipy `zeta(1.4)`.
 */
export function riemannZeta(s: number): number {
  assert(s > 1, 'the zeta sum needs s > 1');
  const start = 12;
  let sum = 0;
  for (let k = 1; k < start; k++) sum += k ** -s;
  sum += start ** (1 - s) / (s - 1) + start ** -s / 2;
  // B_2j / (2j)!: Bernoulli numbers over factorials.
  const coefficients = [1 / 12, -1 / 720, 1 / 30240, -1 / 1209600, 1 / 47900160, -691 / 1307674368000];
  let rising = s;
  let power = start ** (-s - 1);
  coefficients.forEach((coefficient, j) => {
    sum += coefficient * rising * power;
    rising *= (s + 2 * j + 1) * (s + 2 * j + 2);
    power /= start * start;
  });
  return sum;
}

/**
 * The lower branch of Lambert's W: the w ≤ −1 with w e^w = x, for x in [−1/e, 0).
 * **Source**: Corless et al. 1996; Newton on ln(−w) + w = ln(−x) from the series of section 4. Oracle: scipy `lambertw`.
 */
export function lambertWLower(x: number): number {
  assert(x >= -1 / Math.E && x < 0, 'the lower branch of W is defined on [-1/e, 0)');
  const target = Math.log(-x);
  const distance = Math.sqrt(Math.max(0, -2 * (1 + target)));
  let w = target > -2 ? -1 - distance - (distance * distance) / 3 : target - Math.log(-target);
  for (let step = 0; step < 60; step++) {
    if (w >= -1) return -1;
    const change = (Math.log(-w) + w - target) / (1 / w + 1);
    w -= change;
    if (Math.abs(change) <= 1e-16 * Math.abs(w)) break;
  }
  return w;
}
