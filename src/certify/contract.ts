import { z } from 'zod';

/** The HTTP bodies of this room, shared with the web app. Instants are ISO 8601, probabilities 0–1. */

// Control characters have no place in a reason, and PostgreSQL refuses NUL.
const isPlainText = (text: string): boolean => text.isWellFormed() && !/\p{Cc}/u.test(text.replace(/[\n\t]/g, ''));
const text = (max: number) =>
  z.string().trim().min(1).max(max).refine(isPlainText, 'Plain text without control characters.');
const id = z.string().min(1).max(80);
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const ids = z.array(id).min(1).max(100);
const instantText = z.iso.datetime({ offset: true });

const saying = {
  reason: text(2000),
  asRole: id.optional(),
  evidenceSeen: z.array(digest).max(500).optional(),
  documentDigest: digest.optional(),
};

export const newCertificateSchema = z.strictObject({
  name: text(120),
  purpose: text(2000),
  route: z.enum(['assessor', 'in-house']),
  modelVersionId: id,
  siteIds: ids,
  claimIds: ids,
  reason: text(2000),
  asRole: id.optional(),
});

export const actSchema = z.strictObject({
  ...saying,
  act: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('submit') }),
    z.strictObject({ type: z.literal('refuse') }),
    z.strictObject({
      type: z.literal('imposeCondition'),
      text: text(500),
      siteIds: ids.optional(),
      deadline: instantText.optional(),
    }),
    z.strictObject({ type: z.literal('restrict'), predicate: text(500), siteIds: ids.optional() }),
    z.strictObject({ type: z.literal('suspend'), siteIds: ids.optional() }),
    z.strictObject({ type: z.literal('withdraw') }),
    z.strictObject({ type: z.literal('supersede'), by: id }),
    z.strictObject({ type: z.literal('siteStop'), siteId: id }),
    z.strictObject({ type: z.literal('requestStop'), siteIds: ids.optional() }),
    z.strictObject({
      type: z.literal('answerStopRequest'),
      requestId: id,
      outcome: z.enum(['stopped', 'not-stopped']),
    }),
    z.strictObject({
      type: z.literal('answerTask'),
      taskId: z.string().max(300),
      outcome: z.enum(['confirmed', 'rejected']),
    }),
    z.strictObject({ type: z.literal('refuseChange'), candidateVersionId: id }),
  ]),
});

export const proposalSchema = z.strictObject({
  reason: saying.reason,
  asRole: saying.asRole,
  documentDigest: saying.documentDigest,
  act: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('issueProvisional'), plan: z.enum(['shadow', 'clinical-investigation']) }),
    z.strictObject({ type: z.literal('renewProvisional') }),
    z.strictObject({ type: z.literal('issue'), validUntil: instantText.optional() }),
    z.strictObject({ type: z.literal('liftCondition'), conditionId: id }),
    z.strictObject({ type: z.literal('liftRestriction'), restrictionId: id }),
    z.strictObject({ type: z.literal('liftSiteStop'), siteId: id }),
    z.strictObject({ type: z.literal('reinstate'), siteIds: ids }),
    z.strictObject({ type: z.literal('release'), candidateVersionId: id, claimIds: ids, label: text(120) }),
  ]),
});

export const asOfSchema = z.object({ asOf: instantText.optional() });

const toDoView = z.object({
  what: z.string(),
  by: z.array(z.string()),
  since: z.string().nullable(),
  due: z.string().nullable(),
});

export const siteView = z.object({
  siteId: z.string(),
  name: z.string(),
  modelVersionId: z.string(),
  modelDigest: z.string(),
  modelLabel: z.string(),
  legalStatus: z.string(),
  evidenceStatus: z.string(),
  effectiveStatus: z.string(),
  statusWords: z.string(),
  since: z.string(),
  sentence: z.string(),
  reasons: z.array(z.string()),
  conditions: z.array(z.string()),
  exclusions: z.array(z.string()),
  mode: z.enum(['on', 'shadow', 'off']),
  toDo: z.array(toDoView),
});

export const certificateView = z.object({
  id: z.string(),
  name: z.string(),
  purpose: z.string(),
  route: z.enum(['assessor', 'in-house']),
  legalEntityId: z.string(),
  legalEntityName: z.string(),
  base: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  validUntil: z.string().nullable(),
  statusAsOf: z.string().nullable(),
  note: z.string(),
  sites: z.array(siteView),
});

