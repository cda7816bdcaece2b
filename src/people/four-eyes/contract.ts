import { z } from 'zod';

/** Proposals that several persons decide, as they travel: the same for every room. Instants are ISO 8601. */

// Control characters have no place in a reason, and PostgreSQL refuses NUL.
const isPlainText = (text: string): boolean => text.isWellFormed() && !/\p{Cc}/u.test(text.replace(/[\n\t]/g, ''));
const reason = z.string().trim().min(1).max(2000).refine(isPlainText, 'Plain text without control characters.');
const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** In which of several roles somebody acts, or by which delegation. */
const capacity = { asRole: z.string().min(1).max(80).optional(), delegationId: z.string().min(1).max(80).optional() };

export const proposalSigningSchema = z.strictObject({
  /** Digest of what is judged, and of each part of it. */
  digest,
  seen: z.array(digest).max(2000),
  reason,
  ...capacity,
});

export const proposalWordSchema = z.strictObject({ reason, ...capacity });

export const proposalQuerySchema = z.object({
  /** `mine`: those that wait for a signature of whoever asks. */
  show: z.enum(['mine', 'open', 'done', 'all']).default('all'),
  subject: z.string().min(1).max(80).optional(),
});

const partView = z.object({ name: z.string(), sha256: z.string(), content: z.json() });

const signatureView = z.object({
  personId: z.string(),
  personName: z.string(),
  role: z.string(),
  organisationId: z.string().nullable(),
  /** The person for whom a delegate signed. */
  onBehalfOf: z.string().nullable(),
  signedAt: z.string(),
  digest: z.string(),
  reason: z.string(),
  /** Signed without having been shown these parts. */
  withoutOpening: z.boolean(),
  state: z.enum(['counts', 'void', 'withdrawn']),
});

/** A proposal in a list, and beside what it is about. */
export const proposalSummaryView = z.object({
  id: z.string(),
  kind: z.string(),
  subject: z.string(),
  /** A text of the app with its values. */
  title: z.object({ key: z.string(), values: z.record(z.string(), z.string()) }),
  reason: z.string(),
  digest: z.string(),
  proposedBy: z.string(),
  proposedByKind: z.enum(['person', 'machine']),
  proposedByName: z.string(),
  proposedRole: z.string(),
  proposedAt: z.string(),
  expiresAt: z.string(),
  outcome: z.enum(['open', 'executed', 'withdrawn', 'refused', 'expired']),
  closedAt: z.string().nullable(),
  closingReason: z.string().nullable(),
  /** Who together decide: one signature a seat. */
  seats: z.array(z.object({ name: z.string(), roles: z.array(z.string()) })),
  differentOrganisations: z.boolean(),
  signatures: z.array(signatureView),
  dissent: z.array(z.object({ role: z.string(), at: z.string(), reason: z.string() })),
  /** The capacities in which whoever asks may sign now; and whether they have, may refuse, may withdraw it. */
  yours: z.object({
    capacities: z.array(z.object({ role: z.string(), delegationId: z.string().nullable() })),
    hasSigned: z.boolean(),
    needsStepUp: z.boolean(),
    mayRefuse: z.boolean(),
    mayWithdraw: z.boolean(),
  }),
});

/** With everything that is signed. The digest is over the list of names and digests of the parts. */
export const proposalView = proposalSummaryView.extend({ payload: z.json(), parts: z.array(partView) });

export const proposalListView = z.object({ proposals: z.array(proposalSummaryView) });

export type ProposalSummaryView = z.output<typeof proposalSummaryView>;
export type ProposalView = z.output<typeof proposalView>;
export type ProposalPart = z.output<typeof partView>;
