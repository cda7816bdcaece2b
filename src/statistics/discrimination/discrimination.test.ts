// Goal: AUROC and DeLong variance as published, with ties, and honest where data are thin.
// Method: a hand-computed case, brute force over all pairs, and pROC's figures on the aSAH data.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Estimate } from '../estimate.ts';
import { readCsvOracle, readOracle } from '../oracle.testing.ts';
import {
  auroc,
  aurocInterval,
  aurocSigma,
  type DeLong,
  deLong,
  deLongFromGroups,
  placements,
  tieGroups,
} from './discrimination.ts';

const aSah = readCsvOracle('aSAH.csv');
const marker = (name: string, rows = aSah!) => rows.map((row) => Number(row[name]));
const poor = (rows = aSah!) => rows.map((row) => (row.outcome === 'Poor' ? 1 : 0));
const scipy = readOracle('scipy_gold.json');

function expectDeLong(result: ReturnType<typeof deLong>): DeLong {
  if (!result.estimable) throw new Error(result.because);
  return result;
}

function expectEstimable(estimate: Estimate) {
  if (!estimate.estimable) throw new Error(estimate.because);
  return estimate;
}

/** Scores on a coarse grid, so that ties abound, with at least two of each class. */
const tiedSample = fc
  .array(fc.record({ score: fc.integer({ min: 0, max: 8 }), outcome: fc.constantFrom(0, 1) }), {
    minLength: 2,
    maxLength: 40,
  })
  .map((rows) => [...rows, ...[0, 0, 1, 1].map((outcome, i) => ({ score: i % 3, outcome }))])
  .map((rows) => ({ scores: rows.map((row) => row.score / 8), outcomes: rows.map((row) => row.outcome) }));

/** DeLong by its definition, over all pairs. */
function bruteForce(scores: number[], outcomes: number[]) {
  const of = (outcome: number) => scores.filter((_, i) => outcomes[i] === outcome);
  const [x, y] = [of(1), of(0)];
  const above = (a: number, b: number) => (a > b ? 1 : a === b ? 0.5 : 0);
  const average = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = (values: number[]) =>
    values.reduce((sum, value) => sum + (value - average(values)) ** 2, 0) / (values.length - 1);
  const v10 = x.map((a) => average(y.map((b) => above(a, b))));
  const v01 = y.map((b) => average(x.map((a) => above(a, b))));
  return { auroc: average(v10), variance: variance(v10) / x.length + variance(v01) / y.length };
}

describe('deLong', () => {
  it('gives the case worked by hand: 3½ of 4 pairs concordant, each placement variance 1/32', () => {
    expect(deLong([3, 2, 1, 2], [1, 1, 0, 0])).toEqual({
      estimable: true,
      auroc: 0.875,
      variance: 0.03125,
      events: 2,
      nonEvents: 2,
    });
  });

  it('agrees with the definition over all pairs, with ties', () => {
    fc.assert(
      fc.property(tiedSample, ({ scores, outcomes }) => {
        const result = expectDeLong(deLong(scores, outcomes));
        const expected = bruteForce(scores, outcomes);
        expect(result.auroc).toBeCloseTo(expected.auroc, 13);
        expect(result.variance).toBeCloseTo(expected.variance, 13);
      }),
    );
  });

  it('turns round when scores are negated, and keeps its variance', () => {
    fc.assert(
      fc.property(tiedSample, ({ scores, outcomes }) => {
        const [up, down] = [scores, scores.map((score) => -score)].map((s) => expectDeLong(deLong(s, outcomes)));
        expect(up!.auroc + down!.auroc).toBeCloseTo(1, 13);
        expect(up!.variance).toBeCloseTo(down!.variance, 13);
      }),
    );
  });

  it.skipIf(aSah === undefined)('reproduces pROC on aSAH to 1e-12', () => {
    const expected = {
      wfns: [0.823678861788618, 0.00146991470882363],
      ndka: [0.611957994579946, 0.0031908105493913],
      s100b: [0.731368563685637, 0.00266868245717244],
    };
    for (const [name, [area, variance]] of Object.entries(expected)) {
      const result = expectDeLong(deLong(marker(name), poor()));
      expect(Math.abs(result.auroc - area!)).toBeLessThan(1e-12);
      expect(Math.abs(result.variance - variance!)).toBeLessThan(1e-12);
      expect([result.events, result.nonEvents]).toEqual([41, 72]);
    }
  });

  it.skipIf(aSah === undefined)('keeps the variance of the non-events, which a peer drops (ndka .0463)', () => {
    expect(Math.sqrt(expectDeLong(deLong(marker('ndka'), poor())).variance)).toBeCloseTo(0.0565, 4);
  });

  it.skipIf(scipy === undefined)('reproduces the independent figures on tied scores', () => {
    const { y, s, auc, delong_se } = JSON.parse(scipy!).roc;
    const result = expectDeLong(deLong(s, y));
    expect(result.auroc).toBeCloseTo(auc, 13);
    expect(Math.sqrt(result.variance)).toBeCloseTo(delong_se, 13);
  });

  it('says why where there is no figure', () => {
    expect(deLong([], [])).toEqual({ estimable: false, n: 0, because: 'no labels yet' });
    expect(deLong([0.1, 0.9], [1, 1])).toEqual({ estimable: false, n: 2, because: 'one class only' });
    expect(deLong([0.1, 0.9, 0.3], [1, 0, 0])).toEqual({ estimable: false, n: 3, because: 'n < 2 in a class' });
  });

  it('takes minus zero and zero as tied', () => {
    expect(expectDeLong(deLong([0, -0, -0, 0], [0, 1, 0, 1])).auroc).toBe(0.5);
  });
});

