import { z } from 'zod';
import { estimate, plainText } from './parts.ts';

/** Deficiencies, candidates, comparisons. */

export const deficiencySummary = z.object({
  id: z.string(),
  code: z.string(),
  codeName: z.string(),
  title: z.string(),
  state: z.enum([
    'signal',
    'triaged',
    'confirmed',
    'cause-found',
    'action-taken',
    'effectiveness-check',
    'closed',
    'dismissed',
  ]),
  severity: z.enum(['S1', 'S2', 'S3', 'S4', 'S5']).nullable(),
  siteCode: z.string().nullable(),
  siteName: z.string(),
  modelVersionId: z.string(),
  modelVersionLabel: z.string(),
  claimId: z.string().nullable(),
  openedAt: z.string(),
  /** The deficiency of the same scope that was closed or dismissed before. */
  reopens: z.string().nullable(),
  /** Who must act next, in words. */
  next: z.string(),
});
export type DeficiencySummary = z.infer<typeof deficiencySummary>;

export const deficiencyView = deficiencySummary.extend({
  record: z.json(),
  events: z.array(
    z.object({
      seq: z.number(),
      type: z.string(),
      at: z.string(),
      actor: z.string(),
      actorName: z.string(),
      role: z.string(),
      body: z.json(),
    }),
  ),
  /** Acts that this state allows. */
  acts: z.array(z.string()),
});
export type DeficiencyView = z.infer<typeof deficiencyView>;

/** What an act has made: of a decision the proposal that waits for two signatures, else nothing but the new state. */
export const deficiencyActed = deficiencyView.extend({ proposalId: z.string().nullable() });

const reason = plainText(10, 1000);

/** In which of several roles one acts. */
const acting = { asRole: z.string().min(1).max(80).optional() };

export const deficiencyAct = z.discriminatedUnion('type', [
  z.strictObject({ ...acting, type: z.literal('triage'), severity: z.enum(['S1', 'S2', 'S3', 'S4', 'S5']), reason }),
  z.strictObject({
    ...acting,
    type: z.literal('set-severity'),
    severity: z.enum(['S1', 'S2', 'S3', 'S4', 'S5']),
    reason,
  }),
  z.strictObject({ ...acting, type: z.literal('confirm'), reason }),
  z.strictObject({
    ...acting,
    type: z.literal('dismiss'),
    because: z.enum(['chance', 'case-mix', 'data-artefact', 'duplicate', 'drill']),
    reason,
  }),
  z.strictObject({
    ...acting,
    type: z.literal('record-cause'),
    text: reason,
    codes: z.array(z.string().max(40)).max(20),
  }),
  z.strictObject({
    ...acting,
    type: z.literal('decide-action'),
    actions: z
      .array(z.enum(['restrict-use', 'threshold', 'recalibrate', 'rollback', 'withdraw', 'inform']))
      .min(1)
      .max(6),
    reason,
  }),
  z.strictObject({ ...acting, type: z.literal('register-effectiveness'), claimId: z.string().max(60) }),
  z.strictObject({ ...acting, type: z.literal('effect-failed'), reason }),
  z.strictObject({ ...acting, type: z.literal('close'), reason }),
  z.strictObject({ ...acting, type: z.literal('dissent'), text: reason }),
]);

export const recalibrationRequest = z.strictObject({
  ...acting,
  kind: z.enum(['intercept', 'intercept-and-slope']),
  fitFrom: z.iso.date().optional(),
  fitUntil: z.iso.date().optional(),
  decisionThreshold: z.number().gt(0).lt(1).optional(),
  wantedSensitivity: z.number().gt(0).lt(1).optional(),
  margin: z.number().min(0).max(0.2).default(0.01),
});

export const candidateView = z.object({
  modelVersionId: z.string(),
  label: z.string(),
  intercept: z.number(),
  slope: z.number(),
  decisionThreshold: z.number(),
  fit: z.object({ n: z.number(), events: z.number(), from: z.string(), until: z.string() }),
});

export const comparisonView = z.object({
  candidateVersionId: z.string(),
  referenceVersionId: z.string(),
  referenceLabel: z.string(),
  against: z.enum(['original', 'previous']),
  siteName: z.string(),
  n: z.number(),
  margin: z.number(),
  state: z.enum(['no-evidence-yet', 'undecided', 'non-inferior', 'inferior']),
  difference: estimate,
  logSupport: z.number(),
  logBreak: z.number(),
  flaggedOnly: z.boolean(),
  countsFrom: z.string(),
});
export type ComparisonView = z.infer<typeof comparisonView>;
