import { type Sign, type VerifySignature, verifyEd25519 } from '#formats/dsse';
import { concatBytes, equalBytes, fromHex, fromUtf8, sha256, toBase64, toHex, utf8 } from '#kernel';
import { strictBase64 } from './strict-base64.ts';

/** Whose signature a note may carry: `keyId` is 4 bytes that tell keys apart, never a proof. */
export interface NoteVerifier {
  name: string;
  keyId: Uint8Array;
  /** @param signature the bytes after the key id. */
  verify(text: string, signature: Uint8Array): boolean;
}

/** An Ed25519 key that verifies notes, with the text form in which it is handed on out of band. */
export interface VerifierKey extends NoteVerifier {
  publicKey: Uint8Array;
  vkey: string;
}

export interface NoteSignature {
  name: string;
  keyId: Uint8Array;
  signature: Uint8Array;
}

export type OpenedNote =
  | { ok: true; text: string; verified: NoteSignature[]; unknown: NoteSignature[] }
  | { ok: false; why: string };

const ed25519Type = 0x01;
const noteBytesMax = 1_000_000;
const signaturesMax = 100;
const signatureLine = /^— (\S+) (\S+)$/u;

// Everything below U+0020 but the newline: a note is shown to people and must not move their cursor.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const control = /[\u0000-\u0009\u000b-\u001f]/;

/**
 * Tells whether a text may name a key: not empty, no white space of any script, no plus sign, no control character.
 * **Source** C2SP signed-note, "Signatures". Oracle: the rules of golang.org/x/mod/sumdb/note, ported as tests.
 */
export const isKeyName = (name: string): boolean =>
  name !== '' && name.isWellFormed() && !/[\s\u0085+]/u.test(name) && !control.test(name);

/**
 * The id of a key: the first 4 bytes of SHA-256(name ‖ newline ‖ type ‖ public key).
 * @param type signature type, 0x01 for Ed25519. **Source** C2SP signed-note. Oracle: known vkeys.
 */
export const keyIdOf = (name: string, type: number, publicKey: Uint8Array): Uint8Array =>
  sha256(concatBytes(utf8(`${name}\n`), Uint8Array.of(type), publicKey)).slice(0, 4);

/**
 * The verifier of an Ed25519 key.
 * @param name the key's name, for a log its origin. @param publicKey 32 bytes.
 * @param verifySignature the platform's own function, if it has a faster one.
 * @throws TypeError for a name or key that cannot be one. **Source** C2SP signed-note. Oracle: known vkeys.
 */
export function verifierKey(
  name: string,
  publicKey: Uint8Array,
  verifySignature: VerifySignature = verifyEd25519,
): VerifierKey {
  if (!isKeyName(name) || publicKey.length !== 32) throw new TypeError('not a name and a public key of a note');
  const keyId = keyIdOf(name, ed25519Type, publicKey);
  return {
    name,
    keyId,
    publicKey,
    vkey: `${name}+${toHex(keyId)}+${toBase64(concatBytes(Uint8Array.of(ed25519Type), publicKey))}`,
    verify: (text, signature) => verifySignature(publicKey, utf8(text), signature),
  };
}

/**
 * Reads a verifier key `name+hex(keyID)+base64(type ‖ public key)`.
 * @returns its verifier, or undefined for anything that is not an Ed25519 vkey whose id fits its name and key.
 * **Source** C2SP signed-note, "Verifier keys". Oracle: vkeys of tessera and our known answers.
 */
export function readVerifierKey(
  vkey: string,
  verifySignature: VerifySignature = verifyEd25519,
): VerifierKey | undefined {
  // The name has no plus sign, and base64 may have: only the first two divide.
  const parts = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/u.exec(vkey);
  if (!parts) return undefined;
  const [name, id, key] = [parts[1]!, fromHex(parts[2]!), strictBase64(parts[3]!)];
  if (!isKeyName(name) || key === undefined || key.length !== 33 || key[0] !== ed25519Type) return undefined;
  const verifier = verifierKey(name, key.slice(1), verifySignature);
  return id !== undefined && equalBytes(id, verifier.keyId) ? verifier : undefined;
}

