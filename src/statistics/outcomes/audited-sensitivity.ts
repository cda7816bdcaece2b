import { assert } from '#kernel';
import { type Estimate, exactEstimate, notEstimable } from '../estimate.ts';
import { type BoundedFamily, boundedLogEFromCounts, defaultKappas } from '../sequential/bounded-claims.ts';

/**
 * Sensitivity where not every case is verified: each verified case of disease counts 1/π, π being the probability,
 * known by design, that a case with its AI result is verified (random audit of AI-negatives). Plain inverse
 * probability weighting, the default of the specification: Z = (V/π) D (T − s₀).
 *
 * Cases that are not verified, or not diseased, have factor 1: evidence is a function of integer counts by (T, π).
 * **Source**: statistics spec, section 11.
 */
export interface AuditDesign {
  /** Smallest verification probability among AI-positives, in (0, 1]. */
  readonly piMinPositive: number;
  /** Smallest verification probability among AI-negatives, in (0, 1]. */
  readonly piMinNegative: number;
}

/** One matured case. */
export interface AuditedCase {
  /** T: the AI called it positive. */
  readonly isPositive: boolean;
  /** V: its outcome was verified. */
  readonly isVerified: boolean;
  /** D: disease, meaningful only where verified. */
  readonly isDiseased: boolean;
  /** π, fixed before the outcome was looked for. */
  readonly pi: number;
}

/** Verified cases of disease with one AI result and one verification probability. */
export interface AuditCell {
  readonly isPositive: boolean;
  readonly pi: number;
  readonly count: number;
}

/**
 * The family of a claim "sensitivity is at least s₀" for incremental processes and detectors.
 * @param bound s₀ inside (0, 1).
 */
export function auditedSensitivityFamily(
  side: 'break' | 'support',
  bound: number,
  design: AuditDesign,
): BoundedFamily<AuditedCase> {
  const { piMinPositive, piMinNegative } = design;
  assert(bound > 0 && bound < 1, 'a bound of sensitivity lies inside (0, 1)');
  assert(
    [piMinPositive, piMinNegative].every((pi) => pi > 0 && pi <= 1),
    'verification probabilities lie inside (0, 1]',
  );
  const weight = (each: AuditedCase): number => {
    const least = each.isPositive ? piMinPositive : piMinNegative;
    assert(each.pi >= least - 1e-12 && each.pi <= 1, 'a verification probability is one that the audit design allows');
    return each.isVerified && each.isDiseased ? 1 / each.pi : 0;
  };
  const component =
    side === 'break'
      ? {
          zMax: (1 - bound) / piMinPositive,
          z: (each: AuditedCase) => weight(each) * ((each.isPositive ? 1 : 0) - bound),
        }
      : { zMax: bound / piMinNegative, z: (each: AuditedCase) => weight(each) * (bound - (each.isPositive ? 1 : 0)) };
  return {
    name: `audited sensitivity, ${side}`,
    components: [component],
    combine: 'average',
    kappas: defaultKappas,
  };
}

/**
 * The log e-value of an audited sensitivity claim from integer counts: what an outsider recomputes.
 * @param cells verified cases of disease by (T, π); keep the order canonical, it fixes the last bits.
 */
export function auditedSensitivityLogE(family: BoundedFamily<AuditedCase>, cells: readonly AuditCell[]): number {
  return boundedLogEFromCounts(family, cells.map(asObservation));
}

/**
 * A confidence sequence for sensitivity under a verification design, with the Horvitz–Thompson (Hájek) estimate.
 * Each end inverts the e-process of its side at α/2. The break process rises and the support process falls in s₀,
 * so the ends are found by bisection and are exact.
 * @param cells verified cases of disease by (T, π).
 * @returns inside [0, 1]; not estimable without a verified case of disease. n counts those cases.
 */
export function auditedSensitivitySequence(cells: readonly AuditCell[], design: AuditDesign, alpha = 0.05): Estimate {
  let positive = 0;
  let all = 0;
  let n = 0;
  for (const { isPositive, pi, count } of cells) {
    n += count;
    all += count / pi;
    if (isPositive) positive += count / pi;
  }
  if (n === 0) return notEstimable(0, 'no verified case of disease yet');
  const value = positive / all;
  const level = Math.log(2 / alpha);
  const isRefuted = (side: 'break' | 'support') => (bound: number) =>
    auditedSensitivityLogE(auditedSensitivityFamily(side, bound, design), cells) >= level;
  // "At least s₀" refuted: sensitivity is below s₀. "At most s₀" refuted: it is above.
  return exactEstimate({
    value,
    lower: Math.min(value, lastNotRefuted(isRefuted('support'), 1 - edge, edge, 0)),
    upper: Math.max(value, lastNotRefuted(isRefuted('break'), edge, 1 - edge, 1)),
    n,
    level: 1 - alpha,
    method: 'confidence sequence weighted by the audit design',
  });
}

const edge = 1e-9;

/** Bisects from a side on which nothing is refuted to the side on which it may be; `end` where nothing there is. */
function lastNotRefuted(isRefuted: (bound: number) => boolean, from: number, to: number, end: number): number {
  if (!isRefuted(to)) return end;
  let kept = from;
  let refuted = to;
  for (let step = 0; step < 60; step++) {
    const middle = (kept + refuted) / 2;
    if (isRefuted(middle)) refuted = middle;
    else kept = middle;
  }
  return kept;
}

function asObservation({ isPositive, pi, count }: AuditCell): { observation: AuditedCase; count: number } {
  return { observation: { isPositive, pi, isVerified: true, isDiseased: true }, count };
}
