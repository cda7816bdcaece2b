import { openCheckpoint, readVerifierKey, verifyConsistency } from '#formats/tlog';
import { fromBase64, toBase64 } from '#kernel';
import { consistencyProof } from '../../../src/ledger/contract.ts';
import { ask } from '../../app/api.ts';

/** What this browser remembers of the ledger: enough to show later that it only grew. */
interface Remembered {
  origin: string;
  size: number;
  /** Base64. */
  root: string;
  /** ISO day. */
  day: string;
}

const storageKey = 'hortus.checkpoint';

function remembered(): Remembered | undefined {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? 'null');
    const { origin, size, root, day } = (stored ?? {}) as Partial<Remembered>;
    const isWhole = typeof origin === 'string' && typeof root === 'string' && typeof day === 'string';
    return isWhole && Number.isSafeInteger(size) ? { origin, size: size as number, root, day } : undefined;
  } catch {
    return undefined;
  }
}

function remember(checkpoint: Remembered): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify(checkpoint));
  } catch {
    // A browser that stores nothing cannot compare later; it can still verify entries.
  }
}

export type Growth =
  | { kind: 'first' }
  | { kind: 'same' | 'ok' | 'other'; day: string; count: number }
  | { kind: 'failed'; day: string; count: number; why: string };

/**
 * Compares the signed checkpoint with the one this browser saw last, by a consistency proof that is checked here.
 * What fails is never forgotten: the earlier checkpoint stays as the reader's copy.
 */
export async function growthSince(note: string, vkey: string, today: string): Promise<Growth> {
  const key = readVerifierKey(vkey);
  const opened = key ? openCheckpoint(note, key) : undefined;
  const before = remembered();
  if (!opened?.ok) {
    return { kind: 'failed', day: before?.day ?? today, count: before?.size ?? 0, why: opened?.why ?? 'no key' };
  }
  const { origin, size, root } = opened.checkpoint;
  const now: Remembered = { origin, size: Number(size), root: toBase64(root), day: today };
  if (before === undefined) {
    remember(now);
    return { kind: 'first' };
  }
  const known = { day: before.day, count: before.size };
  if (before.origin !== origin) {
    remember(now);
    return { kind: 'other', ...known };
  }
  if (before.size === now.size && before.root === now.root) return { kind: 'same', ...known };
  if (before.size >= now.size) return { kind: 'failed', ...known, why: 'it is not longer than before' };
  const answer = await ask('/api/v1/ledger/consistency', consistencyProof, {
    search: { from: before.size, to: now.size },
  });
  const verdict = verifyConsistency(
    { size1: BigInt(before.size), root1: fromBase64(before.root) ?? new Uint8Array(), size2: size, root2: root },
    answer.hashes.map((hash) => fromBase64(hash) ?? new Uint8Array()),
  );
  if (!verdict.ok) return { kind: 'failed', ...known, why: verdict.why };
  remember(now);
  return { kind: 'ok', ...known };
}
