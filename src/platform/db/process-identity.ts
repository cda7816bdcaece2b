import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * What tells a process from a later one with the same number. `startedAt` is absent where the system does not tell.
 * `host` is there because a folder may be shared by containers that cannot see each other's processes.
 */
export interface ProcessIdentity {
  pid: number;
  host: string;
  startedAt?: string;
}

export function identityOf(pid: number): ProcessIdentity {
  const startedAt = startOf(pid);
  return { pid, host: hostname(), ...(startedAt === undefined ? {} : { startedAt }) };
}

/** True if a process of that number runs on this machine, whoever owns it. One that ended unnoticed does not run. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || statOnLinux(pid)?.[0] !== 'Z';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** True if this very process still runs here; a number that was given to another process does not count. */
export function isRunning(identity: ProcessIdentity): boolean {
  if (!isAlive(identity.pid)) return false;
  return identity.startedAt === undefined || identity.startedAt === startOf(identity.pid);
}

function startOf(pid: number): string | undefined {
  if (process.platform === 'linux') return startOnLinux(pid);
  if (process.platform === 'win32') return undefined;
  const answer = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', timeout: 10_000 });
  return answer.status === 0 && answer.stdout.trim() !== '' ? answer.stdout.trim() : undefined;
}

/** Clock ticks since boot (proc(5), field 22 of stat), with the boot they count from. */
function startOnLinux(pid: number): string | undefined {
  const fields = statOnLinux(pid);
  if (!fields) return undefined;
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19]}`;
}

/** The fields of /proc/<pid>/stat from the third on, the state. The second, a name in brackets, may hold anything. */
function statOnLinux(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
