/* Goal: the small tools of scenes keep their promises. Method: known cases and properties. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeTicks } from './axes.ts';
import { linePath, spread, thinned } from './scene.ts';

describe('labels moved apart', () => {
  it('never touch and never leave their bounds when there is room', () => {
    const places = fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(places, (wanted) => {
        const moved = [...spread(wanted, 14, { from: 0, to: 200 })].sort((a, b) => a - b);
        expect(moved[0]).toBeGreaterThanOrEqual(-1e-9);
        expect(moved.at(-1)).toBeLessThanOrEqual(200 + 1e-9);
        for (let i = 1; i < moved.length; i += 1) expect(moved[i]! - moved[i - 1]!).toBeGreaterThanOrEqual(14 - 1e-9);
      }),
    );
  });

  it('stay where they are when they do not touch', () => {
    expect(spread([100, 20], 14, { from: 0, to: 200 })).toEqual([100, 20]);
  });
});

describe('points for the keyboard', () => {
  it('are at most as many as asked for, and always with the last', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 100 }), (length, count) => {
        const kept = thinned(
          Array.from({ length }, (_, index) => index),
          count,
        );
        expect(kept.length).toBeLessThanOrEqual(count);
        expect(kept.at(-1)).toBe(length - 1);
      }),
    );
  });
});

describe('a line through points', () => {
  it('is broken where a point is missing', () => {
    expect(linePath([{ x: 0, y: 1 }, { x: 2, y: 3.04 }, null, { x: 5, y: 6 }])).toBe('M0 1L2 3M5 6');
  });
});

describe('ticks of a time axis', () => {
  const year = (y: number) => Date.UTC(y, 0, 1);

  it('are years over a decade and months within one', () => {
    expect(timeTicks(year(2012), year(2021), 600).map((tick) => tick.label)).toContain('2016');
    expect(timeTicks(year(2019), year(2019) + 180 * 86_400_000, 600).length).toBeGreaterThanOrEqual(5);
  });

  it('are never fewer than two and never outside', () => {
    const moments = fc.integer({ min: year(1990), max: year(2040) });
    fc.assert(
      fc.property(
        moments,
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 100, max: 1400 }),
        (from, days, width) => {
          const to = from + days * 86_400_000;
          const ticks = timeTicks(from, to, width);
          expect(ticks.length).toBeGreaterThanOrEqual(2);
          for (const { at } of ticks) expect(at >= from && at <= to).toBe(true);
        },
      ),
    );
  });
});
