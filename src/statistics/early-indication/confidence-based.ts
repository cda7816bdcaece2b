import { assert } from '#kernel';
import { radixArgsort } from '../numerics/radix-argsort.ts';
import { radixSort } from '../numerics/radix-sort.ts';
import { whyNotProbabilities, whyNotRankable } from '../numerics/usable.ts';
import { type EarlyIndication, earlyIndication, type NotIndicated, notIndicated } from './early-indication.ts';

const assumes = 'the model is still calibrated: the relation of prediction and outcome has not changed';
const method = 'confidence-based performance estimation (CBPE)';

/** Cases without outcomes. */
export interface UnlabelledCases {
  /** Calibrated probabilities in [0, 1], after isotonic calibration on the reference. */
  readonly probabilities: ArrayLike<number>;
  /** Scores that rank or decide; no NaN, as many. */
  readonly scores: ArrayLike<number>;
}

/**
 * The AUROC that calibrated probabilities promise: Σ_{i≠j} p_i(1−p_j)[1{s_i > s_j} + ½1{s_i = s_j}] / Σ_{i≠j} p_i(1−p_j).
 * @param cases see `UnlabelledCases`. @returns in [0, 1]; not indicated without cases of both kinds in expectation.
 * Cost: linear (radix sort); ties are grouped.
 * **Source**: NannyML's CBPE, with ties; statistics spec, section 16. Oracle: all pairs in NumPy, 1e-12.
 */
export function expectedAuroc({ probabilities, scores }: UnlabelledCases): EarlyIndication | NotIndicated {
  assert(probabilities.length === scores.length, 'there is one score a probability');
  const n = scores.length;
  const isRankedByItself = probabilities === scores;
  const why =
    n === 0
      ? 'no cases yet'
      : (whyNotProbabilities(probabilities) ?? (isRankedByItself ? undefined : whyNotRankable(scores)));
  if (why !== undefined) return notIndicated(n, why);
  // Where the probabilities rank themselves, they are sorted: that reads in order, which an order to look up does not.
  const { inOrder, ofOrder } = isRankedByItself ? rankedByThemselves(probabilities) : rankedBy(scores, probabilities);
  let [concordant, healthyBelow, diseased, itself] = [0, 0, 0, 0];
  for (let start = 0; start < n; ) {
    let end = start;
    let here = 0;
    let healthyHere = 0;
    const score = inOrder[start]!;
    for (; end < n && inOrder[end]! === score; end++) {
      const p = ofOrder[end]!;
      here += p;
      healthyHere += 1 - p;
      itself += p * (1 - p);
    }
    concordant += here * (healthyBelow + healthyHere / 2);
    healthyBelow += healthyHere;
    diseased += here;
    start = end;
  }
  const pairs = diseased * healthyBelow - itself;
  if (!(pairs > 1e-12)) return notIndicated(n, 'one class only is expected');
  const value = Math.min(1, Math.max(0, (concordant - itself / 2) / pairs));
  return earlyIndication({ value, interval: undefined, n, assumes, method });
}

/** Scores ascending, and the probabilities that belong to them. */
interface Ranked {
  inOrder: Float64Array;
  ofOrder: Float64Array;
}

function rankedByThemselves(probabilities: ArrayLike<number>): Ranked {
  const sorted = radixSort(probabilities);
  return { inOrder: sorted, ofOrder: sorted };
}

function rankedBy(scores: ArrayLike<number>, probabilities: ArrayLike<number>): Ranked {
  const order = radixArgsort(scores);
  const ranked = { inOrder: new Float64Array(order.length), ofOrder: new Float64Array(order.length) };
  for (let i = 0; i < order.length; i++) {
    ranked.inOrder[i] = scores[order[i]!]!;
    ranked.ofOrder[i] = probabilities[order[i]!]!;
  }
  return ranked;
}

/** What calibrated probabilities promise of a decision rule. */
export interface ExpectedConfusion {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
  readonly trueNegatives: number;
  readonly sensitivity: EarlyIndication | NotIndicated;
  readonly specificity: EarlyIndication | NotIndicated;
  readonly positivePredictiveValue: EarlyIndication | NotIndicated;
  readonly negativePredictiveValue: EarlyIndication | NotIndicated;
}

/**
 * Expected counts TP = ΣpT, FP = Σ(1−p)T, FN = Σp(1−T), TN = Σ(1−p)(1−T) at a frozen threshold, T = 1{score ≥ threshold}.
 * **Source**: as `expectedAuroc`. Oracle: NumPy, 1e-12.
 */
export function expectedConfusion(
  { probabilities, scores }: UnlabelledCases,
  threshold: number,
): ExpectedConfusion | NotIndicated {
  assert(probabilities.length === scores.length, 'there is one score a probability');
  const n = scores.length;
  const why = n === 0 ? 'no cases yet' : (whyNotProbabilities(probabilities) ?? whyNotRankable(scores));
  if (why !== undefined) return notIndicated(n, why);
  let [tp, fp, fn, tn] = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const p = probabilities[i]!;
    if (scores[i]! >= threshold) {
      tp += p;
      fp += 1 - p;
    } else {
      fn += p;
      tn += 1 - p;
    }
  }
  const share = (hit: number, miss: number): EarlyIndication | NotIndicated =>
    hit + miss > 0
      ? earlyIndication({ value: hit / (hit + miss), interval: undefined, n, assumes, method })
      : notIndicated(n, 'no such case is expected');
  return {
    truePositives: tp,
    falsePositives: fp,
    falseNegatives: fn,
    trueNegatives: tn,
    sensitivity: share(tp, fn),
    specificity: share(tn, fp),
    positivePredictiveValue: share(tp, fp),
    negativePredictiveValue: share(tn, fn),
  };
}
