// Rows a second through monitor's service into the embedded PostgreSQL with fsync on, one transaction a body; then the
// advance of 5 claims over the mature cases, and each question at that size. 100,000 cases; with --large, or
// HORTUS_BENCH_LARGE=1, a million. Bars: 15,000 rows/s end to end through HTTP, so well above that here; each question
// 300 ms; memory of the process 400 MB beside the database.
import { closeSync, createReadStream, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDevelop } from '#develop';
import { type Instant, instant, type LegalEntityId, type SiteId, seededRandom, sha256Hex, toIso } from '#kernel';
import { openLedger } from '#ledger';
import { type ClaimRequest, type Monitor, openMonitor } from '#monitor';
import { createFourEyes, createPermissions, readPolicies, readPolicyFiles } from '#people';
import { SimulatedClock } from '#platform/clock';
import { connect, migrate, startEmbedded } from '#platform/db';
import { caseQuery } from '../src/monitor/contract.ts';
import { calibrationViews } from '../src/monitor/questions/calibration.ts';
import { activity, casesPage, caseView, monitorSummary } from '../src/monitor/questions/cases.ts';
import { claimViews, streamHistory } from '../src/monitor/questions/claims.ts';
import { claimVerdicts } from '../src/monitor/questions/verdicts.ts';
import { everyCase } from '../src/monitor/testing.ts';

const isLarge = process.argv.includes('--large') || process.env.HORTUS_BENCH_LARGE === '1';
const cases = isLarge ? 1_000_000 : 100_000;
const start = instant('2021-01-01T00:00:00Z');
const years = 3;
const stepMs = (years * 365 * 86_400_000) / cases;
const legalEntityId = 'org_bench' as LegalEntityId;
const sites = ['NORTH', 'SOUTH', 'EAST'].map((code) => ({
  id: `site_${code}` as SiteId,
  code,
  name: code,
  legalEntityId,
}));
const lead = { id: 'person_lead', role: 'model-lead' };

const at = (i: number): Instant => Math.round(start + i * stepMs) as Instant;
const caseOf = (i: number): { caseId: string; site: string } => ({
  caseId: `case_${((i * 2654435761) >>> 0).toString(36)}${i.toString(36)}`,
  site: sites[i % 3]!.code,
});

/** Writes all rows as NDJSON, as a sender would have them; making them is no part of the figure. */
function writeRows(path: string, rowOf: (i: number) => object): string {
  const file = openSync(path, 'w');
  for (let i = 0; i < cases; ) {
    let text = '';
    for (const end = Math.min(cases, i + 1000); i < end; i++) text += `${JSON.stringify(rowOf(i))}\n`;
    writeSync(file, text);
  }
  closeSync(file);
  return path;
}

async function timed<T>(name: string, rows: number, work: () => Promise<T>): Promise<T> {
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  const result = await work();
  const ms = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpu);
  const memoryMb = process.memoryUsage().rss / 2 ** 20;
  const rate =
    rows > 1 ? `, ${((rows * 1000) / ms).toFixed(0)} rows/s, ${((user + system) / rows).toFixed(1)} µs CPU each` : '';
  console.log(`${name}: ${ms.toFixed(0)} ms${rate}, ${memoryMb.toFixed(0)} MB`);
  return result;
}

const claimRequest = (modelVersionId: string, over: Partial<ClaimRequest>): ClaimRequest => ({
  key: 'sensitivity',
  statement: 'Finds at least 90 of 100 cancers.',
  modelVersionId,
  metric: 'sensitivity',
  bound: 0.7,
  decisionThreshold: 0.2,
  among: 'all',
  sites: sites.map((site) => site.code),
  scope: 'overall',
  alpha: 0.01,
  outcome: 'csPCa',
  horizonDays: 90,
  countsFrom: toIso(start),
  retrospective: true,
  verification: { model: 'reference-standard' },
  patientRule: 'index-exam',
  relevantPerYear: Math.round(cases / years / 4),
  consequenceOnFail: { status: 'suspended' },
  consequenceOnEscalation: { status: 'suspended' },
  maxAgeDays: 60,
  ...over,
});

async function registerFive(monitor: Monitor, id: string): Promise<void> {
  const five: Partial<ClaimRequest>[] = [
    { key: 'sensitivity' },
    { key: 'specificity', metric: 'specificity', bound: 0.3 },
    { key: 'observed-expected', metric: 'observed-expected', bound: 0.5, boundUpper: 2 },
    { key: 'calibration', metric: 'calibration', bound: undefined, tolerance: 0.1 },
    { key: 'auroc', metric: 'auroc', bound: 0.6 },
  ];
  for (const over of five) {
    const { bound, ...rest } = over;
    await monitor.registerClaim(claimRequest(id, { ...rest, ...(bound === undefined ? {} : { bound }) }), lead);
  }
}

