import { randomBytes } from 'node:crypto';
import { afterAll, describe, inject } from 'vitest';
import { type ConnectOptions, connect, type Database } from './connect.ts';
import { migrate, readMigrations } from './migrate.ts';

/**
 * Runs the same tests on every database Hortus supports: always on the embedded PostgreSQL, and on the one at
 * DATABASE_URL when it is set. `open` gives a fresh database, migrated and empty; it is dropped at the end of the file.
 */
export function describeOnEveryDatabase(name: string, tests: (open: () => Promise<Database>) => void): void {
  const servers: [string, ConnectOptions][] = [['embedded PostgreSQL', inject('embedded')]];
  if (process.env.DATABASE_URL) servers.push(['DATABASE_URL', { connectionString: process.env.DATABASE_URL }]);
  for (const [server, connection] of servers) {
    describe(`${name} (${server})`, () => {
      const opened: TestDatabase[] = [];
      afterAll(async () => {
        for (const one of opened) await one.drop();
      });
      tests(async () => {
        const one = await openTestDatabase(connection);
        opened.push(one);
        return one.database;
      });
    });
  }
}

/** A fresh, migrated, empty database on the embedded server of the test run, for tests that need only one kind. */
export async function openEmbeddedTestDatabase(): Promise<TestDatabase> {
  return openTestDatabase(inject('embedded'));
}

export interface TestDatabase {
  database: Database;
  connection: ConnectOptions;
  drop(): Promise<void>;
}

async function openTestDatabase(server: ConnectOptions): Promise<TestDatabase> {
  const template = await ensureTemplate(server);
  const name = `hortus_test_${randomBytes(6).toString('hex')}`;
  await asAdministrator(server, (admin) => admin.pool.query(`create database ${name} template ${template}`));
  const connection = at(server, name);
  const database = connect({ ...connection, poolSizeMax: 4 });
  return {
    database,
    connection,
    drop: async () => {
      await database.close();
      await asAdministrator(server, (admin) => admin.pool.query(`drop database if exists ${name} with (force)`));
    },
  };
}

/** Migrating takes longer than copying: the schema is made once a run, under a name that follows its content. */
async function ensureTemplate(server: ConnectOptions): Promise<string> {
  const migrations = await readMigrations();
  const fingerprint = migrations.map((migration) => migration.sha256.slice(0, 8)).join('');
  const name = `hortus_template_${Buffer.from(fingerprint).toString('hex').slice(-24)}_${migrations.length}`;
  await asAdministrator(server, async (admin) => {
    const client = await admin.pool.connect();
    try {
      await client.query('select pg_advisory_lock(7240311605428)');
      const found = await client.query('select 1 from pg_database where datname = $1', [name]);
      if (found.rowCount !== 0) return;
      const draft = `${name}_draft`;
      await client.query(`drop database if exists ${draft} with (force)`);
      await client.query(`create database ${draft} template template0 encoding 'UTF8'`);
      const database = connect({ ...at(server, draft), poolSizeMax: 1 });
      try {
        await migrate(database, { migrations });
      } finally {
        await database.close();
      }
      await client.query(`alter database ${draft} rename to ${name}`);
    } finally {
      client.release(true);
    }
  });
  return name;
}

async function asAdministrator<T>(server: ConnectOptions, work: (admin: Database) => Promise<T>): Promise<T> {
  const admin = connect({
    ...(server.connectionString === undefined ? at(server, 'postgres') : server),
    poolSizeMax: 1,
  });
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}

function at(server: ConnectOptions, database: string): ConnectOptions {
  if (server.connectionString === undefined) return { ...server, database };
  const url = new URL(server.connectionString);
  url.pathname = `/${database}`;
  return { connectionString: url.href };
}
