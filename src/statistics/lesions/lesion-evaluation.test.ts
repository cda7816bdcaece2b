// Goal: the rules of lesion figures, and that nothing is ever NaN. Method: cases by hand with answers by hand (the
// numbers of picai_eval's own tests among them), and properties over random lists of findings.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import type { VoxelGrid } from './connected-components.ts';
import { evaluateLesionCase, type LesionCase, type LesionFinding, lesionCaseOf } from './lesion-case.ts';
import { evaluateLesions, type LesionEvaluation } from './lesion-evaluation.ts';
import { lesionTprAtFpr } from './lesion-ranking.ts';

const hit = (confidence: number, overlap = 0.5): LesionFinding => ({ isLesion: true, confidence, overlap });
const missed: LesionFinding = { isLesion: true, confidence: 0, overlap: 0 };
const wrong = (confidence: number): LesionFinding => ({ isLesion: false, confidence, overlap: 0 });
const cases = (...lists: LesionFinding[][]): LesionCase[] => lists.map(lesionCaseOf);
const said = ({ figure }: LesionEvaluation['auroc']) => (figure.estimable ? figure.value : figure.because);

/** A volume of 20 × 4 × 3 with boxes [x from, x to, y from, y to) on the middle slice, each with a value. */
function boxes(...all: [number, number, number, number, number][]): VoxelGrid & { values: Float32Array } {
  const values = new Float32Array(240);
  for (const [fromX, toX, fromY, toY, value] of all)
    for (let y = fromY; y < toY; y++) values.fill(value, 80 + 20 * y + fromX, 80 + 20 * y + toX);
  return { values, size: [20, 4, 3] };
}

function examined(detection: VoxelGrid, reference: VoxelGrid, options = {}) {
  const result = evaluateLesionCase(detection, reference, options);
  if (!result.ok) throw new Error(result.error.why);
  return result.value;
}

describe('a case', () => {
  it('counts an overlap of exactly the least, and none below it', () => {
    const reference = boxes([0, 10, 0, 1, 1]);
    // 1 shared voxel of 10 together, then 1 of 11.
    expect(examined(boxes([9, 10, 0, 1, 0.7]), reference).findings).toEqual([
      { isLesion: true, confidence: Math.fround(0.7), overlap: expect.closeTo(0.1, 8) },
    ]);
    expect(examined(boxes([9, 11, 0, 1, 0.7]), reference).findings).toEqual([missed, wrong(Math.fround(0.7))]);
    expect(examined(boxes([9, 11, 0, 1, 0.7]), reference, { overlap: 'dsc' }).findings).toHaveLength(1);
  });

  it('matches as many as possible first, then the most overlap, whatever the confidences', () => {
    const reference = boxes([0, 8, 0, 3, 1], [9, 11, 2, 3, 1]);
    // The long candidate has most overlap with the large lesion (8 of 27), but is the only one for the small (2 of 11).
    const detection = boxes([0, 4, 0, 1, 0.25], [0, 11, 2, 3, 0.75]);
    expect(examined(detection, reference).findings).toEqual([
      hit(0.25, expect.closeTo(4 / 24, 8)),
      hit(0.75, expect.closeTo(2 / 11, 8)),
    ]);
    // Two candidates for one lesion: the larger overlap has it, although it is less sure.
    const rivals = boxes([0, 4, 0, 1, 0.75], [0, 6, 2, 3, 0.25]);
    expect(examined(rivals, boxes([0, 8, 0, 3, 1])).findings).toEqual([hit(0.25, expect.closeTo(6 / 24, 8))]);
  });

  it('discards the candidate that lost its lesion, or counts it as false if asked to', () => {
    const [reference, detection] = [boxes([0, 10, 0, 1, 1]), boxes([0, 6, 0, 1, 0.25], [7, 10, 0, 1, 0.75])];
    expect(examined(detection, reference).findings).toEqual([hit(0.25, expect.closeTo(0.6, 8))]);
    const counted = examined(detection, reference, { allowUnmatchedOverlap: false });
    expect(counted.findings).toEqual([hit(0.25, expect.closeTo(0.6, 8)), wrong(0.75)]);
  });

  it('without a lesion has only false positives; without anything, nothing', () => {
    expect(examined(boxes([0, 2, 0, 1, 0.5]), boxes())).toMatchObject({ findings: [wrong(0.5)], hasLesion: false });
    expect(examined(boxes(), boxes())).toMatchObject({ findings: [], confidence: 0, warnings: [] });
    expect(examined(boxes(), boxes([0, 2, 0, 1, 1]))).toMatchObject({ findings: [missed], hasLesion: true });
  });

  it('refuses what is not finite, negative, or looks like a softmax map, and says so without a value', () => {
    const why = (detection: VoxelGrid, reference: VoxelGrid = boxes()) => {
      const result = evaluateLesionCase(detection, reference);
      return result.ok ? 'evaluated' : `${result.error.volume}: ${result.error.why}`;
    };
    expect(why(boxes([0, 1, 0, 1, Number.NaN]))).toContain('detection: a confidence is not a finite number');
    expect(why(boxes([0, 1, 0, 1, Infinity]))).toContain('not a finite number');
    expect(why(boxes([0, 1, 0, 1, -0.5]))).toContain('negative');
    expect(why(boxes([0, 1, 0, 1, 0.5], [1, 2, 0, 1, 0.6]))).toContain('softmax');
    expect(why(boxes(), boxes([0, 1, 0, 1, Number.NaN]))).toContain('reference: a voxel is not a finite number');
    expect(why(boxes(), boxes([0, 1, 0, 1, 0.5]))).toContain('no label');
    expect(
      why({ values: new Float32Array(8), size: [2, 2, 2] }, { values: new Uint8Array(4), size: [2, 2, 1] }),
    ).toContain('size');
  });

  it('in compat mode lets pass what picai_eval lets pass: half labels, and other sizes where there is no lesion', () => {
    const compat = { mode: 'compat' };
    expect(examined(boxes(), boxes([0, 1, 0, 1, 0.5]), compat).hasLesion).toBe(false);
    const larger = { values: new Float32Array(480).fill(0.5, 0, 3), size: [20, 4, 6] } as const;
    expect(examined(larger, boxes(), compat).findings).toEqual([wrong(0.5)]);
    expect(evaluateLesionCase(larger, boxes([0, 1, 0, 1, 1]), { mode: 'compat' }).ok).toBe(false);
  });

  it('keeps confidences as float32, so that doubles which agree there are one confidence', () => {
    const values = new Float64Array(240);
    [values[0], values[1]] = [0.1, 0.1 + 1e-12];
    expect(examined({ values, size: [20, 4, 3] }, boxes()).findings).toEqual([wrong(Math.fround(0.1))]);
  });
});

