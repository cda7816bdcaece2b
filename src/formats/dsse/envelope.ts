import { z } from 'zod';
import { canonicalJson, concatBytes, fromBase64, fromUtf8, parseStrictJson, toBase64, utf8 } from '#kernel';
import { type Sign, type VerifySignature, verifyEd25519 } from './ed25519.ts';

/** What DSSE calls an envelope: `payload` and `sig` are base64, standard or URL-safe. */
export interface Envelope {
  payload: string;
  payloadType: string;
  signatures: { keyid?: string | undefined; sig: string }[];
}

/** Which keys are trusted is the caller's business, never the envelope's. */
export interface TrustedKeys {
  /** Ed25519 public keys, 32 bytes each; equal ones count once. */
  publicKeys: Uint8Array[];
  /** How many different keys must have signed; at least 1. */
  needed?: number;
  verifySignature?: VerifySignature;
}

export type Opened =
  | { ok: true; payloadType: string; payload: Uint8Array; signers: Uint8Array[] }
  | { ok: false; why: string };

const signaturesMax = 64;

const envelopeSchema = z.object({
  payload: z.string(),
  payloadType: z.string().min(1),
  signatures: z
    .array(z.object({ keyid: z.string().optional(), sig: z.string() }))
    .min(1)
    .max(signaturesMax),
});

/**
 * Pre-authentication encoding: the bytes that are signed.
 * @param payloadType a media type; its UTF-8 length is counted, in bytes.
 * @param payload the body as it is, never re-encoded.
 * @returns `DSSEv1 SP len(type) SP type SP len(body) SP body`.
 * **Source** DSSE v1.0.2, protocol.md. Oracle: the protocol's own test vector.
 */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = utf8(payloadType);
  return concatBytes(utf8(`DSSEv1 ${type.length} `), type, utf8(` ${payload.length} `), payload);
}

/**
 * Signs a body.
 * @param body its media type and bytes.
 * @param signer the key's hint (`keyid`, never a security decision) and the signing function.
 * @returns the envelope with one signature; write it with `canonicalJson`.
 * **Source** DSSE v1.0.2. Oracle: node:crypto and known answers.
 */
export function signEnvelope(
  body: { payloadType: string; payload: Uint8Array },
  signer: { keyid: string; sign: Sign },
): Envelope {
  const sig = toBase64(signer.sign(preAuthEncoding(body.payloadType, body.payload)));
  return { payload: toBase64(body.payload), payloadType: body.payloadType, signatures: [{ keyid: signer.keyid, sig }] };
}

/**
 * Verifies an envelope and hands out the *verified* bytes: parse those, never the envelope again.
 * @param envelope the envelope's bytes (UTF-8 JSON) as received: attacker-controlled.
 * @param trusted keys, and how many of them must have signed (default 1). Keys are counted, not signatures.
 * @returns type and body that were signed with the keys that signed them, or why it is not accepted.
 * Cost: signatures × keys verifications, at most 64 signatures.
 * **Source** DSSE v1.0.2 ("(t, n)-ENVELOPE"). Oracle: known answers and property tests.
 */
export function openEnvelope(envelope: Uint8Array, trusted: TrustedKeys): Opened {
  const read = readEnvelope(envelope);
  if (!read.ok) return read;
  const { payloadType, signatures } = read.envelope;
  const payload = fromBase64(read.envelope.payload);
  if (payload === undefined) return { ok: false, why: 'the payload is not base64' };
  const message = preAuthEncoding(payloadType, payload);
  const verify = trusted.verifySignature ?? verifyEd25519;
  const signers = new Map<string, Uint8Array>();
  for (const { sig } of signatures) {
    const signature = fromBase64(sig);
    if (signature === undefined) return { ok: false, why: 'a signature is not base64' };
    const key = trusted.publicKeys.find((publicKey) => verify(publicKey, message, signature));
    if (key !== undefined) signers.set(toBase64(key), key);
  }
  const needed = Math.max(1, trusted.needed ?? 1);
  if (signers.size < needed) return { ok: false, why: `${signers.size} of ${needed} needed keys have signed` };
  return { ok: true, payloadType, payload, signers: [...signers.values()] };
}

/**
 * Reads an envelope without judging its signatures.
 * @param bytes UTF-8 JSON; unknown fields are ignored, as the protocol demands.
 * @returns the envelope, or why it is none (malformed UTF-8 or JSON, duplicate keys, no signature, more than 64).
 * **Source** DSSE v1.0.2, envelope.md. Oracle: property tests.
 */
export function readEnvelope(bytes: Uint8Array): { ok: true; envelope: Envelope } | { ok: false; why: string } {
  let json: unknown;
  try {
    json = parseStrictJson(fromUtf8(bytes));
  } catch {
    return { ok: false, why: 'the envelope is not strict JSON in UTF-8' };
  }
  const parsed = envelopeSchema.safeParse(json);
  return parsed.success ? { ok: true, envelope: parsed.data } : { ok: false, why: 'not a DSSE envelope' };
}

/**
 * The canonical bytes of an envelope (RFC 8785).
 * @returns UTF-8 bytes; the same envelope always gives the same bytes. Oracle: the JCS vectors, through the kernel.
 */
export const envelopeBytes = (envelope: Envelope): Uint8Array => utf8(canonicalJson(envelope));
