// Goal: conformal sets cover, conformal martingales keep their level, risk–coverage areas are the published ones.
// Method: NumPy figures, seeded simulation of coverage and of optional stopping, cases by hand, bad input.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import { readOwnOracle } from '../oracle.testing.ts';
import {
  conformalPValue,
  conformalReference,
  fixedReferenceSlack,
  newJumperState,
  stepJumper,
} from './conformal-martingale.ts';
import { riskAtThreshold, riskCoverage } from './risk-coverage.ts';
import { adaptiveConformalStep, conformalThreshold, mondrianThresholds, setCoverage } from './split-conformal.ts';

const own = readOwnOracle<{
  conformal: Record<string, number>;
  scores: number[];
  jumper: { p: number[]; wealth: number[] };
  risk: { confidence: number[]; errors: number[]; losses: number[] } & Record<string, number>;
}>('uncertainty/figures.json');

function found<T extends { estimable: boolean }>(result: T): Extract<T, { estimable: true }> {
  if (!result.estimable) throw new Error(JSON.stringify(result));
  return result as Extract<T, { estimable: true }>;
}

describe('split conformal', () => {
  it('takes the ⌈(n+1)(1−α)⌉-th smallest score, or +∞', () => {
    for (const [alpha, expected] of Object.entries(own.conformal))
      expect(found(conformalThreshold(own.scores, Number(alpha))).value).toBe(expected);
    expect(found(conformalThreshold([1, 2, 3, 4, 5, 6, 7, 8, 9], 0.1)).value).toBe(9);
    expect(found(conformalThreshold([1, 2, 3], 0.1)).value).toBe(Infinity);
    expect(conformalThreshold([], 0.1)).toMatchObject({ because: 'no labels yet' });
    expect(conformalThreshold([Number.NaN], 0.1)).toMatchObject({ because: 'a score is not a number' });
  });

  it('has a threshold for each group, which differs where they differ', () => {
    const scores = Array.from({ length: 40 }, (_, i) => i);
    const thresholds = mondrianThresholds(
      scores,
      scores.map((score) => (score < 20 ? 'near' : 'far')),
      0.1,
    );
    expect(found(thresholds.get('near')!).value).toBe(18);
    expect(found(thresholds.get('far')!).value).toBe(38);
    expect(thresholds.get('nobody')).toBeUndefined();
  });

  it('counts hits, labels and empty sets', () => {
    const rows = [
      [0.1, 0.9],
      [0.9, 0.95],
      [0.2, 0.3],
    ];
    expect(setCoverage(rows, [0, 1, 1], 0.5)).toEqual({ n: 3, covered: 2, labels: 3, emptySets: 1 });
  });

  it('covers with at least 1 − α on average', () => {
    const random = seededRandom('coverage');
    let covered = 0;
    for (let run = 0; run < 4000; run++) {
      const threshold = found(
        conformalThreshold(
          Array.from({ length: 19 }, () => random()),
          0.1,
        ),
      ).value;
      if (random() <= threshold) covered++;
    }
    // ⌈20·.9⌉ = 18 of 20: exactly .9; four standard errors.
    expect(Math.abs(covered / 4000 - 0.9)).toBeLessThan(0.019);
  });

  it('adapts for display', () => {
    expect(adaptiveConformalStep(0.1, true, { target: 0.1, gamma: 0.01 })).toBeCloseTo(0.091, 12);
    expect(adaptiveConformalStep(0.1, false, { target: 0.1, gamma: 0.01 })).toBeCloseTo(0.101, 12);
  });
});

describe('conformal p-values', () => {
  it('count stranger and equal reference cases', () => {
    const reference = conformalReference([3, 1, 2, 2]);
    expect(conformalPValue(reference, 2, 1)).toBe(4 / 5);
    expect(conformalPValue(reference, 2, 0.5)).toBe((1 + 1.5) / 5);
    expect(conformalPValue(reference, 9, 1)).toBe(1 / 5);
    expect(conformalPValue(reference, 9, 0)).toBeGreaterThan(0);
    expect(conformalPValue(reference, -9, 1)).toBe(1);
  });
});

