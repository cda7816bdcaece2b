import { assert } from '#kernel';
import { type BoundedFamily, defaultKappas } from './bounded-claims.ts';

/** A probability given before the outcome, and the outcome. */
export interface Forecast {
  /** Probability, already clipped by the claim's frozen calibration. */
  readonly p: number;
  readonly y: 0 | 1;
}

/**
 * Calibration in the large, |E[Y − p]| ≤ δ. `break` gathers evidence that the claim fails on either side; `support`
 * that it holds (both sides must be refuted).
 * @param tolerance δ in (0, 1) for support, [0, 1) for break.
 * **Source**: statistics spec, section 7.2.
 */
export function calibrationInTheLargeFamily(side: 'break' | 'support', tolerance: number): BoundedFamily<Forecast> {
  assert(tolerance >= 0 && tolerance < 1, 'a tolerance of calibration lies in [0, 1)');
  if (side === 'break') {
    return averaged('calibration in the large, break', [
      { zMax: 1 + tolerance, z: ({ p, y }) => tolerance - (y - p) },
      { zMax: 1 + tolerance, z: ({ p, y }) => tolerance + (y - p) },
    ]);
  }
  return minimum('calibration in the large, support', [
    { zMax: 1 - tolerance, z: ({ p, y }) => y - p - tolerance },
    { zMax: 1 - tolerance, z: ({ p, y }) => p - y - tolerance },
  ]);
}

/**
 * Observed over expected within [lower, upper].
 * @param range 0 < lower < upper; default .8 to 1.25.
 * **Source**: statistics spec, section 7.2.
 */
export function observedOverExpectedFamily(
  side: 'break' | 'support',
  range: { lower: number; upper: number } = { lower: 0.8, upper: 1.25 },
): BoundedFamily<Forecast> {
  const { lower, upper } = range;
  assert(lower > 0 && upper > lower, 'a range of observed over expected increases from above 0');
  if (side === 'break') {
    return averaged('observed over expected, break', [
      { zMax: 1, z: ({ p, y }) => y - lower * p },
      { zMax: upper, z: ({ p, y }) => upper * p - y },
    ]);
  }
  return minimum('observed over expected, support', [
    { zMax: 1, z: ({ p, y }) => y - upper * p },
    { zMax: lower, z: ({ p, y }) => lower * p - y },
  ]);
}

/** The losses of two versions on one case, each in [0, 1]. */
export interface PairedLoss {
  readonly lossNew: number;
  readonly lossOld: number;
}

/**
 * "The new version is not worse than the old by more than Δ": E[new − old] ≤ Δ. `support` is non-inferiority shown.
 * @param margin Δ in [0, 1).
 * **Source**: Choe, Ramdas 2023; statistics spec, section 7.2.
 */
export function pairedLossDifferenceFamily(side: 'break' | 'support', margin: number): BoundedFamily<PairedLoss> {
  assert(margin >= 0 && margin < 1, 'a margin of losses lies in [0, 1)');
  if (side === 'break') {
    return averaged('paired loss difference, break', [
      { zMax: 1 + margin, z: ({ lossNew, lossOld }) => margin - (lossNew - lossOld) },
    ]);
  }
  return averaged('paired loss difference, support', [
    { zMax: 1 - margin, z: ({ lossNew, lossOld }) => lossNew - lossOld - margin },
  ]);
}

/** One case of the group and one of the rest, the next unpaired ones in order of maturity; outcomes in [0, 1]. */
export interface GroupPair {
  readonly group: number;
  readonly rest: number;
}

/**
 * |θ_group − θ_rest| ≤ Δ on pairs.
 * @param gap Δ in (0, 1).
 * **Source**: statistics spec, sections 7.2 and 13.
 */
export function groupGapFamily(side: 'break' | 'support', gap: number): BoundedFamily<GroupPair> {
  assert(gap > 0 && gap < 1, 'a gap between groups lies inside (0, 1)');
  if (side === 'break') {
    return averaged('group gap, break', [
      { zMax: 1 + gap, z: ({ group, rest }) => gap + group - rest },
      { zMax: 1 + gap, z: ({ group, rest }) => gap - group + rest },
    ]);
  }
  return minimum('group gap, support', [
    { zMax: 1 - gap, z: ({ group, rest }) => group - rest - gap },
    { zMax: 1 - gap, z: ({ group, rest }) => rest - group - gap },
  ]);
}

/**
 * Mean count per exam at most f₀ (false positives per exam). Break needs no upper bound of the counts.
 * @param bound f₀ > 0.
 * **Source**: statistics spec, section 7.2.
 */
export function meanCountBreakFamily(bound: number): BoundedFamily<number> {
  assert(bound > 0, 'a bound of counts is positive');
  return averaged('mean count, break', [{ zMax: bound, z: (count) => bound - count }]);
}

/** Support of a mean count at most f₀; needs the declared largest count per exam, above f₀. */
export function meanCountSupportFamily(bound: number, cap: number): BoundedFamily<number> {
  assert(bound > 0 && cap > bound, 'support of a mean count needs a cap above the bound');
  return averaged('mean count, support', [{ zMax: cap - bound, z: (count) => count - bound }]);
}

/**
 * Mean of a loss in [0, 1] at most m (Brier score, absolute error).
 * @param bound m inside (0, 1).
 */
export function meanLossFamily(side: 'break' | 'support', bound: number): BoundedFamily<number> {
  assert(bound > 0 && bound < 1, 'a bound of a mean loss lies inside (0, 1)');
  if (side === 'break') return averaged('mean loss, break', [{ zMax: bound, z: (loss) => bound - loss }]);
  return averaged('mean loss, support', [{ zMax: 1 - bound, z: (loss) => loss - bound }]);
}

/** The lesions of one patient: at most four, chosen without looking at the AI (largest first). */
export interface PatientLesions {
  readonly lesions: number;
  readonly found: number;
}

/** Lesion sensitivity at least s₀, summed within each patient, who is one bet. */
export function lesionSensitivityFamily(side: 'break' | 'support', bound: number): BoundedFamily<PatientLesions> {
  assert(bound > 0 && bound < 1, 'a bound of sensitivity lies inside (0, 1)');
  const most = 4;
  if (side === 'break') {
    return averaged('lesion sensitivity, break', [
      { zMax: most * (1 - bound), z: ({ lesions, found }) => found - bound * lesions },
    ]);
  }
  return averaged('lesion sensitivity, support', [
    { zMax: most * bound, z: ({ lesions, found }) => bound * lesions - found },
  ]);
}

function averaged<O>(name: string, components: BoundedFamily<O>['components']): BoundedFamily<O> {
  return { name, components, combine: 'average', kappas: defaultKappas };
}

function minimum<O>(name: string, components: BoundedFamily<O>['components']): BoundedFamily<O> {
  return { name, components, combine: 'minimum', kappas: defaultKappas };
}
