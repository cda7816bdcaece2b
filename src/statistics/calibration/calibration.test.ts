// Goal: the calibration figures of val.prob.ci.2 and their edge cases. Method: published test data, hand computation.
import { describe, expect, it } from 'vitest';
import type { Estimate, NotEstimable } from '../estimate.ts';
import { readCalibrationGold } from '../oracle.testing.ts';
import {
  calibrationIntercept,
  calibrationSlope,
  explainedVariation,
  logisticEmax,
  logLikelihood,
  observedExpectedRatio,
  spiegelhalterTest,
  unreliabilityTest,
} from './calibration.ts';
import { fitRecalibration } from './recalibration.ts';

const gold = readCalibrationGold();
const goldPredictions = () => ({ probabilities: gold!.p, events: gold!.y });

function found<T extends { estimable: true }>(result: T | NotEstimable): T {
  if (!result.estimable) throw new Error(result.because);
  return result;
}
const endsOf = (estimate: Estimate) => {
  const { lower, upper } = found(estimate);
  return [lower, upper];
};

describe.skipIf(gold === undefined)('on the published test data', () => {
  it('intercept, slope and their intervals are those of val.prob.ci.2, 8 digits and more', () => {
    const intercept = calibrationIntercept(goldPredictions());
    expect(found(intercept).value).toBeCloseTo(0.2240468, 8);
    expect(found(intercept).value).toBeCloseTo(gold!.computed.cal_intercept!, 11);
    expect(endsOf(intercept)[0]).toBeCloseTo(gold!.computed.cal_intercept_ci[0]!, 10);
    expect(endsOf(intercept)[1]).toBeCloseTo(gold!.computed.cal_intercept_ci[1]!, 10);
    const slope = calibrationSlope(goldPredictions());
    expect(found(slope).value).toBeCloseTo(0.82278297, 8);
    expect(found(slope).value).toBeCloseTo(gold!.computed.cal_slope!, 11);
    expect(endsOf(slope)[0]).toBeCloseTo(gold!.computed.cal_slope_ci[0]!, 10);
    expect(endsOf(slope)[1]).toBeCloseTo(gold!.computed.cal_slope_ci[1]!, 10);
  });

  it('unreliability, explained variation and Emax agree', () => {
    const unreliability = found(unreliabilityTest(goldPredictions()));
    expect(unreliability.statistic).toBeCloseTo(8.43195136, 8);
    expect(unreliability.pValue).toBeCloseTo(0.01475792, 8);
    const variation = found(explainedVariation(goldPredictions()));
    expect(variation.statistic).toBeCloseTo(167.41322219, 8);
    expect(variation.nagelkerkeR2).toBeCloseTo(0.38019823, 8);
    const recalibration = found(fitRecalibration(goldPredictions(), 'intercept-and-slope'));
    expect(recalibration.intercept).toBeCloseTo(gold!.computed.recal_intercept!, 11);
    expect(logisticEmax(recalibration)).toBeCloseTo(0.08288689, 8);
  });

  it('Spiegelhalter is two-sided, observed/expected and log loss agree', () => {
    const test = found(spiegelhalterTest(goldPredictions()));
    expect(test.statistic).toBeCloseTo(2.16101449, 8);
    expect(test.pValue).toBeCloseTo(gold!.computed.spiegelhalter_p2!, 12);
    const ratio = found(observedExpectedRatio(goldPredictions()));
    expect(ratio.value).toBeCloseTo(gold!.computed.OE!, 13);
    expect(ratio.lower < ratio.value && ratio.value < ratio.upper).toBe(true);
    expect(-logLikelihood(goldPredictions()) / 500).toBeCloseTo(gold!.computed.log_loss!, 13);
  });

  it('grouped counts give what single cases give', () => {
    const doubled = { probabilities: gold!.p, events: gold!.y.map((y) => 2 * y), totals: gold!.y.map(() => 2) };
    const repeated = { probabilities: [...gold!.p, ...gold!.p], events: [...gold!.y, ...gold!.y] };
    for (const figure of [calibrationIntercept, calibrationSlope, observedExpectedRatio]) {
      expect(found(figure(doubled)).value).toBeCloseTo(found(figure(repeated)).value, 11);
      expect(found(figure(doubled)).lower).toBeCloseTo(found(figure(repeated)).lower, 11);
    }
    expect(found(spiegelhalterTest(doubled)).statistic).toBeCloseTo(found(spiegelhalterTest(repeated)).statistic, 11);
  });
});

describe('the calibration intercept', () => {
  it('is ln 3 where 3 of 4 events meet predictions of one half', () => {
    const result = found(calibrationIntercept({ probabilities: [0.5, 0.5, 0.5, 0.5], events: [1, 1, 1, 0] }));
    expect(result.value).toBeCloseTo(Math.log(3), 12);
    // Information n·p(1−p) = ¾.
    expect(result.upper - result.value).toBeCloseTo(1.959963984540054 / Math.sqrt(0.75), 11);
  });

  it('says why where it does not exist', () => {
    expect(calibrationIntercept({ probabilities: [0.2, 0.7], events: [1, 1] })).toEqual({
      estimable: false,
      n: 2,
      because: 'one class only',
    });
  });
});

describe('the calibration slope', () => {
  it('does not exist where the prediction separates the outcomes', () => {
    expect(calibrationSlope({ probabilities: [0.1, 0.2, 0.8, 0.9], events: [0, 0, 1, 1] })).toEqual({
      estimable: false,
      n: 4,
      because: 'separation',
    });
  });

  it('does not exist where all predictions are equal', () => {
    expect(calibrationSlope({ probabilities: [0.3, 0.3, 0.3], events: [0, 1, 0] })).toEqual({
      estimable: false,
      n: 3,
      because: 'all predictions are equal',
    });
  });
});

describe('observed over expected', () => {
  it('is 0 with an honest upper end where nothing was observed', () => {
    const result = found(observedExpectedRatio({ probabilities: [0.5, 0.5], events: [0, 0] }));
    expect([result.value, result.lower]).toEqual([0, 0]);
    expect(result.upper).toBeGreaterThan(1);
  });

  it('says why where it does not exist', () => {
    expect(observedExpectedRatio({ probabilities: [], events: [] })).toEqual({
      estimable: false,
      n: 0,
      because: 'no labels yet',
    });
    expect(observedExpectedRatio({ probabilities: [0, 0], events: [0, 1] })).toEqual({
      estimable: false,
      n: 2,
      because: 'no events are expected',
    });
  });
});

describe('the Spiegelhalter test', () => {
  it('finds too timid predictions, z far below 0, which a one-sided test misses', () => {
    const timid = { probabilities: new Array(50).fill(0.3), events: new Array(50).fill(0) };
    const result = found(spiegelhalterTest(timid));
    expect(result.statistic).toBeCloseTo((-50 * 0.3) / Math.sqrt(50 * 0.21), 12);
    expect(result.pValue).toBeLessThan(1e-5);
  });

  it('says why where it does not exist', () => {
    expect(spiegelhalterTest({ probabilities: [0.5, 1], events: [1, 1] })).toEqual({
      estimable: false,
      n: 2,
      because: 'every prediction is 0, ½ or 1',
    });
  });
});
