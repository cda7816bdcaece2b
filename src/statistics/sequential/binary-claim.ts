import { assert } from '#kernel';

/**
 * A claim "the success probability is at least `bound`" on relevant cases: sensitivity, specificity, PPV, NPV,
 * coverage, or 1 − failure rate. Bound and offsets are fixed before the first case; they are part of the signed claim.
 */
export interface BinaryClaimDesign {
  /** θ₀, inside (0, 1). */
  readonly bound: number;
  /** δ_j > 0: the break alternatives are bound − δ_j. */
  readonly breakOffsets: readonly number[];
  /** δ_j > 0: the support alternatives are bound + δ_j. */
  readonly supportOffsets: readonly number[];
}

/** A design with the constants that every evaluation needs, computed once. */
export interface BinaryClaim {
  readonly design: BinaryClaimDesign;
  readonly break: Mixture;
  readonly support: Mixture;
}

/** Log likelihood ratios of the alternatives against the bound, for one hit and for one miss. */
export interface Mixture {
  readonly alternatives: Float64Array;
  readonly logHit: Float64Array;
  readonly logMiss: Float64Array;
}

/** Number of alternatives in a default design (statistics spec, section 2). */
export const defaultAlternatives = 12;

/**
 * Default offsets of the break alternatives below a bound: geometric from min(.02, θ₀/4) to min(.40, .95 θ₀).
 * @param bound θ₀ in (0, 1).
 * @returns `count` increasing offsets; every bound − offset lies inside (0, 1).
 * **Source**: statistics spec, section 5. Oracle: θ₀ = .90 gives .02 to .40.
 */
export function defaultBreakOffsets(bound: number, count = defaultAlternatives): number[] {
  return geometric(Math.min(0.02, bound / 4), Math.min(0.4, 0.95 * bound), count);
}

/**
 * Default offsets of the support alternatives above a bound: geometric from min(.02, g/4) to min(.40, .95 g), g = 1 − θ₀.
 * @param bound θ₀ in (0, 1).
 * **Source**: statistics spec, section 5.
 */
export function defaultSupportOffsets(bound: number, count = defaultAlternatives): number[] {
  const gap = 1 - bound;
  return geometric(Math.min(0.02, gap / 4), Math.min(0.4, 0.95 * gap), count);
}

/** The design with default alternatives for a bound in (0, 1). */
export function defaultBinaryClaimDesign(bound: number): BinaryClaimDesign {
  return { bound, breakOffsets: defaultBreakOffsets(bound), supportOffsets: defaultSupportOffsets(bound) };
}

/**
 * Prepares a claim for evaluation.
 * @throws (assertion) where the bound or an alternative lies outside (0, 1).
 */
export function prepareBinaryClaim(design: BinaryClaimDesign): BinaryClaim {
  const { bound, breakOffsets, supportOffsets } = design;
  assert(bound > 0 && bound < 1, 'a binary claim needs a bound inside (0, 1)');
  assert(breakOffsets.length > 0 && supportOffsets.length > 0, 'a binary claim needs alternatives on both sides');
  assert(
    [...breakOffsets, ...supportOffsets].every((offset) => offset > 0),
    'offsets of alternatives are positive',
  );
  return {
    design,
    break: mixture(
      bound,
      breakOffsets.map((offset) => bound - offset),
    ),
    support: mixture(
      bound,
      supportOffsets.map((offset) => bound + offset),
    ),
  };
}

/**
 * Log e-value against "θ ≥ bound": ln Σ_j w_j (q_j/θ₀)^k ((1−q_j)/(1−θ₀))^(n−k), equal weights.
 * Depends on the counts only; anyone recomputes it. Reached 1/α once: the claim is broken at level α, at any time
 * (Ville), for every θ ≥ θ₀ and also for a running average of changing θ.
 * @param n relevant mature cases, k hits among them; 0 ≤ k ≤ n.
 * **Source**: statistics spec, section 5; mixture likelihood ratio, Robbins 1970. Oracle: worked figures of section 5.
 */
export function logBreakE(claim: BinaryClaim, n: number, k: number): number {
  return logMixture(claim.break, n, k);
}

/**
 * Log e-value against "θ ≤ bound"; reached 1/α once: the claim is confirmed at level α. As `logBreakE`.
 * **Source**: statistics spec, section 5. Oracle: worked figures of section 5.
 */
export function logSupportE(claim: BinaryClaim, n: number, k: number): number {
  return logMixture(claim.support, n, k);
}

/** What could still happen to a claim: further cases of one kind that would decide it. */
export interface Needed {
  /** Consecutive misses from now that would break the claim; 0 where the break process is at the level now. */
  readonly missesToBreak: number;
  /** Consecutive hits from now that would confirm the claim; 0 where the support process is at the level now. */
  readonly hitsToConfirm: number;
}

/**
 * The smallest number of further misses in a row that breaks the claim, and of further hits in a row that confirms it.
 * Exact: each process is monotone along such a row, so the number is found by doubling and bisection.
 * @param alpha level of the run, in (0, 1); the processes act at 1/alpha.
 */
export function whatIsNeeded(claim: BinaryClaim, counts: { n: number; k: number }, alpha: number): Needed {
  const level = -Math.log(alpha);
  const { n, k } = counts;
  return {
    missesToBreak: smallest((extra) => logMixture(claim.break, n + extra, k) >= level),
    hitsToConfirm: smallest((extra) => logMixture(claim.support, n + extra, k + extra) >= level),
  };
}

/** Two passes over the terms instead of a scratch array: the terms are cheaper to compute twice than to store. */
function logMixture(mix: Mixture, n: number, k: number): number {
  assert(k >= 0 && k <= n, 'hits lie between 0 and the number of cases');
  const { logHit, logMiss } = mix;
  const count = logHit.length;
  const misses = n - k;
  let max = -Infinity;
  for (let j = 0; j < count; j++) {
    const term = k * logHit[j]! + misses * logMiss[j]!;
    if (term > max) max = term;
  }
  let sum = 0;
  for (let j = 0; j < count; j++) sum += Math.exp(k * logHit[j]! + misses * logMiss[j]! - max);
  return max + Math.log(sum / count);
}

function mixture(bound: number, alternatives: number[]): Mixture {
  assert(
    alternatives.every((q) => q > 0 && q < 1),
    'every alternative of a binary claim lies inside (0, 1)',
  );
  return {
    alternatives: Float64Array.from(alternatives),
    logHit: Float64Array.from(alternatives, (q) => Math.log(q / bound)),
    logMiss: Float64Array.from(alternatives, (q) => Math.log((1 - q) / (1 - bound))),
  };
}

function geometric(from: number, to: number, count: number): number[] {
  assert(count >= 2 && from > 0 && to > from, 'a geometric grid needs two points or more, increasing');
  const ratio = Math.log(to / from) / (count - 1);
  return Array.from({ length: count }, (_, j) => (j === count - 1 ? to : from * Math.exp(ratio * j)));
}

/** The smallest non-negative integer at which a monotone condition holds. It always does at some point here. */
function smallest(holds: (extra: number) => boolean): number {
  if (holds(0)) return 0;
  let high = 1;
  while (!holds(high)) {
    high *= 2;
    assert(high < 2 ** 40, 'a row of equal outcomes always decides a binary claim');
  }
  let low = high / 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}
