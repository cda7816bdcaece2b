import { assert } from '#kernel';
import { logSumExp } from '../numerics/log-sums.ts';

/**
 * Baseline bets and weights that make a mixture e-detector nearly optimal over a range of changes [δ_L, δ_U].
 * The plain 12-point grid of `binary-claim.ts` performs as well in the acceptance table and is the default.
 * **Source**: Shin, Ramdas, Rinaldo, NEJSDS 2024, algorithm 2; statistics spec, section 6.2.
 */
export type BaselineFamily =
  | { readonly kind: 'normal'; readonly mean: number }
  | { readonly kind: 'bernoulli'; readonly p: number }
  | { readonly kind: 'bounded'; readonly mean: number };

export type BaselineSide = 'greater' | 'less' | 'both';

export interface BaselineOptions {
  readonly side: BaselineSide;
  /** Smallest change of interest, > 0. */
  readonly deltaLower: number;
  /** Largest change of interest; by default what the family allows. */
  readonly deltaUpper?: number;
  /** 1/A: the alarm level is 1/alpha. */
  readonly alpha: number;
  readonly kMax?: number;
}

export interface Baselines {
  readonly family: BaselineFamily;
  readonly lambdas: Float64Array;
  /** Sum to 1. */
  readonly weights: Float64Array;
}

/**
 * Solves for the bets and weights of a family over a range of changes.
 * @returns bets and weights; on both sides, half the level and half the weight each.
 */
export function optimisedBaselines(family: BaselineFamily, options: BaselineOptions): Baselines {
  const { side, alpha } = options;
  assert(alpha > 0 && alpha < 1, 'a level lies inside (0, 1)');
  if (side !== 'both') return oneSided(family, { ...options, side, alpha });
  const deltaUpper = options.deltaUpper ?? defaultDeltaUpper(family, 'both');
  const halves = (['greater', 'less'] as const).map((each) =>
    oneSided(family, { ...options, deltaUpper, side: each, alpha: alpha / 2 }),
  );
  return {
    family,
    lambdas: Float64Array.from(halves.flatMap((half) => [...half.lambdas])),
    weights: Float64Array.from(halves.flatMap((half) => [...half.weights].map((weight) => weight / 2))),
  };
}

/** The log of a baseline's factor for one value. */
export function baselineLogIncrement(family: BaselineFamily, lambda: number, x: number): number {
  if (family.kind === 'normal') return lambda * (x - family.mean) - (lambda * lambda) / 2;
  if (family.kind === 'bernoulli') return lambda * x - Math.log1p(family.p * Math.expm1(lambda));
  return Math.log1p(lambda * (x / family.mean - 1));
}

/** 'test': an e-process; 'shiryaev-roberts' and 'cusum': e-detectors. */
export type BaselineMode = 'test' | 'shiryaev-roberts' | 'cusum';

/** One log value a baseline, before the first case. Stored as bytes. */
export function newBaselineState(baselines: Baselines, mode: BaselineMode): Float64Array {
  return new Float64Array(baselines.lambdas.length).fill(mode === 'test' ? 0 : -Infinity);
}

/** Takes one value into the state, in place. */
export function stepBaselines(
  baselines: Baselines,
  mode: BaselineMode,
  step: { state: Float64Array; x: number },
): void {
  const { state, x } = step;
  for (let i = 0; i < state.length; i++) {
    const past = state[i]!;
    const increment = baselineLogIncrement(baselines.family, baselines.lambdas[i]!, x);
    if (mode === 'test') state[i] = past + increment;
    else if (mode === 'cusum') state[i] = Math.max(0, past) + increment;
    else state[i] = (past > 0 ? past + Math.log1p(Math.exp(-past)) : Math.log1p(Math.exp(past))) + increment;
  }
}

/** The log of the mixture: alarm at ln(1/α). */
export function baselinesLogValue(baselines: Baselines, state: Float64Array): number {
  return logSumExp(state.map((value, i) => value + Math.log(baselines.weights[i]!)));
}

interface ConjugatePair {
  readonly conjugate: (x: number) => number;
  readonly slope: (x: number) => number;
}

