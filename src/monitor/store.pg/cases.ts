import { type RawBuilder, sql } from 'kysely';
import { type Instant, type ModelVersionId, type SiteId, toIso } from '#kernel';
import { type Scope, siteCondition } from '#people';
import { type Db, instantFromSql, sqlInstant } from '#platform/db';
import type { CaseSummary } from '../contract.ts';
import { walkingIndexes } from './query-plans.ts';

export interface FeedTotals {
  feedNo: number;
  siteNo: number;
  siteId: SiteId;
  modelVersionId: ModelVersionId;
  predictions: number;
  decidedOtherwise: number;
  firstPredictedAt: Instant | undefined;
  lastPredictedAt: Instant | undefined;
}

export interface CaseFilter {
  /** Feeds with the decision threshold of their plan, if they have one. */
  feeds: (FeedTotals & { decisionThreshold: number | undefined })[];
  /** Only cases that were drawn for the random audit. */
  onlyDrawn: boolean;
  /** Beginning of a case id. */
  find: string | undefined;
  show: 'all' | 'missed' | 'false-alarm' | 'unresolved' | 'rare' | 'low-quality' | 'audited' | 'corrected';
  before: { at: Instant; caseId: string } | undefined;
  knownBy: Instant;
  limit: number;
}

/** Rows that a filter may read before it gives up and offers the next page: keeps every page fast on any history. */
const rowsScannedMax = 10_000;
/** Cases looked at whose id begins as asked for. */
const foundMax = 1000;

export type CaseRow = Omit<CaseSummary, 'siteCode' | 'siteName' | 'modelVersionLabel' | 'flagged'> & { feedNo: number };

interface Row {
  feed_no: number;
  case_id: string;
  predicted_at: string;
  recorded_at: string;
  probability: number;
  decision: boolean | null;
  human_saw: boolean;
  uncertainty: number | null;
  image_quality: number | null;
  rarity: number | null;
  audit_level: number;
  derived: boolean;
  revision: number;
  value: boolean | null;
  verification: 'verified' | 'not-verified' | null;
  batch_no: string;
  correction_reason: string | null;
}

/**
 * The feeds of the sites that a scope opens. Cases are read by feed, so no case of another site is ever fetched.
 */
export async function feedTotals(db: Db, scope: Pick<Scope, 'sites'>): Promise<FeedTotals[]> {
  const found = await sql<{
    feed_no: number;
    site_no: number;
    site_id: string;
    model_version_id: string;
    predictions: string;
    decided_otherwise: string;
    first: string | null;
    last: string | null;
  }>`select feed_no, site_no, site_id, model_version_id, predictions, decided_otherwise, first_predicted_at as first, last_predicted_at as last
    from monitor_feed where ${siteCondition(scope, sql.ref('site_id'))} order by feed_no`.execute(db);
  return found.rows.map((row) => ({
    feedNo: row.feed_no,
    siteNo: row.site_no,
    siteId: row.site_id as SiteId,
    modelVersionId: row.model_version_id as ModelVersionId,
    predictions: Number(row.predictions),
    decidedOtherwise: Number(row.decided_otherwise),
    firstPredictedAt: row.first === null ? undefined : instantFromSql(row.first),
    lastPredictedAt: row.last === null ? undefined : instantFromSql(row.last),
  }));
}

type FoundRow = Row & { scanned: string; end_at: string | null; end_case: string | null };

/** Written as the index over these cases is, which the planner takes only then. */
const drawn = (table: string): RawBuilder<unknown> => sql`${sql.ref(`${table}.audit_level`)} & 1 = 1`;

/**
 * A page of cases, newest first, with what was the latest revision of each by then. A filter looks through at most
 * 10,000 rows; then the page ends and says where to go on.
 * @returns the cases, and the last row looked at if there may be more.
 */