export const certificateListView = z.object({ certificates: z.array(certificateView), note: z.string() });

const claimView = z.object({
  key: z.string(),
  claimId: z.string(),
  claimDigest: z.string(),
  siteId: z.string().nullable(),
  covers: z.array(z.string()),
  statement: z.string(),
  metric: z.string().nullable(),
  state: z.string(),
  level: z.number(),
  n: z.number(),
  minN: z.number(),
  alpha: z.number(),
  verdict: z.string(),
  status: z.string(),
  since: z.string(),
  retrospective: z.boolean(),
  evidenceDigest: z.string(),
});

const signatureView = z.object({
  personId: z.string(),
  role: z.string(),
  organisationId: z.string().nullable(),
  signedAt: z.string(),
  shownDigest: z.string(),
  reason: z.string(),
});

export const eventView = z.object({
  seq: z.number(),
  at: z.string(),
  type: z.string(),
  actorKind: z.enum(['person', 'machine']),
  actorRole: z.string(),
  reason: z.string(),
  statusChanges: z.array(z.object({ siteId: z.string(), from: z.string(), to: z.string() })),
  signatures: z.array(signatureView),
  documentDigest: z.string().nullable(),
  digest: z.string(),
  ledgerIndex: z.number().nullable(),
});

/** A raise that waits for two signatures: it is read and signed where every proposal is. */
export const raiseOpenedView = z.object({ proposalId: z.string() });

export const certificateDetailView = certificateView.extend({
  claims: z.array(claimView),
  conditions: z.array(
    z.object({
      id: z.string(),
      text: z.string(),
      siteIds: z.array(z.string()).nullable(),
      since: z.string(),
      missedAt: z.string().nullable(),
    }),
  ),
  restrictions: z.array(
    z.object({ id: z.string(), predicate: z.string(), siteIds: z.array(z.string()).nullable(), since: z.string() }),
  ),
  suspensions: z.array(
    z.object({
      id: z.string(),
      reason: z.string(),
      siteIds: z.array(z.string()),
      since: z.string(),
      byRole: z.string(),
    }),
  ),
  stopRequests: z.array(
    z.object({
      id: z.string(),
      siteIds: z.array(z.string()).nullable(),
      reason: z.string(),
      byRole: z.string(),
      at: z.string(),
      answer: z.object({ outcome: z.string(), reason: z.string(), at: z.string() }).nullable(),
    }),
  ),
  timers: z.array(
    z.object({
      id: z.string(),
      clockId: z.string(),
      basis: z.string(),
      startedAt: z.string(),
      dueAt: z.string(),
      onMissed: z.string(),
    }),
  ),
  tasks: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      siteId: z.string().nullable(),
      openedAt: z.string(),
      why: z.string(),
      by: z.array(z.string()),
    }),
  ),
  timeline: z.array(eventView),
});

export const servingQuerySchema = z.object({
  modelVersion: z.string().min(1).max(80),
  site: z.string().min(1).max(80),
  outsideExclusions: z.enum(['yes', 'no']).optional(),
});

export const servingView = z.object({
  show: z.boolean(),
  mode: z.enum(['on', 'shadow', 'off']),
  effectiveStatus: z.string(),
  conditions: z.array(z.string()),
  exclusions: z.array(z.string()),
  why: z.string(),
  certificateId: z.string().nullable(),
  statusAsOf: z.string().nullable(),
  validForSeconds: z.number(),
});

export const publicStatusView = z.object({
  certificateId: z.string(),
  name: z.string(),
  legalEntityName: z.string(),
  note: z.string(),
  statusAsOf: z.string().nullable(),
  sites: z.array(
    z.object({
      siteId: z.string(),
      name: z.string(),
      modelDigest: z.string(),
      effectiveStatus: z.string(),
      since: z.string(),
      sentence: z.string(),
    }),
  ),
});

export type CertificateView = z.output<typeof certificateView>;
export type CertificateDetailView = z.output<typeof certificateDetailView>;
export type CertificateListView = z.output<typeof certificateListView>;
export type ServingView = z.output<typeof servingView>;
export type PublicStatusView = z.output<typeof publicStatusView>;
export type EventView = z.output<typeof eventView>;
