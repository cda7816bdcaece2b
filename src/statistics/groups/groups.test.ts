// Goal: groups are compared honestly: together, beside their shrunk rates, and with what could not have been seen.
// Method: statsmodels and NumPy figures, enumeration of all sets for closed e-BH, properties, seeded simulation.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import { readOwnOracle } from '../oracle.testing.ts';
import { closedEBenjaminiHochberg } from './closed-e-bh.ts';
import { groupStanding, minimumDetectableGap, readGapClaim } from './gap-claims.ts';
import { sidakIntervals, simultaneousSequences, suppressSmallCells } from './group-intervals.ts';
import { eBenjaminiHochberg } from './multiplicity.ts';
import { betaBinomialShrinkage, logitShrinkage, randomEffects } from './shrinkage.ts';

const own = readOwnOracle<{
  n: number[];
  k: number[];
  effects: number[];
  variances: number[];
  random_effects: Record<'dersimonian-laird' | 'paule-mandel', { tau2: number; centre: number; se: number }>;
  beta: { gamma: number; shrunk: number[] };
  closed_ebh: { e: number[]; rejected: number[] }[];
}>('groups/figures.json');
const groups = own.n.map((n, i) => ({ group: `g${i}`, n, k: own.k[i]! }));

function found<T extends { estimable: boolean }>(result: T): Extract<T, { estimable: true }> {
  if (!result.estimable) throw new Error(JSON.stringify(result));
  return result as Extract<T, { estimable: true }>;
}

describe('random effects', () => {
  it.each(['dersimonian-laird', 'paule-mandel'] as const)("are statsmodels', %s", (method) => {
    const fit = found(randomEffects(own.effects, own.variances, method));
    const expected = own.random_effects[method];
    expect(fit.spread).toBeCloseTo(expected.tau2, 6);
    expect(fit.centre).toBeCloseTo(expected.centre, 6);
    expect(fit.standardError).toBeCloseTo(expected.se, 6);
  });

  it('pool all where groups do not differ', () => {
    expect(found(randomEffects([1, 1, 1], [1, 2, 3])).spread).toBe(0);
    expect(randomEffects([1], [1])).toMatchObject({ because: 'fewer than two groups have cases' });
  });
});

describe('shrinkage', () => {
  it("is Kleinman's for the beta-binomial", () => {
    const fit = found(betaBinomialShrinkage(groups));
    expect(fit.spread).toBeCloseTo(own.beta.gamma, 12);
    fit.groups.forEach(({ shrunk }, i) => {
      expect(found(shrunk).value).toBeCloseTo(own.beta.shrunk[i]!, 12);
    });
  });

  it('moves every group to the centre, never past it, and the smallest most', () => {
    for (const fit of [found(betaBinomialShrinkage(groups)), found(logitShrinkage(groups))]) {
      const share = fit.groups.map(({ raw, shrunk }) => {
        const [from, to] = [found(raw).value - fit.centre, found(shrunk).value - fit.centre];
        return to / from;
      });
      expect(share[3]).toBe(Math.min(...share.map(Math.abs)));
    }
  });

  it('is an Estimate or not-estimable for any counts, and contains its value', () => {
    const count = fc.tuple(fc.nat(12), fc.nat(12)).map(([a, b]) => ({ group: 'g', n: a + b, k: a }));
    fc.assert(
      fc.property(fc.array(count, { maxLength: 6 }), (list) => {
        for (const fit of [betaBinomialShrinkage(list), logitShrinkage(list)]) {
          if (!fit.estimable) continue;
          for (const { shrunk } of fit.groups) {
            if (!shrunk.estimable) continue;
            expect(shrunk.lower).toBeLessThanOrEqual(shrunk.value);
            expect(shrunk.upper).toBeGreaterThanOrEqual(shrunk.value);
            expect(shrunk.lower).toBeGreaterThanOrEqual(0);
            expect(shrunk.upper).toBeLessThanOrEqual(1);
          }
        }
      }),
    );
  });
});

