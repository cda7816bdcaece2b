import { openEnvelope, readStatement, type Statement, statementPayloadType } from '#formats/dsse';
import {
  append,
  type Checkpoint,
  emptyFrontier,
  type Frontier,
  leafHash,
  type OpenedCheckpoint,
  openCheckpoint,
  readVerifierKey,
  rootOf,
  type VerifierKey,
  verifierKey,
} from '#formats/tlog';
import { canonicalJson, equalBytes, isCanonicalJson, Problem, toHex, toIso } from '#kernel';
import type { Db } from '#platform/db';
import { verifyOnPlatform } from './key-file.ts';
import { type ChainHead, chainPlaceOf, kindOf, nextPlace, type SequencedEntry } from './model.ts';
import { rememberedCheckpoint } from './remembered-checkpoint.ts';
import { ledgerStore } from './store.pg.ts';
import type { LedgerStore, SignedCheckpoint } from './store.ts';

export interface VerifyOptions {
  /** The only thing trusted: the log's verifier key, at best from outside this installation. */
  vkey: string;
  store?: LedgerStore;
  /** A checkpoint that the verifier has kept from earlier: the stored log must begin with exactly that. */
  earlierNote?: string;
  /** Called after every thousand entries, and at the end. */
  onProgress?: (done: { entries: number; size: number }) => void;
  signal?: AbortSignal;
}

export type LedgerCheck =
  | 'place'
  | 'hash'
  | 'canonical'
  | 'signature'
  | 'statement'
  | 'columns'
  | 'chain'
  | 'checkpoint'
  | 'earlier'
  | 'origin';

export interface LedgerFailure {
  check: LedgerCheck;
  /** Entry index, or for a checkpoint its size; undefined where it concerns the whole. */
  at: number | undefined;
  detail: string;
}

export interface LedgerVerdict {
  ok: boolean;
  entries: number;
  checkpoints: number;
  /** Root over all stored entries, hexadecimal. */
  root: string;
  failureCount: number;
  /** The first hundred. */
  failures: LedgerFailure[];
  /** One sentence: what holds, or that it does not. */
  summary: string;
}

const batchSize = 1000;
const failuresKept = 100;
const tailEntries = 256;

/**
 * Verifies the whole stored ledger as an outsider would, and the stored columns against what was signed: order without
 * gaps, leaf and subtree hashes, canonical bytes, signatures, chains (`seq` without gaps, `prev` equal), and every
 * checkpoint ever signed against the root at its size.
 * @returns the verdict; a damaged entry is a failure, not a Problem. Cost: linear, about one signature check an entry.
 * Problems: invalid-input if `vkey` is no verifier key; storage-unavailable.
 */
export async function verifyLedger(db: Db, options: VerifyOptions): Promise<LedgerVerdict> {
  const { vkey, store = ledgerStore, onProgress, signal } = options;
  const key = readVerifierKey(vkey, verifyOnPlatform);
  if (key === undefined)
    throw new Problem('invalid-input', { detail: 'The verifier key is not one of an Ed25519 log.' });
  const walk = new LedgerWalk(key, options.earlierNote);
  // Entries that are sequenced meanwhile are left for the next time: what was signed so far is judged.
  const size = (await store.lastCheckpoint(db))?.size ?? 0;
  for (let isAtEnd = size === 0; !isAtEnd; ) {
    signal?.throwIfAborted();
    const entries = await store.entries(db, { after: walk.lastIndex, order: 'oldest', limit: batchSize, size });
    const reach = (entries.at(-1)?.index ?? -1) + 1;
    const checkpoints = await store.checkpointsAfter(db, walk.size, batchSize);
    walk.take(
      entries,
      checkpoints.filter((checkpoint) => checkpoint.size <= reach),
    );
    isAtEnd = entries.length < batchSize;
    onProgress?.({ entries: walk.size, size });
  }
  walk.end({ size, unsigned: await unsignedEntries(db, store) });
  return walk.verdict();
}

/**
 * Verifies the ledger of an installation without opening it, so also one that is too damaged to be opened: with its own
 * key unless another is given, and against the checkpoint remembered outside the database.
 * Problems: not-found if the database has no ledger; otherwise as `verifyLedger`.
 */
