import { sql } from 'kysely';
import type { Instant, ModelVersionId, SiteId } from '#kernel';
import { type Db, instantFromSql, sqlInstant, type Tx } from '#platform/db';
import type { BatchRecord, Existing, Feed, StoredOutcome, StoredPrediction } from '../store.ts';
import { walkIndexes } from './query-plans.ts';

/** Advisory lock of intake: writers share it, the advance of evidence takes it alone for a moment. */
const intakeLock = 4_680_001;

/**
 * Opens an intake: while its transaction lives, no evidence advances past the instant it records at.
 * @returns the latest instant recorded so far, if any.
 */
export async function openIntake(tx: Tx): Promise<Instant | undefined> {
  await sql`select pg_advisory_xact_lock_shared(${intakeLock}::bigint)`.execute(tx);
  await walkIndexes(tx);
  return watermark(tx);
}

/** New senders wait behind whoever waits for the window, so nobody waits for it longer than this. */
const windowPatienceMs = 1_000;

/**
 * Moves the watermark to `now` if no intake is open; false where one is, so that the caller tries again later.
 * @param wait gives open intakes a moment to end; one that stands still must not hold up every other sender.
 */
export async function closeWindow(tx: Tx, now: Instant, wait: boolean): Promise<boolean> {
  if (!(wait ? await lockSoon(tx) : await lockNow(tx))) return false;
  await sql`insert into monitor_watermark (one, recorded_at) values (true, ${sqlInstant(now)}::timestamptz)
    on conflict (one) do update set recorded_at = greatest(monitor_watermark.recorded_at, excluded.recorded_at)`.execute(
    tx,
  );
  return true;
}

async function lockNow(tx: Tx): Promise<boolean> {
  const lock = await sql<{
    taken: boolean;
  }>`select pg_try_advisory_xact_lock(${intakeLock}::bigint) as taken`.execute(tx);
  return lock.rows[0]?.taken ?? false;
}

const lockNotAvailable = '55P03';

async function lockSoon(tx: Tx): Promise<boolean> {
  await sql`savepoint before_window`.execute(tx);
  await sql`select set_config('lock_timeout', ${String(windowPatienceMs)}, true)`.execute(tx);
  try {
    await sql`select pg_advisory_xact_lock(${intakeLock}::bigint)`.execute(tx);
  } catch (error) {
    if ((error as { code?: unknown }).code !== lockNotAvailable) throw error;
    await sql`rollback to savepoint before_window`.execute(tx);
    return false;
  }
  await sql`select set_config('lock_timeout', '0', true)`.execute(tx);
  return true;
}

export async function watermark(db: Db | Tx): Promise<Instant | undefined> {
  const result = await sql<{ at: string }>`select recorded_at as at from monitor_watermark`.execute(db);
  const at = result.rows[0]?.at;
  return at === undefined ? undefined : instantFromSql(at);
}

/** The feed of a site and version, made on first use. */
export async function ensureFeed(tx: Tx, siteId: SiteId, modelVersionId: ModelVersionId): Promise<Feed> {
  const siteNo = await ensureSite(tx, siteId);
  const find = async (): Promise<number | undefined> => {
    const found = await sql<{ feed_no: number }>`select feed_no from monitor_feed
      where site_id = ${siteId} and model_version_id = ${modelVersionId}`.execute(tx);
    return found.rows[0]?.feed_no;
  };
  let feedNo = await find();
  if (feedNo === undefined) {
    await sql`insert into monitor_feed (site_no, site_id, model_version_id) values (${siteNo}, ${siteId}, ${modelVersionId})
      on conflict (site_id, model_version_id) do nothing`.execute(tx);
    feedNo = (await find())!;
  }
  return { feedNo, siteNo, siteId, modelVersionId };
}

export async function ensureSite(tx: Tx, siteId: SiteId): Promise<number> {
  const found = await sql<{ site_no: number }>`select site_no from monitor_site_key where site_id = ${siteId}`.execute(
    tx,
  );
  if (found.rows[0]) return found.rows[0].site_no;
  await sql`insert into monitor_site_key (site_id) values (${siteId}) on conflict do nothing`.execute(tx);
  const made = await sql<{ site_no: number }>`select site_no from monitor_site_key where site_id = ${siteId}`.execute(
    tx,
  );
  return made.rows[0]!.site_no;
}

export async function feedsOf(db: Db | Tx, siteId: SiteId): Promise<Feed[]> {
  const found = await sql<{ feed_no: number; site_no: number; model_version_id: string }>`
    select feed_no, site_no, model_version_id from monitor_feed where site_id = ${siteId}`.execute(db);
  return found.rows.map((row) => ({
    feedNo: row.feed_no,
    siteNo: row.site_no,
    siteId,
    modelVersionId: row.model_version_id as ModelVersionId,
  }));
}

