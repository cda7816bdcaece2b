// Goal: calibration figures are right on a machine without the shared data too. Method: SciPy, statsmodels and
// scikit-learn figures made by test/oracles/calibration/make.py.
import { describe, expect, it } from 'vitest';
import { clopperPearsonInterval, wilsonInterval } from '../fixed-intervals.ts';
import { readOwnOracle } from '../oracle.testing.ts';
import { binnedCalibration, debiasedCalibrationError } from './binned-calibration.ts';
import { brierScore } from './brier.ts';
import {
  calibrationIntercept,
  calibrationSlope,
  observedExpectedRatio,
  spiegelhalterTest,
  unreliabilityTest,
} from './calibration.ts';
import { corp } from './corp.ts';
import { hosmerLemeshow } from './hosmer-lemeshow.ts';

type Named =
  | 'intercept'
  | 'intercept_se'
  | 'slope'
  | 'slope_se'
  | 'U'
  | 'U_p'
  | 'z'
  | 'z_p'
  | 'OE'
  | 'brier'
  | 'mcb'
  | 'dsc'
  | 'ece_mass'
  | 'ece_width'
  | 'debiased'
  | 'hl'
  | 'hl_p';
const own = readOwnOracle<
  Record<Named, number> & {
    p: number[];
    y: number[];
    fixed: Record<string, { wilson: number[]; exact: number[] }>;
  }
>('calibration/figures.json');
const predictions = { probabilities: own.p, events: own.y };

function found<T extends { estimable: boolean }>(result: T): Extract<T, { estimable: true }> {
  if (!result.estimable) throw new Error(JSON.stringify(result));
  return result as Extract<T, { estimable: true }>;
}

describe('calibration figures', () => {
  it('of logistic recalibration are those of statsmodels', () => {
    const [intercept, slope] = [calibrationIntercept(predictions), calibrationSlope(predictions)].map(found);
    expect(intercept!.value).toBeCloseTo(own.intercept, 9);
    expect((intercept!.upper - intercept!.value) / 1.959963984540054).toBeCloseTo(own.intercept_se, 8);
    expect(slope!.value).toBeCloseTo(own.slope, 9);
    expect((slope!.upper - slope!.value) / 1.959963984540054).toBeCloseTo(own.slope_se, 8);
    expect(found(unreliabilityTest(predictions)).statistic).toBeCloseTo(own.U, 8);
    expect(found(unreliabilityTest(predictions)).pValue).toBeCloseTo(own.U_p, 9);
  });

  it('of the Brier family are those of NumPy and scikit-learn', () => {
    const decomposition = found(corp(own.p, own.y));
    expect(found(brierScore(own.p, own.y)).value).toBeCloseTo(own.brier, 12);
    expect(decomposition.miscalibration).toBeCloseTo(own.mcb, 12);
    expect(decomposition.discrimination).toBeCloseTo(own.dsc, 12);
    expect(found(observedExpectedRatio(predictions)).value).toBeCloseTo(own.OE, 12);
    expect(found(spiegelhalterTest(predictions)).statistic).toBeCloseTo(own.z, 11);
    expect(found(spiegelhalterTest(predictions)).pValue).toBeCloseTo(own.z_p, 11);
  });

  it('by bins are those of NumPy, the legacy test among them', () => {
    const mass = found(binnedCalibration(own.p, own.y));
    expect(mass.ece).toBeCloseTo(own.ece_mass, 12);
    expect(found(binnedCalibration(own.p, own.y, { binning: 'equal-width' })).ece).toBeCloseTo(own.ece_width, 12);
    expect(found(debiasedCalibrationError(mass)).error).toBeCloseTo(own.debiased, 10);
    const legacy = found(hosmerLemeshow(own.p, own.y));
    expect(legacy.statistic).toBeCloseTo(own.hl, 10);
    expect(legacy.pValue).toBeCloseTo(own.hl_p, 10);
    expect(hosmerLemeshow([0.5], [1])).toMatchObject({ because: 'fewer cases than groups' });
    expect(hosmerLemeshow([0, 0, 0], [1, 0, 0], 3)).toMatchObject({ because: 'a group expects one class only' });
  });

  it.each(Object.entries(own.fixed))('intervals of %s are those of SciPy', (counts, expected) => {
    const [k, n] = counts.split('/').map(Number) as [number, number];
    for (const [name, interval] of [
      ['wilson', wilsonInterval],
      ['exact', clopperPearsonInterval],
    ] as const) {
      expect(found(interval({ n, k })).lower).toBeCloseTo(expected[name][0]!, 12);
      expect(found(interval({ n, k })).upper).toBeCloseTo(expected[name][1]!, 12);
    }
  });
});
