import { setTimeout as wait } from 'node:timers/promises';
import type { Db, Tx } from './connect.ts';
import { isWorthRetrying, toProblem } from './problems-of-driver.ts';

export interface TransactionOptions {
  isolation?: 'read committed' | 'repeatable read' | 'serializable';
}

const attemptsMax = 6;
const firstDelayMs = 5;

/**
 * Runs `work` in one transaction: all of it is durable when the promise resolves, or none of it happened.
 * Conflicts with other transactions are tried again, so `work` may run more than once and must act through `tx` only.
 * Problems: storage-full, storage-unavailable; after a connection lost during commit the act may still have happened.
 */
export async function inTransaction<T>(
  db: Db,
  work: (tx: Tx) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db
        .transaction()
        .setIsolationLevel(options.isolation ?? 'read committed')
        .execute(work);
    } catch (error) {
      if (attempt === attemptsMax || !isWorthRetrying(error)) throw toProblem(error);
      // Random delays keep two transactions from meeting again in step.
      await wait(firstDelayMs * 2 ** attempt * (0.5 + Math.random()));
    }
  }
}
