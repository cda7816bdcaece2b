// Goal: every figure of the frozen grid equals that of the cases it counts. Method: the list functions on bin centres.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import { brierScore } from '../calibration/brier.ts';
import { calibrationIntercept, calibrationSlope, observedExpectedRatio } from '../calibration/calibration.ts';
import { corp } from '../calibration/corp.ts';
import { aurocInterval, deLong } from '../discrimination/discrimination.ts';
import type { NotEstimable } from '../estimate.ts';
import { wilsonInterval } from '../fixed-intervals.ts';
import { readCalibrationGold } from '../oracle.testing.ts';
import {
  mergeScoreGrids,
  scoreBin,
  scoreBinCentre,
  scoreGridBrier,
  scoreGridCorp,
  scoreGridDeLong,
  scoreGridOf,
  scoreGridPredictions,
  scoreGridReliability,
} from './score-grid.ts';
import {
  weightedAuroc,
  weightedBrier,
  weightedCalibration,
  weightedDeLong,
  weightedObservedOverExpected,
  weightedReliability,
  weightScoreGrids,
} from './weighted-score-grid.ts';

const gold = readCalibrationGold();

function found<T extends { estimable: true }>(result: T | NotEstimable): T {
  if (!result.estimable) throw new Error(result.because);
  return result;
}

/** Predictions that are calibrated up to a shift, from a seed. */
function sample(seed: string, n: number): { p: number[]; y: number[] } {
  const random = seededRandom(seed);
  const p = Array.from({ length: n }, () => random());
  return { p, y: p.map((value) => (random() < value * 0.9 + 0.05 ? 1 : 0)) };
}

describe('the bins', () => {
  it('are min(⌊pK⌋, K − 1) with centres (b + ½)/K', () => {
    expect([0, 0.0009999, 0.001, 0.5, 0.9999, 1].map((p) => scoreBin(p))).toEqual([0, 0, 1, 500, 999, 999]);
    expect(scoreBinCentre(0)).toBe(0.0005);
    expect(scoreBinCentre(999)).toBe(0.9995);
  });

  it('refuse what is no probability', () => {
    expect(() => scoreBin(1.01)).toThrow('probability');
    expect(() => scoreBin(Number.NaN)).toThrow('probability');
  });
});

describe('the grid', () => {
  it('gives AUROC and DeLong variance of the bin centres, to the last bit', () => {
    const bins = 20;
    const rows = fc.array(fc.record({ p: fc.double({ min: 0, max: 1, noNaN: true }), y: fc.constantFrom(0, 1) }));
    fc.assert(
      fc.property(rows, (cases) => {
        const [p, y] = [cases.map((row) => row.p), cases.map((row) => row.y)];
        const centres = p.map((value) => scoreBinCentre(scoreBin(value, bins), bins));
        expect(scoreGridDeLong(scoreGridOf(p, y, bins))).toEqual(deLong(centres, y));
      }),
    );
  });

  it('gives calibration figures, Brier score and CORP of the bin centres', () => {
    const { p, y } = sample('grid', 700);
    const grid = scoreGridOf(p, y, 100);
    const centres = p.map((value) => scoreBinCentre(scoreBin(value, 100), 100));
    for (const figure of [calibrationIntercept, calibrationSlope, observedExpectedRatio]) {
      const [counted, listed] = [
        found(figure(scoreGridPredictions(grid))),
        found(figure({ probabilities: centres, events: y })),
      ];
      for (const key of ['value', 'lower', 'upper'] as const) expect(counted[key]).toBeCloseTo(listed[key], 11);
      expect(counted.n).toBe(700);
    }
    const [counted, listed] = [found(scoreGridBrier(grid)), found(brierScore(centres, y))];
    for (const key of ['value', 'lower', 'upper'] as const) expect(counted[key]).toBeCloseTo(listed[key], 12);
    const [grouped, single] = [found(scoreGridCorp(grid)), found(corp(centres, y))];
    expect(grouped.miscalibration).toBeCloseTo(single.miscalibration, 12);
    expect(grouped.blocks).toHaveLength(single.blocks.length);
  });

  it.skipIf(gold === undefined)('loses little to its 1,000 bins on the published data', () => {
    const grid = scoreGridOf(gold!.p, gold!.y);
    expect(found(scoreGridDeLong(grid)).auroc).toBeCloseTo(gold!.computed.auc!, 3);
    expect(found(scoreGridBrier(grid)).value).toBeCloseTo(gold!.computed.brier!, 3);
    expect(found(calibrationSlope(scoreGridPredictions(grid))).value).toBeCloseTo(gold!.computed.cal_slope!, 2);
    expect(found(calibrationIntercept(scoreGridPredictions(grid))).value).toBeCloseTo(gold!.computed.cal_intercept!, 2);
  });

  it('merges sites by addition', () => {
    const { p, y } = sample('merge', 300);
    const parts = [0, 100, 200].map((start) => scoreGridOf(p.slice(start, start + 100), y.slice(start, start + 100)));
    expect(mergeScoreGrids(parts)).toEqual(scoreGridOf(p, y));
  });

  it('says why where there is no figure', () => {
    const empty = scoreGridOf([], [], 10);
    expect(scoreGridDeLong(empty)).toEqual({ estimable: false, n: 0, because: 'no labels yet' });
    expect(scoreGridBrier(empty)).toEqual({ estimable: false, n: 0, because: 'no labels yet' });
    expect(scoreGridReliability(empty)).toEqual({ estimable: false, n: 0, because: 'no labels yet' });
    expect(calibrationSlope(scoreGridPredictions(empty))).toEqual({ estimable: false, n: 0, because: 'no labels yet' });
    expect(calibrationIntercept(scoreGridPredictions(scoreGridOf([0.2, 0.4], [1, 1])))).toEqual({
      estimable: false,
      n: 2,
      because: 'one class only',
    });
    expect(calibrationSlope(scoreGridPredictions(scoreGridOf([0.3, 0.3], [1, 0])))).toEqual({
      estimable: false,
      n: 2,
      because: 'all predictions are equal',
    });
  });
});

