// Goal: every bounded claim has a valid e-process, whose evidence is recomputed from counts, and a fitting interval.
// Method: the factor's expectation at the edge of each claim; counts against increments; seeded coverage.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import { emptyGroupPairing, pairNext } from '../groups/group-pairing.ts';
import {
  type AuditCell,
  type AuditedCase,
  auditedSensitivityFamily,
  auditedSensitivityLogE,
  auditedSensitivitySequence,
} from '../outcomes/audited-sensitivity.ts';
import {
  type BoundedFamily,
  boundedAlternatives,
  boundedFactors,
  boundedLogE,
  boundedLogEFromCounts,
  leadingComponent,
  newBoundedState,
  stepBounded,
} from './bounded-claims.ts';
import {
  calibrationInTheLargeFamily,
  groupGapFamily,
  lesionSensitivityFamily,
  meanCountBreakFamily,
  meanCountSupportFamily,
  meanLossFamily,
  observedOverExpectedFamily,
  pairedLossDifferenceFamily,
} from './bounded-families.ts';
import {
  calibrationInTheLargeSequence,
  forecastSequenceDesign,
  newForecastSequenceState,
  observedOverExpectedSequence,
  stepForecastSequence,
} from './forecast-confidence-sequences.ts';
import { stateFromBytes, stateToBytes } from './state-bytes.ts';

type Law<O> = readonly (readonly [probability: number, observation: O])[];

const audit = { piMinPositive: 1, piMinNegative: 0.1 };

function auditLaw(sensitivity: number): Law<AuditedCase> {
  const diseased = 0.3;
  const at = (isPositive: boolean, isVerified: boolean, isDiseased: boolean) => ({
    isPositive,
    isVerified,
    isDiseased,
    pi: isPositive ? 1 : 0.1,
  });
  return [
    [diseased * sensitivity, at(true, true, true)],
    [diseased * (1 - sensitivity) * 0.1, at(false, true, true)],
    [diseased * (1 - sensitivity) * 0.9, at(false, false, true)],
    [0.7, at(false, false, false)],
  ];
}

const bernoulli = (p: number): Law<number> => [
  [p, 1],
  [1 - p, 0],
];
const forecast = (p: number, truth: number): Law<{ p: number; y: 0 | 1 }> => [
  [truth, { p, y: 1 }],
  [1 - truth, { p, y: 0 }],
];
const pairs = (a: number, b: number): Law<{ group: number; rest: number }> => [
  [a * b, { group: 1, rest: 1 }],
  [a * (1 - b), { group: 1, rest: 0 }],
  [(1 - a) * b, { group: 0, rest: 1 }],
  [(1 - a) * (1 - b), { group: 0, rest: 0 }],
];
const losses = (a: number, b: number): Law<{ lossNew: number; lossOld: number }> =>
  pairs(a, b).map(([probability, { group, rest }]) => [probability, { lossNew: group, lossOld: rest }]);

/** The largest expectation, over laws at the edge of the null, of the worst component's factors. */
function worstExpectation<O>(family: BoundedFamily<O>, laws: readonly Law<O>[]): number {
  let worst = 0;
  family.components.forEach((component) => {
    for (const law of laws) {
      for (const kappa of family.kappas) {
        const mean = law.reduce((sum, [p, o]) => sum + p * (1 - (kappa * component.z(o)) / component.zMax), 0);
        worst = Math.max(worst, mean);
      }
    }
  });
  return worst;
}

