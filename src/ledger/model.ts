import { z } from 'zod';
import {
  envelopeBytes,
  type Sign,
  type Statement,
  signEnvelope,
  statementBytes,
  statementPayloadType,
} from '#formats/dsse';
import { append, type Frontier, leafHash, type VerifierKey } from '#formats/tlog';
import { canonicalJson, type Instant, type Json, Problem, parseStrictJson, sha256Hex, toHex, toIso } from '#kernel';

/** Kinds of act, each with its own predicate type. */
export const actKinds = [
  'audit',
  'batch',
  'change-decision',
  'claim',
  'deficiency',
  'drill',
  'eval-result',
  'export',
  'key-binding',
  'model',
  'origin',
  'prereg',
  'signal',
  'signoff',
  'status-change',
] as const;
export type ActKind = (typeof actKinds)[number];

/** What an installation is; its origin name says so for ever. */
export const originKinds = ['live', 'simulation', 'demonstration'] as const;
export type OriginKind = (typeof originKinds)[number];

/** Something that happened and that anyone may check later. Holds no identifying value. */
export interface Act {
  kind: ActKind;
  /** Digests (SHA-256, lower-case hexadecimal) of what the act is about; none means its own details. */
  subjects: { name: string; sha256: string }[];
  /** Id whose entries form a gapless chain: a certificate, claim, model, feed … */
  chain: string;
  predicate: { [key: string]: Json };
  actor: { id: string; role?: string | undefined };
  occurredAt: Instant;
}

/** An act that is durable and waits for its place. */
export interface PendingAct {
  id: string;
  act: Act;
  recordedAt: Instant;
}

/** The last entry of a chain. */
export interface ChainHead {
  seq: number;
  leafHash: Uint8Array;
}

/** What the sequencer needs to know of the log as it stands. */
export interface LogState {
  frontier: Frontier;
  heads: ReadonlyMap<string, ChainHead>;
}

/** The installation's key: `key.name` is the origin. */
export interface LogSigner {
  key: VerifierKey;
  sign: Sign;
}

export interface SequencedEntry {
  index: number;
  pendingId: string;
  kind: ActKind;
  chain: string;
  chainSeq: number;
  occurredAt: Instant;
  recordedAt: Instant;
  bytes: Uint8Array;
  leafHash: Uint8Array;
  /** Hashes of the larger perfect subtrees that this entry completes, smallest first. */
  subtreeHashes: Uint8Array[];
}

/** Place of an entry in its chain: `prev` is the leaf hash (hexadecimal) of the entry before, null for the first. */
export interface ChainPlace {
  subject: string;
  seq: number;
  prev: string | null;
}

/** Base of the predicate types; the kind and version follow. */
export const predicateBase = 'https://hortus.example/predicates';

/** An entry's bytes carry a 16-bit length in entry bundles. */
export const entryBytesMax = 65_535;

const actSchema = z.object({
  kind: z.enum(actKinds),
  subjects: z.array(z.object({ name: z.string().max(200), sha256: z.string().regex(/^[0-9a-f]{64}$/) })).max(100),
  chain: z.string().min(1).max(200),
  predicate: z.record(z.string(), z.json()),
  actor: z.object({ id: z.string().min(1).max(100), role: z.string().max(100).optional() }),
  occurredAt: z.int(),
});

/**
 * The predicate type of a kind of act.
 * @returns `https://hortus.example/predicates/<kind>/v1`. **Source** certificate specification §9.2. Oracle: tests.
 */
export const predicateTypeOf = (kind: ActKind): string => `${predicateBase}/${kind}/v1`;

/**
 * The kind of act that a predicate type stands for.
 * @returns undefined for a type that is not ours. Oracle: `predicateTypeOf`.
 */
export const kindOf = (predicateType: string): ActKind | undefined =>
  actKinds.find((kind) => predicateTypeOf(kind) === predicateType);

/**
 * The name under which an installation signs.
 * @param prefix schema-less URL prefix, e.g. `hortus.local`. @param installation letters, digits, dots and hyphens.
 * @returns the origin; a simulation and a demonstration say so in it.
 * @throws Problem invalid-input. **Source** C2SP tlog-checkpoint (origin); DESIGN "Time". Oracle: tests.
 */
export function originName(prefix: string, installation: string, kind: OriginKind): string {
  const isPlain = /^[a-z0-9.-]+(?:\/[a-z0-9.-]+)*$/.test(prefix) && /^[a-z0-9][a-z0-9.-]{0,62}$/.test(installation);
  if (!isPlain) {
    throw new Problem('invalid-input', {
      detail: 'An installation is named by lower-case letters, digits, "." and "-".',
    });
  }
  return `${prefix}/${installation}${kind === 'live' ? '' : `/${kind}`}`;
}

/**
 * Checks an act before it is kept, so that the sequencer never meets one that it cannot place.
 * @param pending the act with its id and instant. @param signer the log's key (its hint counts into the size).
 * @throws Problem invalid-input if it does not fit the form or canonical JSON; body-too-large if its entry could exceed
 *   65,535 bytes: the predicate should then name a blob by its digest.
 * **Source** certificate specification §9.3. Oracle: tests at the boundary.
 */
