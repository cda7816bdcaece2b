import { readEnvelope, readStatement, type Statement } from '#formats/dsse';
import {
  consistencyPath,
  inclusionPath,
  type LeafRange,
  perfectSubtrees,
  rootOf,
  type VerifierKey,
} from '#formats/tlog';
import { fromBase64, type Instant, Problem } from '#kernel';
import type { Db } from '#platform/db';
import type { SequencedEntry } from './model.ts';
import type { EntryQuery, LedgerOrigin, LedgerStore, SignedCheckpoint } from './store.ts';

/** An entry with what it says: the statement is decoded for reading, the bytes are what was signed. */
export interface EntryView extends SequencedEntry {
  statement: Statement | undefined;
}

export interface EntryPage {
  /** Size of the log that the page was read from. */
  size: number;
  entries: EntryView[];
  /** What to pass as `after` for the next page; undefined at the end. */
  next: number | undefined;
}

export interface InclusionProof {
  index: number;
  size: number;
  /** Sibling hashes from leaf to root. */
  hashes: Uint8Array[];
  /** The signed checkpoint of that size; undefined if that size was never signed. */
  checkpoint: SignedCheckpoint | undefined;
}

export interface ConsistencyProof {
  from: number;
  to: number;
  hashes: Uint8Array[];
}

export interface LedgerQuestions {
  key(): { vkey: string; origin: string; kind: LedgerOrigin['kind']; createdAt: Instant };
  /** How many acts wait for their place. */
  waiting(): Promise<number>;
  /** The last checkpoint. Problems: not-found before the first entry. */
  checkpoint(): Promise<SignedCheckpoint>;
  entries(query: Partial<Omit<EntryQuery, 'size'>>): Promise<EntryPage>;
  /** Problems: not-found. */
  entry(index: number): Promise<EntryView>;
  /** Proof that an entry is in the log of `size` entries, by default the last signed. Problems: not-found, invalid-input. */
  proof(index: number, size?: number): Promise<InclusionProof>;
  /** Proof that the log of `from` entries is the beginning of that of `to`. Problems: invalid-input. */
  consistency(from: number, to?: number): Promise<ConsistencyProof>;
}

export const pageSizeMax = 100;

/** Read models of the ledger. All of them read below a signed size, where nothing ever changes. */
export function ledgerQuestions(
  db: Db,
  store: LedgerStore,
  own: { origin: LedgerOrigin; key: VerifierKey },
): LedgerQuestions {
  const checkpoint = async (): Promise<SignedCheckpoint> => {
    const last = await store.lastCheckpoint(db);
    if (last === undefined) throw new Problem('not-found', { detail: 'The ledger has no entry yet.' });
    return last;
  };
  const rootsOf = (ranges: readonly LeafRange[]): Promise<Uint8Array[]> => readRoots(db, store, ranges);

  return {
    key: () => {
      const { origin, kind, createdAt } = own.origin;
      return { vkey: own.key.vkey, origin, kind, createdAt };
    },
    waiting: () => store.waiting(db),
    checkpoint,
    entries: async ({ after, order = 'newest', limit = 50, kind, chain }) => {
      const { size } = await checkpoint();
      const asked = Math.min(limit, pageSizeMax);
      // One more than asked tells whether there is a next page.
      const found = await store.entries(db, { after, order, limit: asked + 1, size, kind, chain });
      const entries = found.slice(0, asked).map(viewOf);
      return { size, entries, next: found.length > asked ? entries.at(-1)?.index : undefined };
    },
    entry: async (index) => {
      const entry = await store.entry(db, index);
      if (entry === undefined) throw new Problem('not-found', { detail: 'The ledger has no entry at this index.' });
      return viewOf(entry);
    },
    proof: async (index, asked) => {
      const last = await checkpoint();
      const size = asked ?? last.size;
      if (size > last.size) throw outOfRange('/size', 'larger than the signed log');
      if (index >= size) throw new Problem('not-found', { detail: 'The log of this size has no entry at this index.' });
      const signed = size === last.size ? last : await store.checkpointAt(db, size);
      return { index, size, hashes: await rootsOf(inclusionPath(index, size)), checkpoint: signed };
    },
    consistency: async (from, asked) => {
      const last = await checkpoint();
      const to = asked ?? last.size;
      if (to > last.size) throw outOfRange('/to', 'larger than the signed log');
      if (from > to) throw outOfRange('/from', 'larger than the later size');
      return { from, to, hashes: await rootsOf(consistencyPath(from, to)) };
    },
  };
}

/** Roots of ranges from the stored hashes of perfect subtrees, read at once. Cost: logarithmic. */
async function readRoots(db: Db, store: LedgerStore, ranges: readonly LeafRange[]): Promise<Uint8Array[]> {
  const nodes = ranges.map(perfectSubtrees);
  const hashes = await store.nodeHashes(db, nodes.flat());
  let at = 0;
  return nodes.map(({ length }) => {
    at += length;
    return rootOf(hashes.slice(at - length, at));
  });
}

function viewOf(entry: SequencedEntry): EntryView {
  const read = readEnvelope(entry.bytes);
  const payload = read.ok ? fromBase64(read.envelope.payload) : undefined;
  const statement = payload && readStatement(payload);
  return { ...entry, statement: statement?.ok ? statement.statement : undefined };
}

const outOfRange = (pointer: string, detail: string): Problem =>
  new Problem('invalid-input', { errors: [{ pointer, detail }] });
