import { addDays, dayOf, type Instant, type PlainDate, startOfDay } from '#kernel';
import { inTransaction, type Tx } from '#platform/db';
import type { MonitorDependencies } from '../dependencies.ts';
import type { Claim } from '../model/claim.ts';
import { feed } from '../model/feeding.ts';
import { type CohortDay, cohortDay, dayDigest, Stream, type StreamPoint } from '../model/stream.ts';
import {
  appendCohortDays,
  type Cohort,
  cohortIds,
  nextMatureCases,
  saveCohort,
  takeCohort,
} from '../store.pg/cohorts.ts';
import { closeWindow } from '../store.pg/intake.ts';
import { walkIndexes } from '../store.pg/query-plans.ts';
import {
  appendStreamDays,
  claims,
  dayOfRelevantCase,
  liveStreamsOfCohort,
  type StreamRecord,
  saveStream,
} from '../store.pg/streams.ts';
import { advanceComparisons } from './comparisons.ts';
import { applyDataHealth, isBlockedByDataHealth } from './data-health.ts';
import { announceChange } from './signals.ts';

const pageCases = 20_000;
/** Cases one transaction may take; a longer backlog is taken in several, cut between days. */
const casesPerRoundMax = 200_000;

export interface Advanced {
  /** Mature cases read, over all cohorts. */
  cases: number;
  /** Ledger entries that wait to be sequenced. */
  pending: string[];
  /** True where an open intake kept the window from closing: try again. */
  isBlocked: boolean;
}

/**
 * Counts every case whose day of maturity has ended: reads on from where each cohort stands, steps the claims it feeds,
 * raises signals. Evidence moves by whole days, so that a replay meets the same looks; within a day every case is
 * looked at. Cost: that of the new cases. Idempotent; several workers may run it at once.
 */
export async function advance(deps: MonitorDependencies, options: { wait?: boolean } = {}): Promise<Advanced> {
  const db = deps.database.db;
  const now = await inTransaction(db, async (tx) => {
    const at = deps.clock.now();
    return (await closeWindow(tx, at, options.wait ?? false)) ? at : undefined;
  });
  const done: Advanced = { cases: 0, pending: [], isBlocked: now === undefined };
  if (now === undefined) return done;
  for (const id of await cohortIds(db)) {
    for (let isBehind = true; isBehind; ) {
      const round = await inTransaction(db, (tx) => advanceCohort(tx, id, { deps, now, wait: options.wait ?? false }));
      done.cases += round.cases;
      done.pending.push(...round.pending);
      done.isBlocked ||= round.isBlocked ?? false;
      isBehind = round.isBehind;
    }
  }
  done.pending.push(...(await applyDataHealth(deps, now)));
  done.cases += await advanceComparisons(deps, now);
  return done;
}

interface Round {
  cases: number;
  pending: string[];
  isBehind: boolean;
  isBlocked?: boolean;
}

const idle: Round = { cases: 0, pending: [], isBehind: false };

async function advanceCohort(
  tx: Tx,
  id: string,
  at: { deps: MonitorDependencies; now: Instant; wait: boolean },
): Promise<Round> {
  const cohort = await takeCohort(tx, id, at.wait);
  if (!cohort) return idle;
  // Past data keeps its own recorded time, so no watermark stands before it: it is read while no intake is open.
  if (cohort.rule.retrospective && !(await closeWindow(tx, at.now, at.wait))) return { ...idle, isBlocked: true };
  await walkIndexes(tx);
  const read = await readDays(tx, cohort, startOfDay(dayOf(at.now)));
  if (read.days.length === 0) return idle;
  const days = await takeDays(tx, cohort, read.days);
  const pending = days.length === 0 ? [] : await stepStreams(tx, cohort, days, at);
  return { cases: read.cases, pending, isBehind: read.isBehind };
}

interface DayRead {
  day: PlainDate;
  cells: number[];
  late: number;
  last: { predictedAt: Instant; caseId: string; feedNo: number };
}

