import { addDays, assert, dayOf, instant, seededRandom } from '#kernel';
import {
  conformalPValue,
  conformalReference,
  fitMahalanobis,
  fixedReferenceSlack,
  frozenBins,
  mahalanobisSquared,
  newJumperState,
  populationStabilityIndex,
  scoreBin,
  stepJumper,
} from '#statistics';
import { aClaimBody, aMeasure } from '../../src/monitor/model/builders.ts';
import { encodeCell, resolution } from '../../src/monitor/model/cells.ts';
import { isRate, type Measure, type Metric, metricRules, metrics } from '../../src/monitor/model/metrics.ts';
import { newProcess } from '../../src/monitor/model/processes/new-process.ts';
import { type CohortDay, cohortDay, newStream, Stream } from '../../src/monitor/model/stream.ts';
import { bestOf } from '../peers/peers.ts';
import { type MonitoredCases, strataCount } from './monitored-cases.ts';

/** What Hortus does beyond the parts that others do: every claim type in every stratum, and rarity. */

const [days, threshold] = [1000, 0.2];
const [rateBarNs, calibrationBarNs] = [1000, 3000];

/** Steps all claim types through all cases, each stratum a stream of its own, exactly as the server does. */
export function passOverClaims(cases: MonitoredCases): boolean {
  const streams = new Map<Measure, CohortDay[][]>();
  const daysOf = (measure: Measure): CohortDay[][] => {
    const made = streams.get(measure) ?? strataDays(cases, measure);
    streams.set(measure, made);
    return made;
  };
  const n = cases.outcomes.length;
  let [totalMs, isMet] = [0, true];
  for (const metric of metrics) {
    const ofStrata = daysOf(metricRules[metric].measure);
    const started = performance.now();
    for (const own of ofStrata) {
      const stream = new Stream(bodyOf(metric, n / strataCount), newStream(1, 0));
      for (const day of own) stream.takeDay(day, false);
    }
    const ms = performance.now() - started;
    totalMs += ms;
    const ns = outcomeNs(metric, ofStrata[0]!);
    const bar = isRate(metric) ? rateBarNs : metric === 'calibration' ? calibrationBarNs : undefined;
    const verdict = bar === undefined ? '' : ns <= bar ? `  met: ≤ ${bar / 1000} µs` : `  NOT MET: ≤ ${bar / 1000} µs`;
    isMet &&= bar === undefined || ns <= bar;
    console.log(
      `  claim ${metric.padEnd(26)} ${ms.toFixed(0).padStart(7)} ms  ${ns.toFixed(0).padStart(6)} ns an outcome${verdict}`,
    );
  }
  const looks = days * strataCount;
  console.log(
    `  all ${metrics.length} claim types over ${strataCount} strata, ${looks} days read out: ${(totalMs / 1000).toFixed(2)} s`,
  );
  return refreshOfRank() && isMet;
}

/** What a relevant outcome costs: the step with its look at evidence and detector, others passed over included. */
function outcomeNs(metric: Metric, own: readonly CohortDay[]): number {
  const cells = own.slice(0, 200).flatMap((day) => [...day.cells]);
  const { ms, result } = bestOf(4, () => {
    const process = newProcess(bodyOf(metric, cells.length), 1, undefined);
    let [relevant, highest] = [0, -Infinity];
    for (const cell of cells) {
      if (!process.step(cell)) continue;
      relevant++;
      highest = Math.max(highest, process.logBreak() ?? 0, process.logDetector() ?? 0);
    }
    return { relevant, highest };
  });
  return (1e6 * ms) / result.relevant;
}

