import { assert } from '#kernel';
import { logMeanExp } from '../numerics/log-sums.ts';
import { defaultKappas } from './bounded-claims.ts';
import {
  empiricalBernsteinBet,
  type PredictableEstimates,
  predictableEstimatesLength,
  predictableMean,
  predictableVariance,
  stepPredictable,
} from './predictable-estimates.ts';

/**
 * A way to bet on values in [0, 1] against "the mean is m". Log wealths are kept in `slots` numbers per hypothesis.
 * 'less' bets only that the mean is less than m (a break), 'greater' only that it is greater.
 * **Source**: Waudby-Smith, Ramdas, JRSSB 2024; statistics spec, section 7.1.
 */
export interface BettingStrategy {
  readonly name: string;
  readonly slots: number;
  /** Bets on one value with what was known before it; writes slots from `at` on. */
  readonly bet: (slots: Float64Array, at: number, value: BetValue) => void;
  readonly logWealth: (slots: Float64Array, at: number) => number;
}

export interface BetValue {
  readonly x: number;
  /** The hypothesised mean of this value, in [0, 1]. */
  readonly m: number;
  readonly past: PredictableEstimates;
}

export type BettingSide = 'less' | 'greater' | 'both';

/** [the predictable estimates, then the strategy's slots]. Stored as bytes. */
export type BettingState = Float64Array;

/** The state before the first value. */
export function newBettingState(strategy: BettingStrategy): BettingState {
  return new Float64Array(predictableEstimatesLength + strategy.slots);
}

/**
 * Takes a value into the state, in place.
 * @param value x in [0, 1] and the hypothesised mean m inside (0, 1).
 */
export function stepBetting(strategy: BettingStrategy, state: BettingState, value: { x: number; m: number }): void {
  const { x, m } = value;
  assert(x >= 0 && x <= 1 && m >= 0 && m <= 1, 'bets are on values in [0, 1]');
  // The state begins with the estimates, so it serves as them; a view would cost more than the bet.
  strategy.bet(state, predictableEstimatesLength, { x, m, past: state });
  stepPredictable(state, x);
}

/** Log wealth of a state: an e-process against "the mean is m" (case by case where bets adapt). */
export function bettingLogWealth(strategy: BettingStrategy, state: BettingState): number {
  return strategy.logWealth(state, predictableEstimatesLength);
}

/** Approximate Kelly bets: λ = (μ̂ − m) / (σ̂² + (μ̂ − m)²), at most half of what is allowed. For claims. */
export function approximateKelly(side: BettingSide): BettingStrategy {
  return {
    name: `approximate Kelly, ${side}`,
    slots: 1,
    bet: (slots, at, { x, m, past }) => {
      const lead = predictableMean(past) - m;
      const kelly = lead / (predictableVariance(past) + lead * lead);
      const least = side === 'greater' ? 0 : -0.5 / (1 - m);
      const most = side === 'less' ? 0 : 0.5 / m;
      grow(slots, at, Math.min(most, Math.max(least, kelly)) * (x - m));
    },
    logWealth: (slots, at) => slots[at]!,
  };
}

/** Fixed bets ±{.05, .1, .2, .4}, mixed: valid for the running average too. For claims. */
export function gridMixture(side: BettingSide, bets: readonly number[] = defaultKappas): BettingStrategy {
  assert(
    bets.every((bet) => bet > 0 && bet < 1),
    'fixed bets lie inside (0, 1)',
  );
  const down = bets.map((bet) => -bet);
  const signed = side === 'less' ? down : side === 'greater' ? [...bets] : [...bets, ...down];
  return {
    name: `grid mixture, ${side}`,
    slots: signed.length,
    bet: (slots, at, { x, m }) => {
      for (let i = 0; i < signed.length; i++) grow(slots, at + i, signed[i]! * (x - m));
    },
    logWealth: (slots, at) => logMeanExp(slots, at, signed.length),
  };
}

/**
 * Empirical Bernstein bets. On both sides they are hedged: half the wealth on each, the larger counts, each bet made
 * at half the level. For confidence sequences only.
 * Oracle: confseq_gold.json, `betting_mart…`, `hedged_cs`.
 */
export function empiricalBernsteinBetting(side: BettingSide, alpha: number): BettingStrategy {
  const level = side === 'both' ? alpha / 2 : alpha;
  const [up, down] = [0, 1];
  return {
    name: `empirical Bernstein bets, ${side}`,
    slots: 2,
    bet: (slots, at, { x, m, past }) => {
      const bet = empiricalBernsteinBet(past, level);
      grow(slots, at + up, Math.min(bet, 0.5 / m) * (x - m));
      grow(slots, at + down, -Math.min(bet, 0.5 / (1 - m)) * (x - m));
    },
    logWealth: (slots, at) => {
      if (side === 'greater') return slots[at + up]!;
      if (side === 'less') return slots[at + down]!;
      return Math.max(slots[at + up]!, slots[at + down]!) - Math.LN2;
    },
  };
}

/** Diversified Kelly: D equally spaced fractions of the largest bet on each side. Oracle: `dKelly_cs_D10_breaks200`. */
export function diversifiedKelly(count = 10): BettingStrategy {
  return {
    name: 'diversified Kelly',
    slots: 2 * count,
    bet: (slots, at, { x, m }) => {
      for (let i = 1; i <= count; i++) {
        grow(slots, at + i - 1, gain(i / (count + 1), (x - m) / m, x - m));
        grow(slots, at + count + i - 1, gain(i / (count + 1), (m - x) / (1 - m), m - x));
      }
    },
    logWealth: (slots, at) => logMeanExp(slots, at, 2 * count),
  };
}

/** A share of the largest bet; with an unlimited bet nothing happens when the value is the hypothesis itself. */
function gain(share: number, perShare: number, difference: number): number {
  return difference === 0 ? 0 : share * perShare;
}

function grow(slots: Float64Array, at: number, gained: number): void {
  slots[at] = slots[at]! + Math.log1p(gained);
}
