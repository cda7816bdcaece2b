// Goal: an update is judged against another version at any time, at its level; asymptotic sequences say what they are.
// Method: seeded simulation at the margin and away from it; oracle figures of the asymptotic formula.
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import {
  asymptoticConfidenceSequence,
  asymptoticMargin,
  asymptoticRhoSquared,
} from './asymptotic-confidence-sequence.ts';
import { boundedLogE } from './bounded-claims.ts';
import {
  newPairedComparisonState,
  pairedComparison,
  readPairedComparison,
  stepPairedComparison,
} from './paired-comparison.ts';

const comparison = pairedComparison({ margin: 0.05 });

/** Paired 0/1 losses: old errs at .10; the new version errs besides with `worse`, and repairs errors with `better`. */
function simulate(seed: string, worse: number, better: number, cases: number) {
  const random = seededRandom(seed);
  const state = newPairedComparisonState(comparison);
  let highestBreak = -Infinity;
  let highestSupport = -Infinity;
  for (let i = 0; i < cases; i++) {
    const lossOld = random() < 0.1 ? 1 : 0;
    const lossNew = lossOld === 1 ? (random() < better ? 0 : 1) : random() < worse ? 1 : 0;
    stepPairedComparison(comparison, state, { lossNew, lossOld });
    highestBreak = Math.max(highestBreak, boundedLogE(comparison.breaking, state.breaking));
    highestSupport = Math.max(highestSupport, boundedLogE(comparison.support, state.support));
  }
  return { highestBreak, highestSupport, reading: readPairedComparison(comparison, state) };
}

describe('a paired comparison of two versions', () => {
  it('confirms non-inferiority of an equal version, and finds a worse one', () => {
    expect(simulate('equal', 0.01, 0.09, 1500).highestSupport).toBeGreaterThan(Math.log(20));
    const worse = simulate('worse', 0.2, 0, 800);
    expect(worse.highestBreak).toBeGreaterThan(Math.log(20));
    expect(worse.reading.difference).toMatchObject({ estimable: true, n: 800 });
    if (worse.reading.difference.estimable) expect(worse.reading.difference.lower).toBeGreaterThan(0.05);
  });

  it('errs in at most 5 % of runs on either side at the margin itself, with looks at every case', () => {
    // The difference of mean losses is .9 w = .05 with w = .05/.9 and no repairs: on the margin both claims are true.
    let wrongBreak = 0;
    let wrongSupport = 0;
    for (let run = 0; run < 300; run++) {
      const { highestBreak, highestSupport } = simulate(`margin ${run}`, 0.05 / 0.9, 0, 400);
      if (highestBreak >= Math.log(20)) wrongBreak++;
      if (highestSupport >= Math.log(20)) wrongSupport++;
    }
    expect(wrongBreak / 300).toBeLessThanOrEqual(0.05);
    expect(wrongSupport / 300).toBeLessThanOrEqual(0.05);
  });
});

describe('an asymptotic confidence sequence', () => {
  it('has the oracle constants', () => {
    expect(asymptoticRhoSquared(350, 0.05)).toBeCloseTo(0.02346276589162358, 12);
    const margin = asymptoticMargin({ n: 100, tOpt: 350, alpha: 0.05 });
    expect(margin).toBeCloseTo(0.3204327049207958, 12);
  });

  it('is approximate, contains its estimate, and stays inside the range of the figure', () => {
    const sequence = asymptoticConfidenceSequence({ value: 0.97, variance: 0.03 ** 2, n: 200, events: 60 });
    expect(sequence).toMatchObject({ estimable: true, approximate: true, upper: 1 });
    if (sequence.estimable) expect(sequence.lower).toBeLessThan(0.97);
  });

  it('is not estimable below 150 cases, 40 events, or with one class', () => {
    const figure = { value: 0.9, variance: 0.001 };
    expect(asymptoticConfidenceSequence({ ...figure, n: 149, events: 60 })).toMatchObject({ estimable: false });
    expect(asymptoticConfidenceSequence({ ...figure, n: 400, events: 39 })).toMatchObject({ estimable: false });
    expect(asymptoticConfidenceSequence({ ...figure, n: 400, events: 400 })).toMatchObject({
      because: 'one class only',
    });
  });
});
