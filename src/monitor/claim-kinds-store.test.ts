import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { addDays, type Instant, seededRandom, sha256Hex } from '#kernel';
import {
  averagePrecisionSequence,
  binaryConfidenceSequence,
  boundedLogEFromCounts,
  calibrationSlopeSequence,
  defaultBinaryClaimDesign,
  type Estimate,
  groupGapFamily,
  lesionSensitivityFamily,
  logBreakE,
  logSupportE,
  meanCountBreakFamily,
  meanCountSupportFamily,
  meanLossFamily,
  prepareBinaryClaim,
  scoreBin,
  scoreBinCentre,
} from '#statistics';
import { describeOnEveryDatabase } from '../platform/db/testing.ts';
import type { ClaimRequest, StreamSummary } from './contract.ts';
import { type Metric, metricRules, metrics } from './model/metrics.ts';
import { claimViews } from './questions/claims.ts';
import { deficiencies } from './store.pg/deficiencies.ts';
import {
  aClaimRequest,
  aMonitor,
  anOutcome,
  aPrediction,
  benchStart,
  lead,
  type MonitorBench,
  problemOf,
} from './testing.ts';

/*
 * Goal: what further kinds of claims read is kept as it was sent; each kind is live, and says what #statistics says of
 * the same rows. Method: the service on a real database, every figure computed again from the rows that were sent.
 */

const stored = async (bench: MonitorBench): Promise<Record<string, unknown>[]> => {
  const found = await sql<Record<string, unknown>>`select p.case_id as "caseId", vendor, scanner,
      age_band as "ageBand", prediction_set as "predictionSet", abstained, failed, candidates,
      encode(p.content, 'hex') as content, o.lesions
    from monitor_prediction p left join monitor_outcome o on o.case_id = p.case_id order by p.case_id`.execute(
    bench.monitor.deps.database.db,
  );
  return found.rows;
};

const further = {
  vendor: 'Siemens',
  scanner: 'Skyra 3T',
  ageBand: 65,
  predictionSet: 'both',
  abstained: true,
  failed: false,
  candidates: 2,
};

describeOnEveryDatabase('the further fields of a case', (open) => {
  it('are kept as sent, from JSON and from CSV, and part of what makes two rows the same', async () => {
    const bench = await aMonitor(await open());
    const row = aPrediction(bench.version, 'c1', further);
    const lesions = { modelVersionId: bench.version.id, found: [true, false], falsePositives: 1 };
    await bench.predict([row]);
    await bench.report([anOutcome('c1', { lesions })]);
    const columns = ['caseId', 'site', 'pseudonym', 'predictedAt', 'modelVersionId', 'probability'];
    const values = ['c2', 'NORTH', 'ps-c2', '2020-01-01T00:00:00Z', bench.version.id, '0.3'];
    const table = [
      [...columns, ...Object.keys(further)].join(','),
      [...values, ...Object.values(further)].join(','),
      [...values.map((value) => value.replace('c2', 'c3')), ...Object.values(further).map(() => '')].join(','),
    ].join('\n');
    expect(await bench.stream('predictions', table, 'text/csv')).toMatchObject({ accepted: 2 });
    const [first, second, third] = await stored(bench);
    expect(first).toMatchObject({ ...further, lesions });
    expect(second).toMatchObject({ ...further, lesions: null });
    expect(third).toMatchObject({ vendor: null, ageBand: null, failed: null });
    const other = await problemOf(bench.predict([{ ...row, candidates: 3 }]));
    expect(other.code).toBe('duplicate-content');
  });

  it('leave the digest of rows without them as it was before these fields existed', async () => {
    const bench = await aMonitor(await open());
    await bench.predict([{ ...aPrediction(bench.version, 'c1'), modelVersionId: bench.version.id }]);
    const at = Date.UTC(2020, 0, 1);
    const before = ['c1', 'NORTH', 'ps-c1', bench.version.id, 0.3, null, false, at, null, null, null, null, null];
    expect((await stored(bench))[0]?.content).toBe(sha256Hex(JSON.stringify(before)).slice(0, 32));
  });

  it('are refused by field where they say what they cannot', async () => {
    const bench = await aMonitor(await open());
    const wrong = {
      ageBand: [67, 125],
      vendor: ['Siemens; serial 41-223/7'],
      predictionSet: ['maybe'],
      candidates: [-1],
    };
    for (const [field, values] of Object.entries(wrong)) {
      for (const value of values) {
        const refused = await problemOf(bench.predict([aPrediction(bench.version, 'c1', { [field]: value })]));
        expect(refused.errors[0]).toMatchObject({ line: 1, pointer: `/${field}` });
      }
    }
  });
});

