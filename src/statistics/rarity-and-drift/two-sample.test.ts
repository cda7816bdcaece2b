// Goal: two-sample tests and distances equal those of SciPy, and answer for odd data. Method: its published figures here
// and in the shared data, small lattices counted by hand, properties.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readOracle, readOwnOracle } from '../oracle.testing.ts';
import { cramerVonMises } from './cramer-von-mises.ts';
import { kolmogorovSmirnov } from './kolmogorov-smirnov.ts';
import { mannWhitney } from './mann-whitney.ts';
import { frozenBins, populationStabilityIndex } from './population-stability.ts';
import { energyDistance, wassersteinDistance } from './sample-distances.ts';

interface TwoSampleFigures {
  x: number[];
  y: number[];
  ks: { D: number; p_exact: number; p_asymp: number };
  cvm: { stat: number; p: number };
  mannwhitney: { U: number; p: number };
  wasserstein: number;
  energy: number;
}
const own = readOwnOracle<{
  two_sample: Record<string, TwoSampleFigures>;
  psi: number;
  psi_far: number;
}>('rarity-and-drift/figures.json');

function found<T extends { estimable: boolean }>(result: T): Extract<T, { estimable: true }> {
  if (!result.estimable) throw new Error(JSON.stringify(result));
  return result as Extract<T, { estimable: true }>;
}

/** Equal to a relative part in 10^digits. */
function expectNear(actual: number, expected: number, digits = 10): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(Math.abs(expected) * 10 ** -digits + 1e-14);
}

const scipy = readOracle('scipy_gold.json');
const gold = scipy === undefined ? undefined : JSON.parse(scipy);
const frac = (x: number) => x - Math.floor(x);
const goldA = Array.from({ length: 200 }, (_, i) => frac((i + 1) * 0.6180339887498949));
const goldB = Array.from({ length: 150 }, (_, i) => frac((i + 1) * 0.7548776662466927) ** 1.3);

describe.each(Object.entries(own.two_sample))('SciPy, %s samples', (name, { x, y, ...figures }) => {
  it('Kolmogorov–Smirnov, exact to every digit and asymptotic', () => {
    const exact = found(kolmogorovSmirnov(x, y));
    expectNear(exact.statistic, figures.ks.D);
    expectNear(exact.pValue, figures.ks.p_exact, 9);
    const limit = found(kolmogorovSmirnov(x, y, { method: 'asymptotic' })).pValue;
    // SciPy's `far` is below 1e-40: there the Kolmogorov limit stands in for it.
    if (name !== 'far') expectNear(limit, figures.ks.p_asymp, 9);
    else expect(limit).toBeLessThan(1e-35);
  });

  it('Cramér–von Mises', () => {
    const test = found(cramerVonMises(x, y));
    expectNear(test.statistic, figures.cvm.stat);
    // SciPy cuts its series at 1e-7, which shows where the tail is far below that.
    expect(test.pValue).toBeCloseTo(figures.cvm.p, name === 'far' ? 7 : 12);
  });

  it('Mann–Whitney', () => {
    const test = found(mannWhitney(x, y));
    expectNear(test.statistic, figures.mannwhitney.U);
    expectNear(test.pValue, figures.mannwhitney.p, 9);
  });

  it('Wasserstein and energy distance', () => {
    expectNear(found(wassersteinDistance(x, y)).value, figures.wasserstein);
    expectNear(found(energyDistance(x, y)).value, figures.energy);
  });
});

describe('the shared SciPy figures', () => {
  it.skipIf(gold === undefined)('are met', () => {
    expectNear(found(kolmogorovSmirnov(goldA, goldB)).statistic, gold.ks.D);
    expectNear(found(kolmogorovSmirnov(goldA, goldB)).pValue, gold.ks.p_exact);
    expectNear(found(kolmogorovSmirnov(goldA, goldB, { method: 'asymptotic' })).pValue, gold.ks.p_asymp);
    expectNear(found(wassersteinDistance(goldA, goldB)).value, gold.wasserstein1);
    expectNear(found(energyDistance(goldA, goldB)).value, gold.energy_distance);
    expectNear(found(cramerVonMises(goldA, goldB)).statistic, gold.cvm_2samp.stat);
    expectNear(found(cramerVonMises(goldA, goldB)).pValue, gold.cvm_2samp.p, 9);
    expectNear(found(mannWhitney(goldA, goldB)).statistic, gold.mannwhitney.U);
    expectNear(found(mannWhitney(goldA, goldB)).pValue, gold.mannwhitney.p);
  });
});

describe('the Kolmogorov–Smirnov p-value', () => {
  it('counts lattice paths: 2 of C(6,3) = 20 have D = 1 for three against three', () => {
    expect(found(kolmogorovSmirnov([1, 2, 3], [4, 5, 6])).pValue).toBeCloseTo(0.1, 14);
  });

  it('goes over into its limit smoothly', () => {
    const x = Array.from({ length: 1500 }, (_, i) => frac((i + 1) * 0.6180339887498949));
    const y = x.slice(0, 1400).map((value) => value + 0.03 * value);
    const exact = found(kolmogorovSmirnov(x, y, { method: 'exact' })).pValue;
    const limit = found(kolmogorovSmirnov(x, y, { method: 'asymptotic' })).pValue;
    expect(Math.abs(exact - limit)).toBeLessThan(0.03);
  });
});

describe('population stability', () => {
  const { x, y } = own.two_sample.continuous!;
  const bins = found(frozenBins(x));

  it('uses quantile bins frozen on the reference, and no bin is infinite', () => {
    expectNear(found(populationStabilityIndex(bins, y)).value, own.psi);
    expectNear(found(populationStabilityIndex(bins, own.two_sample.far!.y)).value, own.psi_far);
    expect(found(populationStabilityIndex(bins, x)).value).toBe(0);
  });

  it('merges edges that coincide', () => {
    const tied = found(frozenBins([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2]));
    expect(tied.edges).toEqual([0, 1]);
    expect(tied.shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });
});

describe('odd data', () => {
  const tests = { kolmogorovSmirnov, cramerVonMises, mannWhitney, wassersteinDistance, energyDistance };

  it.each(Object.entries(tests))('%s says why it is not estimable', (_, test) => {
    expect(test([], [1])).toMatchObject({ estimable: false, because: 'a sample is empty' });
    expect(test([1, Number.NaN], [1, 2])).toMatchObject({ estimable: false, because: 'a value is not a number' });
    expect(test([1, 2], [Infinity, 2])).toMatchObject({ estimable: false, because: 'a value is infinite' });
  });

  it('gives p in [0, 1] whatever the ties, and does not depend on the order', () => {
    const sample = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 2, maxLength: 25 });
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        for (const test of [kolmogorovSmirnov, cramerVonMises, mannWhitney]) {
          const result = test(x, y);
          if (!result.estimable) continue;
          expect(result.pValue).toBeGreaterThanOrEqual(0);
          expect(result.pValue).toBeLessThanOrEqual(1);
          expect(test([...x].reverse(), [...y].reverse())).toEqual(result);
        }
      }),
    );
  });
});
