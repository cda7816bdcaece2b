// Goal: agreement coefficients are the published ones and know when they cannot be computed.
// Method: statsmodels, krippendorff and irrCAC figures; properties; cases by hand; coverage by seeded simulation.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import { readOwnOracle } from '../oracle.testing.ts';
import { fleissKappa, gwetAgreement } from './chance-corrected.ts';
import { cohenKappa } from './cohen-kappa.ts';
import { type DisagreementMetric, krippendorffAlpha } from './krippendorff-alpha.ts';

const own = readOwnOracle<{
  ratings: number[][];
  holes: (number | null)[][];
  cohen: Record<'unweighted' | 'linear' | 'quadratic', { kappa: number; std: number }>;
  fleiss: number;
  fleiss_holes: number;
  fleiss_quadratic: number;
  ac1: number;
  ac1_holes: number;
  ac2_linear: number;
  ac2_quadratic_holes: number;
  alpha: Record<DisagreementMetric, number>;
}>('agreement/figures.json');
const holes = own.holes.map((row) => row.map((value) => value ?? undefined));
const column = (rater: number) => own.ratings.map((row) => row[rater]!);

function found<T extends { estimable: boolean }>(result: T): Extract<T, { estimable: true }> {
  if (!result.estimable) throw new Error(JSON.stringify(result));
  return result as Extract<T, { estimable: true }>;
}

describe("Cohen's kappa", () => {
  it.each(['unweighted', 'linear', 'quadratic'] as const)("is statsmodels', %s, with its standard error", (weights) => {
    const kappa = found(cohenKappa(column(0), column(1), { weights }));
    expect(kappa.value).toBeCloseTo(own.cohen[weights].kappa, 12);
    expect((kappa.upper - kappa.lower) / 2 / 1.959963984540054).toBeCloseTo(own.cohen[weights].std, 10);
  });

  it('is not certain of perfect agreement', () => {
    const perfect = found(cohenKappa([0, 1, 0, 1], [0, 1, 0, 1]));
    expect(perfect.value).toBe(1);
    expect(perfect.lower).toBeLessThan(0.5);
    expect(found(cohenKappa([0, 1, 0, 1], [1, 0, 1, 0])).value).toBe(-1);
  });

  it('covers the truth about as often as it says', () => {
    const random = seededRandom('kappa');
    const draw = (): [number, number] => {
      const a = random() < 0.4 ? 1 : 0;
      return [a, random() < 0.85 ? a : 1 - a];
    };
    // p_o = .85; the second rater says 1 with .4·.85 + .6·.15 = .43.
    const chance = 0.4 * 0.43 + 0.6 * 0.57;
    const truth = (0.85 - chance) / (1 - chance);
    let covered = 0;
    for (let run = 0; run < 500; run++) {
      const pairs = Array.from({ length: 120 }, draw);
      const kappa = found(
        cohenKappa(
          pairs.map(([a]) => a),
          pairs.map(([, b]) => b),
        ),
      );
      if (kappa.lower <= truth && truth <= kappa.upper) covered++;
    }
    expect(covered / 500).toBeGreaterThan(0.92);
  });
});

describe('many raters', () => {
  it("give Fleiss' kappa, also weighted and with missing ratings", () => {
    expect(found(fleissKappa(own.ratings)).value).toBeCloseTo(own.fleiss, 12);
    expect(found(fleissKappa(own.ratings, { weights: 'quadratic' })).value).toBeCloseTo(own.fleiss_quadratic, 10);
    expect(found(fleissKappa(holes)).value).toBeCloseTo(own.fleiss_holes, 10);
  });

  it("give Gwet's AC1 and AC2", () => {
    expect(found(gwetAgreement(own.ratings)).value).toBeCloseTo(own.ac1, 10);
    expect(found(gwetAgreement(holes)).value).toBeCloseTo(own.ac1_holes, 10);
    expect(found(gwetAgreement(own.ratings, { weights: 'linear' })).value).toBeCloseTo(own.ac2_linear, 10);
    expect(found(gwetAgreement(holes, { weights: 'quadratic' })).value).toBeCloseTo(own.ac2_quadratic_holes, 10);
  });

  it.each(['nominal', 'ordinal', 'interval'] as const)("give Krippendorff's alpha, %s", (metric) => {
    expect(found(krippendorffAlpha(holes, { metric })).value).toBeCloseTo(own.alpha[metric], 10);
  });

  it('say why they are not estimable', () => {
    for (const measure of [fleissKappa, gwetAgreement, krippendorffAlpha]) {
      expect(measure([]).estimable).toBe(false);
      expect(
        measure([
          [1, undefined],
          [undefined, 2],
        ]),
      ).toMatchObject({ because: 'no subject was rated twice' });
      expect(
        measure([
          [1, 1],
          [1, 1],
        ]),
      ).toMatchObject({ because: 'only one category was used' });
      expect(
        measure([
          [1, Number.NaN],
          [1, 1],
        ]),
      ).toMatchObject({ because: 'a category is not a number' });
    }
    expect(cohenKappa([1, 1], [1, 1])).toMatchObject({ because: 'only one category was used' });
    expect(cohenKappa([], [])).toMatchObject({ because: 'no labels yet' });
    expect(cohenKappa([Number.NaN], [1])).toMatchObject({ because: 'a category is not a number' });
  });

  it('contain their estimate, inside [−1, 1], in any order of subjects', () => {
    const rating = fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined });
    const table = fc.array(fc.tuple(rating, rating, rating), { minLength: 0, maxLength: 12 });
    fc.assert(
      fc.property(table, (rows) => {
        for (const measure of [fleissKappa, gwetAgreement, krippendorffAlpha]) {
          const result = measure(rows);
          if (!result.estimable) continue;
          expect(result.lower).toBeLessThanOrEqual(result.value);
          expect(result.upper).toBeGreaterThanOrEqual(result.value);
          expect(found(measure([...rows].reverse())).value).toBeCloseTo(result.value, 10);
        }
      }),
    );
  });
});
