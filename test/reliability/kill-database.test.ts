import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import {
  aDataFolder,
  clearAway,
  databaseOf,
  databasePid,
  databaseProcesses,
  killDatabase,
  sendKill,
  start,
} from './installation.ts';
import { expectNothingLost, expectQuietRepeat, isWell, type Tally } from './invariants.ts';
import { Journal } from './journal.ts';
import { report, seed, sized, testTimeoutMs } from './size.ts';
import { startTraffic } from './traffic.ts';
import { moveClock, type World, worldOf } from './world.ts';

// Goal: a database that dies under the server costs nobody a row, and nobody a restart. Method: SIGKILL of PostgreSQL,
// or of one of its processes, at random moments under load; requests on their way get a problem that says what to do,
// the server is well again by itself, and everything acknowledged is there.

afterAll(clearAway);

describe('a database that is killed under the server', { timeout: testTimeoutMs }, () => {
  it(`is brought back by the server, and nothing acknowledged is lost (seed ${seed})`, async () => {
    const random = seededRandom(`kill database ${seed}`);
    const dataDir = await aDataFolder();
    const hortus = await start({ dataDir });
    const journal = new Journal();
    const world = await worldOf(hortus);
    const recoveriesMs: number[] = [];
    const kills = { server: 0, backend: 0, walWriter: 0, checkpointer: 0 };
    let tally: Tally | undefined;
    for (let round = 0; round < sized(24, 2); round++) {
      const newFrom = journal.batches.length;
      const traffic = startTraffic({ world, journal, random, round: `d${round}`, isPatient: true });
      await wait(150 + random() * 1_200);
      const victim = await killSome(round, dataDir);
      kills[victim]++;
      const killedAt = performance.now();
      await wait(30);
      await expect.poll(() => isWell(hortus.url), { timeout: 30_000, interval: 20 }).toBe(true);
      recoveriesMs.push(Math.round(performance.now() - killedAt));
      await wait(200);
      await traffic.stop();
      // Two rounds of the background, asked for instead of awaited: what waits is sequenced, then finished.
      for (let i = 0; i < 2; i++) await expect.poll(() => settled(world), { timeout: 30_000 }).toBe(true);
      const database = databaseOf(dataDir);
      try {
        await database.pool.query('select 1');
        tally = await expectNothingLost({ database, world }, journal, newFrom);
        await expectQuietRepeat(world, journal);
      } finally {
        await database.close();
      }
    }
    const refusals = Object.fromEntries(journal.refusals());
    report(
      `killed database: ${JSON.stringify(kills)}, well again after ${JSON.stringify(spread(recoveriesMs))} ms, ` +
        `refusals ${JSON.stringify(refusals)}, ${JSON.stringify(tally)}`,
    );
    expect(
      Object.keys(refusals).filter((code) => !['storage-unavailable', 'same-rows-at-once'].includes(code)),
    ).toEqual([]);
    expect(refusals['storage-unavailable'], 'some kills met a request on its way').toBeGreaterThan(0);
    await hortus.stop();
  });

  it('is told as storage-unavailable, with what to do, while it is away', async () => {
    const dataDir = await aDataFolder();
    const hortus = await start({ dataDir });
    const world = await worldOf(hortus);
    await killDatabase(dataDir);
    const answer = await fetch(`${hortus.url}/api/v1/monitor/claims`);
    expect(answer.status).toBe(503);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({
      type: '/problems/storage-unavailable',
      status: 503,
      code: 'storage-unavailable',
      fixer: 'operator',
      remedy: expect.stringContaining('what was acknowledged is safe'),
    });
    await expect.poll(() => isWell(hortus.url), { timeout: 30_000, interval: 50 }).toBe(true);
    expect(await world.now()).toBeGreaterThan(0);
    await hortus.stop();
  });
});

/** A process whose end is noticed a moment after the pages were well again still costs a round. */
const settled = (world: World): Promise<boolean> =>
  moveClock(world, 0, true).then(
    () => true,
    () => false,
  );

const victims = ['server', 'backend', 'walWriter', 'checkpointer'] as const;
const titles = {
  backend: 'postgres: hortus hortus',
  walWriter: 'postgres: walwriter',
  checkpointer: 'postgres: checkpointer',
};

async function killSome(round: number, dataDir: string): Promise<(typeof victims)[number]> {
  const victim = victims[round % victims.length]!;
  if (victim === 'server') {
    sendKill(databasePid(dataDir)!);
    return victim;
  }
  const found = databaseProcesses(dataDir).filter(({ title }) => title.startsWith(titles[victim]));
  expect(found.length, `processes like ${titles[victim]}`).toBeGreaterThan(0);
  sendKill(found[round % found.length]!.pid);
  return victim;
}

const spread = (values: number[]): { median: number; max: number } => {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, max: sorted.at(-1) ?? 0 };
};
