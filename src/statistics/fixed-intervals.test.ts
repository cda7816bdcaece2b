// Goal: single-look intervals as scipy and statsmodels print them. Method: their figures, and properties.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clopperPearsonInterval, meanInterval, wilsonInterval } from './fixed-intervals.ts';

const published = {
  wilson: {
    '0/10': [0, 0.2775327998628892],
    '27/30': [0.7437891742081593, 0.9654001112526658],
    '10/10': [0.7224672001371107, 1],
    '313/350': [0.8576837016005998, 0.9223266480058898],
  },
  clopperPearson: {
    '0/10': [0, 0.3084971078187607],
    '27/30': [0.7347115495257919, 0.9788828629702774],
    '10/10': [0.6915028921812392, 1],
    '313/350': [0.8572379931714894, 0.9244682005084697],
  },
};
const methods = { wilson: wilsonInterval, clopperPearson: clopperPearsonInterval };

describe.each(['wilson', 'clopperPearson'] as const)('the %s interval', (name) => {
  it.each(Object.entries(published[name]))('of %s is the published one to 1e-13', (counts, [lower, upper]) => {
    const [k, n] = counts.split('/').map(Number) as [number, number];
    const result = methods[name]({ n, k });
    if (!result.estimable) throw new Error(result.because);
    expect(result.lower).toBeCloseTo(lower!, 13);
    expect(result.upper).toBeCloseTo(upper!, 13);
    expect(result.method).toContain('single look');
  });

  it('stays inside [0, 1] and contains its estimate', () => {
    const counts = fc
      .integer({ min: 1, max: 500 })
      .chain((n) => fc.record({ n: fc.constant(n), k: fc.integer({ min: 0, max: n }) }));
    fc.assert(
      fc.property(counts, (sample) => {
        const result = methods[name](sample);
        if (!result.estimable) throw new Error(result.because);
        expect(
          0 <= result.lower && result.lower <= result.value && result.value <= result.upper && result.upper <= 1,
        ).toBe(true);
      }),
    );
  });

  it('does not exist without cases', () => {
    expect(methods[name]({ n: 0, k: 0 })).toEqual({ estimable: false, n: 0, because: 'no labels yet' });
  });
});

describe('meanInterval', () => {
  it('is mean ± z·sd/√n, clamped to the range', () => {
    const result = meanInterval([0, 0, 1, 1], { lowest: 0, highest: 1 });
    if (!result.estimable) throw new Error(result.because);
    expect(result.value).toBe(0.5);
    expect(result.lower).toBe(0);
    const wide = meanInterval([0, 0, 1, 1], { lowest: -10, highest: 10 });
    expect(wide.estimable && wide.lower).toBeCloseTo(0.5 - 1.959963984540054 * Math.sqrt(1 / 12), 14);
  });

  it('does not claim certainty where all contributions are equal: Hoeffding, √(ln 40 / 2n)', () => {
    const result = meanInterval([0.25, 0.25, 0.25, 0.25], { lowest: 0, highest: 1 });
    expect(result.estimable && result.upper).toBeCloseTo(0.25 + Math.sqrt(Math.log(40) / 8), 14);
  });

  it('needs two cases', () => {
    expect(meanInterval([1], { lowest: 0, highest: 1 })).toEqual({ estimable: false, n: 1, because: 'n < 2' });
  });
});
