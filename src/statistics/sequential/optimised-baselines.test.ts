// Goal: optimised baselines are valid bets with weights of 1, for every family and side, and find changes soon.
// Method: expectations of factors under the null, the equation that the weights solve, and order of the three modes.
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import {
  type BaselineFamily,
  type BaselineMode,
  type BaselineSide,
  baselineLogIncrement,
  baselinesLogValue,
  newBaselineState,
  optimisedBaselines,
  stepBaselines,
} from './optimised-baselines.ts';

const alpha = 1e-3;
const families: [BaselineFamily, number, number][] = [
  [{ kind: 'normal', mean: 0 }, 0.1, 2],
  [{ kind: 'bernoulli', p: 0.3 }, 0.05, 0.25],
  [{ kind: 'bounded', mean: 0.4 }, 0.05, 0.3],
];
const sides: BaselineSide[] = ['greater', 'less', 'both'];
const each = families.flatMap(([family, from, to]) =>
  sides.map((side) => [family.kind, side, family, from, to] as const),
);

describe('optimised baselines', () => {
  it.each(each)('of the %s family, %s, have weights that sum to 1 and bets in the right direction', (...row) => {
    const [, side, family, deltaLower, deltaUpper] = row;
    const { lambdas, weights } = optimisedBaselines(family, { side, deltaLower, deltaUpper, alpha });
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(lambdas.length).toBeGreaterThan(1);
    if (side !== 'less') expect(lambdas[0]).toBeGreaterThan(0);
    if (side !== 'greater') expect(lambdas.at(-1)).toBeLessThan(0);
    expect(new Set(Array.from(lambdas, Math.sign)).size).toBe(side === 'both' ? 2 : 1);
  });

  it('have factors of expectation 1 under the null', () => {
    for (const side of sides) {
      const bernoulli = optimisedBaselines(
        { kind: 'bernoulli', p: 0.3 },
        { side, deltaLower: 0.05, deltaUpper: 0.25, alpha },
      );
      const bounded = optimisedBaselines({ kind: 'bounded', mean: 0.3 }, { side, deltaLower: 0.05, alpha });
      for (const { family, lambdas } of [bernoulli, bounded]) {
        for (const lambda of lambdas) {
          const factor = (x: number) => Math.exp(baselineLogIncrement(family, lambda, x));
          expect(0.3 * factor(1) + 0.7 * factor(0)).toBeCloseTo(1, 12);
        }
      }
    }
  });

  it('are one bet where the range is one point', () => {
    const { lambdas, weights } = optimisedBaselines(
      { kind: 'normal', mean: 0 },
      { side: 'greater', deltaLower: 0.5, deltaUpper: 0.5, alpha },
    );
    expect([...lambdas]).toEqual([0.5]);
    expect([...weights]).toEqual([1]);
  });

  it('run between the smallest and the largest change of interest', () => {
    const { lambdas } = optimisedBaselines(
      { kind: 'normal', mean: 0 },
      { side: 'greater', deltaLower: 0.1, deltaUpper: 2, alpha },
    );
    const sorted = [...lambdas].sort((a, b) => b - a);
    expect([...lambdas]).toEqual(sorted);
    expect(lambdas.at(-1)).toBeCloseTo(0.1, 12);
    expect(lambdas[0]).toBeLessThanOrEqual(2);
  });
});

describe('the modes of a baseline process', () => {
  const baselines = optimisedBaselines(
    { kind: 'bernoulli', p: 0.1 },
    { side: 'greater', deltaLower: 0.02, deltaUpper: 0.4, alpha },
  );

  it('are ordered: test at or below CUSUM, CUSUM at or below Shiryaev–Roberts', () => {
    const random = seededRandom('modes');
    const modes: BaselineMode[] = ['test', 'cusum', 'shiryaev-roberts'];
    const states = modes.map((mode) => newBaselineState(baselines, mode));
    for (let i = 0; i < 500; i++) {
      const x = random() < (i < 250 ? 0.1 : 0.2) ? 1 : 0;
      modes.forEach((mode, j) => {
        stepBaselines(baselines, mode, { state: states[j]!, x });
      });
      const [test, cusum, sr] = states.map((state) => baselinesLogValue(baselines, state)) as [number, number, number];
      expect(test).toBeLessThanOrEqual(cusum + 1e-9);
      expect(cusum).toBeLessThanOrEqual(sr + 1e-9);
    }
  });

  it('keep an average run length of at least A, and find a change much sooner', () => {
    const random = seededRandom('run length');
    const level = Math.log(50);
    const runLength = (p: number) => {
      let total = 0;
      for (let run = 0; run < 300; run++) {
        const state = newBaselineState(baselines, 'shiryaev-roberts');
        while (baselinesLogValue(baselines, state) < level) {
          stepBaselines(baselines, 'shiryaev-roberts', { state, x: random() < p ? 1 : 0 });
          total++;
        }
      }
      return total / 300;
    };
    expect(runLength(0.1)).toBeGreaterThanOrEqual(50);
    expect(runLength(0.3)).toBeLessThan(25);
  });
});
