import { type RawBuilder, sql } from 'kysely';
import { addDays, type Instant, instant, newId, type PlainDate, type SiteId } from '#kernel';
import { type Db, instantFromSql, sqlInstant, type Tx } from '#platform/db';
import type { LesionFindings } from '../contract.ts';
import { CellCounts, cellsFromBytes, cellsToBytes } from '../model/cells.ts';
import { type CohortRule, cohortRuleDigest } from '../model/claim.ts';
import type { MatureCase } from '../model/feeding.ts';
import { type CohortDay, cohortDay, emptyEvidence } from '../model/stream.ts';
import { inPopulation, toldOf } from './population.ts';

/** A cohort without its counts, for all that does not compute with them: few bytes, however long the history. */
export interface CohortHead {
  id: string;
  rule: CohortRule & { countsFromAt: Instant; countsUntilAt: Instant };
  siteId: SiteId | undefined;
  cursor: CohortCursor | undefined;
  cases: number;
  /** Predictions that came too late to count. */
  late: number;
  lastMaturedAt: Instant | undefined;
}

/** A cohort as it stands: its rule, how far it has read, and the counts of its cells. */
export interface Cohort extends CohortHead {
  counts: CellCounts;
  digest: string;
}

export interface CohortCursor {
  predictedAt: Instant;
  caseId: string;
  feedNo: number;
}

interface CohortRow {
  id: string;
  rule: CohortRule;
  site_id: string | null;
  cursor_predicted_at: string | null;
  cursor_case_id: string;
  cursor_feed_no: number;
  cases: number;
  late: number;
  last_matured_at: string | null;
}

type WholeCohortRow = CohortRow & { counts: Buffer; digest: string };

/** The cohort of a rule, made on first use. */
export async function ensureCohort(tx: Tx, rule: CohortRule): Promise<Cohort> {
  const digest = cohortRuleDigest(rule);
  const siteId = rule.sites.length === 1 ? rule.sites[0]! : null;
  await sql`insert into monitor_cohort (id, rule_digest, rule, site_id, counts, digest)
    values (${newId('stream').replace('stream', 'cohort')}, ${digest}, ${JSON.stringify(rule)}::jsonb, ${siteId}, ${Buffer.alloc(0)}, ${emptyEvidence})
    on conflict (rule_digest) do nothing`.execute(tx);
  const found =
    await sql<WholeCohortRow>`select * from monitor_cohort where rule_digest = ${digest} for update`.execute(tx);
  return cohortOf(found.rows[0]!);
}

/** Takes a cohort for reading on; nothing if another worker has it and the caller does not wait. */
export async function takeCohort(tx: Tx, id: string, wait: boolean): Promise<Cohort | undefined> {
  const found = await sql<WholeCohortRow>`select * from monitor_cohort where id = ${id}
    for update ${wait ? sql`` : sql`skip locked`}`.execute(tx);
  return found.rows[0] && cohortOf(found.rows[0]);
}

/** Cohorts with their counts, by id. */
export async function cohortsById(db: Db | Tx, ids: readonly string[]): Promise<Map<string, Cohort>> {
  const found = await sql<WholeCohortRow>`select * from monitor_cohort where id = any (${ids})`.execute(db);
  return new Map(found.rows.map((row) => [row.id, cohortOf(row)]));
}

/** Cohorts without their counts: all, or those asked for. */
export async function cohortHeads(db: Db | Tx, ids?: readonly string[]): Promise<CohortHead[]> {
  const some = ids === undefined ? sql`true` : sql`c.id = any (${ids})`;
  const found = await sql<CohortRow>`select c.id, c.rule, c.site_id, c.cursor_predicted_at, c.cursor_case_id,
      c.cursor_feed_no, c.cases, c.last_matured_at,
      c.late + coalesce((select sum(l.cases) from monitor_late l where l.cohort_id = c.id), 0)::integer as late
    from monitor_cohort c where ${some} order by c.id`.execute(db);
  return found.rows.map(headOf);
}

export async function cohortIds(db: Db | Tx): Promise<string[]> {
  const found = await sql<{ id: string }>`select id from monitor_cohort order by id`.execute(db);
  return found.rows.map((row) => row.id);
}

/** Notes predictions that came behind what a cohort has counted. A row of its own: intake never waits for evidence. */
export async function countLate(tx: Tx, late: { cohortId: string; batchNo: string; cases: number }): Promise<void> {
  await sql`insert into monitor_late (cohort_id, batch_no, cases) values (${late.cohortId}, ${late.batchNo}, ${late.cases})`.execute(
    tx,
  );
}

