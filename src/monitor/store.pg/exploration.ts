import { sql } from 'kysely';
import type { Instant, ModelVersionId, SiteId } from '#kernel';
import { type Db, instantFromSql, sqlInstant } from '#platform/db';
import type { ToldOfGroups } from '../model/exploration.ts';
import type { CohortCursor } from './cohorts.ts';

/**
 * The case before the most recent `limit` ones of a version at a site, or nothing where there are no more than those.
 * Cost: a walk over so many entries of an index.
 */
export async function cursorBeforeLatest(
  db: Db,
  of: { modelVersionId: ModelVersionId; siteId: SiteId; predictedBefore: Instant; limit: number },
): Promise<CohortCursor | undefined> {
  const found = await sql<{ predicted_at: string; case_id: string; feed_no: number }>`
    select p.predicted_at, p.case_id, p.feed_no from monitor_feed f
    join monitor_prediction p on p.feed_no = f.feed_no
    where f.model_version_id = ${of.modelVersionId} and f.site_id = ${of.siteId} and p.revision = 0
      and p.predicted_at < ${sqlInstant(of.predictedBefore)}::timestamptz
    order by p.predicted_at desc, p.case_id desc, p.feed_no desc offset ${of.limit} limit 1`.execute(db);
  const [row] = found.rows;
  return row && { predictedAt: instantFromSql(row.predicted_at), caseId: row.case_id, feedNo: row.feed_no };
}

/** What the first answers of cases told of groups, by feed and case id. */
export async function toldOfGroups(
  db: Db,
  cases: readonly { feedNo: number; caseId: string }[],
): Promise<Map<string, ToldOfGroups>> {
  const feeds = [...new Set(cases.map(({ feedNo }) => feedNo))];
  const found = await sql<ToldOfGroups & { key: string }>`
    select feed_no || ' ' || case_id as key, vendor, age_band as "ageBand", image_quality as "imageQuality", rarity
    from monitor_prediction where feed_no = any (${feeds}) and case_id = any (${cases.map(({ caseId }) => caseId)})
      and revision = 0`.execute(db);
  return new Map(found.rows.map(({ key, ...told }) => [key, told]));
}
