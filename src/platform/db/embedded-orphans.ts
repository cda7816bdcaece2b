import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Problem } from '#kernel';
import { isAlive } from './process-identity.ts';

const stopTimeoutMs = 60_000;
const pollMs = 20;

/**
 * Clears what a killed Hortus left behind: its server is stopped in good order (it may still be writing), and backends
 * whose server was killed are waited for. The caller holds the data folder's lock, so nobody else's server is meant.
 */
export async function clearOrphans(clusterDir: string, log: (line: string) => void): Promise<void> {
  const pid = postmasterPid(clusterDir);
  if (pid !== undefined && isAlive(pid) && isServerOf(pid, clusterDir)) {
    log(`stopping the database server that an earlier Hortus left behind (process ${pid})`);
    process.kill(pid, 'SIGINT');
    await untilGone(() => isAlive(pid), `The database server of an earlier Hortus (process ${pid}) does not stop.`);
  }
  await untilGone(
    () => processesIn(clusterDir).length > 0,
    'Processes of an earlier database server still use the data folder.',
  );
  if (pid !== undefined && isTaken(pid)) {
    // The number was given to another process, or nobody noticed yet that the server ended. PostgreSQL would take
    // that process for its own server and refuse to start.
    for (const name of ['postmaster.pid', '.s.PGSQL.5432.lock']) rmSync(join(clusterDir, name), { force: true });
  }
}

/** The server's number as written in its lock file, if there is one. */
export function postmasterPid(clusterDir: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(join(clusterDir, 'postmaster.pid'), 'utf8'), 10);
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined;
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

function isServerOf(pid: number, clusterDir: string): boolean {
  if (process.platform === 'linux') return folderOf(pid) === clusterDir;
  if (process.platform === 'win32') return false;
  const answer = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  return answer.stdout.includes('postgres') && answer.stdout.includes(clusterDir);
}

/** Every process of a server works inside the cluster's folder. Only Linux tells. */
function processesIn(clusterDir: string): number[] {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids.filter((pid) => folderOf(pid) === clusterDir && commandOf(pid).startsWith('postgres'));
}

function folderOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8');
  } catch {
    return '';
  }
}

async function untilGone(isThere: () => boolean, otherwise: string): Promise<void> {
  const deadline = Date.now() + stopTimeoutMs;
  while (isThere()) {
    if (Date.now() > deadline) throw new Problem('folder-unusable', { detail: otherwise });
    await wait(pollMs);
  }
}
