// Goal: what a model is worth at a threshold, and AP with its uncertainty, as NumPy and scikit-learn have them; rank
// figures may be looked at again and again. Method: own oracles, the jackknife, seeded simulation, bad input.
import { describe, expect, it } from 'vitest';
import { normalDraw, type Random, seededRandom } from '#kernel';
import { readOwnOracle } from '../oracle.testing.ts';
import { scoreBin, scoreBinCentre, scoreGridOf, scoreGridPredictions } from '../score-grid/score-grid.ts';
import {
  aurocSequence,
  averagePrecisionSequence,
  calibrationSlopeSequence,
  scoreGridAveragePrecisionSequence,
} from '../sequential/asymptotic-figures.ts';
import { changeByEstimation } from '../sequential/change-by-estimation.ts';
import { averagePrecision } from './average-precision.ts';
import { averagePrecisionInterval, averagePrecisionVariance } from './average-precision-interval.ts';
import { auroc, deLong } from './discrimination.ts';
import { decisionCurve } from './net-benefit.ts';
import { chooseThreshold, operatingPoint } from './operating-points.ts';

type Pair = [number, number];
const own = readOwnOracle<
  Record<'p' | 'q' | 'y', number[]> & {
    net_benefit: Record<string, Record<'model' | 'treatAll' | 'gain', Pair>>;
    auroc_p: number;
    auroc_q: number;
    variance_p: number;
    variance_q: number;
    ap_p: number;
    ap_q: number;
    ap_p_jackknife: number;
    ap_q_jackknife: number;
  }
>('discrimination/figures.json');

function found<T extends { estimable: boolean }>(result: T): Extract<T, { estimable: true }> {
  if (!result.estimable) throw new Error(JSON.stringify(result));
  return result as Extract<T, { estimable: true }>;
}

describe('AUROC and average precision', () => {
  it.each(['p', 'q'] as const)('with ties, equal definition and scikit-learn: %s', (name) => {
    const result = found(deLong(own[name], own.y));
    expect(result.auroc).toBeCloseTo(own[`auroc_${name}`], 13);
    expect(result.variance).toBeCloseTo(own[`variance_${name}`], 13);
    expect(found(averagePrecision(own[name], own.y)).value).toBeCloseTo(own[`ap_${name}`], 13);
    const ap = found(averagePrecisionVariance(own[name], own.y));
    expect(ap.value).toBeCloseTo(own[`ap_${name}`], 13);
    expect(ap.variance / own[`ap_${name}_jackknife`]).toBeGreaterThan(0.93);
    expect(ap.variance / own[`ap_${name}_jackknife`]).toBeLessThan(1.03);
  });

  it('cover the average precision of the population about as often as they say', () => {
    const random = seededRandom('ap');
    const draw = (n: number) => {
      const outcomes = Array.from({ length: n }, () => (random() < 0.3 ? 1 : 0));
      return { outcomes, scores: outcomes.map((y) => normalDraw(random) + 1.2 * y) };
    };
    const large = draw(200_000);
    const truth = found(averagePrecision(large.scores, large.outcomes)).value;
    let covered = 0;
    for (let run = 0; run < 400; run++) {
      const { scores, outcomes } = draw(300);
      const interval = found(averagePrecisionInterval(scores, outcomes));
      if (interval.lower <= truth && truth <= interval.upper) covered++;
    }
    expect(covered / 400).toBeGreaterThan(0.91);
  });
});

describe('a decision curve', () => {
  it("is NumPy's at every threshold, with the standard error of cases' contributions", () => {
    const thresholds = Object.keys(own.net_benefit).map(Number);
    const curve = found(decisionCurve(own.p, own.y, { thresholds }));
    for (const point of curve.points) {
      const expected = own.net_benefit[String(point.threshold)]!;
      for (const name of ['model', 'treatAll', 'gain'] as const) {
        const estimate = found(point[name]);
        expect(estimate.value).toBeCloseTo(expected[name][0], 12);
        expect((estimate.upper - estimate.value) / 1.959963984540054).toBeCloseTo(expected[name][1], 10);
      }
    }
  });

  it('is wide where nothing varies, and says why not', () => {
    const { points } = found(decisionCurve([0.1, 0.1], [1, 1], { thresholds: [0.5] }));
    expect(found(points[0]!.model)).toMatchObject({ value: 0, lower: -1, upper: 1 });
    expect(decisionCurve([], [], { thresholds: [0.5] })).toMatchObject({ because: 'no labels yet' });
    expect(decisionCurve([2], [1], { thresholds: [0.5] }).estimable).toBe(false);
    expect(decisionCurve([0.5], [2], { thresholds: [0.5] }).estimable).toBe(false);
  });
});

