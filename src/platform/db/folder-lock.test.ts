import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { holderOf, lockDataFolder } from './index.ts';
import { identityOf } from './process-identity.ts';

const folders: string[] = [];

afterEach(async () => {
  for (const one of folders.splice(0)) await rm(one, { recursive: true, force: true });
});

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hortus-test-'));
  folders.push(folder);
  return folder;
}

const leaveLock = (folder: string, holder: object): void =>
  writeFileSync(join(folder, 'hortus.lock'), JSON.stringify(holder));

describe('lockDataFolder', () => {
  it('says where the running Hortus answers', async () => {
    const folder = await aFolder();
    leaveLock(folder, { ...identityOf(process.ppid), url: 'http://127.0.0.1:4680' });
    await expect(lockDataFolder(folder)).rejects.toMatchObject({
      code: 'folder-in-use',
      detail: expect.stringContaining('http://127.0.0.1:4680'),
      context: { pid: process.ppid, url: 'http://127.0.0.1:4680' },
    });
  });

  it('tells other commands who holds the folder, until it is given back', async () => {
    const folder = await aFolder();
    const lock = await lockDataFolder(folder);
    await lock.announce('http://127.0.0.1:4680');
    expect(await holderOf(folder)).toMatchObject({ pid: process.pid, url: 'http://127.0.0.1:4680' });
    await lock.release();
    expect(await holderOf(folder)).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is held until everyone in this process gave it back', async () => {
    const folder = await aFolder();
    const [server, database] = [await lockDataFolder(folder), await lockDataFolder(folder)];
    await database.release();
    await database.release();
    expect(existsSync(join(folder, 'hortus.lock'))).toBe(true);
    await server.release();
    expect(existsSync(join(folder, 'hortus.lock'))).toBe(false);
  });

  it('takes over from a process that has ended', async () => {
    const folder = await aFolder();
    const ended = spawnSync(process.execPath, ['-e', '0']).pid;
    leaveLock(folder, { pid: ended, host: hostname(), startedAt: 'once' });
    const lock = await lockDataFolder(folder);
    expect(await holderOf(folder)).toMatchObject({ pid: process.pid });
    await lock.release();
  });

  it('takes over when the number was given to another process', async () => {
    const folder = await aFolder();
    leaveLock(folder, { ...identityOf(process.ppid), startedAt: 'before the last start of this machine' });
    const lock = await lockDataFolder(folder);
    await lock.release();
  });

  it('takes over from a lock file that a crash left empty', async () => {
    const folder = await aFolder();
    writeFileSync(join(folder, 'hortus.lock'), '');
    const lock = await lockDataFolder(folder);
    await lock.release();
  });

  it('waits for the heartbeat of another machine to fall silent', async () => {
    const folder = await aFolder();
    leaveLock(folder, { pid: 1, host: 'another-machine' });
    await expect(lockDataFolder(folder)).rejects.toMatchObject({ code: 'folder-in-use' });
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(join(folder, 'hortus.lock'), longAgo, longAgo);
    const lock = await lockDataFolder(folder);
    await lock.release();
  });
});
