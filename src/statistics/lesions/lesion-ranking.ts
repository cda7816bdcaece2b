import { assert } from '#kernel';
import { type NotEstimable, notEstimable } from '../estimate.ts';
import { radixArgsort } from '../numerics/radix-argsort.ts';
import type { LesionCase, LesionMode } from './lesion-case.ts';

/**
 * Findings and cases by descending score, so that the figures of any weighting of the cases, such as a bootstrap sample,
 * take one sweep and no sort.
 */
export interface LesionRanking {
  readonly mode: LesionMode;
  readonly cases: number;
  readonly findings: Ranked;
  /** The cases themselves, ranked by their score. */
  readonly byCase: Ranked;
  /** True for each group of `findings` that is a threshold of the FROC curve. */
  readonly isThreshold: Uint8Array;
}

/** Items by descending score; a group has one score. */
interface Ranked {
  /** Case of each item. */
  readonly cases: Int32Array;
  /** 1 for a lesion, or a case with one. */
  readonly targets: Uint8Array;
  readonly weights: Float64Array;
  /** First item of each group, and one more for the end. */
  readonly groupFirst: Int32Array;
  /** Score of each group, descending. */
  readonly scores: Float64Array;
}

interface Item {
  case: number;
  target: boolean;
  score: number;
  weight: number;
}

/** Ranks the findings and the cases. @param cases weights and scores finite, 0 or above. */
export function rankLesions(cases: readonly LesionCase[], mode: LesionMode): LesionRanking {
  const findings = ranked(
    cases.flatMap((one, index) =>
      one.findings.map(({ isLesion, confidence }, i) => {
        const weight = one.findingWeights?.[i] ?? one.weight ?? 1;
        return { case: index, target: isLesion, score: confidence, weight };
      }),
    ),
  );
  const byCase = ranked(
    cases.map(({ hasLesion, confidence, weight = 1 }, index) => ({
      ...{ case: index, target: hasLesion, score: confidence, weight },
    })),
  );
  return { mode, cases: cases.length, findings, byCase, isThreshold: frocThresholds(findings.scores) };
}

function ranked(items: readonly Item[]): Ranked {
  for (const { score, weight } of items) {
    assert(Number.isFinite(score) && score >= 0, 'a confidence is a finite number, 0 or above');
    assert(Number.isFinite(weight) && weight >= 0, 'a weight is a finite number, 0 or above');
  }
  const order = radixArgsort(Float64Array.from(items, ({ score }) => score)).reverse();
  const [groupFirst, scores]: [number[], number[]] = [[], []];
  for (const [rank, index] of order.entries()) {
    const { score } = items[index]!;
    if (rank > 0 && score === scores.at(-1)) continue;
    groupFirst.push(rank);
    scores.push(score);
  }
  groupFirst.push(items.length);
  return {
    cases: Int32Array.from(order, (index) => items[index]!.case),
    targets: Uint8Array.from(order, (index) => (items[index]!.target ? 1 : 0)),
    weights: Float64Array.from(order, (index) => items[index]!.weight),
    groupFirst: Int32Array.from(groupFirst),
    scores: Float64Array.from(scores),
  };
}

const thresholdsMax = 10_000;
const lowestKept = 20;
const highKept = 0.8;

/** Which distinct confidences are thresholds: all, or of more than 10,000 those above .8, the last 20 and 10,000 between. */
function frocThresholds(scores: Float64Array): Uint8Array {
  const n = scores.length;
  if (n <= thresholdsMax) return new Uint8Array(n).fill(1);
  const kept = Uint8Array.from(scores, (score, i) => (score > highKept || i >= n - lowestKept ? 1 : 0));
  const spacing = n / thresholdsMax;
  // The step is truncated, so the lowest confidences of a long list are represented by the last 20 only.
  const step = Math.floor(1 + spacing) - 1;
  for (let i = 0; i < Math.ceil((n - 1) / spacing); i++) kept[1 + i * step] = 1;
  return kept;
}

/**
 * Area under the ROC curve of the cases' scores, ties half.
 * @param counts how often each case is there (1 for the set itself); @returns in [0, 1], or why there is none.
 */
