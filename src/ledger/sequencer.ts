import { type Frontier, openCheckpoint, perfectSubtrees, rootOf, signCheckpoint } from '#formats/tlog';
import { type Clock, equalBytes, Problem } from '#kernel';
import { type Db, inTransaction, type Tx } from '#platform/db';
import { type LogSigner, type SequencedEntry, sequence } from './model.ts';
import type { LedgerStore, SignedCheckpoint } from './store.ts';

export interface SequencerParts {
  db: Db;
  store: LedgerStore;
  clock: Clock;
  signer: LogSigner;
}

// One transaction's share: about a hundred milliseconds of signing and a megabyte or two of entries.
const batchMax = 500;

/**
 * Gives every waiting act its place: one transaction and one signed checkpoint for as many as wait (at most 500).
 * Entries and checkpoint are durable together or not at all, and the transaction holds the ledger's lock, so two
 * processes can never sign two continuations of one log.
 * Problems: ledger-inconsistent if the stored log is not the one last signed; storage-full, storage-unavailable.
 */
export async function sequencePending(parts: SequencerParts): Promise<Sequenced> {
  const placed: SequencedEntry[] = [];
  let note: string | undefined;
  for (;;) {
    const batch = await inTransaction(parts.db, (tx) => sequenceBatch(parts, tx));
    placed.push(...batch.entries);
    note = batch.note ?? note;
    if (batch.entries.length < batchMax) return { entries: placed, note };
  }
}

/** What a round has placed, and the last note it has signed: undefined if nothing waited. */
export interface Sequenced {
  entries: SequencedEntry[];
  note: string | undefined;
}

async function sequenceBatch({ store, clock, signer }: SequencerParts, tx: Tx): Promise<Sequenced> {
  await store.lock(tx);
  const pendings = await store.pendings(tx, batchMax);
  if (pendings.length === 0) return { entries: [], note: undefined };
  const frontier = await signedFrontier(tx, store, signer);
  const heads = await store.chainHeads(tx, [...new Set(pendings.map(({ act }) => act.chain))]);
  const { entries, frontier: after } = sequence({ frontier, heads }, pendings, signer);
  const root = rootOf(after.hashes);
  const note = signCheckpoint({ origin: signer.key.name, size: BigInt(after.size), root }, signer);
  await store.addEntries(tx, entries, { size: after.size, root, note, signedAt: clock.now() });
  return { entries, note };
}

/**
 * The log as it was last signed, read from its stored hashes and compared with that signature. Whatever is signed next
 * is therefore a continuation of it.
 * Cost: logarithmic. Problems: ledger-inconsistent.
 */
export async function signedFrontier(db: Db, store: LedgerStore, signer: LogSigner): Promise<Frontier> {
  const last = await store.lastCheckpoint(db);
  const size = last?.size ?? 0;
  const hashes = await store.nodeHashes(db, perfectSubtrees({ from: 0, to: size }));
  if (last !== undefined && !isSigned(last, rootOf(hashes), signer)) {
    throw new Problem('ledger-inconsistent', {
      detail: 'The stored hashes do not lead to the root that was last signed.',
      context: { size },
    });
  }
  return { size, hashes };
}

function isSigned(last: SignedCheckpoint, root: Uint8Array, { key }: LogSigner): boolean {
  const opened = openCheckpoint(last.note, key);
  if (!opened.ok || opened.checkpoint.size !== BigInt(last.size)) return false;
  return equalBytes(opened.checkpoint.root, root) && equalBytes(last.root, root);
}

/**
 * Group commit: while a round runs, everybody who comes waits together for one next round.
 * @returns a function whose promise is that of a round that began after the call.
 */
export function inRounds<T>(round: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> | undefined;
  let next: Promise<T> | undefined;
  const start = (): Promise<T> => {
    next = undefined;
    const result = round();
    // Waiting for a round to end must not fail when the round does: its own callers learn of that.
    running = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  };
  return () => {
    next ??= (running ?? Promise.resolve()).then(start);
    return next;
  };
}