export async function casePageOf(
  db: Db,
  filter: CaseFilter,
): Promise<{ cases: CaseRow[]; last: { at: Instant; caseId: string } | undefined }> {
  if (filter.feeds.length === 0) return { cases: [], last: undefined };
  const window = windowOf(filter);
  const found = await walkingIndexes(db, (tx) => pageQuery(filter).execute(tx));
  const rows = found.rows.filter((row) => row.case_id !== null);
  return { cases: rows.map(caseOf), last: lastOf(rows, found.rows[0]!, { limit: filter.limit, window }) };
}

const windowOf = ({ show, limit }: CaseFilter): number => (show === 'all' ? limit : rowsScannedMax);

/** The page as a query; some feed must be asked for. */
export function pageQuery(filter: CaseFilter): RawBuilder<FoundRow> {
  const window = windowOf(filter);
  const perFeed = filter.feeds.map((feed) => sql`(${rowsOfFeed(feed, filter, window)})`);
  return sql<FoundRow>`
    with scanned as materialized (select * from (${sql.join(perFeed, sql` union all `)}) as merged
      order by predicted_at desc, case_id desc limit ${window}),
    looked as (select (select count(*) from scanned) as scanned, e.predicted_at as end_at, e.case_id as end_case
      from (values (1)) as one left join lateral (select predicted_at, case_id from scanned
        order by predicted_at, case_id limit 1) e on true),
    chosen as (select s.*, o.value, o.verification from scanned s ${outcomeJoin(filter)} where ${conditionOf(filter.show)}
      order by s.predicted_at desc, s.case_id desc limit ${filter.limit})
    select looked.*, c.feed_no, c.case_id, c.predicted_at, c.batch_no, c.value, c.verification,
      ${latest('recorded_at')}, ${latest('probability')}, ${latest('decision')}, ${latest('human_saw')},
      ${latest('uncertainty')}, ${latest('image_quality')}, ${latest('rarity')}, ${latest('audit_level')},
      ${latest('derived')}, ${latest('revision')}, ${latest('correction_reason')}
    from looked left join chosen c on true ${revisionJoin(filter)}
    order by c.predicted_at desc, c.case_id desc`;
}

function lastOf(
  rows: FoundRow[],
  looked: FoundRow,
  { limit, window }: { limit: number; window: number },
): { at: Instant; caseId: string } | undefined {
  const full = rows.length === limit ? rows.at(-1) : undefined;
  if (full) return { at: instantFromSql(full.predicted_at), caseId: full.case_id };
  if (Number(looked.scanned) < window || looked.end_at === null || looked.end_case === null) return undefined;
  return { at: instantFromSql(looked.end_at), caseId: looked.end_case };
}

function rowsOfFeed(feed: CaseFilter['feeds'][number], filter: CaseFilter, limit: number): RawBuilder<unknown> {
  const after =
    filter.before === undefined
      ? sql`true`
      : sql`(p.predicted_at, p.case_id) < (${sqlInstant(filter.before.at)}::timestamptz, ${filter.before.caseId}::text)`;
  const tau = feed.decisionThreshold;
  return sql`select p.feed_no, p.case_id, p.predicted_at, p.recorded_at, p.probability, p.decision, p.human_saw, p.uncertainty,
      p.image_quality, p.rarity, p.audit_level, p.derived, p.revision, p.batch_no, p.correction_reason, ${feed.siteNo}::smallint as site_no,
      ${tau === undefined ? sql`p.decision` : sql`p.probability >= ${tau}::double precision`} as flagged
    from ${sourceOf(feed, filter)} p where p.feed_no = ${feed.feedNo} and p.revision = 0 and ${after}
      and ${filter.onlyDrawn ? drawn('p') : sql`true`}
      and p.recorded_at <= ${sqlInstant(filter.knownBy)}::timestamptz
    order by p.predicted_at desc, p.case_id desc limit ${limit}`;
}

