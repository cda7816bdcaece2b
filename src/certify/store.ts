import type { CertificateId, Id, Instant, PersonId } from '#kernel';
import type { Db, Tx } from '#platform/db';
import type { CertificateEvent, CertificateState, RaisingAct, Shown, Signature } from './model/index.ts';

export type ProposalId = Id<'proposal'>;
export type ProposalOutcome = 'open' | 'executed' | 'withdrawn' | 'expired' | 'void';

/** An act that waits for two signatures, with exactly what was shown. */
export interface Proposal {
  id: ProposalId;
  certificateId: CertificateId;
  act: RaisingAct;
  reason: string;
  documentDigest: string | undefined;
  shown: Shown;
  shownDigest: string;
  proposedBy: string;
  proposedRole: string;
  proposedAt: Instant;
  expiresAt: Instant;
  outcome: ProposalOutcome;
  closedAt: Instant | undefined;
  closingReason: string | undefined;
  signatures: Signature[];
  dissent: Dissent[];
}

export interface Dissent {
  id: string;
  proposalId: ProposalId;
  personId: PersonId;
  role: string;
  at: Instant;
  reason: string;
}

export interface StoredEvent {
  event: CertificateEvent;
  digest: string;
  /** Undefined until the ledger has placed it. */
  ledgerIndex: number | undefined;
}

export interface StoredCertificate {
  state: CertificateState;
  /** When its evidence was last read with success. */
  checkedAt: Instant | undefined;
}

/** What this room keeps. Every change names the ledger's pending entry that was recorded in the same transaction. */
export interface CertifyStore {
  certificates(db: Db | Tx): Promise<StoredCertificate[]>;
  certificate(db: Db | Tx, id: CertificateId): Promise<StoredCertificate | undefined>;
  /** The state under a lock that lasts until the transaction ends: one writer a certificate. */
  lock(tx: Tx, id: CertificateId): Promise<CertificateState | undefined>;
  append(
    tx: Tx,
    events: { event: CertificateEvent; digest: string; pendingId: string }[],
    state: CertificateState,
  ): Promise<void>;
  /** Oldest first; with `asOf` only what had happened by then. */
  events(db: Db | Tx, query: { certificateId?: CertificateId; asOf?: Instant }): Promise<StoredEvent[]>;
  markChecked(db: Db | Tx, ids: CertificateId[], at: Instant): Promise<void>;
  addProposal(tx: Tx, proposal: Omit<Proposal, 'signatures' | 'dissent'>): Promise<void>;
  proposal(db: Db | Tx, id: ProposalId): Promise<Proposal | undefined>;
  proposals(db: Db | Tx, certificateId: CertificateId): Promise<Proposal[]>;
  closeProposal(
    tx: Tx,
    closing: { id: ProposalId; outcome: Exclude<ProposalOutcome, 'open'>; at: Instant; reason: string },
  ): Promise<void>;
  addSignature(tx: Tx, signature: { proposalId: ProposalId; signature: Signature; pendingId: string }): Promise<void>;
  addDissent(tx: Tx, dissent: Dissent, pendingId: string): Promise<void>;
  /** Pending entries of this room whose place is not noted, oldest first, at most 500. */
  unplaced(db: Db | Tx): Promise<string[]>;
  notePlaces(db: Db | Tx, places: { pendingId: string; index: number }[]): Promise<void>;
}
