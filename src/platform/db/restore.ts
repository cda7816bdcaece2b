import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { extract } from 'tar-stream';
import { Problem } from '#kernel';
import {
  type BackupHeader,
  type BackupManifest,
  backedUpFolders,
  columnList,
  damaged,
  filesBelow,
  headerName,
  manifestName,
  quoted,
  tablesInOrder,
} from './backup-archive.ts';
import type { Database } from './connect.ts';
import { type Migration, migrate, readMigrations } from './migrate.ts';
import { toProblem } from './problems-of-driver.ts';

export interface RestoreOptions {
  /** An empty database: nothing in its schema. */
  database: Database;
  /** A folder without keys and objects. */
  dataDir: string;
  file: string;
  /** Those of this version, unless a test brings others. */
  migrations?: Migration[];
}

type Members = AsyncIterable<{ header: { name: string }; resume(): void } & AsyncIterable<Buffer>>;

const smallMemberMaxBytes = 64 * 1024 * 1024;

/**
 * Puts a backup into an empty database and folder: the schema from this version's own migrations, then the rows and
 * files, then newer migrations. Everything is checked against the manifest before it counts: on any difference
 * nothing is kept. Memory stays constant.
 * Problems: conflict where something is there already, invalid-input for a damaged archive, schema-mismatch for one of
 * a newer version.
 */
export async function restore(options: RestoreOptions): Promise<BackupManifest> {
  const staging = join(options.dataDir, 'restoring');
  await refuseUnlessEmpty(options);
  await rm(staging, { recursive: true, force: true });
  const client = await options.database.pool.connect().catch((error: unknown) => {
    throw toProblem(error);
  });
  try {
    const manifest = await readArchive(options, staging, client);
    for (const folder of backedUpFolders) await adopt(join(staging, folder), join(options.dataDir, folder));
    await client.query('commit');
    client.release();
    await rm(staging, { recursive: true, force: true });
    await migrate(options.database, options);
    return manifest;
  } catch (error) {
    client.release(true);
    // Both were empty before.
    for (const folder of [staging, ...backedUpFolders.map((name) => join(options.dataDir, name))]) {
      await rm(folder, { recursive: true, force: true });
    }
    await forgetSchema(options.database).catch(() => {});
    throw isCorruption(error) ? damaged(error.message) : toProblem(error);
  }
}

async function refuseUnlessEmpty({ database, dataDir }: RestoreOptions): Promise<void> {
  const { rows } = await database.pool.query(
    'select 1 from pg_class where relnamespace = current_schema()::regnamespace limit 1',
  );
  const files = await Promise.all(backedUpFolders.map((folder) => filesBelow(join(dataDir, folder))));
  if (rows.length === 0 && files.flat().length === 0) return;
  throw new Problem('conflict', {
    detail: 'A backup is restored into an empty database and an empty data folder only.',
  });
}

async function readArchive(options: RestoreOptions, staging: string, client: pg.ClientBase): Promise<BackupManifest> {
  const archive = extract();
  // A failure to read or unpack ends the loop below, which reports it.
  pipeline(createReadStream(options.file), createGunzip(), archive).catch(() => {});
  const seen: BackupManifest['members'] = {};
  let header: BackupHeader | undefined;
  let manifest: BackupManifest | undefined;
  let copy: TableCopy | undefined;
  const endCopy = async (): Promise<void> => {
    await copy?.end();
    copy = undefined;
  };
  for await (const member of archive as unknown as Members) {
    const { name } = member.header;
    const table = /^tables\/([^/]+)\/\d{6}\.copy$/.exec(name)?.[1];
    const path = /^folders\/((?:keys|objects)\/.+)$/.exec(name)?.[1];
    if (name !== headerName && !header) throw damaged('it does not begin with its header');
    if (copy?.table !== table) await endCopy();
    if (name === headerName) {
      header = JSON.parse((await content(member, seen, name)).toString('utf8')) as BackupHeader;
      await prepareSchema(options, client, header);
    } else if (name === manifestName) {
      manifest = JSON.parse((await content(member, {}, name)).toString('utf8')) as BackupManifest;
    } else if (table !== undefined) {
      copy ??= startCopy(client, header!, table);
      await copy.write(digested(member, seen, name));
    } else if (path !== undefined && !path.split('/').includes('..')) {
      await writeDurably(join(staging, path), digested(member, seen, name));
    } else throw damaged(`it holds the unknown member ${name}`);
  }
  await endCopy();
  if (!manifest) throw damaged('its manifest is missing');
  await verify(client, manifest, seen);
  return manifest;
}