const dataDir = mkdtempSync(join(tmpdir(), 'hortus-bench-intake-'));
const server = await startEmbedded({ dataDir });
const database = connect(server.connection);
try {
  await migrate(database);
  const clock = new SimulatedClock(start);
  const ledger = await openLedger({ db: database.db, clock, dataDir, origin: { kind: 'simulation' } });
  const develop = openDevelop({ database, clock, ledger });
  const purpose = { intendedPurpose: 'triage', population: 'men', endpoint: 'csPCa' };
  const model = await develop.registerModel(
    { name: 'Risk', ...purpose, referenceModelId: undefined, notice: undefined },
    lead,
  );
  const digests = { artefactDigest: sha256Hex('a'), preprocessingDigest: sha256Hex('p') };
  const version = await develop.registerVersion(
    model.id,
    { label: '1', ...digests, calibration: { kind: 'identity' } },
    lead,
  );
  const policies = readPolicies(readPolicyFiles());
  const permissions = createPermissions({ policies, directory: { sites: () => [] }, visitors: false });
  const nobody = { organisationsWith: async () => [], identity: async () => undefined };
  const fourEyes = createFourEyes({ db: database.db, clock, ledger, directory: nobody, permissions });
  const monitor = openMonitor({ database, clock, ledger, people: { sites: async () => sites }, develop, fourEyes });
  const { deps } = monitor;
  await monitor.registerPlan({ modelVersionId: version.id, decisionThreshold: 0.2, auditRate: 0.1 }, lead);
  await registerFive(monitor, version.id);
  const random = seededRandom('bench intake');
  const probabilities = Float64Array.from({ length: cases }, () => random());
  const request = (path: string) => ({
    body: createReadStream(path),
    contentType: 'application/x-ndjson',
    mode: 'all' as const,
    convention: 'recorded when it happened',
    sourceId: 'token_bench',
    organisationId: undefined,
  });
  function prediction(i: number): object {
    const p = probabilities[i]!;
    return {
      ...caseOf(i),
      pseudonym: `ps-${i % 2 === 0 ? i : i - 1}`,
      predictedAt: toIso(at(i)),
      modelVersionId: version.id,
      probability: p,
      decision: p >= 0.2,
      shownToHuman: true,
      uncertainty: 0.1,
      imageQuality: 4,
      rarity: ((i * 7919) % 100_000) / 100_000,
      recordedAt: toIso(at(i)),
    };
  }
  const outcome = (i: number): object => ({
    ...caseOf(i),
    outcome: 'csPCa',
    value: (i * 0.6180339887) % 1 < probabilities[i]!,
    verification: 'verified',
    knownAt: toIso((at(i) + 1000) as Instant),
    recordedAt: toIso((at(i) + 1000) as Instant),
  });
  clock.moveTo(at(cases + 1));
  const predictions = writeRows(join(dataDir, 'predictions.ndjson'), prediction);
  const outcomes = writeRows(join(dataDir, 'outcomes.ndjson'), outcome);
  await timed('predictions', cases, () => monitor.receivePredictions(request(predictions)));
  await timed('outcomes', cases, () => monitor.receiveOutcomes(request(outcomes)));
  await timed('the same predictions again', cases, () => monitor.receivePredictions(request(predictions)));
  clock.moveTo((at(cases) + 100 * 86_400_000) as Instant);
  const { cases: read } = await timed('advance with 5 claims', cases, () => monitor.advance({ wait: true }));
  console.log(`mature cases read: ${read}`);
  await timed('advance with nothing new', 1, () => monitor.advance({ wait: true }));
  const [claim] = await timed('claims', 1, () => claimViews(deps));
  await timed('claims as of a day', 1, () => claimViews(deps, instant('2022-06-01T00:00:00Z')));
  await timed('history', 1, () => streamHistory(deps, claim!.streams[0]!.streamId));
  await timed('calibration', 1, () => calibrationViews(deps, { cases: everyCase }));
  await timed('calibration as of a day', 1, () =>
    calibrationViews(deps, { cases: everyCase, asOf: instant('2022-06-01T00:00:00Z') }),
  );
  const drawnCases = { detail: 'sampled-cases', sites: 'every' } as const;
  await timed('cases: as an assessor', 1, () => casesPage(deps, caseQuery.parse({}), drawnCases));
  for (const show of caseQuery.shape.show.unwrap().options) {
    await timed(`cases: ${show}`, 1, () => casesPage(deps, caseQuery.parse({ show }), everyCase));
  }
  await timed('cases: deep page', 1, () =>
    casesPage(deps, caseQuery.parse({ before: `${toIso(at(cases / 2))}~x` }), everyCase),
  );
  await timed('cases: find', 1, () =>
    casesPage(deps, caseQuery.parse({ find: caseOf(cases >> 1).caseId.slice(0, -1) }), everyCase),
  );
  await timed('one case', 1, () => caseView(deps, caseOf(77), everyCase));
  await timed('summary', 1, () => monitorSummary(deps, { cases: everyCase, organisationId: undefined }));
  await timed('activity', 1, () => activity(deps, everyCase));
  await timed('verdicts', 1, () =>
    claimVerdicts(database.db, { claimIds: [claim!.id as never], siteIds: sites.map((site) => site.id) }),
  );
  await timed('replay', cases, () => monitor.replay());
} finally {
  await database.close();
  await server.stop();
  rmSync(dataDir, { recursive: true });
}