describe('operating points', () => {
  const scores = [1, 2, 3, 4, 5, 6];
  const outcomes = [0, 0, 1, 0, 1, 1];

  it('are chosen by sensitivity, specificity or Youden', () => {
    const at = (rule: Parameters<typeof chooseThreshold>[2]) =>
      found(chooseThreshold(scores, outcomes, rule)).threshold;
    expect(at({ kind: 'sensitivity-at-least', target: 0.9 })).toBe(3);
    expect(at({ kind: 'sensitivity-at-least', target: 2 / 3 })).toBe(5);
    expect(at({ kind: 'specificity-at-least', target: 1 })).toBe(5);
    expect(at({ kind: 'youden' })).toBe(5);
  });

  it('count what they do', () => {
    expect(found(operatingPoint(scores, outcomes, { threshold: 4 }))).toMatchObject({
      truePositives: 2,
      falsePositives: 1,
      falseNegatives: 1,
      trueNegatives: 2,
    });
    const none = found(operatingPoint([1], [1], { threshold: 5 }));
    expect(none.positivePredictiveValue).toMatchObject({ because: 'no such case' });
    expect(operatingPoint([], [], { threshold: 1 })).toMatchObject({ because: 'no labels yet' });
    expect(chooseThreshold([1], [1], { kind: 'youden' })).toMatchObject({ because: 'one class only' });
    expect(chooseThreshold([Number.NaN], [1], { kind: 'youden' }).estimable).toBe(false);
  });
});

/** Binormal cases with prevalence .35 and the AUROC that a shift gives: .90 at 1.8124. */
function binormal(random: Random, n: number, shift = 1.8124): { scores: number[]; outcomes: number[] } {
  const outcomes = Array.from({ length: n }, () => (random() < 0.35 ? 1 : 0));
  return { outcomes, scores: outcomes.map((y) => normalDraw(random) + shift * y) };
}

describe('asymptotic confidence sequences', () => {
  it('of AUROC are rarely ever wrong, where the pointwise interval often is (spec, section 18, smaller)', () => {
    const random = seededRandom('auroc sequence');
    const runs = 60;
    let [everWrong, everWrongPointwise] = [0, 0];
    for (let run = 0; run < runs; run++) {
      const { scores, outcomes } = binormal(random, 1800);
      let [wrong, wrongPointwise] = [false, false];
      for (let n = 180; n <= 1800; n += 90) {
        const [s, y] = [scores.slice(0, n), outcomes.slice(0, n)];
        const sequence = aurocSequence(deLong(s, y), { tOpt: 350 });
        if (sequence.estimable && (sequence.lower > 0.9 || sequence.upper < 0.9)) wrong = true;
        const interval = auroc(s, y);
        if (interval.estimable && (interval.lower > 0.9 || interval.upper < 0.9)) wrongPointwise = true;
      }
      if (wrong) everWrong++;
      if (wrongPointwise) everWrongPointwise++;
    }
    expect(everWrong / runs).toBeLessThanOrEqual(0.1);
    expect(everWrongPointwise / runs).toBeGreaterThan(0.15);
  });

  it('of AP and of the slope are on a score grid those of its bin centres, case by case', () => {
    const { scores, outcomes } = binormal(seededRandom('on the grid'), 600);
    const probabilities = scores.map((score) => 1 / (1 + Math.exp(-1.8 * (score - 1.25))));
    const grid = scoreGridOf(probabilities, outcomes);
    const centres = probabilities.map((p) => scoreBinCentre(scoreBin(p)));
    const pairs = [
      [scoreGridAveragePrecisionSequence(grid), averagePrecisionSequence(centres, outcomes)],
      [
        calibrationSlopeSequence(scoreGridPredictions(grid)),
        calibrationSlopeSequence({ probabilities: centres, events: outcomes }),
      ],
    ] as const;
    for (const [ofGrid, ofCases] of pairs) {
      const [a, b] = [found(ofGrid), found(ofCases)];
      expect(a.n).toBe(600);
      expect([a.value, a.lower, a.upper]).toEqual([b.value, b.lower, b.upper].map((x) => expect.closeTo(x, 9)));
    }
  });

  it('of AP and of the slope are shown from 150 cases and 40 events, and never where nothing varies', () => {
    const { scores, outcomes } = binormal(seededRandom('sequences'), 400);
    const ap = found(averagePrecisionSequence(scores, outcomes));
    expect(ap.lower).toBeLessThan(ap.value);
    expect(ap.approximate).toBe(true);
    const probabilities = scores.map((score) => 1 / (1 + Math.exp(-1.8 * (score - 1.25))));
    const slope = found(calibrationSlopeSequence({ probabilities, events: outcomes }));
    expect(slope.lower).toBeLessThan(1);
    expect(slope.upper).toBeGreaterThan(1);
    expect(averagePrecisionSequence(scores.slice(0, 149), outcomes.slice(0, 149)).estimable).toBe(false);
    const separated = aurocSequence(deLong(outcomes, outcomes));
    expect(separated).toMatchObject({ because: 'the figure shows no variance yet' });
    expect(calibrationSlopeSequence({ probabilities: [Number.NaN], events: [1] }).estimable).toBe(false);
  });
});

describe('a change of AUROC by estimation', () => {
  function alarm(seed: string, shiftAfter: number) {
    const random = seededRandom(seed);
    const [before, after] = [binormal(random, 800), binormal(random, 1600, shiftAfter)];
    const scores = [...before.scores, ...after.scores];
    const outcomes = [...before.outcomes, ...after.outcomes];
    const sequenceOf = (from: number, to: number) =>
      aurocSequence(deLong(scores.slice(from - 1, to), outcomes.slice(from - 1, to)));
    return changeByEstimation(sequenceOf, { cases: 2400, looks: 100, ratio: 1.5 });
  }

  it('is found after a fall to .70, and not without one', () => {
    for (const seed of ['a', 'b', 'c']) {
      const change = alarm(seed, 0.742);
      expect(change?.alarmAt).toBeGreaterThan(800);
      expect(alarm(seed, 1.8124)).toBeUndefined();
    }
  });
});
