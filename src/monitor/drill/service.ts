import type { By } from '#develop';
import { canonicalJson, isPlainDate, type Json, type PlainDate, Problem, plainDate, sha256Hex } from '#kernel';
import { type Db, inTransaction } from '#platform/db';
import type { MonitorDependencies } from '../dependencies.ts';
import type { Claim } from '../model/claim.ts';
import { metricRules } from '../model/metrics.ts';
import type { CohortDay } from '../model/stream.ts';
import { namesOf } from '../questions/names.ts';
import { cohortDays, cohortHeads } from '../store.pg/cohorts.ts';
import { claims, type StreamRecord, streamsOfClaims } from '../store.pg/streams.ts';
import type { DrillAnswer, DrillReport, DrillRequest, RecordedDrill } from './contract.ts';
import { cellsOf, copyOf, copySha256, dayAfter, daysBetween, type StreamCopy } from './model/copy.ts';
import { type DrillDesign, type DrillRun, drillRun, summariseDrill } from './model/drill.ts';
import { expectedOf, valuesOn } from './model/expectation.ts';
import { decidedAt, type InjectionPools, injectionInWords, injectionOf, whyNotInjected } from './model/injection.ts';
import { sentencesOf } from './model/sentences.ts';

/** Fewer cases are no stream to draw from. */
const copyCasesMin = 60;
/** Cases of one run, so that a drill ends within a minute or two: more are not needed to see an alarm. */
const casesOfRunMax = 20_000;
const daysMax = 3650;

/** The chain of the ledger in which drills are entries: none can be left out unseen. */
const drillChain = 'drills';

/**
 * A drill on a copy of one stream of a claim: injects a fault, replays the claim's own processes, and says what was
 * found, how late, and how often there was an alarm about nothing. It reads; nothing of it is evidence.
 * Cost: 2 × runs × cases of a run; the event loop is given back between runs.
 * Problems: not-found, invalid-input, not-estimable (too few cases to draw from).
 */
export async function runDrill(deps: MonitorDependencies, request: DrillRequest, by: By): Promise<DrillAnswer> {
  const db = deps.database.db;
  const { claim, stream, siteCode } = await streamFor(deps, request);
  const days = await cohortDays(db, stream.cohortId);
  const copy = copyBeforeAlarm(days, await streamsOfClaims(db, [claim.id]), stream);
  if (copy === undefined || copy.cases < copyCasesMin) {
    throw new Problem('not-estimable', {
      detail: `A drill draws from at least ${copyCasesMin} mature cases before the first alarm; there are ${copy?.cases ?? 0}.`,
    });
  }
  const pools = await poolsFor(db, claim, { stream, copy, kind: request.inject });
  const injection = { kind: request.inject, size: request.size };
  const why = whyNotInjected(injection, claim.body, pools);
  if (why !== undefined) throw new Problem('invalid-input', { errors: [{ pointer: '/size', detail: why }] });
  const design: DrillDesign = {
    claim: { body: claim.body, run: stream.run },
    copy,
    inject: injectionOf(injection, claim.body, pools),
    ...lengthOf(copy, injectionDay(copy, request.at)),
    runs: request.runs,
    seed: request.seed,
  };
  const report = reportOf(claim, { request, siteCode, design, runs: await runsOf(design) });
  const reportSha256 = sha256Hex(canonicalJson(report as unknown as Json));
  const ledgerIndex = request.record ? await recordDrill(deps, { report, reportSha256, by }) : null;
  return { report, reportSha256, ledgerIndex };
}

/** Drills that were recorded, newest first. */
export async function recordedDrills(deps: MonitorDependencies): Promise<RecordedDrill[]> {
  const page = await deps.ledger.questions.entries({ chain: drillChain, order: 'newest', limit: 100 });
  return page.entries.flatMap(({ index, statement }) => {
    const details = statement?.predicate.details as unknown as Omit<RecordedDrill, 'ledgerIndex'> | undefined;
    return details === undefined ? [] : [{ ...details, ledgerIndex: index }];
  });
}

