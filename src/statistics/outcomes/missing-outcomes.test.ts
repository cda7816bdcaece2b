// Goal: accuracy and rates hold where outcomes are missing or the mix of cases moved, or say that they are approximate.
// Method: statsmodels and hepatic figures, enumeration, a known population by seeded simulation, bad input.
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import { readOwnOracle } from '../oracle.testing.ts';
import { boundedLogE, newBoundedState, stepBounded } from '../sequential/bounded-claims.ts';
import { augmentedAccuracy, type PartlyVerifiedCase } from './augmented-accuracy.ts';
import { augmentedSensitivityFamily } from './augmented-sensitivity.ts';
import { predictableCaseMixWeight, standardisedRate } from './case-mix.ts';
import { censoringWeightedCases, type FollowedCase } from './censoring-weights.ts';
import { inverseProbabilityAccuracy } from './inverse-probability.ts';
import { missingBand } from './missing-bands.ts';
import { beggGreenes } from './verification.ts';

const own = readOwnOracle<{ time: number[]; lost: number[]; probability: number[] }>('outcomes/figures.json');

function found<T extends { estimable: boolean }>(result: T): Extract<T, { estimable: true }> {
  if (!result.estimable) throw new Error(JSON.stringify(result));
  return result as Extract<T, { estimable: true }>;
}

describe('censoring weights', () => {
  it("are Kaplan–Meier's, as statsmodels has them, within each stratum", () => {
    const cases = own.time.map((time, i): FollowedCase => {
      const known = { decision: 1 as const, time };
      return own.lost[i] === 1 ? known : { ...known, outcome: 1 };
    });
    const expected = own.time.flatMap((time, i) => (own.lost[i] === 1 ? [] : [{ time, p: own.probability[i]! }]));
    expected.sort((a, b) => a.time - b.time);
    const rows = censoringWeightedCases(cases, 100);
    expect(rows).toHaveLength(expected.length);
    rows.forEach((row, i) => {
      expect(row.probability).toBeCloseTo(Math.max(0.05, expected[i]!.p), 12);
    });
    const twice = censoringWeightedCases([...cases, ...cases.map((one) => ({ ...one, stratum: 'other' }))], 100);
    expect(twice.slice(0, rows.length)).toEqual(rows);
    expect(twice.slice(rows.length)).toEqual(rows);
  });

  it('undo the loss of slow negatives', () => {
    const random = seededRandom('loss');
    const cases = Array.from({ length: 6000 }, (): FollowedCase => {
      const outcome = random() < 0.3 ? 1 : 0;
      const decision = random() < (outcome === 1 ? 0.9 : 0.3) ? 1 : 0;
      const time = outcome === 1 ? 1 + random() : 11 + random();
      const lostAt = -Math.log(random()) * 20;
      return lostAt < time ? { decision, time: lostAt } : { decision, time, outcome };
    });
    const { prevalence } = inverseProbabilityAccuracy(censoringWeightedCases(cases, 12.5), 'model');
    const known = cases.filter((one) => one.outcome !== undefined);
    const naive = known.filter((one) => one.outcome === 1).length / known.length;
    expect(naive).toBeGreaterThan(0.38);
    expect(found(prevalence).value).toBeCloseTo(0.3, 1);
    expect(censoringWeightedCases([], 1)).toEqual([]);
  });
});

/** A population with sensitivity .8 and specificity .85, verified with a chance that depends on decision and a marker. */
function population(random: () => number, n: number, isDesignKnown: boolean): PartlyVerifiedCase[] {
  return Array.from({ length: n }, () => {
    const disease = random() < 0.35 ? 1 : 0;
    const decision = random() < (disease === 1 ? 0.8 : 0.15) ? 1 : 0;
    const marker = random() + 0.5 * disease;
    const probability = decision === 1 ? 0.9 : marker > 1 ? 0.6 : 0.25;
    const one = { decision, covariates: [marker], ...(isDesignKnown ? { probability } : {}) } as const;
    return random() < probability ? { ...one, outcome: disease } : one;
  });
}

describe('augmented accuracy', () => {
  it('is near Begg–Greenes where verification depends on the decision alone', () => {
    const rows = (decision: 0 | 1, outcome: 0 | 1 | undefined, count: number): PartlyVerifiedCase[] =>
      Array.from({ length: count }, () =>
        outcome === undefined ? { decision, covariates: [] } : { decision, covariates: [], outcome },
      );
    const hepatic = [
      ...rows(1, 1, 231),
      ...rows(1, 0, 32),
      ...rows(1, undefined, 166),
      ...rows(0, 1, 27),
      ...rows(0, 0, 54),
      ...rows(0, undefined, 140),
    ];
    // Begg–Greenes is the same estimator without cross-fitting; the intervals have nearly the same width.
    const expected = beggGreenes({
      aiPositive: { diseased: 231, healthy: 32, unverified: 166 },
      aiNegative: { diseased: 27, healthy: 54, unverified: 140 },
    });
    const { sensitivity, specificity } = augmentedAccuracy(hepatic);
    expect(found(sensitivity).value).toBeCloseTo(found(expected.sensitivity).value, 2);
    expect(found(sensitivity).lower).toBeCloseTo(found(expected.sensitivity).lower, 1.5);
    expect(found(specificity).value).toBeCloseTo(found(expected.specificity).value, 2);
    expect(found(sensitivity).approximate).toBe(true);
  });

  it.each([true, false])('covers the truth of a known population, probabilities known: %s', (isDesignKnown) => {
    const random = seededRandom('augmented');
    let covered = 0;
    const runs = 120;
    for (let run = 0; run < runs; run++) {
      const { sensitivity } = augmentedAccuracy(population(random, 500, isDesignKnown));
      if (sensitivity.estimable && sensitivity.lower <= 0.8 && sensitivity.upper >= 0.8) covered++;
    }
    expect(covered / runs).toBeGreaterThan(0.88);
  });

  it('says why not', () => {
    expect(augmentedAccuracy([]).sensitivity).toMatchObject({ because: 'no labels yet' });
    const few = [{ decision: 1, covariates: [], outcome: 1 }] as const;
    expect(augmentedAccuracy(few).sensitivity).toMatchObject({ because: 'fewer than two cases a fold' });
    const one = Array.from({ length: 20 }, () => ({ decision: 1, covariates: [], outcome: 1 }) as const);
    expect(augmentedAccuracy(one).sensitivity).toMatchObject({ because: 'no case of one decision was verified' });
    const missing = one.map((each) => ({ ...each, covariates: [Number.NaN] }));
    expect(augmentedAccuracy(missing).sensitivity).toMatchObject({ because: 'a value is not a number' });
  });
});

