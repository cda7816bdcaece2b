import { z } from 'zod';
import { caseIdText, isoInstant, siteCode, verifications } from './parts.ts';

/** Cases, and what came in. */

export const caseQuery = z.object({
  site: siteCode.optional(),
  modelVersionId: z.string().max(60).optional(),
  find: caseIdText.optional(),
  show: z
    .enum(['all', 'missed', 'false-alarm', 'unresolved', 'rare', 'low-quality', 'audited', 'corrected'])
    .default('all'),
  before: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  asOf: isoInstant.optional(),
});

export const caseSummary = z.object({
  caseId: z.string(),
  siteCode: z.string(),
  siteName: z.string(),
  modelVersionId: z.string(),
  modelVersionLabel: z.string(),
  predictedAt: z.string(),
  recordedAt: z.string(),
  probability: z.number(),
  decision: z.boolean().nullable(),
  /** Decided again from the probability and the plan's threshold; null where no plan is in force. */
  flagged: z.boolean().nullable(),
  shownToHuman: z.boolean(),
  uncertainty: z.number().nullable(),
  imageQuality: z.number().nullable(),
  rarity: z.number().nullable(),
  audited: z.boolean(),
  derived: z.boolean(),
  revision: z.number().int(),
  outcome: z.boolean().nullable(),
  verification: z.enum(verifications).nullable(),
});
export type CaseSummary = z.infer<typeof caseSummary>;

export const casePage = z.object({
  cases: z.array(caseSummary),
  /** Pass as `before` for the next page. */
  next: z.string().nullable(),
  /** Predictions in all, by the feeds' own counts. */
  total: z.number(),
});

export const caseView = z.object({
  caseId: z.string(),
  siteCode: z.string(),
  siteName: z.string(),
  predictions: z.array(
    caseSummary
      .omit({ outcome: true, verification: true })
      .extend({ correctionReason: z.string().nullable(), batchId: z.string(), ledgerIndex: z.number().nullable() }),
  ),
  outcomes: z.array(
    z.object({
      outcome: z.string(),
      revision: z.number().int(),
      value: z.boolean(),
      verification: z.enum(verifications),
      knownAt: z.string(),
      recordedAt: z.string(),
      correctionReason: z.string().nullable(),
      batchId: z.string(),
      ledgerIndex: z.number().nullable(),
    }),
  ),
});
export type CaseView = z.infer<typeof caseView>;

export const monthCount = z.object({
  month: z.string(),
  predictions: z.number(),
  outcomes: z.number(),
  mature: z.number(),
});

/**
 * What came in and what matured, by month. Left out are months without anything, and those with a count below ten for
 * whoever does not see cases everywhere.
 */
export const monitorActivity = z.object({ months: z.array(monthCount) });
export type MonitorActivity = z.infer<typeof monitorActivity>;

export const monitorSummary = z.object({
  predictions: z.number(),
  feeds: z.array(
    z.object({
      siteCode: z.string(),
      siteName: z.string(),
      modelVersionId: z.string(),
      modelVersionLabel: z.string(),
      predictions: z.number(),
      /** Answers on which the sender decided otherwise than the plan's threshold says; null: fewer than ten, and not shown. */
      decidedOtherwise: z.number().nullable(),
      firstPredictedAt: z.string().nullable(),
      lastPredictedAt: z.string().nullable(),
    }),
  ),
  batches: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['predictions', 'outcomes']),
      receivedAt: z.string(),
      accepted: z.number(),
      corrected: z.number(),
      repeated: z.number(),
      refused: z.number(),
      retrospective: z.boolean(),
      convention: z.string().nullable(),
      ledgerIndex: z.number().nullable(),
    }),
  ),
  conventions: z.array(z.string()),
});
export type MonitorSummary = z.infer<typeof monitorSummary>;

/** Cases that the shown answer clears and whose outcome must nevertheless be found out. */
export const auditSample = z.object({
  cases: z.array(
    z.object({
      caseId: z.string(),
      siteCode: z.string(),
      predictedAt: z.string(),
      rate: z.number(),
      /** `drawn` by the random audit, or `watched-version`: a version in shadow flags the case. */
      because: z.enum(['drawn', 'watched-version']),
    }),
  ),
  next: z.string().nullable(),
});
