// Goal: step-wise average precision with ties grouped. Method: by hand and an independent figure.
import { describe, expect, it } from 'vitest';
import { readOracle } from '../oracle.testing.ts';
import { averagePrecision } from './average-precision.ts';

const scipy = readOracle('scipy_gold.json');

describe('averagePrecision', () => {
  it('is (1 + 2/3)/2 by hand', () => {
    const result = averagePrecision([4, 3, 2, 1], [1, 0, 1, 0]);
    expect(result.estimable && result.value).toBeCloseTo(5 / 6, 15);
  });

  it('is the prevalence where all scores are tied', () => {
    expect(averagePrecision([1, 1, 1, 1], [1, 0, 0, 0])).toEqual({ estimable: true, value: 0.25, n: 4 });
  });

  it.skipIf(scipy === undefined)('reproduces the independent figure to 1e-12', () => {
    const { y, s, average_precision_step } = JSON.parse(scipy!).roc;
    const result = averagePrecision(s, y);
    expect(result.estimable && result.value).toBeCloseTo(average_precision_step, 12);
    expect(average_precision_step).toBeCloseTo(0.32782819, 8);
  });

  it('says why where there is no event', () => {
    expect(averagePrecision([1, 2], [0, 0])).toEqual({ estimable: false, n: 2, because: 'one class only' });
  });
});