describe('the augmented sensitivity claim', () => {
  const design = { piMinPositive: 1, piMinNegative: 0.1 };

  it.each(['break', 'support'] as const)('has expectation at most 1 at its edge whatever d̂ is: %s', (side) => {
    const family = augmentedSensitivityFamily(side, 0.9, design);
    for (const expectedDisease of [0, 0.3, 1]) {
      // Disease .4, sensitivity exactly .9, specificity .7: enumerate decision, verification and disease.
      let expectation = 0;
      for (const isDiseased of [true, false]) {
        for (const isPositive of [true, false]) {
          for (const isVerified of [true, false]) {
            const pi = isPositive ? 1 : 0.1;
            const chance =
              (isDiseased ? 0.4 : 0.6) *
              (isPositive ? (isDiseased ? 0.9 : 0.3) : isDiseased ? 0.1 : 0.7) *
              (isVerified ? pi : 1 - pi);
            if (chance === 0) continue;
            const state = newBoundedState(family);
            stepBounded(family, state, { isPositive, isVerified, isDiseased, pi, expectedDisease });
            expectation += chance * Math.exp(boundedLogE(family, state));
          }
        }
      }
      expect(expectation).toBeCloseTo(1, 10);
    }
  });
});

describe('bands of missing outcomes', () => {
  it('hold every reading between worst and best', () => {
    const band = missingBand({ hits: 40, misses: 10, missing: 10 });
    expect([band.worst, band.complete, band.best].map((one) => found(one).value)).toEqual([40 / 60, 0.8, 50 / 60]);
    expect(missingBand({ hits: 0, misses: 0, missing: 0 }).worst.estimable).toBe(false);
    const unknown = missingBand({ hits: 0, misses: 0, missing: 5 });
    expect([found(unknown.worst).value, unknown.complete.estimable, found(unknown.best).value]).toEqual([0, false, 1]);
  });
});

describe('case mix', () => {
  const strata = [
    { stratum: 'low', weight: 0.5, n: 20, k: 18 },
    { stratum: 'high', weight: 0.5, n: 80, k: 48 },
  ];

  it('standardises to the weights of the claim and shows how far the mix moved', () => {
    const reading = standardisedRate(strata);
    expect(found(reading.raw).value).toBeCloseTo(0.66, 12);
    expect(found(reading.standardised).value).toBeCloseTo(0.75, 12);
    expect(found(reading.mixShift).value).toBeCloseTo(0.3, 12);
  });

  it('is not estimable where a stratum with weight has nobody, and is where it has none', () => {
    const nobody = { stratum: 'new', weight: 0.1, n: 0, k: 0 };
    expect(standardisedRate([...strata, nobody]).standardised).toMatchObject({
      because: 'a stratum of the claim has nobody',
    });
    expect(standardisedRate([...strata, { ...nobody, weight: 0 }]).standardised.estimable).toBe(true);
    expect(standardisedRate(strata.map((one) => ({ ...one, n: 0, k: 0 }))).standardised.estimable).toBe(false);
  });

  it('covers the standardised rate about as often as it says', () => {
    const random = seededRandom('case mix');
    const draw = (n: number, p: number) => Array.from({ length: n }, () => random() < p).filter(Boolean).length;
    let covered = 0;
    for (let run = 0; run < 500; run++) {
      const drawn = [
        { stratum: 'low', weight: 0.5, n: 40, k: draw(40, 0.9) },
        { stratum: 'high', weight: 0.5, n: 120, k: draw(120, 0.6) },
      ];
      const rate = found(standardisedRate(drawn).standardised);
      if (rate.lower <= 0.75 && rate.upper >= 0.75) covered++;
    }
    expect(covered / 500).toBeGreaterThan(0.92);
  });

  it('weights the next case by what was seen before it, and says when it clips', () => {
    const design = { weights: { low: 0.5, high: 0.5 }, most: 4 };
    expect(predictableCaseMixWeight(new Map(), 'low', design)).toEqual({ weight: 1, isClipped: false });
    const seen = new Map([['high', 99]]);
    expect(predictableCaseMixWeight(seen, 'low', design)).toEqual({ weight: 4, isClipped: true });
    expect(predictableCaseMixWeight(seen, 'high', design).weight).toBeCloseTo((0.5 * 100) / 99.5, 12);
  });
});