/** Cases as a sender knows them, one an hour, drawn with everything that a claim can read. */
interface Sent {
  caseId: string;
  at: Instant;
  probability: number;
  value: boolean;
  verified: boolean;
  vendor: string;
  ageBand: number;
  predictionSet: 'none' | 'negative' | 'positive' | 'both';
  abstained: boolean;
  failed: boolean;
  found: boolean[];
  falsePositives: number;
}

const cases = 420;
const threshold = 0.4;

function sentCases(): Sent[] {
  const random = seededRandom('every kind of claim');
  const chance = (p: number): boolean => random() < p;
  return Array.from({ length: cases }, (_, i) => {
    const probability = 0.02 + 0.96 * random();
    const value = chance(probability);
    const lesions = value ? 1 + Math.floor(2 * random()) : 0;
    return {
      caseId: `case_${String(i).padStart(4, '0')}`,
      at: (benchStart + (i + 1) * 3_600_000) as Instant,
      probability,
      value,
      verified: chance(0.9),
      vendor: chance(0.5) ? 'Siemens' : 'Philips',
      ageBand: chance(0.5) ? 65 : 75,
      predictionSet: probability > 0.7 ? 'positive' : probability < 0.3 ? 'negative' : 'both',
      abstained: chance(0.1),
      failed: chance(0.02),
      found: Array.from({ length: lesions }, () => chance(0.8)),
      falsePositives: chance(0.3) ? 1 : 0,
    };
  });
}

async function send(bench: MonitorBench, sent: Sent[]): Promise<void> {
  bench.clock.moveTo(addDays(sent.at(-1)!.at, 1));
  const { version } = bench;
  await bench.predict(
    sent.map(({ caseId, at, probability, vendor, ageBand, predictionSet, abstained, failed, found, falsePositives }) =>
      aPrediction(version, caseId, {
        at,
        probability,
        vendor,
        ageBand,
        predictionSet,
        abstained,
        failed,
        candidates: falsePositives + found.filter(Boolean).length,
      }),
    ),
  );
  await bench.report(
    sent.map(({ caseId, at, value, verified, found, falsePositives }) =>
      anOutcome(caseId, {
        at,
        value,
        verification: verified ? 'verified' : 'not-verified',
        lesions: { modelVersionId: version.id, found, falsePositives },
      }),
    ),
  );
}

const asked: Partial<Record<Metric, Partial<ClaimRequest>>> = {
  'average-precision': { bound: 0.5 },
  'calibration-slope': { bound: 0.5, boundUpper: 2 },
  brier: { bound: 0.25 },
  'absolute-error': { bound: 0.4 },
  'net-benefit': { bound: 0.1 },
  coverage: { bound: 0.85 },
  'selective-risk': { bound: 0.35 },
  'referral-rate': { bound: 0.25 },
  'failure-rate': { bound: 0.1 },
  'lesion-sensitivity': { bound: 0.6 },
  'false-positives-per-exam': { bound: 0.6, candidatesMax: 6 },
  'sensitivity-gap': { tolerance: 0.2, group: { ageBand: { from: 75, to: 120 } } },
  'specificity-gap': { tolerance: 0.2, group: { vendor: ['Siemens'] } },
  'verified-share': { bound: 0.8 },
  'matured-share': { bound: 0.9 },
};

const streamsByKey = async (bench: MonitorBench): Promise<Map<string, StreamSummary>> =>
  new Map((await claimViews(bench.monitor.deps)).map((claim) => [claim.key, claim.streams[0]!]));

const request = (bench: MonitorBench, metric: Metric, over: Partial<ClaimRequest> = {}): ClaimRequest => {
  const { bound: _, ...rest } = aClaimRequest(bench.version, { decisionThreshold: threshold, alpha: 0.05 });
  return { ...rest, key: metric, metric, ...asked[metric], ...over };
};

const isHit: Partial<Record<Metric, (one: Sent) => boolean | undefined>> = {
  coverage: ({ predictionSet, value }) => predictionSet === 'both' || (predictionSet === 'positive') === value,
  'selective-risk': ({ abstained, failed, probability, value }) =>
    abstained || failed ? undefined : probability >= threshold === value,
  'referral-rate': ({ abstained, failed }) => !abstained && !failed,
  'failure-rate': ({ failed }) => !failed,
  'verified-share': ({ verified }) => verified,
  'matured-share': () => true,
};