export async function verifyStoredLedger(
  db: Db,
  { dataDir, ...asked }: Partial<VerifyOptions> & { dataDir: string },
): Promise<LedgerVerdict> {
  const origin = await (asked.store ?? ledgerStore).origin(db);
  if (origin === undefined) throw new Problem('not-found', { detail: 'This database has no ledger yet.' });
  const earlierNote = rememberedCheckpoint(dataDir);
  const own = { vkey: verifierKey(origin.origin, origin.publicKey).vkey, ...(earlierNote && { earlierNote }) };
  return verifyLedger(db, { ...own, ...asked });
}

/** One line for a terminal: `entry 7: hash: the bytes have another leaf hash`. */
export function failureLine({ check, at, detail }: LedgerFailure): string {
  const isOfSize = check === 'checkpoint' || check === 'earlier';
  const place = at === undefined ? 'ledger' : `${isOfSize ? 'checkpoint' : 'entry'} ${at}`;
  return `${place}: ${check}: ${detail}`;
}

/** Entries beyond the last checkpoint: there are none, because both are written together. */
async function unsignedEntries(db: Db, store: LedgerStore): Promise<number> {
  const newest = await store.entries(db, { order: 'newest', limit: 1, size: Number.MAX_SAFE_INTEGER });
  const signed = (await store.lastCheckpoint(db))?.size ?? 0;
  return Math.max(0, (newest[0]?.index ?? -1) + 1 - signed);
}

/** Walks the log from its first entry, keeping what the next entry is compared with. */
class LedgerWalk {
  size = 0;
  lastIndex: number | undefined;
  private readonly key: VerifierKey;
  private frontier: Frontier = emptyFrontier;
  private readonly heads = new Map<string, ChainHead>();
  private readonly failures: LedgerFailure[] = [];
  private failureCount = 0;
  private checkpoints = 0;
  private lastSize = 0;

  private readonly earlier: OpenedCheckpoint | undefined;

  constructor(key: VerifierKey, earlierNote: string | undefined) {
    this.key = key;
    this.earlier = earlierNote === undefined ? undefined : openCheckpoint(earlierNote, key);
  }

  take(entries: readonly SequencedEntry[], checkpoints: readonly SignedCheckpoint[]): void {
    const bySize = new Map(checkpoints.map((checkpoint) => [checkpoint.size, checkpoint]));
    for (const entry of entries) {
      this.takeEntry(entry);
      const checkpoint = bySize.get(this.size);
      if (checkpoint !== undefined) this.takeCheckpoint(checkpoint);
      if (this.earlier?.ok && this.earlier.checkpoint.size === BigInt(this.size))
        this.takeEarlier(this.earlier.checkpoint);
    }
  }

  end({ size, unsigned }: { size: number; unsigned: number }): void {
    if (this.size !== size) this.fail('checkpoint', size, `${this.size} entries are stored below this signed size`);
    if (unsigned > 0) this.fail('checkpoint', size, `${unsigned} entries beyond it are not signed for`);
    if (this.lastSize !== size) this.fail('checkpoint', size, 'the last checkpoint was not reached');
    if (size === 0) this.fail('origin', undefined, 'the ledger is empty');
    if (this.earlier?.ok === false) this.fail('earlier', undefined, this.earlier.why);
    if (this.earlier?.ok && this.earlier.checkpoint.size > BigInt(size)) {
      this.fail('earlier', size, `the log was set back: ${this.earlier.checkpoint.size} entries were signed before`);
    }
  }

  verdict(): LedgerVerdict {
    const { size, checkpoints, failureCount, failures } = this;
    const root = toHex(rootOf(this.frontier.hashes));
    const held = `${size} entries and ${checkpoints} checkpoints of ${this.key.name} hold; the root is ${root}.`;
    const broken = `${failureCount} checks failed over ${size} entries of ${this.key.name}.`;
    const ok = failureCount === 0;
    return { ok, entries: size, checkpoints, root, failureCount, failures, summary: ok ? held : broken };
  }

  private takeEntry(entry: SequencedEntry): void {
    const { index } = entry;
    if (index !== this.size) this.fail('place', index, `expected index ${this.size}`);
    const leaf = leafHash(entry.bytes);
    const { frontier, completed } = append(this.frontier, leaf);
    if (!equalBytes(leaf, entry.leafHash)) this.fail('hash', index, 'the bytes have another leaf hash');
    if (!sameHashes(completed.slice(1), entry.subtreeHashes)) this.fail('hash', index, 'stored subtree hashes differ');
    this.frontier = frontier;
    this.size++;
    this.lastIndex = index;
    const statement = this.openEntry(entry);
    if (statement !== undefined) this.compare(entry, statement);
    this.heads.set(entry.chain, { seq: entry.chainSeq, leafHash: leaf });
  }

