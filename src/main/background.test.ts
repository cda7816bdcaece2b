// Goal: rounds never overlap, many reasons make one round, a failure does not end the work. Method: counted rounds.
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createLogger } from '#platform/log';
import { startBackground } from './background.ts';

const logger = createLogger({ level: 'silent' });

function counted(durationMs: number) {
  const seen = { started: 0, atOnce: 0, most: 0 };
  const round = async (): Promise<void> => {
    seen.started++;
    seen.atOnce++;
    seen.most = Math.max(seen.most, seen.atOnce);
    await wait(durationMs);
    seen.atOnce--;
  };
  return { seen, round };
}

describe('background work', () => {
  it('never runs two rounds at once, and joins those who wait into one', async () => {
    const { seen, round } = counted(10);
    const background = startBackground({ round, logger });
    await Promise.all([background.settle(), background.settle(), background.settle()]);
    expect(seen).toEqual({ started: 1, atOnce: 0, most: 1 });
    const first = background.settle();
    await wait(2);
    const second = background.settle();
    const third = background.settle();
    await Promise.all([first, second, third]);
    expect(seen).toEqual({ started: 3, atOnce: 0, most: 1 });
    await background.stop();
  });

  it('gathers kicks, and goes on after a failure', async () => {
    let rounds = 0;
    const background = startBackground({
      round: async () => {
        if (++rounds === 1) throw new Error('the first one fails');
      },
      logger,
      gatherMs: 5,
    });
    for (let i = 0; i < 20; i++) background.kick();
    await wait(30);
    expect(rounds).toBe(1);
    background.kick();
    await wait(30);
    expect(rounds).toBe(2);
    await background.stop();
  });

  it('is not put off by kicks that do not end, and forgets none that comes during a round', async () => {
    const { seen, round } = counted(30);
    const background = startBackground({ round, logger, gatherMs: 20 });
    const kicks = setInterval(() => background.kick(), 2);
    await expect.poll(() => seen.started, { timeout: 10_000 }).toBeGreaterThan(0);
    clearInterval(kicks);
    await background.settle();
    const before = seen.started;
    background.kick();
    await expect.poll(() => seen.started, { timeout: 10_000 }).toBe(before + 1);
    background.kick();
    await expect.poll(() => seen.started, { timeout: 10_000 }).toBe(before + 2);
    await background.stop();
  });

  it('does nothing by itself while it is held', async () => {
    const { seen, round } = counted(0);
    const background = startBackground({ round, logger, gatherMs: 1, everyMs: 5 });
    const release = background.hold();
    background.kick();
    await wait(25);
    expect(seen.started).toBe(0);
    release();
    await wait(25);
    expect(seen.started).toBeGreaterThan(0);
    await background.stop();
  });
});