/** The schema as it was when the backup was made; the rows then come inside the transaction that is begun here. */
async function prepareSchema(options: RestoreOptions, client: pg.ClientBase, header: BackupHeader): Promise<void> {
  if (header.format !== 'hortus-backup-1') {
    throw new Problem('schema-mismatch', { detail: 'The backup has a format that this Hortus does not read.' });
  }
  const own = options.migrations ?? (await readMigrations());
  const wanted = header.migrations.map(({ name, sha256 }) => {
    const migration = own.find((one) => one.name === name && one.sha256 === sha256);
    if (migration) return migration;
    throw new Problem('schema-mismatch', {
      detail: `The backup was made with migration ${name}, which this Hortus does not have in that form.`,
    });
  });
  await migrate(options.database, { migrations: wanted });
  const tables = await tablesInOrder(client);
  if (JSON.stringify(tables) !== JSON.stringify(header.tables)) {
    throw new Problem('schema-mismatch', { detail: 'The tables of the backup are not those of its migrations.' });
  }
  await client.query('begin');
  // What was accepted once is not judged again: rules about the present would refuse the past. Append-only tables
  // refuse to be emptied of what migrations put there, so this comes first.
  for (const table of tables) await client.query(`alter table ${quoted(table.name)} disable trigger user`);
  await client.query(`truncate ${tables.map((table) => quoted(table.name)).join(', ')}`);
}

interface TableCopy {
  table: string;
  /** Writes everything; the table stays open for the next piece. */
  write(source: AsyncIterable<Buffer>): Promise<void>;
  end(): Promise<void>;
}

function startCopy(client: pg.ClientBase, header: BackupHeader, name: string): TableCopy {
  const table = header.tables.find((one) => one.name === name);
  if (!table) throw damaged(`it holds rows of the unknown table ${name}`);
  const stream = client.query(copyFrom(`copy ${quoted(name)} (${columnList(table)}) from stdin`));
  // The server may refuse a row at any time, and the stream then calls nobody back: every step listens for that.
  const failed = new Promise<never>((_, reject) => stream.once('error', reject));
  failed.catch(() => {});
  return {
    table: name,
    write: async (source) => {
      for await (const chunk of source) {
        const written = new Promise<void>((resolve) => stream.write(chunk, () => resolve()));
        await Promise.race([written, failed]);
      }
    },
    end: () => Promise.race([new Promise<void>((resolve) => stream.end(resolve)), failed]),
  };
}

async function verify(client: pg.ClientBase, manifest: BackupManifest, seen: BackupManifest['members']): Promise<void> {
  const names = new Set([...Object.keys(manifest.members), ...Object.keys(seen)]);
  for (const name of names) {
    const [wanted, found] = [manifest.members[name], seen[name]];
    if (wanted?.sha256 !== found?.sha256 || wanted?.sizeBytes !== found?.sizeBytes)
      throw damaged(`${name} is not what was written`);
  }
  for (const table of manifest.tables) {
    const { rows } = await client.query<{ n: string }>(`select count(*) as n from ${quoted(table.name)}`);
    if (Number(rows[0]!.n) !== manifest.rows[table.name])
      throw damaged(`table ${table.name} has another number of rows`);
  }
  for (const [name, value] of Object.entries(manifest.sequences)) {
    await client.query('select setval($1::regclass, $2::bigint)', [quoted(name), value]);
  }
  await client.query('set constraints all immediate');
  for (const table of manifest.tables) await client.query(`alter table ${quoted(table.name)} enable trigger user`);
}

/** After a failure the database is as empty as before, so that the restore can be tried again. */
async function forgetSchema(database: Database): Promise<void> {
  const { rows } = await database.pool.query<{ drop: string }>(`
    select format('drop table %I cascade', relname) as drop from pg_class
      where relkind = 'r' and relnamespace = current_schema()::regnamespace
    union all
    select format('drop routine %s', oid::regprocedure) from pg_proc where pronamespace = current_schema()::regnamespace`);
  for (const row of rows) await database.pool.query(row.drop);
}

async function adopt(staged: string, place: string): Promise<void> {
  if ((await filesBelow(staged)).length === 0) return;
  await rm(place, { recursive: true, force: true });
  await rename(staged, place);
}

async function* digested(source: AsyncIterable<Buffer>, seen: BackupManifest['members'], name: string) {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of source) {
    hash.update(chunk);
    sizeBytes += chunk.length;
    yield chunk;
  }
  seen[name] = { sizeBytes, sha256: hash.digest('hex') };
}

async function content(source: AsyncIterable<Buffer>, seen: BackupManifest['members'], name: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of digested(source, seen, name)) {
    sizeBytes += chunk.length;
    if (sizeBytes > smallMemberMaxBytes) throw damaged(`${name} is too large`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function writeDurably(path: string, source: AsyncIterable<Buffer>): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const handle = await open(path, 'wx', 0o600);
  try {
    await writeFile(handle, source);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Errors of the unpacking and of rows that do not fit their columns: the archive is not what was written. */
function isCorruption(error: unknown): error is Error {
  if (!(error instanceof Error) || error instanceof Problem) return false;
  const code = 'code' in error ? String(error.code) : '';
  return (
    code.startsWith('Z_') ||
    /^(22|23)/.test(code) ||
    /tar header|Unexpected end|premature/i.test(error.message) ||
    error instanceof SyntaxError
  );
}
