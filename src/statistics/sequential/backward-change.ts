import type { Estimate } from '../estimate.ts';
import { type EstimatedChange, geometricStarts } from './change-by-estimation.ts';

/**
 * Change detection by two confidence sequences, one running forwards from the first case and one backwards from the
 * latest: an alarm where they share no value. The backward one dates the change.
 * @param sequenceOf the confidence sequence of level 1 − α of the cases from..to (from 1, both included), symmetric in their
 *   order, as binary and rank figures are. @param options cases; looks: every how many cases; ratio of backward lengths.
 * @returns undefined without an alarm; `since` is where the shortest backward stretch that contradicts the past begins. Average
 *   run length to a false alarm ≥ 1/(2α) − 3/2 looks. Backward stretches of geometric lengths only: fewer than the paper's, so
 *   later, never more often wrong. Cost: looks × log(cases) × `sequenceOf`.
 * **Source**: Shekhar & Ramdas, ICML 2023, "Sequential changepoint detection via backward confidence sequences". Oracle: run
 * lengths simulated in its test.
 */
export function changeByBackwardSequence(
  sequenceOf: (from: number, to: number) => Estimate,
  options: { cases: number; looks?: number; ratio?: number },
): EstimatedChange | undefined {
  const { cases, looks = 1, ratio = 1.5 } = options;
  const forward = { lower: -Infinity, upper: Infinity };
  for (let now = looks; now <= cases; now += looks) {
    narrow(forward, sequenceOf(1, now));
    const backward = { lower: -Infinity, upper: Infinity };
    for (const length of geometricStarts(now, ratio)) {
      narrow(backward, sequenceOf(now - length + 1, now));
      const isApart = Math.max(forward.lower, backward.lower) > Math.min(forward.upper, backward.upper);
      if (isApart) return { alarmAt: now, since: now - length + 1 };
    }
  }
  return undefined;
}

function narrow(interval: { lower: number; upper: number }, estimate: Estimate): void {
  if (!estimate.estimable) return;
  interval.lower = Math.max(interval.lower, estimate.lower);
  interval.upper = Math.min(interval.upper, estimate.upper);
}
