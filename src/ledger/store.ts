import type { NodeId } from '#formats/tlog';
import type { Instant } from '#kernel';
import type { Db, Tx } from '#platform/db';
import type { ActKind, ChainHead, OriginKind, PendingAct, SequencedEntry } from './model.ts';

export interface LedgerOrigin {
  origin: string;
  kind: OriginKind;
  /** 32 bytes, Ed25519. */
  publicKey: Uint8Array;
  createdAt: Instant;
}

export interface SignedCheckpoint {
  size: number;
  root: Uint8Array;
  note: string;
  signedAt: Instant;
}

export interface EntryQuery {
  /** Index after which (in the order asked) entries are read; absent: from the beginning, or from the newest. */
  after?: number | undefined;
  order: 'oldest' | 'newest';
  limit: number;
  /** Only entries below this size of the log. */
  size: number;
  kind?: ActKind | undefined;
  chain?: string | undefined;
}

/**
 * What the ledger keeps. Every method takes the database or transaction to act in; entries and checkpoints, once
 * written, are never changed, so reads below a signed size need no transaction.
 */
export interface LedgerStore {
  /** Waits until no other transaction holds the ledger, in any process; held until the end of `tx`. */
  lock(tx: Tx): Promise<void>;
  origin(db: Db): Promise<LedgerOrigin | undefined>;
  addOrigin(tx: Tx, origin: LedgerOrigin): Promise<void>;
  addPending(tx: Tx, pending: PendingAct): Promise<void>;
  /** The first acts that wait, in the order in which they were recorded. */
  pendings(tx: Tx, limit: number): Promise<PendingAct[]>;
  /** How many acts wait for their place. */
  waiting(db: Db): Promise<number>;
  isPending(db: Db, pendingId: string): Promise<boolean>;
  lastCheckpoint(db: Db): Promise<SignedCheckpoint | undefined>;
  checkpointAt(db: Db, size: number): Promise<SignedCheckpoint | undefined>;
  /** Checkpoints of more than `size` entries, smallest first. */
  checkpointsAfter(db: Db, size: number, limit: number): Promise<SignedCheckpoint[]>;
  /** Hashes of perfect subtrees, in the order asked; a missing one is a programmer error or a damaged ledger. */
  nodeHashes(db: Db, nodes: readonly NodeId[]): Promise<Uint8Array[]>;
  chainHeads(db: Db, chains: readonly string[]): Promise<Map<string, ChainHead>>;
  /** Writes entries with the checkpoint over them, and takes their acts off the waiting list. */
  addEntries(tx: Tx, entries: readonly SequencedEntry[], checkpoint: SignedCheckpoint): Promise<void>;
  entry(db: Db, index: number): Promise<SequencedEntry | undefined>;
  entryOfPending(db: Db, pendingId: string): Promise<{ index: number; leafHash: Uint8Array } | undefined>;
  entries(db: Db, query: EntryQuery): Promise<SequencedEntry[]>;
}
