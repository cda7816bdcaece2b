// Goal: confidence sequences cover their parameter at every look at once, not just at one.
// Method: seeded runs of 600 cases with a look at every case; the share of runs that are ever wrong.
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import { binaryConfidenceSequence } from './binary-confidence-sequence.ts';
import {
  meanConfidenceSequence,
  meanSequenceDesign,
  newMeanSequenceState,
  stepMeanSequence,
} from './mean-confidence-sequence.ts';

const runs = 120;
const cases = 600;

/** The share of runs in which an interval at some look misses the truth. */
function everWrong(
  newRun: () => (look: boolean) => { lower: number; upper: number; truth: number } | undefined,
): number {
  let wrong = 0;
  for (let run = 0; run < runs; run++) {
    const next = newRun();
    for (let i = 1; i <= cases; i++) {
      // Looks at every case at first, when intervals move fast, then at every fifth.
      const interval = next(i < 60 || i % 5 === 0);
      if (interval && (interval.lower > interval.truth || interval.upper < interval.truth)) {
        wrong++;
        break;
      }
    }
  }
  return wrong / runs;
}

describe('confidence sequences', () => {
  it.each([0.05, 0.5, 0.9])('of a probability %f are ever wrong in at most 5 % of runs', (truth) => {
    const random = seededRandom(`binary ${truth}`);
    const share = everWrong(() => {
      let [n, k] = [0, 0];
      return (isLook) => {
        n++;
        if (random() < truth) k++;
        if (!isLook) return undefined;
        const sequence = binaryConfidenceSequence({ n, k });
        return sequence.estimable ? { ...sequence, truth } : undefined;
      };
    });
    expect(share).toBeLessThanOrEqual(0.05);
  });

  it('of a changing mean cover its running average', () => {
    const random = seededRandom('changing mean');
    const design = meanSequenceDesign({ range: { from: 0, to: 1 }, tOpt: 300, variance: 0.15 });
    const share = everWrong(() => {
      const state = newMeanSequenceState();
      let [n, sum] = [0, 0];
      return (isLook) => {
        n++;
        const mean = n < 200 ? 0.9 : 0.4;
        sum += mean;
        stepMeanSequence(design, state, random() < mean ? 1 : 0);
        if (!isLook) return undefined;
        const sequence = meanConfidenceSequence(design, state);
        return sequence.estimable ? { ...sequence, truth: sum / n } : undefined;
      };
    });
    expect(share).toBeLessThanOrEqual(0.05);
  });
});
