import { sql } from 'kysely';
import { type Id, type Instant, newId } from '#kernel';
import { type Db, instantFromSql, sqlInstant, type Tx } from '#platform/db';

export type NotificationKind = 'role-awaits-confirmation' | 'delegation' | 'conflict-declared' | 'break-glass';

export interface Notification {
  id: Id<'notification'>;
  kind: NotificationKind;
  /** What it is about; whoever reads it asks for that by its id. */
  subjectId: string;
  createdAt: Instant;
  readAt: Instant | undefined;
}

/** Tells persons of something in the same transaction in which it happens: nobody can be forgotten afterwards. */
export async function notify(
  tx: Tx,
  news: { personIds: readonly string[]; kind: NotificationKind; subjectId: string; at: Instant },
): Promise<void> {
  if (news.personIds.length === 0) return;
  const rows = [...new Set(news.personIds)].map(
    (personId) =>
      sql`(${newId('notification')}, ${personId}, ${news.kind}, ${news.subjectId}, ${sqlInstant(news.at)}::timestamptz)`,
  );
  await sql`insert into people_notification (id, person_id, kind, subject_id, created_at) values ${sql.join(rows)}`.execute(
    tx,
  );
}

/** A person's notifications, newest first, at most 200: older ones are reached by what they are about. */
export async function notificationsOf(db: Db, personId: string): Promise<Notification[]> {
  const { rows } = await sql<{
    id: string;
    kind: NotificationKind;
    subject_id: string;
    created_at: string;
    read_at: string | null;
  }>`select id, kind, subject_id, created_at, read_at from people_notification
    where person_id = ${personId} order by created_at desc, id desc limit 200`.execute(db);
  return rows.map((row) => ({
    id: row.id as Id<'notification'>,
    kind: row.kind,
    subjectId: row.subject_id,
    createdAt: instantFromSql(row.created_at),
    readAt: row.read_at === null ? undefined : instantFromSql(row.read_at),
  }));
}

/** @returns false if the person has no such notification; reading twice changes nothing. */
export async function markRead(db: Db, read: { id: string; personId: string; at: Instant }): Promise<boolean> {
  const { numAffectedRows } =
    await sql`update people_notification set read_at = coalesce(read_at, ${sqlInstant(read.at)}::timestamptz)
      where id = ${read.id} and person_id = ${read.personId}`.execute(db);
  return numAffectedRows === 1n;
}
