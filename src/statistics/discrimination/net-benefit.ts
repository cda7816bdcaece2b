import { assert } from '#kernel';
import { approximateEstimate, type Estimate, type NotEstimable, notEstimable } from '../estimate.ts';
import { normalMultiplier } from '../numerics/distributions.ts';
import { whyNotBinary, whyNotProbabilities } from '../numerics/usable.ts';
import { tieGroups } from './discrimination.ts';

/** What acting on predictions at one threshold is worth, in true positives per case. */
export interface NetBenefitPoint {
  /** p_t in (0, 1): who is at least so likely diseased is acted on. */
  readonly threshold: number;
  readonly model: Estimate;
  /** Acting on everybody; acting on nobody is worth 0. */
  readonly treatAll: Estimate;
  /** Model less the better of acting on everybody and on nobody, as chosen on the same cases. */
  readonly gain: Estimate;
}

/** A decision curve: net benefit at each threshold, ascending as given. */
export interface DecisionCurve {
  readonly estimable: true;
  readonly points: readonly NetBenefitPoint[];
  readonly n: number;
}

/**
 * Decision curve analysis: net benefit = TP/n − FP/n · p_t/(1−p_t).
 * @param probabilities in [0, 1]; @param outcomes 0 or 1, as many; @param options thresholds in (0, 1), level.
 * @returns pointwise normal intervals of the cases' contributions, approximate; where all contributions are equal,
 *   Hoeffding's. Not estimable with `no labels yet`. Cost: sorting, then linear in thresholds + cases.
 * **Source**: Vickers & Elkin, Med Decis Making 2006; intervals, Vickers et al., Diagn Progn Res 2019. Oracle:
 * test/oracles/discrimination, NumPy, 1e-12.
 */
export function decisionCurve(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  options: { thresholds: readonly number[]; level?: number },
): DecisionCurve | NotEstimable {
  const { thresholds, level = 0.95 } = options;
  const n = outcomes.length;
  assert(
    thresholds.every((threshold) => threshold > 0 && threshold < 1),
    'a threshold lies strictly between 0 and 1',
  );
  const why = n === 0 ? 'no labels yet' : (whyNotProbabilities(probabilities) ?? whyNotBinary(outcomes));
  if (why !== undefined) return notEstimable(n, why);
  const { scores, events, nonEvents } = tieGroups(probabilities, outcomes);
  const above = { events: suffixSums(events), nonEvents: suffixSums(nonEvents) };
  const points = thresholds.map((threshold): NetBenefitPoint => {
    const at = firstAtLeast(scores, threshold);
    const weight = threshold / (1 - threshold);
    const [tp, fp] = [above.events[at]!, above.nonEvents[at]!];
    const [diseased, healthy] = [above.events[0]!, above.nonEvents[0]!];
    const isAllBetter = diseased - healthy * weight > 0;
    // Against treating all the cases below the threshold differ, against treating none those above it.
    const gain = isAllBetter
      ? { plus: healthy - fp, minus: diseased - tp, plusValue: weight, minusValue: 1 }
      : { plus: tp, minus: fp, plusValue: 1, minusValue: weight };
    const reading = { n, level, weight };
    return {
      threshold,
      model: meanOfTwo({ plus: tp, minus: fp, plusValue: 1, minusValue: weight }, reading),
      treatAll: meanOfTwo({ plus: diseased, minus: healthy, plusValue: 1, minusValue: weight }, reading),
      gain: meanOfTwo(gain, reading),
    };
  });
  return { estimable: true, points, n };
}

/** The mean of n contributions of which `plus` are +plusValue, `minus` are −minusValue and the others 0. */
function meanOfTwo(
  counts: { plus: number; minus: number; plusValue: number; minusValue: number },
  { n, level, weight }: { n: number; level: number; weight: number },
): Estimate {
  const { plus, minus, plusValue, minusValue } = counts;
  const value = (plus * plusValue - minus * minusValue) / n;
  const square = (plus * plusValue ** 2 + minus * minusValue ** 2) / n;
  const variance = square - value * value;
  const isConstant = n < 2 || variance <= 1e-15 * Math.max(1, square);
  const half = isConstant
    ? (1 + weight) * Math.sqrt(Math.log(2 / (1 - level)) / (2 * n))
    : normalMultiplier(level) * Math.sqrt(variance / (n - 1));
  const method = isConstant ? 'net benefit, Hoeffding interval (single look)' : 'net benefit, normal (single look)';
  const most = Math.max(1, weight);
  const [lower, upper] = [Math.max(-most, value - half), Math.min(most, value + half)];
  return approximateEstimate({ value, lower, upper, n, level, method });
}

function suffixSums(counts: Uint32Array): Float64Array {
  const sums = new Float64Array(counts.length + 1);
  for (let g = counts.length - 1; g >= 0; g--) sums[g] = sums[g + 1]! + counts[g]!;
  return sums;
}

function firstAtLeast(ascending: Float64Array, threshold: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}
