import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import type { Pack } from 'tar-stream';
import { Problem } from '#kernel';

/** First member of the archive: what a reader must know before the data. */
export interface BackupHeader {
  format: 'hortus-backup-1';
  createdAt: string;
  migrations: { name: string; sha256: string }[];
  /** In an order in which rows never come before the rows they refer to. */
  tables: { name: string; columns: string[] }[];
}

/** Last member: without it the archive is not whole. */
export interface BackupManifest extends BackupHeader {
  rows: Record<string, number>;
  sequences: Record<string, string>;
  members: Record<string, { sizeBytes: number; sha256: string }>;
}

export const headerName = 'header.json';
export const manifestName = 'manifest.json';

/** What a data folder holds besides the database. The embedded server's password and logs are of this machine only. */
export const keysFolder = 'keys';
export const backedUpFolders = [keysFolder, 'objects'] as const;

/** A tar member tells its size before its content, so a table is cut into pieces of this size: memory stays constant. */
export const pieceBytes = 4 * 1024 * 1024;

export const damaged = (detail: string): Problem =>
  new Problem('invalid-input', { detail: `The backup is damaged or cut off: ${detail}` });

/** Writes members one after another and remembers size and digest of each. */
export class ArchiveWriter {
  readonly members: BackupManifest['members'] = {};
  readonly #pack: Pack;

  constructor(pack: Pack) {
    this.#pack = pack;
  }

  async add(name: string, content: Buffer): Promise<void> {
    await this.#write(name, content.length, Readable.from([content], { objectMode: false }));
  }

  async addFile(name: string, path: string): Promise<void> {
    const sizeBytes = (await stat(path)).size;
    // A file that grows meanwhile is cut at the size that was promised; one that shrinks fails the member.
    const content = sizeBytes === 0 ? Readable.from([]) : createReadStream(path, { end: sizeBytes - 1 });
    await this.#write(name, sizeBytes, content);
  }

  async #write(name: string, sizeBytes: number, content: Readable): Promise<void> {
    const hash = createHash('sha256');
    const entry = this.#pack.entry({ name, size: sizeBytes, mode: 0o600, mtime: new Date(0) });
    await pipeline(
      content,
      async function* (source) {
        for await (const chunk of source) {
          hash.update(chunk as Buffer);
          yield chunk;
        }
      },
      entry,
    );
    this.members[name] = { sizeBytes, sha256: hash.digest('hex') };
  }
}

/** The files below a folder as paths with `/`, sorted; an absent folder has none. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const entry of entries) {
    if (entry.isFile()) found.push(entry.name);
    if (entry.isDirectory()) {
      for (const file of await filesBelow(join(folder, entry.name))) found.push(`${entry.name}/${file}`);
    }
  }
  return found.sort();
}

/** The tables of the schema with their stored columns, referred-to tables first. */
export async function tablesInOrder(client: pg.ClientBase): Promise<BackupHeader['tables']> {
  const { rows } = await client.query<{ name: string; columns: string[]; refers_to: string[] }>(`
    select c.relname as name,
      (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
      (select coalesce(array_agg(distinct r.relname::text), '{}') from pg_constraint k join pg_class r on r.oid = k.confrelid
        where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as refers_to
    from pg_class c
    where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace and c.relpersistence <> 't'
    order by c.relname`);
  const ordered: typeof rows = [];
  const waiting = new Set(rows);
  while (waiting.size > 0) {
    const ready = [...waiting].filter((table) =>
      table.refers_to.every((name) => ordered.some((one) => one.name === name)),
    );
    if (ready.length === 0)
      throw new Error('tables that refer to each other in a circle cannot be restored row by row');
    for (const table of ready) {
      ordered.push(table);
      waiting.delete(table);
    }
  }
  return ordered.map(({ name, columns }) => ({ name, columns: columns ?? [] }));
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const columnList = (table: { columns: string[] }): string => table.columns.map(quoted).join(', ');
