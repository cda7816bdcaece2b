import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import { aDataFolder, clearAway, databaseOf, databaseProcesses, start } from './installation.ts';
import { expectNothingLost } from './invariants.ts';
import { Journal } from './journal.ts';
import { replaySynced } from './power-cut.ts';
import { report, sized, skipLoudly, testTimeoutMs } from './size.ts';
import { trace, whyNoTrace } from './trace.ts';
import { outcomeRows, predictionRows, type World, worldOf } from './world.ts';

// Goal: what was acknowledged survives a power cut, in which every write that was not synced is gone. Method: a copy of
// the data folder at a moment when all of it was synced, and a trace of every write and sync after it; to the copy is
// added only what was synced before the last acknowledgement, and a second Hortus starts on that.

afterAll(clearAway);

const reason = whyNoTrace();
if (reason !== undefined) skipLoudly('a power cut that drops unsynced writes', reason);

const watchedCalls = 'pwrite64,pwritev,ftruncate,fsync,fdatasync,rename,unlink';

describe.skipIf(reason !== undefined)('a power cut', { timeout: testTimeoutMs }, () => {
  it('leaves everything acknowledged, and loses it if the syncs are taken away', async () => {
    const dataDir = await aDataFolder();
    const hortus = await start({ dataDir });
    const journal = new Journal();
    const world = await worldOf(hortus);
    const [base, remembered] = [join(dirname(dataDir), 'base'), join(dirname(dataDir), 'remembered')];
    const file = join(dirname(dataDir), 'calls');
    const watched = await trace(
      databaseProcesses(dataDir).map(({ pid }) => pid),
      { calls: watchedCalls, file },
    );
    await copySynced(dataDir, base);
    await sendSome(world, journal);
    const acknowledgedAt = Date.now() / 1000;
    copyFileSync(join(dataDir, 'keys', 'ledger.checkpoint'), remembered);
    await hortus.kill();
    const calls = (await watched.stop()).filter((call) => call.at < acknowledgedAt);

    const original = join(dataDir, 'db', 'data');
    const withSyncs = await aDataFolder();
    copyFolder(base, withSyncs);
    copyFileSync(remembered, join(withSyncs, 'keys', 'ledger.checkpoint'));
    const cut = replaySynced(calls, { original, copy: join(withSyncs, 'db', 'data') });
    expect(cut.droppedBytes, 'some writes were dropped').toBeGreaterThan(0);
    giveBack(withSyncs, original);
    const tally = await checkedOn(withSyncs, journal);
    report(`power cut: ${JSON.stringify(cut)}, ${JSON.stringify(tally)}`);

    const withoutSyncs = await aDataFolder();
    copyFolder(base, withoutSyncs);
    giveBack(withoutSyncs, original);
    await expect(checkedOn(withoutSyncs, journal)).rejects.toThrow('rows of the acknowledged batch');
  });
});

/** Everything written so far is synced, and nothing is written during the copy. */
async function copySynced(dataDir: string, base: string): Promise<void> {
  const database = databaseOf(dataDir);
  try {
    const place = async (): Promise<string> =>
      (await database.pool.query<{ lsn: string }>('select pg_current_wal_insert_lsn()::text as lsn')).rows[0]!.lsn;
    for (let attempt = 0; ; attempt++) {
      await database.pool.query('checkpoint');
      const before = await place();
      rmSync(base, { recursive: true, force: true });
      copyFolder(dataDir, base);
      if ((await place()) === before) return;
      expect(attempt, 'attempts to copy a database at rest').toBeLessThan(20);
    }
  } finally {
    await database.close();
  }
}

async function sendSome(world: World, journal: Journal): Promise<void> {
  const random = seededRandom('power cut');
  const [sender, at] = [await world.cast.sender('WESTHAVEN'), await world.now()];
  for (let i = 0; i < sized(40, 6); i++) {
    const rows = predictionRows(world, 'WESTHAVEN', { name: `cut-${i}`, rows: 1 + i * 7, at, random });
    await journal.send(sender, { kind: 'predictions', site: 'WESTHAVEN', rows });
    await journal.send(sender, { kind: 'outcomes', site: 'WESTHAVEN', rows: outcomeRows(rows, random) });
  }
  expect(journal.acknowledged().length).toBe(journal.batches.length);
}

function copyFolder(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  const done = spawnSync('cp', ['-a', from, to], { encoding: 'utf8' });
  // Files that come and go (a lock, a socket) may vanish during the copy.
  expect(done.stderr.split('\n').filter((line) => line !== '' && !line.includes('No such file'))).toEqual([]);
}

/** The machine starts anew: no process holds the folder, and the account of the server owns what was replayed. */
function giveBack(dataDir: string, original: string): void {
  rmSync(join(dataDir, 'hortus.lock'), { force: true });
  writeFileSync(join(dataDir, 'db', 'postgres.log'), '');
  const owner = spawnSync('stat', ['-c', '%u:%g', original], { encoding: 'utf8' }).stdout.trim();
  spawnSync('chown', ['-R', owner, join(dataDir, 'db')]);
}

async function checkedOn(dataDir: string, journal: Journal) {
  const hortus = await start({ dataDir });
  const database = databaseOf(dataDir);
  try {
    const log = readFileSync(join(dataDir, 'db', 'postgres.log'), 'utf8');
    expect(log).toContain('automatic recovery');
    return await expectNothingLost({ database, world: await worldOf(hortus) }, journal);
  } finally {
    await database.close();
    await hortus.stop();
  }
}
