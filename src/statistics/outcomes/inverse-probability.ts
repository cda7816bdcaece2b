import { assert } from '#kernel';
import { approximateEstimate, type Estimate, notEstimable } from '../estimate.ts';
import { normalMultiplier } from '../numerics/distributions.ts';
import { expit } from '../numerics/logit.ts';

/** Verified cases that share decision, outcome and probability of having been verified. */
export interface WeightedCases {
  /** The AI's decision at the frozen threshold. */
  readonly decision: 0 | 1;
  readonly outcome: 0 | 1;
  /** π in (0, 1], the probability with which such a case was verified. */
  readonly probability: number;
  readonly count: number;
}

/** `design`: π is known from the audit sampler. `model`: π was estimated, and the screen must say so. */
export type ProbabilitySource = 'design' | 'model';

/** Figures of a decision rule from verified cases alone, each weighted by 1/π. */
export interface WeightedAccuracy {
  readonly sensitivity: Estimate;
  readonly specificity: Estimate;
  readonly positivePredictiveValue: Estimate;
  readonly negativePredictiveValue: Estimate;
  readonly prevalence: Estimate;
}

/**
 * Accuracy from verified cases weighted by the inverse of their probability of verification (Horvitz–Thompson totals,
 * Hájek ratios).
 * @param cases see `WeightedCases`; unverified cases are represented by the weights.
 * @param source how π is known. @param level of the intervals.
 * @returns logit intervals, approximate. Where no miss (or no hit) was seen: the Clopper–Pearson limit for the weighted
 *   number of cases over the largest weight of the decision in which an unseen one would lie, so that a thin audit
 *   cannot look like certainty. Not estimable with `one class only` or where that decision has no verified case.
 * **Source**: Horvitz & Thompson, JASA 1952; Hájek 1971; linearised variance for independent sampling of independent
 * cases: Var logit = Σw²/(Σw)² of the hits + the same of the misses. Oracle: with π = 1, counts and their logit
 * variance; by hand otherwise.
 */
export function inverseProbabilityAccuracy(
  cases: readonly WeightedCases[],
  source: ProbabilitySource,
  level = 0.95,
): WeightedAccuracy {
  for (const row of cases) {
    assert(row.probability > 0 && row.probability <= 1, 'a probability of verification lies in (0, 1]');
    assert(row.count >= 0, 'counts are not negative');
  }
  const cell = (decision: 0 | 1, outcome: 0 | 1) => weigh(cases, decision, outcome);
  const label = source === 'design' ? 'design-weighted' : 'model-based weights';
  const ratio = (hit: Cell, miss: Cell) => weightedShare({ hit, miss, level, label });
  const [tn, fn, fp, tp] = [cell(0, 0), cell(0, 1), cell(1, 0), cell(1, 1)];
  return {
    sensitivity: ratio(tp, fn),
    specificity: ratio(tn, fp),
    positivePredictiveValue: ratio(tp, fp),
    negativePredictiveValue: ratio(tn, fn),
    prevalence: ratio(join(tp, fn), join(tn, fp)),
  };
}

interface Cell {
  weight: number;
  squares: number;
  count: number;
  /** The largest weight among verified cases of the decision (of both where joined); 0 if a decision has none. */
  largestWeight: number;
}

function weigh(cases: readonly WeightedCases[], decision: 0 | 1, outcome: 0 | 1): Cell {
  const cell: Cell = { weight: 0, squares: 0, count: 0, largestWeight: 0 };
  for (const row of cases) {
    if (row.decision !== decision || row.count === 0) continue;
    cell.largestWeight = Math.max(cell.largestWeight, 1 / row.probability);
    if (row.outcome !== outcome) continue;
    cell.weight += row.count / row.probability;
    cell.squares += row.count / row.probability ** 2;
    cell.count += row.count;
  }
  return cell;
}

function join(a: Cell, b: Cell): Cell {
  return {
    weight: a.weight + b.weight,
    squares: a.squares + b.squares,
    count: a.count + b.count,
    largestWeight: Math.min(a.largestWeight, b.largestWeight) === 0 ? 0 : Math.max(a.largestWeight, b.largestWeight),
  };
}

function weightedShare(parts: { hit: Cell; miss: Cell; level: number; label: string }): Estimate {
  const { hit, miss, level, label } = parts;
  const n = hit.count + miss.count;
  if (hit.largestWeight === 0 || miss.largestWeight === 0)
    return notEstimable(n, 'no case of one decision was verified');
  if (n === 0) return notEstimable(0, 'one class only');
  const value = hit.weight / (hit.weight + miss.weight);
  const tail = (1 - level) / 2;
  const method = `inverse probability of verification, ${label} (single look)`;
  if (miss.weight === 0 || hit.weight === 0) {
    const effective = (hit.weight + miss.weight) / Math.max(hit.largestWeight, miss.largestWeight);
    const limit = tail ** (1 / effective);
    const [lower, upper] = miss.weight === 0 ? [limit, 1] : [0, 1 - limit];
    return approximateEstimate({ value, lower, upper, n, level, method });
  }
  const variance = hit.squares / hit.weight ** 2 + miss.squares / miss.weight ** 2;
  const half = normalMultiplier(level) * Math.sqrt(variance);
  const logOdds = Math.log(hit.weight / miss.weight);
  const [lower, upper] = [expit(logOdds - half), expit(logOdds + half)];
  return approximateEstimate({ value, lower, upper, n, level, method });
}
