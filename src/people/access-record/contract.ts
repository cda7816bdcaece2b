import { z } from 'zod';
import { readInstant } from '#kernel';

/** Bodies and answers of the access record: who looked at what, what was unusual, emergency access. */

const purposeSchema = z.enum(['care', 'monitoring', 'assurance', 'research', 'administration']);
const outcomeSchema = z.enum(['read', 'refused']);
const instantText = z
  .string()
  .max(40)
  .refine((text) => readInstant(text) !== undefined, 'must be ISO 8601');
const plainText = (min: number, max: number) =>
  z
    .string()
    .trim()
    .min(min)
    .max(max)
    .refine((text) => text.isWellFormed(), 'must be well-formed Unicode');

const searchFields = {
  /** Who looked. */
  identity: z.string().max(64).optional(),
  /** Of which organisation they were. */
  organisation: z.string().max(64).optional(),
  /** Whose data it was. */
  owner: z.string().max(64).optional(),
  /** A pseudonym. */
  object: z.string().max(64).optional(),
  purpose: purposeSchema.optional(),
  outcome: outcomeSchema.optional(),
  breakGlass: z.string().max(64).optional(),
  from: instantText.optional(),
  until: instantText.optional(),
};

export const accessQuerySchema = z.object({
  ...searchFields,
  /** The `next` of an earlier page. */
  before: z
    .string()
    .regex(/^[1-9][0-9]{0,17}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export const accessExportQuerySchema = z.object({ ...searchFields, format: z.enum(['csv', 'ndjson']).default('csv') });

export const accessSchema = z.object({
  id: z.string(),
  at: z.string(),
  requestId: z.string(),
  outcome: outcomeSchema,
  identityKind: z.enum(['person', 'machine', 'visitor']),
  identityId: z.string(),
  /** Of a person who is known here. */
  identityName: z.string().optional(),
  organisationId: z.string().optional(),
  action: z.string(),
  purpose: purposeSchema,
  policyIds: z.array(z.string()),
  objectKind: z.string(),
  siteId: z.string().optional(),
  legalEntityId: z.string().optional(),
  /** Pseudonyms: the first hundred. */
  objectIds: z.array(z.string()),
  count: z.number(),
  breakGlassId: z.string().optional(),
});

export const accessPageSchema = z.object({ accesses: z.array(accessSchema), next: z.string().nullable() });

export const anomaliesSchema = z.object({
  anomalies: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['bulk-reading', 'outside-own-organisation', 'break-glass', 'many-refusals']),
      identityKind: z.enum(['person', 'machine', 'visitor']),
      identityId: z.string(),
      organisationId: z.string().optional(),
      legalEntityId: z.string(),
      raisedAt: z.string(),
      figures: z.record(z.string(), z.number()),
      state: z.enum(['open', 'explained', 'confirmed']),
      reviewedBy: z.string().optional(),
      reviewedAt: z.string().optional(),
      reviewText: z.string().optional(),
    }),
  ),
});

export const anomalyReviewSchema = z.strictObject({
  state: z.enum(['explained', 'confirmed']),
  text: plainText(1, 1000),
});

export const newBreakGlassSchema = z.strictObject({
  legalEntityId: z.string().max(64),
  /** Why it cannot wait. No name and no number of a patient. */
  reason: plainText(20, 1000),
  minutes: z.int().min(5).max(240).default(240),
});

export const breakGlassSchema = z.object({
  id: z.string(),
  personId: z.string(),
  organisationId: z.string(),
  legalEntityId: z.string(),
  reason: z.string(),
  startedAt: z.string(),
  endsAt: z.string(),
  reviewDueAt: z.string(),
  isOpen: z.boolean(),
  isReviewOverdue: z.boolean(),
  review: z
    .object({
      verdict: z.enum(['justified', 'not-justified']),
      explanation: z.string(),
      reviewedBy: z.string(),
      reviewedAt: z.string(),
    })
    .optional(),
});

export const startedBreakGlassSchema = breakGlassSchema.extend({
  /** How many persons who answer for these cases were told. */
  told: z.number(),
});

export const breakGlassesSchema = z.object({ breakGlasses: z.array(breakGlassSchema) });

export const breakGlassReviewSchema = z.strictObject({
  verdict: z.enum(['justified', 'not-justified']),
  explanation: plainText(1, 1000),
});
