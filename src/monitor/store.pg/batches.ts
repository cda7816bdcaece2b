import { sql } from 'kysely';
import type { Instant } from '#kernel';
import { type Db, instantFromSql } from '#platform/db';
import type { BatchRecord } from '../store.ts';

/** A batch that is recorded, but whose place in the ledger was never noted. */
export interface UnplacedBatch {
  id: string;
  kind: BatchRecord['kind'];
  receivedAt: Instant;
}

export async function unplacedBatches(db: Db): Promise<UnplacedBatch[]> {
  const found = await sql<{ id: string; kind: BatchRecord['kind']; received_at: string }>`
    select id, kind, received_at from monitor_batch where ledger_index is null`.execute(db);
  return found.rows.map(({ id, kind, received_at }) => ({ id, kind, receivedAt: instantFromSql(received_at) }));
}
