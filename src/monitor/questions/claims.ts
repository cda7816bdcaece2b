import { addDays, dayOf, type Instant, instant, type PlainDate, Problem, plainDate, startOfDay, toIso } from '#kernel';
import type { Db, Tx } from '#platform/db';
import type { ClaimView, StreamHistory, StreamSummary } from '../contract.ts';
import type { MonitorDependencies } from '../dependencies.ts';
import type { Claim } from '../model/claim.ts';
import { isAsymptotic, metricRules } from '../model/metrics.ts';
import { whatWouldDecide } from '../model/needed.ts';
import { emptyEvidence, streamThresholds } from '../model/stream.ts';
import { type CohortHead, cohortHeads } from '../store.pg/cohorts.ts';
import {
  claims,
  emptyReading,
  type ReadingThen,
  readingsAt,
  type StreamRecord,
  streamById,
  streamDays,
  streamsOfClaims,
} from '../store.pg/streams.ts';
import { type Names, namesOf } from './names.ts';

/** Points of a history that a page draws: more would not be seen. */
const pointsMax = 400;

/** Every claim with its streams, as known now or at the end of a day. Claims registered later are not shown. */
export async function claimViews(deps: MonitorDependencies, asOf?: Instant): Promise<ClaimView[]> {
  const db = deps.database.db;
  const names = await namesOf(deps, db);
  const all = (await claims(db)).filter((claim) => asOf === undefined || wasThere(claim, asOf));
  const ids = all.map((claim) => claim.id);
  const shown = runsInForce(await streamsOfClaims(db, ids), asOf);
  const known = await knownOf(db, shown, asOf);
  return all.map((claim) => {
    const streams = shown.filter((stream) => stream.claimId === claim.id);
    return viewOf(
      claim,
      streams.map((stream) => summaryOf(stream, { claim, names, known })),
      names,
    );
  });
}

/** The history of one stream, thinned to what a chart can show. Problems: not-found. */
export async function streamHistory(
  deps: MonitorDependencies,
  streamId: string,
  asOf?: Instant,
): Promise<StreamHistory> {
  const db = deps.database.db;
  const stream = await streamById(db, streamId);
  const [claim] = stream ? await claims(db, { ids: [stream.claimId] }) : [];
  if (!stream || !claim) throw new Problem('not-found', { detail: 'There is no stream of evidence with this id.' });
  const names = await namesOf(deps, db);
  const earlier = (await streamsOfClaims(db, [stream.claimId])).filter(
    (one) => one.siteId === stream.siteId && one.run < stream.run,
  );
  const known = await knownOf(db, [stream, ...earlier], asOf);
  const summary = (one: StreamRecord): StreamSummary => summaryOf(one, { claim, names, known });
  return {
    stream: summary(stream),
    earlierRuns: earlier.map(summary),
    points: await streamDays(db, stream.id, {
      until: asOf === undefined ? undefined : lastDayBy(asOf),
      limit: pointsMax,
    }),
  };
}

const wasThere = (claim: Claim, asOf: Instant): boolean =>
  claim.registeredAt !== undefined && claim.registeredAt <= asOf;

/** Evidence of a day is known when the day has ended. */
const lastDayBy = (asOf: Instant): PlainDate => dayOf(addDays(asOf, -1));

/** The run of each stream that counted at an instant: the first one not ended by then. */
function runsInForce(streams: StreamRecord[], asOf: Instant | undefined): StreamRecord[] {
  const inForce = new Map<string, StreamRecord>();
  for (const stream of streams) {
    const isOver = stream.endedAt !== undefined && (asOf === undefined || stream.endedAt <= asOf);
    const key = `${stream.claimId} ${stream.siteId ?? ''}`;
    const known = inForce.get(key);
    if (!isOver && (!known || stream.run < known.run)) inForce.set(key, stream);
  }
  return [...inForce.values()];
}

/** What was known of streams: now, or at the end of a day, read for all of them at once. */
interface Known {
  cohorts: Map<string, CohortHead>;
  asOf: Instant | undefined;
  readings: Map<string, ReadingThen>;
}

