import {
  binnedCalibration,
  countOnGrid,
  deLong,
  expectedAuroc,
  type FrozenGrid,
  frozenGrid,
  type GridDistances,
  gridDistances,
  newGridCounts,
  scoreGridDeLong,
  scoreGridOf,
  spiegelhalterTest,
  wassersteinDistance,
} from '#statistics';
import { askPeer, bestOf, digitsOf, type PeerAnswer } from '../peers/peers.ts';
import type { MonitoredCases } from './monitored-cases.ts';

/** The parts of a monitoring pass that other tools do as well, ours beside theirs. Each returns whether its bars hold. */

const [fasterBar, digitsBar, threshold] = [20, 9, 0.2];

interface Batch {
  auroc: number;
  sensitivity: number;
  specificity: number;
  precision: number;
}

function performanceOf({ probabilities, outcomes }: Pick<MonitoredCases, 'probabilities' | 'outcomes'>): Batch {
  const [tp, fp, fn, tn] = confusion(probabilities, outcomes);
  const found = deLong(probabilities, outcomes);
  if (!found.estimable) throw new Error(found.because);
  return {
    auroc: found.auroc,
    sensitivity: tp / (tp + fn),
    specificity: tn / (tn + fp),
    precision: tp / (tp + fp),
  };
}

/** The same on the frozen score grid, as AUROC claims have it: no sorting; equal probabilities are those of one bin. */
function performanceOnGrid({ probabilities, outcomes }: Pick<MonitoredCases, 'probabilities' | 'outcomes'>): Batch {
  const [tp, fp, fn, tn] = confusion(probabilities, outcomes);
  const found = scoreGridDeLong(scoreGridOf(probabilities, outcomes));
  if (!found.estimable) throw new Error(found.because);
  return {
    auroc: found.auroc,
    sensitivity: tp / (tp + fn),
    specificity: tn / (tn + fp),
    precision: tp / (tp + fp),
  };
}

function confusion(probabilities: Float64Array, outcomes: Uint8Array): [number, number, number, number] {
  let [flagged, events, tp] = [0, 0, 0];
  for (let i = 0; i < outcomes.length; i++) {
    const isFlagged = Number(probabilities[i]! >= threshold);
    const outcome = outcomes[i]!;
    flagged += isFlagged;
    events += outcome;
    tp += isFlagged & outcome;
  }
  return [tp, flagged - tp, events - tp, outcomes.length - flagged - events + tp];
}

const frozen = (columns: readonly Float64Array[]): FrozenGrid[] =>
  columns.map((column) => {
    const grid = frozenGrid(column);
    if (!grid.estimable) throw new Error(grid.because);
    return grid;
  });

function distances(grid: FrozenGrid, values: Float64Array, range: { from: number; until: number }): GridDistances {
  const counts = newGridCounts(grid);
  countOnGrid(grid, counts, values, range);
  const found = gridDistances(grid, counts);
  if (!found.estimable) throw new Error(found.because);
  return found;
}

interface NannymlParts {
  reference: MonitoredCases;
  analysis: MonitoredCases;
  chunk: number;
}

function nannymlParts({ reference, analysis, chunk }: NannymlParts) {
  const n = analysis.outcomes.length;
  const ranges = Array.from({ length: Math.ceil(n / chunk) }, (_, c) => ({
    from: c * chunk,
    until: Math.min(n, (c + 1) * chunk),
  }));
  const chunks = ranges.map(({ from, until }) => ({
    probabilities: analysis.probabilities.subarray(from, until),
    outcomes: analysis.outcomes.subarray(from, until),
  }));
  const drift = bestOf(3, () => {
    const grids = frozen(reference.features);
    return grids.flatMap((grid, f) => ranges.map((range) => distances(grid, analysis.features[f]!, range)));
  });
  const realised = bestOf(3, () => chunks.map(performanceOnGrid));
  const exact = bestOf(3, () => chunks.map(performanceOf));
  const estimated = bestOf(3, () =>
    chunks.map(({ probabilities }) => {
      const found = expectedAuroc({ probabilities, scores: probabilities });
      if (!('value' in found)) throw new Error('CBPE is indicated');
      return found.value;
    }),
  );
  return { drift, realised, exact, estimated };
}

/** NannyML: KS and Wasserstein of every feature, realised AUROC, sensitivity, specificity, PPV, and CBPE, in ten chunks. */
export function compareNannyml(of: NannymlParts & { folder: string }): boolean {
  const { drift, realised, exact, estimated } = nannymlParts(of);
  ours('drift: KS and Wasserstein on frozen grids, 10 chunks', drift.ms);
  ours('realised: AUROC with variance, sens, spec, PPV, 10 chunks', realised.ms);
  ours('the same, AUROC exact instead of on the score grid', exact.ms);
  ours('estimated without labels: CBPE AUROC, 10 chunks', estimated.ms);
  const { folder, reference, chunk } = of;
  const peer = askPeer('nannyml', 'pass-nannyml.py', [folder, String(reference.features.length), String(chunk)]);
  if (!peer) return true;
  const held = faster(peer, { drift: drift.ms, realised: realised.ms, estimated: estimated.ms });
  const theirMs = Object.values(peer.seconds!).reduce((sum, seconds) => sum + 1000 * seconds, 0);
  console.log(`  with the exact AUROC: ${(theirMs / (drift.ms + exact.ms + estimated.ms)).toFixed(1)} ×`);
  const aurocs = (batches: readonly Batch[]): number[] => batches.map(({ auroc }) => auroc);
  const ofDrift = (pick: (one: GridDistances) => number): number[] => drift.result.map(pick);
  const sensitivities = exact.result.map(({ sensitivity }) => sensitivity);
  const equal = [
    agree('realised AUROC, exact,', aurocs(exact.result), peer.auroc as number[]),
    agree('realised sensitivity', sensitivities, peer.recall as number[]),
    agree(
      'KS on the same grid',
      ofDrift((one) => one.kolmogorovSmirnov.value),
      (peer.ks as number[][]).flat(),
    ),
  ];
  tell('realised AUROC on the score grid', aurocs(realised.result), peer.auroc as number[]);
  // Theirs counts one case too many outside the reference; its CBPE recalibrates first where that helps, and groups no ties.
  const moved = ofDrift((one) => one.wasserstein.value);
  tell('Wasserstein (theirs counts one more case outside the grid)', moved, (peer.wasserstein as number[][]).flat());
  tell('CBPE (theirs recalibrates on the reference where that helps)', estimated.result, peer.cbpe as number[]);
  return held && equal.every(Boolean);
}