const p = ({ probability }: Sent): number => scoreBinCentre(scoreBin(probability));
const lossOf: Partial<Record<Metric, (one: Sent) => number>> = {
  brier: (one) => (p(one) - (one.value ? 1 : 0)) ** 2,
  'absolute-error': (one) => Math.abs(p(one) - (one.value ? 1 : 0)),
};

const near = (value: number): unknown => expect.closeTo(value, 8);
const figureOf = (estimate: Estimate): number => (estimate.estimable ? estimate.value : Number.NaN);
const tally = <O>(observations: O[]) => observations.map((observation) => ({ observation, count: 1 }));

/** The pairs of a gap claim: the next case of either side, the longest waiting first. */
function pairsOf(
  sent: Sent[],
  side: (one: Sent) => boolean,
  hit: (one: Sent) => boolean,
): { group: number; rest: number }[] {
  const [group, rest] = [sent.filter(side), sent.filter((one) => !side(one))];
  const both = Math.min(group.length, rest.length);
  return Array.from({ length: both }, (_, i) => ({ group: Number(hit(group[i]!)), rest: Number(hit(rest[i]!)) }));
}

/** What #statistics says of the rows under each claim: ln of both processes, and the figure. */
function directly(metric: Metric, sent: Sent[]): { logBreak: unknown; logSupport: unknown; value: unknown } {
  const { bound = 0, tolerance = 0, candidatesMax = 0 } = asked[metric] ?? {};
  const hits = isHit[metric];
  if (hits !== undefined) {
    const said = sent.map(hits).filter((one) => one !== undefined);
    const counts = [said.length, said.filter(Boolean).length] as const;
    const isMost = metricRules[metric].limit === 'most';
    const claim = prepareBinaryClaim(defaultBinaryClaimDesign(isMost ? 1 - bound : bound));
    const rate = figureOf(binaryConfidenceSequence({ n: counts[0], k: counts[1] }));
    return {
      logBreak: near(logBreakE(claim, ...counts)),
      logSupport: near(logSupportE(claim, ...counts)),
      value: near(isMost ? 1 - rate : rate),
    };
  }
  const loss = lossOf[metric];
  if (loss !== undefined) {
    const of = (side: 'break' | 'support') =>
      near(boundedLogEFromCounts(meanLossFamily(side, bound), tally(sent.map(loss))));
    const mean = sent.reduce((sum, one) => sum + loss(one), 0) / sent.length;
    return { logBreak: of('break'), logSupport: of('support'), value: near(mean) };
  }
  if (metric === 'lesion-sensitivity') {
    const patients = sent
      .filter(({ value }) => value)
      .map(({ found }) => ({ lesions: found.length, found: found.filter(Boolean).length }));
    const of = (side: 'break' | 'support') =>
      near(boundedLogEFromCounts(lesionSensitivityFamily(side, bound), tally(patients)));
    const sum = (pick: 'lesions' | 'found') => patients.reduce((all, one) => all + one[pick], 0);
    return { logBreak: of('break'), logSupport: of('support'), value: near(sum('found') / sum('lesions')) };
  }
  if (metric === 'false-positives-per-exam') {
    const counts = sent.map(({ falsePositives }) => falsePositives);
    return {
      logBreak: near(boundedLogEFromCounts(meanCountBreakFamily(bound), tally(counts))),
      logSupport: near(boundedLogEFromCounts(meanCountSupportFamily(bound, candidatesMax), tally(counts))),
      value: near(counts.reduce((sum, count) => sum + count, 0) / counts.length),
    };
  }
  const isOfDisease = metric === 'sensitivity-gap';
  const relevant = sent.filter(({ value }) => value === isOfDisease);
  const side = isOfDisease ? ({ ageBand }: Sent) => ageBand >= 75 : ({ vendor }: Sent) => vendor === 'Siemens';
  const pairs = pairsOf(relevant, side, ({ probability }) => probability >= threshold === isOfDisease);
  const of = (which: 'break' | 'support') =>
    near(boundedLogEFromCounts(groupGapFamily(which, tolerance), tally(pairs)));
  const mean = pairs.reduce((sum, pair) => sum + pair.group - pair.rest, 0) / pairs.length;
  return { logBreak: of('break'), logSupport: of('support'), value: near(mean) };
}