async function streamFor(
  deps: MonitorDependencies,
  request: DrillRequest,
): Promise<{ claim: Claim; stream: StreamRecord; siteCode: string | null }> {
  const db = deps.database.db;
  const meant = (await claims(db)).filter(({ id, body }) => id === request.claim || body.key === request.claim);
  const [claim] = meant;
  if (claim === undefined) throw new Problem('not-found', { detail: 'No claim has this id or key.' });
  if (meant.length > 1) {
    const ids = meant.map(({ id }) => id).join(', ');
    throw new Problem('invalid-input', {
      errors: [{ pointer: '/claim', detail: `Several claims have this key; give the id, one of ${ids}.` }],
    });
  }
  const names = await namesOf(deps, db);
  const live = (await streamsOfClaims(db, [claim.id])).filter(({ endedAt }) => endedAt === undefined);
  const found = live.map((stream) => ({ claim, stream, siteCode: names.site(stream.siteId).code }));
  const asked = request.site === undefined ? found : found.filter(({ siteCode }) => siteCode === request.site);
  const [one] = asked;
  if (one === undefined) throw new Problem('not-found', { detail: 'The claim has no stream at this site.' });
  if (asked.length > 1) {
    const codes = asked.map(({ siteCode }) => siteCode).join(', ');
    throw new Problem('invalid-input', { errors: [{ pointer: '/site', detail: `Name the site, one of ${codes}.` }] });
  }
  return one;
}

/** What the monitor itself took for a fault is no part of a good stream: the copy ends where the change seems to begin. */
function copyBeforeAlarm(
  days: CohortDay[],
  runs: readonly StreamRecord[],
  stream: StreamRecord,
): StreamCopy | undefined {
  if (days.length === 0) return undefined;
  const changes = runs
    .filter(({ siteId }) => siteId === stream.siteId)
    .flatMap(({ crossings }) => crossings.filter(({ kind }) => kind !== 'support'))
    .map(({ at, changePoint }) => plainDate(changePoint?.on || at))
    .toSorted();
  return copyOf(days, changes[0]);
}

async function poolsFor(
  db: Db,
  claim: Claim,
  { stream, copy, kind }: { stream: StreamRecord; copy: StreamCopy; kind: DrillRequest['inject'] },
): Promise<InjectionPools> {
  const own = cellsOf(copy);
  if (kind !== 'version-mix-up') return { own };
  const heads = await cohortHeads(db);
  const here = heads.find(({ id }) => id === stream.cohortId)!.rule;
  const { measure } = metricRules[claim.body.metric];
  const others = heads.filter(
    ({ rule, cases }) =>
      cases > 0 &&
      rule.modelVersionId !== here.modelVersionId &&
      canonicalJson(rule.sites) === canonicalJson(here.sites) &&
      rule.outcome === here.outcome &&
      (rule.measure ?? 'score') === measure &&
      (measure === 'score' || rule.decisionThreshold === here.decisionThreshold),
  );
  const largest = others.toSorted((a, b) => b.cases - a.cases || (a.id < b.id ? -1 : 1))[0];
  if (largest === undefined) return { own };
  const cells = (await cohortDays(db, largest.id)).flatMap((day) => [...day.cells]);
  const isSame = largest.rule.decisionThreshold === here.decisionThreshold;
  const other = Uint16Array.from(cells);
  return { own, other: isSame ? other : decidedAt(other, claim.body.decisionThreshold) };
}

