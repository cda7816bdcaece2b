import type { CertificateId, ClaimId, Instant, LegalEntityId, ModelVersionId, SiteId } from '#kernel';
import type { ClaimVerdict } from '../ports.ts';
import type { Judgement, VerdictKind } from './claim-evidence.ts';
import type { ClockId, OnMissed } from './profile.ts';
import type { Base, EvidenceStatus, Status } from './status.ts';

/** `assessor`: an assessor or notified body decides. `in-house`: the hospital's own declaration. */
export type Route = 'assessor' | 'in-house';

/** Everything about one certificate, as its events made it. Plain JSON: no undefined members in stored form. */
export interface CertificateState {
  id: CertificateId;
  /** What a reader calls it, e.g. `ProstateRisk 2.1`. */
  name: string;
  purpose: string;
  route: Route;
  legalEntityId: LegalEntityId;
  legalEntityName: string;
  base: Base;
  /** Sequence number of the newest event. */
  version: number;
  createdAt: Instant;
  updatedAt: Instant;
  validUntil?: Instant;
  provisionalRenewals: number;
  sites: SiteState[];
  streams: Stream[];
  conditions: Condition[];
  restrictions: Restriction[];
  suspensions: Suspension[];
  stopRequests: StopRequest[];
  timers: Timer[];
  tasks: Task[];
  supersededBy?: CertificateId;
}

/** A site, with the version served there: a release may reach one site before another. */
export interface SiteState {
  id: SiteId;
  name: string;
  modelVersionId: ModelVersionId;
  modelDigest: string;
  /** What a reader calls it there, e.g. `ProstateRisk 2.1`. */
  modelLabel: string;
  /** Evidence that lowered this site since the last signed raise: it stays until people sign, even if it recovers. */
  causes: Cause[];
  stop?: SiteStop;
  effective: { status: Status; since: Instant };
}

/** Why evidence lowers a site. */
export interface Cause {
  /** Stream and verdict, or a missed deadline: one cause each. */
  key: string;
  kind: VerdictKind | 'deadline-missed' | 'no-live-claim';
  status: EvidenceStatus;
  since: Instant;
  statement: string;
  metric?: string;
  claimId?: ClaimId;
  evidenceDigest?: string;
  predicate?: string;
  condition?: string;
}

/** One stream of a claim of this certificate with the evidence that was last judged. */
export interface Stream {
  key: string;
  facts: StreamFacts;
  /** Sites whose status it bears on. */
  covers: SiteId[];
  judgement: Judgement;
  /** Since when the verdict is of this kind. */
  since: Instant;
  /** Set by a missed deadline, cleared when the claim passes. */
  lowered?: { status: 'conditional' | 'suspended'; at: Instant };
}

/** A claim verdict in stored form: absent members instead of undefined ones. */
export type StreamFacts = Omit<ClaimVerdict, 'siteId' | 'freshAt' | 'acceptanceUntil'> & {
  siteId?: SiteId;
  freshAt?: Instant;
  acceptanceUntil?: Instant;
};

/** Undefined `siteIds`: all sites of the certificate. */
export interface Condition {
  id: string;
  text: string;
  siteIds?: SiteId[];
  since: Instant;
  missedAt?: Instant;
}

export interface Restriction {
  id: string;
  /** Who is excluded, in plain words. */
  predicate: string;
  siteIds?: SiteId[];
  since: Instant;
}

export interface Suspension {
  id: string;
  reason: string;
  siteIds: SiteId[];
  since: Instant;
  byOrganisationId?: LegalEntityId;
  byRole: string;
}

export interface SiteStop {
  since: Instant;
  reason: string;
  byRole: string;
}

export interface StopRequest {
  id: string;
  siteIds?: SiteId[];
  reason: string;
  byRole: string;
  at: Instant;
  answer?: { outcome: 'stopped' | 'not-stopped'; reason: string; at: Instant };
}

export type TimerSubject =
  | { kind: 'stream-watch'; streamKey: string }
  | { kind: 'stream-condition'; streamKey: string }
  | { kind: 'condition'; conditionId: string }
  | { kind: 'term' }
  | { kind: 'surveillance' }
  | { kind: 'withdrawal-review'; siteId: SiteId }
  | { kind: 'stop-request'; requestId: string };

/** A deadline as data: the record it came from, and what happens when it passes. */
export interface Timer {
  id: string;
  clockId: ClockId;
  basis: string;
  subject: TimerSubject;
  startedAt: Instant;
  dueAt: Instant;
  onMissed: OnMissed;
}

export type TaskKind =
  | 'confirm-legal-act'
  | 'consider-reinstatement'
  | 'review-missed-deadline'
  | 'review-withdrawal'
  | 'surveillance-audit'
  | 'answer-stop-request';

/** Something people must do; a machine opens it, and it changes no status by itself. */
export interface Task {
  id: string;
  kind: TaskKind;
  siteId?: SiteId;
  openedAt: Instant;
  why: string;
  by: string[];
}

/** What a stream is called inside its certificate. */
export const streamKey = (claimId: ClaimId, siteId: SiteId | undefined): string => `${claimId}@${siteId ?? 'all'}`;

/** A site of the certificate; undefined if it does not cover it. */
export const siteOf = (state: CertificateState, siteId: SiteId): SiteState | undefined =>
  state.sites.find((site) => site.id === siteId);

/** True if something limited to `siteIds` (undefined: all) concerns the site. */
export const concerns = (scope: { siteIds?: SiteId[] }, siteId: SiteId): boolean =>
  scope.siteIds === undefined || scope.siteIds.includes(siteId);