export async function saveBatch(tx: Tx, batch: BatchRecord): Promise<string> {
  const saved = await sql<{ batch_no: string }>`
    insert into monitor_batch (id, kind, received_at, retrospective, convention, source_id, organisation_id, accepted, corrected, repeated, refused, digest)
    values (${batch.id}, ${batch.kind}, ${sqlInstant(batch.receivedAt)}, ${batch.retrospective}, ${batch.convention ?? null},
      ${batch.sourceId}, ${batch.organisationId ?? null}, 0, 0, 0, 0, '') returning batch_no`.execute(tx);
  return saved.rows[0]!.batch_no;
}

export async function finishBatch(
  tx: Tx,
  batchNo: string,
  counts: { accepted: number; corrected: number; repeated: number; refused: number; digest: string },
): Promise<void> {
  await sql`update monitor_batch set accepted = ${counts.accepted}, corrected = ${counts.corrected},
    repeated = ${counts.repeated}, refused = ${counts.refused}, digest = ${counts.digest}
    where batch_no = ${batchNo}`.execute(tx);
}

export async function setBatchLedgerIndex(db: Db, batchId: string, index: number): Promise<void> {
  await sql`update monitor_batch set ledger_index = ${index} where id = ${batchId}`.execute(db);
}

/** Inserts what is new; @returns the keys (`feedNo caseId`) that were, so that the caller can look at the rest. */
export async function insertPredictions(tx: Tx, batchNo: string, rows: StoredPrediction[]): Promise<Set<string>> {
  const records = rows.map(({ row, ...stored }) => ({
    f: stored.feedNo,
    c: row.caseId,
    v: stored.revision,
    at: sqlInstant(row.predictedAt),
    rec: sqlInstant(stored.recordedAt),
    p: row.probability,
    h: stored.contentHex,
    s: row.pseudonym,
    d: row.decision,
    hs: row.shownToHuman,
    al: stored.auditLevel,
    ar: stored.auditRate,
    u: row.uncertainty,
    q: row.imageQuality,
    r: row.rarity,
    l: row.lesions,
    // What is not given is left out: most rows have none of these, and text costs.
    vn: row.vendor ?? undefined,
    sc: row.scanner ?? undefined,
    ag: row.ageBand ?? undefined,
    ps: row.predictionSet ?? undefined,
    ab: row.abstained ?? undefined,
    fl: row.failed ?? undefined,
    ca: row.candidates ?? undefined,
    why: row.reason,
    retro: stored.retrospective,
    der: stored.derived,
  }));
  const inserted = await sql<{ feed_no: number; case_id: string }>`
    insert into monitor_prediction (feed_no, case_id, revision, predicted_at, recorded_at, probability, content, pseudonym,
      decision, human_saw, audit_level, audit_rate, uncertainty, image_quality, rarity, lesions, vendor,
      scanner, age_band, prediction_set, abstained, failed, candidates, correction_reason, retrospective, derived, batch_no)
    select f, c, v, at, rec, p, decode(h, 'hex'), s, d, hs, al, ar, u, q, r, l, vn, sc, ag, ps, ab, fl, ca, why,
      retro, der, ${batchNo}::bigint
    from json_to_recordset(${JSON.stringify(records)}::json) as t(f integer, c text, v smallint, at timestamptz,
      rec timestamptz, p double precision, h text, s text, d boolean, hs boolean, al smallint, ar real, u real, q real,
      r real, l jsonb, vn text, sc text, ag smallint, ps text, ab boolean, fl boolean, ca smallint, why text,
      retro boolean, der boolean)
    on conflict do nothing returning feed_no, case_id`.execute(tx);
  return new Set(inserted.rows.map((row) => `${row.feed_no} ${row.case_id}`));
}

/** Everything recorded under these keys, oldest revision first. */
export async function recordedPredictions(
  tx: Tx,
  keys: { feedNo: number; caseId: string }[],
): Promise<Map<string, Existing[]>> {
  const found = await sql<{ feed_no: number; case_id: string; revision: number; content: string }>`
    select p.feed_no, p.case_id, p.revision, encode(p.content, 'hex') as content
    from json_to_recordset(${JSON.stringify(keys)}::json) as k("feedNo" integer, "caseId" text)
    join monitor_prediction p on p.feed_no = k."feedNo" and p.case_id = k."caseId"
    group by p.feed_no, p.case_id, p.revision order by p.revision`.execute(tx);
  return grouped(found.rows, (row) => `${row.feed_no} ${row.case_id}`);
}

