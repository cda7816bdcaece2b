import {
  type Id,
  type Instant,
  type LegalEntityId,
  ok,
  type PersonId,
  Problem,
  type Result,
  refused,
  type SiteId,
} from '#kernel';
import type { Identity, Role } from '../model.ts';

export const purposes = ['care', 'monitoring', 'assurance', 'research', 'administration'] as const;
export type AccessPurpose = (typeof purposes)[number];

/** Most pseudonyms that one record names; of more there is the count. */
export const objectIdsMax = 100;

/** Somebody looked at data of single persons, or was refused to. */
export interface Access {
  identity: Pick<Identity, 'kind' | 'id' | 'organisationId'>;
  requestId: string;
  outcome: 'read' | 'refused';
  action: string;
  purpose: AccessPurpose;
  /** Policies that decided. */
  policyIds: readonly string[];
  /** What kind of thing was looked at: `case`, later `exam`, `recording`. */
  objectKind: string;
  siteId: SiteId | undefined;
  /** Whose data it is. */
  legalEntityId: LegalEntityId | undefined;
  /** Pseudonyms of all that was shown; the first hundred are kept. */
  objectIds: readonly string[];
  /** How many there were in all. */
  count: number;
  breakGlassId: string | undefined;
}

/** As it is kept. `id` rises with time. */
export interface RecordedAccess extends Omit<Access, 'identity'> {
  id: string;
  at: Instant;
  identityKind: Identity['kind'];
  identityId: string;
  organisationId: LegalEntityId | undefined;
}

/** Whose records somebody may search: becomes the condition of the query. */
export type RecordScope = 'every' | { identityId: string; legalEntityId: LegalEntityId | undefined };

/** Roles that answer for their organisation's data, and see who looked at it. */
export const ownerRoles: readonly Role[] = ['deployer-management', 'safety-officer', 'regulatory-lead'];

/** Roles that review what was unusual. */
export const reviewRoles: readonly Role[] = ['deployer-management', 'safety-officer'];

/**
 * Which records somebody may search: an assessor all, those who answer for an organisation's data all accesses to it,
 * and everybody their own.
 *
 * **Source**: GDPR articles 5(2), 15 and 32; ISO 27789:2021 clause 7. Oracle: its table, tested.
 */
export function recordScopeOf(identity: Identity): RecordScope {
  const roles = [...identity.roles, ...identity.relations.delegations.map(({ role }) => role)];
  if (roles.includes('assessor')) return 'every';
  const isOwner = roles.some((role) => ownerRoles.includes(role));
  return { identityId: identity.id, legalEntityId: isOwner ? identity.organisationId : undefined };
}

export interface AnomalyLimits {
  /** Distinct cases that one person may look at in a clock hour before it is asked about. */
  casesPerHourMax: number;
  /** The same, as a multiple of the person's own median over the hours in which they worked. */
  timesOwnMedian: number;
  /** Below this, no multiple of a small median counts: else the second patient of a quiet day would. */
  casesPerHourFloor: number;
  /** Working hours there must be before a median means something. */
  hoursForMedianMin: number;
  refusalsPerHourMax: number;
}

/** House defaults: a reader who opens a case every seven seconds for an hour is not reading. */
export const defaultAnomalyLimits: AnomalyLimits = {
  casesPerHourMax: 500,
  timesOwnMedian: 20,
  casesPerHourFloor: 50,
  hoursForMedianMin: 5,
  refusalsPerHourMax: 20,
};

export const anomalyKinds = ['bulk-reading', 'outside-own-organisation', 'break-glass', 'many-refusals'] as const;
export type AnomalyKind = (typeof anomalyKinds)[number];

export interface Anomaly {
  id: Id<'anomaly'>;
  kind: AnomalyKind;
  identityKind: Identity['kind'];
  identityId: string;
  organisationId: LegalEntityId | undefined;
  /** Whose data it is, and whose officers review it. */
  legalEntityId: LegalEntityId;
  raisedAt: Instant;
  figures: Record<string, number>;
  state: 'open' | 'explained' | 'confirmed';
  reviewedBy: string | undefined;
  reviewedAt: Instant | undefined;
  reviewText: string | undefined;
}

/**
 * More distinct cases than this in a clock hour is unusual for this person.
 * @param pastHours distinct cases in each past hour with any; any order.
 * @returns cases; the fixed limit, or less where the person's own median says so, never under the floor.
 *   Oracle: its table, tested.
 */
export function casesPerHourLimit(pastHours: readonly number[], limits: AnomalyLimits): number {
  if (pastHours.length < limits.hoursForMedianMin) return limits.casesPerHourMax;
  const sorted = [...pastHours].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return Math.min(limits.casesPerHourMax, Math.max(limits.casesPerHourFloor, limits.timesOwnMedian * median));
}

/** Emergency access ends by itself: long enough for an emergency, short enough that nobody works by it. */
export const breakGlassMinutesMax = 240;
/** Another person says within this time whether it was right. */
export const breakGlassReviewHours = 72;

export interface BreakGlass {
  id: Id<'breakGlass'>;
  personId: PersonId;
  organisationId: LegalEntityId;
  /** Whose cases it opens. */
  legalEntityId: LegalEntityId;
  reason: string;
  startedAt: Instant;
  /** Planned, or when its user ended it. */
  endsAt: Instant;
  reviewDueAt: Instant;
  review:
    | { verdict: 'justified' | 'not-justified'; explanation: string; reviewedBy: string; reviewedAt: Instant }
    | undefined;
}

/**
 * Whether a person may review what another did with an organisation's data. Problems: not-found, not-allowed, four-eyes.
 * Never one's own doing; a delegate of the one who did it counts as that one.
 */
export function mayReview(
  by: Identity,
  about: { identityId: string; legalEntityId: LegalEntityId },
): Result<true, Problem> {
  if (by.organisationId !== about.legalEntityId) {
    return refused(new Problem('not-found', { detail: 'Nothing of your organisation has this id.' }));
  }
  const delegated = by.relations.delegations.filter(({ role }) => reviewRoles.includes(role));
  const holds = by.roles.some((role) => reviewRoles.includes(role));
  const own = delegated.filter(({ fromPersonId }) => fromPersonId !== about.identityId);
  if (!holds && delegated.length === 0) {
    return refused(new Problem('not-allowed', { detail: `It is reviewed by ${reviewRoles.join(' or ')}.` }));
  }
  if (by.id === about.identityId || (!holds && own.length === 0)) {
    return refused(new Problem('four-eyes', { detail: 'Another person than the one who did it reviews it.' }));
  }
  return ok(true);
}
