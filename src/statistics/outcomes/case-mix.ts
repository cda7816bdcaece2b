import { assert } from '#kernel';
import { type Described, described } from '../described.ts';
import { approximateEstimate, type Estimate, type NotEstimable, notEstimable } from '../estimate.ts';
import { wilsonInterval } from '../fixed-intervals.ts';

/** One stratum of a claim: its frozen weight and what was seen in it. */
export interface Stratum {
  readonly stratum: string;
  /** w_s ≥ 0; weights are scaled to sum 1. */
  readonly weight: number;
  readonly n: number;
  readonly k: number;
}

/** Raw and standardised rate side by side, so that a change of patients is not taken for a change of the model. */
export interface CaseMixReading {
  readonly raw: Estimate;
  /** Σ w_s θ̂_s. */
  readonly standardised: Estimate;
  /** ½ Σ|w_s − share_s| in [0, 1]: how far the mix has moved from the claim's. */
  readonly mixShift: Described | NotEstimable;
}

/**
 * A rate standardised to the claim's mix of cases.
 * @param strata fixed in the claim; @param level of the intervals.
 * @returns intervals by MOVER from the strata's Wilson limits, approximate, so that no stratum without misses looks certain.
 *   Not estimable where a stratum with weight has nobody.
 * **Source**: direct standardisation; Donner & Zou, Stat Med 2012 (MOVER). Oracle: by hand, and coverage by simulation.
 */
export function standardisedRate(strata: readonly Stratum[], level = 0.95): CaseMixReading {
  const totalWeight = strata.reduce((sum, one) => sum + one.weight, 0);
  assert(
    strata.every((one) => one.weight >= 0) && totalWeight > 0,
    'weights of strata are not negative, and not all 0',
  );
  const n = strata.reduce((sum, one) => sum + one.n, 0);
  const k = strata.reduce((sum, one) => sum + one.k, 0);
  const shift = strata.reduce((sum, one) => sum + Math.abs(one.weight / totalWeight - one.n / n) / 2, 0);
  return {
    raw: wilsonInterval({ n, k }, level),
    standardised: standardise(strata, { totalWeight, n, level }),
    mixShift: n === 0 ? notEstimable(0, 'no labels yet') : described(Math.min(1, shift), n),
  };
}

function standardise(
  strata: readonly Stratum[],
  { totalWeight, n, level }: { totalWeight: number; n: number; level: number },
): Estimate {
  let [value, below, above] = [0, 0, 0];
  for (const one of strata) {
    if (one.weight === 0) continue;
    if (one.n === 0) return notEstimable(n, n === 0 ? 'no labels yet' : 'a stratum of the claim has nobody');
    const rate = wilsonInterval({ n: one.n, k: one.k }, level);
    if (!rate.estimable) return rate;
    const weight = one.weight / totalWeight;
    value += weight * rate.value;
    below += (weight * (rate.value - rate.lower)) ** 2;
    above += (weight * (rate.upper - rate.value)) ** 2;
  }
  const [lower, upper] = [Math.max(0, value - Math.sqrt(below)), Math.min(1, value + Math.sqrt(above))];
  const method = 'standardised to the claim’s case mix, MOVER of Wilson limits (single look)';
  return approximateEstimate({ value, lower, upper, n, level, method });
}

/** Cases seen so far in each stratum; what the next weight may use. */
export type StratumCounts = ReadonlyMap<string, number>;

/**
 * The weight r = w_s/π̂_s(t−1) of the next case in a sequential standardised claim, clipped to [1/most, most].
 * @param seen cases before this one (½ added to each stratum of the claim, so that π̂ is never 0).
 * @returns the weight and whether it was clipped. Exact only where shares are known by design: label such a claim
 *   model-based, and clipped weights too.
 * **Source**: statistics spec, section 12.
 */
export function predictableCaseMixWeight(
  seen: StratumCounts,
  stratum: string,
  design: { readonly weights: Readonly<Record<string, number>>; readonly most: number },
): { readonly weight: number; readonly isClipped: boolean } {
  const names = Object.keys(design.weights);
  assert(names.includes(stratum), 'a case lies in a stratum of its claim');
  assert(design.most >= 1, 'the largest weight is at least 1');
  const totalWeight = names.reduce((sum, name) => sum + design.weights[name]!, 0);
  const all = names.reduce((sum, name) => sum + (seen.get(name) ?? 0) + 0.5, 0);
  const share = ((seen.get(stratum) ?? 0) + 0.5) / all;
  const wanted = design.weights[stratum]! / totalWeight / share;
  const weight = Math.min(design.most, Math.max(1 / design.most, wanted));
  return { weight, isClipped: weight !== wanted };
}
