import {
  openEnvelope,
  readStatement,
  type Statement,
  statementPayloadType,
  type VerifySignature,
  verifyEd25519,
} from '#formats/dsse';
import { isCanonicalJson, toHex } from '#kernel';
import { openCheckpoint } from './checkpoint.ts';
import { readVerifierKey } from './note.ts';
import { verifyInclusion } from './proof.ts';
import { leafHash } from './tree.ts';

/** All that is needed to check one entry offline. Only `vkey` is trusted: it must come from elsewhere. */
export interface EntryEvidence {
  entryBytes: Uint8Array;
  index: number | bigint;
  /** Sibling hashes from leaf to root. */
  proof: readonly Uint8Array[];
  checkpointNote: Uint8Array | string;
  vkey: string;
}

export type EntryCheck = 'key' | 'checkpoint' | 'canonical' | 'signature' | 'statement' | 'inclusion';

export interface EntryStep {
  step: EntryCheck;
  ok: boolean;
  detail: string;
}

export interface EntryVerdict {
  ok: boolean;
  steps: EntryStep[];
  /** What was signed; only if every step is ok. */
  statement: Statement | undefined;
}

/**
 * Checks one entry of a log, offline, in the browser or on the command line.
 * @param evidence entry bytes, index, proof and checkpoint as served (all untrusted), and the log's key.
 * @param verifySignature the platform's own function, if it has a faster one.
 * @returns one line a check, in order; a check that rests on a failed one fails too, and says so.
 * **Source** certificate specification §9.1–9.5 (RFC 8785, DSSE, in-toto, RFC 6962, C2SP). Oracle: every flipped bit fails.
 */
export function verifyEntry(evidence: EntryEvidence, verifySignature: VerifySignature = verifyEd25519): EntryVerdict {
  const { entryBytes, index, proof } = evidence;
  const steps: EntryStep[] = [];
  const note = (step: EntryCheck, ok: boolean, detail: string): boolean => steps.push({ step, ok, detail }) > 0 && ok;

  const key = readVerifierKey(evidence.vkey, verifySignature);
  note('key', key !== undefined, key ? `${key.name}, key ${toHex(key.keyId)}` : 'not an Ed25519 verifier key');

  const opened = key && openCheckpoint(evidence.checkpointNote, key);
  const checkpoint = opened?.ok ? opened.checkpoint : undefined;
  const size = checkpoint?.size;
  note('checkpoint', checkpoint !== undefined, opened?.ok ? `signed by the log at size ${size}` : whyNot(opened));

  note('canonical', isCanonicalJson(entryBytes), `${entryBytes.length} bytes, compared with their canonical JSON`);

  const envelope = key && openEnvelope(entryBytes, { publicKeys: [key.publicKey], verifySignature });
  note('signature', envelope?.ok === true, envelope?.ok ? `signed by the log's key` : whyNot(envelope));

  const read = envelope?.ok ? readVerified(envelope) : undefined;
  note('statement', read?.ok === true, read?.ok ? read.statement.predicateType : whyNot(read));

  const leaf = leafHash(entryBytes);
  const inclusion = checkpoint && verifyInclusion({ leafHash: leaf, index: BigInt(index), ...checkpoint }, proof);
  const place = `leaf ${toHex(leaf)} is entry ${index} of ${size}, by ${proof.length} hashes`;
  note('inclusion', inclusion?.ok === true, inclusion?.ok ? place : whyNot(inclusion));

  const ok = steps.every((step) => step.ok);
  return { ok, steps, statement: ok && read?.ok ? read.statement : undefined };
}

function readVerified({ payloadType, payload }: { payloadType: string; payload: Uint8Array }) {
  if (payloadType === statementPayloadType) return readStatement(payload);
  return { ok: false, why: 'the envelope holds no in-toto statement' } as const;
}

const whyNot = (outcome: { ok: boolean; why?: string } | undefined): string =>
  outcome?.why ?? 'not checked: an earlier check failed';
