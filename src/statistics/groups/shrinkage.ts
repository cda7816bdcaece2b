import { assert } from '#kernel';
import { approximateEstimate, type Estimate, type NotEstimable, notEstimable } from '../estimate.ts';
import { clopperPearsonInterval } from '../fixed-intervals.ts';
import { betaQuantile, normalMultiplier } from '../numerics/distributions.ts';
import { expit } from '../numerics/logit.ts';
import type { GroupCounts } from './group-intervals.ts';

/** A group's own rate and the one drawn towards the other groups. Screens show both, the raw one first. */
export interface ShrunkGroup {
  readonly group: string;
  readonly raw: Estimate;
  readonly shrunk: Estimate;
}

export interface Shrinkage {
  readonly estimable: true;
  readonly groups: readonly ShrunkGroup[];
  /** Rate of the typical group. */
  readonly centre: number;
  /** Spread of true rates between groups: γ = 1/(a+b+1) of the beta distribution, or τ² of log-odds. */
  readonly spread: number;
}

/**
 * Empirical-Bayes shrinkage by a beta distribution of true rates, from its moments.
 * @param groups counts; a group with nobody gets the centre of the others.
 * @returns shrunk (k + Mp̂)/(n + M), M = 1/γ − 1, with the interval of its beta posterior, approximate (γ is taken as known).
 *   Where groups differ no more than chance, γ = 0 and all take the common rate with its Clopper–Pearson interval.
 *   Not estimable with fewer than two groups that have cases.
 * **Source**: Kleinman, JASA 1973, equations 2.3 and 2.6 with weights n. Oracle: test/oracles/groups, 1e-10.
 */
export function betaBinomialShrinkage(groups: readonly GroupCounts[], level = 0.95): Shrinkage | NotEstimable {
  const held = groups.filter(({ n }) => n > 0);
  const n = held.reduce((sum, one) => sum + one.n, 0);
  if (held.length < 2) return notEstimable(n, 'fewer than two groups have cases');
  const k = held.reduce((sum, one) => sum + one.k, 0);
  const centre = k / n;
  const variation = centre * (1 - centre);
  let [between, chance, room] = [0, 0, 0];
  for (const one of held) {
    between += one.n * (one.k / one.n - centre) ** 2;
    chance += 1 - one.n / n;
    room += one.n * (1 - one.n / n);
  }
  const excess = between - variation * chance;
  const most = variation * (room - chance);
  const spread = most > 0 ? Math.min(1, Math.max(0, excess / most)) : 0;
  const weight = spread > 0 ? 1 / spread - 1 : Infinity;
  const tail = (1 - level) / 2;
  const method = 'beta-binomial empirical Bayes (single look)';
  const shrunk = (one: GroupCounts): Estimate => {
    const all = clopperPearsonInterval({ n, k }, level);
    if (!all.estimable) return all;
    if (weight === Infinity || variation === 0) return approximateEstimate({ ...all, n: one.n, method });
    const [a, b] = [one.k + weight * centre, one.n - one.k + weight * (1 - centre)];
    if (a <= 0 || b <= 0) return notEstimable(one.n, 'groups lie at 0 and 1 only');
    const value = a / (a + b);
    const [low, high] = [betaQuantile(tail, a, b), betaQuantile(1 - tail, a, b)];
    const [lower, upper] = [Math.min(low, value), Math.max(high, value)];
    return approximateEstimate({ value, lower, upper, n: one.n, level, method });
  };
  return {
    estimable: true,
    groups: groups.map((one) => ({
      group: one.group,
      raw: clopperPearsonInterval(one, level),
      shrunk: shrunk(one),
    })),
    centre,
    spread,
  };
}

/** The mean and spread of effects that differ between groups. */
export interface RandomEffects {
  readonly estimable: true;
  readonly centre: number;
  readonly standardError: number;
  /** τ² ≥ 0. */
  readonly spread: number;
  /** Each group's effect drawn to the centre, with the variance of its posterior (τ² taken as known). */
  readonly shrunk: readonly { readonly value: number; readonly variance: number }[];
}