/** Inserts outcomes of cases that have a prediction made before; @returns the keys (`siteNo caseId outcome`) that were. */
export async function insertOutcomes(tx: Tx, batchNo: string, rows: StoredOutcome[]): Promise<Set<string>> {
  const records = rows.map(({ row, ...stored }) => ({
    n: stored.siteNo,
    c: row.caseId,
    o: row.outcome,
    v: stored.revision,
    y: row.value,
    ver: row.verification,
    k: sqlInstant(row.knownAt),
    rec: sqlInstant(stored.recordedAt),
    h: stored.contentHex,
    l: row.lesions ?? undefined,
    why: row.reason,
    retro: stored.retrospective,
    f: stored.feedNos,
  }));
  const inserted = await sql<{ site_no: number; case_id: string; definition: string }>`
    insert into monitor_outcome (site_no, case_id, definition, revision, value, verification, known_at, recorded_at,
      content, lesions, correction_reason, retrospective, batch_no)
    select n, c, o, v, y, ver, k, rec, decode(h, 'hex'), l, why, retro, ${batchNo}::bigint
    from json_to_recordset(${JSON.stringify(records)}::json) as t(n smallint, c text, o text, v smallint, y boolean,
      ver text, k timestamptz, rec timestamptz, h text, l jsonb, why text, retro boolean, f integer[])
    cross join lateral (select from monitor_prediction p where p.feed_no = any (t.f) and p.case_id = t.c
      and p.predicted_at <= t.k limit 1) predicted
    on conflict do nothing returning site_no, case_id, definition`.execute(tx);
  return new Set(inserted.rows.map((row) => `${row.site_no} ${row.case_id} ${row.definition}`));
}

export async function recordedOutcomes(
  tx: Tx,
  keys: { siteNo: number; caseId: string; outcome: string }[],
): Promise<Map<string, Existing[]>> {
  const found = await sql<{ site_no: number; case_id: string; definition: string; revision: number; content: string }>`
    select o.site_no, o.case_id, o.definition, o.revision, encode(o.content, 'hex') as content
    from json_to_recordset(${JSON.stringify(keys)}::json) as k("siteNo" smallint, "caseId" text, outcome text)
    join monitor_outcome o on o.site_no = k."siteNo" and o.case_id = k."caseId" and o.definition = k.outcome
    group by o.site_no, o.case_id, o.definition, o.revision order by o.revision`.execute(tx);
  return grouped(found.rows, (row) => `${row.site_no} ${row.case_id} ${row.definition}`);
}

/** Which of these cases (`siteNo caseId`) have a prediction at all. */
export async function predictedCases(
  tx: Tx,
  cases: { siteNo: number; feedNos: number[]; caseId: string }[],
): Promise<Set<string>> {
  const found = await sql<{ site_no: number; case_id: string }>`
    select k."siteNo" as site_no, k."caseId" as case_id
    from json_to_recordset(${JSON.stringify(cases)}::json) as k("siteNo" smallint, "feedNos" integer[], "caseId" text)
    where exists (select from monitor_prediction p where p.feed_no = any (k."feedNos") and p.case_id = k."caseId")`.execute(
    tx,
  );
  return new Set(found.rows.map((row) => `${row.site_no} ${row.case_id}`));
}

export interface FeedAddition {
  predictions: number;
  decidedOtherwise: number;
  first: Instant;
  last: Instant;
}

/** Keeps the totals of a feed, so that no page ever counts the rows. */
export async function countIntoFeed(tx: Tx, feedNo: number, added: FeedAddition): Promise<void> {
  await sql`update monitor_feed set predictions = predictions + ${added.predictions},
    decided_otherwise = decided_otherwise + ${added.decidedOtherwise},
    first_predicted_at = least(first_predicted_at, ${sqlInstant(added.first)}::timestamptz),
    last_predicted_at = greatest(last_predicted_at, ${sqlInstant(added.last)}::timestamptz)
    where feed_no = ${feedNo}`.execute(tx);
}

const grouped = <R extends { revision: number; content: string }>(
  rows: R[],
  keyOf: (row: R) => string,
): Map<string, Existing[]> => {
  const byKey = new Map<string, Existing[]>();
  for (const row of rows) {
    const one = { revision: row.revision, contentHex: row.content };
    const others = byKey.get(keyOf(row));
    if (others) others.push(one);
    else byKey.set(keyOf(row), [one]);
  }
  return byKey;
};