/** Judging a rank claim anew, after one more case, costs its bins, whatever number of cases they hold. */
function refreshOfRank(): boolean {
  const random = seededRandom('rank');
  const judged = [1e4, 1e6].map((count) => {
    const process = newProcess(bodyOf('auroc', count), 1, undefined);
    for (let i = 0; i < count; i++) {
      const probability = random();
      process.step(cellOf({ probability, value: random() < probability, bin: scoreBin(probability) }));
    }
    return bestOf(30, () => {
      process.step(cellOf({ probability: 0.5, value: true, bin: scoreBin(0.5) }));
      return process.verdictAtEndOfDay();
    }).ms;
  });
  const ratio = judged[1]! / judged[0]!;
  const isMet = ratio < 3;
  console.log(
    `  ${isMet ? 'met' : 'NOT MET'}: refresh of a rank claim ${judged.map((ms) => (1000 * ms).toFixed(0)).join(' and ')} µs at 1e4 and 1e6 cases`,
  );
  return isMet;
}

const bodyOf = (metric: Metric, cases: number) =>
  aClaimBody({ metric, decisionThreshold: threshold, relevantPerYear: Math.max(100, Math.round(cases / 3)) });

const cellOf = ({ probability, value, bin }: { probability: number; value: boolean; bin: number }) =>
  encodeCell({ bin, flagged: probability >= threshold, value, resolution: resolution.verified, auditLevel: 0 });

function strataDays(cases: MonitoredCases, measure: Measure): CohortDay[][] {
  const random = seededRandom(`pass ${measure}`);
  const n = cases.outcomes.length;
  const cells = Array.from({ length: strataCount }, () => Array.from({ length: days }, () => [] as number[]));
  for (let i = 0; i < n; i++) {
    const probability = cases.probabilities[i]!;
    const bin = measure === 'score' ? scoreBin(probability) : aMeasure(measure, random);
    cells[cases.strata[i]!]![Math.floor((i * days) / n)]!.push(
      cellOf({ probability, value: cases.outcomes[i] === 1, bin }),
    );
  }
  const first = instant('2020-01-01T00:00:00Z');
  return cells.map((own) =>
    own.flatMap((day, d) => (day.length === 0 ? [] : [cohortDay(dayOf(addDays(first, d)), Uint16Array.from(day))])),
  );
}

/** Rarity of every case within its stratum with the martingale on its p-values, and PSI over frozen bins. */
export function passOverRarity(reference: MonitoredCases, cases: MonitoredCases): boolean {
  const row = (of: MonitoredCases, i: number): number[] => of.features.map((column) => column[i]!);
  const known = reference.outcomes.length;
  const fitting = Math.min(5000, known >> 1);
  const fitted = fitMahalanobis(Array.from({ length: fitting }, (_, i) => row(reference, i)));
  assert(fitted.estimable, 'the reference has a covariance');
  const distance = (of: MonitoredCases, i: number): number => {
    const found = mahalanobisSquared(fitted, row(of, i));
    return found.estimable ? found.value : Infinity;
  };
  const rarity = bestOf(0, () => {
    const usual = Array.from({ length: strataCount }, () => [] as number[]);
    for (let i = fitting; i < Math.min(known, 25_000); i++) usual[reference.strata[i]!]!.push(distance(reference, i));
    const calibrated = usual.map((list) => conformalReference(list));
    const slack = usual.map((list) => fixedReferenceSlack(list.length, 0.01));
    const states = usual.map(() => newJumperState());
    const random = seededRandom('smoothing');
    let highest = 0;
    for (let i = 0; i < cases.outcomes.length; i++) {
      const s = cases.strata[i]!;
      const p = conformalPValue(calibrated[s]!, distance(cases, i), random());
      highest = Math.max(highest, stepJumper(states[s]!, p, { slack: slack[s]! }));
    }
    return highest;
  });
  const started = performance.now();
  for (const [f, column] of cases.features.entries()) {
    const bins = frozenBins(reference.features[f]!);
    assert(bins.estimable, 'a feature has bins');
    populationStabilityIndex(bins, column);
  }
  const psiMs = performance.now() - started;
  const say = (what: string, ms: number): void => console.log(`  ${what.padEnd(60)} ${ms.toFixed(0).padStart(7)} ms`);
  say('rarity (Mahalanobis, conformal p, simple jumper), 6 strata', rarity.ms);
  say('PSI over frozen bins', psiMs);
  return true;
}
