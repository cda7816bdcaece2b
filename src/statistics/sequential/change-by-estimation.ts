import { assert } from '#kernel';
import type { Estimate } from '../estimate.ts';

/**
 * Change detection for figures that have only confidence sequences (AUROC, AP): one sequence of level 1 − α is started
 * at each case of a geometric grid, and the alarm is that they share no value any more. Average run length to a false
 * alarm ≥ 1/α.
 * **Source**: Shekhar, Ramdas 2023 (arXiv 2309.09111); statistics spec, section 6.3.
 * @param cases cases seen so far.
 * @param ratio between starts, at least 1.1.
 * @returns the cases (from 1) at which sequences start, up to now.
 */
export function geometricStarts(cases: number, ratio = 2): number[] {
  assert(ratio >= 1.1, 'starts are spaced by a ratio of at least 1.1');
  const starts: number[] = [];
  for (let at = 1; at <= cases; at = Math.max(at + 1, Math.floor(at * ratio))) starts.push(at);
  return starts;
}

/**
 * The values that all sequences still hold possible.
 * @param sequences each one's running intersection; those not estimable say nothing.
 * @returns undefined where no value is left: the alarm. [−∞, ∞] where no sequence says anything.
 */
export function commonInterval(sequences: readonly Estimate[]): { lower: number; upper: number } | undefined {
  let [lower, upper] = [-Infinity, Infinity];
  for (const each of sequences) {
    if (!each.estimable) continue;
    lower = Math.max(lower, each.lower);
    upper = Math.min(upper, each.upper);
  }
  return lower <= upper ? { lower, upper } : undefined;
}
