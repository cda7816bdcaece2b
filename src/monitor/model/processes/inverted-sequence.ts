import { type BoundedFamily, boundedLogEFromCounts, type Estimate, exactEstimate } from '#statistics';

/** Equal observations and how many there were, in a canonical order. */
export type Tally<O> = readonly { observation: O; count: number }[];

/**
 * A confidence sequence for a figure whose claims "at least s" and "at most s" are bounded claims at every s: each end
 * inverts the process of its side at α/2. Evidence against "at least s" rises with s, against "at most s" falls with it,
 * so the ends are found by bisection.
 * @param figure its value; n; the range of s, ends excluded; the claim of either direction at s.
 * **Source**: Waudby-Smith & Ramdas, JRSSB 2024 (confidence sequences by inverting bets); as `auditedSensitivitySequence`.
 */
export function invertedSequence<O>(
  tally: Tally<O>,
  figure: {
    value: number;
    n: number;
    range: { from: number; to: number };
    atLeast(s: number): BoundedFamily<O>;
    atMost(s: number): BoundedFamily<O>;
    method: string;
  },
  alpha = 0.05,
): Estimate {
  const { value, n, range, method } = figure;
  const level = Math.log(2 / alpha);
  const isRefuted = (family: (s: number) => BoundedFamily<O>) => (s: number) =>
    boundedLogEFromCounts(family(s), tally) >= level;
  const edge = 1e-9 * (range.to - range.from);
  const [low, high] = [range.from + edge, range.to - edge];
  return exactEstimate({
    value,
    lower: Math.min(value, lastNotRefuted(isRefuted(figure.atMost), { from: high, to: low, end: range.from })),
    upper: Math.max(value, lastNotRefuted(isRefuted(figure.atLeast), { from: low, to: high, end: range.to })),
    n,
    level: 1 - alpha,
    method,
  });
}

/** Bisects from a side on which nothing is refuted to the side on which it may be; `end` where nothing there is. */
function lastNotRefuted(
  isRefuted: (s: number) => boolean,
  { from, to, end }: { from: number; to: number; end: number },
): number {
  if (!isRefuted(to)) return end;
  let [kept, refuted] = [from, to];
  for (let step = 0; step < 40; step++) {
    const middle = (kept + refuted) / 2;
    if (isRefuted(middle)) refuted = middle;
    else kept = middle;
  }
  return kept;
}
