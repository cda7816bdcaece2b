import { assert } from '#kernel';
import { betaI, gammaP, gammaQ, logBeta, logGamma, normalCdf } from '../numerics/special.ts';

/**
 * A mixture supermartingale exp(ln M(s, v)) in a sum s and its intrinsic time v, and the curve that it gives: the
 * sum leaves the curve at any time with probability at most α.
 * **Source**: Howard, Ramdas, McAuliffe, Sekhon, Annals of Statistics 2021, with the parametrisation of confseq.
 * Oracle: the reference values of confseq's `uniform_boundaries_unittest`.
 */
export interface UniformBoundary {
  /** ln M(s, v), s ≥ 0, v ≥ 0. */
  readonly logMixture: (s: number, v: number) => number;
  /** The largest sum that is possible at time v; undefined where there is none. */
  readonly largestSum?: (v: number) => number;
}

export interface BoundaryTuning {
  /** Intrinsic time at which the curve is tuned to be lowest, > 0. */
  readonly vOpt: number;
  /** Level at which the tuning is done. */
  readonly alphaOpt: number;
}

/**
 * The curve u(v): the smallest s ≥ 0 with ln M(s, v) ≥ ln(1/α), by bisection.
 * @param v intrinsic time, > 0.
 * @param alpha level in (0, 1).
 * @returns the largest possible sum where the level is never reached.
 */
export function uniformBound(boundary: UniformBoundary, v: number, alpha: number): number {
  assert(v > 0 && alpha > 0 && alpha < 1, 'a uniform bound needs positive time and a level inside (0, 1)');
  const level = Math.log(1 / alpha);
  const reached = (s: number) => boundary.logMixture(s, v) >= level;
  if (reached(0)) return 0;
  const largest = boundary.largestSum?.(v);
  if (largest !== undefined && !reached(largest)) return largest;
  let high = largest ?? v;
  for (let doubling = 0; largest === undefined && !reached(high); doubling++) {
    assert(doubling < 50, 'a mixture reaches every level within fifty doublings of its time');
    high *= 2;
  }
  let low = 0;
  for (let step = 0; step < 200 && high - low > 1e-15 * high; step++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (reached(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** The tuning constant ρ of a two-sided mixture; one-sided mixtures take it at twice the level. */
export function mixtureRho({ vOpt, alphaOpt }: BoundaryTuning, sides: 1 | 2): number {
  const level = sides === 2 ? alphaOpt : 2 * alphaOpt;
  assert(vOpt > 0 && alphaOpt > 0 && level < 1, 'a mixture is tuned at a positive time and a level below one half');
  const tuning = 2 * Math.log(1 / level);
  return vOpt / (tuning + Math.log(1 + tuning));
}

/** The normal mixture: sub-Gaussian sums with variance process v. **Source**: spec section 7.3. */
export function normalMixture(tuning: BoundaryTuning, sides: 1 | 2): UniformBoundary {
  const rho = mixtureRho(tuning, sides);
  if (sides === 2) {
    return { logMixture: (s, v) => 0.5 * Math.log(rho / (v + rho)) + (s * s) / (2 * (v + rho)) };
  }
  return {
    logMixture: (s, v) =>
      0.5 * Math.log((4 * rho) / (v + rho)) + (s * s) / (2 * (v + rho)) + Math.log(normalCdf(s / Math.sqrt(v + rho))),
  };
}

/** The two-sided normal mixture's curve in closed form: √((v+ρ)(ln(1+v/ρ) + 2 ln(1/α))). */
export function normalMixtureBound(tuning: BoundaryTuning, v: number, alpha: number): number {
  const rho = mixtureRho(tuning, 2);
  return Math.sqrt((v + rho) * (Math.log(1 + v / rho) + 2 * Math.log(1 / alpha)));
}

/** The gamma-exponential mixture: sub-exponential sums with scale c > 0. One-sided. **Source**: spec section 7.3. */
export function gammaExponentialMixture(tuning: BoundaryTuning, c: number): UniformBoundary {
  assert(c > 0, 'the scale of a sub-exponential sum is positive');
  const rho = mixtureRho(tuning, 1);
  const r = rho / (c * c);
  const atZero = r * Math.log(r) - logGamma(r) - Math.log(gammaP(r, r));
  return {
    logMixture: (s, v) => {
      const a = (v + rho) / (c * c);
      const x = (c * s + v + rho) / (c * c);
      return atZero + logGamma(a) + Math.log(gammaP(a, x)) - a * Math.log(x) + (c * s + v) / (c * c);
    },
  };
}

/** The gamma-Poisson mixture: sub-Poisson sums with scale c > 0. One-sided. **Source**: spec section 7.3. */
export function gammaPoissonMixture(tuning: BoundaryTuning, c: number): UniformBoundary {
  assert(c > 0, 'the scale of a sub-Poisson sum is positive');
  const rho = mixtureRho(tuning, 1);
  const r = rho / (c * c);
  const atZero = r * Math.log(r) - logGamma(r) - Math.log(gammaQ(r, r));
  return {
    logMixture: (s, v) => {
      const a = (v + rho) / (c * c);
      const b = s / c + a;
      return atZero + logGamma(b) + Math.log(gammaQ(b, a)) - b * Math.log(a) + v / (c * c);
    },
  };
}

/**
 * The beta-binomial mixture: sums of steps inside [−g, h], such as Bernoulli deviations (g = p, h = 1 − p).
 * **Source**: spec section 7.3.
 */
export function betaBinomialMixture(
  tuning: BoundaryTuning,
  steps: { g: number; h: number },
  sides: 1 | 2,
): UniformBoundary {
  const { g, h } = steps;
  assert(g > 0 && h > 0, 'steps of a beta-binomial mixture reach to both sides');
  const r = Math.max(mixtureRho(tuning, sides) - g * h, 1e-3 * g * h);
  const x = sides === 1 ? h / (g + h) : 1;
  const atZero = logIncompleteBeta(x, r / (g * (g + h)), r / (h * (g + h)));
  return {
    largestSum: (v) => v / g,
    logMixture: (s, v) =>
      (v / (g * h)) * Math.log(g + h) -
      ((v + h * s) / (h * (g + h))) * Math.log(g) -
      ((v - g * s) / (g * (g + h))) * Math.log(h) +
      logIncompleteBeta(x, (r + v - g * s) / (g * (g + h)), (r + v + h * s) / (h * (g + h))) -
      atZero,
  };
}

function logIncompleteBeta(x: number, a: number, b: number): number {
  return logBeta(a, b) + (x === 1 ? 0 : Math.log(betaI(x, a, b)));
}
