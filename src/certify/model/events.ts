import type { CertificateId, Instant, LegalEntityId, ModelVersionId, PersonId, SiteId } from '#kernel';
import type { CommandType } from './commands.ts';
import type {
  CertificateState,
  Condition,
  Restriction,
  SiteState,
  SiteStop,
  StopRequest,
  Stream,
  Suspension,
  Task,
  Timer,
} from './state.ts';
import type { Base, Status } from './status.ts';

/** Who acts. A machine may only judge evidence and let time pass. */
export interface Actor {
  kind: 'person' | 'machine';
  id: PersonId | string;
  role: string;
  organisationId?: LegalEntityId;
}

/** One person's yes to what was shown, by its digest. */
export interface Signature {
  personId: PersonId;
  role: string;
  organisationId?: LegalEntityId;
  signedAt: Instant;
  /** SHA-256 of the canonical JSON of what was shown. */
  shownDigest: string;
  /** Digests of the evidence that was opened. */
  evidenceSeen: string[];
  reason: string;
}

/**
 * One entry of a certificate's history. `effects` say what changed, so that a replay needs no rule that was in force
 * then; the command that led to it is kept beside them for whoever wants to check the rule.
 */
export interface CertificateEvent {
  certificateId: CertificateId;
  seq: number;
  at: Instant;
  type: CommandType | 'deadlineMissed' | 'evidenceAged';
  actor: Actor;
  reason: string;
  evidenceSeen: string[];
  documentDigest?: string;
  signatures: Signature[];
  effects: Effect[];
}

export type Effect =
  | { kind: 'opened'; certificate: CertificateState }
  | { kind: 'base-set'; base: Base; validUntil?: Instant }
  | { kind: 'provisional-renewed'; validUntil: Instant }
  | { kind: 'superseded'; by: CertificateId }
  | { kind: 'stream-judged'; stream: Stream }
  | { kind: 'stream-dropped'; streamKey: string }
  | { kind: 'causes-set'; siteId: SiteId; causes: SiteState['causes'] }
  | {
      kind: 'version-released';
      siteIds: SiteId[];
      modelVersionId: ModelVersionId;
      modelDigest: string;
      modelLabel: string;
    }
  | { kind: 'condition-opened'; condition: Condition }
  | { kind: 'condition-missed'; conditionId: string; at: Instant }
  | { kind: 'condition-closed'; conditionId: string }
  | { kind: 'restriction-opened'; restriction: Restriction }
  | { kind: 'restriction-closed'; restrictionId: string }
  | { kind: 'suspension-opened'; suspension: Suspension }
  | { kind: 'suspension-narrowed'; suspensionId: string; siteIds: SiteId[] }
  | { kind: 'site-stopped'; siteId: SiteId; stop: SiteStop }
  | { kind: 'site-stop-lifted'; siteId: SiteId }
  | { kind: 'stop-requested'; request: StopRequest }
  | { kind: 'stop-answered'; requestId: string; answer: NonNullable<StopRequest['answer']> }
  | { kind: 'timer-started'; timer: Timer }
  | { kind: 'timer-closed'; timerId: string }
  | { kind: 'task-opened'; task: Task }
  | { kind: 'task-closed'; taskId: string; outcome: string }
  | { kind: 'change-refused'; candidateVersionId: ModelVersionId; reasons: string }
  | { kind: 'effective-changed'; siteId: SiteId; from: Status; status: Status; at: Instant };