async function knownOf(db: Db | Tx, streams: StreamRecord[], asOf: Instant | undefined): Promise<Known> {
  const heads = await cohortHeads(db, [...new Set(streams.map((stream) => stream.cohortId))]);
  const ids = streams.map((stream) => stream.id);
  return {
    cohorts: new Map(heads.map((head) => [head.id, head])),
    asOf,
    readings: asOf === undefined ? new Map() : await readingsAt(db, ids, lastDayBy(asOf)),
  };
}

function summaryOf(
  stream: StreamRecord,
  { claim, names, known }: { claim: Claim; names: Names; known: Known },
): StreamSummary {
  const { asOf } = known;
  const cohort = known.cohorts.get(stream.cohortId);
  const standing =
    asOf === undefined ? standingNow(stream, cohort) : standingThen(stream, known.readings.get(stream.id));
  const site = names.site(stream.siteId);
  return {
    streamId: stream.id,
    claimId: stream.claimId,
    siteId: stream.siteId ?? null,
    siteCode: site.code,
    siteName: site.name,
    run: stream.run,
    alpha: stream.alpha,
    ...standing,
    late: cohort?.late ?? 0,
    thresholds: streamThresholds(claim.body, stream.run),
    crossings: stream.crossings.filter((crossing) => asOf === undefined || endOf(crossing.at) <= asOf),
    needed: whatWouldDecide(claim, stream.run, standing),
  };
}

type Standing = Pick<
  StreamSummary,
  'state' | 'level' | 'changedAt' | 'lastMaturedAt' | 'cases' | 'reading' | 'evidenceDigest'
>;

const standingNow = (stream: StreamRecord, cohort: CohortHead | undefined): Standing => ({
  state: stream.state,
  level: stream.level,
  changedAt: toIso(stream.changedAt),
  lastMaturedAt: cohort?.lastMaturedAt === undefined ? null : toIso(cohort.lastMaturedAt),
  cases: stream.cases,
  reading: stream.reading,
  evidenceDigest: stream.evidenceDigest,
});

function standingThen(stream: StreamRecord, then: ReadingThen | undefined): Standing {
  if (then === undefined) {
    return {
      state: 'no-evidence-yet',
      level: 0,
      changedAt: toIso(stream.startedAt),
      lastMaturedAt: null,
      cases: 0,
      reading: emptyReading,
      evidenceDigest: emptyEvidence,
    };
  }
  return {
    state: then.state,
    level: then.level,
    changedAt: toIso(then.changedOn === undefined ? stream.startedAt : endOf(then.changedOn)),
    lastMaturedAt: toIso(endOf(then.day)),
    cases: then.cases,
    reading: then.reading,
    evidenceDigest: then.evidenceDigest,
  };
}

const endOf = (day: string): Instant => addDays(startOfDay(plainDate(day)), 1);

function viewOf(claim: Claim, streams: StreamSummary[], names: Names): ClaimView {
  const { body } = claim;
  return {
    id: claim.id,
    key: body.key,
    statement: body.statement,
    metric: body.metric,
    approximate: isAsymptotic(body.metric),
    modelVersionId: body.modelVersionId,
    modelVersionLabel: names.version(body.modelVersionId),
    bound: body.bound,
    boundUpper: body.boundUpper,
    tolerance: body.tolerance,
    decisionThreshold: body.decisionThreshold,
    among: body.among,
    scope: body.scope,
    limit: metricRules[body.metric].limit,
    population: body.population ?? null,
    group: body.group ?? null,
    alpha: body.alpha,
    minN: body.minN,
    minEvents: body.minEvents,
    horizonDays: body.horizonDays,
    outcome: body.outcome,
    verification:
      body.verification.model === 'audit'
        ? `audit of ${body.verification.rate * 100} % of cleared cases`
        : 'reference standard of the data set',
    patientRule: body.patientRule,
    countsFrom: toIso(instant(body.countsFrom)),
    retrospective: body.retrospective,
    registeredAt: claim.registeredAt === undefined ? null : toIso(claim.registeredAt),
    ledgerIndex: claim.ledgerIndex ?? null,
    digest: claim.digest,
    streams,
  };
}
