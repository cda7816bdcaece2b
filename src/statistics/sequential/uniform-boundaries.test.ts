// Goal: the uniform boundaries are the published curves.
// Method: reference values of confseq's unit test (made by an independent R implementation), and consistency.
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import { lambertWLower, normalCdf, riemannZeta } from '../numerics/special.ts';
import { quantileComparisonP } from './quantile-comparison.ts';
import { doubleStitchedBound, empiricalProcessBound, polyStitchedBound } from './stitched-boundaries.ts';
import {
  betaBinomialMixture,
  gammaExponentialMixture,
  gammaPoissonMixture,
  mixtureRho,
  normalMixture,
  normalMixtureBound,
  uniformBound,
} from './uniform-boundaries.ts';

const tuning = { vOpt: 100, alphaOpt: 0.05 };

describe('mixture boundaries', () => {
  it.each([
    ['two-sided normal', normalMixture(tuning, 2), -0.6510052, 30.35209],
    ['one-sided normal', normalMixture(tuning, 1), -0.06502391, 27.66071],
    ['gamma-exponential', gammaExponentialMixture(tuning, 2), -0.2490165, 33.02017],
    ['gamma-Poisson', gammaPoissonMixture(tuning, 2), -0.06991219, 30.1949],
    ['two-sided beta-binomial', betaBinomialMixture(tuning, { g: 0.2, h: 0.8 }, 2), -0.6941012, 31.4308],
    ['one-sided beta-binomial', betaBinomialMixture(tuning, { g: 0.2, h: 0.8 }, 1), -0.07134019, 28.41238],
  ])('of the %s kind have the reference mixture and bound', (_, boundary, mixture, bound) => {
    expect(boundary.logMixture(10, 100)).toBeCloseTo(mixture, 5);
    expect(uniformBound(boundary, 100, 0.05)).toBeCloseTo(bound, 4);
  });

  it('have the reference tuning constant, and a closed form for the normal one', () => {
    expect(mixtureRho(tuning, 2)).toBeCloseTo(12.60056, 5);
    expect(normalMixtureBound(tuning, 250, 0.01)).toBeCloseTo(uniformBound(normalMixture(tuning, 2), 250, 0.01), 9);
  });

  it('rise as the level falls and as time goes on', () => {
    const boundary = gammaExponentialMixture(tuning, 1);
    expect(uniformBound(boundary, 100, 0.01)).toBeGreaterThan(uniformBound(boundary, 100, 0.05));
    expect(uniformBound(boundary, 400, 0.05)).toBeGreaterThan(uniformBound(boundary, 100, 0.05));
  });

  it('never exceed the largest sum that bounded steps can reach', () => {
    expect(uniformBound(betaBinomialMixture(tuning, { g: 0.5, h: 0.5 }, 2), 0.25, 0.05)).toBe(0.5);
  });
});

describe('stitched boundaries', () => {
  it('have the reference values', () => {
    expect(polyStitchedBound(100, 0.05, { vMin: 10, c: 3 })).toBeCloseTo(64.48755, 5);
    expect(polyStitchedBound(100, 0.05, { vMin: 10, c: -1 })).toBeCloseTo(28.99389, 5);
    expect(empiricalProcessBound(1000, { alpha: 0.05, tMin: 100 })).toBeCloseTo(0.08204769, 6);
    expect(empiricalProcessBound(99, { alpha: 0.05, tMin: 100 })).toBe(Infinity);
  });

  it('over all quantiles are wider than at a single one, and narrow relative to time', () => {
    const all = doubleStitchedBound(0.5, 1000, { alpha: 0.05, tOpt: 100 });
    const one = polyStitchedBound(250, 0.05, { vMin: 25 });
    expect(all).toBeGreaterThan(one);
    expect(doubleStitchedBound(0.5, 100000, { alpha: 0.05, tOpt: 100 }) / 100000).toBeLessThan(all / 1000);
  });
});

describe('the comparison of a quantile between two arms', () => {
  const random = seededRandom('quantiles');
  const draws = (count: number, shift: number) => Array.from({ length: count }, () => random() + shift);

  it('is near 1 for equal arms and small for shifted ones', () => {
    expect(quantileComparisonP([draws(400, 0), draws(400, 0)], 0.5, { tOpt: 100 })).toBeGreaterThan(0.05);
    expect(quantileComparisonP([draws(400, 0), draws(400, 0.3)], 0.5, { tOpt: 100 })).toBeLessThan(1e-6);
  });

  it('does not depend on which arm comes first', () => {
    const [a, b] = [draws(150, 0), draws(90, 0.1)];
    expect(quantileComparisonP([a, b], 0.9, { tOpt: 50 })).toBeCloseTo(
      quantileComparisonP([b, a], 0.9, { tOpt: 50 }),
      12,
    );
  });
});

describe('special functions', () => {
  it('agree with scipy', () => {
    expect(riemannZeta(1.4)).toBeCloseTo(3.1055472779775806, 12);
    expect(riemannZeta(2)).toBeCloseTo(Math.PI ** 2 / 6, 13);
    expect(lambertWLower(-0.0009196986029286061)).toBeCloseTo(-9.211968062068253, 12);
    expect(lambertWLower(-0.36)).toBeCloseTo(-1.2227701339785066, 9);
    expect(normalCdf(-4) / 3.167124183311986e-5).toBeCloseTo(1, 12);
    expect(normalCdf(1.959963984540054)).toBeCloseTo(0.975, 13);
  });
});