describe('figures', () => {
  it('of two lesions found in one case differ between the modes only in the last point', () => {
    const one = cases([hit(0.9), hit(0.5)]);
    expect(evaluateLesions(one).froc).toMatchObject({ truePositives: [1, 2], falsePositives: [0, 0] });
    expect(evaluateLesions(one, { mode: 'compat' }).froc).toMatchObject({
      truePositives: [1, 1],
      falsePositives: [0, Infinity],
    });
  });

  it('are those of the published tests of picai_eval', () => {
    const rates = { falsePositivesPerCase: [0.3, 0.1], mode: 'compat' } as const;
    const some = evaluateLesions(
      cases([wrong(1)], [wrong(2)], [hit(3)], [hit(1), hit(1)], [wrong(3)], [hit(2.5), hit(1.5)]),
      rates,
    );
    expect(some.froc.truePositives).toEqual([1, 2, 2, 3, 3]);
    expect(some.froc.falsePositives).toEqual([1, 1, 2, 2, Infinity]);
    expect(some.tprAtFpr.map(({ tpr }) => said(tpr))).toEqual([0.4, 0]);
    const few = evaluateLesions(
      cases([wrong(0)], [wrong(0)], [hit(1)], [missed, missed], [wrong(0)], [missed, missed]),
      rates,
    );
    expect(few.froc).toMatchObject({ truePositives: [1, 1], falsePositives: [0, Infinity], lesions: 5 });
    expect(said(few.averagePrecision)).toBe(0.2);
    const weights = [[1], [1], [1], [4, 5]];
    const weighted = cases([wrong(1)], [wrong(2)], [hit(3)], [hit(1), hit(1)]).map((one, i) => ({
      ...one,
      findingWeights: weights[i]!,
    }));
    expect(said(evaluateLesions(weighted).averagePrecision)).toBeCloseTo(0.85, 12);
  });

  it('without lesions, cases, or a second class say why there is none', () => {
    const reasons = (list: LesionCase[]) => {
      const { auroc, averagePrecision, picaiScore, tprAtFpr } = evaluateLesions(list);
      return [auroc, averagePrecision, picaiScore, tprAtFpr[0]!.tpr].map(said);
    };
    expect(reasons([])).toEqual(['no labels yet', 'no reference lesion', 'no labels yet', 'no reference lesion']);
    const benign = cases([wrong(0.5)], []);
    expect(reasons(benign)).toEqual(['one class only', 'no reference lesion', 'one class only', 'no reference lesion']);
    expect(reasons(cases([hit(0.5)]))).toEqual(['one class only', 1, 'one class only', 1]);
    // All maps empty: every case scores 0, nothing is found, and that can be said.
    expect(reasons(cases([missed], [missed], []))).toEqual([0.5, 0, 0.25, 0]);
  });

  it('have no interval where resampling would claim certainty', () => {
    const because = (list: LesionCase[], patients?: string[]) => {
      const bootstrap = { resamples: 50, random: seededRandom('few'), ...(patients === undefined ? {} : { patients }) };
      const { averagePrecision, auroc } = evaluateLesions(list, { bootstrap });
      return [averagePrecision, auroc].map(({ interval }) => (interval?.estimable ? 'estimable' : interval?.because));
    };
    expect(because(cases([hit(0.5)]))[0]).toBe('fewer than two patients');
    expect(because(cases([hit(0.5)], [], [wrong(0.1)]), ['a', 'a', 'a'])).toEqual(
      Array(2).fill('fewer than two patients'),
    );
    expect(because(cases(...Array.from({ length: 40 }, () => [hit(0.5)])))[0]).toBe(
      'every resample gives the same value',
    );
    expect(because(cases([hit(0.9)], [wrong(0.1)]))[1]).toContain('more than a tenth of the resamples');
  });
});

