// Goal: distances, shrinkage and rarity are those of the literature, and sequential drift tests keep their level.
// Method: scikit-learn and NumPy figures, seeded simulation, bad input.
import { describe, expect, it } from 'vitest';
import { normalDraw, type Random, seededRandom } from '#kernel';
import { readOracle, readOwnOracle } from '../oracle.testing.ts';
import { bettingTwoSample, emptyBettingTwoSample, stepBettingTwoSample } from './betting-two-sample.ts';
import { ledoitWolfCovariance } from './covariance.ts';
import { fitMahalanobis, mahalanobisSquared } from './mahalanobis.ts';
import { maximumMeanDiscrepancy } from './maximum-mean-discrepancy.ts';
import { neighbourDistance, neighbourReference } from './neighbour-distance.ts';
import { calibrateRarity, rarityOf, validateRarity } from './rarity.ts';

const own = readOwnOracle<{
  ledoit_wolf: {
    rows: number[][];
    matrix: number[][];
    shrinkage: number;
    wide: number[][];
    wide_shrinkage: number;
    wide_diagonal: number[];
  };
  mahalanobis: { point: number[]; plain: number; shrunk: number };
  neighbour: number;
  mmd: { sigma: number; value: number };
}>('rarity-and-drift/figures.json');
const { rows, wide } = own.ledoit_wolf;
const { point } = own.mahalanobis;

function found<T extends { estimable: boolean }>(result: T): Extract<T, { estimable: true }> {
  if (!result.estimable) throw new Error(JSON.stringify(result));
  return result as Extract<T, { estimable: true }>;
}

describe('Ledoit–Wolf', () => {
  it("is scikit-learn's, also with more features than cases", () => {
    const fit = found(ledoitWolfCovariance(rows));
    expect(fit.shrinkage).toBeCloseTo(own.ledoit_wolf.shrinkage, 12);
    fit.matrix.flat().forEach((value, i) => {
      expect(value).toBeCloseTo(own.ledoit_wolf.matrix.flat()[i]!, 12);
    });
    const few = found(ledoitWolfCovariance(wide));
    expect(few.shrinkage).toBeCloseTo(own.ledoit_wolf.wide_shrinkage, 12);
    few.matrix.forEach((row, i) => {
      expect(row[i]).toBeCloseTo(own.ledoit_wolf.wide_diagonal[i]!, 12);
    });
  });

  it('is not estimable for odd data', () => {
    expect(ledoitWolfCovariance([])).toMatchObject({ because: 'no cases yet' });
    expect(ledoitWolfCovariance([[1, 2]])).toMatchObject({ because: 'n < 2' });
    expect(ledoitWolfCovariance([[1], [1]])).toMatchObject({ because: 'all rows are equal' });
    expect(ledoitWolfCovariance([[1], [Number.NaN]])).toMatchObject({ because: 'a value is not a number' });
    expect(ledoitWolfCovariance([[1], [1, 2]])).toMatchObject({ estimable: false });
  });
});

describe('Mahalanobis distance', () => {
  it('is the textbook one, with plain and with shrunk covariance', () => {
    const plain = found(fitMahalanobis(rows, { covariance: 'sample' }));
    expect(found(mahalanobisSquared(plain, point)).value).toBeCloseTo(own.mahalanobis.plain, 9);
    expect(found(mahalanobisSquared(found(fitMahalanobis(rows)), point)).value).toBeCloseTo(own.mahalanobis.shrunk, 9);
  });

  const scipy = readOracle('scipy_gold.json');
  it.skipIf(scipy === undefined)('meets the shared figure', () => {
    const frac = (x: number) => x - Math.floor(x);
    const gold = Array.from({ length: 150 }, (_, i) => {
      const [a, b] = [frac((i + 1) * 0.6180339887498949), frac((i + 1) * 0.7548776662466927) ** 1.3];
      return [a, b, a * b];
    });
    const reference = found(fitMahalanobis(gold, { covariance: 'sample' }));
    const { mahalanobis_sq, mmd2_unbiased } = JSON.parse(scipy!);
    expect(found(mahalanobisSquared(reference, [0.9, 0.1, 0.5])).value).toBeCloseTo(mahalanobis_sq, 8);
    const [a, b] = [
      Array.from({ length: 200 }, (_, i) => [frac((i + 1) * 0.6180339887498949)]),
      Array.from({ length: 150 }, (_, i) => [frac((i + 1) * 0.7548776662466927) ** 1.3]),
    ];
    const test = found(maximumMeanDiscrepancy(a, b, { random: seededRandom('mmd'), permutations: 1 }));
    expect(test.width).toBeCloseTo(mmd2_unbiased.sigma_median, 12);
    expect(test.statistic).toBeCloseTo(mmd2_unbiased.value, 12);
  });

  it('takes the nearest class, so that a centre of one class is not rare', () => {
    const random = seededRandom('classes');
    const around = (centre: number) => [centre + normalDraw(random), centre + normalDraw(random)];
    const two = Array.from({ length: 200 }, (_, i) => around(i % 2 === 0 ? 0 : 10));
    const classes = two.map((_, i) => (i % 2 === 0 ? 'a' : 'b'));
    const reference = found(fitMahalanobis(two, { classes }));
    expect(found(mahalanobisSquared(reference, [10, 10])).value).toBeLessThan(1);
    expect(found(mahalanobisSquared(reference, [5, 5])).value).toBeGreaterThan(20);
  });

  it('is not estimable without a definite covariance or with a missing feature', () => {
    const line = rows.map((row) => [row[0]!, row[0]!]);
    expect(fitMahalanobis(line, { covariance: 'sample' })).toMatchObject({
      because: 'the covariance is not positive definite',
    });
    expect(mahalanobisSquared(found(fitMahalanobis(rows)), [0, Number.NaN, 0, 0])).toMatchObject({ estimable: false });
  });
});

