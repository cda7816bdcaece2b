import { sql } from 'kysely';
import type { Instant } from '#kernel';
import { type Db, instantFromSql } from '#platform/db';

/** The numbers an operator watches: cheap to read at any size. */
export interface MonitorGauges {
  /** Cases that count as evidence; a case counts once in each cohort that feeds on it. */
  matureCases: number;
  streamsByState: { state: string; streams: number }[];
  lastPredictions: { feedNo: number; at: Instant }[];
}

export async function monitorGauges(db: Db): Promise<MonitorGauges> {
  const cases = await sql<{ n: string }>`select coalesce(sum(cases), 0) as n from monitor_cohort`.execute(db);
  const streams = await sql<{ state: string; n: string }>`
    select state, count(*) as n from monitor_stream where ended_at is null group by state`.execute(db);
  const feeds = await sql<{ feed_no: number; at: string }>`
    select feed_no, last_predicted_at as at from monitor_feed where last_predicted_at is not null`.execute(db);
  return {
    matureCases: Number(cases.rows[0]!.n),
    streamsByState: streams.rows.map(({ state, n }) => ({ state, streams: Number(n) })),
    lastPredictions: feeds.rows.map((row) => ({ feedNo: row.feed_no, at: instantFromSql(row.at) })),
  };
}
