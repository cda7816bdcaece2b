import { type CellParts, resolution } from '../cells.ts';
import type { Metric, VerificationRule } from '../claim.ts';

/** What a case says for a rate: a hit, a miss, or nothing. */
export type Say = 'hit' | 'miss' | 'none';

/** A case's word for the break process and for the support process; they differ only where the outcome is missing. */
export interface Said {
  forBreak: Say;
  forSupport: Say;
}

export type RateMetric = Extract<Metric, 'sensitivity' | 'specificity' | 'ppv' | 'npv'>;

/** True if the outcome counts as known under the claim's rule. */
export function isKnown(parts: CellParts, rule: VerificationRule): boolean {
  if (parts.resolution === resolution.verified) return true;
  return parts.resolution === resolution.recorded && rule.model === 'reference-standard';
}

/**
 * What a mature case says for a rate. A case without a known outcome is never left out: the break process counts it
 * for the claim, the support process against it, so neither errs more often than α whatever the truth is.
 * For rates among all mature cases (no sampling): sensitivity and PPV/NPV/specificity under a reference standard, PPV
 * under an audit (flagged cases are verified by protocol), NPV under an audit (the drawn ones are a simple random sample).
 */
export function classifyRate(metric: RateMetric, rule: VerificationRule, parts: CellParts): Said {
  const known = isKnown(parts, rule);
  switch (metric) {
    case 'sensitivity':
      return known
        ? same(parts.value ? (parts.flagged ? 'hit' : 'miss') : 'none')
        : parts.flagged
          ? { forBreak: 'hit', forSupport: 'none' }
          : { forBreak: 'none', forSupport: 'miss' };
    case 'specificity':
      return known
        ? same(parts.value ? 'none' : parts.flagged ? 'miss' : 'hit')
        : parts.flagged
          ? { forBreak: 'none', forSupport: 'miss' }
          : { forBreak: 'hit', forSupport: 'none' };
    case 'ppv':
      if (!parts.flagged) return same('none');
      return known ? same(parts.value ? 'hit' : 'miss') : { forBreak: 'hit', forSupport: 'miss' };
    case 'npv':
      if (parts.flagged || (rule.model === 'audit' && !isDrawn(parts))) return same('none');
      return known ? same(parts.value ? 'miss' : 'hit') : { forBreak: 'hit', forSupport: 'miss' };
  }
}

/** True if the random audit drew the case. */
export const isDrawn = (parts: CellParts): boolean => (parts.auditLevel & 1) === 1;

/** True if a watched version flagged the case, so that protocol verifies it. */
export const isByProtocol = (parts: CellParts): boolean => (parts.auditLevel & 2) === 0;

const same = (say: Say): Said => ({ forBreak: say, forSupport: say });
