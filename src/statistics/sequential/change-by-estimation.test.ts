// Goal: a change is found without alternatives, and the CUSUM clinicians know is the published one.
// Method: seeded sequences with and without a change; worked scores.
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import { notEstimable } from '../estimate.ts';
import { binaryConfidenceSequence } from './binary-confidence-sequence.ts';
import { commonInterval, geometricStarts } from './change-by-estimation.ts';
import { newRiskAdjustedCusumState, riskAdjustedScore, stepRiskAdjustedCusum } from './risk-adjusted-cusum.ts';

describe('change detection by estimation', () => {
  /** Whether the sequences of the last case, one per start, share a value. */
  function isCommonAfter(rateAfter: number): boolean {
    const random = seededRandom('estimation');
    const hits = Array.from({ length: 1500 }, (_, i) => (random() < (i < 700 ? 0.9 : rateAfter) ? 1 : 0));
    const sequences = geometricStarts(hits.length).flatMap((start) =>
      [600, 1500]
        .filter((end) => end > start)
        .map((end) => {
          const seen = hits.slice(start - 1, end);
          const k = seen.reduce((sum: number, hit) => sum + hit, 0);
          return binaryConfidenceSequence({ n: seen.length, k }, { alpha: 0.01 });
        }),
    );
    return commonInterval(sequences) !== undefined;
  }

  it('is silent without a change and alarms after one', () => {
    expect(isCommonAfter(0.9)).toBe(true);
    expect(isCommonAfter(0.6)).toBe(false);
  });

  it('starts sequences at 1, 2, 4, 8 … and ignores those that say nothing', () => {
    expect(geometricStarts(20)).toEqual([1, 2, 4, 8, 16]);
    expect(geometricStarts(0)).toEqual([]);
    expect(commonInterval([notEstimable(0, 'no labels yet')])).toEqual({ lower: -Infinity, upper: Infinity });
  });
});

describe('the risk-adjusted CUSUM', () => {
  it('scores by the log of the odds ratio, less what was expected', () => {
    expect(riskAdjustedScore({ oddsRatio: 2 }, { p: 0.3, y: 1 })).toBeCloseTo(Math.log(2) - Math.log(1.3), 14);
    expect(riskAdjustedScore({ oddsRatio: 2 }, { p: 0.3, y: 0 })).toBeCloseTo(-Math.log(1.3), 14);
    expect(riskAdjustedScore({ oddsRatio: 0.5 }, { p: 0.3, y: 0 })).toBeCloseTo(-Math.log(0.85), 14);
  });

  it('never falls below 0 and remembers where its excursion began', () => {
    const cusum = { oddsRatio: 2 };
    const state = newRiskAdjustedCusumState();
    for (const y of [0, 0, 0, 1, 1] as const) stepRiskAdjustedCusum(cusum, state, { p: 0.2, y });
    expect(Array.from(state)).toEqual([5, 2 * (Math.log(2) - Math.log1p(0.2)), 4]);
  });
});