/** Where the rows of a feed come from: few are found by id or by their corrections, instead of by walking the history. */
function sourceOf(feed: FeedTotals, { find, show, knownBy, onlyDrawn }: CaseFilter): RawBuilder<unknown> {
  if (find !== undefined) {
    // Ids are ASCII, so all that begin so lie below the last character of ASCII.
    return sql`(select * from monitor_prediction f where f.feed_no = ${feed.feedNo} and f.case_id >= ${find}
      and f.case_id < ${`${find}\u007f`} and ${onlyDrawn ? drawn('f') : sql`true`} order by f.case_id, f.revision limit ${foundMax})`;
  }
  if (show !== 'corrected') return sql`monitor_prediction`;
  return sql`(select o.* from (select distinct x.case_id from monitor_prediction x where x.feed_no = ${feed.feedNo}
      and x.revision > 0 and x.recorded_at <= ${sqlInstant(knownBy)}::timestamptz) as x
    cross join lateral (select * from monitor_prediction o where o.feed_no = ${feed.feedNo} and o.case_id = x.case_id
      and o.revision = 0 offset 0) as o)`;
}

const outcomeJoin = (filter: CaseFilter): RawBuilder<unknown> =>
  sql`left join lateral (select o.value, o.verification from monitor_outcome o where o.site_no = s.site_no and o.case_id = s.case_id
    and o.recorded_at <= ${sqlInstant(filter.knownBy)}::timestamptz order by o.recorded_at desc, o.revision desc limit 1) o on true`;

/** The latest correction by then, for the rows of a page only. */
const revisionJoin = (filter: CaseFilter): RawBuilder<unknown> =>
  sql`left join lateral (select * from monitor_prediction x where x.feed_no = c.feed_no and x.case_id = c.case_id and x.revision > 0
    and x.recorded_at <= ${sqlInstant(filter.knownBy)}::timestamptz order by x.revision desc limit 1) x on true`;

const latest = (column: string): RawBuilder<unknown> =>
  sql`case when x.revision is null then ${sql.ref(`c.${column}`)} else ${sql.ref(`x.${column}`)} end as ${sql.ref(column)}`;

function conditionOf(show: CaseFilter['show']): RawBuilder<unknown> {
  switch (show) {
    case 'missed':
      return sql`o.value and not s.flagged`;
    case 'false-alarm':
      return sql`not o.value and s.flagged`;
    case 'unresolved':
      return sql`o.value is null`;
    case 'rare':
      return sql`s.rarity <= 0.01`;
    case 'low-quality':
      return sql`s.image_quality <= 1`;
    case 'audited':
      return sql`s.audit_level = 3`;
    case 'all':
    case 'corrected':
      return sql`true`;
  }
}

/** Every revision of every prediction and outcome of one case, as known at an instant; nothing of a case not drawn, where only those are open. */
export async function revisionsOf(
  db: Db,
  key: { siteNo: number; feedNos: number[]; caseId: string; knownBy: Instant; onlyDrawn: boolean },
): Promise<{ predictions: (CaseRow & Batch)[]; outcomes: (StoredRevision & Batch)[] }> {
  const isOpen = key.onlyDrawn
    ? sql`exists (select from monitor_prediction d where d.feed_no = any (${key.feedNos}) and d.case_id = ${key.caseId}
        and d.revision = 0 and ${drawn('d')})`
    : sql`true`;
  const predictions = await sql<Row & BatchRow>`select p.*, b.id as batch_id, b.ledger_index from monitor_prediction p
    join monitor_batch b using (batch_no) where p.feed_no = any (${key.feedNos}) and p.case_id = ${key.caseId}
      and p.recorded_at <= ${sqlInstant(key.knownBy)}::timestamptz and ${isOpen} order by p.feed_no, p.revision`.execute(
    db,
  );
  const outcomes = await sql<OutcomeRow & BatchRow>`select o.*, b.id as batch_id, b.ledger_index from monitor_outcome o
    join monitor_batch b using (batch_no) where o.site_no = ${key.siteNo} and o.case_id = ${key.caseId}
      and o.recorded_at <= ${sqlInstant(key.knownBy)}::timestamptz and ${isOpen} order by o.definition, o.revision`.execute(
    db,
  );
  return {
    predictions: predictions.rows.map((row) => ({ ...caseOf(row), ...batchOf(row) })),
    outcomes: outcomes.rows.map((row) => ({
      outcome: row.definition,
      revision: row.revision,
      value: row.value,
      verification: row.verification,
      knownAt: toIso(instantFromSql(row.known_at)),
      recordedAt: toIso(instantFromSql(row.recorded_at)),
      ...batchOf(row),
    })),
  };
}

