import { addDays, dayOf, type Instant, type PlainDate } from '#kernel';
import type { LesionFindings } from '../contract.ts';
import { type AuditLevel, type Cell, encodeCell, type Resolution, resolution } from './cells.ts';
import { measured } from './measure.ts';
import type { Measure } from './metrics.ts';

/** A case whose horizon has passed, with what was recorded of it by then. */
export interface MatureCase {
  feedNo: number;
  caseId: string;
  predictedAt: Instant;
  recordedAt: Instant;
  probability: number;
  auditLevel: number;
  /** The prediction was recorded only after an outcome of the case was: it could be made to fit. */
  isToldAfter: boolean;
  /** What the prediction told for the cohort's measure, and the lesions as this version found them. */
  told: string | null;
  lesions: LesionFindings | null;
  /** Undefined where no outcome was recorded by maturity. */
  outcome: { value: boolean; verification: 'verified' | 'not-verified' } | undefined;
}

/**
 * Where a case goes: into the cohort's day of its maturity as a cell, or aside as late, because its prediction itself
 * was recorded only after maturity, or after an outcome of the case, when the sender could have made it fit.
 */
export function feed(
  one: MatureCase,
  rule: { horizonDays: number; decisionThreshold: number; measure?: Measure },
): { day: PlainDate; cell: Cell } | 'late' {
  const maturity = addDays(one.predictedAt, rule.horizonDays);
  if (one.recordedAt > maturity || one.isToldAfter) return 'late';
  const { probability, told, lesions, outcome } = one;
  const about = { probability, told, lesions, value: outcome?.value, resolution: resolutionOf(outcome) };
  return {
    day: dayOf(maturity),
    cell: encodeCell({
      ...measured(rule.measure ?? 'score', about),
      flagged: probability >= rule.decisionThreshold,
      value: outcome?.value ?? false,
      auditLevel: one.auditLevel as AuditLevel,
    }),
  };
}

function resolutionOf(outcome: MatureCase['outcome']): Resolution {
  if (outcome === undefined) return resolution.unresolved;
  return outcome.verification === 'verified' ? resolution.verified : resolution.recorded;
}
