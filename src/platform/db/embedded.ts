import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fchownSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
} from 'node:fs';
import { realpath } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type ConnectOptions, connect } from './connect.ts';
import { type Account, serverAccount } from './embedded-account.ts';
import { type Binaries, findBinaries } from './embedded-binaries.ts';
import {
  type Cluster,
  clusterDirOf,
  lastLines,
  ownNameOf,
  prepareCluster,
  roleName,
  serverEnvironment,
  unusable,
} from './embedded-cluster.ts';
import { clearOrphans, postmasterPid } from './embedded-orphans.ts';
import { lockDataFolder } from './folder-lock.ts';

export interface EmbeddedServer {
  readonly connection: ConnectOptions;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  dataDir: string;
  log?: (line: string) => void;
  /** Settings of the server on top of Hortus's own; tests switch `fsync` off with it. */
  settings?: Record<string, string>;
}

interface Launch {
  binaries: Binaries;
  account: Account | undefined;
  cluster: Cluster;
  /** Only where there are no Unix sockets. */
  port: number | undefined;
  logFile: string;
  settings: Record<string, string>;
}

const readyTimeoutMs = 120_000;
const stopTimeoutMs = 60_000;
const quitTimeoutMs = 10_000;
const makeDatabaseTimeoutMs = 60_000;
const pollMs = 5;
const logSizeMaxBytes = 8 * 1024 * 1024;
/** The address of a Unix socket has room for 107 bytes (unix(7)), 103 on macOS. */
const socketPathMaxBytes = 100;
const restartDelaysMs = [200, 1_000, 5_000];

/**
 * Safety first: what makes an acknowledged commit durable cannot be switched off by an edited postgresql.conf.
 * The rest fits a small machine. Failed statements stay out of the log, because their texts may hold values of a row.
 */
const serverSettings: Record<string, string> = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  restart_after_crash: 'on',
  shared_buffers: '128MB',
  max_connections: '60',
  max_wal_size: '512MB',
  min_wal_size: '64MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  io_method: 'sync',
  max_parallel_workers_per_gather: '1',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
  logging_collector: 'off',
};

/**
 * Starts the PostgreSQL that comes with Hortus on `<dataDir>/db`, creating it at the first start, and keeps it running:
 * a server that ends without being asked (a full disk) is started again, with growing pauses.
 * Problems: folder-in-use, folder-unusable, no-database-here.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const log = options.log ?? (() => {});
  const lock = await lockDataFolder(options.dataDir);
  try {
    const dataDir = await realpath(options.dataDir);
    const account = serverAccount(clusterDirOf(dataDir));
    const binaries = findBinaries(account);
    const cluster = await prepareCluster(dataDir, binaries, account);
    await clearOrphans(cluster.dir, log);
    const port = process.platform === 'win32' ? await freePort() : undefined;
    const logFile = join(dataDir, 'db', 'postgres.log');
    const launch: Launch = { binaries, account, cluster, port, logFile, settings: options.settings ?? {} };
    const supervisor = supervise(await launchServer(launch), launch, log);
    const address = clientAddress(launch);
    const connection: ConnectOptions = {
      ...address.connection,
      user: roleName,
      password: cluster.password,
      database: 'hortus',
    };
    await ensureDatabase(connection);
    const stop = once(async () => {
      await supervisor.stop();
      address.remove();
      await lock.release();
    });
    return {
      connection,
      get pid() {
        return supervisor.pid();
      },
      stop,
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function launchServer(launch: Launch): Promise<ChildProcess> {
  const { binaries, account, cluster, port, logFile } = launch;
  if (existsSync(logFile) && statSync(logFile).size > logSizeMaxBytes) truncateSync(logFile);
  const output = openSync(logFile, 'a', 0o600);
  const logStart = statSync(logFile).size;
  // Whoever starts Hortus next, root or the owner of the database, must be able to write on.
  if (account) fchownSync(output, account.uid, account.gid);
  const place =
    port === undefined
      ? { listen_addresses: '', unix_socket_directories: '.', unix_socket_permissions: '0700' }
      : { listen_addresses: '127.0.0.1', port: String(port) };
  const settings = Object.entries({ ...serverSettings, ...place, ...launch.settings });
  const child = spawn(
    binaries.postgres,
    ['-D', ownNameOf(cluster.dir, account), ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    // A session of its own: Ctrl-C in the terminal is for Hortus, which then stops the server in its turn.
    {
      ...account,
      cwd: cluster.dir,
      env: serverEnvironment(),
      stdio: ['ignore', output, output],
      detached: true,
      windowsHide: true,
    },
  );
  closeSync(output);
  const failed = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', () => resolve(lastLines(readFileSync(logFile).subarray(logStart).toString('utf8'))));
  });
  const reason = await Promise.race([failed, untilReady(cluster.dir, child)]);
  if (reason === undefined) return child;
  if (child.exitCode === null) child.kill('SIGQUIT');
  throw unusable(`The database server does not start in ${cluster.dir}: ${reason}`);
}

/** The server writes its state into line 8 of its lock file, as pg_ctl reads it. */
async function untilReady(clusterDir: string, child: ChildProcess): Promise<string | undefined> {
  const deadline = Date.now() + readyTimeoutMs;
  while (Date.now() < deadline && child.exitCode === null && child.signalCode === null) {
    if (postmasterPid(clusterDir) === child.pid && stateOf(clusterDir) === 'ready') return undefined;
    await wait(pollMs);
  }
  return `not ready after ${readyTimeoutMs / 1000} s (state: ${stateOf(clusterDir) ?? 'none'})`;
}