export function checkAct(pending: PendingAct, signer: LogSigner): void {
  const judged = actSchema.safeParse(pending.act);
  if (!judged.success) {
    const errors = judged.error.issues.map(({ path, message }) => ({ pointer: `/${path.join('/')}`, detail: message }));
    throw new Problem('invalid-input', { detail: 'The act does not fit the ledger.', errors });
  }
  const farthest = { subject: pending.act.chain, seq: Number.MAX_SAFE_INTEGER, prev: '0'.repeat(64) };
  const unsigned = { ...signer, sign: () => new Uint8Array(64) };
  const sizeBytes = attempt(() => entryBytes(pending, farthest, unsigned).length);
  if (sizeBytes > entryBytesMax) {
    throw new Problem('body-too-large', {
      detail:
        'An entry of the ledger holds at most 65,535 bytes: record the digest of the body, and keep the body apart.',
      context: { sizeBytes, sizeBytesMax: entryBytesMax },
    });
  }
}

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Problem('invalid-input', { detail: 'The act has no canonical JSON.', cause: error });
  }
}

/**
 * The statement of an act at its place.
 * @returns an in-toto statement; the acts' own content is in `predicate.details`.
 * **Source** certificate specification §9.2–9.3. Oracle: `readStatement`, `chainPlaceOf`.
 */
export function statementOf({ act, recordedAt }: PendingAct, place: ChainPlace): Statement {
  const ownDetails = () => [{ name: act.chain, sha256: sha256Hex(canonicalJson(act.predicate)) }];
  return {
    subjects: act.subjects.length > 0 ? act.subjects : ownDetails(),
    predicateType: predicateTypeOf(act.kind),
    predicate: {
      actor: { id: act.actor.id, ...(act.actor.role === undefined ? {} : { role: act.actor.role }) },
      chain: { ...place },
      details: act.predicate,
      occurredAt: toIso(act.occurredAt),
      recordedAt: toIso(recordedAt),
    },
  };
}

/**
 * Reads the chain place out of a statement.
 * @returns undefined where there is none. **Source** certificate specification §9.3. Oracle: `statementOf`.
 */
export function chainPlaceOf(statement: Statement): ChainPlace | undefined {
  const parsed = chainSchema.safeParse(statement.predicate.chain);
  return parsed.success ? parsed.data : undefined;
}

const chainSchema = z.object({
  subject: z.string(),
  seq: z.int().min(0),
  prev: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
});

/**
 * Gives acts their places, in the order given.
 * @param state the log before: its frontier, and the heads of all chains that occur. @param pendings acts that passed
 *   `checkAct`. @param signer the installation's key.
 * @returns the entries, signed and hashed, and the frontier after them.
 * **Source** certificate specification §9.3. Oracle: `verifyEntry`, and the chain rules of `verifyLedger`.
 */
export function sequence(
  state: LogState,
  pendings: readonly PendingAct[],
  signer: LogSigner,
): { entries: SequencedEntry[]; frontier: Frontier } {
  const heads = new Map(state.heads);
  let frontier = state.frontier;
  const entries = pendings.map((pending): SequencedEntry => {
    const { kind, chain, occurredAt } = pending.act;
    const place = nextPlace(chain, heads.get(chain));
    const bytes = entryBytes(pending, place, signer);
    const leaf = leafHash(bytes);
    const index = frontier.size;
    const { frontier: next, completed } = append(frontier, leaf);
    frontier = next;
    heads.set(chain, { seq: place.seq, leafHash: leaf });
    const ofAct = { pendingId: pending.id, kind, chain, occurredAt, recordedAt: pending.recordedAt };
    return { index, ...ofAct, chainSeq: place.seq, bytes, leafHash: leaf, subtreeHashes: completed.slice(1) };
  });
  return { entries, frontier };
}

/**
 * The place after the last entry of a chain.
 * @param head undefined for a chain that has none yet. **Source** certificate specification §9.3. Oracle: tests.
 */
export const nextPlace = (chain: string, head: ChainHead | undefined): ChainPlace =>
  head === undefined
    ? { subject: chain, seq: 0, prev: null }
    : { subject: chain, seq: head.seq + 1, prev: toHex(head.leafHash) };

function entryBytes(pending: PendingAct, place: ChainPlace, { key, sign }: LogSigner): Uint8Array {
  const payload = statementBytes(statementOf(pending, place));
  const keyid = `${key.name}+${toHex(key.keyId)}`;
  return envelopeBytes(signEnvelope({ payloadType: statementPayloadType, payload }, { keyid, sign }));
}

/**
 * The text under which a pending act waits, and back. **Source** RFC 8785. Oracle: round trip.
 */
export const pendingText = ({ act, recordedAt }: PendingAct): string => canonicalJson({ act: plain(act), recordedAt });

/** @returns the act of a text written by `pendingText`. Oracle: round trip. */
export function readPending(id: string, text: string): PendingAct {
  const { act, recordedAt } = parseStrictJson(text) as unknown as Omit<PendingAct, 'id'>;
  return { id, act, recordedAt };
}

// Canonical JSON refuses undefined members, which optional fields may hold.
const plain = (act: Act): Act => ({
  ...act,
  actor: { id: act.actor.id, ...(act.actor.role === undefined ? {} : { role: act.actor.role }) },
});
