import { randomBytes } from 'node:crypto';
import { type VerifierKey, verifierKey } from '#formats/tlog';
import { type Clock, equalBytes, newId, Problem, sha256Hex, toHex } from '#kernel';
import { type Db, inTransaction, type Tx, toProblem } from '#platform/db';
import { createKey, keyFileOf, type LedgerKey, loadKey, verifyOnPlatform } from './key-file.ts';
import { type Act, checkAct, type LogSigner, type OriginKind, originName, type PendingAct } from './model.ts';
import { type LedgerQuestions, ledgerQuestions } from './questions.ts';
import { checkRemembered, rememberCheckpoint } from './remembered-checkpoint.ts';
import { inRounds, sequencePending, signedFrontier } from './sequencer.ts';
import { ledgerStore } from './store.pg.ts';
import type { LedgerOrigin, LedgerStore } from './store.ts';
import { checkTail, type LedgerVerdict, type VerifyOptions, verifyStoredLedger } from './verify-ledger.ts';

export interface LedgerOptions {
  db: Db;
  clock: Clock;
  /** The key lies in `<dataDir>/keys/ledger.key`. */
  dataDir: string;
  /**
   * Fixes name and kind when the installation is created. Later a kind that differs is refused, and the rest ignored.
   * Default: `live`, a random installation name under `hortus.local`.
   */
  origin?: { kind?: OriginKind; installation?: string; prefix?: string };
  store?: LedgerStore;
}

export interface Ledger {
  /**
   * Keeps an act in its own transaction; it becomes an entry when it is sequenced.
   * @returns the pending id, good for `sequenced` once `tx` has committed.
   * Problems: invalid-input, body-too-large.
   */
  record(tx: Tx, act: Act): Promise<string>;
  /**
   * Sequences whatever waits and tells the place of this act. Call it after the act's transaction has committed.
   * Problems: not-found, ledger-inconsistent, ledger-unavailable, storage-full, storage-unavailable. The act is kept
   * in any case, and takes its place with the next round.
   */
  sequenced(pendingId: string): Promise<{ index: number; leafHash: string }>;
  /** Sequences whatever waits, e.g. on a timer. Problems as `sequenced`. */
  sequenceAll(): Promise<void>;
  originKind(): OriginKind;
  origin(): string;
  /** The verifier key, to be handed on out of band. */
  vkey(): string;
  /** Checks every entry; see `verifyStoredLedger`. */
  verify(options?: Partial<VerifyOptions>): Promise<LedgerVerdict>;
  readonly questions: LedgerQuestions;
}

/**
 * Opens the ledger; at the first start makes key, origin and the first entry, which binds the one to the other.
 * Compares the stored log with its last signature before anything is signed; logarithmic, and the last entries in full.
 * Problems: folder-unusable (key), conflict (another kind of origin), ledger-inconsistent, storage-*.
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const { db, clock, dataDir, store = ledgerStore } = options;
  const { origin, signer } = await inTransaction(db, async (tx) => {
    // Under the lock, so that two processes starting at once make one origin, and nobody writes during the check.
    await store.lock(tx);
    const established = await establish(tx, store, options);
    await signedFrontier(tx, store, established.signer);
    await checkTail(tx, store);
    await checkRemembered(tx, { store, key: established.signer.key, dataDir });
    return established;
  });
  const round = inRounds(() =>
    unavailableOtherwise(async () => {
      const { entries, note } = await sequencePending({ db, store, clock, signer });
      if (note !== undefined) rememberCheckpoint(dataDir, note);
      return entries;
    }),
  );
  await round();
  return {
    record: (tx, act) => record(tx, act, { store, clock, signer }),
    sequenced: async (pendingId) => {
      const placed = (await round()).find((entry) => entry.pendingId === pendingId);
      const found = placed ?? (await store.entryOfPending(db, pendingId));
      if (found !== undefined) return { index: found.index, leafHash: toHex(found.leafHash) };
      throw new Problem('not-found', { detail: 'No act waits under this id: was its transaction committed?' });
    },
    sequenceAll: async () => {
      await round();
    },
    originKind: () => origin.kind,
    origin: () => origin.origin,
    vkey: () => signer.key.vkey,
    verify: (asked = {}) => verifyStoredLedger(db, { dataDir, store, ...asked }),
    questions: ledgerQuestions(db, store, { origin, key: signer.key }),
  };
}

async function record(
  tx: Tx,
  act: Act,
  { store, clock, signer }: { store: LedgerStore; clock: Clock; signer: LogSigner },
): Promise<string> {
  if (act.kind === 'origin')
    throw new Problem('invalid-input', { detail: 'An origin is recorded once, by the ledger.' });
  return keep(tx, { id: newId('event'), act, recordedAt: clock.now() }, { store, signer });
}

async function keep(tx: Tx, pending: PendingAct, { store, signer }: { store: LedgerStore; signer: LogSigner }) {
  checkAct(pending, signer);
  await store.addPending(tx, pending);
  return pending.id;
}

/** Reads the origin, or makes it with its key and its entry. */
async function establish(
  tx: Tx,
  store: LedgerStore,
  { clock, dataDir, origin: asked = {} }: LedgerOptions,
): Promise<{ origin: LedgerOrigin; signer: LogSigner }> {
  const known = await store.origin(tx);
  if (known !== undefined) return { origin: known, signer: signerOf(known, keyOf(known, dataDir, asked.kind)) };

  const key = createKey(keyFileOf(dataDir));
  const [kind, at] = [asked.kind ?? 'live', clock.now()];
  const name = originName(asked.prefix ?? 'hortus.local', asked.installation ?? randomBytes(5).toString('hex'), kind);
  const origin = { origin: name, kind, publicKey: key.publicKey, createdAt: at };
  const signer = signerOf(origin, key);
  await store.addOrigin(tx, origin);
  await keep(tx, { id: newId('event'), act: originAct(origin, signer.key), recordedAt: at }, { store, signer });
  return { origin, signer };
}

function keyOf(known: LedgerOrigin, dataDir: string, askedKind: OriginKind | undefined): LedgerKey {
  if (askedKind !== undefined && askedKind !== known.kind) {
    throw new Problem('conflict', {
      detail: `This installation was created as ${known.kind} and cannot become ${askedKind}: use another data folder.`,
    });
  }
  const key = loadKey(keyFileOf(dataDir));
  if (equalBytes(key.publicKey, known.publicKey)) return key;
  throw new Problem('folder-unusable', {
    detail: `The key in ${keyFileOf(dataDir)} is not the one that signs this ledger: restore the right one.`,
  });
}

function originAct({ origin, kind, publicKey, createdAt }: LedgerOrigin, key: VerifierKey): Act {
  const details = { origin, kind, vkey: key.vkey, keyId: toHex(key.keyId), algorithm: 'Ed25519' };
  const subjects = [{ name: key.vkey, sha256: sha256Hex(publicKey) }];
  return {
    kind: 'origin',
    subjects,
    chain: origin,
    predicate: details,
    actor: { id: 'system' },
    occurredAt: createdAt,
  };
}

const signerOf = ({ origin }: LedgerOrigin, key: LedgerKey): LogSigner => ({
  key: verifierKey(origin, key.publicKey, verifyOnPlatform),
  sign: key.sign,
});

async function unavailableOtherwise<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const problem = toProblem(error);
    throw problem instanceof Problem ? problem : new Problem('ledger-unavailable', { cause: error });
  }
}
