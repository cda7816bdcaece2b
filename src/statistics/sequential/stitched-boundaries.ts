import { assert } from '#kernel';
import { riemannZeta } from '../numerics/special.ts';

/** s > 1 sets how fast the error is spent over epochs, η > 1 the epochs' ratio. */
export interface Stitching {
  readonly s?: number;
  readonly eta?: number;
}

const defaults = { s: 1.4, eta: 2 };

/**
 * The polynomial stitched boundary: a closed curve of the order of the law of the iterated logarithm.
 * @param v intrinsic time.
 * @param options vMin > 0: time from which the curve is tight; c: scale of the sub-gamma sum (0: sub-Gaussian).
 * **Source**: Howard et al., Annals of Statistics 2021, eq. 10. Oracle: confseq's unit test.
 */
export function polyStitchedBound(v: number, alpha: number, options: { vMin: number; c?: number } & Stitching): number {
  const { vMin, c = 0, s = defaults.s, eta = defaults.eta } = options;
  assert(vMin > 0 && s > 1 && eta > 1, 'stitching needs a positive first time, s > 1 and η > 1');
  const time = Math.max(v, vMin);
  const spent =
    s * Math.log(Math.log((eta * time) / vMin)) + Math.log(riemannZeta(s) / Math.log(eta) ** s) + Math.log(1 / alpha);
  return stitched({ time, spent, c, eta });
}

/**
 * The double stitched boundary for the empirical distribution at quantile p, over all times and all quantiles.
 * @param t number of observations.
 * @returns the largest deviation of the sum t(F̂ − p) at the level.
 * **Source**: Howard, Ramdas, Bernoulli 2022, theorem 3; spec section 7.3.
 */
export function doubleStitchedBound(
  p: number,
  t: number,
  options: { alpha: number; tOpt: number; delta?: number } & Stitching,
): number {
  const { alpha, tOpt, delta = 0.5, s = defaults.s, eta = defaults.eta } = options;
  assert(p > 0 && p < 1 && tOpt >= 1, 'a stitched quantile bound needs p inside (0, 1) and a first time of 1 or more');
  const time = Math.max(t, tOpt);
  const logit = Math.log(p / (1 - p));
  const step = 2 * delta * Math.sqrt((tOpt * eta) / time);
  const r = p >= 0.5 ? p : Math.min(0.5, 1 / (1 + Math.exp(-(logit + step))));
  const variance = r * (1 - r);
  const j = (Math.sqrt(time / tOpt) * Math.abs(logit)) / (2 * delta) + 1;
  const zeta = riemannZeta(s);
  const spent =
    s * Math.log(Math.log((eta * time) / tOpt)) +
    s * Math.log(j) +
    Math.log((2 * zeta * (2 * zeta + 1)) / (alpha * Math.log(eta) ** s));
  const within = delta * Math.sqrt((eta * time * variance) / tOpt);
  return within + stitched({ time: variance * time, spent, c: (1 - 2 * p) / 3, eta });
}

function stitched({ time, spent, c, eta }: { time: number; spent: number; c: number; eta: number }): number {
  const k1 = (eta ** 0.25 + eta ** -0.25) / Math.SQRT2;
  const k2 = (Math.sqrt(eta) + 1) / 2;
  const linear = k2 * c * spent;
  return Math.sqrt(k1 * k1 * time * spent + linear * linear) + linear;
}

/**
 * A band for the whole empirical distribution function, over all times from tMin on.
 * @param options A > 1/√2: the constant in front of the iterated logarithm.
 * @returns the half-width of the band at time t; Infinity before tMin, where nothing is claimed.
 * **Source**: Howard, Ramdas, Bernoulli 2022, theorem 2. Oracle: confseq's unit test.
 */
export function empiricalProcessBound(t: number, options: { alpha: number; tMin: number; A?: number }): number {
  const { alpha, tMin, A = 0.85 } = options;
  assert(A > Math.SQRT1_2 && tMin >= 1, 'an iterated-logarithm band needs A > 1/√2');
  if (t < tMin) return Infinity;
  const constant = iteratedLogarithmConstant(A, alpha);
  return A * Math.sqrt((Math.log(1 + Math.log(t / tMin)) + constant) / t);
}

/** C: the best error over η falls as C grows; bisection on C. */
function iteratedLogarithmConstant(A: number, alpha: number): number {
  let low = 0;
  let high = 1;
  while (bestError(A, high) > alpha) {
    low = high;
    high *= 2;
    assert(high < 2 ** 40, 'some constant keeps the level');
  }
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2;
    if (bestError(A, middle) > alpha) low = middle;
    else high = middle;
  }
  return high;
}

function bestError(A: number, C: number): number {
  const slack = (eta: number) => A - Math.sqrt((2 * (eta - 1)) / C);
  const error = (eta: number) => {
    const gammaSquared = slack(eta) > 0 ? (2 / eta) * slack(eta) ** 2 : 0;
    if (gammaSquared <= 1) return Infinity;
    return 4 * Math.exp(-gammaSquared * C) * (1 + 1 / ((gammaSquared - 1) * Math.log(eta)));
  };
  let low = 1;
  let high = 2 * A * A;
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2;
    if (Math.sqrt(middle / 2) + Math.sqrt((2 * (middle - 1)) / C) < A) low = middle;
    else high = middle;
  }
  return error(goldenSectionMinimum(error, 1, low));
}

function goldenSectionMinimum(f: (x: number) => number, from: number, to: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let low = from;
  let high = to;
  let left = high - ratio * (high - low);
  let right = low + ratio * (high - low);
  for (let step = 0; step < 100; step++) {
    if (f(left) <= f(right)) {
      high = right;
      right = left;
      left = high - ratio * (high - low);
    } else {
      low = left;
      left = right;
      right = low + ratio * (high - low);
    }
  }
  return (low + high) / 2;
}
