import { assert } from '#kernel';
import { type NotEstimable, notEstimable } from '../estimate.ts';
import { wilsonInterval } from '../fixed-intervals.ts';
import type { BinnedCalibration, ReliabilityBin } from './binned-calibration.ts';

export interface ReliabilityOptions {
  /** Number of bins wanted, default 10. */
  readonly bins?: number;
  /** Fewest cases a bin may hold, default 30; there is one bin where there are fewer cases in all. */
  readonly smallestN?: number;
}

/** All cases with one prediction: their number, their weights, the weights of events, and the squared weights. */
export interface PredictionMass {
  readonly predicted: number;
  readonly n: number;
  readonly weight: number;
  readonly eventWeight: number;
  readonly squares: number;
}

/**
 * A reliability diagram from masses at ascending predictions: they are taken in order into the part of all weight in
 * which their middle lies, then a part with too few cases joins its smaller neighbour.
 * @param masses ascending in prediction; those without cases are passed over.
 * @returns bins with Wilson intervals at Kish's effective number of cases, ECE and MCE; not estimable with
 *   `no labels yet`. Cost: linear.
 * **Source**: equal-mass bins, Nguyen & O'Connor, EMNLP 2015; the joining is ours. Oracle: counts by hand.
 */
export function mergedReliability(
  masses: readonly PredictionMass[],
  options: ReliabilityOptions = {},
): BinnedCalibration | NotEstimable {
  const { bins: wanted = 10, smallestN = 30 } = options;
  assert(Number.isInteger(wanted) && wanted >= 1, 'the number of bins is whole and at least 1');
  const present = masses.filter((mass) => mass.n > 0);
  if (present.length === 0) return notEstimable(0, 'no labels yet');
  const all = present.reduce((sum, mass) => sum + mass.weight, 0);
  const bins = joinSmallParts(equalMassParts(present, { all, wanted }), smallestN).map(toBin);
  const weights = bins.map((bin) => bin.weight / all);
  const gaps = bins.map(({ bin }) => Math.abs(bin.observedRate - bin.meanPredicted));
  return {
    estimable: true,
    bins: bins.map(({ bin }) => bin),
    ece: gaps.reduce((sum, gap, b) => sum + weights[b]! * gap, 0),
    mce: Math.max(...gaps),
    n: present.reduce((sum, mass) => sum + mass.n, 0),
  };
}

interface Part extends Omit<PredictionMass, 'predicted'> {
  from: number;
  to: number;
  /** Σ weight × prediction. */
  weightedPrediction: number;
}

function equalMassParts(masses: readonly PredictionMass[], { all, wanted }: { all: number; wanted: number }): Part[] {
  const parts: (Part | undefined)[] = new Array(wanted).fill(undefined);
  let before = 0;
  for (const { predicted, ...mass } of masses) {
    const at = Math.min(wanted - 1, Math.floor((wanted * (before + mass.weight / 2)) / all));
    const part = { ...mass, from: predicted, to: predicted, weightedPrediction: mass.weight * predicted };
    const present = parts[at];
    parts[at] = present === undefined ? part : joined(present, part);
    before += mass.weight;
  }
  return parts.filter((part) => part !== undefined);
}

function joinSmallParts(parts: Part[], smallestN: number): Part[] {
  const result = [...parts];
  while (result.length > 1) {
    const small = result.findIndex((part) => part.n < smallestN);
    if (small === -1) break;
    const before = result[small - 1]?.n ?? Number.POSITIVE_INFINITY;
    const after = result[small + 1]?.n ?? Number.POSITIVE_INFINITY;
    const first = before <= after ? small - 1 : small;
    result.splice(first, 2, joined(result[first]!, result[first + 1]!));
  }
  return result;
}

function joined(a: Part, b: Part): Part {
  return {
    from: a.from,
    to: b.to,
    n: a.n + b.n,
    weight: a.weight + b.weight,
    eventWeight: a.eventWeight + b.eventWeight,
    squares: a.squares + b.squares,
    weightedPrediction: a.weightedPrediction + b.weightedPrediction,
  };
}

function toBin(part: Part): { bin: ReliabilityBin; weight: number } {
  const { from, to, n, weight, eventWeight, squares, weightedPrediction } = part;
  const effective = weight ** 2 / squares;
  const interval = wilsonInterval({ n: effective, k: Math.min(effective, (effective * eventWeight) / weight) });
  assert(interval.estimable, 'a bin holds at least one case');
  const { value: observedRate, lower, upper } = interval;
  // Rounding of the mean must not leave the bin.
  const meanPredicted = Math.min(to, Math.max(from, weightedPrediction / weight));
  return { bin: { from, to, n, events: eventWeight, meanPredicted, observedRate, lower, upper }, weight };
}