export function caseAuroc({ byCase, cases }: LesionRanking, counts: Float64Array): number | NotEstimable {
  let [area, events, nonEvents] = [0, 0, 0];
  forEachGroup(byCase, counts, ({ onTarget, offTarget }) => {
    area += offTarget * (events + onTarget / 2);
    events += onTarget;
    nonEvents += offTarget;
  });
  if (events + nonEvents === 0) return notEstimable(cases, 'no labels yet');
  if (events === 0 || nonEvents === 0) return notEstimable(cases, 'one class only');
  return Math.min(1, area / (events * nonEvents));
}

/**
 * Average precision of the candidates, Σ ΔR·P over descending distinct confidences; lesions that were not found add
 * nothing to it, but count in the recall.
 */
export function lesionAveragePrecision(
  { findings, cases }: LesionRanking,
  counts: Float64Array,
): number | NotEstimable {
  let [sum, found, all] = [0, 0, 0];
  forEachGroup(findings, counts, ({ score, onTarget, offTarget }) => {
    found += onTarget;
    all += onTarget + offTarget;
    // At confidence 0 are the lesions that were not found: no candidate is there, and precision counts as 0.
    if (score > 0 && onTarget > 0) sum += (onTarget * found) / all;
  });
  return found === 0 ? notEstimable(cases, 'no reference lesion') : Math.min(1, sum / found);
}

/** Free-response ROC: what is found, and what is found wrongly, at each threshold. */
export interface FrocCurve {
  /** Descending; in compat mode the last point has none of its own. */
  readonly thresholds: readonly number[];
  /** Lesions found at the threshold or above. */
  readonly truePositives: readonly number[];
  /** Candidates that are none, at the threshold or above; the last one of compat mode is ∞. */
  readonly falsePositives: readonly number[];
  readonly lesions: number;
  readonly cases: number;
}

/** The curve of the set, or of a sample of its cases (`counts`). Weights of cases count for nothing here. */
export function frocCurve(ranking: LesionRanking, counts: Float64Array): FrocCurve {
  const { mode, findings, isThreshold } = ranking;
  const [thresholds, truePositives, falsePositives]: [number[], number[], number[]] = [[], [], []];
  let [found, wrong] = [0, 0];
  for (let group = 0; group < findings.scores.length; group++) {
    for (let item = findings.groupFirst[group]!; item < findings.groupFirst[group + 1]!; item++) {
      const count = counts[findings.cases[item]!]!;
      if (findings.targets[item] === 1) found += count;
      else wrong += count;
    }
    if (isThreshold[group] !== 1) continue;
    // A threshold of 0 is no threshold: it stands for the lesions that were not found.
    if (mode === 'strict' && findings.scores[group] === 0) continue;
    thresholds.push(findings.scores[group]!);
    truePositives.push(found);
    falsePositives.push(wrong);
  }
  const ends = { thresholds, lesions: found, cases: counts.reduce((sum, one) => sum + one, 0) };
  if (mode === 'strict') return { ...ends, truePositives, falsePositives };
  if (thresholds.length < 2) return { ...ends, truePositives: [0, 0], falsePositives: [0, Infinity] };
  truePositives[truePositives.length - 1] = truePositives.at(-2)!;
  falsePositives[falsePositives.length - 1] = Infinity;
  return { ...ends, truePositives, falsePositives };
}

/**
 * Share of the lesions found where there are at most so many false positives a case: the last such point, else 0.
 * @param falsePositivesPerCase 0 or above.
 */
export function lesionTprAtFpr(curve: FrocCurve, falsePositivesPerCase: number): number | NotEstimable {
  const { truePositives, falsePositives, lesions, cases } = curve;
  if (lesions === 0) return notEstimable(cases, 'no reference lesion');
  const at = falsePositives.findLastIndex((count) => count / cases <= falsePositivesPerCase);
  return at === -1 ? 0 : truePositives[at]! / lesions;
}

interface Group {
  score: number;
  onTarget: number;
  offTarget: number;
}

/** Weights of each group, descending by score. */
function forEachGroup(ranked: Ranked, counts: Float64Array, visit: (group: Group) => void): void {
  const { cases, targets, weights, groupFirst, scores } = ranked;
  const group: Group = { score: 0, onTarget: 0, offTarget: 0 };
  for (let g = 0; g < scores.length; g++) {
    [group.score, group.onTarget, group.offTarget] = [scores[g]!, 0, 0];
    for (let item = groupFirst[g]!; item < groupFirst[g + 1]!; item++) {
      const weight = counts[cases[item]!]! * weights[item]!;
      if (targets[item] === 1) group.onTarget += weight;
      else group.offTarget += weight;
    }
    visit(group);
  }
}
