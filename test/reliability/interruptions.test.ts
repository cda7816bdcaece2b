import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import { connect, migrate, readMigrations, restore, startEmbedded } from '#platform/db';
import { openEmbeddedTestDatabase } from '../../src/platform/db/testing.ts';
import { aDataFolder, clearAway, databaseOf, start } from './installation.ts';
import { expectNothingLost, fingerprintOf } from './invariants.ts';
import { Journal } from './journal.ts';
import { report, seed, sized, testTimeoutMs } from './size.ts';
import { startTraffic } from './traffic.ts';
import { worldOf } from './world.ts';

// Goal: long work may be cut off anywhere. Method: the filling of the demonstration, the migration of the schema and a
// backup under load, each killed or disturbed at random moments, then compared with one that nothing disturbed.

afterAll(clearAway);

describe('the filling of the demonstration', { timeout: testTimeoutMs }, () => {
  it('goes on after kills, and ends with the same cases and claims as without', async () => {
    const random = seededRandom(`demonstration ${seed}`);
    const env = { HORTUS_RELIABILITY_WEEKS: String(sized(60, 4)) };
    const undisturbed = await aDataFolder();
    const disturbed = await aDataFolder();
    let kills = 0;
    for (; kills < sized(8, 1); kills++) {
      const hortus = await start({ dataDir: disturbed, env });
      await wait(200 + random() * sized(3_000, 900));
      await hortus.kill();
    }
    const held: string[] = [];
    for (const dataDir of [undisturbed, disturbed]) {
      const hortus = await start({ dataDir, env });
      await expect.poll(() => hortus.log(), { timeout: sized(240_000, 90_000), interval: 100 }).toContain('filled');
      const database = databaseOf(dataDir);
      await expectNothingLost({ database, world: await worldOf(hortus) }, new Journal());
      const parts: unknown[] = [];
      for (const text of whatIsHeld) parts.push((await database.pool.query(text)).rows);
      held.push(JSON.stringify(parts));
      await database.close();
      await hortus.stop();
    }
    expect(JSON.parse(held[1]!)).toEqual(JSON.parse(held[0]!));
    report(`demonstration of ${env.HORTUS_RELIABILITY_WEEKS} weeks: the same after ${kills} kills`);
  });
});

/** Without ids and versions of the model, which are made anew. */
const whatIsHeld = [
  `select s.code, p.case_id, p.revision, p.predicted_at, p.probability from monitor_prediction p
    join monitor_feed f using (feed_no) join people_site s on s.id = f.site_id order by 1, 2, 3`,
  `select case_id, definition, revision, value, known_at from monitor_outcome order by 1, 2, 3`,
  `select c.key, s.code, m.cases, m.state, m.reading->>'n' as n from monitor_stream m
    join monitor_claim c on c.id = m.claim_id left join people_site s on s.id = m.site_id order by 1, 2`,
];

describe('a migration', { timeout: 120_000 }, () => {
  it('that is cut off leaves whole steps only, and is completed by the next start', async () => {
    const random = seededRandom(`migration ${seed}`);
    const migrations = await readMigrations();
    for (let round = 0; round < sized(20, 3); round++) {
      const { database, connection, drop } = await openEmbeddedTestDatabase();
      await database.pool.query('drop schema public cascade; create schema public');
      const doomed = connect({ ...connection, poolSizeMax: 1 });
      const cut = migrate(doomed).then(
        () => 'done',
        () => 'cut off',
      );
      await wait(random() * 120);
      await database.pool.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
      await cut;
      await doomed.close();
      const { applied } = await migrate(database);
      const known = await database.pool.query<{ name: string }>('select name from schema_migration order by name');
      expect(known.rows.map((row) => row.name)).toEqual(migrations.map((one) => one.name));
      expect(applied.length).toBeLessThanOrEqual(migrations.length);
      await drop();
    }
  });
});

describe('a backup under load', { timeout: testTimeoutMs }, () => {
  it('restored elsewhere is one moment of the installation, and its ledger verifies', async () => {
    const random = seededRandom(`backup ${seed}`);
    const dataDir = await aDataFolder();
    const hortus = await start({ dataDir });
    const [journal, world] = [new Journal(), await worldOf(hortus)];
    const traffic = startTraffic({ world, journal, random, round: 'b' });
    await wait(sized(4_000, 500));
    const before = journal.acknowledged().slice();
    const file = join(dirname(dataDir), 'backup.tar.gz');
    await world.operator.post('/api/v1/installation/backups', { file });
    await wait(300);
    await traffic.stop();
    await hortus.stop();

    const elsewhere = await aDataFolder();
    const server = await startEmbedded({ dataDir: elsewhere });
    const database = connect(server.connection);
    await restore({ database, dataDir: elsewhere, file });
    const restored = await fingerprintOf(database);
    await database.close();
    await server.stop();
    const again = await start({ dataDir: elsewhere });
    const opened = databaseOf(elsewhere);
    // Everything acknowledged before the backup began is in it; what came during it is in it whole, or not at all.
    const known = new Journal();
    known.batches.push(
      ...journal.batches.map((one) => (before.includes(one) ? one : { ...one, fate: 'unknown' as const })),
    );
    const tally = await expectNothingLost({ database: opened, world: await worldOf(again) }, known);
    expect(restored.split(' ').length).toBe(4);
    report(`backup under load, restored elsewhere: ${JSON.stringify(tally)}`);
    await opened.close();
    await again.stop();
  });
});
