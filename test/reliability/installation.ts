import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { connect, type Database } from '#platform/db';
import { within } from './within.ts';

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

const startTimeoutMs = 90_000;
/** A stop lets requests and the database finish; after a SIGKILL there is nothing to wait for. */
const endTimeoutsMs = { SIGKILL: 30_000, SIGTERM: 90_000 };

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

export interface Launched {
  readonly pid: number;
  readonly child: ChildProcess;
  /** Everything it wrote to its standard error. */
  log(): string;
  /** What it ended with, if it has. */
  outcome(): string | undefined;
  /** Resolves when it has ended, before or after this is asked for. */
  readonly ended: Promise<void>;
  /** Sends a signal and waits for the end; rejects where that does not come. */
  endBy(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

/** Launches without waiting: what a start that is killed in the middle needs. */
export async function launch({ dataDir, env = {} }: StartOptions): Promise<Launched> {
  const { DATABASE_URL: _, ...inherited } = process.env;
  const child = spawn(process.execPath, ['--enable-source-maps', await bundle()], {
    env: {
      ...inherited,
      HORTUS_DATA: dataDir,
      HORTUS_LOG: 'warn',
      HORTUS_RELIABILITY_PARENT: String(process.pid),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  processes.add(child);
  let log = '';
  let outcome: string | undefined;
  child.stderr.on('data', (data: Buffer) => {
    log += data.toString('utf8');
  });
  // An event is told once: whoever asks later asks the promise.
  const ended = new Promise<void>((resolve) => {
    const end = (how: string): void => {
      outcome ??= how;
      processes.delete(child);
      resolve();
    };
    child.once('exit', (code, signal) => end(signal ?? `code ${code}`));
    child.once('error', (error) => end(error.message));
  });
  return {
    pid: child.pid ?? 0,
    child,
    log: () => log,
    outcome: () => outcome,
    ended,
    endBy: async (signal) => {
      child.kill(signal);
      const known = (): string => whatIsKnown(dataDir, log);
      await within(endTimeoutsMs[signal], `the end of Hortus (${child.pid}) by ${signal}`, ended, known);
    },
  };
}

/** Starts and waits until it answers. Rejects with what it said if it ends instead, or is not there in time. */
export async function start(options: StartOptions): Promise<RunningHortus> {
  const launched = await launch(options);
  const { child, log, ended, endBy } = launched;
  const answering = new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (data: Buffer) => {
      text += data.toString('utf8');
      if (text.includes('\n')) resolve(text);
    });
    // What it said last arrives after its end.
    child.once('close', () =>
      reject(new Error(`Hortus ended with ${launched.outcome()} before it answered:\n${log()}`)),
    );
  });
  const known = (): string => whatIsKnown(options.dataDir, log());
  const line = await within(startTimeoutMs, 'an answer of a Hortus that starts', answering, known).catch((error) => {
    child.kill('SIGKILL');
    throw error;
  });
  const { url, operatorSecret } = JSON.parse(line) as { url: string; operatorSecret: string };
  return {
    url,
    operatorSecret,
    pid: launched.pid,
    log,
    kill: () => endBy('SIGKILL'),
    stop: () => endBy('SIGTERM'),
    ended,
  };
}

/** At which stage it is: what it said, what its database said, and who works in its folder. */
function whatIsKnown(dataDir: string, log: string): string {
  const file = join(dataDir, 'db', 'postgres.log');
  const ofDatabase = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(-15).join('\n') : '(none)';
  const isInside = (folder: string): boolean => folder.startsWith(join(dataDir, 'db'));
  const workers = processesWhere(isInside).map(({ pid, title }) => `${pid} ${title}`);
  return `It said:\n${log}\nThe log of its database:\n${ofDatabase}\nProcesses in its folder:\n${workers.join('\n')}`;
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
export const databaseProcesses = (dataDir: string): { pid: number; title: string }[] =>
  processesWhere((folder) => folder === clusterDir(dataDir));

/** Every process by the folder it works in; only Linux tells. */
function processesWhere(isMeant: (folder: string) => boolean): { pid: number; title: string }[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isMeant(folderOf(Number(name)) ?? ''))
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