/**
 * Signs a text as a note.
 * @param text ends in a newline, holds no control character but newlines. @param signer the key's verifier and signing function.
 * @returns the note: text, empty line, one signature line.
 * @throws TypeError if the text cannot be a note. **Source** C2SP signed-note. Oracle: known answers.
 */
export function signNote(text: string, signer: { key: VerifierKey; sign: Sign }): string {
  if (!isNoteText(text)) throw new TypeError('not the text of a note');
  const { name, keyId } = signer.key;
  return `${text}\n${writeSignature({ name, keyId, signature: signer.sign(utf8(text)) })}`;
}

/** One signature line, with its newline. **Source** C2SP signed-note. Oracle: known answers. */
export const writeSignature = ({ name, keyId, signature }: NoteSignature): string =>
  `— ${name} ${toBase64(concatBytes(keyId, signature))}\n`;

/**
 * Opens a note: attacker-controlled bytes in, a text that a known key has signed out.
 * @param note at most 1,000,000 bytes of UTF-8. @param verifiers the known keys.
 * @returns the text with the signatures that verified and those of unknown keys (ignored); or why it is refused: malformed,
 *   a known key's signature fails, or no known key has signed.
 * **Source** C2SP signed-note. Oracle: tessera's checkpoints and our known answers.
 */
export function openNote(note: Uint8Array | string, verifiers: readonly NoteVerifier[]): OpenedNote {
  const read = readNote(note);
  if (!read.ok) return read;
  const verified = new Map<NoteVerifier, NoteSignature>();
  const unknown: NoteSignature[] = [];
  for (const signature of read.signatures) {
    const verifier = verifiers.find(({ name, keyId }) => name === signature.name && equalBytes(keyId, signature.keyId));
    if (verifier === undefined) unknown.push(signature);
    else if (verified.has(verifier)) continue;
    else if (!verifier.verify(read.text, signature.signature)) {
      return { ok: false, why: `the signature of ${verifier.name} fails` };
    } else verified.set(verifier, signature);
  }
  if (verified.size === 0) return { ok: false, why: 'no known key has signed' };
  return { ok: true, text: read.text, verified: [...verified.values()], unknown };
}

function readNote(
  note: Uint8Array | string,
): { ok: true; text: string; signatures: NoteSignature[] } | { ok: false; why: string } {
  const malformed = { ok: false, why: 'not a signed note' } as const;
  if (note.length > noteBytesMax) return { ok: false, why: 'the note is too large' };
  const whole = decode(note);
  if (whole === undefined || control.test(whole)) return malformed;
  // Split at the last empty line: a text may hold empty lines itself.
  const split = whole.lastIndexOf('\n\n');
  const lines = whole.slice(split + 2);
  if (split < 0 || !lines.endsWith('\n')) return malformed;
  const signatures = lines.slice(0, -1).split('\n').map(readSignature);
  if (signatures.length > signaturesMax || !signatures.every((one) => one !== undefined)) return malformed;
  return { ok: true, text: whole.slice(0, split + 1), signatures };
}

function readSignature(line: string): NoteSignature | undefined {
  const parts = signatureLine.exec(line);
  const bytes = parts ? strictBase64(parts[2]!) : undefined;
  if (!parts || !isKeyName(parts[1]!) || bytes === undefined || bytes.length < 5) return undefined;
  return { name: parts[1]!, keyId: bytes.slice(0, 4), signature: bytes.slice(4) };
}

function decode(note: Uint8Array | string): string | undefined {
  if (typeof note === 'string') return note.isWellFormed() ? note : undefined;
  try {
    return fromUtf8(note);
  } catch {
    return undefined;
  }
}

const isNoteText = (text: string): boolean => text.endsWith('\n') && text.isWellFormed() && !control.test(text);
