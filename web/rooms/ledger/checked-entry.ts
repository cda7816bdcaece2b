import { type EntryCheck, type EntryVerdict, verifyEntry } from '#formats/tlog';
import { fromBase64, utf8 } from '#kernel';
import type { InclusionProofBody } from '../../../src/ledger/contract.ts';

export interface Tampering {
  at: number;
  from: number;
  to: number;
}

/** Evidence as it came, and the time the check took; undefined where there is no signed checkpoint to check against. */
export interface Checked {
  verdict: EntryVerdict;
  tookMs: number;
}

/** In the order in which they are done. */
export const checks: readonly EntryCheck[] = ['key', 'checkpoint', 'canonical', 'signature', 'statement', 'inclusion'];

/**
 * Does in this browser what an auditor does offline.
 * @param bytes the entry as served, perhaps changed here on purpose. @param now a clock in milliseconds, for the time taken.
 */
export function checkEntry(
  { bytes, proof, vkey }: { bytes: Uint8Array; proof: InclusionProofBody; vkey: string },
  now: () => number,
): Checked | undefined {
  if (proof.checkpoint === null) return undefined;
  const started = now();
  const hashes = proof.hashes.map((hash) => fromBase64(hash) ?? new Uint8Array());
  const verdict = verifyEntry({
    entryBytes: bytes,
    index: proof.index,
    proof: hashes,
    checkpointNote: utf8(proof.checkpoint),
    vkey,
  });
  return { verdict, tookMs: now() - started };
}

/** One byte in the middle of the entry, with its lowest bit turned: the smallest lie there is. */
export function tamper(bytes: Uint8Array): { bytes: Uint8Array; tampering: Tampering } {
  const at = Math.floor(bytes.length / 2);
  const changed = bytes.slice();
  const from = changed[at] ?? 0;
  const to = from ^ 1;
  changed[at] = to;
  return { bytes: changed, tampering: { at, from, to } };
}
