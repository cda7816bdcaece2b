import { createWriteStream } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { pack } from 'tar-stream';
import { type Instant, Problem, toIso } from '#kernel';
import {
  ArchiveWriter,
  type BackupHeader,
  type BackupManifest,
  backedUpFolders,
  columnList,
  filesBelow,
  headerName,
  keysFolder,
  manifestName,
  pieceBytes,
  quoted,
  tablesInOrder,
} from './backup-archive.ts';
import type { Database } from './connect.ts';
import { toProblem } from './problems-of-driver.ts';

export interface BackupOptions {
  database: Database;
  dataDir: string;
  /** Where the archive goes: a gzipped tar. It holds the keys of the installation, so it is readable for its owner only. */
  file: string;
  now: Instant;
}

/**
 * Writes the whole installation, database, keys and objects, into one file while Hortus goes on working. All tables
 * are of one moment; objects are immutable, so those that the tables name are there. Memory stays constant.
 * The file appears under its name only when it is whole and on disk.
 * Problems: storage-full, storage-unavailable, conflict where the file is there already.
 */
export async function backup(options: BackupOptions): Promise<BackupManifest> {
  const draft = `${options.file}.part`;
  const output = await open(draft, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw toProblem(error);
    throw new Problem('conflict', {
      detail: `Another backup is being written to ${draft}, or was cut off there. Remove it first.`,
    });
  });
  await output.close();
  try {
    const archive = pack();
    const written = pipeline(archive, createGzip(), createWriteStream(draft, { mode: 0o600, flush: true }));
    // Whichever side fails first is the reason; the other side then ends too.
    const filled = fill(archive, options).catch((error: Error) => {
      archive.destroy(error);
      throw error;
    });
    const [manifest] = await Promise.all([filled, written]);
    await rename(draft, options.file);
    await syncFolder(dirname(options.file));
    return manifest;
  } catch (error) {
    await rm(draft, { force: true });
    throw toProblem(error);
  }
}

async function fill(archive: ReturnType<typeof pack>, options: BackupOptions): Promise<BackupManifest> {
  const writer = new ArchiveWriter(archive);
  // Before the tables: a remembered checkpoint that is newer than the ledger beside it would look like one set back.
  const keys = await contentsOf(join(options.dataDir, keysFolder));
  const client = await options.database.pool.connect();
  try {
    await client.query('begin transaction isolation level repeatable read read only');
    const header = await readHeader(client, options.now);
    await writer.add(headerName, json(header));
    const rows: Record<string, number> = {};
    for (const table of header.tables) rows[table.name] = await addTable(client, writer, table);
    const sequences = await readSequences(client);
    await client.query('commit');
    for (const { file, content } of keys) await writer.add(`folders/${keysFolder}/${file}`, content);
    for (const folder of backedUpFolders.filter((one) => one !== keysFolder)) {
      for (const file of await filesBelow(join(options.dataDir, folder))) {
        await writer.addFile(`folders/${folder}/${file}`, join(options.dataDir, folder, file));
      }
    }
    const manifest: BackupManifest = { ...header, rows, sequences, members: { ...writer.members } };
    await writer.add(manifestName, json(manifest));
    archive.finalize();
    client.release();
    return manifest;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** Small files: the keys and what is remembered beside them. */
async function contentsOf(folder: string): Promise<{ file: string; content: Buffer }[]> {
  const contents: { file: string; content: Buffer }[] = [];
  for (const file of await filesBelow(folder)) {
    // A draft that was renamed meanwhile is not missed: what it became is there, or is newer than the tables.
    const content = await readFile(join(folder, file)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    if (content !== undefined) contents.push({ file, content });
  }
  return contents;
}

async function readHeader(client: pg.ClientBase, now: Instant): Promise<BackupHeader> {
  const migrations = await client.query<{ name: string; sha256: string }>(
    'select name, sha256 from schema_migration order by name',
  );
  return {
    format: 'hortus-backup-1',
    createdAt: toIso(now),
    migrations: migrations.rows,
    tables: await tablesInOrder(client),
  };
}

/** Returns the number of rows, counted in the same snapshot. */
async function addTable(
  client: pg.ClientBase,
  writer: ArchiveWriter,
  table: BackupHeader['tables'][number],
): Promise<number> {
  const stream = client.query(copyTo(`copy ${quoted(table.name)} (${columnList(table)}) to stdout`));
  let piece: Buffer[] = [];
  let [sizeBytes, number] = [0, 0];
  const flush = async (): Promise<void> => {
    if (sizeBytes === 0) return;
    await writer.add(`tables/${table.name}/${String(number++).padStart(6, '0')}.copy`, Buffer.concat(piece));
    piece = [];
    sizeBytes = 0;
  };
  for await (const chunk of stream) {
    piece.push(chunk as Buffer);
    sizeBytes += (chunk as Buffer).length;
    if (sizeBytes >= pieceBytes) await flush();
  }
  await flush();
  const counted = await client.query<{ n: string }>(`select count(*) as n from ${quoted(table.name)}`);
  return Number(counted.rows[0]!.n);
}

async function readSequences(client: pg.ClientBase): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string; value: string }>(
    `select sequencename as name, last_value as value from pg_sequences
      where schemaname = current_schema() and last_value is not null`,
  );
  return Object.fromEntries(rows.map((row) => [row.name, row.value]));
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 1)}\n`);
