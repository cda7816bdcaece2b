// Goal: what must hold of every figure whatever the data: intervals contain their figure and nest in α, order does not
// matter where it must not, and two halves make the whole. Method: fast-check over small data with many ties.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import * as room from './index.ts';

const datum = fc.tuple(
  fc.integer({ min: 0, max: 20 }).map((value) => value / 20),
  fc.constantFrom(0, 1),
);
const data = fc.array(datum, { minLength: 4, maxLength: 60 });
const split = (list: readonly (readonly [number, number])[]) => ({
  s: list.map(([s]) => s),
  y: list.map(([, y]) => y),
});

/** Figures with an interval at a level, from scores in [0, 1] and outcomes. */
const withIntervals: Record<string, (s: number[], y: number[], level: number) => room.Estimate> = {
  auroc: (s, y, level) => room.auroc(s, y, { level }),
  averagePrecision: room.averagePrecisionInterval,
  brier: room.brierScore,
  scaledBrier: room.scaledBrierScore,
  'observed/expected': (s, y, level) => room.observedExpectedRatio({ probabilities: s, events: y }, level),
  'calibration slope': (s, y, level) => room.calibrationSlope({ probabilities: s, events: y }, level),
  "Cohen's kappa": (s, y, level) => room.cohenKappa(s.map(Math.round), y, { level }),
  'net benefit': (s, y, level) => {
    const curve = room.decisionCurve(s, y, { thresholds: [0.3], level });
    return curve.estimable ? curve.points[0]!.model : curve;
  },
  sensitivity: (s, y, level) => {
    const point = room.operatingPoint(s, y, { threshold: 0.5, level });
    return point.estimable ? point.sensitivity : point;
  },
  'standardised rate': (s, y, level) => {
    const strata = [0, 1].map((half) => {
      const inside = y.filter((_, i) => Math.round(s[i]!) === half);
      return { stratum: `${half}`, weight: 1, n: inside.length, k: inside.filter((one) => one === 1).length };
    });
    return room.standardisedRate(strata, level).standardised;
  },
  'binary confidence sequence': (_, y, level) =>
    room.binaryConfidenceSequence({ n: y.length, k: y.filter((one) => one === 1).length }, { alpha: 1 - level }),
};

describe.each(Object.entries(withIntervals))('%s', (_, figure) => {
  it('lies in its interval, which widens with the level, in any order of cases', () => {
    fc.assert(
      fc.property(data, fc.integer(), (list, seed) => {
        const { s, y } = split(list);
        const [narrow, wide] = [figure(s, y, 0.8), figure(s, y, 0.95)];
        expect(narrow.estimable).toBe(wide.estimable);
        if (!narrow.estimable || !wide.estimable) return;
        const slack = 1e-9 * Math.max(1, Math.abs(wide.value));
        expect(narrow.lower).toBeLessThanOrEqual(narrow.value);
        expect(narrow.upper).toBeGreaterThanOrEqual(narrow.value);
        expect(wide.lower).toBeLessThanOrEqual(narrow.lower + slack);
        expect(wide.upper).toBeGreaterThanOrEqual(narrow.upper - slack);
        const random = seededRandom(`${seed}`);
        const other = split(
          [...list]
            .map((one) => ({ one, at: random() }))
            .sort((a, b) => a.at - b.at)
            .map(({ one }) => one),
        );
        const shuffled = figure(other.s, other.y, 0.8);
        if (!shuffled.estimable) throw new Error(shuffled.because);
        expect(Math.abs(shuffled.value - narrow.value)).toBeLessThanOrEqual(slack);
        expect(Math.abs(shuffled.upper - narrow.upper)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(narrow.upper)));
      }),
      { numRuns: 60 },
    );
  });
});

describe('two halves make the whole', () => {
  it('for the score grid: every figure of the merged grid is that of the grid of all', () => {
    fc.assert(
      fc.property(data, data, (first, second) => {
        const grid = (list: typeof first) => room.scoreGridOf(split(list).s, split(list).y, 100);
        const merged = room.mergeScoreGrids([grid(first), grid(second)]);
        const whole = grid([...first, ...second]);
        expect(merged).toEqual(whole);
        expect(room.scoreGridDeLong(merged)).toEqual(room.scoreGridDeLong(whole));
        expect(room.scoreGridCorp(merged)).toEqual(room.scoreGridCorp(whole));
      }),
      { numRuns: 40 },
    );
  });

  it('for binary and bounded claims: evidence of added counts is that of all cases, in any order', () => {
    const claim = room.prepareBinaryClaim(room.defaultBinaryClaimDesign(0.9));
    const family = room.meanLossFamily('break', 0.2);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 1), { maxLength: 40 }), fc.nat(40), (losses, at) => {
        const state = room.newBoundedState(family);
        for (const loss of losses) room.stepBounded(family, state, loss);
        const [first, second] = [losses.slice(0, at), losses.slice(at)];
        const count = (list: number[], of: number) => list.filter((one) => one === of).length;
        const cells = [0, 1].map((of) => ({ observation: of, count: count(first, of) + count(second, of) }));
        expect(room.boundedLogEFromCounts(family, cells)).toBeCloseTo(room.boundedLogE(family, state), 10);
        const n = losses.length;
        const product = room.logBreakE(claim, n, count(losses, 0));
        expect(room.logBreakE(claim, first.length + second.length, count(first, 0) + count(second, 0))).toBe(product);
      }),
      { numRuns: 60 },
    );
  });
});
