import { afterAll, describe, expect, it } from 'vitest';
import { type Instant, instant } from '#kernel';
import { receive } from '../../src/monitor/intake/intake.ts';
import { predictionIntake } from '../../src/monitor/intake/predictions.ts';
import { aMonitor, aPrediction } from '../../src/monitor/testing.ts';
import { SystemClock } from '../../src/platform/clock/index.ts';
import { openEmbeddedTestDatabase, type TestDatabase } from '../../src/platform/db/testing.ts';

// Goal: a clock that jumps or runs behind stops writing, in words, and nothing else. Method: the system clock on time
// sources that the test moves, under the intake of predictions on a real database.

const databases: TestDatabase[] = [];
afterAll(async () => {
  for (const one of databases) await one.drop();
});

const hourMs = 3_600_000;

/** An intake on its own clock, whose wall, running time and boot time the test moves. */
async function anIntake() {
  const opened = await openEmbeddedTestDatabase();
  databases.push(opened);
  const bench = await aMonitor(opened.database);
  const time = { wallMs: instant('2026-03-01T12:00:00Z') as number, runningMs: 1_000 };
  const sources = { wallMs: () => time.wallMs, runningMs: () => time.runningMs, sinceBootMs: () => time.runningMs };
  const anew = () => new SystemClock(sources);
  let clock = anew();
  const deps = { ...bench.monitor.deps, clock: { now: () => clock.now() } };
  const send = (caseId: string, at: number) =>
    receive(
      deps,
      {
        body: [{ line: 1, raw: aPrediction(bench.version, caseId, { at: at as Instant }) }],
        contentType: 'application/json',
        mode: 'all',
        convention: undefined,
        sourceId: 'token_test',
        organisationId: undefined,
      },
      (tx) => predictionIntake(deps, tx, { organisationId: undefined }),
    );
  return {
    time,
    send,
    advance: () => bench.monitor.advance({ wait: true }),
    database: opened.database,
    restart: () => {
      clock = anew();
    },
    cases: async () => (await opened.database.pool.query('select 1 from monitor_prediction')).rowCount,
    watermark: async (at: number) => {
      await opened.database.pool.query(
        `insert into monitor_watermark (one, recorded_at) values (true, $1)
          on conflict (one) do update set recorded_at = excluded.recorded_at`,
        [new Date(at).toISOString()],
      );
    },
  };
}

describe('a clock', () => {
  for (const [words, jumpMs] of [
    ['forwards', 2 * hourMs],
    ['back', -2 * hourMs],
  ] as const) {
    it(`that jumps ${words} stops writing until a restart, and reading goes on`, async () => {
      const intake = await anIntake();
      await intake.send('before', intake.time.wallMs);
      intake.time.wallMs += jumpMs;
      await expect(intake.send('during', intake.time.wallMs)).rejects.toMatchObject({
        code: 'clock-jumped',
        status: 503,
        detail: expect.stringContaining(`${jumpMs / 1000} s`),
      });
      expect(await intake.cases()).toBe(1);
      // The clock is set right again and Hortus restarted, as the problem's remedy says.
      intake.time.wallMs -= jumpMs;
      intake.restart();
      await intake.send('after', intake.time.wallMs);
      expect(await intake.cases()).toBe(2);
    });
  }

  it('that passes evenly, or stood still with the whole machine asleep, stops nothing', async () => {
    const intake = await anIntake();
    for (const passedMs of [1_000, 50_000, 20 * hourMs]) {
      intake.time.wallMs += passedMs;
      intake.time.runningMs += passedMs;
      await intake.send(`after-${passedMs}`, intake.time.wallMs);
    }
    expect(await intake.cases()).toBe(3);
  });

  it('that is behind what is recorded refuses to write, and resumes by itself when it has caught up', async () => {
    const intake = await anIntake();
    await intake.watermark(intake.time.wallMs + hourMs);
    await expect(intake.send('early', intake.time.wallMs)).rejects.toMatchObject({
      code: 'clock-behind',
      status: 503,
      detail: expect.stringContaining('3600 s behind'),
    });
    expect(await intake.cases()).toBe(0);
    intake.time.wallMs += hourMs;
    intake.time.runningMs += hourMs;
    await intake.send('later', intake.time.wallMs);
    expect(await intake.cases()).toBe(1);
  });
});
