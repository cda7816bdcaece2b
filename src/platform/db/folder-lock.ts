import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { Problem } from '#kernel';
import { identityOf, isRunning, type ProcessIdentity } from './process-identity.ts';

export interface FolderLock {
  /** Writes where this Hortus answers, for whoever finds the folder in use. */
  announce(url: string): Promise<void>;
  release(): Promise<void>;
}

export interface FolderHolder extends ProcessIdentity {
  url?: string;
}

const heartbeatMs = 10_000;
/** A holder on another machine cannot be asked for: it counts as gone after three missed heartbeats. */
const silenceMs = 3 * heartbeatMs;
const attemptsMax = 20;

/** Within one process the lock may be taken again, for instance by the database that starts inside the server. */
const heldHere = new Map<string, { holders: number; lock: FolderLock }>();

/**
 * Makes this process the only Hortus on a data folder. The lock of a process that died is taken over.
 * Problems: folder-in-use, with the address where the other one answers; folder-unusable.
 */
export async function lockDataFolder(dataDir: string): Promise<FolderLock> {
  const folder = resolve(dataDir);
  const held = heldHere.get(folder);
  if (held) {
    held.holders++;
    return sharedLock(folder);
  }
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: Error) => {
    throw new Problem('folder-unusable', { detail: `${folder} cannot be made: ${error.message}`, cause: error });
  });
  const file = join(folder, 'hortus.lock');
  const identity = identityOf(process.pid);
  await take(file, identity);
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => {});
  }, heartbeatMs);
  heartbeat.unref();
  const lock: FolderLock = {
    announce: (url) => replace(file, { ...identity, url }),
    release: async () => {
      clearInterval(heartbeat);
      await unlink(file).catch(() => {});
    },
  };
  heldHere.set(folder, { holders: 1, lock });
  return sharedLock(folder);
}

/** Who holds a data folder now, if anyone does: how a command finds the server that runs on it. */
export async function holderOf(dataDir: string): Promise<FolderHolder | undefined> {
  const file = join(resolve(dataDir), 'hortus.lock');
  const holder = await read(file);
  return holder && (await isHeld(file, holder)) ? holder : undefined;
}

function sharedLock(folder: string): FolderLock {
  let released = false;
  return {
    announce: async (url) => heldHere.get(folder)?.lock.announce(url),
    release: async () => {
      const held = heldHere.get(folder);
      if (released || !held) return;
      released = true;
      if (--held.holders > 0) return;
      heldHere.delete(folder);
      await held.lock.release();
    },
  };
}

async function take(file: string, identity: ProcessIdentity): Promise<void> {
  const draft = await writeDraft(file, identity);
  try {
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      // A hard link is made whole or not at all, and never over another file.
      if (await succeeds(link(draft, file))) return;
      const holder = await read(file);
      if (!holder) continue;
      if (await isHeld(file, holder)) throw inUse(holder);
      await removeStale(file, holder);
    }
  } finally {
    await unlink(draft).catch(() => {});
  }
  throw new Problem('folder-unusable', { detail: `The lock file ${file} can be neither taken nor read.` });
}

/** Takes a dead process's lock away; if another Hortus was quicker and the lock is new, it is put back. */
async function removeStale(file: string, expected: FolderHolder): Promise<void> {
  const aside = `${file}.${randomBytes(6).toString('hex')}`;
  if (!(await succeeds(rename(file, aside)))) return;
  const found = await read(aside);
  if (found && (found.pid !== expected.pid || found.startedAt !== expected.startedAt)) {
    await succeeds(link(aside, file));
  }
  await unlink(aside).catch(() => {});
}

async function isHeld(file: string, holder: FolderHolder): Promise<boolean> {
  if (holder.host === hostname()) return isRunning(holder);
  const age =
    Date.now() -
    (await stat(file).then(
      (found) => found.mtimeMs,
      () => 0,
    ));
  return age < silenceMs;
}

function inUse(holder: FolderHolder): Problem {
  const where =
    holder.url === undefined ? 'It is still starting, or it has no web address.' : `It answers at ${holder.url}.`;
  return new Problem('folder-in-use', {
    detail: `Process ${holder.pid} on ${holder.host} uses this data folder. ${where}`,
    context: { pid: holder.pid, ...(holder.url === undefined ? {} : { url: holder.url }) },
  });
}

async function read(file: string): Promise<FolderHolder | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const holder = JSON.parse(text) as FolderHolder;
    if (Number.isInteger(holder.pid)) return holder;
  } catch {
    // Falls through: what is not a lock of ours stands for a process that cannot exist.
  }
  return { pid: 0x7fffffff, host: hostname() };
}

async function replace(file: string, holder: FolderHolder): Promise<void> {
  await rename(await writeDraft(file, holder), file);
}

async function writeDraft(file: string, holder: FolderHolder): Promise<string> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, `${JSON.stringify(holder)}\n`, { mode: 0o600, flag: 'wx' }).catch((error: Error) => {
    throw new Problem('folder-unusable', { detail: `${file} cannot be written: ${error.message}`, cause: error });
  });
  return draft;
}

const succeeds = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );
