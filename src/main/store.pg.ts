import { sql } from 'kysely';
import type { Json } from '#kernel';
import type { Db, Tx } from '#platform/db';

/** What the installation knows of itself, by name. */
export async function readSetting<T>(db: Db | Tx, name: string): Promise<T | undefined> {
  const found = await sql<{ value: T }>`select value from main_setting where name = ${name}`.execute(db);
  return found.rows[0]?.value;
}

export async function writeSetting(db: Db | Tx, name: string, value: Json): Promise<void> {
  await sql`insert into main_setting (name, value) values (${name}, ${JSON.stringify(value)}::jsonb)
    on conflict (name) do update set value = excluded.value`.execute(db);
}

/** Answers if the database does. */
export async function pingDatabase(db: Db): Promise<void> {
  await sql`select 1`.execute(db);
}