describe('the factors of a bounded claim', () => {
  it('have expectation at most 1 everywhere in the claim that they test', () => {
    const half = [0.2, 0.5].flatMap((p) => [-0.05, 0, 0.05].map((gap) => forecast(p, p + gap)));
    expect(worstExpectation(calibrationInTheLargeFamily('break', 0.05), half)).toBeLessThanOrEqual(1 + 1e-12);
    const ratio = [0.2, 0.5].flatMap((p) => [0.8, 1, 1.25].map((r) => forecast(p, p * r)));
    expect(worstExpectation(observedOverExpectedFamily('break'), ratio)).toBeLessThanOrEqual(1 + 1e-12);
    expect(worstExpectation(pairedLossDifferenceFamily('break', 0.1), [losses(0.4, 0.3)])).toBeLessThanOrEqual(
      1 + 1e-12,
    );
    expect(worstExpectation(pairedLossDifferenceFamily('support', 0.1), [losses(0.4, 0.3)])).toBeLessThanOrEqual(
      1 + 1e-12,
    );
    const within = [pairs(0.8, 0.9), pairs(0.9, 0.8), pairs(0.85, 0.85)];
    expect(worstExpectation(groupGapFamily('break', 0.1), within)).toBeLessThanOrEqual(1 + 1e-12);
    const manyCounts: Law<number> = [
      [0.9, 0],
      [0.1, 5],
    ];
    expect(worstExpectation(meanCountBreakFamily(0.5), [manyCounts])).toBeLessThanOrEqual(1 + 1e-12);
    expect(worstExpectation(meanCountSupportFamily(0.5, 6), [manyCounts])).toBeLessThanOrEqual(1 + 1e-12);
    expect(worstExpectation(meanLossFamily('break', 0.2), [bernoulli(0.2)])).toBeLessThanOrEqual(1 + 1e-12);
    expect(worstExpectation(meanLossFamily('support', 0.2), [bernoulli(0.2)])).toBeLessThanOrEqual(1 + 1e-12);
    expect(worstExpectation(auditedSensitivityFamily('break', 0.9, audit), [auditLaw(0.9)])).toBeLessThanOrEqual(
      1 + 1e-12,
    );
    expect(worstExpectation(auditedSensitivityFamily('support', 0.9, audit), [auditLaw(0.9)])).toBeLessThanOrEqual(
      1 + 1e-12,
    );
  });

  it('refute one side of a tolerance each, and confirm it only when both are refuted', () => {
    const breaking = calibrationInTheLargeFamily('break', 0.02);
    const support = calibrationInTheLargeFamily('support', 0.1);
    const [broken, confirmed] = [newBoundedState(breaking), newBoundedState(support)];
    for (let i = 0; i < 1500; i++) {
      stepBounded(breaking, broken, { p: 0.3, y: i % 2 === 0 ? 1 : 0 });
      stepBounded(support, confirmed, { p: 0.5, y: i % 2 === 0 ? 1 : 0 });
    }
    expect(boundedLogE(breaking, broken)).toBeGreaterThan(Math.log(20));
    expect(leadingComponent(breaking, broken)).toBe(0);
    expect(boundedLogE(support, confirmed)).toBeGreaterThan(Math.log(20));
    for (let i = 0; i < 1500; i++) stepBounded(support, confirmed, { p: 0.5, y: 1 });
    expect(boundedLogE(support, confirmed)).toBeLessThan(0);
  });

  it('refuse an observation beyond the declared bound', () => {
    const family = meanCountSupportFamily(0.5, 3);
    expect(() => stepBounded(family, newBoundedState(family), 4)).toThrow(/exceeds the bound/);
  });

  it('of a lesion claim count each patient once', () => {
    const family = lesionSensitivityFamily('break', 0.8);
    const state = newBoundedState(family);
    stepBounded(family, state, { lesions: 4, found: 4 });
    expect(state[0]).toBe(1);
    expect(boundedLogE(family, state)).toBeLessThan(0);
  });

  it('for a detector equal the steps of the process', () => {
    const family = observedOverExpectedFamily('break');
    const state = newBoundedState(family);
    const factors = boundedFactors(family, { p: 0.4, y: 1 }, new Float64Array(boundedAlternatives(family)));
    stepBounded(family, state, { p: 0.4, y: 1 });
    factors.forEach((factor, j) => {
      expect(Math.log(factor)).toBeCloseTo(state[1 + j]!, 14);
    });
  });
});

describe('a bounded process', () => {
  const family = pairedLossDifferenceFamily('break', 0.05);
  const row = fc.array(
    fc.record({ lossNew: fc.integer({ min: 0, max: 1 }), lossOld: fc.integer({ min: 0, max: 1 }) }),
    {
      maxLength: 100,
    },
  );

  it('replayed from any checkpoint equals its increments, bit for bit', () => {
    fc.assert(
      fc.property(row, fc.nat(), (observations, cutAt) => {
        const cut = cutAt % (observations.length + 1);
        const whole = newBoundedState(family);
        for (const each of observations) stepBounded(family, whole, each);
        const part = newBoundedState(family);
        for (const each of observations.slice(0, cut)) stepBounded(family, part, each);
        const restored = stateFromBytes(stateToBytes(part), whole.length);
        for (const each of observations.slice(cut)) stepBounded(family, restored, each);
        expect(stateToBytes(restored)).toEqual(stateToBytes(whole));
      }),
    );
  });

  it('is recomputed from counts', () => {
    fc.assert(
      fc.property(row, (observations) => {
        const state = newBoundedState(family);
        for (const each of observations) stepBounded(family, state, each);
        const cells = observations.map((observation) => ({ observation, count: 1 }));
        expect(boundedLogEFromCounts(family, cells)).toBeCloseTo(boundedLogE(family, state), 9);
      }),
    );
  });
});

