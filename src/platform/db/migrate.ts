import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { assert, Problem, sha256Hex } from '#kernel';
import type { Database } from './connect.ts';
import { toProblem } from './problems-of-driver.ts';

export interface Migration {
  name: string;
  sql: string;
  /** Over the text with Unix line ends, so that a checkout on Windows has the same one. */
  sha256: string;
}

/** Any number will do, as long as every Hortus uses the same. */
const advisoryLockKey = 7_240_311_605_427;
/** How long another process may take, or something in the database stand in the way, before it is said. */
const lockTimeoutMs = 120_000;
const migrationName = /^\d{4}_[a-z0-9]+(?:_[a-z0-9]+)*\.sql$/;

/** The migrations of this version, in order. */
export async function readMigrations(folder: string = migrationsFolder()): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const migrations: Migration[] = [];
  for (const name of names) {
    assert(migrationName.test(name), `a migration is named 0000_words.sql, not ${name}`);
    const sql = (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n');
    migrations.push({ name, sql, sha256: sha256Hex(sql) });
  }
  return migrations;
}

/** Found upwards from this file: the sources and the bundle lie at different depths. */
function migrationsFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'db', 'migrations'))) {
    assert(dirname(folder) !== folder, 'db/migrations lies in a folder above this file');
    folder = dirname(folder);
  }
  return join(folder, 'db', 'migrations');
}

/**
 * Brings the schema to this version: applies what is missing, each file in a transaction of its own.
 * Several processes may call it at once; one works, the others wait and find nothing to do.
 * Problems: schema-mismatch where an applied migration was edited, or was written by a newer version;
 * storage-unavailable where it waited for two minutes.
 */
export async function migrate(
  database: Database,
  options: { migrations?: Migration[] } = {},
): Promise<{ applied: string[] }> {
  const migrations = options.migrations ?? (await readMigrations());
  const client = await database.pool.connect().catch((error: unknown) => {
    throw toProblem(error);
  });
  try {
    await client.query(`set lock_timeout = ${lockTimeoutMs}`);
    await client.query('select pg_advisory_lock($1)', [advisoryLockKey]);
    const done = await appliedMigrations(client);
    refuseOtherHistory(migrations, done);
    const missing = migrations.filter((migration) => !done.has(migration.name));
    for (const migration of missing) await apply(client, migration);
    await client.query('select pg_advisory_unlock($1)', [advisoryLockKey]);
    await client.query('reset lock_timeout');
    client.release();
    return { applied: missing.map((migration) => migration.name) };
  } catch (error) {
    // Closing the connection gives the advisory lock back.
    client.release(true);
    throw isLockTimeout(error) ? waitedTooLong(error) : toProblem(error);
  }
}

/** lock_not_available (PostgreSQL documentation, appendix A). */
const isLockTimeout = (error: unknown): boolean =>
  error instanceof Error &&
  [error, error.cause].some((one) => (one as { code?: unknown } | undefined)?.code === '55P03');

const waitedTooLong = (cause: unknown): Problem =>
  new Problem('storage-unavailable', {
    detail: `The schema waited ${lockTimeoutMs / 1000} s for something else that works on this database: another Hortus that migrates it, or an open transaction.`,
    cause,
  });

async function appliedMigrations(client: pg.ClientBase): Promise<Map<string, string>> {
  await client.query(`create table if not exists schema_migration (
    name text primary key,
    sha256 text not null,
    applied_at timestamptz not null default now()
  )`);
  const { rows } = await client.query<{ name: string; sha256: string }>('select name, sha256 from schema_migration');
  return new Map(rows.map((row) => [row.name, row.sha256]));
}

function refuseOtherHistory(migrations: Migration[], done: Map<string, string>): void {
  const known = new Map(migrations.map((migration) => [migration.name, migration.sha256]));
  for (const [name, sha256] of done) {
    if (known.get(name) === sha256) continue;
    const detail = known.has(name)
      ? `Migration ${name} was edited after it was applied to this database.`
      : `Migration ${name} was applied by a newer Hortus than this one.`;
    throw new Problem('schema-mismatch', { detail });
  }
}

async function apply(client: pg.ClientBase, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(migration.sql);
    await client.query('insert into schema_migration (name, sha256) values ($1, $2)', [
      migration.name,
      migration.sha256,
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {});
    const reason = error instanceof Error ? error.message : String(error);
    throw toProblem(error) === error
      ? new Error(`migration ${migration.name} failed: ${reason}`, { cause: error })
      : error;
  }
}
