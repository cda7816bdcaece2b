// Goal: lesion figures are those of picai_eval, assignments those of SciPy, to 1e-12. Method: the synthetic cases of
// make.py made again here, beside what the peers said of them (cases.json, rankings.json, assignments.json).
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  bestAssignment,
  type EvaluatedLesionCase,
  evaluateLesionCase,
  evaluateLesions,
  type LesionCase,
  type LesionCaseOptions,
  lesionCaseOf,
} from '#statistics';
import { caseCount, syntheticCase, syntheticRankings, syntheticTables } from './synthetic-cases.ts';

interface Figures {
  auroc: number;
  averagePrecision: number;
  score: number;
  cases: number;
  lesions: number;
  thresholds: number[];
  truePositives: number[];
  falsePositives: (number | null)[];
  tprAtFpr: [number, number][];
}

interface CaseOracle {
  refused: number[];
  voxels: [number, number][];
  results: Record<string, Figures & { caseConfidences?: number[]; findings?: [number, number, number][][] }>;
}

const read = <T>(name: string): T =>
  (JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as { results: T }).results;

const oracle = read<CaseOracle>('cases.json');
const volumes = Array.from({ length: caseCount }, (_, index) => syntheticCase(index));
const kept = volumes.filter((_, index) => !oracle.refused.includes(index));

function examine(options: LesionCaseOptions): EvaluatedLesionCase[] {
  return kept.map(({ detection, reference }) => {
    const examined = evaluateLesionCase(detection, reference, { mode: 'compat', ...options });
    if (!examined.ok) throw new Error(examined.error.why);
    return examined.value;
  });
}

const configurations: Record<string, LesionCaseOptions> = {
  standard: {},
  dice: { overlap: 'dsc' },
  'stricter overlap': { minOverlap: 0.3 },
  'no overlap needed': { minOverlap: 0 },
  'losers are false positives': { allowUnmatchedOverlap: false },
  'independent lesions': { caseConfidence: 'independent' },
  weighted: {},
};

function expectFigures(cases: LesionCase[], expected: Figures): void {
  const rates = expected.tprAtFpr.map(([rate]) => rate);
  const figures = evaluateLesions(cases, { mode: 'compat', falsePositivesPerCase: rates });
  const { auroc, averagePrecision, picaiScore, froc, tprAtFpr } = figures;
  const values = [auroc, averagePrecision, picaiScore].map(({ figure }) => (figure.estimable ? figure.value : figure));
  const wanted = [expected.auroc, expected.averagePrecision, expected.score];
  for (const [i, value] of values.entries()) expect(Math.abs(Number(value) - wanted[i]!)).toBeLessThan(1e-12);
  expect([figures.cases, figures.lesions]).toEqual([expected.cases, expected.lesions]);
  // picai_eval divides in float32; the counts behind it are exact.
  const shares = tprAtFpr.map(({ tpr: { figure } }) => figure.estimable && Math.fround(figure.value));
  expect(shares).toEqual(expected.tprAtFpr.map(([, share]) => share));
  if (!Array.isArray(expected.thresholds)) return;
  expect(froc.thresholds).toEqual(expected.thresholds);
  expect(froc.truePositives).toEqual(expected.truePositives);
  expect(froc.falsePositives).toEqual(expected.falsePositives.map((one) => one ?? Infinity));
}

describe('the synthetic cases', () => {
  it('are, voxel by voxel, as many voxels as those the peer saw', () => {
    const count = (values: ArrayLike<number>) => Array.from(values).filter((value) => value > 0).length;
    expect(volumes.map(({ detection, reference }) => [count(detection.values), count(reference.values)])).toEqual(
      oracle.voxels,
    );
  });

  it('are refused where picai_eval sees a softmax map, and only there', () => {
    const refused = volumes.flatMap(({ detection, reference }, index) => {
      const examined = evaluateLesionCase(detection, reference);
      return examined.ok ? [] : [[index, examined.error.volume, examined.error.why.includes('softmax')]];
    });
    expect(refused).toEqual(oracle.refused.map((index) => [index, 'detection', true]));
  });
});

describe('with picai_eval', () => {
  const names = Object.keys(oracle.results);
  const has = (key: 'findings' | 'caseConfidences') => names.filter((name) => oracle.results[name]![key] !== undefined);

  it.each(has('findings'))('finds the same lesions with the same confidences and overlaps: %s', (name) => {
    const expected = oracle.results[name]!.findings!;
    const found = examine(configurations[name]!).map(({ findings }) =>
      findings.map(({ isLesion, confidence, overlap }) => [isLesion ? 1 : 0, confidence, overlap] as const),
    );
    expect(found.map((one) => one.map(([target, confidence]) => [target, confidence]))).toEqual(
      expected.map((one) => one.map(([target, confidence]) => [target, confidence])),
    );
    const overlaps = expected.flat().map(([, , overlap]) => overlap);
    for (const [i, [, , overlap]] of found.flat().entries()) {
      expect(Math.abs(overlap - overlaps[i]!)).toBeLessThan(1e-15);
    }
  });

  it.each(has('caseConfidences'))('scores the cases the same: %s', (name) => {
    const expected = oracle.results[name]!.caseConfidences!;
    for (const [i, { confidence }] of examine(configurations[name]!).entries()) {
      expect(Math.abs(confidence - expected[i]!)).toBeLessThan(1e-15);
    }
  });

  it.each(names)('gives the same figures: %s', (name) => {
    const cases = examine(configurations[name]!);
    const indices = volumes.flatMap((_, index) => (oracle.refused.includes(index) ? [] : [index]));
    const weighted = cases.map((one, i) => ({ ...one, weight: (1 + (indices[i]! % 4)) / 2 }));
    expectFigures(name === 'weighted' ? weighted : cases, oracle.results[name]!);
  });
});

describe('lists of findings', () => {
  type Sample = { length: number; everyThousandth: (number | null)[]; sum: number };
  const expected = read<Record<string, Figures>>('rankings.json');
  const made = syntheticRankings();

  it('with ties give the figures of picai_eval', () => {
    expectFigures(made.get('tied')!.map(lesionCaseOf), expected.tied!);
  });

  it('with more than 10,000 confidences keep the thresholds that picai_eval keeps', () => {
    const cases = made.get('long')!.map(lesionCaseOf);
    expectFigures(cases, expected.long!);
    const { froc } = evaluateLesions(cases, { mode: 'compat' });
    for (const key of ['thresholds', 'truePositives', 'falsePositives'] as const) {
      const sample = expected.long![key] as unknown as Sample;
      expect(froc[key].length).toBe(sample.length);
      const each = froc[key].filter((_, i) => i % 1000 === 0).map((one) => (one === Infinity ? null : one));
      expect(each).toEqual(sample.everyThousandth);
      const sum = froc[key].filter(Number.isFinite).reduce((all, one) => all + one, 0);
      expect(Math.abs(sum / sample.sum - 1)).toBeLessThan(1e-12);
    }
  });
});

it('assigns as SciPy does, ties included', () => {
  const found = syntheticTables().map((table) =>
    Array.from(bestAssignment(table), (column) => (column === -1 ? '-' : String(column))).join(''),
  );
  expect(found).toEqual(read<string[]>('assignments.json'));
});
