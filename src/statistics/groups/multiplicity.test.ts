// Goal: budgets over runs, claims and growing lists are kept.
// Method: the oracle's rejections, sums of levels, and monotonicity.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runAlpha, runDetectorLevel, runLogThreshold, splitAlpha } from '../sequential/spending.ts';
import { averageLogE, eBenjaminiHochberg, eLond, emptyLondState, lond, londAlpha } from './multiplicity.ts';

const logEs = fc.array(fc.double({ min: -5, max: 10, noNaN: true }), { minLength: 1, maxLength: 30 });

describe('e-BH', () => {
  it('rejects what the oracle rejects', () => {
    const values = [120, 3, 45, 0.2, 18, 60, 1, 9];
    const rejected = eBenjaminiHochberg(values.map(Math.log), 0.1);
    expect(values.filter((_, i) => rejected[i])).toEqual([120, 45, 60]);
  });

  it('never rejects less when an e-value grows', () => {
    fc.assert(
      fc.property(logEs, fc.nat(), (values, at) => {
        const raised = values.map((value, i) => (i === at % values.length ? value + 1 : value));
        const before = eBenjaminiHochberg(values, 0.05);
        const after = eBenjaminiHochberg(raised, 0.05);
        before.forEach((isRejected, i) => {
          if (isRejected) expect(after[i]).toBe(true);
        });
      }),
    );
  });
});

describe('LOND', () => {
  it('spends at most alpha when nothing is rejected', () => {
    let sum = 0;
    let state = emptyLondState;
    for (let t = 1; t <= 20000; t++) {
      sum += londAlpha(state, 0.05);
      state = lond(state, 1, 0.05).state;
    }
    expect(sum).toBeLessThanOrEqual(0.05);
    expect(sum).toBeGreaterThan(0.02);
  });

  it('grants more after a rejection, and e-values and p-values agree', () => {
    const first = londAlpha(emptyLondState, 0.05);
    expect(first).toBeCloseTo(0.05 * 0.07720838 * Math.log(2), 12);
    const rejected = eLond(emptyLondState, Math.log(1 / first) + 1e-9, 0.05);
    expect(rejected).toEqual(lond(emptyLondState, first * 0.999, 0.05));
    expect(rejected).toMatchObject({ isRejected: true, state: { tested: 1, rejected: 1 } });
    expect(londAlpha(rejected.state, 0.05)).toBeCloseTo(2 * londAlpha({ tested: 1, rejected: 0 }, 0.05), 14);
  });
});

describe('spending over runs and claims', () => {
  it('gives the first run .6079 of the share and all runs together no more than the share', () => {
    expect(runAlpha(0.05, 1) / 0.05).toBeCloseTo(0.6079, 4);
    let sum = 0;
    for (let run = 1; run <= 100000; run++) sum += runAlpha(0.05, run);
    expect(sum).toBeLessThanOrEqual(0.05);
    expect(sum).toBeCloseTo(0.05, 5);
    expect(runLogThreshold(0.05, 2)).toBeCloseTo(Math.log(1 / runAlpha(0.05, 2)), 12);
    expect(runDetectorLevel(3640, 2) / runDetectorLevel(3640, 1)).toBeCloseTo(4, 12);
  });

  it('splits a certificate by weight', () => {
    expect(splitAlpha(0.05, [2, 1, 1])).toEqual([0.025, 0.0125, 0.0125]);
  });
});

describe('the average of e-values', () => {
  it('lies between its members and equals the weighted mean', () => {
    fc.assert(
      fc.property(logEs, (values) => {
        const average = averageLogE(values);
        expect(average).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
        expect(average).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
      }),
    );
    expect(averageLogE([Math.log(4), Math.log(8)], [3, 1])).toBeCloseTo(Math.log(5), 12);
  });
});