function oneSided(family: BaselineFamily, options: BaselineOptions & { side: 'greater' | 'less' }): Baselines {
  const { side, alpha, kMax = 200 } = options;
  const deltaUpper = options.deltaUpper ?? defaultDeltaUpper(family, side);
  assert(options.deltaLower > 0 && options.deltaLower <= deltaUpper, 'changes of interest increase from above 0');
  const { pair, from, to, signed } = transformed(family, side, { from: options.deltaLower, to: deltaUpper });
  const { slopes, weights } = solveBaselines(pair, { from, to, alpha, kMax });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return {
    family,
    lambdas: Float64Array.from(slopes, signed),
    weights: Float64Array.from(weights, (weight) => weight / sum),
  };
}

/** A change of the family into the form in which the algorithm works, and the way back for the bets. */
function transformed(
  family: BaselineFamily,
  side: 'greater' | 'less',
  delta: { from: number; to: number },
): { pair: ConjugatePair; from: number; to: number; signed: (slope: number) => number } {
  const sign = side === 'greater' ? 1 : -1;
  if (family.kind === 'normal') {
    const pair = { conjugate: (x: number) => (x * x) / 2, slope: (x: number) => x };
    return { pair, ...delta, signed: (slope) => sign * slope };
  }
  if (family.kind === 'bernoulli') {
    const p = side === 'greater' ? family.p : 1 - family.p;
    return { pair: bernoulliPair(p), ...delta, signed: (slope) => sign * slope };
  }
  const m = side === 'greater' ? family.mean : 1 - family.mean;
  return {
    pair: { conjugate: (x) => x - Math.log1p(x), slope: (x) => x / (1 + x) },
    from: (m * delta.from) / (0.25 + delta.to ** 2),
    to: (m * delta.to) / delta.from ** 2,
    signed: side === 'greater' ? (slope) => slope : (slope) => (-family.mean * slope) / (1 - family.mean),
  };
}

function bernoulliPair(p: number): ConjugatePair {
  return {
    conjugate: (x) => {
      const q = p + x;
      if (q >= 1) return -Math.log(p);
      return q * Math.log(q / p) + (1 - q) * Math.log((1 - q) / (1 - p));
    },
    slope: (x) => Math.log(((p + x) * (1 - p)) / (p * (1 - p - x))),
  };
}

function solveBaselines(
  { conjugate, slope }: ConjugatePair,
  range: { from: number; to: number; alpha: number; kMax: number },
): { slopes: number[]; weights: number[] } {
  const { from, to, alpha, kMax } = range;
  const level = -Math.log(alpha);
  const [lowest, highest] = [conjugate(from), conjugate(to)];
  // With the first time v_min = 1, a change this large is found by its own baseline alone.
  if (level <= lowest || from === to) return { slopes: [slope(from)], weights: [1] };
  const ratio = highest / lowest;
  const best = (g: number) => {
    let least = Infinity;
    let first = 1;
    for (let k = 1; k <= kMax; k++) {
      const value = Math.log(k) - g * ratio ** (-1 / k);
      if (value < least) [least, first] = [value, k];
    }
    return { least, first };
  };
  const isWithin = best(highest).least <= -level;
  const g = isWithin
    ? decreasingRoot((x) => best(x).least + level, level, highest)
    : decreasingRoot((x) => logAdd(-x, best(x).least) + level, highest, ratio * Math.log(2 / alpha));
  const count = best(g).first;
  const eta = ratio ** (1 / count);
  const weight = Math.exp(-g / eta);
  const slopes = Array.from({ length: count - 1 }, (_, i) =>
    slope(inverseOf(conjugate, highest / eta ** (i + 1), { from, to })),
  );
  slopes.push(slope(from));
  const weights = slopes.map(() => weight);
  return g > highest ? { slopes: [slope(to), ...slopes], weights: [Math.exp(-g), ...weights] } : { slopes, weights };
}

function defaultDeltaUpper(family: BaselineFamily, side: BaselineSide): number {
  if (family.kind === 'normal') return 5;
  const m = family.kind === 'bernoulli' ? family.p : family.mean;
  const room = { greater: 1 - m - 0.001, less: m - 0.001 };
  return side === 'both' ? Math.min(room.greater, room.less) : room[side];
}

function decreasingRoot(f: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  for (let step = 0; step < 200 && high - low > 1e-10; step++) {
    const middle = (low + high) / 2;
    if (f(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function inverseOf(conjugate: (x: number) => number, value: number, range: { from: number; to: number }): number {
  return decreasingRoot((x) => value - conjugate(x), range.from, range.to);
}

function logAdd(a: number, b: number): number {
  return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
}
