import { assert, type Random } from '#kernel';
import { type BinaryClaim, logBreakE } from './binary-claim.ts';
import { binaryDetector, stepBinaryDetector } from './binary-detector.ts';
import { newDetectorState } from './detector.ts';

/** A way to raise an alarm from hits and misses. Each run of it starts afresh and answers whether it alarms now. */
export interface AlarmRule {
  readonly name: string;
  readonly newRun: () => (isHit: boolean) => boolean;
}

/** The break e-process at level α, looked at after every case. */
export function eProcessRule(claim: BinaryClaim, alpha: number): AlarmRule {
  const level = -Math.log(alpha);
  return {
    name: `e-process at ${alpha}`,
    newRun: () => {
      let n = 0;
      let k = 0;
      return (isHit) => {
        n++;
        if (isHit) k++;
        return logBreakE(claim, n, k) >= level;
      };
    },
  };
}

/** The e-SR detector at a level A, looked at after every case. */
export function detectorRule(claim: BinaryClaim, level: number): AlarmRule {
  const detector = binaryDetector(claim, [level]);
  return {
    name: `e-SR at ${level}`,
    newRun: () => {
      const state = newDetectorState(detector);
      return (isHit) => stepBinaryDetector(detector, state, isHit) >= level;
    },
  };
}

/** Hits at one probability, then at another. */
export interface FallScenario {
  readonly before: number;
  /** Relevant cases before the fall; 0 for a claim that was false from the start. */
  readonly casesBefore: number;
  readonly after: number;
  /** Relevant cases until a run ends without alarm, those before the fall included. */
  readonly cases: number;
  readonly runs: number;
}

/**
 * The case (from 1) of the first alarm of each rule in each run; 0 where there was none. All rules see the same draws.
 * @returns per rule, one number a run.
 */
export function simulateFirstAlarms(rules: readonly AlarmRule[], scenario: FallScenario, random: Random): Int32Array[] {
  const { before, casesBefore, after, cases, runs } = scenario;
  assert(runs > 0 && cases > 0 && casesBefore >= 0 && casesBefore <= cases, 'a scenario has runs and cases');
  const alarms = rules.map(() => new Int32Array(runs));
  for (let run = 0; run < runs; run++) {
    const watching = rules.map((rule, i) => ({ alarmsNow: rule.newRun(), found: alarms[i]! }));
    for (let i = 1; i <= cases; i++) {
      const isHit = random() < (i <= casesBefore ? before : after);
      for (const { alarmsNow, found } of watching) if (found[run] === 0 && alarmsNow(isHit)) found[run] = i;
    }
  }
  return alarms;
}

/** What a row of first alarms says about a fall. */
export interface FallFinding {
  readonly runs: number;
  /** Share of runs with an alarm before the fall: false alarms. */
  readonly alarmedBefore: number;
  /** Share of runs with the first alarm after the fall. */
  readonly found: number;
  /** Quantiles of the delay in cases over the runs not alarmed before; undefined where that share is never found. */
  readonly delay: {
    readonly p10: number | undefined;
    readonly p50: number | undefined;
    readonly p90: number | undefined;
  };
}

/** Summarises first alarms. Cost O(runs log runs). */
export function summariseFall(alarms: Int32Array, casesBefore: number): FallFinding {
  const runs = alarms.length;
  const delays: number[] = [];
  let alarmedBefore = 0;
  for (const at of alarms) {
    if (at !== 0 && at <= casesBefore) alarmedBefore++;
    else delays.push(at === 0 ? Infinity : at - casesBefore);
  }
  delays.sort((a, b) => a - b);
  const quantile = (share: number) => {
    const place = share * (delays.length - 1);
    const [low, high] = [delays[Math.floor(place)], delays[Math.ceil(place)]];
    if (low === undefined || high === undefined || high === Infinity) return undefined;
    return low + (place - Math.floor(place)) * (high - low);
  };
  return {
    runs,
    alarmedBefore: alarmedBefore / runs,
    found: delays.filter((delay) => delay !== Infinity).length / runs,
    delay: { p10: quantile(0.1), p50: quantile(0.5), p90: quantile(0.9) },
  };
}

/**
 * How soon a fall would be found by the e-process and by the detector of a claim: for texts such as "a fall to .80
 * would be found after about 115 positives". Simulated with the same code that watches the claim.
 * @param options alpha of the e-process; detectorLevels A in cases.
 * @param random seeded, so that the text does not change between visits.
 * **Source**: statistics spec, section 6.1. Oracle: the main table of section 18. Cost: runs × cases, about .3 µs each.
 */
export function findFall(
  claim: BinaryClaim,
  scenario: FallScenario,
  options: { alpha: number; detectorLevels: readonly number[]; random: Random },
): { eProcess: FallFinding; detectors: readonly { level: number; finding: FallFinding }[] } {
  const { alpha, detectorLevels, random } = options;
  const rules = [eProcessRule(claim, alpha), ...detectorLevels.map((level) => detectorRule(claim, level))];
  const [first, ...others] = simulateFirstAlarms(rules, scenario, random);
  assert(first, 'the first rule is the e-process');
  return {
    eProcess: summariseFall(first, scenario.casesBefore),
    detectors: others.map((alarms, i) => ({
      level: detectorLevels[i]!,
      finding: summariseFall(alarms, scenario.casesBefore),
    })),
  };
}