export interface StoredRevision {
  outcome: string;
  revision: number;
  value: boolean;
  verification: 'verified' | 'not-verified';
  knownAt: string;
  recordedAt: string;
}

export interface Batch {
  batchId: string;
  ledgerIndex: number | null;
  correctionReason: string | null;
}

interface BatchRow {
  batch_id: string;
  ledger_index: string | null;
  correction_reason: string | null;
}

interface OutcomeRow {
  definition: string;
  revision: number;
  value: boolean;
  verification: 'verified' | 'not-verified';
  known_at: string;
  recorded_at: string;
}

const batchOf = (row: BatchRow): Batch => ({
  batchId: row.batch_id,
  ledgerIndex: row.ledger_index === null ? null : Number(row.ledger_index),
  correctionReason: row.correction_reason,
});

const caseOf = (row: Row): CaseRow => ({
  feedNo: row.feed_no,
  caseId: row.case_id,
  modelVersionId: '',
  predictedAt: toIso(instantFromSql(row.predicted_at)),
  recordedAt: toIso(instantFromSql(row.recorded_at)),
  probability: row.probability,
  decision: row.decision,
  shownToHuman: row.human_saw,
  uncertainty: row.uncertainty,
  imageQuality: row.image_quality,
  rarity: row.rarity,
  audited: (row.audit_level & 1) === 1,
  derived: row.derived,
  revision: row.revision,
  outcome: row.value ?? null,
  verification: row.verification ?? null,
});

/** Cases that the shown answer clears and that must be verified all the same: drawn, or flagged by a watched version. */
export async function auditQueue(
  db: Db,
  query: {
    feeds: (FeedTotals & { decisionThreshold: number | undefined })[];
    onlyDrawn: boolean;
    after: { at: Instant; caseId: string } | undefined;
    limit: number;
  },
): Promise<{ feedNo: number; caseId: string; predictedAt: Instant; rate: number; isDrawn: boolean }[]> {
  const watched = query.feeds.filter((feed) => feed.decisionThreshold !== undefined);
  if (watched.length === 0) return [];
  const after = query.after ?? { at: 0 as Instant, caseId: '' };
  const perFeed = watched.map(
    (feed) => sql`(select p.feed_no, p.case_id, p.predicted_at, p.audit_rate, p.audit_level from monitor_prediction p
    where p.feed_no = ${feed.feedNo} and p.revision = 0 and p.audit_level <> 2 and not p.derived and not p.retrospective
      and p.probability < ${feed.decisionThreshold!}::double precision and ${query.onlyDrawn ? drawn('p') : sql`true`}
      and (p.predicted_at, p.case_id) > (${sqlInstant(after.at)}::timestamptz, ${after.caseId}::text)
    order by p.predicted_at, p.case_id limit ${query.limit})`,
  );
  const page = sql<{
    feed_no: number;
    case_id: string;
    predicted_at: string;
    audit_rate: number;
    audit_level: number;
  }>`select * from (${sql.join(perFeed, sql` union all `)}) as merged order by predicted_at, case_id limit ${query.limit}`;
  const found = await walkingIndexes(db, (tx) => page.execute(tx));
  return found.rows.map((row) => ({
    feedNo: row.feed_no,
    caseId: row.case_id,
    predictedAt: instantFromSql(row.predicted_at),
    rate: row.audit_rate,
    isDrawn: (row.audit_level & 1) === 1,
  }));
}
