// Goal: comparisons of AUROCs as pROC makes them. Method: its figures on aSAH; edge cases by hand.
import { describe, expect, it } from 'vitest';
import { readCsvOracle } from '../oracle.testing.ts';
import {
  type AurocComparison,
  comparePairedAurocs,
  compareUnpairedAurocs,
  deLongCovariance,
} from './auroc-comparison.ts';
import { deLong } from './discrimination.ts';

const aSah = readCsvOracle('aSAH.csv');
const marker = (name: string) => aSah!.map((row) => Number(row[name]));
const poor = () => aSah!.map((row) => (row.outcome === 'Poor' ? 1 : 0));

function expectEstimable(result: ReturnType<typeof comparePairedAurocs>): AurocComparison {
  if (!result.estimable) throw new Error(result.because);
  return result;
}

describe('the paired test', () => {
  it.skipIf(aSah === undefined)('reproduces covariances of pROC to 1e-12', () => {
    const covariance = (a: string, b: string) => deLongCovariance(marker(a), marker(b), poor());
    expect(Math.abs(covariance('wfns', 'ndka') - -0.000532967856762438)).toBeLessThan(1e-12);
    expect(Math.abs(covariance('ndka', 's100b') - -0.000756164938056579)).toBeLessThan(1e-12);
    expect(Math.abs(covariance('s100b', 'wfns') - 0.00119615567376754)).toBeLessThan(1e-12);
  });

  it.skipIf(aSah === undefined)('reproduces statistics, p-values and interval of pROC to 1e-12', () => {
    const expected = [
      ['wfns', 's100b', 2.20898359144091, 0.0271757822291882],
      ['wfns', 'ndka', 2.79777591868904, 0.00514557970691098],
      ['ndka', 's100b', -1.39077002573558, 0.164295175223054],
    ] as const;
    for (const [first, second, z, p] of expected) {
      const result = expectEstimable(comparePairedAurocs({ first: marker(first), second: marker(second) }, poor()));
      expect(result.statistic).toBeCloseTo(z, 12);
      expect(result.pValue).toBeCloseTo(p, 12);
      expect(result.degreesOfFreedom).toBeUndefined();
    }
    const { lower, upper } = expectEstimable(
      comparePairedAurocs({ first: marker('wfns'), second: marker('s100b') }, poor()),
    );
    expect(lower).toBeCloseTo(0.0104061769564846, 12);
    expect(upper).toBeCloseTo(0.174214419249478, 12);
  });

  it('gives z = 0 and p = 1 for identical curves', () => {
    const scores = [0.2, 0.9, 0.4, 0.6, 0.1];
    const doubled = scores.map((score) => 2 * score);
    const result = expectEstimable(comparePairedAurocs({ first: scores, second: doubled }, [0, 1, 1, 0, 0]));
    expect([result.statistic, result.pValue, result.difference]).toEqual([0, 1, 0]);
  });

  it('says so where a difference has no variance', () => {
    const scores = { first: [1, 2, 3, 4], second: [1, 1, 1, 1] };
    expect(comparePairedAurocs(scores, [0, 0, 1, 1])).toEqual({
      estimable: false,
      n: 4,
      because: 'the difference has no variance',
    });
  });
});

describe('the unpaired test', () => {
  it.skipIf(aSah === undefined)('reproduces statistics and p-values of pROC to 1e-12', () => {
    const expected = [
      ['wfns', 's100b', 1.43490640926908, 0.152825378808796],
      ['wfns', 'ndka', 3.10125096778969, 0.00220950791756457],
      ['ndka', 's100b', -1.55995743389685, 0.120192832430845],
    ] as const;
    for (const [first, second, t, p] of expected) {
      const result = expectEstimable(
        compareUnpairedAurocs(deLong(marker(first), poor()), deLong(marker(second), poor())),
      );
      expect(result.statistic).toBeCloseTo(t, 12);
      expect(result.pValue).toBeCloseTo(p, 12);
    }
  });

  it('has fewer degrees of freedom the more one variance rules, and an interval around the difference', () => {
    const [first, second] = [deLong([3, 2, 1, 2], [1, 1, 0, 0]), deLong([3, 2, 1, 2], [1, 1, 0, 0])];
    const equal = expectEstimable(compareUnpairedAurocs(first, second));
    expect(equal.degreesOfFreedom).toBeCloseTo(6, 12);
    expect([equal.statistic, equal.pValue]).toEqual([0, 1]);
    expect(equal.lower).toBeCloseTo(-equal.upper, 14);
  });

  it('hands on why a curve is not estimable', () => {
    const missing = deLong([1, 2], [1, 1]);
    expect(compareUnpairedAurocs(missing, deLong([3, 2, 1, 2], [1, 1, 0, 0]))).toEqual(missing);
  });
});