/** Reads pages until there are no more cases or the round is full; then the last, perhaps partial, day is given back. */
async function readDays(
  tx: Tx,
  cohort: Cohort,
  maturedBefore: Instant,
): Promise<{ days: DayRead[]; cases: number; isBehind: boolean }> {
  const days: DayRead[] = [];
  let cases = 0;
  let cursor = cohort.cursor;
  for (;;) {
    const page = await nextMatureCases(tx, { ...cohort, cursor }, { maturedBefore, limit: pageCases });
    for (const one of page) {
      const fed = feed(one, cohort.rule);
      const day = fed === 'late' ? dayOf(addDays(one.predictedAt, cohort.rule.horizonDays)) : fed.day;
      let present = days.at(-1);
      if (present?.day !== day) {
        present = { day, cells: [], late: 0, last: one };
        days.push(present);
      }
      if (fed === 'late') present.late++;
      else present.cells.push(fed.cell);
      present.last = { predictedAt: one.predictedAt, caseId: one.caseId, feedNo: one.feedNo };
      cursor = present.last;
    }
    cases += page.length;
    if (page.length < pageCases) return { days, cases, isBehind: false };
    if (cases >= casesPerRoundMax && days.length > 1) {
      days.pop();
      return { days, cases, isBehind: true };
    }
  }
}

/** Adds days to the cohort: counts, digest, cursor. Days on which nothing but late cases fell are none. */
async function takeDays(tx: Tx, cohort: Cohort, read: DayRead[]): Promise<CohortDay[]> {
  const taken: (CohortDay & { digest: string })[] = [];
  for (const one of read) {
    cohort.late += one.late;
    if (one.cells.length === 0) continue;
    const day = cohortDay(one.day, Uint16Array.from(one.cells));
    cohort.digest = dayDigest(cohort.digest, day);
    for (const cell of day.cells) cohort.counts.add(cell);
    cohort.cases += day.cells.length;
    cohort.lastMaturedAt = addDays(one.last.predictedAt, cohort.rule.horizonDays);
    taken.push({ ...day, digest: cohort.digest });
  }
  cohort.cursor = read.at(-1)!.last;
  await appendCohortDays(tx, cohort.id, taken);
  await saveCohort(tx, cohort);
  return taken;
}

async function stepStreams(
  tx: Tx,
  cohort: Cohort,
  days: CohortDay[],
  at: { deps: MonitorDependencies; now: Instant },
): Promise<string[]> {
  const streams = await liveStreamsOfCohort(tx, cohort.id);
  const byId = new Map(
    (await claims(tx, { ids: streams.map((stream) => stream.claimId) })).map((one) => [one.id, one]),
  );
  const pending: string[] = [];
  for (const stream of streams) {
    const claim = byId.get(stream.claimId)!;
    // A claim counts from the moment the ledger has it.
    if (claim.registeredAt === undefined) continue;
    pending.push(...(await stepStream(tx, { stream, claim, days, ...at })));
  }
  return pending;
}

/** Steps one stream through new days and saves where it stands. @returns ledger entries that wait. */
export async function stepStream(
  tx: Tx,
  step: { stream: StreamRecord; claim: Claim; days: CohortDay[]; deps: MonitorDependencies; now: Instant },
): Promise<string[]> {
  const { stream, claim, days } = step;
  const worker = new Stream(claim.body, stream);
  const points: StreamPoint[] = [];
  let changedOn: PlainDate | undefined;
  const isBlocked = await isBlockedByDataHealth(tx, claim, stream);
  let state: { state: StreamRecord['state']; level: StreamRecord['level'] } = stream;
  for (const day of days) {
    const point = worker.takeDay(day, isBlocked);
    points.push(point);
    if (point.state !== state.state || point.level !== state.level) changedOn = day.day;
    state = point;
  }
  const last = points.at(-1)!;
  const after: StreamRecord = {
    ...stream,
    ...worker.save(),
    state: last.state,
    level: last.level,
    reading: last.reading,
    changedAt: changedOn === undefined ? stream.changedAt : endOfDay(changedOn),
  };
  await appendStreamDays(tx, stream.id, points);
  await dateChangePoints(tx, after);
  await saveStream(tx, after);
  return announceChange(tx, { before: stream, after, claim, deps: step.deps, now: step.now });
}

/** The detector knows the place of a change among the relevant cases; the history knows its day. */
async function dateChangePoints(tx: Tx, stream: StreamRecord): Promise<void> {
  for (const crossing of stream.crossings) {
    const change = crossing.changePoint;
    if (change === null || change.on !== '') continue;
    change.on = (await dayOfRelevantCase(tx, stream.id, change.position)) ?? crossing.at;
  }
}

/** Evidence of a day is known when the day has ended. */
const endOfDay = (day: PlainDate): Instant => addDays(startOfDay(day), 1);
