// Goal: Brier score, CORP, ECE, ECCE and multi-class errors. Method: published data, MetricsReloaded's cases, by hand.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NotEstimable } from '../estimate.ts';
import { readCalibrationGold } from '../oracle.testing.ts';
import { binnedCalibration, debiasedCalibrationError } from './binned-calibration.ts';
import { brierScore, scaledBrierScore } from './brier.ts';
import { corp } from './corp.ts';
import { ecce, maximumOfBrownianMotionCdf, rangeOfBrownianMotionCdf } from './ecce.ts';
import {
  classwiseCalibrationError,
  kernelCalibrationError,
  multiclassBrier,
  topLabelError,
} from './multiclass-calibration.ts';

const gold = readCalibrationGold();

function found<T extends { estimable: true }>(result: T | NotEstimable): T {
  if (!result.estimable) throw new Error(result.because);
  return result;
}

describe.skipIf(gold === undefined)('on the published test data', () => {
  it('Brier and scaled Brier agree to 12 digits', () => {
    expect(found(brierScore(gold!.p, gold!.y)).value).toBeCloseTo(gold!.computed.brier!, 14);
    expect(found(brierScore(gold!.p, gold!.y)).value).toBeCloseTo(0.17703339, 8);
    expect(found(scaledBrierScore(gold!.p, gold!.y)).value).toBeCloseTo(gold!.computed.brier_scaled!, 12);
    expect(found(scaledBrierScore(gold!.p, gold!.y)).value).toBeCloseTo(0.28730517, 8);
  });

  it('the CORP terms agree to 13 digits', () => {
    const { brier, miscalibration, discrimination, uncertainty } = found(corp(gold!.p, gold!.y));
    expect(brier).toBeCloseTo(gold!.computed.corp.S!, 13);
    expect(miscalibration).toBeCloseTo(gold!.computed.corp.MCB!, 13);
    expect(discrimination).toBeCloseTo(gold!.computed.corp.DSC!, 13);
    expect(uncertainty).toBeCloseTo(0.2484, 13);
  });

  it('expected calibration errors and the debiased square agree to 13 digits', () => {
    const mass = found(binnedCalibration(gold!.p, gold!.y));
    expect(mass.ece).toBeCloseTo(gold!.computed.ece10_mass!, 13);
    const width = found(binnedCalibration(gold!.p, gold!.y, { binning: 'equal-width' }));
    expect(width.ece).toBeCloseTo(gold!.computed.ece10_width!, 13);
    expect(found(debiasedCalibrationError(mass)).squared).toBeCloseTo(gold!.computed.ece2_debiased10_mass!, 13);
    expect(found(debiasedCalibrationError(mass)).squared).toBeCloseTo(0.00057665, 8);
  });
});

describe('the Brier score', () => {
  it('is 1/16 for predictions ¾ and ¼ that come true, without claiming certainty', () => {
    const result = found(brierScore([0.75, 0.25, 0.75, 0.25], [1, 0, 1, 0]));
    expect(result.value).toBe(0.0625);
    expect(result.upper).toBeGreaterThan(0.5);
  });

  it('scaled is 0 for the prevalence and needs both classes', () => {
    expect(found(scaledBrierScore([0.5, 0.5, 0.5, 0.5], [1, 0, 0, 1])).value).toBe(0);
    expect(scaledBrierScore([0.5, 0.4], [1, 1])).toEqual({ estimable: false, n: 2, because: 'one class only' });
  });
});

describe('corp', () => {
  it('pools ties first, then violators: by hand', () => {
    const result = found(corp([0.1, 0.4, 0.4, 0.6, 0.9], [0, 1, 0, 0, 1]));
    expect(result.blocks).toEqual([
      { from: 0.1, to: 0.1, n: 1, events: 0, recalibrated: 0 },
      { from: 0.4, to: 0.6, n: 3, events: 1, recalibrated: 1 / 3 },
      { from: 0.9, to: 0.9, n: 1, events: 1, recalibrated: 1 },
    ]);
    // B_PAV = 3·(1/3)(2/3)/5.
    expect(result.uncertainty - result.discrimination).toBeCloseTo(2 / 15, 15);
  });

  it('decomposes: Brier = MCB − DSC + UNC, both terms not negative, whatever the order of cases', () => {
    const rows = fc.array(
      fc.record({ p: fc.integer({ min: 0, max: 10 }).map((k) => k / 10), y: fc.constantFrom(0, 1) }),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(rows, (sample) => {
        const result = found(
          corp(
            sample.map((row) => row.p),
            sample.map((row) => row.y),
          ),
        );
        const { brier, miscalibration, discrimination, uncertainty } = result;
        expect(miscalibration - discrimination + uncertainty).toBeCloseTo(brier, 12);
        expect(Math.min(miscalibration, discrimination)).toBeGreaterThanOrEqual(0);
        const reversed = sample.toReversed();
        expect(
          corp(
            reversed.map((row) => row.p),
            reversed.map((row) => row.y),
          ),
        ).toMatchObject({ blocks: result.blocks });
      }),
    );
  });
});

