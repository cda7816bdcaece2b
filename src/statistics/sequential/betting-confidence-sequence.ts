import { assert } from '#kernel';
import { type Estimate, exactEstimate, notEstimable } from '../estimate.ts';
import type { BettingStrategy } from './betting.ts';
import { predictableEstimatesLength, stepPredictable } from './predictable-estimates.ts';

/**
 * A confidence sequence for the mean of values in [0, 1]: the hypothesised means on a grid that a betting strategy
 * has not refuted, widened by one step of the grid, intersected over time.
 * With `population` the values are drawn without replacement from that many (a finite audit pool).
 * **Source**: Waudby-Smith, Ramdas, JRSSB 2024; statistics spec, section 7.1. Oracle: confseq_gold.json, `hedged_cs`,
 * `dKelly_cs_D10_breaks200`, exactly.
 */
export interface BettingSequenceDesign {
  readonly strategy: BettingStrategy;
  readonly alpha: number;
  /** Steps of the grid from 0 to 1. */
  readonly breaks: number;
  readonly population?: number;
}

/** [lower, upper, is the intersection empty, estimates, slots per grid point]. */
export type BettingSequenceState = Float64Array;

const estimatesAt = 3;
const slotsAt = estimatesAt + predictableEstimatesLength;

/** The state before the first value: every mean is possible. */
export function newBettingSequenceState(design: BettingSequenceDesign): BettingSequenceState {
  const state = new Float64Array(slotsAt + (design.breaks + 1) * design.strategy.slots);
  state[1] = 1;
  return state;
}

/** Takes a value in [0, 1] into the state, in place. Cost: one bet per grid point. */
export function stepBettingSequence(design: BettingSequenceDesign, state: BettingSequenceState, x: number): void {
  assert(x >= 0 && x <= 1, 'bets are on values in [0, 1]');
  const { strategy, breaks, alpha, population } = design;
  const past = state.subarray(estimatesAt, slotsAt);
  const seen = past[0]!;
  const sum = past[1]!;
  assert(population === undefined || seen < population, 'a pool is not drawn from after it is empty');
  const limit = Math.log(1 / alpha);
  let first = -1;
  let last = -1;
  for (let j = 0; j <= breaks; j++) {
    const at = slotsAt + j * strategy.slots;
    const mean = j / breaks;
    const m = population === undefined ? mean : (population * mean - sum) / (population - seen);
    // A mean that the rest of the pool can no longer give is refuted for good.
    if (m < -1e-12 || m > 1 + 1e-12) state.fill(Infinity, at, at + strategy.slots);
    else strategy.bet(state, at, { x, m: Math.min(1, Math.max(0, m)), past });
    if (strategy.logWealth(state, at) > limit) continue;
    if (first < 0) first = j;
    last = j;
  }
  stepPredictable(past, x);
  intersect(design, state, first, last);
}

function intersect(design: BettingSequenceDesign, state: BettingSequenceState, first: number, last: number): void {
  const { breaks, population } = design;
  if (first < 0) {
    state[2] = 1;
    return;
  }
  let lower = Math.max(0, first / breaks - 1 / breaks);
  let upper = Math.min(1, last / breaks + 1 / breaks);
  if (population !== undefined) {
    const [seen, sum] = [state[estimatesAt]!, state[estimatesAt + 1]!];
    lower = Math.max(lower, sum / population);
    upper = Math.min(upper, 1 - (seen - sum) / population);
  }
  state[0] = Math.max(state[0]!, lower);
  state[1] = Math.min(state[1]!, upper);
  if (state[0]! > state[1]!) state[2] = 1;
}

/**
 * The interval of a state.
 * @returns the sample mean, which the running intersection need not contain; not estimable before the first value,
 * and where every mean is refuted: then the mean has changed, which is a signal of its own.
 */
export function bettingConfidenceSequence(design: BettingSequenceDesign, state: BettingSequenceState): Estimate {
  const n = state[estimatesAt]!;
  if (n === 0) return notEstimable(0, 'no labels yet');
  if (state[2] === 1) return notEstimable(n, 'empty confidence set');
  return exactEstimate({
    value: state[estimatesAt + 1]! / n,
    lower: state[0]!,
    upper: state[1]!,
    n,
    level: 1 - design.alpha,
    method: `confidence sequence by betting (${design.strategy.name})`,
  });
}
