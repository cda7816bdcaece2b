import { sql } from 'kysely';
import { type ClaimId, type Instant, newId, type PlainDate, type SiteId } from '#kernel';
import { type Db, instantFromSql, sqlInstant, type Tx } from '#platform/db';
import type { Crossing, HistoryPoint, Reading } from '../contract.ts';
import type { Claim, ClaimBody, EvidenceState } from '../model/claim.ts';
import { emptyEvidence, type SavedStream, type StreamPoint } from '../model/stream.ts';
import type { WhatIf } from '../model/what-if.ts';

/** A stream as it is kept: the claim it judges, the cohort that feeds it, and where it stands. */
export interface StreamRecord extends SavedStream {
  id: string;
  claimId: ClaimId;
  siteId: SiteId | undefined;
  cohortId: string;
  alpha: number;
  state: EvidenceState;
  level: 0 | 1 | 2;
  changedAt: Instant;
  reading: Reading;
  startedAt: Instant;
  endedAt: Instant | undefined;
}

interface StreamRow {
  id: string;
  claim_id: string;
  site_id: string | null;
  cohort_id: string;
  run: number;
  alpha: number;
  start_case: number;
  cases: number;
  process: Buffer;
  state: EvidenceState;
  level: 0 | 1 | 2;
  changed_at: string;
  reading: Reading;
  crossings: Crossing[];
  evidence_digest: string;
  started_at: string;
  ended_at: string | null;
}

export const emptyReading: Reading = {
  n: 0,
  k: 0,
  known: 0,
  logBreak: null,
  logSupport: null,
  logDetector: null,
  estimate: { estimable: false, n: 0, because: 'no labels yet' },
};

export async function insertStream(
  tx: Tx,
  stream: {
    claimId: ClaimId;
    siteId: SiteId | undefined;
    cohortId: string;
    run: number;
    alpha: number;
    startCase: number;
    at: Instant;
  },
): Promise<StreamRecord> {
  const inserted =
    await sql<StreamRow>`insert into monitor_stream (id, claim_id, site_id, cohort_id, run, alpha, start_case, cases, process,
      state, level, changed_at, started_at, reading, crossings, evidence_digest)
    values (${newId('stream')}, ${stream.claimId}, ${stream.siteId ?? null}, ${stream.cohortId}, ${stream.run}, ${stream.alpha},
      ${stream.startCase}, 0, ${Buffer.alloc(0)}, 'no-evidence-yet', 0, ${sqlInstant(stream.at)}, ${sqlInstant(stream.at)},
      ${JSON.stringify(emptyReading)}::jsonb, '[]'::jsonb, ${emptyEvidence}) returning *`.execute(tx);
  return streamOf(inserted.rows[0]!);
}

export async function saveStream(tx: Tx, stream: StreamRecord): Promise<void> {
  await sql`update monitor_stream set cases = ${stream.cases}, process = ${Buffer.from(stream.process ?? [])}, state = ${stream.state},
      level = ${stream.level}, changed_at = ${sqlInstant(stream.changedAt)}, reading = ${JSON.stringify(stream.reading)}::jsonb,
      crossings = ${JSON.stringify(stream.crossings)}::jsonb, evidence_digest = ${stream.evidenceDigest},
      ended_at = ${stream.endedAt === undefined ? null : sqlInstant(stream.endedAt)}
    where id = ${stream.id}`.execute(tx);
}

/** The streams that a cohort feeds and that still count. */
export async function liveStreamsOfCohort(tx: Tx, cohortId: string): Promise<StreamRecord[]> {
  const found =
    await sql<StreamRow>`select * from monitor_stream where cohort_id = ${cohortId} and ended_at is null order by id`.execute(
      tx,
    );
  return found.rows.map(streamOf);
}

export async function streamById(db: Db | Tx, id: string): Promise<StreamRecord | undefined> {
  const found = await sql<StreamRow>`select * from monitor_stream where id = ${id}`.execute(db);
  return found.rows[0] && streamOf(found.rows[0]);
}

/** A stream that exists, for changing it: nobody else steps it meanwhile. */
export async function streamForUpdate(tx: Tx, id: string): Promise<StreamRecord> {
  const found = await sql<StreamRow>`select * from monitor_stream where id = ${id} for update`.execute(tx);
  return streamOf(found.rows[0]!);
}

/** Every run of the streams of these claims, the latest run of each first. */
export async function streamsOfClaims(db: Db | Tx, claimIds: readonly string[]): Promise<StreamRecord[]> {
  const found =
    await sql<StreamRow>`select * from monitor_stream where claim_id = any (${claimIds}) order by claim_id, site_id, run desc`.execute(
      db,
    );
  return found.rows.map(streamOf);
}

export async function appendStreamDays(tx: Tx, streamId: string, points: StreamPoint[]): Promise<void> {
  for (let at = 0; at < points.length; at += 500) {
    await sql`insert into monitor_stream_day (stream_id, day, cases, reading, state, level, evidence_digest)
      select ${streamId}, day, cases, reading, state, level, "evidenceDigest"
      from json_to_recordset(${JSON.stringify(points.slice(at, at + 500))}::json)
        as t(day date, cases integer, reading jsonb, state text, level smallint, "evidenceDigest" text)`.execute(tx);
  }
}

