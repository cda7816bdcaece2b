import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { connect, type Database } from '#platform/db';

// A real Hortus in a process of its own, on a folder of its own, to be killed in every way.

export interface RunningHortus {
  readonly url: string;
  /** Secret of the local operator of this very process. */
  readonly operatorSecret: string;
  readonly pid: number;
  /** Everything it wrote to its standard error. */
  log(): string;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM, as an operator stops it. */
  stop(): Promise<void>;
  /** Resolves when it has ended by itself or otherwise. */
  ended: Promise<void>;
}

export interface StartOptions {
  dataDir: string;
  env?: Record<string, string>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
let bundled: Promise<string> | undefined;

/** The process as one file, as the product is shipped: it starts in half a second instead of three. */
function bundle(): Promise<string> {
  bundled ??= (async () => {
    const outfile = join(root, 'build', 'reliability', `hortus-${process.pid}-${Date.now()}.mjs`);
    await build({
      absWorkingDir: root,
      entryPoints: ['test/reliability/installation-process.ts'],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      packages: 'external',
      sourcemap: true,
      logLevel: 'warning',
    });
    return outfile;
  })();
  return bundled;
}

/** Removes what the bundling left; for `afterAll`. */
export async function removeBundle(): Promise<void> {
  if (bundled === undefined) return;
  const file = await bundled;
  await rm(file, { force: true });
  await rm(`${file}.map`, { force: true });
}

const folders: string[] = [];
const processes = new Set<ChildProcess>();

export async function aDataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hortus-reliability-'));
  folders.push(folder);
  return join(folder, 'data');
}

/** Ends every process and removes every folder of this file; for `afterAll`. */
export async function clearAway(): Promise<void> {
  for (const child of processes) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) {
    await killDatabase(join(folder, 'data'));
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  await removeBundle();
}

/** Launches without waiting: what a start that is killed in the middle needs. */
export async function launch({ dataDir, env = {} }: StartOptions): Promise<ChildProcess> {
  const { DATABASE_URL: _, ...inherited } = process.env;
  const child = spawn(process.execPath, ['--enable-source-maps', await bundle()], {
    env: { ...inherited, HORTUS_DATA: dataDir, HORTUS_LOG: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  processes.add(child);
  child.once('exit', () => processes.delete(child));
  return child;
}

/** Starts and waits until it answers. Rejects with what it said if it ends instead. */
export async function start(options: StartOptions): Promise<RunningHortus> {
  const child = await launch(options);
  let log = '';
  child.stderr?.on('data', (data: Buffer) => {
    log += data.toString('utf8');
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (data: Buffer) => {
      text += data.toString('utf8');
      if (text.includes('\n')) resolve(text);
    });
    child.once('close', (code) => reject(new Error(`Hortus ended with ${code} before it answered:\n${log}`)));
  });
  const { url, operatorSecret } = JSON.parse(line) as { url: string; operatorSecret: string };
  const endBy = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  return {
    url,
    operatorSecret,
    pid: child.pid!,
    log: () => log,
    kill: () => endBy('SIGKILL'),
    stop: () => endBy('SIGTERM'),
    ended,
  };
}

const clusterDir = (dataDir: string): string => join(dataDir, 'db', 'data');

/** The number of the folder's PostgreSQL, if one runs. */
export function databasePid(dataDir: string): number | undefined {
  const file = join(clusterDir(dataDir), 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  return folderOf(pid) === clusterDir(dataDir) ? pid : undefined;
}

/** Every process of the folder's PostgreSQL with its title: `postgres: walwriter`. */
export function databaseProcesses(dataDir: string): { pid: number; title: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && folderOf(Number(name)) === clusterDir(dataDir))
    .map((name) => ({ pid: Number(name), title: titleOf(name) }));
}

/** SIGKILL of the folder's PostgreSQL; resolves when none of its processes is left. */
export async function killDatabase(dataDir: string): Promise<void> {
  const pid = databasePid(dataDir);
  if (pid !== undefined) sendKill(pid);
  for (let i = 0; i < 500 && pid !== undefined && databaseProcesses(dataDir).some((one) => one.pid === pid); i++) {
    await wait(10);
  }
}

/** SIGKILL of a process that may have ended meanwhile. */
export function sendKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** A connection past the server, to look at what is stored. */
export const databaseOf = (dataDir: string): Database =>
  connect({
    socketDir: clusterDir(dataDir),
    port: 5432,
    user: 'hortus',
    password: readFileSync(join(dataDir, 'db', 'password'), 'utf8').trim(),
    database: 'hortus',
    poolSizeMax: 2,
  });

function folderOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function titleOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}