describe('binned calibration', () => {
  const p = [0.22, 0.48, 0.49, 0.96, 0.55, 0.64, 0.78, 0.82, 0.34, 0.87];
  const y = [0, 1, 0, 0, 1, 1, 1, 1, 1, 0];

  it('reproduces the cases of MetricsReloaded: .11 with 2 right-closed bins, .36 with 10', () => {
    const options = { binning: 'equal-width-right-closed' as const };
    expect(found(binnedCalibration(p, y, { ...options, bins: 2 })).ece).toBeCloseTo(0.11, 2);
    expect(found(binnedCalibration(p, y, { ...options, bins: 10 })).ece).toBeCloseTo(0.36, 2);
  });

  it('puts an edge into the lower of right-closed bins and into the upper of the others', () => {
    const edges = [0.1, 0.3, 0.7];
    const closed = found(binnedCalibration(edges, [0, 0, 0], { binning: 'equal-width-right-closed' }));
    expect(closed.bins.map((bin) => bin.n)).toEqual([1, 1, 1]);
    const together = binnedCalibration([0.65, 0.7], [0, 0], { binning: 'equal-width-right-closed' });
    expect(found(together).bins).toHaveLength(1);
    expect(found(binnedCalibration([0.45, 0.5], [0, 0], { binning: 'equal-width' })).bins).toHaveLength(2);
  });

  it('leaves a prediction of 0 out of right-closed bins and out of the divisor', () => {
    expect(found(binnedCalibration([0, 0.5], [0, 1], { binning: 'equal-width-right-closed' }))).toMatchObject({
      n: 1,
      ece: 0.5,
    });
  });

  it('makes the first n mod k equal-mass bins one longer, each with its interval', () => {
    const { bins } = found(binnedCalibration(p, y, { bins: 4 }));
    expect(bins.map((bin) => bin.n)).toEqual([3, 3, 2, 2]);
    for (const bin of bins) expect(bin.lower <= bin.observedRate && bin.observedRate <= bin.upper).toBe(true);
  });

  it('has no debiased error where a bin holds a single case', () => {
    expect(debiasedCalibrationError(found(binnedCalibration(p, y)))).toEqual({
      estimable: false,
      n: 10,
      because: 'n < 2 in a bin',
    });
  });

  it('debiases by hand: ½ − ½ gap 0, noise ¼/1', () => {
    const result = found(debiasedCalibrationError(found(binnedCalibration([0.5, 0.5], [0, 1], { bins: 1 }))));
    expect([result.squared, result.error]).toEqual([-0.25, 0]);
  });
});

describe('ecce', () => {
  it('has the published limit laws', () => {
    [0.370777, 0.908999, 0.9946].forEach((expected, i) => {
      expect(maximumOfBrownianMotionCdf(i + 1)).toBeCloseTo(expected, 6);
    });
    [0.063365, 0.818506, 0.989201].forEach((expected, i) => {
      expect(rangeOfBrownianMotionCdf(i + 1)).toBeCloseTo(expected, 6);
    });
  });

  it('cumulates by hand: +½, then +1 over σ = √½', () => {
    const result = found(ecce([0.5, 0.4999], [1, 1]));
    expect(result.kolmogorovSmirnov).toBeCloseTo(1.0001 / Math.sqrt(0.25 + 0.4999 * 0.5001), 12);
    expect(result.kuiper).toBeCloseTo(result.kolmogorovSmirnov, 12);
  });

  it('does not depend on the order within ties', () => {
    expect(ecce([0.5, 0.5, 0.5, 0.5], [1, 1, 0, 0])).toEqual(ecce([0.5, 0.5, 0.5, 0.5], [0, 1, 0, 1]));
  });

  it('says why where every prediction is certain', () => {
    expect(ecce([0, 1], [0, 0])).toEqual({ estimable: false, n: 2, because: 'every prediction is 0 or 1' });
  });
});

describe('calibration of several classes', () => {
  const predictions = {
    probabilities: [
      [0.1, 0.6, 0.3],
      [0.8, 0.1, 0.1],
      [0, 0, 1],
      [0.1, 0.7, 0.2],
    ],
    classes: [1, 0, 2, 1],
  };

  it('reproduces the cases of MetricsReloaded', () => {
    expect(found(classwiseCalibrationError(predictions, 2)).value).toBeCloseTo(0.15, 3);
    expect(found(topLabelError(predictions)).value).toBeCloseTo(0.478, 3);
    expect(
      found(
        multiclassBrier({
          probabilities: [
            [0.2, 0.8],
            [0.4, 0.6],
          ],
          classes: [1, 0],
        }),
      ).value,
    ).toBeCloseTo(0.4, 12);
  });

  it('has the kernel error that MetricsReloaded works out by hand', () => {
    // Distances² .78 .86 .02 1.26 .86 1.14; error vectors (−.1 .4 −.3) (.2 −.1 −.1) (0 0 0) (−.1 .3 −.2).
    const width = Math.sqrt(0.86);
    const sum =
      -0.03 * Math.exp(-Math.sqrt(0.78) / width) +
      0.19 * Math.exp(-Math.sqrt(0.02) / width) -
      0.03 * Math.exp(-Math.sqrt(0.86) / width);
    expect(found(kernelCalibrationError(predictions)).value).toBeCloseTo(sum / 6, 12);
  });

  it('is twice the binary Brier score for two classes', () => {
    const p = [0.2, 0.7, 0.4];
    const two = multiclassBrier({ probabilities: p.map((value) => [1 - value, value]), classes: [0, 1, 1] });
    expect(found(two).value).toBeCloseTo(2 * found(brierScore(p, [0, 1, 1])).value, 14);
  });

  it('says why where there is nothing to estimate from', () => {
    expect(topLabelError({ probabilities: [], classes: [] })).toEqual({
      estimable: false,
      n: 0,
      because: 'no labels yet',
    });
    expect(kernelCalibrationError({ probabilities: [[1, 0]], classes: [0] })).toEqual({
      estimable: false,
      n: 1,
      because: 'n < 2',
    });
  });
});