export async function saveCohort(tx: Tx, cohort: Cohort): Promise<void> {
  const { cursor } = cohort;
  await sql`update monitor_cohort set
      cursor_predicted_at = ${cursor === undefined ? null : sqlInstant(cursor.predictedAt)},
      cursor_case_id = ${cursor?.caseId ?? ''}, cursor_feed_no = ${cursor?.feedNo ?? 0},
      cases = ${cohort.cases}, late = ${cohort.late}, counts = ${Buffer.from(cohort.counts.toBytes())},
      digest = ${cohort.digest},
      last_matured_at = ${cohort.lastMaturedAt === undefined ? null : sqlInstant(cohort.lastMaturedAt)}
    where id = ${cohort.id}`.execute(tx);
}

/** Writes whole days; a day is written once. */
export async function appendCohortDays(
  tx: Tx,
  cohortId: string,
  days: (CohortDay & { digest: string })[],
): Promise<void> {
  for (let at = 0; at < days.length; at += 500) {
    const rows = days.slice(at, at + 500).map((one) => ({
      day: one.day,
      cells: Buffer.from(cellsToBytes(one.cells)).toString('hex'),
      cases: one.cells.length,
      digest: one.digest,
    }));
    await sql`insert into monitor_cohort_day (cohort_id, day, cells, cases, digest)
      select ${cohortId}, day, decode(cells, 'hex'), cases, digest
      from json_to_recordset(${JSON.stringify(rows)}::json) as t(day date, cells text, cases integer, digest text)`.execute(
      tx,
    );
  }
}

/** Days of a cohort in order, from the first; up to and including `until`. */
export async function cohortDays(db: Db | Tx, cohortId: string, until?: PlainDate): Promise<CohortDay[]> {
  const found = await sql<{ day: string; cells: Buffer }>`select day, cells from monitor_cohort_day
    where cohort_id = ${cohortId} and (${until ?? null}::date is null or day <= ${until ?? null}::date) order by day`.execute(
    db,
  );
  return found.rows.map((row) => cohortDay(row.day as PlainDate, cellsFromBytes(row.cells)));
}

/**
 * The next mature cases of a cohort, in order of prediction (ties by case id, then feed), with what was recorded by
 * their maturity. Reads on from the cursor: the cost is that of the page, not of the history.
 */
export async function nextMatureCases(
  tx: Db | Tx,
  cohort: { rule: CohortRule; cursor: CohortCursor | undefined },
  page: { maturedBefore: Instant; limit: number },
): Promise<MatureCase[]> {
  const { rule, cursor } = cohort;
  const feeds = await sql<{ feed_no: number; site_no: number }>`select feed_no, site_no from monitor_feed
    where model_version_id = ${rule.modelVersionId} and site_id = any (${rule.sites}) order by feed_no`.execute(tx);
  if (feeds.rows.length === 0) return [];
  const lastPredictedAt = addDays(page.maturedBefore, -rule.horizonDays);
  const from = cursor?.predictedAt ?? instant(rule.countsFrom);
  const perFeed = feeds.rows.map(
    (one) => sql`(${eligible(rule, one, { from, cursor, before: lastPredictedAt, limit: page.limit })})`,
  );
  const horizon = sql`make_interval(days => ${rule.horizonDays}::integer)`;
  // What was known before the prediction does not test it, and what was recorded after an outcome is no prediction of it.
  const outcomeBefore = (recorded: string): RawBuilder<unknown> => sql`exists (select from monitor_outcome k
    where k.site_no = p.site_no and k.case_id = p.case_id and k.definition = ${rule.outcome}
      and k.recorded_at < ${sql.ref(recorded)})`;
  const { measure = 'score', group } = rule;
  const hasLesions = measure === 'lesions' || measure === 'false-positives';
  const told = (alias: string): RawBuilder<unknown> => toldOf(measure, group, alias);
  // A correction is a whole row; which group a case belongs to is settled by what was told first, as its place is.
  const toldLast = measure === 'group' ? sql`p.told` : sql`case when c.probability is null then p.told else c.told end`;
  const found = await sql<{
    feed_no: number;
    case_id: string;
    predicted_ms: number;
    recorded_ms: number;
    probability: number;
    audit_level: number;
    told: string | null;
    value: boolean | null;
    verification: 'verified' | 'not-verified' | null;
    lesions: LesionFindings | null;
    is_told_after: boolean;
  }>`select p.feed_no, p.case_id, (extract(epoch from p.predicted_at) * 1000)::double precision as predicted_ms,
      ceil(extract(epoch from p.recorded_at) * 1000)::double precision as recorded_ms,
      coalesce(c.probability, p.probability) as probability, coalesce(c.audit_level, p.audit_level) as audit_level,
      ${toldLast} as told, o.value, o.verification, o.lesions, o.value is not null and ${outcomeBefore('p.recorded_at')} as is_told_after
    from (select * from (${sql.join(perFeed, sql` union all `)}) as merged
      order by predicted_at, case_id, feed_no limit ${page.limit}) as p
    left join lateral (select probability, audit_level, ${told('c')} as told from monitor_prediction c where c.feed_no = p.feed_no
      and c.case_id = p.case_id and c.revision > 0 and ${live(rule, 'c')} and c.recorded_at <= p.predicted_at + ${horizon}
      and not ${outcomeBefore('c.recorded_at')} order by c.revision desc limit 1) c on true
    left join lateral (select value, verification, ${hasLesions ? sql`lesions` : sql`null::jsonb as lesions`} from monitor_outcome o where o.site_no = p.site_no
      and o.case_id = p.case_id and o.definition = ${rule.outcome} and o.recorded_at <= p.predicted_at + ${horizon}
      and o.known_at >= p.predicted_at and ${live(rule, 'o')} order by o.revision desc limit 1) o on true
    order by p.predicted_at, p.case_id, p.feed_no`.execute(tx);
  return found.rows.map((row) => ({
    feedNo: row.feed_no,
    caseId: row.case_id,
    predictedAt: row.predicted_ms as Instant,
    recordedAt: row.recorded_ms as Instant,
    probability: row.probability,
    auditLevel: row.audit_level,
    isToldAfter: row.is_told_after,
    told: row.told,
    lesions: row.lesions?.modelVersionId === rule.modelVersionId ? row.lesions : null,
    outcome: row.value === null ? undefined : { value: row.value, verification: row.verification ?? 'not-verified' },
  }));
}

