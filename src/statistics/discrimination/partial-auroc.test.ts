// Goal: partial areas as pROC has them. Method: a staircase by hand, aSAH, and the whole range as AUROC.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsvOracle } from '../oracle.testing.ts';
import { deLong } from './discrimination.ts';
import { type PartialRange, partialAuroc, rocCurve, rocCurveFromGroups } from './partial-auroc.ts';

const aSah = readCsvOracle('aSAH.csv');

function area(scores: number[], outcomes: number[], range: PartialRange): number {
  const curve = rocCurve(scores, outcomes);
  if (!curve.estimable) throw new Error(curve.because);
  return partialAuroc(curve, range);
}

describe('partialAuroc', () => {
  it('is the staircase by hand', () => {
    // Points (0,0) (0,½) (½,½) (½,1) (1,1).
    const [scores, outcomes] = [
      [4, 3, 2, 1],
      [1, 0, 1, 0],
    ];
    expect(area(scores!, outcomes!, { of: 'specificity', between: [1, 0.75] })).toBeCloseTo(0.125, 15);
    expect(area(scores!, outcomes!, { of: 'sensitivity', between: [0.5, 1] })).toBeCloseTo(0.25, 15);
  });

  it('interpolates within a diagonal step of tied scores', () => {
    expect(area([1, 1, 1, 1], [0, 1, 0, 1], { of: 'specificity', between: [0.8, 1] })).toBeCloseTo(0.02, 15);
  });

  it.skipIf(aSah === undefined)('reproduces pROC on aSAH to 1e-12', () => {
    const poor = aSah!.map((row) => (row.outcome === 'Poor' ? 1 : 0));
    const of = (name: string, range: PartialRange) =>
      area(
        aSah!.map((row) => Number(row[name])),
        poor,
        range,
      );
    const first: PartialRange = { of: 'specificity', between: [1, 0.9] };
    const second: PartialRange = { of: 'specificity', between: [0.9, 0.8] };
    const sensitive: PartialRange = { of: 'sensitivity', between: [1, 0.9] };
    expect(of('wfns', first)).toBeCloseTo(0.0334417344173442, 12);
    expect(of('ndka', first)).toBeCloseTo(0.0107046070460705, 12);
    expect(of('wfns', second)).toBeCloseTo(0.0598373983739837, 12);
    expect(of('ndka', second)).toBeCloseTo(0.0277777777777778, 12);
    expect(of('wfns', sensitive)).toBeCloseTo(0.0400999322493225, 12);
    expect(of('ndka', sensitive)).toBeCloseTo(0.0037940379403794, 12);
  });

  it('over the whole range is AUROC, whichever axis', () => {
    const rows = fc.array(fc.record({ score: fc.integer({ min: 0, max: 6 }), outcome: fc.constantFrom(0, 1) }));
    fc.assert(
      fc.property(rows, (sample) => {
        const all = [...sample, ...[0, 0, 1, 1].map((outcome, score) => ({ score, outcome }))];
        const [scores, outcomes] = [all.map((row) => row.score), all.map((row) => row.outcome)];
        const whole = deLong(scores, outcomes);
        if (!whole.estimable) throw new Error(whole.because);
        for (const of of ['specificity', 'sensitivity'] as const) {
          expect(area(scores, outcomes, { of, between: [0, 1] })).toBeCloseTo(whole.auroc, 12);
        }
      }),
    );
  });
});

describe('rocCurve', () => {
  it('passes over scores that nobody has', () => {
    const curve = rocCurveFromGroups([1, 0, 1], [0, 0, 2]);
    expect(curve.estimable && [...curve.falsePositiveRate]).toEqual([0, 0.5, 1]);
  });

  it('needs both classes', () => {
    expect(rocCurve([1, 2], [0, 0])).toEqual({ estimable: false, n: 2, because: 'one class only' });
  });
});