  private openEntry({ index, bytes }: SequencedEntry): Statement | undefined {
    if (!isCanonicalJson(bytes)) this.fail('canonical', index, 'not canonical JSON');
    const opened = openEnvelope(bytes, { publicKeys: [this.key.publicKey], verifySignature: verifyOnPlatform });
    if (!opened.ok) {
      this.fail('signature', index, opened.why);
      return undefined;
    }
    const read = readStatement(opened.payload);
    if (read.ok && opened.payloadType === statementPayloadType) return read.statement;
    this.fail('statement', index, 'the envelope holds no in-toto statement');
    return undefined;
  }

  private compare(entry: SequencedEntry, statement: Statement): void {
    const { index, kind, chain } = entry;
    const place = chainPlaceOf(statement);
    const expected = nextPlace(chain, this.heads.get(chain));
    if (canonicalJson(place ?? null) !== canonicalJson(expected)) {
      const found = place && `seq ${place.seq} after ${place.prev}`;
      this.fail('chain', index, `expected seq ${expected.seq} after ${expected.prev}, found ${found ?? 'none'}`);
    }
    const { occurredAt, recordedAt } = statement.predicate;
    const isSame =
      kindOf(statement.predicateType) === kind &&
      place?.seq === entry.chainSeq &&
      occurredAt === toIso(entry.occurredAt) &&
      recordedAt === toIso(entry.recordedAt);
    if (!isSame) this.fail('columns', index, 'the columns differ from what was signed');
    if ((kind === 'origin') !== (index === 0))
      this.fail('origin', index, 'the origin is the first entry, and only that');
    if (index === 0 && !this.bindsKey(statement)) this.fail('origin', 0, 'the first entry binds another key');
  }

  private bindsKey({ predicate: { details } }: Statement): boolean {
    return typeof details === 'object' && details !== null && 'vkey' in details && details.vkey === this.key.vkey;
  }

  private takeCheckpoint({ size, root, note }: SignedCheckpoint): void {
    this.checkpoints++;
    this.lastSize = size;
    const opened = openCheckpoint(note, this.key);
    const here = rootOf(this.frontier.hashes);
    if (!opened.ok) this.fail('checkpoint', size, opened.why);
    else if (
      opened.checkpoint.size !== BigInt(size) ||
      !equalBytes(opened.checkpoint.root, here) ||
      !equalBytes(root, here)
    )
      this.fail('checkpoint', size, 'what was signed is not the root over the stored entries');
  }

  private takeEarlier({ root }: Checkpoint): void {
    const isSame = equalBytes(root, rootOf(this.frontier.hashes));
    if (!isSame) this.fail('earlier', this.size, 'the log does not begin with what was signed before');
  }

  private fail(check: LedgerCheck, at: number | undefined, detail: string): void {
    this.failureCount++;
    if (this.failures.length < failuresKept) this.failures.push({ check, at, detail });
  }
}

/**
 * Hashes the last entries again, as far as a torn write could reach; the rest is `verifyLedger`'s.
 * Cost: constant. Problems: ledger-inconsistent.
 */
export async function checkTail(db: Db, store: LedgerStore): Promise<void> {
  const size = (await store.lastCheckpoint(db))?.size ?? 0;
  const tail = await store.entries(db, { order: 'newest', limit: tailEntries, size: Number.MAX_SAFE_INTEGER });
  const isWhole = tail.length === Math.min(size, tailEntries) && tail.every(({ index }, i) => index === size - 1 - i);
  const damaged = tail.find(({ bytes, leafHash: stored }) => !equalBytes(leafHash(bytes), stored));
  if (isWhole && damaged === undefined) return;
  throw new Problem('ledger-inconsistent', {
    detail: damaged ? 'The bytes of an entry do not have its hash.' : 'The last entries are not those last signed for.',
    context: { size, ...(damaged ? { index: damaged.index } : {}) },
  });
}

const sameHashes = (a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean =>
  a.length === b.length && a.every((hash, i) => equalBytes(hash, b[i]!));
