// Goal: odd data get an answer: an estimate or a reason, never NaN, never an assertion. Method: every exported estimator of
// cases meets empty, single, one-class, tied, NaN, infinite and extreme data; every exported estimator of counts meets 0 and 1.
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import * as room from './index.ts';

/** Every number inside a result. NaN is an answer to nobody. */
function numbersOf(result: unknown): number[] {
  if (typeof result === 'number') return [result];
  if (ArrayBuffer.isView(result)) return Array.from(result as unknown as ArrayLike<number>);
  if (result instanceof Map) return [...result.values()].flatMap(numbersOf);
  if (typeof result === 'object' && result !== null) return Object.values(result).flatMap(numbersOf);
  return [];
}

function expectAnswer(result: unknown): void {
  expect(numbersOf(result).filter(Number.isNaN), JSON.stringify(result)).toEqual([]);
  if (typeof result !== 'object' || result === null) return;
  const { estimable, because, value, lower, upper } = result as Record<string, unknown>;
  if (estimable === false) expect(because).toMatch(/\w/);
  if (typeof lower !== 'number' || typeof value !== 'number') return;
  expect(lower).toBeLessThanOrEqual(value);
  expect(upper).toBeGreaterThanOrEqual(value);
}

const { NaN: missing } = Number;
/** Scores (or probabilities) with outcomes, from the harmless to the absurd. */
const cases: Record<string, { s: number[]; y: number[] }> = {
  empty: { s: [], y: [] },
  'one case': { s: [0.4], y: [1] },
  'one class': { s: [0.1, 0.5, 0.9], y: [1, 1, 1] },
  'the other class': { s: [0.1, 0.5, 0.9], y: [0, 0, 0] },
  'all ties': { s: Array(30).fill(0.5), y: Array.from({ length: 30 }, (_, i) => i % 2) },
  NaN: { s: [0.1, missing, 0.9, 0.3], y: [1, 0, 1, 0] },
  infinite: { s: [-Infinity, 0.2, Infinity, 0.3], y: [0, 1, 1, 0] },
  'exactly 0 and 1': { s: [0, 1, 0, 1, 1, 0], y: [0, 1, 1, 0, 1, 0] },
  'perfectly right': { s: [0, 0, 0, 1, 1, 1], y: [0, 0, 0, 1, 1, 1] },
  'perfectly wrong': { s: [1, 1, 1, 0, 0, 0], y: [0, 0, 0, 1, 1, 1] },
  'two of each': { s: [0.2, 0.6, 0.5, 0.7], y: [0, 0, 1, 1] },
  'outcomes that are none': { s: [0.2, 0.6], y: [2, missing] },
  'minus zero': { s: [-0, 0, 0.5, 0.5], y: [0, 1, 1, 0] },
};

type Estimator = (s: number[], y: number[]) => unknown;
const random = () => seededRandom('bad input');
const rows = (s: number[]) => s.map((value) => [value, 1]);
const named = (values: number[]) => values.map((value) => `group ${value}`);
const binary = (values: number[]) => values.map((value) => (value === 1 ? 1 : 0));
/** A function of fitted references: the not-estimable answer of the fit is the answer. */
const then = <F extends { estimable: boolean }>(fit: F, use: (fitted: Extract<F, { estimable: true }>) => unknown) =>
  fit.estimable ? use(fit as Extract<F, { estimable: true }>) : fit;

