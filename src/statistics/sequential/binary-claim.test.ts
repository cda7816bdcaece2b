// Goal: the evidence of a binary claim is what the published formulas give, whoever recomputes it.
// Method: worked figures of the specification, and properties over random counts.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logSumExp } from '../numerics/log-sums.ts';
import {
  defaultBinaryClaimDesign,
  defaultBreakOffsets,
  defaultSupportOffsets,
  logBreakE,
  logSupportE,
  prepareBinaryClaim,
  whatIsNeeded,
} from './binary-claim.ts';
import { binaryConfidenceSequence } from './binary-confidence-sequence.ts';

const claim = prepareBinaryClaim(defaultBinaryClaimDesign(0.9));

const counts = fc
  .tuple(fc.integer({ min: 1, max: 3000 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([n, share]) => ({ n, k: Math.round(n * share) }));
const bounds = fc.double({ min: 0.01, max: 0.99, noNaN: true });

describe('the evidence of a binary claim', () => {
  it.each([
    [1, 1, 0.8505618783],
    [1, 0, 2.344943096],
    [30, 24, 2.201108452],
    [100, 82, 7.630473672],
    [350, 300, 7.953302414],
    [3, 0, 24.09855],
    [500, 415, 18977.405],
  ])('to break "at least .90" with %i cases and %i hits is the worked figure', (n, k, expected) => {
    expect(Math.exp(logBreakE(claim, n, k)) / expected).toBeCloseTo(1, 6);
  });

  it.each([
    [100, 97, 16.8198697],
    [350, 333, 183.8208375],
    [45, 45, 20.4114],
  ])('to support "at least .90" with %i cases and %i hits is the worked figure', (n, k, expected) => {
    expect(Math.exp(logSupportE(claim, n, k)) / expected).toBeCloseTo(1, 5);
  });

  it('is 1 before the first case', () => {
    expect(logBreakE(claim, 0, 0)).toBeCloseTo(0, 14);
    expect(logSupportE(claim, 0, 0)).toBeCloseTo(0, 14);
  });

  it('equals the product of its per-case factors in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 200 }), (outcomes) => {
        const products = Float64Array.from(claim.break.alternatives, () => -Math.log(12));
        for (const hit of outcomes) {
          products.forEach((value, j) => {
            products[j] = value + (hit ? claim.break.logHit[j]! : claim.break.logMiss[j]!);
          });
        }
        const k = outcomes.filter(Boolean).length;
        expect(logBreakE(claim, outcomes.length, k)).toBeCloseTo(logSumExp(products), 9);
      }),
    );
  });

  it('keeps every alternative inside (0, 1) for every bound', () => {
    fc.assert(
      fc.property(bounds, (bound) => {
        expect(defaultBreakOffsets(bound).every((offset) => bound - offset > 0 && offset > 0)).toBe(true);
        expect(defaultSupportOffsets(bound).every((offset) => bound + offset < 1 && offset > 0)).toBe(true);
      }),
    );
  });

  it('has expectation at most 1 for one more case wherever the claim holds', () => {
    fc.assert(
      fc.property(bounds, fc.double({ min: 0, max: 1, noNaN: true }), (bound, position) => {
        const { break: breaking, support } = prepareBinaryClaim(defaultBinaryClaimDesign(bound));
        const holding = bound + position * (1 - bound);
        const failing = bound * position;
        for (let j = 0; j < 12; j++) {
          const under = (theta: number, mix: typeof breaking) =>
            theta * Math.exp(mix.logHit[j]!) + (1 - theta) * Math.exp(mix.logMiss[j]!);
          expect(under(holding, breaking)).toBeLessThanOrEqual(1 + 1e-12);
          expect(under(failing, support)).toBeLessThanOrEqual(1 + 1e-12);
        }
      }),
    );
  });
});

describe('what is needed to decide', () => {
  it('is 3 misses in a row, or 45 hits in a row, for a fresh claim at .90 and level .05', () => {
    expect(whatIsNeeded(claim, { n: 0, k: 0 }, 0.05)).toEqual({ missesToBreak: 3, hitsToConfirm: 45 });
  });

  it('is the smallest number: one less does not decide', () => {
    fc.assert(
      fc.property(counts, ({ n, k }) => {
        const level = Math.log(20);
        const { missesToBreak, hitsToConfirm } = whatIsNeeded(claim, { n, k }, 0.05);
        expect(logBreakE(claim, n + missesToBreak, k)).toBeGreaterThanOrEqual(level);
        expect(logSupportE(claim, n + hitsToConfirm, k + hitsToConfirm)).toBeGreaterThanOrEqual(level);
        if (missesToBreak > 0) expect(logBreakE(claim, n + missesToBreak - 1, k)).toBeLessThan(level);
        if (hitsToConfirm > 0) {
          expect(logSupportE(claim, n + hitsToConfirm - 1, k + hitsToConfirm - 1)).toBeLessThan(level);
        }
      }),
    );
  });
});

describe('the confidence sequence of a binary claim', () => {
  it.each([
    [350, 313, 0.83663605, 0.9395197],
    [30, 27, 0.64717072, 0.99536807],
    [30, 30, 0.82354139, 1],
  ])('of %i cases with %i hits is the worked interval', (n, k, lower, upper) => {
    const sequence = binaryConfidenceSequence({ n, k });
    expect(sequence).toMatchObject({ estimable: true, value: k / n, n, level: 0.95, approximate: false });
    if (!sequence.estimable) return;
    expect(Math.abs(sequence.lower - lower)).toBeLessThan(1e-8);
    expect(Math.abs(sequence.upper - upper)).toBeLessThan(1e-8);
  });

  it('is not estimable before the first label', () => {
    expect(binaryConfidenceSequence({ n: 0, k: 0 })).toEqual({ estimable: false, n: 0, because: 'no labels yet' });
  });

  it('contains its estimate, stays inside [0, 1], is mirrored, and widens as the level rises', () => {
    fc.assert(
      fc.property(counts, ({ n, k }) => {
        const at95 = binaryConfidenceSequence({ n, k });
        const at99 = binaryConfidenceSequence({ n, k }, { alpha: 0.01 });
        const mirrored = binaryConfidenceSequence({ n, k: n - k });
        if (!at95.estimable || !at99.estimable || !mirrored.estimable) throw new Error('all are estimable');
        expect(at95.lower).toBeLessThanOrEqual(at95.value);
        expect(at95.upper).toBeGreaterThanOrEqual(at95.value);
        expect(at95.lower).toBeGreaterThanOrEqual(0);
        expect(at95.upper).toBeLessThanOrEqual(1);
        expect(at99.lower).toBeLessThanOrEqual(at95.lower);
        expect(at99.upper).toBeGreaterThanOrEqual(at95.upper);
        expect(1 - mirrored.upper).toBeCloseTo(at95.lower, 9);
      }),
    );
  });
});
