// Goal: accuracy where not every case was verified. Method: hepatic scintigraphy, a known population, cases by hand.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import type { NotEstimable } from '../estimate.ts';
import { readCsvOracle } from '../oracle.testing.ts';
import { inverseProbabilityAccuracy, type WeightedCases } from './inverse-probability.ts';
import { beggGreenes, manskiBounds } from './verification.ts';

const hepatic = readCsvOracle('hepatic_pvb.csv');
const scintigraphy = {
  aiPositive: { diseased: 231, healthy: 32, unverified: 166 },
  aiNegative: { diseased: 27, healthy: 54, unverified: 140 },
};

function found<T extends { estimable: true }>(result: T | NotEstimable): T {
  if (!result.estimable) throw new Error(result.because);
  return result;
}

describe('hepatic scintigraphy', () => {
  it.skipIf(hepatic === undefined)('has the counts of the published table', () => {
    const count = (test: string, disease: string) =>
      hepatic!.filter((row) => row.test === test && (row.verified === '1.0' ? row.disease : 'unverified') === disease)
        .length;
    const of = (test: string) => ({
      diseased: count(test, '1.0'),
      healthy: count(test, '0.0'),
      unverified: count(test, 'unverified'),
    });
    expect({ aiPositive: of('1.0'), aiNegative: of('0.0') }).toEqual(scintigraphy);
  });

  it('is corrected by Begg and Greenes to .8364667154 and .7383980182, 1e-9', () => {
    const { sensitivity, specificity } = beggGreenes(scintigraphy);
    expect(found(sensitivity).value).toBeCloseTo(0.8364667154, 9);
    expect(found(specificity).value).toBeCloseTo(0.7383980182, 9);
    expect(found(sensitivity).lower).toBeCloseTo(0.78265, 5);
    expect(found(sensitivity).upper).toBeCloseTo(0.87902, 5);
    expect(found(specificity).lower).toBeCloseTo(0.65551, 5);
    expect(found(specificity).upper).toBeCloseTo(0.80721, 5);
  });

  it('is bounded by Manski to .58040–.93632 and .21429–.85841', () => {
    const { sensitivity, specificity } = manskiBounds(scintigraphy);
    expect(found(sensitivity).lower).toBeCloseTo(0.5804, 5);
    expect(found(sensitivity).upper).toBeCloseTo(0.93632, 5);
    expect(found(specificity).lower).toBeCloseTo(0.21429, 5);
    expect(found(specificity).upper).toBeCloseTo(0.85841, 5);
  });
});

describe('Begg–Greenes', () => {
  const counts = fc.record({ diseased: fc.nat(30), healthy: fc.nat(30), unverified: fc.nat(30) });

  it('lies within the Manski bounds, inside [0, 1], and contains its estimate', () => {
    fc.assert(
      fc.property(counts, counts, (aiPositive, aiNegative) => {
        const corrected = beggGreenes({ aiPositive, aiNegative });
        const bounds = manskiBounds({ aiPositive, aiNegative });
        for (const figure of ['sensitivity', 'specificity'] as const) {
          const [estimate, bound] = [corrected[figure], bounds[figure]];
          if (!estimate.estimable || !bound.estimable) continue;
          expect(0 <= estimate.lower && estimate.lower <= estimate.value).toBe(true);
          expect(estimate.value <= estimate.upper && estimate.upper <= 1).toBe(true);
          expect(estimate.value).toBeGreaterThanOrEqual(bound.lower - 1e-12);
          expect(estimate.value).toBeLessThanOrEqual(bound.upper + 1e-12);
        }
      }),
    );
  });

  it('is the plain share where everybody was verified', () => {
    const complete = {
      aiPositive: { diseased: 8, healthy: 3, unverified: 0 },
      aiNegative: { diseased: 2, healthy: 7, unverified: 0 },
    };
    expect(found(beggGreenes(complete).sensitivity).value).toBeCloseTo(0.8, 14);
    expect(found(beggGreenes(complete).specificity).value).toBeCloseTo(0.7, 14);
    expect(manskiBounds(complete).sensitivity).toMatchObject({ lower: 0.8, upper: 0.8 });
  });

  it('keeps a wide interval where the few verified AI-negatives were all healthy', () => {
    const thin = {
      aiPositive: { diseased: 90, healthy: 10, unverified: 0 },
      aiNegative: { diseased: 0, healthy: 5, unverified: 95 },
    };
    const sensitivity = found(beggGreenes(thin).sensitivity);
    expect([sensitivity.value, sensitivity.upper]).toEqual([1, 1]);
    expect(sensitivity.lower).toBeLessThan(0.65);
  });

  it('says why where it does not exist', () => {
    const none = { diseased: 0, healthy: 0, unverified: 4 };
    const some = { diseased: 3, healthy: 2, unverified: 1 };
    expect(beggGreenes({ aiPositive: none, aiNegative: some }).sensitivity).toEqual({
      estimable: false,
      n: 10,
      because: 'no AI-positive case was verified',
    });
    expect(beggGreenes({ aiPositive: some, aiNegative: none }).specificity).toEqual({
      estimable: false,
      n: 10,
      because: 'no AI-negative case was verified',
    });
  });
});