describe('audited sensitivity', () => {
  const cells: AuditCell[] = [
    { isPositive: true, pi: 1, count: 180 },
    { isPositive: false, pi: 0.1, count: 4 },
  ];

  it('is estimated by weights, inside its confidence sequence', () => {
    const sequence = auditedSensitivitySequence(cells, audit);
    if (!sequence.estimable) throw new Error('it is estimable');
    expect(sequence.value).toBeCloseTo(180 / 220, 12);
    expect(sequence.lower).toBeLessThan(sequence.value);
    expect(sequence.upper).toBeGreaterThan(sequence.value);
    expect(sequence.upper).toBeLessThan(1);
  });

  it('has a sequence that is dual to its e-processes', () => {
    const sequence = auditedSensitivitySequence(cells, audit);
    if (!sequence.estimable) throw new Error('it is estimable');
    const breakAt = auditedSensitivityLogE(auditedSensitivityFamily('break', sequence.upper, audit), cells);
    expect(breakAt).toBeCloseTo(Math.log(40), 6);
    const supportAt = (bound: number) =>
      auditedSensitivityLogE(auditedSensitivityFamily('support', bound, audit), cells);
    expect(supportAt(sequence.lower + 1e-6)).toBeLessThan(Math.log(40));
  });

  it('is not estimable before a verified case of disease', () => {
    expect(auditedSensitivitySequence([], audit)).toMatchObject({ estimable: false, n: 0 });
  });

  it('is covered at every look in most runs, with a tenth of the AI-negatives verified', () => {
    const random = seededRandom('audit');
    let wrong = 0;
    for (let run = 0; run < 200; run++) {
      const [found, missed] = [
        { isPositive: true, pi: 1, count: 0 },
        { isPositive: false, pi: 0.1, count: 0 },
      ];
      let isWrong = false;
      for (let i = 1; i <= 600; i++) {
        if (random() < 0.85) found.count++;
        else if (random() < 0.1) missed.count++;
        if (i % 50 !== 0 || isWrong) continue;
        const sequence = auditedSensitivitySequence([found, missed], audit);
        isWrong = sequence.estimable && (sequence.lower > 0.85 || sequence.upper < 0.85);
      }
      if (isWrong) wrong++;
    }
    expect(wrong / 200).toBeLessThanOrEqual(0.05);
  });
});

describe('the intervals of calibration', () => {
  const design = forecastSequenceDesign({ tOpt: 350 });

  it('cover the truth at every look in at least 95 % of runs', () => {
    const random = seededRandom('forecast intervals');
    let wrong = 0;
    for (let run = 0; run < 200; run++) {
      const state = newForecastSequenceState();
      let expected = 0;
      let predicted = 0;
      let isWrong = false;
      for (let i = 1; i <= 800; i++) {
        const p = random();
        const truth = p ** 1.2;
        expected += truth;
        predicted += p;
        stepForecastSequence(design, state, { p, y: random() < truth ? 1 : 0 });
        if (i % 25 !== 0 || isWrong) continue;
        const ratio = observedOverExpectedSequence(design, state);
        const gap = calibrationInTheLargeSequence(design, state);
        if (!ratio.estimable || !gap.estimable) throw new Error('both are estimable');
        const average = (expected - predicted) / i;
        isWrong = gap.lower > average || gap.upper < average;
        isWrong ||= ratio.lower > expected / predicted || ratio.upper < expected / predicted;
      }
      if (isWrong) wrong++;
    }
    expect(wrong / 200).toBeLessThanOrEqual(0.05);
  });

  it('are not estimable before the first label', () => {
    expect(observedOverExpectedSequence(design, newForecastSequenceState())).toMatchObject({ estimable: false });
  });
});

describe('pairing of a group with the rest', () => {
  it('pairs every case at most once, in order of maturity', () => {
    const matured = [
      { isInGroup: false, outcome: 0.1 },
      { isInGroup: false, outcome: 0.2 },
      { isInGroup: true, outcome: 0.3 },
      { isInGroup: true, outcome: 0.4 },
      { isInGroup: true, outcome: 0.5 },
    ];
    let pairing = emptyGroupPairing;
    const found = matured.map((each) => {
      const next = pairNext(pairing, each);
      pairing = next.pairing;
      return next.pair;
    });
    expect(found).toEqual([undefined, undefined, { group: 0.3, rest: 0.1 }, { group: 0.4, rest: 0.2 }, undefined]);
    expect(pairing).toEqual({ waitingGroup: [0.5], waitingRest: [] });
  });
});