/**
 * A random-effects summary of groups.
 * @param effects one a group; @param variances of each effect, > 0; @param method of τ²: DerSimonian–Laird in closed form,
 *   or Paule–Mandel, which solves Q(τ²) = G − 1.
 * @returns not estimable with fewer than two groups.
 * **Source**: DerSimonian & Laird, Controlled Clinical Trials 1986; Paule & Mandel, J Res NBS 1982. Oracle: statsmodels
 * `combine_effects`, 1e-7.
 */
export function randomEffects(
  effects: readonly number[],
  variances: readonly number[],
  method: 'dersimonian-laird' | 'paule-mandel' = 'paule-mandel',
): RandomEffects | NotEstimable {
  assert(effects.length === variances.length && variances.every((one) => one > 0), 'an effect has a variance above 0');
  const count = effects.length;
  if (count < 2) return notEstimable(count, 'fewer than two groups have cases');
  const spread = method === 'paule-mandel' ? pauleMandel(effects, variances) : derSimonian(effects, variances);
  const { centre, sum } = weighted(effects, variances, spread);
  const shrunk = effects.map((effect, i) => {
    const kept = spread / (spread + variances[i]!);
    return { value: centre + kept * (effect - centre), variance: kept * variances[i]! + (1 - kept) ** 2 / sum };
  });
  return { estimable: true, centre, standardError: Math.sqrt(1 / sum), spread, shrunk };
}

function weighted(effects: readonly number[], variances: readonly number[], spread: number) {
  let [sum, mean] = [0, 0];
  effects.forEach((effect, i) => {
    sum += 1 / (variances[i]! + spread);
    mean += effect / (variances[i]! + spread);
  });
  const centre = mean / sum;
  const heterogeneity = effects.reduce((q, effect, i) => q + (effect - centre) ** 2 / (variances[i]! + spread), 0);
  return { centre, sum, heterogeneity };
}

function derSimonian(effects: readonly number[], variances: readonly number[]): number {
  const { sum, heterogeneity } = weighted(effects, variances, 0);
  const squares = variances.reduce((total, variance) => total + 1 / variance ** 2, 0);
  return Math.max(0, (heterogeneity - (effects.length - 1)) / (sum - squares / sum));
}

function pauleMandel(effects: readonly number[], variances: readonly number[]): number {
  const wanted = effects.length - 1;
  const excess = (spread: number) => weighted(effects, variances, spread).heterogeneity - wanted;
  if (excess(0) <= 0) return 0;
  let [low, high] = [0, 1];
  for (let doubling = 0; excess(high) > 0 && doubling < 200; doubling++) high *= 2;
  for (let halving = 0; halving < 200 && low < high; halving++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (excess(middle) > 0) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * Empirical-Bayes shrinkage of rates by a random effect of log-odds (½ added to both counts).
 * @returns as `betaBinomialShrinkage`; a group with nobody has no shrunk value of its own.
 * **Source**: as `randomEffects`.
 */
export function logitShrinkage(
  groups: readonly GroupCounts[],
  options: { method?: 'dersimonian-laird' | 'paule-mandel'; level?: number } = {},
): Shrinkage | NotEstimable {
  const { method = 'paule-mandel', level = 0.95 } = options;
  const held = groups.filter(({ n }) => n > 0);
  const effects = held.map(({ n, k }) => Math.log((k + 0.5) / (n - k + 0.5)));
  const variances = held.map(({ n, k }) => 1 / (k + 0.5) + 1 / (n - k + 0.5));
  const fit = randomEffects(effects, variances, method);
  if (!fit.estimable) return fit;
  const half = normalMultiplier(level);
  const shrunk = (one: GroupCounts): Estimate => {
    const at = held.indexOf(one);
    if (at < 0) return notEstimable(0, 'nobody in this group');
    const { value, variance } = fit.shrunk[at]!;
    const reach = half * Math.sqrt(variance);
    const [lower, upper] = [expit(value - reach), expit(value + reach)];
    const name = `log-odds random effect, ${method} (single look)`;
    return approximateEstimate({ value: expit(value), lower, upper, n: one.n, level, method: name });
  };
  return {
    estimable: true,
    groups: groups.map((one) => ({ group: one.group, raw: clopperPearsonInterval(one, level), shrunk: shrunk(one) })),
    centre: expit(fit.centre),
    spread: fit.spread,
  };
}