describe('whatever the counts', () => {
  const counts = fc.array(fc.oneof(fc.constant(0), fc.nat(3), fc.nat(1000)), { minLength: 5, maxLength: 5 });

  it('a figure is finite and inside its interval, or says why it is missing', () => {
    fc.assert(
      fc.property(counts, counts, fc.constantFrom(1, 0.3, 0.01), (nonEvents, events, probability) => {
        const plain = { nonEvents, events };
        const predictions = scoreGridPredictions(plain);
        const weighted = weightScoreGrids([{ grid: plain, probability }], 'design');
        const calibration = weightedCalibration(weighted);
        const inUnit = [
          aurocInterval(scoreGridDeLong(plain)),
          scoreGridBrier(plain),
          weightedAuroc(weighted),
          weightedBrier(weighted),
        ];
        const inReals = [
          calibrationIntercept(predictions),
          calibrationSlope(predictions),
          observedExpectedRatio(predictions),
          weightedObservedOverExpected(weighted),
          calibration.inTheLarge,
          calibration.slope,
        ];
        for (const estimate of [...inUnit, ...inReals]) {
          if (!estimate.estimable) {
            expect(estimate.because).not.toBe('');
            continue;
          }
          expect([estimate.lower, estimate.value, estimate.upper].every(Number.isFinite)).toBe(true);
          expect(estimate.lower <= estimate.value && estimate.value <= estimate.upper).toBe(true);
        }
        for (const estimate of inUnit) {
          if (estimate.estimable) expect(estimate.lower >= 0 && estimate.upper <= 1).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('the reliability diagram of the grid', () => {
  it('has about equal-mass bins that hold every case once', () => {
    const { p, y } = sample('diagram', 2_000);
    const { bins, n } = found(scoreGridReliability(scoreGridOf(p, y)));
    expect(n).toBe(2_000);
    expect(bins).toHaveLength(10);
    expect(bins.reduce((sum, bin) => sum + bin.n, 0)).toBe(2_000);
    for (const bin of bins) {
      expect(Math.abs(bin.n - 200)).toBeLessThan(20);
      expect(bin.lower <= bin.observedRate && bin.observedRate <= bin.upper).toBe(true);
      expect(bin.from <= bin.meanPredicted && bin.meanPredicted <= bin.to).toBe(true);
    }
  });

  it('joins bins until none is smaller than asked, and keeps one where cases are few', () => {
    const { p, y } = sample('few', 70);
    const { bins } = found(scoreGridReliability(scoreGridOf(p, y), { smallestN: 30 }));
    expect(bins.length).toBeLessThanOrEqual(2);
    expect(bins.every((bin) => bin.n >= 30)).toBe(true);
    expect(found(scoreGridReliability(scoreGridOf([0.2], [1]))).bins).toHaveLength(1);
  });

  it('keeps a tied mass in one bin', () => {
    const { bins } = found(scoreGridReliability(scoreGridOf(new Array(100).fill(0.5), new Array(100).fill(1))));
    expect(bins.map((bin) => bin.n)).toEqual([100]);
  });
});

describe('the weighted grid', () => {
  const { p, y } = sample('weighted', 500);
  const grid = scoreGridOf(p, y);

  it('with π = 1 is the plain grid', () => {
    const weighted = weightScoreGrids([{ grid, probability: 1 }], 'design');
    const [plain, result] = [found(scoreGridDeLong(grid)), found(weightedDeLong(weighted))];
    expect(result.auroc).toBeCloseTo(plain.auroc, 13);
    expect(result.variance).toBeCloseTo(plain.variance, 13);
    expect([result.effectiveEvents, result.effectiveNonEvents]).toEqual([plain.events, plain.nonEvents]);
    expect(found(weightedAuroc(weighted)).lower).toBeCloseTo(found(aurocInterval(plain)).lower, 12);
    const ratio = found(observedExpectedRatio(scoreGridPredictions(grid)));
    expect(found(weightedObservedOverExpected(weighted)).upper).toBeCloseTo(ratio.upper, 12);
    const [brier, plainBrier] = [found(weightedBrier(weighted)), found(scoreGridBrier(grid))];
    expect(brier.value).toBeCloseTo(plainBrier.value, 13);
    expect(brier.lower).toBeCloseTo(plainBrier.lower, 13);
    expect(weightedReliability(weighted)).toEqual(scoreGridReliability(grid));
    expect(found(weightedCalibration(weighted).slope).value).toBeCloseTo(
      found(calibrationSlope(scoreGridPredictions(grid))).value,
      12,
    );
  });

  it('with π = ½ throughout has the figures and the width of the same cases unweighted', () => {
    const half = weightScoreGrids([{ grid, probability: 0.5 }], 'design');
    const full = weightScoreGrids([{ grid, probability: 1 }], 'design');
    for (const figure of [weightedAuroc, weightedObservedOverExpected]) {
      expect(found(figure(half)).value).toBeCloseTo(found(figure(full)).value, 12);
      expect(found(figure(half)).lower).toBeCloseTo(found(figure(full)).lower, 12);
    }
    expect(found(weightedCalibration(half).slope).upper).toBeCloseTo(found(weightedCalibration(full).slope).upper, 10);
  });

  it('undoes selective verification, and its intervals cover the truth about as often as they say', () => {
    const truth = sample('truth', 100_000);
    const whole = found(deLong(truth.p, truth.y)).auroc;
    const wholeSlope = found(calibrationSlope({ probabilities: truth.p, events: truth.y })).value;
    const random = seededRandom('selective');
    let [coveredAuroc, coveredSlope, naive] = [0, 0, 0];
    const runs = 200;
    for (let run = 0; run < runs; run++) {
      const classes = [1, 0.2].map((probability) => ({ probability, p: [] as number[], y: [] as number[] }));
      for (let i = 0; i < 1_000; i++) {
        const at = Math.floor(random() * truth.p.length);
        const group = classes[truth.p[at]! >= 0.5 ? 0 : 1]!;
        if (random() >= group.probability) continue;
        group.p.push(truth.p[at]!);
        group.y.push(truth.y[at]!);
      }
      const weighted = weightScoreGrids(
        classes.map((group) => ({ grid: scoreGridOf(group.p, group.y), probability: group.probability })),
        'design',
      );
      const [area, slope] = [found(weightedAuroc(weighted)), found(weightedCalibration(weighted).slope)];
      if (area.lower <= whole && whole <= area.upper) coveredAuroc++;
      if (slope.lower <= wholeSlope && wholeSlope <= slope.upper) coveredSlope++;
      naive +=
        found(
          deLong(
            classes.flatMap((group) => group.p),
            classes.flatMap((group) => group.y),
          ),
        ).auroc / runs;
    }
    expect(coveredAuroc / runs).toBeGreaterThan(0.9);
    expect(coveredSlope / runs).toBeGreaterThan(0.9);
    expect(naive).toBeLessThan(whole - 0.03);
  });

  it('draws its diagram with weighted rates and plain counts: 1 of 40, the one weighing ten', () => {
    const classes = [
      { grid: { nonEvents: [0, 30], events: [0, 0] }, probability: 1 },
      { grid: { nonEvents: [0, 9], events: [0, 1] }, probability: 0.1 },
    ];
    const [bin] = found(weightedReliability(weightScoreGrids(classes, 'design'))).bins;
    expect(bin).toMatchObject({ n: 40, events: 10, meanPredicted: 0.75 });
    expect(bin!.observedRate).toBeCloseTo(10 / 130, 14);
    // Kish: 130²/(30 + 1000) is about 16 cases, not 40.
    const wide = wilsonInterval({ n: 130 ** 2 / 1030, k: 1300 / 1030 });
    expect(bin!.upper).toBeCloseTo(found(wide).upper, 12);
  });

  it('labels its source and says why where there is no figure', () => {
    expect(found(weightedAuroc(weightScoreGrids([{ grid, probability: 0.5 }], 'model'))).method).toContain(
      'model-based',
    );
    const oneClass = weightScoreGrids([{ grid: scoreGridOf([0.2, 0.3], [0, 0]), probability: 0.1 }], 'design');
    expect(weightedAuroc(oneClass)).toEqual({ estimable: false, n: 2, because: 'one class only' });
    const few = weightScoreGrids([{ grid: scoreGridOf([0.2, 0.3], [0, 1]), probability: 0.1 }], 'design');
    expect(weightedAuroc(few)).toEqual({ estimable: false, n: 2, because: 'n < 2 in a class' });
  });
});
