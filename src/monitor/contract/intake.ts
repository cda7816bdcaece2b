import { z } from 'zod';
import {
  ageBand,
  candidateCount,
  caseIdText,
  deviceName,
  fraction,
  isoInstant,
  plainText,
  siteCode,
  verifications,
} from './parts.ts';

/** What senders send, and what they are answered. */

/** Which of the two answers a conformal prediction set holds. */
export const predictionSets = ['none', 'negative', 'positive', 'both'] as const;

/**
 * One AI answer for one exam. `decision` is what the sender decided; Hortus decides again from the probability.
 * Where the model `abstained` or `failed`, `probability` is what the care path assumes in its place (intention to
 * diagnose), so that no exam is left out of a claim because the model had trouble with it.
 */
export const predictionRow = z.strictObject({
  caseId: caseIdText,
  site: siteCode,
  pseudonym: z.string().regex(/^[A-Za-z0-9_.=-]{1,64}$/, 'a keyed pseudonym, at most 64 characters'),
  predictedAt: isoInstant,
  modelVersionId: z.string().max(60),
  probability: fraction,
  decision: z.boolean().optional(),
  shownToHuman: z.boolean().optional(),
  uncertainty: fraction.optional(),
  imageQuality: z.number().min(0).max(10).optional(),
  rarity: fraction.optional(),
  lesions: z
    .array(z.strictObject({ probability: fraction, volumeMl: z.number().min(0).max(1000).optional() }))
    .max(20)
    .optional(),
  vendor: deviceName.optional(),
  scanner: deviceName.optional(),
  ageBand: ageBand.optional(),
  predictionSet: z.enum(predictionSets).optional(),
  abstained: z.boolean().optional(),
  failed: z.boolean().optional(),
  /** Lesion candidates of the exam at the operating point of the version. */
  candidates: candidateCount.optional(),
  corrects: z.number().int().min(0).max(1000).optional(),
  reason: plainText(3, 500).optional(),
  recordedAt: isoInstant.optional(),
});
export type PredictionRow = z.infer<typeof predictionRow>;

/**
 * Reference lesions, largest first, and whether a candidate of this version overlaps each (IoU ≥ .10, one candidate a
 * lesion); and the candidates that overlap none. Matched by the sender: images never reach the monitor.
 */
export const lesionFindings = z.strictObject({
  modelVersionId: z.string().max(60),
  found: z.array(z.boolean()).max(20),
  falsePositives: candidateCount,
});
export type LesionFindings = z.infer<typeof lesionFindings>;

/** What became known of a case. `not-verified`: a value by convention (negative by MRI), without tissue or follow-up. */
export const outcomeRow = z.strictObject({
  caseId: caseIdText,
  site: siteCode,
  outcome: z.string().regex(/^[A-Za-z0-9_.-]{1,40}$/),
  value: z.boolean(),
  verification: z.enum(verifications),
  knownAt: isoInstant,
  lesions: lesionFindings.optional(),
  corrects: z.number().int().min(0).max(1000).optional(),
  reason: plainText(3, 500).optional(),
  recordedAt: isoInstant.optional(),
});
export type OutcomeRow = z.infer<typeof outcomeRow>;

export const predictionColumns = Object.keys(predictionRow.shape);
export const outcomeColumns = Object.keys(outcomeRow.shape);

export const intakeQuery = z.object({
  /** `all`: any bad row refuses the whole request. `rows`: good rows are kept, bad ones reported by line. */
  mode: z.enum(['all', 'rows']).default('all'),
  /** Data from the past, with its own `recordedAt` by the convention named here; counts only for retrospective claims. */
  convention: plainText(3, 300).optional(),
});

export const rowError = z.object({
  line: z.number().int(),
  pointer: z.string().optional(),
  code: z.string(),
  detail: z.string(),
});
export type RowError = z.infer<typeof rowError>;

export const intakeReport = z.object({
  batchId: z.string(),
  accepted: z.number().int(),
  corrected: z.number().int(),
  repeated: z.number().int(),
  refused: z.number().int(),
  /** The first refusals in full; `refusedLines` is complete. */
  errors: z.array(rowError),
  refusedLines: z.array(z.tuple([z.number().int(), z.number().int()])),
  receivedAt: z.string(),
  ledgerIndex: z.number().int(),
});
export type IntakeReport = z.infer<typeof intakeReport>;
