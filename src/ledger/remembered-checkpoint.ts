import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openCheckpoint, perfectSubtrees, rootOf, type VerifierKey } from '#formats/tlog';
import { equalBytes, Problem } from '#kernel';
import type { Db } from '#platform/db';
import { keyFileOf } from './key-file.ts';
import type { LedgerStore } from './store.ts';

/**
 * The last signed checkpoint, kept beside the key and outside the database: a database that was set back (an old
 * backup, a failed-over replica that lagged) would otherwise be continued, and one log would have two histories.
 */
export const rememberedFileOf = (dataDir: string): string => join(dirname(keyFileOf(dataDir)), 'ledger.checkpoint');

/** Remembers a signed note; a reader sees the old one or the new one, never a part. */
export function rememberCheckpoint(dataDir: string, note: string): void {
  const file = rememberedFileOf(dataDir);
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(draft, note, { mode: 0o600 });
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** @returns the remembered note; undefined if there is none, or a power cut left it empty. Problems: folder-unusable. */
export function rememberedCheckpoint(dataDir: string): string | undefined {
  try {
    return readFileSync(rememberedFileOf(dataDir), 'utf8') || undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Problem('folder-unusable', { detail: `${rememberedFileOf(dataDir)} cannot be read.`, cause: error });
  }
}

/**
 * Compares the stored log with the checkpoint remembered outside the database.
 * Cost: logarithmic. Problems: ledger-inconsistent if the log does not begin with what was signed then.
 */
export async function checkRemembered(
  db: Db,
  { store, key, dataDir }: { store: LedgerStore; key: VerifierKey; dataDir: string },
): Promise<void> {
  const note = rememberedCheckpoint(dataDir);
  if (note === undefined) return;
  const opened = openCheckpoint(note, key);
  const signed = opened.ok ? opened.checkpoint : undefined;
  const size = (await store.lastCheckpoint(db))?.size ?? 0;
  if (signed !== undefined && signed.size <= BigInt(size)) {
    const nodes = perfectSubtrees({ from: 0, to: Number(signed.size) });
    if (equalBytes(rootOf(await store.nodeHashes(db, nodes)), signed.root)) return;
  }
  throw new Problem('ledger-inconsistent', {
    detail:
      `The database does not continue the checkpoint in ${rememberedFileOf(dataDir)}: it was set back, or is another's. ` +
      'Restore the newer database. If its last entries are lost for good, move that file away: whoever holds a newer ' +
      'checkpoint will then see that this log was set back.',
    context: { size, ...(signed === undefined ? {} : { signedSize: Number(signed.size) }) },
  });
}
