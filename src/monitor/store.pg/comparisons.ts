import { sql } from 'kysely';
import { addDays, type Instant, type ModelVersionId, type SiteId } from '#kernel';
import { type Db, instantFromSql, sqlInstant, type Tx } from '#platform/db';
import type { ComparisonReading } from '../model/comparison.ts';

/** A candidate against a reference version at one site, as it stands. */
export interface ComparisonRecord {
  id: string;
  candidateVersionId: ModelVersionId;
  referenceVersionId: ModelVersionId;
  against: 'original' | 'previous';
  siteId: SiteId;
  countsFrom: Instant;
  margin: number;
  outcome: string;
  horizonDays: number;
  alpha: number;
  /** Only cases flagged by a watched version: their verification is complete by protocol. */
  flaggedOnly: boolean;
  cursor: { predictedAt: Instant; caseId: string } | undefined;
  process: Uint8Array | undefined;
  reading: ComparisonReading;
}

export interface ComparedCase {
  predictedAt: Instant;
  caseId: string;
  candidate: number;
  reference: number;
  value: boolean;
}

interface Row {
  id: string;
  candidate_version_id: string;
  reference_version_id: string;
  against: 'original' | 'previous';
  site_id: string;
  counts_from: string;
  margin: number;
  definition: string;
  horizon_days: number;
  alpha: number;
  flagged_only: boolean;
  cursor_predicted_at: string | null;
  cursor_case_id: string;
  process: Buffer;
  reading: ComparisonReading;
}

export async function insertComparison(tx: Tx, one: ComparisonRecord): Promise<void> {
  await sql`insert into monitor_comparison (id, candidate_version_id, reference_version_id, against, site_id, counts_from, margin,
      definition, horizon_days, alpha, flagged_only, process, reading)
    values (${one.id}, ${one.candidateVersionId}, ${one.referenceVersionId}, ${one.against}, ${one.siteId}, ${sqlInstant(one.countsFrom)},
      ${one.margin}, ${one.outcome}, ${one.horizonDays}, ${one.alpha}, ${one.flaggedOnly}, ${Buffer.alloc(0)}, ${JSON.stringify(one.reading)}::jsonb)`.execute(
    tx,
  );
}

export async function comparisonsOf(db: Db | Tx, candidateVersionId?: ModelVersionId): Promise<ComparisonRecord[]> {
  const found = await sql<Row>`select * from monitor_comparison
    where ${candidateVersionId ?? null}::text is null or candidate_version_id = ${candidateVersionId ?? null} order by id`.execute(
    db,
  );
  return found.rows.map(recordOf);
}

export async function takeComparison(tx: Tx, id: string): Promise<ComparisonRecord | undefined> {
  const found = await sql<Row>`select * from monitor_comparison where id = ${id} for update skip locked`.execute(tx);
  return found.rows[0] && recordOf(found.rows[0]);
}

export async function saveComparison(tx: Tx, one: ComparisonRecord): Promise<void> {
  await sql`update monitor_comparison set
      cursor_predicted_at = ${one.cursor === undefined ? null : sqlInstant(one.cursor.predictedAt)},
      cursor_case_id = ${one.cursor?.caseId ?? ''}, process = ${Buffer.from(one.process ?? [])},
      reading = ${JSON.stringify(one.reading)}::jsonb where id = ${one.id}`.execute(tx);
}

/** The next mature cases with a verified outcome that both versions answered in time, in order of prediction. */
export async function nextComparedCases(
  tx: Tx,
  one: ComparisonRecord,
  page: { maturedBefore: Instant; limit: number },
): Promise<ComparedCase[]> {
  const after = one.cursor ?? { predictedAt: one.countsFrom, caseId: '' };
  const found = await sql<{
    predicted_at: string;
    case_id: string;
    candidate: number;
    reference: number;
    value: boolean;
  }>`
    select c.predicted_at, c.case_id, c.probability as candidate, r.probability as reference, o.value
    from monitor_feed cf
    join monitor_prediction c on c.feed_no = cf.feed_no and c.revision = 0
    join monitor_feed rf on rf.site_id = cf.site_id and rf.model_version_id = ${one.referenceVersionId}
    join monitor_prediction r on r.feed_no = rf.feed_no and r.case_id = c.case_id and r.revision = 0
    join lateral (select value from monitor_outcome o where o.site_no = cf.site_no and o.case_id = c.case_id
      and o.definition = ${one.outcome} and (o.verification = 'verified' or not ${one.flaggedOnly})
      and o.recorded_at <= c.predicted_at + make_interval(days => ${one.horizonDays}::integer)
      and o.known_at >= c.predicted_at and not o.retrospective order by o.revision desc limit 1) o on true
    where cf.site_id = ${one.siteId} and cf.model_version_id = ${one.candidateVersionId}
      and (c.predicted_at, c.case_id) > (${sqlInstant(after.predictedAt)}::timestamptz, ${after.caseId}::text)
      and c.predicted_at < ${sqlInstant(addDays(page.maturedBefore, -one.horizonDays))}::timestamptz
      and (not ${one.flaggedOnly} or c.audit_level & 2 = 0) and not c.retrospective and not r.retrospective
      and c.recorded_at <= c.predicted_at + make_interval(days => ${one.horizonDays}::integer)
      and not exists (select from monitor_outcome k where k.site_no = cf.site_no and k.case_id = c.case_id
        and k.definition = ${one.outcome} and k.recorded_at < greatest(c.recorded_at, r.recorded_at))
    order by c.predicted_at, c.case_id limit ${page.limit}`.execute(tx);
  return found.rows.map((row) => ({
    predictedAt: instantFromSql(row.predicted_at),
    caseId: row.case_id,
    candidate: row.candidate,
    reference: row.reference,
    value: row.value,
  }));
}

function recordOf(row: Row): ComparisonRecord {
  const predictedAt = row.cursor_predicted_at === null ? undefined : instantFromSql(row.cursor_predicted_at);
  return {
    id: row.id,
    candidateVersionId: row.candidate_version_id as ModelVersionId,
    referenceVersionId: row.reference_version_id as ModelVersionId,
    against: row.against,
    siteId: row.site_id as SiteId,
    countsFrom: instantFromSql(row.counts_from),
    margin: row.margin,
    outcome: row.definition,
    horizonDays: row.horizon_days,
    alpha: row.alpha,
    flaggedOnly: row.flagged_only,
    cursor: predictedAt === undefined ? undefined : { predictedAt, caseId: row.cursor_case_id },
    process: row.process.length === 0 ? undefined : row.process,
    reading: row.reading,
  };
}
