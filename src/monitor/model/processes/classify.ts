import { type CellParts, resolution } from '../cells.ts';
import type { ClaimBody, VerificationRule } from '../claim.ts';
import type { Metric } from '../metrics.ts';

/** What a case says for a rate: a hit, a miss, or nothing. */
export type Say = 'hit' | 'miss' | 'none';

/** A case's word for the break process and for the support process; they differ only where the outcome is missing. */
export interface Said {
  forBreak: Say;
  forSupport: Say;
}

export type RateMetric = Extract<
  Metric,
  | 'sensitivity'
  | 'specificity'
  | 'ppv'
  | 'npv'
  | 'coverage'
  | 'selective-risk'
  | 'referral-rate'
  | 'failure-rate'
  | 'verified-share'
  | 'matured-share'
>;

/** Metrics that say by themselves which decisions are relevant. */
const ownDecisions: ReadonlySet<Metric> = new Set(['sensitivity', 'specificity', 'ppv', 'npv']);

/** True for a case among those that the claim is about. */
export const isAmong = (parts: CellParts, { among, metric }: Pick<ClaimBody, 'among' | 'metric'>): boolean =>
  among === 'all' || parts.flagged || ownDecisions.has(metric);

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
      return known ? same(parts.value ? 'hit' : 'miss') : unknown;
    case 'npv':
      if (parts.flagged || (rule.model === 'audit' && !isDrawn(parts))) return same('none');
      return known ? same(parts.value ? 'miss' : 'hit') : unknown;
    case 'coverage':
      return covered(parts, known);
    case 'selective-risk':
      if (parts.bin === 0) return same('none');
      return known ? same(parts.value === parts.flagged ? 'hit' : 'miss') : unknown;
    case 'referral-rate':
    case 'failure-rate':
      return same(parts.bin === 1 ? 'hit' : 'miss');
    case 'verified-share':
    case 'matured-share':
      return dataHealth(metric, rule, parts);
  }
}

/** A set that holds both answers holds the outcome, one that holds none does not, also where the outcome is missing. */
function covered({ bin, value }: CellParts, known: boolean): Said {
  const [holdsNegative, holdsPositive] = [(bin & 1) === 1, (bin & 2) === 2];
  if (bin > 3) return unknown;
  if (holdsNegative === holdsPositive) return same(holdsNegative ? 'hit' : 'miss');
  if (!known) return unknown;
  return same((value ? holdsPositive : holdsNegative) ? 'hit' : 'miss');
}

/** Of the cases that the design has verified: under an audit the flagged and the drawn ones, else all. */
function dataHealth(metric: 'verified-share' | 'matured-share', rule: VerificationRule, parts: CellParts): Said {
  if (rule.model === 'audit' && !isByProtocol(parts) && !isDrawn(parts)) return same('none');
  const isThere =
    metric === 'verified-share' ? parts.resolution === resolution.verified : parts.resolution !== resolution.unresolved;
  return same(isThere ? 'hit' : 'miss');
}

/** True if the random audit drew the case. */
export const isDrawn = (parts: CellParts): boolean => (parts.auditLevel & 1) === 1;

/** True if a watched version flagged the case, so that protocol verifies it. */
export const isByProtocol = (parts: CellParts): boolean => (parts.auditLevel & 2) === 0;

const same = (say: Say): Said => ({ forBreak: say, forSupport: say });

/** Relevant for certain, hit or miss for nobody to know. */
const unknown: Said = { forBreak: 'hit', forSupport: 'miss' };
