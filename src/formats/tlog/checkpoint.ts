import type { Sign } from '#formats/dsse';
import { assert, toBase64 } from '#kernel';
import { isKeyName, type NoteVerifier, openNote, signNote, type VerifierKey } from './note.ts';
import { strictBase64 } from './strict-base64.ts';

/** What a log says of itself: with `size` entries, my root is `root`. */
export interface Checkpoint {
  origin: string;
  size: bigint;
  /** 32 bytes. */
  root: Uint8Array;
}

export type OpenedCheckpoint = { ok: true; checkpoint: Checkpoint; text: string } | { ok: false; why: string };

const sizeMax = 2n ** 64n;

/**
 * The text of a checkpoint: origin, size in decimal, root in base64; no extension lines.
 * **Source** C2SP tlog-checkpoint. Oracle: known answers.
 */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  assert(isKeyName(origin) && size >= 0n && size < sizeMax && root.length === 32, 'a checkpoint of this log');
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/**
 * Reads the text of a checkpoint; extension lines are allowed and ignored.
 * @returns the checkpoint, or undefined for leading zeros, sizes beyond 64 bits, other base64, or missing lines.
 * **Source** C2SP tlog-checkpoint. Oracle: tessera's checkpoints and our known answers.
 */
export function readCheckpoint(text: string): Checkpoint | undefined {
  if (!text.endsWith('\n')) return undefined;
  const [origin, size, root, ...extensions] = text.slice(0, -1).split('\n');
  if (!origin || size === undefined || root === undefined || extensions.includes('')) return undefined;
  const rootBytes = strictBase64(root);
  if (!/^(?:0|[1-9]\d{0,19})$/.test(size) || BigInt(size) >= sizeMax || rootBytes?.length !== 32) return undefined;
  return { origin, size: BigInt(size), root: rootBytes };
}

/**
 * Signs a checkpoint with the log's own key; origin and key name are the same.
 * @returns the signed note. **Source** C2SP tlog-checkpoint. Oracle: known answers.
 */
export function signCheckpoint(checkpoint: Checkpoint, signer: { key: VerifierKey; sign: Sign }): string {
  assert(checkpoint.origin === signer.key.name, 'a log signs its own checkpoints');
  return signNote(checkpointText(checkpoint), signer);
}

/**
 * Opens a signed checkpoint of one log.
 * @param note attacker-controlled bytes. @param log the log's verifier: its name is the origin demanded.
 * @returns the checkpoint, or why it is refused. **Source** C2SP tlog-checkpoint, signed-note. Oracle: known answers.
 */
export function openCheckpoint(note: Uint8Array | string, log: NoteVerifier): OpenedCheckpoint {
  const opened = openNote(note, [log]);
  if (!opened.ok) return opened;
  const checkpoint = readCheckpoint(opened.text);
  if (checkpoint === undefined) return { ok: false, why: 'the note is no checkpoint' };
  if (checkpoint.origin !== log.name) return { ok: false, why: 'the checkpoint is of another log' };
  return { ok: true, checkpoint, text: opened.text };
}
