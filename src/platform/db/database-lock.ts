import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { Problem } from '#kernel';
import type { Database } from './connect.ts';
import { toProblem } from './problems-of-driver.ts';

export interface DatabaseLock {
  release(): Promise<void>;
}

/** Any number will do, as long as every Hortus uses the same and nothing else does. */
const advisoryLockKey = 7_240_311_605_429;
/** PostgreSQL notices the end of a killed process when its connection breaks; on one machine that is at once. */
const patienceMs = 3_000;
const retryMs = 250;

/**
 * Makes this process the only Hortus on a database that is not its own: two would each believe their own clock, and
 * sign with what may be another key. A connection of its own holds the lock; where it breaks, the lock is taken again.
 * Problems: database-in-use, storage-unavailable.
 */
export async function lockDatabase(database: Database, log: (line: string) => void): Promise<DatabaseLock> {
  let holder = await takeSoon(database);
  let isReleased = false;
  const watch = (): void => {
    holder.once('error', () => {
      holder.release(true);
      if (!isReleased) void retake();
    });
  };
  const retake = async (): Promise<void> => {
    for (;;) {
      await wait(retryMs, undefined, { ref: false });
      if (isReleased) return;
      try {
        holder = await take(database);
        watch();
        return;
      } catch (error) {
        if (error instanceof Problem && error.code === 'database-in-use') {
          log('the connection that kept others away broke, and another Hortus works on this database now: stop one');
        }
      }
    }
  };
  watch();
  return {
    release: async () => {
      isReleased = true;
      // Closing the connection gives the lock back.
      holder.release(true);
    },
  };
}

async function takeSoon(database: Database): Promise<pg.PoolClient> {
  for (const startedAt = performance.now(); ; ) {
    try {
      return await take(database);
    } catch (error) {
      const isTaken = error instanceof Problem && error.code === 'database-in-use';
      if (!isTaken || performance.now() - startedAt > patienceMs) throw error;
      await wait(retryMs);
    }
  }
}

async function take(database: Database): Promise<pg.PoolClient> {
  const client = await database.pool.connect().catch((error: unknown) => {
    throw toProblem(error);
  });
  try {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
      advisoryLockKey,
    ]);
    if (rows[0]?.taken) return client;
    throw new Problem('database-in-use');
  } catch (error) {
    client.release(true);
    throw toProblem(error);
  }
}