/** The day of the copy at which to inject, counted from its first. Problems: invalid-input. */
function injectionDay(copy: StreamCopy, at: string | undefined): number {
  const refuse = (detail: string): Problem => new Problem('invalid-input', { errors: [{ pointer: '/at', detail }] });
  if (at !== undefined && isPlainDate(at)) {
    const day = daysBetween(copy.firstDay, at as PlainDate);
    if (day >= 0 && day < copy.days.length) return day;
    throw refuse(`Must lie from ${copy.firstDay} to ${dayAfter(copy.firstDay, copy.days.length - 1)}.`);
  }
  if (at !== undefined && !/^\d+$/.test(at)) throw refuse('Must be a day (YYYY-MM-DD) or the position of a case.');
  const position = at === undefined ? Math.ceil(copy.cases / 2) : Number(at);
  if (position < 1 || position > copy.cases) throw refuse(`Must be a position from 1 to ${copy.cases}.`);
  let before = 0;
  return copy.days.findIndex((cells) => {
    before += cells.length;
    return before >= position;
  });
}

/** As long before as the stream was, and after it the rest of the stream or a year, as far as the cases allow. */
function lengthOf(copy: StreamCopy, day: number): { daysBefore: number; daysAfter: number } {
  const perDay = copy.cases / copy.days.length;
  const mostDays = Math.max(14, Math.min(daysMax, Math.floor(casesOfRunMax / perDay)));
  const daysBefore = Math.min(day, Math.floor(mostDays / 2));
  return { daysBefore, daysAfter: Math.min(Math.max(copy.days.length - day, 365), mostDays - daysBefore) };
}

async function runsOf(design: DrillDesign): Promise<DrillRun[]> {
  const runs: DrillRun[] = [];
  for (let i = 0; i < design.runs; i++) {
    runs.push(drillRun(design, i));
    await new Promise((done) => setImmediate(done));
  }
  return runs;
}

function reportOf(
  claim: Claim,
  made: { request: DrillRequest; siteCode: string | null; design: DrillDesign; runs: DrillRun[] },
): DrillReport {
  const { request, design } = made;
  const { copy, daysBefore, daysAfter, runs, seed } = design;
  const injection = { kind: request.inject, size: request.size };
  const values = valuesOn(design.claim, copy, design.inject);
  const { relevantBefore, relevantInAll, ...found } = summariseDrill(design, made.runs);
  const report: Omit<DrillReport, 'sentences'> = {
    drill: true,
    label: 'drill, on a copy',
    claim: { id: claim.id, key: claim.body.key, digest: claim.digest, metric: claim.body.metric },
    site: made.siteCode,
    injection: { ...injection, words: injectionInWords(injection) },
    expected: expectedOf(injection, claim.body, values),
    copy: {
      from: copy.firstDay,
      until: dayAfter(copy.firstDay, copy.days.length - 1),
      cases: copy.cases,
      cellsSha256: copySha256(copy),
      ...values,
    },
    length: {
      injectedOn: dayAfter(copy.firstDay, daysBefore),
      daysBefore,
      daysAfter,
      relevantBefore,
      relevantInAll,
    },
    runs,
    seed,
    ...found,
  };
  return { ...report, sentences: sentencesOf(report, claim.body) };
}

async function recordDrill(
  deps: MonitorDependencies,
  { report, reportSha256, by }: { report: DrillReport; reportSha256: string; by: By },
): Promise<number> {
  const [told] = report.findings;
  const share = ({ count, of }: { count: number; of: number }): string => `${count} of ${of}`;
  const at = deps.clock.now();
  const details = {
    drill: true,
    at: new Date(at).toISOString(),
    claim: report.claim.id,
    site: report.site,
    inject: report.injection.kind,
    size: report.injection.size,
    found: share(told!.found),
    falseAlarms: share(told!.falseAlarms),
    medianDelayCases: told!.medianDelayCases,
    reportSha256,
  };
  const pendingId = await inTransaction(deps.database.db, (tx) =>
    deps.ledger.record(tx, {
      kind: 'drill',
      subjects: [{ name: 'drill-report', sha256: reportSha256 }],
      chain: drillChain,
      predicate: details,
      actor: by,
      occurredAt: at,
    }),
  );
  return (await deps.ledger.sequenced(pendingId)).index;
}