function stateOf(clusterDir: string): string | undefined {
  try {
    return readFileSync(join(clusterDir, 'postmaster.pid'), 'utf8').split('\n')[7]?.trim();
  } catch {
    return undefined;
  }
}

function supervise(first: ChildProcess, launch: Launch, log: (line: string) => void) {
  let child = first;
  let stopping = false;
  const watch = (): void => {
    child.once('exit', (code, signal) => {
      if (!stopping) void restart(`${signal ?? `code ${code}`}`);
    });
  };
  const restart = async (reason: string): Promise<void> => {
    for (let attempt = 0; !stopping; attempt++) {
      const delayMs = restartDelaysMs[Math.min(attempt, restartDelaysMs.length - 1)]!;
      log(`the database server ended (${reason}); starting it again in ${delayMs / 1000} s`);
      await wait(delayMs, undefined, { ref: false });
      if (stopping) return;
      try {
        await clearOrphans(launch.cluster.dir, log);
        child = await launchServer(launch);
      } catch (error) {
        log(error instanceof Error ? error.message : String(error));
        continue;
      }
      if (stopping) await stopChild(child, launch);
      else watch();
      return;
    }
  };
  watch();
  return {
    pid: () => child.pid ?? 0,
    stop: async () => {
      stopping = true;
      await stopChild(child, launch);
    },
  };
}

/** Fast shutdown: open transactions are rolled back, everything committed is on disk. */
async function stopChild(child: ChildProcess, launch: Launch): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<true>((resolve) => child.once('exit', () => resolve(true)));
  if (process.platform === 'win32') {
    spawnSync(launch.binaries.pgCtl, ['stop', '-D', launch.cluster.dir, '-m', 'fast'], {
      stdio: 'ignore',
      windowsHide: true,
      timeout: stopTimeoutMs,
    });
  } else {
    child.kill('SIGINT');
  }
  if (await Promise.race([exited, wait(stopTimeoutMs, false, { ref: false })])) return;
  // Too slow: stop at once; the next start recovers from the write-ahead log, and waits for what is left of it.
  child.kill('SIGQUIT');
  await Promise.race([exited, wait(quitTimeoutMs, undefined, { ref: false })]);
}

/** How a client reaches the server: its socket, through a short name where the folder's own is too long for one. */
function clientAddress(launch: Launch): { connection: ConnectOptions; remove(): void } {
  const { dir } = launch.cluster;
  if (launch.port !== undefined) return { connection: { host: '127.0.0.1', port: launch.port }, remove: () => {} };
  if (Buffer.byteLength(join(dir, '.s.PGSQL.5432')) <= socketPathMaxBytes) {
    return { connection: { socketDir: dir, port: 5432 }, remove: () => {} };
  }
  const short = mkdtempSync(join(tmpdir(), 'hortus-'));
  symlinkSync(dir, join(short, 'db'));
  return {
    connection: { socketDir: join(short, 'db'), port: 5432 },
    remove: () => rmSync(short, { recursive: true, force: true }),
  };
}

async function ensureDatabase(connection: ConnectOptions): Promise<void> {
  const database = connect({ ...connection, database: 'postgres', poolSizeMax: 1 });
  try {
    await database.pool.query(`set statement_timeout = ${makeDatabaseTimeoutMs}`);
    const found = await database.pool.query('select 1 from pg_database where datname = $1', [connection.database]);
    if (found.rowCount === 0) await database.pool.query(`create database "${connection.database}"`);
  } finally {
    await database.close();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 5432;
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= work();
    return running;
  };
}
