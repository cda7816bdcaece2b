import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import { aDataFolder, clearAway, databaseOf, killDatabase, launch, type RunningHortus, start } from './installation.ts';
import { expectNothingLost, expectQuietRepeat, type Tally } from './invariants.ts';
import { Journal } from './journal.ts';
import { report, seed, sized, testTimeoutMs } from './size.ts';
import { startTraffic } from './traffic.ts';
import { worldOf } from './world.ts';

// Goal: whatever was acknowledged survives a killed server, and nothing is there in part. Method: SIGKILL at random
// moments while several senders and people are at work, sometimes with the database in the same moment, sometimes
// again while it starts; then everything the clients know is compared with what is stored.

afterAll(clearAway);

describe('a server that is killed while it works', { timeout: testTimeoutMs }, () => {
  it(`loses nothing acknowledged and keeps nothing half done (seed ${seed})`, async () => {
    const random = seededRandom(`kill server ${seed}`);
    const dataDir = await aDataFolder();
    const journal = new Journal();
    const kills = { server: 0, withDatabase: 0, starting: 0 };
    let tally: Tally | undefined;
    let unansweredThere = 0;
    let hortus: RunningHortus = await start({ dataDir });
    for (let round = 0; round < sized(36, 3); round++) {
      const world = await worldOf(hortus);
      const newFrom = journal.batches.length;
      const traffic = startTraffic({ world, journal, random, round: `r${round}` });
      await wait(150 + random() * 1_800);
      const isWithDatabase = round % 3 === 2;
      await Promise.all([hortus.kill(), isWithDatabase ? killDatabase(dataDir) : undefined]);
      kills[isWithDatabase ? 'withDatabase' : 'server']++;
      await traffic.stop();
      if (round % 4 === 1) {
        const doomed = await launch({ dataDir });
        await wait(50 + random() * 1_200);
        expect(doomed.outcome(), doomed.log()).toBeUndefined();
        await doomed.endBy('SIGKILL');
        kills.starting++;
      }
      hortus = await start({ dataDir });
      const database = databaseOf(dataDir);
      try {
        const after = await worldOf(hortus);
        tally = await expectNothingLost({ database, world: after }, journal, newFrom);
        unansweredThere += tally.unansweredThere;
        await expectQuietRepeat(after, journal);
      } finally {
        await database.close();
      }
    }
    await hortus.stop();
    report(`killed server: ${JSON.stringify(kills)} kills, ${JSON.stringify({ ...tally, unansweredThere })}`);
    expect(tally!.rowsAcknowledged).toBeGreaterThan(1_000);
    expect(tally!.batchesUnanswered, 'some kills met a request on its way').toBeGreaterThan(0);
  });

  it('starts after the very first start was killed at any moment', async () => {
    const random = seededRandom(`kill first start ${seed}`);
    for (let round = 0; round < sized(12, 1); round++) {
      const dataDir = await aDataFolder();
      for (let attempt = 0; attempt < 2; attempt++) {
        const doomed = await launch({ dataDir });
        await wait(200 + random() * 2_000);
        expect(doomed.outcome(), `no start ends by itself: ${doomed.log()}`).toBeUndefined();
        await doomed.endBy('SIGKILL');
      }
      const hortus = await start({ dataDir });
      const world = await worldOf(hortus);
      const database = databaseOf(dataDir);
      try {
        const sent = await new Journal().act('clock', {}, world.now());
        expect(sent.fate).toBe('acknowledged');
        await expectNothingLost({ database, world }, new Journal());
      } finally {
        await database.close();
        await hortus.stop();
      }
    }
  });
});
