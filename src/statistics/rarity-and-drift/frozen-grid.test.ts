import { expect, it } from 'vitest';
import { normalDraw, seededRandom } from '#kernel';
import { countOnGrid, type FrozenGrid, frozenGrid, gridDistances, newGridCounts } from './frozen-grid.ts';
import { kolmogorovSmirnov } from './kolmogorov-smirnov.ts';
import { wassersteinDistance } from './sample-distances.ts';

/** Goal: distances on a frozen grid are those of the samples, within a bin. Method: the exact ones, seeded samples. */

const random = seededRandom('frozen grid');
const reference = Float64Array.from({ length: 3000 }, () => normalDraw(random));
const moved = Float64Array.from({ length: 2000 }, () => 0.3 + 1.3 * normalDraw(random));
const grid = frozenGrid(reference) as FrozenGrid;

function distancesOf(values: Float64Array, of: FrozenGrid = grid) {
  const counts = newGridCounts(of);
  countOnGrid(of, counts, values);
  const found = gridDistances(of, counts);
  if (!found.estimable) throw new Error(found.because);
  return found;
}

it('agrees with the exact distances within a bin, values outside the reference included', () => {
  const [exactKs, exactW] = [kolmogorovSmirnov(reference, moved), wassersteinDistance(reference, moved)];
  if (!exactKs.estimable || !exactW.estimable) throw new Error('both are estimable');
  const { kolmogorovSmirnov: ks, wasserstein } = distancesOf(moved);
  expect(ks.value).toBeLessThanOrEqual(exactKs.statistic + 1e-12);
  expect(ks.value).toBeGreaterThan(exactKs.statistic - 0.003);
  const width = (grid.highest - grid.lowest) / grid.bins;
  expect(Math.abs(wasserstein.value - exactW.value)).toBeLessThanOrEqual(width);
  expect(moved.some((value) => value < grid.lowest || value > grid.highest)).toBe(true);
});

it('is 0 for the reference itself, and the distance of a shift that leaves the grid', () => {
  expect(distancesOf(reference).wasserstein.value).toBe(0);
  const far = distancesOf(reference.map((value) => value + 100));
  expect(far.kolmogorovSmirnov.value).toBe(1);
  expect(far.wasserstein.value).toBeCloseTo(100, 2);
});

it('counts in parts as in one go', () => {
  const [whole, parts] = [newGridCounts(grid), newGridCounts(grid)];
  countOnGrid(grid, whole, moved);
  countOnGrid(grid, parts, moved, { from: 0, until: 700 });
  countOnGrid(grid, parts, moved, { from: 700, until: 2000 });
  expect(gridDistances(grid, parts)).toEqual(gridDistances(grid, whole));
});

it('is not estimable without values, with one that is not finite, and where all are equal', () => {
  expect(frozenGrid([])).toMatchObject({ estimable: false });
  expect(frozenGrid([1, Number.NaN])).toMatchObject({ estimable: false });
  expect(frozenGrid([2, 2])).toMatchObject({ estimable: false, because: 'all values are equal' });
  expect(gridDistances(grid, newGridCounts(grid))).toMatchObject({ estimable: false });
  expect(() => countOnGrid(grid, newGridCounts(grid), [Number.NaN])).toThrow('a number');
});
