import { assert } from '#kernel';
import { type NotEstimable, notEstimable } from '../estimate.ts';
import { wilsonInterval } from '../fixed-intervals.ts';
import { radixArgsort } from '../numerics/radix-argsort.ts';
import { whyNotForecasts } from '../numerics/usable.ts';

/** How predictions are cut into bins; `equal-mass` is the primary one. */
export type Binning = 'equal-mass' | 'equal-width' | 'equal-width-right-closed';

/** One point of a reliability diagram. */
export interface ReliabilityBin {
  /** Smallest and largest prediction in the bin. */
  readonly from: number;
  readonly to: number;
  readonly n: number;
  /** Number of events; where cases are weighted, the weight of events. */
  readonly events: number;
  readonly meanPredicted: number;
  readonly observedRate: number;
  /** Wilson 95 % interval of the observed rate, for a single look. */
  readonly lower: number;
  readonly upper: number;
}

export interface BinnedCalibration {
  readonly estimable: true;
  /** Bins that hold cases, ascending. */
  readonly bins: ReliabilityBin[];
  /** Expected calibration error: mean gap weighted by n. Biased upwards in small n: never a claim. */
  readonly ece: number;
  /** Largest gap of a bin. */
  readonly mce: number;
  /** Number of cases in bins; predictions of exactly 0 lie in no right-closed bin. */
  readonly n: number;
}

/**
 * Calibration by bins: reliability diagram, ECE and MCE.
 * @param probabilities in [0, 1]; @param outcomes 0 or 1, as many.
 * @param options number of bins k (default 10) and binning. Equal mass: stable order, k parts, the first n mod k one
 *   longer. Equal width: bin min(⌊kp⌋, k−1). Right-closed: bins (l, u], and the divisor is the binned count.
 * @returns not estimable with `no labels yet`. Cost: linear (radix sort).
 * **Source**: Naeini et al., AAAI 2015; Nguyen & O'Connor, EMNLP 2015 (equal mass); right-closed as in MetricsReloaded.
 * Oracle: calibration_gold.json `ece10_width`, `ece10_mass`; MetricsReloaded's test cases.
 */
export function binnedCalibration(
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
  options: { bins?: number; binning?: Binning } = {},
): BinnedCalibration | NotEstimable {
  assert(probabilities.length === outcomes.length, 'there is one outcome a prediction');
  const { bins: count = 10, binning = 'equal-mass' } = options;
  assert(Number.isInteger(count) && count >= 1, 'the number of bins is whole and at least 1');
  const why = whyNotForecasts(probabilities, outcomes);
  if (why !== undefined) return notEstimable(outcomes.length, why);
  const members =
    binning === 'equal-mass' ? equalMass(probabilities, count) : equalWidth(probabilities, { count, binning });
  const bins = members.filter((bin) => bin.length > 0).map((bin) => summarise(bin, probabilities, outcomes));
  const n = bins.reduce((sum, bin) => sum + bin.n, 0);
  if (n === 0) return notEstimable(0, 'no labels yet');
  const gaps = bins.map((bin) => Math.abs(bin.observedRate - bin.meanPredicted));
  const ece = bins.reduce((sum, bin, b) => sum + (bin.n / n) * gaps[b]!, 0);
  return { estimable: true, bins, ece, mce: Math.max(...gaps), n };
}

export interface DebiasedCalibrationError {
  readonly estimable: true;
  /** S, an unbiased estimate of the mean squared gap given the bins; may be below 0. */
  readonly squared: number;
  /** √max(S, 0). */
  readonly error: number;
  readonly n: number;
}

/**
 * Debiased L2 calibration error: S = Σ (n_b/n)[(ȳ_b − p̄_b)² − ȳ_b(1 − ȳ_b)/(n_b − 1)].
 * @param binned of `binnedCalibration`.
 * @returns not estimable where a bin holds fewer than two cases.
 * **Source**: Kumar, Liang & Ma, NeurIPS 2019. Oracle: calibration_gold.json `ece2_debiased10_mass`, 1e-12.
 */
export function debiasedCalibrationError(binned: BinnedCalibration): DebiasedCalibrationError | NotEstimable {
  if (binned.bins.some((bin) => bin.n < 2)) return notEstimable(binned.n, 'n < 2 in a bin');
  const squared = binned.bins.reduce((sum, bin) => {
    const noise = (bin.observedRate * (1 - bin.observedRate)) / (bin.n - 1);
    return sum + (bin.n / binned.n) * ((bin.observedRate - bin.meanPredicted) ** 2 - noise);
  }, 0);
  return { estimable: true, squared, error: Math.sqrt(Math.max(squared, 0)), n: binned.n };
}

/** A reliability point from sums over its cases, with Wilson's interval. */
function reliabilityBin(sums: {
  from: number;
  to: number;
  n: number;
  events: number;
  predicted: number;
}): ReliabilityBin {
  const { from, to, n, events, predicted } = sums;
  const interval = wilsonInterval({ n, k: events });
  assert(interval.estimable, 'a bin holds at least one case');
  const { value: observedRate, lower, upper } = interval;
  return { from, to, n, events, meanPredicted: predicted / n, observedRate, lower, upper };
}

function summarise(
  members: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  outcomes: ArrayLike<number>,
): ReliabilityBin {
  let [from, to, events, predicted] = [1, 0, 0, 0];
  for (let i = 0; i < members.length; i++) {
    const p = probabilities[members[i]!]!;
    from = Math.min(from, p);
    to = Math.max(to, p);
    predicted += p;
    events += outcomes[members[i]!]!;
  }
  return reliabilityBin({ from, to, n: members.length, events, predicted });
}

function equalMass(probabilities: ArrayLike<number>, count: number): Uint32Array[] {
  const order = radixArgsort(probabilities);
  const [short, longer] = [Math.floor(order.length / count), order.length % count];
  return Array.from({ length: count }, (_, b) => {
    const start = b * short + Math.min(b, longer);
    return order.subarray(start, start + short + (b < longer ? 1 : 0));
  });
}

function equalWidth(probabilities: ArrayLike<number>, options: { count: number; binning: Binning }): number[][] {
  const { count, binning } = options;
  const members: number[][] = Array.from({ length: count }, () => []);
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i]!;
    assert(p >= 0 && p <= 1, 'a probability lies in [0, 1]');
    const bin = binning === 'equal-width' ? Math.min(Math.floor(count * p), count - 1) : rightClosedBin(p, count);
    members[bin]?.push(i);
  }
  return members;
}

/** The bin (b/count, (b+1)/count] that holds p, −1 for p = 0; the product alone would misplace .7 in ten bins. */
function rightClosedBin(p: number, count: number): number {
  const guess = Math.ceil(count * p) - 1;
  if (guess >= 0 && p <= guess / count) return guess - 1;
  return p > (guess + 1) / count ? guess + 1 : guess;
}
