// Goal: logistic fits and recalibration that can be trusted. Method: R's glm on the published data; properties.
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import { fitLogistic } from '../numerics/logistic-regression.ts';
import { expit, logit } from '../numerics/logit.ts';
import { readCalibrationGold, readCsvOracle } from '../oracle.testing.ts';
import { fitRecalibration, recalibrate } from './recalibration.ts';

const gold = readCalibrationGold();
const train = readCsvOracle('traindata.csv');
const test = readCsvOracle('testdata.csv');

describe('fitLogistic', () => {
  it.skipIf(!gold || !train || !test)('fitted on the training data predicts the published probabilities, 1e-12', () => {
    const columnsOf = (rows: Record<string, string>[]) => [
      rows.map(() => 1),
      ...['x1', 'x2', 'x3', 'x4'].map((name) => rows.map((row) => Number(row[name]))),
    ];
    const fit = fitLogistic({ columns: columnsOf(train!), events: train!.map((row) => Number(row.y)) });
    if (!fit.estimable) throw new Error(fit.because);
    const columns = columnsOf(test!);
    gold!.p.forEach((expected, i) => {
      const logOdds = columns.reduce((sum, column, j) => sum + column[i]! * fit.coefficients[j]!, 0);
      expect(Math.abs(expit(logOdds) - expected)).toBeLessThan(1e-12);
    });
  });

  it('gives the log odds ratio of a two-by-two table and its Woolf variance', () => {
    const fit = fitLogistic({
      columns: [
        [1, 1],
        [0, 1],
      ],
      events: [10, 30],
      totals: [50, 60],
    });
    if (!fit.estimable) throw new Error(fit.because);
    expect(fit.coefficients[1]).toBeCloseTo(Math.log((30 * 40) / (30 * 10)), 12);
    expect(fit.covariance[1]![1]).toBeCloseTo(1 / 10 + 1 / 40 + 1 / 30 + 1 / 30, 12);
  });

  it('reports separation instead of a huge coefficient', () => {
    const fit = fitLogistic({
      columns: [
        [1, 1, 1, 1],
        [1, 2, 3, 4],
      ],
      events: [0, 0, 1, 1],
    });
    expect(fit).toEqual({ estimable: false, n: 4, because: 'separation' });
  });

  it('converges from far away by halving its steps', () => {
    const fit = fitLogistic({ columns: [[1, 1, 1, 1]], events: [1, 0, 0, 0], offset: [12, 12, 12, 12] });
    if (!fit.estimable) throw new Error(fit.because);
    expect(fit.coefficients[0]).toBeCloseTo(logit(0.25) - 12, 9);
  });
});

describe('recalibration', () => {
  it('finds the distortion that was put in, and undoes it', () => {
    const random = seededRandom('recalibration');
    const probabilities: number[] = [];
    const events: number[] = [];
    for (let i = 0; i < 20_000; i++) {
      const truth = expit(4 * random() - 2);
      events.push(random() < truth ? 1 : 0);
      probabilities.push(expit((logit(truth) - 0.3) / 0.8));
    }
    const fit = fitRecalibration({ probabilities, events }, 'intercept-and-slope');
    if (!fit.estimable) throw new Error(fit.because);
    expect(fit.intercept).toBeCloseTo(0.3, 1);
    expect(fit.slope).toBeCloseTo(0.8, 1);
    const recalibrated = probabilities.map((p) => recalibrate(p, fit));
    const again = fitRecalibration({ probabilities: recalibrated, events }, 'intercept-and-slope');
    if (!again.estimable) throw new Error(again.because);
    expect(again.intercept).toBeCloseTo(0, 9);
    expect(again.slope).toBeCloseTo(1, 9);
  });

  it('of the intercept alone keeps the slope at 1 and has no interval for it', () => {
    const fit = fitRecalibration({ probabilities: [0.5, 0.5, 0.5, 0.5], events: [1, 1, 1, 0] }, 'intercept');
    expect(fit).toMatchObject({ estimable: true, kind: 'intercept', slope: 1, slopeEstimate: undefined, clipCount: 0 });
  });

  it('clips probabilities of 0 and 1, counts them, and never gives 0 or 1', () => {
    const fit = fitRecalibration({ probabilities: [0, 0.4, 0.6, 1, 0.5], events: [1, 0, 1, 0, 1] }, 'intercept');
    expect(fit).toMatchObject({ estimable: true, clipCount: 2 });
    expect(recalibrate(0, { intercept: -5, slope: 2 })).toBe(1e-6);
    expect(recalibrate(1, { intercept: 5, slope: 2 })).toBe(1 - 1e-6);
    expect(recalibrate(0.3, { intercept: 0, slope: 1 })).toBeCloseTo(0.3, 15);
  });

  it('refuses a probability outside [0, 1]', () => {
    expect(() => recalibrate(1.2, { intercept: 0, slope: 1 })).toThrow('probability');
  });
});