const ofCases: Record<string, Estimator> = {
  auroc: (s, y) => room.auroc(s, y),
  aurocSequenceOf: (s, y) => room.aurocSequenceOf(s, y),
  averagePrecision: room.averagePrecision,
  averagePrecisionInterval: room.averagePrecisionInterval,
  averagePrecisionSequence: (s, y) => room.averagePrecisionSequence(s, y),
  averagePrecisionVariance: room.averagePrecisionVariance,
  binnedCalibration: (s, y) => then(room.binnedCalibration(s, y), room.debiasedCalibrationError),
  'binnedCalibration, right-closed': (s, y) => room.binnedCalibration(s, y, { binning: 'equal-width-right-closed' }),
  brierScore: room.brierScore,
  calibrateRarity: (s, y) => (s.some(Number.isNaN) ? undefined : room.calibrateRarity(s, named(y))),
  calibrationIntercept: (s, y) => room.calibrationIntercept({ probabilities: s, events: y }),
  calibrationSlope: (s, y) => room.calibrationSlope({ probabilities: s, events: y }),
  calibrationSlopeSequence: (s, y) => room.calibrationSlopeSequence({ probabilities: s, events: y }),
  chooseThreshold: (s, y) => room.chooseThreshold(s, y, { kind: 'youden' }),
  classwiseCalibrationError: (s, y) =>
    room.classwiseCalibrationError({ probabilities: s.map((p) => [1 - p, p]), classes: y }),
  cohenKappa: room.cohenKappa,
  comparePairedAurocs: (s, y) => room.comparePairedAurocs({ first: s, second: [...s].reverse() }, y),
  compareUnpairedAurocs: (s, y) => room.compareUnpairedAurocs(room.deLong(s, y), room.deLong(s, y)),
  conformalThreshold: (s) => room.conformalThreshold(s, 0.1),
  corp: room.corp,
  cramerVonMises: room.cramerVonMises,
  deLong: room.deLong,
  decisionCurve: (s, y) => room.decisionCurve(s, y, { thresholds: [0.1, 0.5] }),
  ecce: room.ecce,
  energyDistance: room.energyDistance,
  expectedAuroc: (s, y) => room.expectedAuroc({ probabilities: s, scores: y }),
  expectedConfusion: (s, y) => room.expectedConfusion({ probabilities: s, scores: y }, 0.5),
  explainedVariation: (s, y) => room.explainedVariation({ probabilities: s, events: y }),
  fitIsotonic: (s, y) => then(room.fitIsotonic(s, y), (fit) => room.applyIsotonic(fit, 0.3)),
  fitMahalanobis: (s) => then(room.fitMahalanobis(rows(s)), (fit) => room.mahalanobisSquared(fit, [0.5, missing])),
  fitRecalibration: (s, y) => room.fitRecalibration({ probabilities: s, events: y }, 'intercept-and-slope'),
  fleissKappa: (s, y) => room.fleissKappa(s.map((value, i) => [value, y[i]])),
  flexibleCalibration: room.flexibleCalibration,
  frozenBins: (s, y) => then(room.frozenBins(s), (bins) => room.populationStabilityIndex(bins, y)),
  gwetAgreement: (s, y) => room.gwetAgreement(s.map((value, i) => [value, y[i]])),
  hosmerLemeshow: (s, y) => room.hosmerLemeshow(s, y, 3),
  kernelCalibrationError: (s, y) =>
    room.kernelCalibrationError({ probabilities: s.map((p) => [1 - p, p]), classes: y }),
  kolmogorovSmirnov: (s, y) => room.kolmogorovSmirnov(s, y),
  krippendorffAlpha: (s, y) => room.krippendorffAlpha(s.map((value, i) => [value, y[i]])),
  ledoitWolfCovariance: (s) => room.ledoitWolfCovariance(rows(s)),
  mannWhitney: room.mannWhitney,
  maximumMeanDiscrepancy: (s, y) =>
    room.maximumMeanDiscrepancy(rows(s), rows(y), { random: random(), permutations: 9 }),
  meanInterval: (s) => room.meanInterval(s, { lowest: 0, highest: 1 }),
  mondrianThresholds: (s, y) => room.mondrianThresholds(s, named(y), 0.1),
  multiclassBrier: (s, y) => room.multiclassBrier({ probabilities: s.map((p) => [1 - p, p]), classes: y }),
  neighbourReference: (s) => then(room.neighbourReference(rows(s)), (fit) => room.neighbourDistance(fit, [0.2, 1], 2)),
  observedExpectedRatio: (s, y) => room.observedExpectedRatio({ probabilities: s, events: y }),
  operatingPoint: (s, y) => room.operatingPoint(s, y, { threshold: 0.5 }),
  predictionPoweredMean: (s) =>
    room.predictionPoweredMean(
      s.map((value) => ({ foreseen: value, loss: value, probability: 0.5 })),
      0.5,
    ),
  riskAtThreshold: (s, y) => room.riskAtThreshold(s, y, 0.5),
  riskCoverage: room.riskCoverage,
  rocCurve: (s, y) =>
    then(room.rocCurve(s, y), (curve) => room.partialAuroc(curve, { of: 'specificity', between: [0.9, 1] })),
  sampleCovariance: (s) => room.sampleCovariance(rows(s)),
  scaledBrierScore: room.scaledBrierScore,
  sortSamples: room.sortSamples,
  spiegelhalterTest: (s, y) => room.spiegelhalterTest({ probabilities: s, events: y }),
  topLabelError: (s, y) => room.topLabelError({ probabilities: s.map((p) => [1 - p, p]), classes: y }),
  unreliabilityTest: (s, y) => room.unreliabilityTest({ probabilities: s, events: y }),
  augmentedAccuracy: (s, y) =>
    room.augmentedAccuracy(
      binary(y).map((outcome, i) => ({
        decision: outcome === 1 ? 1 : 0,
        covariates: [s[i]!],
        outcome: i % 2 === 0 ? 1 : 0,
      })),
      { folds: 2 },
    ),
  wassersteinDistance: room.wassersteinDistance,
};

