// Goal: betting on bounded means gives the numbers of the published package, and pools without replacement are closed.
// Method: confseq_gold.json, every value; seeded draws from a finite pool.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import type { Estimate } from '../estimate.ts';
import {
  approximateKelly,
  type BettingStrategy,
  bettingLogWealth,
  diversifiedKelly,
  empiricalBernsteinBetting,
  gridMixture,
  newBettingState,
  stepBetting,
} from './betting.ts';
import {
  type BettingSequenceDesign,
  bettingConfidenceSequence,
  newBettingSequenceState,
  stepBettingSequence,
} from './betting-confidence-sequence.ts';
import { meanConfidenceSequence, newMeanSequenceState, stepMeanSequence } from './mean-confidence-sequence.ts';
import { empiricalBernsteinBet, stepPredictable } from './predictable-estimates.ts';
import {
  newPredictableMixtureState,
  type PredictableMixtureDesign,
  predictableMixtureSequence,
  stepPredictableMixture,
} from './predictable-mixture.ts';
import { stateFromBytes, stateToBytes } from './state-bytes.ts';

type Ends = Record<string, [number, number]>;
type Oracle = { x: Record<string, number[]>; expected: Record<string, Record<string, Ends & Record<string, number>>> };

const file = resolve(process.env.HORTUS_SHARED_DATA ?? '../shared/data', 'oracles/confseq_gold.json');
const isOracleAbsent = !existsSync(file);
if (isOracleAbsent) console.warn(`skipped: the confseq oracle is absent (${file})`);
const oracle: Oracle = isOracleAbsent ? { x: {}, expected: {} } : JSON.parse(readFileSync(file, 'utf8'));
const looks = [10, 50, 100, 200, 500];

/** Compares the interval after each look with the oracle's ends. */
function expectEnds(name: string, xs: number[], expected: Ends, sequence: (x: number) => () => Estimate): void {
  xs.forEach((x, i) => {
    const read = sequence(x);
    if (!looks.includes(i + 1)) return;
    const [lower, upper] = expected[String(i + 1)]!;
    const interval = read();
    if (!interval.estimable) throw new Error(`${name} is estimable at ${i + 1}`);
    expect(interval.lower).toBeCloseTo(lower, 10);
    expect(interval.upper).toBeCloseTo(upper, 10);
  });
}

describe.skipIf(isOracleAbsent).each(['bern', 'cont'])('betting on the oracle sequence %s', (name) => {
  const xs = oracle.x[name] ?? [];
  const expected = oracle.expected[name] ?? {};

  it.each([
    ['hedged_cs', { strategy: empiricalBernsteinBetting('both', 0.05), alpha: 0.05, breaks: 1000 }],
    ['dKelly_cs_D10_breaks200', { strategy: diversifiedKelly(), alpha: 0.05, breaks: 200 }],
  ] satisfies [string, BettingSequenceDesign][])('gives %s', (key, design) => {
    const state = newBettingSequenceState(design);
    expectEnds(key, xs, expected[key]!, (x) => {
      stepBettingSequence(design, state, x);
      return () => bettingConfidenceSequence(design, state);
    });
  });

  it.each([
    ['predmix_empbern', { kind: 'empirical Bernstein', alpha: 0.05 }],
    ['predmix_hoeffding', { kind: 'Hoeffding', alpha: 0.05 }],
  ] satisfies [string, PredictableMixtureDesign][])('gives %s', (key, design) => {
    const state = newPredictableMixtureState();
    expectEnds(key, xs, expected[key]!, (x) => {
      stepPredictableMixture(design, state, x);
      return () => predictableMixtureSequence(design, state);
    });
  });

  it.each([1, 20])('gives the conjugate mixture tuned at %i, intersected over time', (vOpt) => {
    const key = Object.keys(expected).find((each) => each.startsWith(`conjmix_eb_onesided_vopt${vOpt}_`))!;
    const design = { range: { from: 0, to: 1 }, vOpt, alphaOpt: 0.025 };
    const state = newMeanSequenceState();
    let [lower, upper] = [0, 1];
    expectEnds(key, xs, expected[key]!, (x) => {
      stepMeanSequence(design, state, x);
      const interval = meanConfidenceSequence(design, state);
      if (!interval.estimable) throw new Error('it is estimable after a value');
      lower = Math.max(lower, interval.lower);
      upper = Math.min(upper, interval.upper);
      return () => ({ ...interval, lower, upper });
    });
  });

  it('makes the bets of lambda_predmix_eb', () => {
    const past = new Float64Array(3);
    xs.forEach((x, i) => {
      const bet = expected.lambda_predmix_eb?.[String(i + 1)];
      if (typeof bet === 'number') expect(empiricalBernsteinBet(past, 0.05) / bet).toBeCloseTo(1, 12);
      stepPredictable(past, x);
    });
  });

  it.each([0.9, 0.95, 0.5])('has the wealths of the betting martingales against a mean of %f', (m) => {
    const sides: [string, BettingStrategy][] = [
      [`betting_mart_two_sided_m0=${m}`, empiricalBernsteinBetting('both', 0.05)],
      [`betting_mart_lower_alt(theta=0)_m0=${m}`, empiricalBernsteinBetting('less', 0.05)],
    ];
    for (const [key, strategy] of sides) {
      const state = newBettingState(strategy);
      xs.forEach((x, i) => {
        stepBetting(strategy, state, { x, m });
        const wealth = expected[key]?.[String(i + 1)];
        if (typeof wealth === 'number') {
          expect(Math.exp(bettingLogWealth(strategy, state)) / wealth).toBeCloseTo(1, 10);
        }
      });
    }
  });
});