const finding = fc.oneof(
  fc.record({
    isLesion: fc.boolean(),
    confidence: fc.integer({ min: 1, max: 8 }).map((k) => k / 8),
    overlap: fc.constant(0.5),
  }),
  fc.constant(missed),
);
const lists = fc.array(fc.array(finding, { maxLength: 4 }).map(lesionCaseOf), { maxLength: 12 });
const modes = fc.constantFrom('strict' as const, 'compat' as const);
const allFigures = (one: LesionEvaluation) => [
  one.auroc,
  one.averagePrecision,
  one.picaiScore,
  ...one.tprAtFpr.map(({ tpr }) => tpr),
];

describe('for every list of findings, the figures', () => {
  it('do not depend on the order of cases or findings', () => {
    fc.assert(
      fc.property(lists, modes, (list, mode) => {
        const turned = list.map((one) => ({ ...one, findings: one.findings.toReversed() })).reverse();
        expect(evaluateLesions(turned, { mode })).toEqual(evaluateLesions(list, { mode }));
      }),
    );
  });

  it('do not change if every case is there twice', () => {
    fc.assert(
      fc.property(lists, modes, (list, mode) => {
        const twice = evaluateLesions([...list, ...list], { mode });
        const once = evaluateLesions(list, { mode });
        for (const [i, one] of allFigures(once).entries()) {
          const other = allFigures(twice)[i]!;
          expect(other.figure.estimable).toBe(one.figure.estimable);
          if (one.figure.estimable && other.figure.estimable)
            expect(other.figure.value).toBeCloseTo(one.figure.value, 12);
        }
      }),
    );
  });

  it('lie in [0, 1], inside their intervals, and are never NaN', () => {
    fc.assert(
      fc.property(lists, modes, (list, mode) => {
        const bootstrap = { resamples: 20, random: seededRandom('any'), patients: list.map((_, i) => String(i % 5)) };
        for (const { figure, interval } of allFigures(evaluateLesions(list, { mode, bootstrap }))) {
          if (!figure.estimable) {
            expect(interval).toEqual(figure);
            continue;
          }
          expect(figure.value).toBeGreaterThanOrEqual(0);
          expect(figure.value).toBeLessThanOrEqual(1);
          if (!interval?.estimable) continue;
          expect(interval.lower).toBeLessThanOrEqual(figure.value);
          expect(interval.upper).toBeGreaterThanOrEqual(figure.value);
        }
      }),
    );
  });

  it('of the share found never fall as more false positives are allowed', () => {
    fc.assert(
      fc.property(lists, modes, (list, mode) => {
        const { froc } = evaluateLesions(list, { mode });
        const shares = [0, 0.25, 0.5, 1, 2, 8].map((rate) => lesionTprAtFpr(froc, rate));
        const numbers = shares.filter((share) => typeof share === 'number');
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      }),
    );
  });

  it('give the same intervals for the same seed', () => {
    const list = cases([hit(0.9)], [wrong(0.4)], [missed, wrong(0.7)], [], [hit(0.3)], [], [wrong(0.1)], [hit(0.6)]);
    const run = (seed: string) =>
      evaluateLesions(list, { bootstrap: { resamples: 200, random: seededRandom(seed) } }).averagePrecision.interval;
    expect(run('a')).toEqual(run('a'));
    expect(run('a')).not.toEqual(run('b'));
  });
});
