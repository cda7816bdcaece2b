import { sql } from 'kysely';
import { type Db, inTransaction, type Tx } from '#platform/db';

/**
 * For the rest of this transaction the planner walks indexes in their order. Without it, a table that has grown since
 * it was last analysed looks small, and each page would sort or hash the whole history.
 */
export async function walkIndexes(tx: Tx): Promise<void> {
  await sql`select set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
    set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
    set_config('enable_sort', 'off', true), set_config('jit', 'off', true), set_config('max_parallel_workers_per_gather', '0', true)`.execute(
    tx,
  );
}

/** Reads with plans that walk indexes. */
export const walkingIndexes = <T>(db: Db, read: (tx: Tx) => Promise<T>): Promise<T> =>
  inTransaction(db, async (tx) => {
    await walkIndexes(tx);
    return read(tx);
  });

/** Tells the planner how large the tables have become: after a large batch, instead of at autovacuum's next round. */
export async function analyseCases(db: Db): Promise<void> {
  await sql`analyze monitor_prediction`.execute(db);
  await sql`analyze monitor_outcome`.execute(db);
}
