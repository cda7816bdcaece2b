import { assert } from '#kernel';

/**
 * A two-sample test that may be looked at after every pair: bets on a kernel witness learned from the pairs before.
 * The wealth is Π(1 + λ_t v_t), v = (g(X) − g(Y))/(2‖g‖) in [−1, 1], λ by online Newton steps; both samples come from one
 * distribution ⇒ each factor has expectation 1 given the past, so wealth ≥ 1/α refutes it at level α at any time.
 * **Source**: Shekhar & Ramdas, IEEE Trans Inf Theory 2023; ONS bets of Cutkosky & Orabona 2018; statistics spec, section 14.
 */
export interface BettingTwoSample {
  /** Width σ of the kernel exp(−d²/(2σ²)), frozen before the first pair. */
  readonly width: number;
  /** Pairs that the witness remembers; later pairs are still tested. Bounds memory and the cost of a step. */
  readonly memory: number;
}

export interface BettingTwoSampleState {
  readonly pairs: number;
  readonly logWealth: number;
  /** λ of the next pair, in [−½, ½]. */
  readonly bet: number;
  /** A of the online Newton step. */
  readonly curvature: number;
  readonly first: readonly ArrayLike<number>[];
  readonly second: readonly ArrayLike<number>[];
  /** ‖Σ k(X_i,·) − k(Y_i,·)‖² of the remembered pairs. */
  readonly squaredNorm: number;
}

export const emptyBettingTwoSample: BettingTwoSampleState = {
  pairs: 0,
  logWealth: 0,
  bet: 0,
  curvature: 1,
  first: [],
  second: [],
  squaredNorm: 0,
};

/** The design with checked defaults. @param width σ > 0, such as the median distance in the reference. */
export function bettingTwoSample(width: number, memory = 1000): BettingTwoSample {
  assert(width > 0 && Number.isFinite(width) && memory >= 1, 'a witness has a kernel width and a memory');
  return { width, memory };
}

/**
 * Takes the next pair: a case of one sample and a case of the other, features finite and of equal length.
 * @returns the state after it; `logWealth` is the log e-value. Cost: the remembered pairs.
 */
export function stepBettingTwoSample(
  test: BettingTwoSample,
  state: BettingTwoSampleState,
  pair: { first: ArrayLike<number>; second: ArrayLike<number> },
): BettingTwoSampleState {
  const { first: x, second: y } = pair;
  assert(x.length === y.length, 'both cases of a pair have the same features');
  const [atX, atY] = [witness(test, state, x), witness(test, state, y)];
  const norm = Math.sqrt(state.squaredNorm);
  const value = norm > 0 ? (atX - atY) / (2 * norm) : 0;
  const next = newtonStep(state, Math.max(-1, Math.min(1, value)));
  if (state.first.length >= test.memory) return { ...state, ...next, pairs: state.pairs + 1 };
  const growth = 2 * (atX - atY) + 2 - 2 * kernel(test.width, x, y);
  return {
    ...next,
    pairs: state.pairs + 1,
    first: [...state.first, x],
    second: [...state.second, y],
    squaredNorm: Math.max(0, state.squaredNorm + growth),
  };
}

const newtonScale = 2 / (2 - Math.log(3));

function newtonStep(state: BettingTwoSampleState, value: number) {
  const { bet, curvature, logWealth } = state;
  const gradient = -value / (1 + bet * value);
  const nextCurvature = curvature + gradient * gradient;
  const nextBet = Math.max(-0.5, Math.min(0.5, bet - (newtonScale * gradient) / nextCurvature));
  return { logWealth: logWealth + Math.log1p(bet * value), bet: nextBet, curvature: nextCurvature };
}

function witness(test: BettingTwoSample, state: BettingTwoSampleState, at: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < state.first.length; i++)
    sum += kernel(test.width, state.first[i]!, at) - kernel(test.width, state.second[i]!, at);
  return sum;
}

function kernel(width: number, a: ArrayLike<number>, b: ArrayLike<number>): number {
  let square = 0;
  for (let j = 0; j < a.length; j++) square += (a[j]! - b[j]!) ** 2;
  return Math.exp(-square / (2 * width * width));
}