/** The readings of a stream at the ends of its days; thinned evenly to at most `limit`, first and last kept. */
export async function streamDays(
  db: Db | Tx,
  streamId: string,
  view: { until: PlainDate | undefined; limit: number },
): Promise<HistoryPoint[]> {
  const found = await sql<HistoryPoint>`
    select day, cases, reading, state from (
      select d.*, row_number() over (order by day) as i, count(*) over () as total from monitor_stream_day d
      where stream_id = ${streamId} and (${view.until ?? null}::date is null or day <= ${view.until ?? null}::date)) as numbered
    where total <= ${view.limit} or i = 1 or i = total or i % ((total + ${view.limit} - 1) / ${view.limit}) = 0
    order by day`.execute(db);
  return found.rows;
}

/** The first day on which a stream had at least so many relevant cases: dates a change point. */
export async function dayOfRelevantCase(
  tx: Tx,
  streamId: string,
  relevantCase: number,
): Promise<PlainDate | undefined> {
  const found = await sql<{ day: string }>`select day from monitor_stream_day
    where stream_id = ${streamId} and (reading->>'n')::integer >= ${relevantCase} order by day limit 1`.execute(tx);
  return found.rows[0]?.day as PlainDate | undefined;
}

/** A stream as it stood at the end of a day. */
export interface ReadingThen extends HistoryPoint {
  level: 0 | 1 | 2;
  evidenceDigest: string;
  /** First day on which it stood so; undefined where it did from its first day on. */
  changedOn: PlainDate | undefined;
}

/** The last reading of each stream up to a day, and since when its state was that. */
export async function readingsAt(
  db: Db | Tx,
  streamIds: readonly string[],
  day: PlainDate,
): Promise<Map<string, ReadingThen>> {
  const found = await sql<Omit<ReadingThen, 'changedOn'> & { streamId: string; changedOn: string | null }>`
    select s.id as "streamId", d.day, d.cases, d.reading, d.state, d.level, d.evidence_digest as "evidenceDigest",
      (select min(f.day) from monitor_stream_day f where f.stream_id = s.id and f.day > b.day) as "changedOn"
    from unnest(${streamIds}::text[]) as s(id)
    cross join lateral (select * from monitor_stream_day d where d.stream_id = s.id and d.day <= ${day}::date
      order by d.day desc limit 1) d
    left join lateral (select b.day from monitor_stream_day b where b.stream_id = s.id and b.day < d.day
      and (b.state, b.level) <> (d.state, d.level) order by b.day desc limit 1) b on true`.execute(db);
  return new Map(
    found.rows.map(({ streamId, changedOn, ...row }) => [
      streamId,
      { ...row, changedOn: (changedOn ?? undefined) as PlainDate | undefined },
    ]),
  );
}

interface ClaimRow {
  id: string;
  body: ClaimBody;
  digest: string;
  registered_at: string | null;
  ledger_index: string | null;
  what_if: WhatIf | null;
}

export async function insertClaim(tx: Tx, claim: Claim, by: { personId: string; at: Instant }): Promise<void> {
  await sql`insert into monitor_claim (id, key, model_version_id, body, digest, registered_by, created_at, retrospective, what_if)
    values (${claim.id}, ${claim.body.key}, ${claim.body.modelVersionId}, ${JSON.stringify(claim.body)}::jsonb, ${claim.digest},
      ${by.personId}, ${sqlInstant(by.at)}, ${claim.body.retrospective},
      ${claim.whatIf === undefined ? null : JSON.stringify(claim.whatIf)}::jsonb)`.execute(tx);
}

/** A claim is registered when the ledger has given its entry a place. */
/** @returns false where another process, or an earlier attempt, has done it. */
export async function markRegistered(tx: Tx, claimId: ClaimId, at: Instant, ledgerIndex: number): Promise<boolean> {
  const marked = await sql`update monitor_claim set registered_at = ${sqlInstant(at)}, ledger_index = ${ledgerIndex}
    where id = ${claimId} and registered_at is null`.execute(tx);
  return Number(marked.numAffectedRows ?? 0) > 0;
}

export async function claims(db: Db | Tx, filter: { ids?: readonly string[] } = {}): Promise<Claim[]> {
  const some = filter.ids === undefined ? sql`true` : sql`id = any (${filter.ids})`;
  const found =
    await sql<ClaimRow>`select id, body, digest, registered_at, ledger_index, what_if from monitor_claim where ${some} order by created_at, id`.execute(
      db,
    );
  return found.rows.map((row) => ({
    id: row.id as ClaimId,
    body: row.body,
    digest: row.digest,
    registeredAt: row.registered_at === null ? undefined : instantFromSql(row.registered_at),
    ledgerIndex: row.ledger_index === null ? undefined : Number(row.ledger_index),
    whatIf: row.what_if ?? undefined,
  }));
}

function streamOf(row: StreamRow): StreamRecord {
  return {
    id: row.id,
    claimId: row.claim_id as ClaimId,
    siteId: (row.site_id ?? undefined) as SiteId | undefined,
    cohortId: row.cohort_id,
    run: row.run,
    alpha: row.alpha,
    startCase: row.start_case,
    cases: row.cases,
    process: row.process.length === 0 ? undefined : row.process,
    state: row.state,
    level: row.level,
    changedAt: instantFromSql(row.changed_at),
    reading: row.reading,
    crossings: row.crossings,
    evidenceDigest: row.evidence_digest,
    startedAt: instantFromSql(row.started_at),
    endedAt: row.ended_at === null ? undefined : instantFromSql(row.ended_at),
  };
}
