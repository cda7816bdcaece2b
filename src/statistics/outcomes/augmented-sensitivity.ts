import { assert } from '#kernel';
import { type BoundedFamily, defaultKappas } from '../sequential/bounded-claims.ts';
import type { AuditDesign, AuditedCase } from './audited-sensitivity.ts';

/** An audited case with the chance of disease that a model gave it before its outcome was looked for. */
export interface AugmentedCase extends AuditedCase {
  /** d̂(x) in [0, 1], predictable: from earlier cases only. */
  readonly expectedDisease: number;
}

/**
 * "Sensitivity is at least s₀" by augmented inverse probability weighting: Z = (V/π)D(T−s₀) − ((V−π)/π)d̂(x)(T−s₀).
 * It holds whatever d̂ is. Its Z_max = max((1−s₀)/π₁, s₀(1−π₀)/π₀) is 8.1 where plain weighting has .1 (s₀ = .9, π₁ = 1,
 * π₀ = .1), so bets are smaller: plain `auditedSensitivityFamily` is the default.
 * @param bound s₀ inside (0, 1). @param design smallest probabilities of verification, known by design.
 * **Source**: Robins, Rotnitzky & Zhao 1994; statistics spec, section 11. Oracle: expectation by enumeration.
 */
export function augmentedSensitivityFamily(
  side: 'break' | 'support',
  bound: number,
  design: AuditDesign,
): BoundedFamily<AugmentedCase> {
  const { piMinPositive, piMinNegative } = design;
  assert(bound > 0 && bound < 1, 'a bound of sensitivity lies inside (0, 1)');
  for (const pi of [piMinPositive, piMinNegative])
    assert(pi > 0 && pi <= 1, 'verification probabilities lie inside (0, 1]');
  const z = (each: AugmentedCase): number => {
    const least = each.isPositive ? piMinPositive : piMinNegative;
    assert(each.pi >= least - 1e-12 && each.pi <= 1, 'a verification probability is one that the audit design allows');
    assert(each.expectedDisease >= 0 && each.expectedDisease <= 1, 'an expected disease lies in [0, 1]');
    const lead = (each.isPositive ? 1 : 0) - bound;
    const seen = each.isVerified && each.isDiseased ? 1 / each.pi : 0;
    const surprise = ((each.isVerified ? 1 : 0) - each.pi) / each.pi;
    return lead * (seen - surprise * each.expectedDisease);
  };
  const ofBreak = Math.max((1 - bound) / piMinPositive, (bound * (1 - piMinNegative)) / piMinNegative);
  const ofSupport = Math.max(bound / piMinNegative, ((1 - bound) * (1 - piMinPositive)) / piMinPositive);
  return {
    name: `augmented sensitivity, ${side}`,
    components: [side === 'break' ? { zMax: ofBreak, z } : { zMax: ofSupport, z: (each) => -z(each) }],
    combine: 'average',
    kappas: defaultKappas,
  };
}
