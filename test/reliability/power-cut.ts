import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { type Call, isSync, textsOf } from './trace.ts';

// What a power cut leaves: every file as it was at its last completed sync, and no byte written after it.

export interface Cut {
  /** Bytes written to files of the database after the base copy. */
  writtenBytes: number;
  /** Of these, those that were never synced, and are gone. */
  droppedBytes: number;
}

type Change = { kind: 'write'; offset: number; bytes: Buffer } | { kind: 'truncate'; size: number };

/**
 * Applies to `copy`, taken of `original` when everything in it was synced, what was synced there later. Names of files
 * change in order, as a journalling file system keeps them; contents only when they were synced.
 */
export function replaySynced(calls: readonly Call[], place: { original: string; copy: string }): Cut {
  const waiting = new Map<string, Change[]>();
  const cut: Cut = { writtenBytes: 0, droppedBytes: 0 };
  const copied = (path: string): string | undefined =>
    path.startsWith(`${place.original}/`) ? place.copy + path.slice(place.original.length) : undefined;
  for (const call of calls) {
    if (call.result === '-1' || call.result === '?') continue;
    if (call.name === 'rename' || call.name === 'unlink') {
      renameOrRemove(call, { waiting, copied, original: place.original });
      continue;
    }
    const path = call.path;
    if (path === undefined || copied(path) === undefined) continue;
    if (isSync(call)) {
      applyTo(copied(path)!, waiting.get(path) ?? []);
      waiting.delete(path);
      continue;
    }
    const change = changeOf(call);
    if (change === undefined) continue;
    if (change.kind === 'write') cut.writtenBytes += change.bytes.length;
    waiting.set(path, [...(waiting.get(path) ?? []), change]);
  }
  for (const changes of waiting.values()) {
    for (const change of changes) if (change.kind === 'write') cut.droppedBytes += change.bytes.length;
  }
  return cut;
}

/** PostgreSQL writes with pwrite64 and pwritev, at offsets it names; `write` goes to logs and small state files. */
function changeOf(call: Call): Change | undefined {
  if (call.name === 'ftruncate') return { kind: 'truncate', size: Number(/, (\d+)$/.exec(call.args)?.[1]) };
  if (call.name !== 'pwrite64' && call.name !== 'pwritev') return undefined;
  const offset = Number(/, (\d+)$/.exec(call.args)?.[1]);
  return { kind: 'write', offset, bytes: Buffer.concat(textsOf(call)).subarray(0, Number(call.result)) };
}

function applyTo(file: string, changes: readonly Change[]): void {
  if (changes.length === 0) return;
  mkdirSync(dirname(file), { recursive: true });
  const isNew = !existsSync(file);
  const handle = openSync(file, isNew ? 'w' : 'r+', 0o600);
  try {
    for (const change of changes) {
      if (change.kind === 'truncate') ftruncateSync(handle, change.size);
      else writeSync(handle, change.bytes, 0, change.bytes.length, change.offset);
    }
  } finally {
    closeSync(handle);
  }
}

function renameOrRemove(
  call: Call,
  state: {
    waiting: Map<string, Change[]>;
    copied(path: string): string | undefined;
    original: string;
  },
): void {
  const [from, to] = textsOf(call).map((text) => inside(text.toString('utf8'), state.original));
  const source = from && state.copied(from);
  if (from === undefined || source === undefined) return;
  if (call.name === 'unlink') {
    rmSync(source, { force: true });
    state.waiting.delete(from);
    return;
  }
  const target = to && state.copied(to);
  if (to === undefined || target === undefined) return;
  if (existsSync(source) && statSync(source).isFile()) renameSync(source, target);
  const changes = state.waiting.get(from);
  state.waiting.delete(from);
  if (changes) state.waiting.set(to, changes);
}

/** The server names its files from its own folder. */
const inside = (path: string, original: string): string => (path.startsWith('/') ? path : `${original}/${path}`);
