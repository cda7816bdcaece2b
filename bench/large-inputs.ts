import { seededRandom } from '#kernel';
import {
  averagePrecisionInterval,
  binnedCalibration,
  corp,
  cramerVonMises,
  decisionCurve,
  ecce,
  frozenBins,
  kolmogorovSmirnov,
  mannWhitney,
  populationStabilityIndex,
  riskCoverage,
  wassersteinDistance,
} from '#statistics';

// Every figure that sorts its cases, at 1e6 rows; with `--large` at 1e7, which takes some GB of memory.
const rows = process.argv.includes('--large') ? 10_000_000 : 1_000_000;
const random = seededRandom('large inputs');
const scores = Float64Array.from({ length: rows }, () => random());
const outcomes = Uint8Array.from(scores, (p) => (random() < p ? 1 : 0));
const [first, second] = [scores.subarray(0, rows / 2), scores.subarray(rows / 2)];

const figures: Record<string, () => { estimable: boolean }> = {
  'average precision with interval': () => averagePrecisionInterval(scores, outcomes),
  'CORP decomposition': () => corp(scores, outcomes),
  'ECE, equal mass': () => binnedCalibration(scores, outcomes),
  ECCE: () => ecce(scores, outcomes),
  'decision curve, 99 thresholds': () =>
    decisionCurve(scores, outcomes, { thresholds: Array.from({ length: 99 }, (_, i) => (i + 1) / 100) }),
  'risk–coverage': () => riskCoverage(scores, outcomes),
  'Kolmogorov–Smirnov': () => kolmogorovSmirnov(first, second),
  'Cramér–von Mises': () => cramerVonMises(first, second),
  'Mann–Whitney': () => mannWhitney(first, second),
  'Wasserstein distance': () => wassersteinDistance(first, second),
  'population stability': () => {
    const bins = frozenBins(first);
    return bins.estimable ? populationStabilityIndex(bins, second) : bins;
  },
};

console.log(`${rows.toLocaleString('en')} rows`);
for (const [name, figure] of Object.entries(figures)) {
  const started = performance.now();
  const { estimable } = figure();
  console.log(
    `${name.padEnd(34)} ${(performance.now() - started).toFixed(0).padStart(7)} ms${estimable ? '' : '  NOT ESTIMABLE'}`,
  );
}
