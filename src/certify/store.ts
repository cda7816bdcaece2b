import type { CertificateId, Instant } from '#kernel';
import type { Db, Tx } from '#platform/db';
import type { CertificateEvent, CertificateState } from './model/index.ts';

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
  /** Pending entries of this room whose place is not noted, oldest first, at most 500. */
  unplaced(db: Db | Tx): Promise<string[]>;
  notePlaces(db: Db | Tx, places: { pendingId: string; index: number }[]): Promise<void>;
}
