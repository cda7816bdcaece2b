import { sql } from 'kysely';
import type { Db } from '#platform/db';

export interface MonthRow {
  month: string;
  predictions: number;
  outcomes: number;
  mature: number;
}

/**
 * What came in and what matured, by month, from the counts of batches and of cohort days: no case is counted here.
 * Several cohorts may read the same cases, so of each version and site the cohort with most cases speaks; one over all
 * sites speaks only where a version has no other. A month with a count below `smallest`, unless it is 0, is left out.
 */
export async function activityByMonth(db: Db, { smallest }: { smallest: number }): Promise<MonthRow[]> {
  const found = await sql<{ month: string; predictions: string; outcomes: string; mature: string }>`
    with received as (
      select to_char(received_at at time zone 'UTC', 'YYYY-MM') as month,
        sum(accepted) filter (where kind = 'predictions') as predictions,
        sum(accepted) filter (where kind = 'outcomes') as outcomes
      from monitor_batch group by 1),
    speaking as (
      select distinct on (rule->>'modelVersionId', site_id) id, rule->>'modelVersionId' as version, site_id
      from monitor_cohort order by rule->>'modelVersionId', site_id, cases desc, id),
    matured as (
      select to_char(d.day, 'YYYY-MM') as month, sum(d.cases) as mature
      from speaking s join monitor_cohort_day d on d.cohort_id = s.id
      where s.site_id is not null or not exists (select from speaking o where o.version = s.version and o.site_id is not null)
      group by 1)
    select month, coalesce(predictions, 0) as predictions, coalesce(outcomes, 0) as outcomes, coalesce(mature, 0) as mature
    from received full join matured using (month)
    where coalesce(predictions, 0) + coalesce(outcomes, 0) + coalesce(mature, 0) > 0
      and not exists (select from (values (predictions), (outcomes), (mature)) as counted(n) where n > 0 and n < ${smallest})
    order by month`.execute(db);
  return found.rows.map((row) => ({
    month: row.month,
    predictions: Number(row.predictions),
    outcomes: Number(row.outcomes),
    mature: Number(row.mature),
  }));
}
