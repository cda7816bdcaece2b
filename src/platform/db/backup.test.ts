import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { instant, sha256Hex } from '#kernel';
import { backup, type Database, type Migration, migrate, readMigrations, restore } from './index.ts';
import { describeOnEveryDatabase } from './testing.ts';

// Goal: what is restored is what was backed up, to the last row and byte, or nothing. Method: a schema with everything
// that makes restoring hard, restored into another database and folder and compared; then archives are damaged.

const folders: string[] = [];

afterEach(async () => {
  for (const one of folders.splice(0)) await rm(one, { recursive: true, force: true });
});

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hortus-test-'));
  folders.push(folder);
  return folder;
}

const sql = `
  create table b_parent (id text primary key, payload text, parent text references b_parent, doubled int generated always as (n * 2) stored, n int not null);
  create table a_child (seq bigint generated always as identity, parent_id text not null references b_parent (id), at timestamptz not null, doc jsonb, raw bytea, ratio double precision);
  create trigger b_parent_append_only before update or delete on b_parent for each row execute function forbid_change();
  create function refuse_old() returns trigger language plpgsql as $$ begin if new.at < '2020-01-01' then raise exception 'too late'; end if; return new; end $$;
  create trigger a_child_present before insert on a_child for each row execute function refuse_old();
  insert into b_parent (id, n) values ('seeded by the migration', 1);`;

async function migrations(): Promise<Migration[]> {
  const all = await readMigrations();
  return [all[0]!, { name: '9000_backup_test.sql', sql, sha256: sha256Hex(sql) }];
}

const emptied = async (database: Database): Promise<Database> => {
  await database.pool.query('drop schema public cascade; create schema public');
  return database;
};

async function anInstallation(open: () => Promise<Database>) {
  const database = await emptied(await open());
  await migrate(database, { migrations: await migrations() });
  await database.pool.query(`
    insert into b_parent (id, payload, parent, n) values ('z', e'tab\\tline\\nback\\\\slash "quoted" \\u00e9\\u4e2d', 'a', 2), ('a', null, 'z', 3);
    insert into a_child (parent_id, at, doc, raw, ratio) values ('a', '2026-03-29 01:30:00.123456+00', '{"x": [1, null]}', '\\x00ff', 0.1 + 0.2), ('z', '2026-01-01', null, '', 'infinity');
    insert into b_parent (id, payload, n) select 'row ' || i, repeat(md5(i::text), 20), i from generate_series(1, 20000) i;
    alter table a_child disable trigger user;
    insert into a_child (parent_id, at) values ('a', '2019-01-01');
    alter table a_child enable trigger user;`);
  const dataDir = await aFolder();
  mkdirSync(join(dataDir, 'objects', 'ab'), { recursive: true });
  mkdirSync(join(dataDir, 'keys'));
  writeFileSync(join(dataDir, 'objects', 'ab', 'large'), Buffer.alloc(3_000_000, 7));
  writeFileSync(join(dataDir, 'objects', 'ab', 'empty'), '');
  writeFileSync(join(dataDir, 'keys', 'ledger.pem'), 'a key');
  writeFileSync(join(dataDir, 'hortus.lock'), 'of this machine only');
  const file = join(await aFolder(), 'backup.tar.gz');
  const manifest = await backup({ database, dataDir, file, now: instant('2026-11-21T12:00:00Z') });
  return { database, dataDir, file, manifest };
}

const contentOf = async ({ pool }: Database): Promise<unknown> =>
  Promise.all(
    ['b_parent', 'a_child', 'schema_migration'].map(
      async (table) =>
        (await pool.query(`select count(*), md5(string_agg(t::text, '|' order by t::text)) from ${table} t`)).rows,
    ),
  );

describeOnEveryDatabase('backup and restore', (open) => {
  it('brings back every row, file and sequence in an empty installation', async () => {
    const { database, file, manifest } = await anInstallation(open);
    expect(manifest.rows).toMatchObject({ b_parent: 20_003, a_child: 3 });
    expect(statSync(file).mode & 0o077).toBe(0);
    const [other, dataDir] = [await emptied(await open()), await aFolder()];
    await restore({ database: other, dataDir, file, migrations: await migrations() });
    expect(await contentOf(other)).toEqual(await contentOf(database));
    expect(readFileSync(join(dataDir, 'objects', 'ab', 'large')).equals(Buffer.alloc(3_000_000, 7))).toBe(true);
    expect(readFileSync(join(dataDir, 'objects', 'ab', 'empty'))).toHaveLength(0);
    expect(readFileSync(join(dataDir, 'keys', 'ledger.pem'), 'utf8')).toBe('a key');
    expect(readdirSync(dataDir).sort()).toEqual(['keys', 'objects']);
    const next = await other.pool.query("insert into a_child (parent_id, at) values ('a', now()) returning seq");
    expect(next.rows).toEqual([{ seq: '4' }]);
  });

  it('leaves the rules of the tables in force', async () => {
    const { file } = await anInstallation(open);
    const database = await emptied(await open());
    await restore({ database, dataDir: await aFolder(), file, migrations: await migrations() });
    await expect(database.pool.query('update b_parent set n = 0')).rejects.toThrow('append-only');
    await expect(database.pool.query("insert into a_child (parent_id, at) values ('a', '2019-01-01')")).rejects.toThrow(
      'too late',
    );
    await expect(database.pool.query("insert into a_child (parent_id, at) values ('none', now())")).rejects.toThrow(
      'foreign key',
    );
  });

  it('keeps nothing of a damaged or cut archive, and can be tried again', async () => {
    const { file } = await anInstallation(open);
    const whole = gunzipSync(readFileSync(file));
    const rowAt = whole.indexOf('row 19999\t');
    const objectAt = whole.indexOf(Buffer.alloc(64, 7));
    const database = await emptied(await open());
    const dataDir = await aFolder();
    for (const at of [rowAt + 12, objectAt]) {
      const changed = Buffer.from(whole);
      changed[at] = changed[at]! ^ 1;
      writeFileSync(`${file}.bad`, gzipSync(changed));
      const attempt = restore({ database, dataDir, file: `${file}.bad`, migrations: await migrations() });
      await expect(attempt).rejects.toMatchObject({ code: 'invalid-input' });
    }
    writeFileSync(`${file}.cut`, readFileSync(file));
    truncateSync(`${file}.cut`, Math.floor(statSync(file).size / 2));
    const cut = restore({ database, dataDir, file: `${file}.cut`, migrations: await migrations() });
    await expect(cut).rejects.toMatchObject({ code: 'invalid-input' });
    expect(readdirSync(dataDir)).toEqual([]);
    await restore({ database, dataDir, file, migrations: await migrations() });
    expect((await database.pool.query('select count(*) from b_parent')).rows).toEqual([{ count: '20003' }]);
  });

  it('refuses to write over anything', async () => {
    const { database, dataDir, file } = await anInstallation(open);
    await expect(restore({ database, dataDir: await aFolder(), file })).rejects.toMatchObject({ code: 'conflict' });
    const empty = await emptied(await open());
    await expect(restore({ database: empty, dataDir, file })).rejects.toMatchObject({ code: 'conflict' });
    expect(readFileSync(join(dataDir, 'keys', 'ledger.pem'), 'utf8')).toBe('a key');
  });

  it('refuses a backup made by a newer version', async () => {
    const { file } = await anInstallation(open);
    const database = await emptied(await open());
    const older = (await migrations()).slice(0, 1);
    const attempt = restore({ database, dataDir: await aFolder(), file, migrations: older });
    await expect(attempt).rejects.toMatchObject({ code: 'schema-mismatch' });
  });
});
