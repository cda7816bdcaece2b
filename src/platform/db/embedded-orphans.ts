import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Problem } from '#kernel';
import { isAlive } from './process-identity.ts';

/** After this, a server that was asked to stop in good order is told to end at once; the next start recovers. */
const politeTimeoutMs = 30_000;
const stopTimeoutMs = 60_000;
const draftTimeoutMs = 10_000;
const pollMs = 20;
const lockFiles = ['postmaster.pid', '.s.PGSQL.5432.lock'] as const;

/**
 * Clears what a killed Hortus left behind: its server is stopped in good order (it may still be writing), and backends
 * whose server was killed are waited for. The caller holds the data folder's lock, so nobody else's server is meant.
 * Problems: folder-unusable where something does not end within a minute.
 */
export async function clearOrphans(clusterDir: string, log: (line: string) => void): Promise<void> {
  const startedAt = Date.now();
  const sent = new Map<number, NodeJS.Signals>();
  const signal = (pid: number, name: NodeJS.Signals): void => {
    if (sent.get(pid) === name) return;
    sent.set(pid, name);
    send(pid, name);
  };
  for (;;) {
    // Asked anew each time: a server that was just being started writes its number a moment later.
    const server = runningServer(clusterDir);
    const left = [...new Set([...(server === undefined ? [] : [server]), ...processesIn(clusterDir, ['postgres'])])];
    if (left.length === 0) break;
    const waitedMs = Date.now() - startedAt;
    if (waitedMs > stopTimeoutMs) {
      throw new Problem('folder-unusable', {
        detail: `The database server of an earlier Hortus still uses ${clusterDir} and does not stop (process ${left.join(', ')}).`,
      });
    }
    if (server !== undefined && !sent.has(server)) {
      log(`stopping the database server that an earlier Hortus left behind (process ${server})`);
      signal(server, 'SIGINT');
    }
    if (waitedMs > politeTimeoutMs) for (const pid of left) signal(pid, 'SIGQUIT');
    await wait(pollMs);
  }
  removeStaleLocks(clusterDir);
}

/**
 * Ends what a killed Hortus left at work on a database that it had not finished making: initdb lives on without it, and
 * would go on writing into the folder. Nothing in there is worth keeping. Only Linux tells; elsewhere nothing happens.
 */
export async function endDraftWork(draftDir: string): Promise<void> {
  const deadline = Date.now() + draftTimeoutMs;
  for (;;) {
    const left = processesIn(draftDir, ['initdb', 'postgres']);
    if (left.length === 0 || Date.now() > deadline) return;
    for (const pid of left) send(pid, 'SIGKILL');
    await wait(pollMs);
  }
}

/** The server's number as written in its lock file, if there is one. */
export const postmasterPid = (clusterDir: string): number | undefined => pidIn(join(clusterDir, 'postmaster.pid'));

function pidIn(lockFile: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(lockFile, 'utf8'), 10);
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** The socket's lock names the server as well: the other file may have been lost. */
const runningServer = (clusterDir: string): number | undefined =>
  lockFiles
    .map((name) => pidIn(join(clusterDir, name)))
    .find((pid) => pid !== undefined && isAlive(pid) && isServerOf(pid, clusterDir));

/**
 * The number in a lock may have been given to another process, or nobody noticed yet that the server ended. PostgreSQL
 * would take that process for its own server and refuse to start.
 */
function removeStaleLocks(clusterDir: string): void {
  for (const name of lockFiles) {
    const pid = pidIn(join(clusterDir, name));
    if (pid !== undefined && isTaken(pid)) rmSync(join(clusterDir, name), { force: true });
  }
}

function isTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** It may end by itself between being seen and being told. */
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function isServerOf(pid: number, clusterDir: string): boolean {
  if (process.platform === 'linux') return folderOf(pid) === clusterDir;
  if (process.platform === 'win32') return false;
  const answer = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8', timeout: 10_000 });
  return (answer.stdout ?? '').includes('postgres') && (answer.stdout ?? '').includes(clusterDir);
}

/** Every process of a server, and of initdb, works inside the cluster's folder. Only Linux tells. */
function processesIn(folder: string, programs: readonly string[]): number[] {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids.filter((pid) => isIn(folder, pid) && programs.includes(commandOf(pid)));
}

/** The kernel marks a folder that was removed under its process. */
const isIn = (folder: string, pid: number): boolean => [folder, `${folder} (deleted)`].includes(folderOf(pid) ?? '');

function folderOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}
