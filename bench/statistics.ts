import { seededRandom } from '#kernel';
import {
  binaryDetector,
  boundedLogE,
  calibrationClaim,
  calibrationInTheLargeFamily,
  calibrationLogE,
  defaultBinaryClaimDesign,
  logBreakE,
  newBoundedState,
  newCalibrationState,
  newDetectorState,
  prepareBinaryClaim,
  stepBinaryDetector,
  stepBounded,
  stepCalibration,
} from '#statistics';

// What one outcome costs. The bar of the specification: e-process and e-SR, 12 alternatives, at most 1 µs together.
const barNs = 1000;
const outcomes = 2_000_000;

const random = seededRandom('bench');
const hits = Uint8Array.from({ length: outcomes }, () => (random() < 0.9 ? 1 : 0));
const probabilities = Float64Array.from({ length: outcomes }, () => 0.02 + 0.96 * random());
const claim = prepareBinaryClaim(defaultBinaryClaimDesign(0.9));

/** Nanoseconds an outcome, the best of three after one warm-up. */
function measure(name: string, work: () => number): number {
  let best = Infinity;
  let result = work();
  for (let round = 0; round < 3; round++) {
    const started = performance.now();
    result = work();
    best = Math.min(best, performance.now() - started);
  }
  const ns = (best * 1e6) / outcomes;
  console.log(`${name.padEnd(58)} ${ns.toFixed(0).padStart(6)} ns/outcome  (result ${result.toPrecision(6)})`);
  return ns;
}

const binary = measure('binary claim: break e-process + e-SR, 12 alternatives', () => {
  const detector = binaryDetector(claim, [3640, 10920]);
  const state = newDetectorState(detector);
  let k = 0;
  let highest = -Infinity;
  for (let i = 0; i < outcomes; i++) {
    const isHit = hits[i] === 1;
    if (isHit) k++;
    stepBinaryDetector(detector, state, isHit);
    highest = Math.max(highest, logBreakE(claim, i + 1, k));
  }
  return highest;
});
measure('binary claim: e-SR alone', () => {
  const detector = binaryDetector(claim, [3640, 10920]);
  const state = newDetectorState(detector);
  let value = 0;
  for (let i = 0; i < outcomes; i++) value = stepBinaryDetector(detector, state, hits[i] === 1);
  return value;
});
measure('calibration in the large with tolerance', () => {
  const family = calibrationInTheLargeFamily('break', 0.05);
  const state = newBoundedState(family);
  const forecast: { p: number; y: 0 | 1 } = { p: 0, y: 0 };
  for (let i = 0; i < outcomes; i++) {
    forecast.p = probabilities[i]!;
    forecast.y = hits[i] === 1 ? 1 : 0;
    stepBounded(family, state, forecast);
  }
  return boundedLogE(family, state);
});
measure('calibration e-process, 35 recalibrations', () => {
  const calibration = calibrationClaim(0.02);
  const state = newCalibrationState(calibration);
  for (let i = 0; i < outcomes; i++) stepCalibration(calibration, state, probabilities[i]!, hits[i] === 1 ? 1 : 0);
  return calibrationLogE(state);
});
if (binary > barNs) {
  console.error(`The binary claim costs ${binary.toFixed(0)} ns an outcome; the bar is ${barNs}.`);
  process.exitCode = 1;
}