const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 80 });
const strategies = [
  approximateKelly('less'),
  approximateKelly('both'),
  gridMixture('less'),
  gridMixture('both'),
  diversifiedKelly(),
  empiricalBernsteinBetting('both', 0.05),
];

describe.each(strategies.map((strategy) => [strategy.name, strategy] as const))('%s', (_, strategy) => {
  it('replayed from any checkpoint equals its increments, bit for bit', () => {
    fc.assert(
      fc.property(values, fc.nat(), (xs, cutAt) => {
        const cut = cutAt % (xs.length + 1);
        const whole = newBettingState(strategy);
        for (const x of xs) stepBetting(strategy, whole, { x, m: 0.7 });
        const part = newBettingState(strategy);
        for (const x of xs.slice(0, cut)) stepBetting(strategy, part, { x, m: 0.7 });
        const restored = stateFromBytes(stateToBytes(part), whole.length);
        for (const x of xs.slice(cut)) stepBetting(strategy, restored, { x, m: 0.7 });
        expect(stateToBytes(restored)).toEqual(stateToBytes(whole));
      }),
      { numRuns: 30 },
    );
  });
});

describe('a confidence sequence by betting', () => {
  const design: BettingSequenceDesign = { strategy: approximateKelly('both'), alpha: 0.05, breaks: 200 };

  it('says that the set is empty when the mean has changed beyond every constant', () => {
    const state = newBettingSequenceState(design);
    for (let i = 0; i < 4000; i++) stepBettingSequence(design, state, i < 2000 ? 1 : 0);
    expect(bettingConfidenceSequence(design, state)).toEqual({
      estimable: false,
      n: 4000,
      because: 'empty confidence set',
    });
  });

  it('of a finite pool closes on its true mean when the pool has been drawn', () => {
    const random = seededRandom('pool');
    const pool = Array.from({ length: 200 }, () => (random() < 0.35 ? 1 : 0));
    const truth = pool.reduce((sum: number, x) => sum + x, 0) / pool.length;
    const ofPool = { ...design, population: pool.length };
    const state = newBettingSequenceState(ofPool);
    for (const x of pool) {
      stepBettingSequence(ofPool, state, x);
      const interval = bettingConfidenceSequence(ofPool, state);
      if (!interval.estimable) throw new Error('it is estimable');
      expect(interval.lower).toBeLessThanOrEqual(truth + 1e-9);
      expect(interval.upper).toBeGreaterThanOrEqual(truth - 1e-9);
    }
    const closed = bettingConfidenceSequence(ofPool, state);
    if (!closed.estimable) throw new Error('it is estimable');
    expect(closed.upper - closed.lower).toBeLessThan(1e-9);
  });
});
