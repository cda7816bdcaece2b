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

/** Where a change was found. */
export interface EstimatedChange {
  /** The look (in cases, from 1) at which no value was left. */
  readonly alarmAt: number;
  /** The start of the sequence that contradicts the earlier ones: the change lies near or after it. */
  readonly since: number;
}

/**
 * Looks at a stream case by case (or less often) and reports when the sequences share no value any more.
 * @param sequenceOf the confidence sequence of level 1 − α of the cases from..to (from 1, both included), such as
 *   `aurocSequenceOf` of that stretch. @param options cases in all; looks: every how many cases; ratio of starts.
 * @returns undefined without an alarm; average run length to a false one ≥ 1/α looks. Cost: looks × starts × `sequenceOf`.
 * **Source**: Shekhar, Ramdas 2023 (arXiv 2309.09111). Oracle: run lengths simulated in its test.
 */
export function changeByEstimation(
  sequenceOf: (from: number, to: number) => Estimate,
  options: { cases: number; looks?: number; ratio?: number },
): EstimatedChange | undefined {
  const { cases, looks = 1, ratio = 2 } = options;
  const starts = geometricStarts(cases, ratio);
  const kept = starts.map(() => ({ lower: -Infinity, upper: Infinity }));
  for (let now = looks; now <= cases; now += looks) {
    let [lower, upper] = [-Infinity, Infinity];
    for (const [s, from] of starts.entries()) {
      if (from > now) break;
      const estimate = sequenceOf(from, now);
      const running = kept[s]!;
      if (estimate.estimable) {
        running.lower = Math.max(running.lower, estimate.lower);
        running.upper = Math.min(running.upper, estimate.upper);
      }
      lower = Math.max(lower, running.lower);
      upper = Math.min(upper, running.upper);
      if (lower > upper) return { alarmAt: now, since: from };
    }
  }
  return undefined;
}