describe.each(Object.entries(ofCases))('%s', (_, estimator) => {
  it.each(Object.entries(cases))('answers: %s', (__, { s, y }) => {
    expectAnswer(estimator(s, y));
  });
});

const nobody = { group: 'nobody', n: 0, k: 0 };
const single = { group: 'single', n: 1, k: 1 };
const none = { diseased: 0, healthy: 0, unverified: 0 };

const ofCounts: Record<string, () => unknown> = {
  auditedSensitivitySequence: () => room.auditedSensitivitySequence([], { piMinPositive: 1, piMinNegative: 0.1 }),
  beggGreenes: () =>
    [none, { ...none, diseased: 1 }, { ...none, unverified: 3 }].map((row) =>
      room.beggGreenes({ aiPositive: row, aiNegative: none }),
    ),
  betaBinomialShrinkage: () =>
    [[], [nobody], [nobody, single], [single, single], [single, { ...single, k: 0 }]].map((g) =>
      room.betaBinomialShrinkage(g),
    ),
  binaryConfidenceSequence: () => [nobody, single, { n: 1, k: 0 }].map((c) => room.binaryConfidenceSequence(c)),
  clopperPearsonInterval: () => [nobody, single, { n: 1, k: 0 }].map((c) => room.clopperPearsonInterval(c)),
  censoringWeightedCases: () => room.censoringWeightedCases([{ decision: 1, time: 0 }], 1),
  groupStanding: () =>
    room.groupStanding({ group: 0, rest: 0, rate: 0 }, { isGapFound: false, gap: 0.1, casesAMonth: 0 }),
  inverseProbabilityAccuracy: () => room.inverseProbabilityAccuracy([], 'design'),
  logitShrinkage: () => [[], [nobody], [nobody, single], [single, single]].map((g) => room.logitShrinkage(g)),
  manskiBounds: () => room.manskiBounds({ aiPositive: none, aiNegative: none }),
  minimumDetectableGap: () => [0, 1].map((rate) => room.minimumDetectableGap({ group: 1, rest: 1, rate })),
  missingBand: () => room.missingBand({ hits: 0, misses: 0, missing: 0 }),
  randomEffects: () => [room.randomEffects([], []), room.randomEffects([1, 1], [1, 1])],
  scoreGridDeLong: () => room.scoreGridDeLong(room.scoreGridOf([], [])),
  scoreGridBrier: () => room.scoreGridBrier(room.scoreGridOf([], [])),
  scoreGridCorp: () => room.scoreGridCorp(room.scoreGridOf([1], [1])),
  scoreGridReliability: () => room.scoreGridReliability(room.scoreGridOf([], [])),
  sidakIntervals: () => room.sidakIntervals([nobody, single]),
  simultaneousSequences: () => room.simultaneousSequences([nobody, single]),
  standardisedRate: () => room.standardisedRate([{ stratum: 'nobody', weight: 1, n: 0, k: 0 }]),
  validateRarity: () => room.validateRarity([], []),
  wilsonInterval: () => [nobody, single, { n: 1, k: 0 }].map((c) => room.wilsonInterval(c)),
};

it.each(Object.entries(ofCounts))('%s answers where there is nobody, or one', (_, estimator) => {
  const result = estimator();
  for (const one of Array.isArray(result) ? result : [result]) expectAnswer(one);
});
