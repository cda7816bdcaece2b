// Goal: a change is found and dated by a forward and a backward sequence, at its average run length.
// Method: seeded simulation of hits, with and without a fall.
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import { changeByBackwardSequence } from './backward-change.ts';
import { binaryConfidenceSequence } from './binary-confidence-sequence.ts';

function watch(seed: string, after: number) {
  const random = seededRandom(seed);
  const hits = [0];
  for (let i = 1; i <= 900; i++) hits.push(hits[i - 1]! + (random() < (i <= 500 ? 0.93 : after) ? 1 : 0));
  const sequenceOf = (from: number, to: number) =>
    binaryConfidenceSequence({ n: to - from + 1, k: hits[to]! - hits[from - 1]! }, { alpha: 1 / 400 });
  return changeByBackwardSequence(sequenceOf, { cases: 900, looks: 20 });
}

describe('the backward change detector', () => {
  it('finds a fall from .93 to .70 and dates it near case 500', () => {
    for (const seed of ['a', 'b', 'c', 'd']) {
      const change = watch(seed, 0.7);
      expect(change?.alarmAt).toBeGreaterThan(500);
      expect(Math.abs(change!.since - 501)).toBeLessThan(120);
    }
  });

  it('hardly ever alarms without one: 45 looks, run length at least 198 looks', () => {
    const alarms = Array.from({ length: 12 }, (_, i) => watch(`still ${i}`, 0.93)).filter((one) => one !== undefined);
    expect(alarms.length).toBeLessThanOrEqual(1);
  });
});
