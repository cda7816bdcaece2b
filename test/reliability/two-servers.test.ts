import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, type inject, it } from 'vitest';
import { seededRandom } from '#kernel';
import { connect } from '#platform/db';
import { openEmbeddedTestDatabase } from '../../src/platform/db/testing.ts';
import { aDataFolder, clearAway, databaseOf, start } from './installation.ts';
import { expectNothingLost } from './invariants.ts';
import { Journal } from './journal.ts';
import { report, sized } from './size.ts';
import { predictionRows, worldOf } from './world.ts';

// Goal: one writer for one installation, and two senders of the same rows disturb nobody. Method: real processes on one
// folder and on one database; the same rows from two senders at the same moment, in the same and in opposite orders.

afterAll(clearAway);

describe('two servers', { timeout: 120_000 }, () => {
  it('on one data folder: the second is told where the first answers', async () => {
    const dataDir = await aDataFolder();
    const first = await start({ dataDir });
    const refusal = await start({ dataDir }).catch((error: Error) => error.message);
    expect(refusal).toContain('folder-in-use');
    expect(refusal).toContain(first.url);
    expect((await fetch(`${first.url}/healthz`)).status).toBe(200);
    await first.stop();
  });

  it('on one database: the second is refused, also with the same keys, until the first has ended', async () => {
    const { connection, drop } = await openEmbeddedTestDatabase();
    const env = { DATABASE_URL: urlOf(connection) };
    const [dataDir, otherDir] = [await aDataFolder(), await aDataFolder()];
    const first = await start({ dataDir, env });
    cpSync(join(dataDir, 'keys'), join(otherDir, 'keys'), { recursive: true });
    const refusal = await start({ dataDir: otherDir, env }).catch((error: Error) => error.message);
    expect(refusal).toContain('database-in-use');
    await first.kill();
    const second = await start({ dataDir: otherDir, env });
    expect((await fetch(`${second.url}/healthz`)).status).toBe(200);
    await second.stop();
    await drop();
  });

  it('keep the lock through a broken connection', async () => {
    const { connection, drop } = await openEmbeddedTestDatabase();
    const env = { DATABASE_URL: urlOf(connection) };
    const [dataDir, otherDir] = [await aDataFolder(), await aDataFolder()];
    const first = await start({ dataDir, env });
    const admin = connect({ ...connection, poolSizeMax: 1 });
    await admin.pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    const holders = async (): Promise<number> =>
      (await admin.pool.query("select 1 from pg_locks where locktype = 'advisory' and granted")).rowCount ?? 0;
    await expect.poll(holders, { timeout: 10_000 }).toBeGreaterThan(0);
    await admin.close();
    await expect(start({ dataDir: otherDir, env })).rejects.toThrow('database-in-use');
    await first.stop();
    await drop();
  });
});

describe('two senders of the same rows at once', { timeout: 120_000 }, () => {
  it('are both content, one accepted and one repeated; other content under the same keys is refused whole', async () => {
    const dataDir = await aDataFolder();
    const hortus = await start({ dataDir });
    const world = await worldOf(hortus);
    const [journal, random] = [new Journal(), seededRandom('two senders')];
    const [sender, at] = [await world.cast.sender('NOORDERZORG'), await world.now()];
    const site = 'NOORDERZORG' as const;
    const outcomes = { repeated: 0, refused: 0, brokenOff: 0 };
    for (let round = 0; round < sized(40, 4); round++) {
      const rows = predictionRows(world, site, { name: `two-${round}`, rows: 3_000, at, random });
      const isOther = round % 2 === 1;
      const second = isOther ? rows.map((row) => ({ ...row, probability: 0.123 })) : [...rows].reverse();
      const [one, other] = await Promise.all([
        journal.send(sender, { kind: 'predictions', site, rows }),
        journal.send(sender, { kind: 'predictions', site, rows: second }),
      ]);
      if (!isOther) Object.assign(other, { twin: one });
      const accepted = [one, other].map(({ report: done }) => done?.accepted ?? 0);
      for (const sent of [one, other]) {
        if (sent.refusal === undefined) continue;
        // Streams that met in opposite orders cannot both go on: one is told to send again, and nothing of it is kept.
        if (sent.refusal.code === 'same-rows-at-once') outcomes.brokenOff++;
        else {
          expect(sent.refusal).toMatchObject({ code: 'duplicate-content', status: 409 });
          expect(sent.refusal.errors[0]).toMatchObject({ pointer: '/caseId', line: expect.any(Number) });
          outcomes.refused++;
        }
      }
      if (!isOther && one.fate === 'acknowledged' && other.fate === 'acknowledged') outcomes.repeated++;
      expect(accepted[0]! + accepted[1]!, `rows accepted in round ${round}`).toBe(rows.length);
      if (isOther) journal.batches.splice(-2, 2, ...[one, other].filter((sent) => sent.fate === 'acknowledged'));
    }
    const database = databaseOf(dataDir);
    await expectNothingLost({ database, world }, keptOf(journal));
    await database.close();
    report(`two senders of the same rows at once: ${JSON.stringify(outcomes)}`);
    await hortus.stop();
  });
});

/** A refused twin has no rows of its own. */
function keptOf(journal: Journal): Journal {
  const kept = new Journal();
  kept.batches.push(...journal.acknowledged());
  return kept;
}

function urlOf(connection: ReturnType<typeof inject<'embedded'>>): string {
  const { user = '', password = '', database = '', socketDir, host = 'localhost', port = 5432 } = connection;
  const url = new URL(`postgresql://${user}:${password}@localhost:${port}/${database}`);
  url.searchParams.set('host', socketDir ?? host);
  return url.href;
}
