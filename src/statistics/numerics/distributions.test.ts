// Goal: tails and quantiles to double precision. Method: figures of scipy, closed forms, inverses.
import { describe, expect, it } from 'vitest';
import {
  betaQuantile,
  chiSquareUpperTail,
  normalMultiplier,
  normalQuantile,
  normalTwoSidedP,
  studentMultiplier,
  studentTwoSidedP,
} from './distributions.ts';
import { betaI, normalCdf } from './special.ts';

describe('the normal quantile', () => {
  it('agrees with scipy', () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14);
    expect(normalMultiplier(0.95)).toBeCloseTo(1.959963984540054, 14);
  });

  it('inverts the distribution function far into both tails', () => {
    for (const p of [1e-300, 1e-20, 1e-6, 0.02, 0.3, 0.5, 0.7, 0.999]) {
      expect(normalCdf(normalQuantile(p)) / p).toBeCloseTo(1, 11);
    }
  });
});

describe('test tails', () => {
  it('of chi-squared with 2 degrees of freedom are exponential', () => {
    expect(chiSquareUpperTail(8.43195135820497, 2)).toBeCloseTo(Math.exp(-8.43195135820497 / 2), 15);
  });

  it('of Student with 1 degree of freedom are those of Cauchy, and invert', () => {
    expect(studentTwoSidedP(1, 1)).toBeCloseTo(0.5, 14);
    expect(studentMultiplier(0.5, 1)).toBeCloseTo(1, 12);
    // With 2 degrees of freedom P(|T| ≤ t) = t/√(t² + 2).
    expect(studentMultiplier(0.95, 2)).toBeCloseTo(Math.sqrt((2 * 0.9025) / 0.0975), 11);
  });

  it('of the normal are two-sided', () => {
    expect(normalTwoSidedP(-1.959963984540054)).toBeCloseTo(0.05, 14);
    expect(normalTwoSidedP(0)).toBe(1);
  });

  it('of beta invert', () => {
    expect(betaI(betaQuantile(0.3, 2.5, 4), 2.5, 4)).toBeCloseTo(0.3, 13);
  });
});