describe('inverse probability of verification', () => {
  const audit: WeightedCases[] = [
    { decision: 1, outcome: 1, probability: 1, count: 80 },
    { decision: 1, outcome: 0, probability: 1, count: 40 },
    { decision: 0, outcome: 1, probability: 0.1, count: 1 },
    { decision: 0, outcome: 0, probability: 0.1, count: 29 },
  ];

  it('counts one audited miss in ten as ten: 80 of 90, by hand', () => {
    const { sensitivity, specificity, prevalence } = inverseProbabilityAccuracy(audit, 'design');
    expect(found(sensitivity).value).toBeCloseTo(80 / 90, 14);
    expect(found(specificity).value).toBeCloseTo(290 / 330, 14);
    expect(found(prevalence).value).toBeCloseTo(90 / 420, 14);
    // Var logit = 80/80² + 100/10² = 1.0125.
    const half = 1.959963984540054 * Math.sqrt(1.0125);
    expect(found(sensitivity).lower).toBeCloseTo(1 / (1 + Math.exp(half) / 8), 12);
    expect(found(sensitivity).method).toContain('design-weighted');
  });

  it('does not turn a thin audit without a miss into certainty: 80 cases at weight 10 are worth 8', () => {
    const unseen = audit.map((row) => (row.decision === 0 && row.outcome === 1 ? { ...row, count: 0 } : row));
    const { sensitivity } = inverseProbabilityAccuracy(unseen, 'design');
    expect(found(sensitivity).value).toBe(1);
    expect(found(sensitivity).lower).toBeCloseTo(0.025 ** (1 / 8), 14);
  });

  it('labels estimated probabilities as model-based', () => {
    expect(found(inverseProbabilityAccuracy(audit, 'model').sensitivity).method).toContain('model-based');
  });

  it('says why where no AI-negative was verified', () => {
    const onlyPositives = audit.filter((row) => row.decision === 1);
    const { sensitivity, positivePredictiveValue } = inverseProbabilityAccuracy(onlyPositives, 'design');
    expect(sensitivity).toEqual({ estimable: false, n: 80, because: 'no case of one decision was verified' });
    expect(found(positivePredictiveValue).value).toBeCloseTo(2 / 3, 14);
  });

  it('covers the true sensitivity in about 95 of 100 audits, where the naive figure is .96 for .80', () => {
    const random = seededRandom('audit');
    let [covered, runs, naive] = [0, 0, 0];
    for (let run = 0; run < 400; run++) {
      const cells = new Map<string, WeightedCases>();
      for (let i = 0; i < 2_000; i++) {
        const outcome = random() < 0.35 ? 1 : 0;
        const decision = random() < (outcome === 1 ? 0.8 : 0.3) ? 1 : 0;
        const probability = decision === 1 ? 0.9 : 0.15;
        if (random() >= probability) continue;
        const key = `${decision}${outcome}`;
        const row = cells.get(key) ?? { decision, outcome, probability, count: 0 };
        cells.set(key, { ...row, count: row.count + 1 });
      }
      const { sensitivity } = inverseProbabilityAccuracy([...cells.values()], 'design');
      const estimate = found(sensitivity);
      runs++;
      if (estimate.lower <= 0.8 && 0.8 <= estimate.upper) covered++;
      const [hits, misses] = [cells.get('11')!.count, cells.get('01')!.count];
      naive += hits / (hits + misses) / 400;
    }
    expect(covered / runs).toBeGreaterThan(0.92);
    expect(covered / runs).toBeLessThan(0.985);
    expect(naive).toBeCloseTo(0.96, 2);
  });
});
