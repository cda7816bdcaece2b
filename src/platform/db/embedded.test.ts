import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { type ConnectOptions, connect, type EmbeddedServer, holderOf, startEmbedded } from './index.ts';

// Goal: no committed row is lost and no start is refused, however Hortus ended before. Method: real servers in folders
// of their own, processes that are really killed.

const folders: string[] = [];
const processes: ChildProcess[] = [];
const servers: EmbeddedServer[] = [];

afterEach(async () => {
  for (const one of processes.splice(0)) one.kill('SIGKILL');
  for (const one of servers.splice(0)) await one.stop();
  for (const one of folders.splice(0)) await rm(one, { recursive: true, force: true });
});

async function aFolder(...inside: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hortus-test-'));
  folders.push(folder);
  return join(folder, ...inside);
}

async function start(dataDir: string, log: (line: string) => void = () => {}): Promise<EmbeddedServer> {
  const server = await startEmbedded({ dataDir, log });
  servers.push(server);
  return server;
}

async function query(connection: ConnectOptions, text: string): Promise<unknown[]> {
  const database = connect({ ...connection, poolSizeMax: 1 });
  try {
    return (await database.pool.query(text)).rows;
  } finally {
    await database.close();
  }
}

/** Another Hortus on the folder, which holds one row. */
async function anotherHortus(dataDir: string) {
  const script = fileURLToPath(new URL('process-for-tests.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
  processes.push(child);
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (data: Buffer) => resolve(data.toString('utf8')));
    child.once('exit', (code) => reject(new Error(`the other Hortus ended with ${code}`)));
  });
  const { serverPid, connection } = JSON.parse(line) as { serverPid: number; connection: ConnectOptions };
  await query(connection, 'create table kept as select 1 as one');
  const exited = new Promise((resolve) => child.once('exit', resolve));
  return {
    serverPid,
    kill: async () => {
      child.removeAllListeners('exit');
      child.kill('SIGKILL');
      await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, 200))]);
    },
  };
}