/** Past data feeds retrospective claims only. */
const live = (rule: CohortRule, alias: string): RawBuilder<unknown> =>
  rule.retrospective ? sql`true` : sql`not ${sql.ref(`${alias}.retrospective`)}`;

/** The predictions of one feed that may count, in order, after the cursor. */
function eligible(
  rule: CohortRule,
  feed: { feed_no: number; site_no: number },
  range: { from: Instant; cursor: CohortCursor | undefined; before: Instant; limit: number },
): RawBuilder<unknown> {
  const { cursor } = range;
  // Ties of time and id go by feed: whether this feed's row at the cursor has been read follows from its number alone.
  const after =
    cursor === undefined
      ? sql`p.predicted_at >= ${sqlInstant(range.from)}::timestamptz`
      : sql`(p.predicted_at, p.case_id) ${feed.feed_no > cursor.feedNo ? sql`>=` : sql`>`}
          (${sqlInstant(cursor.predictedAt)}::timestamptz, ${cursor.caseId}::text)`;
  const until =
    rule.countsUntil === null ? sql`true` : sql`p.predicted_at < ${sqlInstant(instant(rule.countsUntil))}::timestamptz`;
  // An exam that came too late to count, or of no part of the population, does not take the place of the first one.
  const isIndexExam =
    rule.patientRule === 'every-exam'
      ? sql`true`
      : sql`not exists (select from monitor_prediction e where e.feed_no = p.feed_no and e.pseudonym = p.pseudonym
          and e.revision = 0 and ${live(rule, 'e')} and ${inPopulation(rule.population, 'e')} and e.predicted_at >= ${sqlInstant(instant(rule.countsFrom))}::timestamptz
          and (e.predicted_at, e.case_id) < (p.predicted_at, p.case_id)
          and e.recorded_at <= e.predicted_at + make_interval(days => ${rule.horizonDays}::integer))`;
  return sql`select p.feed_no, p.case_id, p.predicted_at, p.recorded_at, p.probability, p.audit_level,
      ${toldOf(rule.measure ?? 'score', rule.group, 'p')} as told, ${feed.site_no}::smallint as site_no
    from monitor_prediction p
    where p.feed_no = ${feed.feed_no} and p.revision = 0 and ${live(rule, 'p')}
      and ${inPopulation(rule.population, 'p')}
      and ${after} and p.predicted_at < ${sqlInstant(range.before)}::timestamptz and ${until} and ${isIndexExam}
    order by p.predicted_at, p.case_id limit ${range.limit}`;
}

const farFuture = instant('9999-01-01T00:00:00Z');

function headOf(row: CohortRow): CohortHead {
  const at = (text: string | null): Instant | undefined => (text === null ? undefined : instantFromSql(text));
  const predictedAt = at(row.cursor_predicted_at);
  const { countsFrom, countsUntil } = row.rule;
  return {
    id: row.id,
    rule: {
      ...row.rule,
      countsFromAt: instant(countsFrom),
      countsUntilAt: countsUntil === null ? farFuture : instant(countsUntil),
    },
    siteId: (row.site_id ?? undefined) as SiteId | undefined,
    cursor:
      predictedAt === undefined ? undefined : { predictedAt, caseId: row.cursor_case_id, feedNo: row.cursor_feed_no },
    cases: row.cases,
    late: row.late,
    lastMaturedAt: at(row.last_matured_at),
  };
}

const cohortOf = (row: WholeCohortRow): Cohort => ({
  ...headOf(row),
  counts: CellCounts.fromBytes(row.counts),
  digest: row.digest,
});
