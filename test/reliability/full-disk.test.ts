import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import { aDataFolder, clearAway, databaseOf, killDatabase, start } from './installation.ts';
import { expectNothingLost, expectQuietRepeat, isWell } from './invariants.ts';
import { Journal, type SentBatch } from './journal.ts';
import { report, sized, skipLoudly, testTimeoutMs } from './size.ts';
import { moveClock, predictionRows, type World, worldOf } from './world.ts';

// Goal: a full disk is told as what it is, harms nothing that was acknowledged, and passes by itself when there is
// space again. Method: a data folder on a small file system of its own, written to until it is full; then a file that
// lay there is deleted.

const mounted: string[] = [];

afterAll(async () => {
  for (const place of mounted.splice(0)) {
    await killDatabase(join(place, 'data'));
    spawnSync('umount', ['-l', place]);
  }
  await clearAway();
});

/** A small file system in memory, or why there is none. */
function smallDisk(place: string, sizeMb: number): string | undefined {
  if (process.platform !== 'linux' || process.geteuid?.() !== 0) return 'only root can mount a small file system';
  mkdirSync(place, { recursive: true });
  const done = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMb}m`, 'tmpfs', place], { encoding: 'utf8' });
  if (done.status !== 0) return `mounting is not permitted here (${done.stderr.trim()})`;
  mounted.push(place);
  return undefined;
}

const probe = join(dirname(await aDataFolder()), 'probe');
const reason = smallDisk(probe, 1);
if (reason !== undefined) skipLoudly('a full disk', reason);

const sizeMb = 352;
const ballastMb = 96;

describe.skipIf(reason !== undefined)('a full disk', { timeout: testTimeoutMs }, () => {
  it('is told as storage-full, loses nothing, and passes when there is space again', async () => {
    const place = join(dirname(await aDataFolder()), 'disk');
    expect(smallDisk(place, sizeMb)).toBeUndefined();
    const ballast = join(place, 'ballast');
    writeFileSync(ballast, Buffer.alloc(ballastMb * 1024 * 1024));
    const dataDir = join(place, 'data');
    const hortus = await start({ dataDir });
    const world = await worldOf(hortus);
    const journal = new Journal();
    const codes: string[] = [];
    for (let turn = 0; turn < sized(3, 1); turn++) {
      if (turn > 0) writeFileSync(ballast, Buffer.alloc(ballastMb * 1024 * 1024));
      const refused = await writeUntilRefused(world, journal, `full-${turn}`);
      expect(refused.refusal).toMatchObject({ code: 'storage-full', status: 507 });
      expect(refused.refusal?.detail).toMatch(/MiB are free/);
      fillUp(join(place, 'of-others'));
      // Also after a while, when background work has met the full disk too.
      for (let i = 0; i < 8; i++) {
        const again = await sendRows(world, journal, { name: `more-${turn}-${i}`, rows: 500 });
        codes.push(again.refusal?.code ?? again.fate);
        await wait(150);
      }
      const read = await fetch(`${hortus.url}/api/v1/monitor/claims`);
      codes.push(`reading ${read.status}`);
      rmSync(join(place, 'of-others'));
      rmSync(ballast);
      const freedAt = performance.now();
      await expect.poll(() => isWell(hortus.url), { timeout: 60_000, interval: 50 }).toBe(true);
      const resumed = await sendRows(world, journal, { name: `after-${turn}`, rows: 500 });
      expect(resumed.fate, resumed.refusal?.message).toBe('acknowledged');
      codes.push(`well after ${Math.round(performance.now() - freedAt)} ms`);
    }
    for (let i = 0; i < 2; i++) await moveClock(world, 0, true);
    const database = databaseOf(dataDir);
    try {
      const tally = await expectNothingLost({ database, world }, journal);
      await expectQuietRepeat(world, journal, 2);
      report(`full disk: ${codes.join(', ')}; ${JSON.stringify(tally)}`);
    } finally {
      await database.close();
    }
    expect(codes.filter((code) => !/^(storage-full|acknowledged|reading 200|well .*)$/.test(code))).toEqual([]);
    await hortus.stop();
  });
});

/** Somebody else takes the last byte. */
function fillUp(file: string): void {
  spawnSync('dd', ['if=/dev/zero', `of=${file}`, 'bs=1M', 'count=4096'], { stdio: 'ignore' });
}

async function sendRows(world: World, journal: Journal, { name, rows }: { name: string; rows: number }) {
  const random = seededRandom(name);
  const sender = await world.cast.sender('HEIDESTAD');
  const at = await world.now().catch(() => 0 as never);
  const batch = predictionRows(world, 'HEIDESTAD', { name, rows, at: at as never, random });
  return journal.send(sender, { kind: 'predictions', site: 'HEIDESTAD', rows: batch });
}

async function writeUntilRefused(world: World, journal: Journal, name: string): Promise<SentBatch> {
  for (let i = 0; i < 400; i++) {
    const sent = await sendRows(world, journal, { name: `${name}-${i}`, rows: 20_000 });
    if (sent.fate !== 'acknowledged') return sent;
  }
  throw new Error('the disk never became full');
}
