import { sql } from 'kysely';
import type { ModelVersionId, SiteId } from '#kernel';
import { type Database, inTransaction, type Tx } from '#platform/db';
import type { Feed } from '../store.ts';
import { ensureFeed, feedsOf } from './intake.ts';

/** Another stream may be making the same feed in its own transaction, and stand still. */
const lockTimeoutMs = 2_000;

/**
 * Finds a feed, or makes it in a short transaction of its own: made in the one of a whole stream, its key would hold up
 * every other sender of the same site and version for as long as that stream lasts.
 * @returns where it was made as well: what a stream made in its own transaction, nobody else can see yet.
 */
export async function openFeed(
  { database, tx, mayBeApart }: { database: Database; tx: Tx; mayBeApart: boolean },
  siteId: SiteId,
  modelVersionId: ModelVersionId,
): Promise<{ feed: Feed; isShared: boolean }> {
  const known = (await feedsOf(tx, siteId)).find((one) => one.modelVersionId === modelVersionId);
  if (known) return { feed: known, isShared: true };
  if (mayBeApart && hasRoom(database)) {
    const made = await inTransaction(database.db, async (apart) => {
      await sql`select set_config('lock_timeout', ${String(lockTimeoutMs)}, true)`.execute(apart);
      return ensureFeed(apart, siteId, modelVersionId);
    }).catch(() => undefined);
    if (made) return { feed: made, isShared: true };
  }
  return { feed: await ensureFeed(tx, siteId, modelVersionId), isShared: false };
}

/** Streams that hold every connection, and each wait for one more, would wait for one another. */
const hasRoom = ({ pool }: Database): boolean =>
  pool.waitingCount === 0 && (pool.idleCount > 0 || pool.totalCount < pool.options.max);