describe('startEmbedded', { timeout: 120_000 }, () => {
  it('makes a durable, private PostgreSQL in the data folder and finds it again', async () => {
    const dataDir = await aFolder('not', 'there yet');
    const first = await start(dataDir);
    await query(first.connection, 'create table kept as select 1 as one');
    const settings = `select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses') order by name`;
    expect(await query(first.connection, settings)).toEqual([
      { name: 'fsync', setting: 'on' },
      { name: 'full_page_writes', setting: 'on' },
      { name: 'listen_addresses', setting: '' },
      { name: 'synchronous_commit', setting: 'on' },
    ]);
    await first.stop();
    const second = await start(dataDir);
    expect(await query(second.connection, 'select one from kept')).toEqual([{ one: 1 }]);
  });

  it('lets nobody in without the password', async () => {
    const { connection } = await start(await aFolder());
    await expect(query({ ...connection, password: 'guessed' }, 'select 1')).rejects.toThrow(
      'password authentication failed',
    );
  });

  it('works in a folder whose path is longer than the address of a socket may be', async () => {
    const dataDir = await aFolder('a folder with a long name '.repeat(3), 'and another one inside of it '.repeat(3));
    const { connection } = await start(dataDir);
    expect(await query(connection, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('works in a folder that only its owner can reach, also as root', async () => {
    const closed = await aFolder('closed');
    mkdirSync(closed);
    chmodSync(closed, 0o700);
    const { connection } = await start(join(closed, 'data'));
    expect(await query(connection, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('keeps no value of a failed statement in its log', async () => {
    const dataDir = await aFolder();
    const { connection } = await start(dataDir);
    await expect(query(connection, "select 'a secret name'::int")).rejects.toThrow('a secret name');
    expect(readFileSync(join(dataDir, 'db', 'postgres.log'), 'utf8')).not.toContain('secret');
  });

  it('starts again after Hortus and its server were both killed', async () => {
    const dataDir = await aFolder();
    const other = await anotherHortus(dataDir);
    await other.kill();
    process.kill(other.serverPid, 'SIGKILL');
    const server = await start(dataDir);
    expect(await query(server.connection, 'select one from kept')).toEqual([{ one: 1 }]);
  });

  it('stops the server that a killed Hortus left behind, and starts its own', async () => {
    const dataDir = await aFolder();
    const other = await anotherHortus(dataDir);
    await other.kill();
    const lines: string[] = [];
    const server = await start(dataDir, (line) => lines.push(line));
    expect(lines.join()).toContain(`process ${other.serverPid}`);
    expect(server.pid).not.toBe(other.serverPid);
    expect(await query(server.connection, 'select one from kept')).toEqual([{ one: 1 }]);
  });

  it('brings its server back when that is killed', async () => {
    const server = await start(await aFolder());
    await query(server.connection, 'create table kept as select 1 as one');
    process.kill(server.pid, 'SIGKILL');
    await expect
      .poll(() => query(server.connection, 'select one from kept').catch(() => 'not yet'), { timeout: 20_000 })
      .toEqual([{ one: 1 }]);
  });

  it('is not led astray by a server lock with the number of another process', async () => {
    const dataDir = await aFolder();
    await (await start(dataDir)).stop();
    for (const name of ['postmaster.pid', '.s.PGSQL.5432.lock']) {
      writeFileSync(join(dataDir, 'db', 'data', name), `${process.pid}\n/elsewhere\n`);
    }
    const server = await start(dataDir);
    expect(await query(server.connection, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('begins anew when the first start was cut off while the database was being made', async () => {
    const dataDir = await aFolder();
    mkdirSync(join(dataDir, 'db', 'data.draft', 'base'), { recursive: true });
    const server = await start(dataDir);
    expect(await query(server.connection, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(readdirSync(join(dataDir, 'db')).filter((name) => name.includes('draft'))).toEqual([]);
  });

  it.runIf(process.platform === 'linux')(
    'begins anew while the initdb of a killed first start is at work',
    async () => {
      const dataDir = await aFolder();
      const script = fileURLToPath(new URL('process-for-tests.ts', import.meta.url));
      const doomed = spawn(process.execPath, ['--import', 'tsx', script, dataDir], { stdio: 'ignore' });
      processes.push(doomed);
      const drafts = (): string[] =>
        existsSync(join(dataDir, 'db'))
          ? readdirSync(join(dataDir, 'db')).filter((name) => name.includes('draft'))
          : [];
      const isMaking = (): boolean => drafts().some((name) => existsSync(join(dataDir, 'db', name, 'global')));
      await expect.poll(isMaking, { timeout: 30_000, interval: 5 }).toBe(true);
      doomed.kill('SIGKILL');
      // Its number is free only when it has ended; until then the folder counts as in use.
      await new Promise((resolve) => doomed.once('exit', resolve));
      const server = await start(dataDir);
      expect(await query(server.connection, 'select 1 as one')).toEqual([{ one: 1 }]);
      expect(drafts()).toEqual([]);
    },
  );

  it('is not led astray by the lock of a socket alone', async () => {
    const dataDir = await aFolder();
    await (await start(dataDir)).stop();
    writeFileSync(join(dataDir, 'db', 'data', '.s.PGSQL.5432.lock'), `${process.pid}\n/elsewhere\n`);
    const server = await start(dataDir);
    expect(await query(server.connection, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('refuses a folder on which another Hortus runs, and leaves that one alone', async () => {
    const dataDir = await aFolder();
    const other = await anotherHortus(dataDir);
    await expect(startEmbedded({ dataDir })).rejects.toMatchObject({ code: 'folder-in-use' });
    expect(await holderOf(dataDir)).toBeDefined();
    await other.kill();
    const server = await start(dataDir);
    expect(await query(server.connection, 'select one from kept')).toEqual([{ one: 1 }]);
  });

  it('refuses a database of another PostgreSQL version in words', async () => {
    const dataDir = await aFolder();
    await (await start(dataDir)).stop();
    writeFileSync(join(dataDir, 'db', 'data', 'PG_VERSION'), '12\n');
    await expect(startEmbedded({ dataDir })).rejects.toMatchObject({
      code: 'folder-unusable',
      detail: expect.stringContaining('12'),
    });
    expect(existsSync(join(dataDir, 'hortus.lock'))).toBe(false);
  });
});