describeOnEveryDatabase('every further kind of claim', (open) => {
  it('is registered, fed and judged as #statistics says of the same rows, and again so in a replay', async () => {
    const bench = await aMonitor(await open());
    const kinds = Object.keys(asked) as Metric[];
    expect(metrics.slice(-kinds.length)).toEqual(expect.arrayContaining(kinds));
    for (const metric of kinds) await bench.monitor.registerClaim(request(bench, metric), lead);
    const sent = sentCases();
    await send(bench, sent);
    await bench.afterDays(100);
    const streams = await streamsByKey(bench);
    for (const metric of kinds) {
      if (metricRules[metric].evidence === 'asymptotic' || metric === 'net-benefit') continue;
      const { reading } = streams.get(metric)!;
      const { logBreak, logSupport, value } = directly(metric, sent);
      expect({ metric, ...reading }).toMatchObject({
        metric,
        logBreak,
        logSupport,
        estimate: { estimable: true, value },
      });
    }
    const outcomes = sent.map(({ value }) => Number(value));
    const tuning = { tOpt: 100 };
    const ranked = averagePrecisionSequence(sent.map(p), outcomes, tuning);
    expect(figureOf(streams.get('average-precision')!.reading.estimate)).toBeCloseTo(figureOf(ranked), 9);
    const slope = calibrationSlopeSequence({ probabilities: sent.map(p), events: outcomes }, tuning);
    expect(streams.get('calibration-slope')!.reading.estimate).toMatchObject({
      value: near(figureOf(slope)),
      approximate: true,
    });
    const benefit = sent.filter(({ probability }) => probability >= threshold);
    const odds = threshold / (1 - threshold);
    const net = benefit.reduce((sum, { value }) => sum + (value ? 1 : -odds), 0) / sent.length;
    expect(streams.get('net-benefit')!.reading.estimate).toMatchObject({ value: near(net) });
    expect(streams.get('matured-share')).toMatchObject({ state: 'confirmed' });
    expect((await bench.monitor.replay()).filter(({ isEqual }) => !isEqual)).toEqual([]);
  });

  it('is about its population only, and opens the deficiency of its kind', async () => {
    const bench = await aMonitor(await open());
    const population = { vendor: ['Siemens'], ageBand: { from: 65, to: 65 } };
    const about = { key: 'siemens-65', population, bound: 0.9, minN: 10 };
    await bench.monitor.registerClaim(request(bench, 'coverage', about), lead);
    await bench.monitor.registerClaim(request(bench, 'failure-rate', { bound: 0.001 }), lead);
    const sent = sentCases();
    await send(bench, sent);
    await bench.afterDays(100);
    const streams = await streamsByKey(bench);
    const those = sent.filter(({ vendor, ageBand }) => vendor === 'Siemens' && ageBand === 65);
    expect(streams.get('siemens-65')).toMatchObject({ cases: those.length, reading: { n: those.length } });
    expect(streams.get('failure-rate')?.state).toBe('broken');
    const opened = await deficiencies(bench.monitor.deps.database.db);
    expect(opened.map(({ code }) => code)).toContain('D10');
  });

  it('is not confirmed while data health is in doubt, and again when the doubt is dismissed', async () => {
    const bench = await aMonitor(await open());
    await bench.monitor.registerClaim(request(bench, 'failure-rate', { bound: 0.2 }), lead);
    const sent = sentCases();
    await send(bench, sent);
    await bench.afterDays(100);
    const stateOf = async (key: string) => (await streamsByKey(bench)).get(key)?.state;
    expect(await stateOf('failure-rate')).toBe('confirmed');
    await bench.monitor.registerClaim(request(bench, 'verified-share', { bound: 0.99, countsFrom: undefined }), lead);
    const later = sent.map((one) => ({
      ...one,
      caseId: `later_${one.caseId}`,
      verified: false,
      at: addDays(one.at, 150),
    }));
    await send(bench, later.slice(0, 60));
    await bench.afterDays(100);
    expect(await stateOf('verified-share')).toBe('broken');
    expect(await stateOf('failure-rate')).toBe('consistent');
    const [doubt] = (await deficiencies(bench.monitor.deps.database.db)).filter(({ code }) => code === 'D13');
    const { database } = bench.monitor.deps;
    await sql`update monitor_deficiency set state = 'dismissed' where id = ${doubt!.id}`.execute(database.db);
    await bench.afterDays(1);
    expect(await stateOf('failure-rate')).toBe('confirmed');
  });
});
