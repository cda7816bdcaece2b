import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import { aDataFolder, clearAway, start } from './installation.ts';
import { Journal, ndjson } from './journal.ts';
import { moveClock, predictionRows, worldOf } from './world.ts';

// Goal: a sender who is slow, or stands still in the middle of a body, holds up nobody else. Method: one stream that
// stands still, and a round of the background, which wants to count evidence; then another sender's rows.

afterAll(clearAway);

describe('a sender that stands still in the middle of a stream', { timeout: 120_000 }, () => {
  it('holds up no other sender, also while the background wants to count', async () => {
    const dataDir = await aDataFolder();
    const hortus = await start({ dataDir });
    const world = await worldOf(hortus);
    const [journal, random, at] = [new Journal(), seededRandom('slow'), await world.now()];
    const [slow, quick] = [await world.cast.sender('NOORDERZORG'), await world.cast.sender('WESTHAVEN')];
    const rows = predictionRows(world, 'NOORDERZORG', { name: 'slow', rows: 2_500, at, random });
    let goOn = (): void => {};
    const mayGoOn = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const body = Readable.from(
      (async function* () {
        yield ndjson(rows.slice(0, 2_400));
        await mayGoOn;
        yield ndjson(rows.slice(2_400));
      })(),
      { objectMode: false },
    );
    const sending = journal.send(
      slow,
      { kind: 'predictions', site: 'NOORDERZORG', rows },
      Readable.toWeb(body) as unknown as Readable,
    );
    await wait(500);
    const counting = moveClock(world, 0, true);
    await wait(500);
    const others = predictionRows(world, 'WESTHAVEN', { name: 'quick', rows: 10, at, random });
    // These are the first rows ever of this site and version, and so are those of the stream.
    const same = predictionRows(world, 'NOORDERZORG', { name: 'same-feed', rows: 10, at, random });
    const sent = await Promise.all(
      [
        journal.send(quick, { kind: 'predictions', site: 'WESTHAVEN', rows: others }),
        journal.send(slow, { kind: 'predictions', site: 'NOORDERZORG', rows: same }),
      ].map((one) => Promise.race([one, wait(10_000, 'held up' as const)])),
    );
    goOn();
    expect((await sending).fate).toBe('acknowledged');
    await counting;
    expect(sent).toMatchObject([{ fate: 'acknowledged' }, { fate: 'acknowledged' }]);
    await hortus.stop();
  });
});