describe('neighbour distance', () => {
  it("is scikit-learn's to the tenth neighbour", () => {
    const reference = found(neighbourReference(rows));
    expect(found(neighbourDistance(reference, point)).value).toBeCloseTo(own.neighbour, 12);
    expect(neighbourDistance(found(neighbourReference(rows.slice(0, 9))), point)).toMatchObject({
      because: 'fewer than 10 reference cases',
    });
  });
});

describe('rarity', () => {
  const distances = Array.from({ length: 400 }, (_, i) => i);
  const strata = distances.map((_, i) => (i < 200 ? 'site A' : 'site B'));
  const calibration = calibrateRarity(distances, strata);

  it('is judged within its stratum', () => {
    expect(rarityOf(calibration, 250, 'site A')).toEqual({ pValue: 1 / 201, isRare: true, isUnknownStratum: false });
    expect(rarityOf(calibration, 250, 'site B').isRare).toBe(false);
    expect(rarityOf(calibration, 250, 'site C').isUnknownStratum).toBe(true);
  });

  it('is validated by the errors that it foretells', () => {
    const errors = distances.map((distance) => (distance >= 360 ? 1 : 0));
    const validation = validateRarity(distances, errors);
    expect(validation.byDecile.map(({ k }) => k)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 40]);
    expect(found(validation.discrimination).auroc).toBe(1);
    expect(validateRarity([], []).discrimination.estimable).toBe(false);
  });
});

describe('maximum mean discrepancy', () => {
  it("equals NumPy's figure, and its p-value is never 0", () => {
    const [first, second] = [rows.slice(0, 50), rows.slice(50, 90).map((row) => row.map((value) => value ** 1.5))];
    const test = found(maximumMeanDiscrepancy(first, second, { random: seededRandom('p'), permutations: 199 }));
    expect(test.statistic).toBeCloseTo(own.mmd.value, 12);
    expect(test.width).toBeCloseTo(own.mmd.sigma, 12);
    const far = first.map((row) => row.map((value) => value + 9));
    const apart = found(maximumMeanDiscrepancy(first, far, { random: seededRandom('p'), permutations: 99 }));
    expect(apart.pValue).toBe(0.01);
  });

  it('is not estimable for single cases and equal ones', () => {
    const random = seededRandom('odd');
    expect(maximumMeanDiscrepancy([[1]], [[1], [2]], { random })).toMatchObject({ because: 'n < 2 in a sample' });
    const same = [[1], [1]];
    expect(maximumMeanDiscrepancy(same, same, { random })).toMatchObject({ because: 'the median distance is 0' });
  });
});

/** The highest log wealth of a betting two-sample test over pairs, the second sample shifted. */
function highestWealth(random: Random, shift: number, pairs: number): number {
  const test = bettingTwoSample(1);
  let [state, highest] = [emptyBettingTwoSample, 0];
  for (let i = 0; i < pairs; i++) {
    state = stepBettingTwoSample(test, state, { first: [normalDraw(random)], second: [normalDraw(random) + shift] });
    highest = Math.max(highest, state.logWealth);
  }
  return highest;
}

describe('the two-sample test by betting', () => {
  it('keeps its level under optional stopping, and finds a shift', () => {
    const random = seededRandom('betting two-sample');
    const runs = 200;
    const crossings = (shift: number) =>
      Array.from({ length: runs }, () => highestWealth(random, shift, 120)).filter((wealth) => wealth >= Math.log(20));
    expect(crossings(0).length / runs).toBeLessThanOrEqual(0.05);
    expect(crossings(1).length / runs).toBeGreaterThan(0.9);
  });
});