describe('the Simple Jumper', () => {
  it("is Vovk's algorithm", () => {
    const state = newJumperState();
    own.jumper.p.forEach((p, i) => {
      const expected = own.jumper.wealth[i]!;
      expect(Math.abs(stepJumper(state, p) - expected)).toBeLessThanOrEqual(1e-12 * expected);
    });
  });

  /** The share of runs that ever reach 20, with one reference of `size` cases a run and later cases drawn by `draw`. */
  function alarms(options: { size: number; slack: boolean; draw: (u: number) => number; runs: number }): number {
    const random = seededRandom('jumper level');
    let count = 0;
    for (let run = 0; run < options.runs; run++) {
      const reference = conformalReference(Array.from({ length: options.size }, () => random()));
      const slack = options.slack ? fixedReferenceSlack(options.size, 0.01) : 0;
      const state = newJumperState();
      for (let i = 0; i < 1500; i++) {
        const p = conformalPValue(reference, options.draw(random()), random());
        if (stepJumper(state, p, { slack }) < 20) continue;
        count++;
        break;
      }
    }
    return count / options.runs;
  }

  it('that pays for its fixed reference keeps level α + δ, while without it false alarms abound', () => {
    const same = (u: number) => u;
    expect(alarms({ size: 100, slack: true, draw: same, runs: 150 })).toBeLessThanOrEqual(0.06);
    expect(alarms({ size: 100, slack: false, draw: same, runs: 150 })).toBeGreaterThan(0.2);
    expect(alarms({ size: 500, slack: true, draw: (u) => Math.sqrt(u), runs: 50 })).toBeGreaterThan(0.9);
  });
});

describe('risk–coverage', () => {
  const { confidence, errors, losses } = own.risk;

  it("equals NumPy's areas for errors and for general losses", () => {
    const binary = found(riskCoverage(confidence, errors));
    expect(binary.area).toBeCloseTo(own.risk.aurc!, 12);
    expect(binary.generalisedArea).toBeCloseTo(own.risk.augrc!, 12);
    expect(binary.excessArea).toBeCloseTo(own.risk.e_aurc!, 12);
    expect(binary.excessGeneralisedArea).toBeCloseTo(own.risk.e_augrc!, 12);
    const general = found(riskCoverage(confidence, losses));
    expect(general.area).toBeCloseTo(own.risk.general_aurc!, 12);
    expect(general.generalisedArea).toBeCloseTo(own.risk.general_augrc!, 12);
    expect(general.excessArea).toBeCloseTo(own.risk.general_e_aurc!, 12);
    expect(general.excessGeneralisedArea).toBeCloseTo(own.risk.general_e_augrc!, 12);
  });

  it('runs from coverage 1 to 0, ties entering together', () => {
    const { points } = found(riskCoverage([0.9, 0.5, 0.5], [0, 1, 0]));
    expect(points.map((point) => point.coverage)).toEqual([1, 1 / 3, 0]);
    expect(points.map((point) => point.selectiveRisk)).toEqual([1 / 3, 0, 0]);
    expect(points.map((point) => point.generalisedRisk)).toEqual([1 / 3, 0, 0]);
  });

  it('has its limits: all errors, none, constant confidence', () => {
    const all = found(riskCoverage([1, 2, 3], [1, 1, 1]));
    expect([all.area, all.excessArea, all.generalisedArea, all.excessGeneralisedArea]).toEqual([1, 0, 0.5, 0]);
    const none = found(riskCoverage([1, 2, 3], [0, 0, 0]));
    expect([none.area, none.excessArea, none.generalisedArea]).toEqual([0, 0, 0]);
    expect(found(riskCoverage([1, 1, 1, 1], [1, 0, 0, 0])).area).toBe(0.25);
  });

  it('does not depend on the order, and perfect confidence has no excess over general losses', () => {
    const cases = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 4 })), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(cases, (list) => {
        const one = found(
          riskCoverage(
            list.map(([c]) => c),
            list.map(([, loss]) => loss),
          ),
        );
        const reversed = [...list].reverse();
        const other = found(
          riskCoverage(
            reversed.map(([c]) => c),
            reversed.map(([, loss]) => loss),
          ),
        );
        expect(other.area).toBeCloseTo(one.area, 12);
        expect(other.generalisedArea).toBeCloseTo(one.generalisedArea, 12);
      }),
    );
    expect(found(riskCoverage([3, 2, 1], [0.1, 0.2, 0.7])).excessArea).toBeCloseTo(0, 14);
  });

  it('says why it is not estimable', () => {
    expect(riskCoverage([], [])).toMatchObject({ because: 'no labels yet' });
    expect(riskCoverage([Number.NaN], [1])).toMatchObject({ because: 'a score is not a number' });
    expect(riskCoverage([1], [-1])).toMatchObject({ because: 'a loss is negative' });
    expect(riskAtThreshold([0.2], [1], 0.5)).toMatchObject({ because: 'no case is accepted at this threshold' });
    expect(found(riskAtThreshold([0.2, 0.6, 0.9], [1, 1, 0], 0.5)).value).toBe(0.5);
  });
});
