import { assert } from '#kernel';
import { tieGroups } from '../discrimination/discrimination.ts';
import { type NotEstimable, notEstimable } from '../estimate.ts';
import { whyNotForecasts } from '../numerics/usable.ts';

/** A stretch of predictions to which isotonic regression gives one probability. */
export interface CorpBlock {
  /** Smallest and largest prediction in the block. */
  readonly from: number;
  readonly to: number;
  readonly n: number;
  readonly events: number;
  /** events / n, increasing from block to block. */
  readonly recalibrated: number;
}

/** Brier score = miscalibration − discrimination + uncertainty. */
export interface Corp {
  readonly estimable: true;
  readonly brier: number;
  /** MCB ≥ 0: what recalibration would gain. */
  readonly miscalibration: number;
  /** DSC ≥ 0: what the recalibrated predictions gain over the prevalence. */
  readonly discrimination: number;
  /** UNC = ȳ(1 − ȳ). */
  readonly uncertainty: number;
  readonly blocks: CorpBlock[];
  readonly n: number;
}

/**
 * CORP reliability diagram and decomposition of the Brier score: consistent, optimal, reproducible, no bins to choose.
 * @param probabilities in [0, 1]; @param outcomes 0 or 1, as many.
 * @returns not estimable with `no labels yet`. One class only is estimable: UNC and DSC are then 0.
 * Cost: linear (radix sort, pool-adjacent-violators).
 * **Source**: Dimitriadis, Gneiting & Jordan, PNAS 2021. Oracle: calibration_gold.json `corp`, 1e-12.
 */
export function corp(probabilities: ArrayLike<number>, outcomes: ArrayLike<number>): Corp | NotEstimable {
  const why = whyNotForecasts(probabilities, outcomes);
  if (why !== undefined) return notEstimable(outcomes.length, why);
  const groups = tieGroups(probabilities, outcomes);
  return corpFromGroups(groups);
}

/**
 * CORP from counts of outcomes 0 (`nonEvents`) and 1 (`events`) at ascending predictions (`scores`).
 * @returns as `corp`; groups without events or non-events are passed over.
 */
export function corpFromGroups(groups: {
  scores: ArrayLike<number>;
  nonEvents: ArrayLike<number>;
  events: ArrayLike<number>;
}): Corp | NotEstimable {
  const { scores, nonEvents, events } = groups;
  const blocks: CorpBlock[] = [];
  let [n, eventCount, squaredErrors] = [0, 0, 0];
  for (let g = 0; g < scores.length; g++) {
    const here = nonEvents[g]! + events[g]!;
    if (here === 0) continue;
    const p = scores[g]!;
    assert(p >= 0 && p <= 1, 'a probability lies in [0, 1]');
    n += here;
    eventCount += events[g]!;
    squaredErrors += events[g]! * (1 - p) ** 2 + nonEvents[g]! * p ** 2;
    blocks.push({ from: p, to: p, n: here, events: events[g]!, recalibrated: events[g]! / here });
    poolViolators(blocks);
  }
  if (n === 0) return notEstimable(0, 'no labels yet');
  const brier = squaredErrors / n;
  const uncertainty = (eventCount / n) * (1 - eventCount / n);
  const recalibratedBrier = blocks.reduce((sum, b) => sum + b.n * b.recalibrated * (1 - b.recalibrated), 0) / n;
  // Both terms are non-negative by optimality of isotonic regression; rounding may leave −1e-17.
  const miscalibration = Math.max(0, brier - recalibratedBrier);
  const discrimination = Math.max(0, uncertainty - recalibratedBrier);
  return { estimable: true, brier, miscalibration, discrimination, uncertainty, blocks, n };
}

/** Joins the last two blocks as long as they are not strictly increasing. */
function poolViolators(blocks: CorpBlock[]): void {
  while (blocks.length > 1) {
    const last = blocks[blocks.length - 1]!;
    const before = blocks[blocks.length - 2]!;
    if (before.events * last.n < last.events * before.n) return;
    const n = before.n + last.n;
    const events = before.events + last.events;
    blocks.splice(-2, 2, { from: before.from, to: last.to, n, events, recalibrated: events / n });
  }
}