describe('counts at distinct scores', () => {
  it('give what the scores give, whatever empty scores lie between', () => {
    const { nonEvents, events } = tieGroups([3, 2, 1, 2], [1, 1, 0, 0]);
    expect([[...nonEvents], [...events]]).toEqual([
      [1, 1, 0],
      [0, 1, 1],
    ]);
    expect(deLongFromGroups([0, 1, 0, 1, 0], [0, 0, 0, 1, 1])).toEqual(deLongFromGroups(nonEvents, events));
  });
});

describe('placements', () => {
  it('are shares below for events and above for non-events', () => {
    expect([...placements([3, 2, 1, 2], [1, 1, 0, 0])]).toEqual([1, 0.75, 1, 0.75]);
  });
});

describe('aurocInterval', () => {
  it.skipIf(aSah === undefined)('reproduces pROC on aSAH: Wald for parity, logit for reports', () => {
    const wald = expectEstimable(auroc(marker('ndka'), poor(), { scale: 'wald' }));
    expect(wald.lower).toBeCloseTo(0.501244999271703, 12);
    expect(wald.upper).toBeCloseTo(0.722670989888189, 12);
    const report = expectEstimable(auroc(marker('ndka'), poor()));
    expect(report.lower).toBeCloseTo(0.4973305656, 10);
    expect(report.upper).toBeCloseTo(0.7154042339, 10);
    expect(report.approximate).toBe(true);
  });

  it.skipIf(aSah === undefined)('reproduces pROC on the women of aSAH', () => {
    const women = aSah!.filter((row) => row.gender === 'Female');
    const result = expectEstimable(auroc(marker('ndka', women), poor(women), { scale: 'wald' }));
    expect(result.lower).toBeCloseTo(0.5261398281, 9);
    expect(result.value).toBeCloseTo(0.6671428571, 9);
    expect(result.upper).toBeCloseTo(0.8081458862, 9);
  });

  it('stays inside [0, 1] and contains its estimate', () => {
    fc.assert(
      fc.property(tiedSample, fc.constantFrom('logit' as const, 'wald' as const), ({ scores, outcomes }, scale) => {
        const result = auroc(scores, outcomes, { scale });
        if (!result.estimable) return;
        expect(result.lower).toBeGreaterThanOrEqual(0);
        expect(result.lower).toBeLessThanOrEqual(result.value);
        expect(result.upper).toBeGreaterThanOrEqual(result.value);
        expect(result.upper).toBeLessThanOrEqual(1);
        expect(result.upper).toBeGreaterThan(result.lower);
      }),
    );
  });

  it('does not claim certainty where all pairs are in order: three disjoint pairs give .025^(1/3)', () => {
    const perfect = expectEstimable(auroc([1, 2, 3, 4, 5, 6, 7], [0, 0, 0, 0, 1, 1, 1]));
    expect([perfect.value, perfect.upper]).toEqual([1, 1]);
    expect(perfect.lower).toBeCloseTo(0.025 ** (1 / 3), 14);
    const reversed = expectEstimable(auroc([7, 6, 5, 4, 3, 2, 1], [0, 0, 0, 0, 1, 1, 1]));
    expect([reversed.value, reversed.lower]).toEqual([0, 0]);
    expect(reversed.upper).toBeCloseTo(1 - 0.025 ** (1 / 3), 14);
  });

  it('says so where all scores are equal', () => {
    expect(auroc([1, 1, 1, 1], [0, 0, 1, 1])).toEqual({ estimable: false, n: 4, because: 'all scores are equal' });
  });

  it('hands a missing figure through with its reason', () => {
    expect(aurocInterval(deLong([1], [1]))).toEqual({ estimable: false, n: 1, because: 'one class only' });
  });
});

describe('aurocSigma', () => {
  it('is the root of n times the variance', () => {
    expect(aurocSigma(expectDeLong(deLong([3, 2, 1, 2], [1, 1, 0, 0])))).toBeCloseTo(Math.sqrt(4 * 0.03125), 15);
  });
});
