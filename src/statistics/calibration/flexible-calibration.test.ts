// Goal: ICI and its family. Method: published data; loess on exact parabolas; spline and loess on one simulated truth.
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import { loess } from '../numerics/loess.ts';
import { expit, logit } from '../numerics/logit.ts';
import { splineColumns, splineKnots } from '../numerics/restricted-cubic-spline.ts';
import { readCalibrationGold } from '../oracle.testing.ts';
import { flexibleCalibration } from './flexible-calibration.ts';

const gold = readCalibrationGold();

describe('loess', () => {
  it('reproduces a parabola exactly', () => {
    const x = Array.from({ length: 30 }, (_, i) => i / 10 + (i % 3) / 50);
    const y = x.map((value) => 1 - 2 * value + 0.5 * value * value);
    loess(x, y).forEach((value, i) => {
      expect(value).toBeCloseTo(y[i]!, 9);
    });
  });

  it('gives equal x equal values and falls back to means where x hardly varies', () => {
    expect([...loess([1, 1, 1, 1], [0, 1, 1, 1])]).toEqual([0.75, 0.75, 0.75, 0.75]);
    const two = loess([0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 1, 0]);
    expect(two[0]).toBe(two[2]);
    expect([...two].every(Number.isFinite)).toBe(true);
  });
});

describe('loess over three masses', () => {
  it('takes a line where only two of them have weight, and so meets the mean at the outer ones', () => {
    for (const middle of [0.3, 0.5, 0.7]) {
      const x = [...new Array(10).fill(0), ...new Array(10).fill(middle), ...new Array(20).fill(1)];
      const y = x.map((_, i) => (i % 3 === 0 ? 1 : 0));
      expect(loess(x, y)[0]).toBeCloseTo(0.4, 10);
    }
  });
});

describe('the restricted cubic spline', () => {
  it('is linear beyond its outer knots', () => {
    const x = [5, 6, 7, -3, -2, -1];
    for (const column of splineColumns(x, [0, 1, 2, 4])) {
      expect(column[2]! - column[1]!).toBeCloseTo(column[1]! - column[0]!, 10);
      expect(column[5]! - column[4]!).toBeCloseTo(column[4]! - column[3]!, 10);
    }
  });

  it('has no knots where ties make two of them equal', () => {
    expect(splineKnots([0, 0, 0, 0, 0, 1], 5)).toBeUndefined();
    expect(splineKnots([0, 1, 2, 3, 4], 3)).toEqual([0.4, 2, 3.6]);
  });
});

describe('flexibleCalibration', () => {
  it.skipIf(gold === undefined)(
    'reproduces the direct loess to 1e-10, and the interpolated loess of R within 2 %',
    () => {
      const result = flexibleCalibration(gold!.p, gold!.y);
      if (!result.estimable) throw new Error(result.because);
      expect(result.method).toBe('loess');
      expect(result.ici).toBeCloseTo(gold!.computed.ici_loess_direct!, 10);
      expect(result.e50).toBeCloseTo(gold!.computed.e50!, 10);
      expect(result.e90).toBeCloseTo(gold!.computed.e90!, 10);
      expect(result.eci).toBeCloseTo(gold!.computed.eci_loess_direct!, 9);
      expect(Math.abs(result.ici / 0.04747448 - 1)).toBeLessThan(0.02);
      expect(Math.abs(result.eci / 0.32064056 - 1)).toBeLessThan(0.02);
    },
  );

  it('takes the spline above 5,000 cases, and both find the miscalibration that was put in', () => {
    const random = seededRandom('flexible calibration');
    const [p, y]: [number[], number[]] = [[], []];
    let truth = 0;
    for (let i = 0; i < 6_000; i++) {
      const probability = 0.05 + 0.9 * random();
      const actual = expit(0.4 + 0.6 * logit(probability));
      p.push(probability);
      y.push(random() < actual ? 1 : 0);
      truth += Math.abs(actual - probability) / 6_000;
    }
    const spline = flexibleCalibration(p, y);
    const local = flexibleCalibration(p.slice(0, 4_000), y.slice(0, 4_000));
    if (!spline.estimable || !local.estimable) throw new Error('both are estimable');
    expect([spline.method, local.method]).toEqual(['restricted cubic spline', 'loess']);
    expect(Math.abs(spline.ici - truth)).toBeLessThan(0.015);
    expect(Math.abs(local.ici - truth)).toBeLessThan(0.02);
  });

  it('says why where there is no curve', () => {
    expect(flexibleCalibration([0.1, 0.2], [0, 1])).toEqual({ estimable: false, n: 2, because: 'n < 10' });
    const tenths = Array.from({ length: 12 }, (_, i) => i / 12);
    expect(
      flexibleCalibration(
        tenths,
        tenths.map(() => 1),
      ),
    ).toEqual({ estimable: false, n: 12, because: 'one class only' });
    expect(
      flexibleCalibration(
        tenths.map(() => 0.3),
        tenths.map((_, i) => i % 2),
      ),
    ).toEqual({
      estimable: false,
      n: 12,
      because: 'all predictions are equal',
    });
  });
});