describe('simultaneous intervals', () => {
  it('are wider the more groups there are, and a group with nobody has none', () => {
    const alone = found(simultaneousSequences(groups.slice(0, 1))[0]!.estimate);
    const together = found(simultaneousSequences(groups)[0]!.estimate);
    expect(together.lower).toBeLessThan(alone.lower);
    expect(together.upper).toBeGreaterThan(alone.upper);
    const nobody = [...groups, { group: 'nobody', n: 0, k: 0 }];
    expect(simultaneousSequences(nobody)[6]!.estimate).toMatchObject({ because: 'nobody in this group' });
    expect(sidakIntervals(nobody)[6]!.estimate).toMatchObject({ because: 'nobody in this group' });
  });

  it('of Šidák hold all together in at least 1 − α', () => {
    const random = seededRandom('sidak');
    let wrong = 0;
    for (let run = 0; run < 400; run++) {
      const drawn = Array.from({ length: 5 }, (_, g) => {
        const k = Array.from({ length: 40 }, () => (random() < 0.8 ? 1 : 0)).reduce<number>((a, b) => a + b, 0);
        return { group: `${g}`, n: 40, k };
      });
      const misses = sidakIntervals(drawn).filter(
        ({ estimate }) => estimate.estimable && (estimate.lower > 0.8 || estimate.upper < 0.8),
      );
      if (misses.length > 0) wrong++;
    }
    expect(wrong / 400).toBeLessThanOrEqual(0.05);
  });

  it('leave small cells out of exports', () => {
    const rows = [
      { group: 'a', n: 10, k: 3 },
      { group: 'b', n: 9, k: 3 },
      { group: 'c', n: 0, k: 0 },
    ];
    expect(suppressSmallCells(rows)).toEqual([rows[0], { group: 'b', suppressed: true }, rows[2]]);
  });
});

describe('gap claims', () => {
  it('average over groups, and name a group at G/α', () => {
    const reading = readGapClaim(
      [
        { group: 'a', logE: Math.log(50) },
        { group: 'b', logE: Math.log(1) },
      ],
      0.05,
    );
    expect(Math.exp(reading.logE)).toBeCloseTo(25.5, 10);
    expect(reading).toMatchObject({ isBroken: true, named: ['a'] });
  });

  it('know the smallest gap that they could have found', () => {
    expect(found(minimumDetectableGap({ group: 200, rest: 800, rate: 0.8 })).value).toBeCloseTo(
      (1.959963984540054 + 0.8416212335729143) * Math.sqrt(0.16 * (1 / 200 + 1 / 800)),
      12,
    );
    expect(minimumDetectableGap({ group: 0, rest: 10, rate: 0.8 })).toMatchObject({ because: 'nobody in this group' });
    expect(minimumDetectableGap({ group: 5, rest: 10, rate: 1 })).toMatchObject({ because: 'the rate is 0 or 1' });
  });

  it('say "insufficient evidence" with the time it would take', () => {
    const design = { group: 40, rest: 400, rate: 0.8 };
    const standing = groupStanding(design, { isGapFound: false, gap: 0.1, casesAMonth: 7 });
    if (standing.state !== 'insufficient evidence') throw new Error(standing.state);
    const more = design.group + standing.casesNeeded;
    const enough = found(minimumDetectableGap({ group: more, rest: more * 10, rate: 0.8 })).value;
    expect(enough).toBeLessThanOrEqual(0.1);
    expect(standing.monthsNeeded).toBeCloseTo(standing.casesNeeded / 7, 12);
    expect(groupStanding(design, { isGapFound: false, gap: 0.5 }).state).toBe('no gap found');
    expect(groupStanding(design, { isGapFound: true, gap: 0.1 }).state).toBe('gap');
  });
});

describe('closed e-BH', () => {
  it('rejects as many as the enumeration of all sets', () => {
    for (const { e, rejected } of own.closed_ebh) {
      const mine = closedEBenjaminiHochberg(e.map(Math.log), 0.1);
      expect(mine.filter(Boolean).length).toBe(rejected.length);
    }
  });

  it('never rejects less than e-BH, and rejects more with more evidence', () => {
    const logEs = fc.array(fc.double({ min: -3, max: 8, noNaN: true }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(logEs, fc.nat(11), (list, at) => {
        const closed = closedEBenjaminiHochberg(list, 0.1);
        eBenjaminiHochberg(list, 0.1).forEach((isRejected, i) => {
          if (isRejected) expect(closed[i]).toBe(true);
        });
        const more = list.map((logE, i) => (i === at ? logE + 1 : logE));
        const after = closedEBenjaminiHochberg(more, 0.1).filter(Boolean).length;
        expect(after).toBeGreaterThanOrEqual(closed.filter(Boolean).length);
      }),
    );
    expect(closedEBenjaminiHochberg([], 0.1)).toEqual([]);
    expect(closedEBenjaminiHochberg([Infinity, -Infinity], 0.05)).toEqual([true, false]);
  });
});
