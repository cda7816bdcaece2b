import { assert } from '#kernel';

/**
 * A mixture e-Shiryaev–Roberts detector with the e-CUSUM of each alternative beside it.
 *
 * A step takes one factor per alternative (a likelihood ratio, or 1 − κZ/Zmax), whose expectation given the past is at
 * most 1 while the claim holds. Then E[time of the first M ≥ A] ≥ A cases while the claim holds.
 *
 * Values are linear, not logarithmic: a step is then two multiplications per alternative, with no exponential, and
 * the result is the same to the last bit on every machine.
 *
 * **Source**: Shin, Ramdas, Rinaldo, "E-detectors", New England J. Statistics in Data Science 2024; spec section 6.1.
 */
export interface DetectorDesign {
  /** Number of alternatives: the length of every array of factors. */
  readonly alternatives: number;
  /** Increasing levels A in cases: an alarm at A has an average run length to a false alarm of at least A. */
  readonly levels: readonly number[];
}

/**
 * The whole state as numbers, so that it is stored and compared as bytes. Layout:
 * [cases seen, then per level (case of first crossing or 0, start of the change then reported),
 * then SR per alternative, then e-CUSUM per alternative, then its start per alternative].
 * Cases count from 1.
 */
export type DetectorState = Float64Array;

/** A state as read. */
export interface DetectorReading {
  readonly cases: number;
  /** M: the mean of the e-SR values. */
  readonly value: number;
  /** ln of the mean e-CUSUM, the second detector of the same guarantee. */
  readonly logCusum: number;
  /** The case (from 1) at which the leading CUSUM started, as of now; undefined before the first case. */
  readonly changePoint: number | undefined;
  /** Per level in the order of the design: the first crossing, latched. */
  readonly crossings: readonly { level: number; atCase: number; changePoint: number }[];
}

/** Values are held at this ceiling. Any level lies far below it, and crossings latch, so no alarm depends on it. */
const ceiling = 1e300;

/** The state before the first case. */
export function newDetectorState(design: DetectorDesign): DetectorState {
  const { alternatives, levels } = design;
  assert(alternatives > 0, 'a detector needs an alternative');
  assert(
    levels.every((level, i) => level > 1 && level < ceiling && (i === 0 || level > levels[i - 1]!)),
    'levels of a detector increase from above 1',
  );
  return new Float64Array(stateLength(design));
}

/**
 * Takes one case into the state, in place. Order matters: feed cases in order of maturity.
 * @param factors one non-negative factor per alternative.
 * @returns M after the case.
 */
export function stepDetector(design: DetectorDesign, state: DetectorState, factors: Float64Array): number {
  const count = design.alternatives;
  const sr = 1 + 2 * design.levels.length;
  const cusum = sr + count;
  const start = cusum + count;
  const cases = state[0]! + 1;
  state[0] = cases;
  let sum = 0;
  for (let j = 0; j < count; j++) {
    const factor = factors[j]!;
    const grown = factor * (1 + state[sr + j]!);
    const value = Math.min(grown, ceiling);
    state[sr + j] = value;
    sum += value / count;
    const past = state[cusum + j]!;
    // A CUSUM at or below 1 has nothing to carry: it starts afresh with this case.
    if (past <= 1) {
      state[start + j] = cases;
      state[cusum + j] = Math.min(factor, ceiling);
    } else {
      const next = past * factor;
      state[cusum + j] = Math.min(next, ceiling);
    }
  }
  latch(design, state, sum);
  return sum;
}

function latch(design: DetectorDesign, state: DetectorState, value: number): void {
  const { levels } = design;
  for (let i = 0; i < levels.length; i++) {
    if (value < levels[i]!) return;
    if (state[1 + 2 * i] !== 0) continue;
    state[1 + 2 * i] = state[0]!;
    state[2 + 2 * i] = leadingStart(design, state);
  }
}

/** Reads a state. */
export function readDetector(design: DetectorDesign, state: DetectorState): DetectorReading {
  assert(state.length === stateLength(design), 'a detector state belongs to its design');
  const { alternatives: count, levels } = design;
  const sr = 1 + 2 * levels.length;
  let value = 0;
  let cusum = 0;
  for (let j = 0; j < count; j++) {
    value += state[sr + j]! / count;
    cusum += state[sr + count + j]! / count;
  }
  const cases = state[0]!;
  return {
    cases,
    value,
    logCusum: Math.log(cusum),
    changePoint: cases === 0 ? undefined : leadingStart(design, state),
    crossings: levels.flatMap((level, i) => {
      const atCase = state[1 + 2 * i]!;
      return atCase === 0 ? [] : [{ level, atCase, changePoint: state[2 + 2 * i]! }];
    }),
  };
}

/** The mean e-SR value M of a state, without reading the rest. */
export function detectorValue(design: DetectorDesign, state: DetectorState): number {
  const sr = 1 + 2 * design.levels.length;
  let value = 0;
  for (let j = 0; j < design.alternatives; j++) value += state[sr + j]! / design.alternatives;
  return value;
}

/** Where the largest CUSUM started: the estimate of the change point. First alternative on ties. */
function leadingStart(design: DetectorDesign, state: DetectorState): number {
  const count = design.alternatives;
  const cusum = 1 + 2 * design.levels.length + count;
  let leading = 0;
  for (let j = 1; j < count; j++) if (state[cusum + j]! > state[cusum + leading]!) leading = j;
  return state[cusum + count + leading]!;
}

function stateLength(design: DetectorDesign): number {
  return 1 + 2 * design.levels.length + 3 * design.alternatives;
}