/** Evidently: Wasserstein of every feature in reference sd (its default), and classification quality. */
export function compareEvidently(of: { reference: MonitoredCases; analysis: MonitoredCases; folder: string }): boolean {
  const { reference, analysis } = of;
  const range = { from: 0, until: analysis.outcomes.length };
  const drift = bestOf(2, () =>
    frozen(reference.features).map((grid, f) => distances(grid, analysis.features[f]!, range).wasserstein.value),
  );
  const exact = bestOf(1, () =>
    reference.features.map((column, f) => {
      const found = wassersteinDistance(column, analysis.features[f]!);
      if (!found.estimable) throw new Error(found.because);
      return found.value / standardDeviation(column);
    }),
  );
  const quality = bestOf(2, () => [performanceOf(reference), performanceOf(analysis)] as const);
  ours('drift: Wasserstein on frozen grids, whole batch', drift.ms);
  ours('drift: exact Wasserstein, whole batch', exact.ms);
  ours('classification quality of reference and batch', quality.ms);
  const peer = askPeer('evidently', 'pass-evidently.py', [of.folder, String(reference.features.length)]);
  if (!peer) return true;
  const held = faster(peer, { drift: drift.ms, classification: quality.ms });
  const equal = [
    agree('exact Wasserstein in sd', exact.result, peer.wasserstein as number[]),
    agree('AUROC', [quality.result[1].auroc], (peer.auroc as number[]).slice(0, 1)),
    agree('sensitivity', [quality.result[1].sensitivity], (peer.recall as number[]).slice(0, 1)),
  ];
  return held && equal.every(Boolean);
}

/** MAPIE: Spiegelhalter's test (theirs is one-sided) and the binned calibration error. */
export function compareMapie({ analysis, folder }: { analysis: MonitoredCases; folder: string }): boolean {
  const { probabilities, outcomes } = analysis;
  const ones = new Float64Array(outcomes.length).fill(1);
  const test = bestOf(2, () => spiegelhalterTest({ probabilities, events: outcomes, totals: ones }));
  const error = bestOf(2, () => binnedCalibration(probabilities, outcomes));
  ours('Spiegelhalter, two-sided', test.ms);
  ours('binned calibration error, 10 bins', error.ms);
  const peer = askPeer('mapie', 'pass-mapie.py', [folder]);
  if (!peer) return true;
  for (const [name, seconds] of Object.entries(peer.seconds!))
    theirs(peer, name, seconds, { spiegelhalter: test.ms, ece: error.ms });
  if (test.result.estimable) {
    console.log(
      `  Spiegelhalter: ours z ${test.result.statistic.toFixed(6)}, two-sided p ${test.result.pValue.toPrecision(6)};`,
    );
    console.log(`  ${peer.version} one-sided p ${(peer.pValue as number).toPrecision(6)}`);
  }
  return true;
}

function standardDeviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

const ours = (what: string, ms: number): void => console.log(`  ${what.padEnd(60)} ${ms.toFixed(1).padStart(9)} ms`);

function theirs(peer: PeerAnswer, name: string, seconds: number, oursMs: Record<string, number>): number {
  const ratio = (1000 * seconds) / oursMs[name]!;
  const label = `  ${peer.version}: ${name}`;
  console.log(`${label.padEnd(62)} ${(1000 * seconds).toFixed(1).padStart(9)} ms  ${ratio.toFixed(1)} × ours`);
  return ratio;
}

function faster(peer: PeerAnswer, oursMs: Record<string, number>): boolean {
  const seconds = Object.entries(peer.seconds!);
  for (const [name, one] of seconds) theirs(peer, name, one, oursMs);
  const whole = seconds.reduce((sum, [, one]) => sum + 1000 * one, 0);
  const own = Object.values(oursMs).reduce((sum, ms) => sum + ms, 0);
  const isMet = whole / own >= fasterBar;
  console.log(
    `  ${isMet ? 'met' : 'NOT MET'}: ${(whole / own).toFixed(1)} × faster than ${peer.version} in all these parts, bar ${fasterBar} ×; ${peer.peakMb} MB`,
  );
  return isMet;
}

const fewestDigits = (a: readonly number[], b: readonly number[]): number =>
  a.length === b.length && a.length > 0 ? Math.min(...a.map((value, i) => digitsOf(value, b[i]!))) : Number.NaN;

function agree(what: string, a: readonly number[], b: readonly number[]): boolean {
  const digits = fewestDigits(a, b);
  const isMet = digits >= digitsBar;
  console.log(`  ${isMet ? 'met' : 'NOT MET'}: ${what} equal in ${digits} digits`);
  return isMet;
}

const tell = (what: string, a: readonly number[], b: readonly number[]): void =>
  console.log(`  ${what}: equal in ${fewestDigits(a, b)} digits, another definition`);
