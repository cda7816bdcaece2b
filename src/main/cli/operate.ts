import { resolve } from 'node:path';
import { connect, lockDataFolder, restore, startEmbedded } from '#platform/db';
import { type ConfigFlags, readConfig } from '../config.ts';
import { type ExitCode, exitCodes, type Streams, say, sayJson } from './output.ts';
import { type ReachFlags, withHortus } from './reach.ts';

/** Commands of whoever runs an installation. */

type Flags = ReachFlags & { json?: boolean };

/** Writes everything (database, keys, objects, ledger) into one file, while the server goes on. */
export async function backUp(file: string, flags: Flags, streams: Streams): Promise<ExitCode> {
  const place = resolve(file);
  streams.err.write('hortus: writing the backup …\n');
  const done = await withHortus(flags, (api) =>
    api.post<{ file: string; createdAt: string; rows: number }>('/api/v1/installation/backups', { file: place }),
  );
  if (flags.json) sayJson(streams, done);
  else say(streams, `${done.rows.toLocaleString('en')} rows with keys and ledger are in ${done.file}. Keep it safe.`);
  return exitCodes.ok;
}

/** Puts a backup into an empty data folder, and an empty database. */
export async function restoreFrom(
  file: string,
  flags: ConfigFlags & { json?: boolean },
  streams: Streams,
): Promise<ExitCode> {
  const config = readConfig(flags);
  const lock = await lockDataFolder(config.dataDir);
  const closers: (() => Promise<void>)[] = [() => lock.release()];
  try {
    const server = config.databaseUrl === undefined ? await startEmbedded({ dataDir: config.dataDir }) : undefined;
    if (server !== undefined) closers.push(() => server.stop());
    const database = connect(server?.connection ?? { connectionString: config.databaseUrl ?? '' });
    closers.push(() => database.close());
    streams.err.write('hortus: restoring …\n');
    const manifest = await restore({ database, dataDir: config.dataDir, file: resolve(file) });
    const rows = Object.values(manifest.rows).reduce((sum, count) => sum + count, 0);
    if (flags.json) sayJson(streams, { dataDir: config.dataDir, createdAt: manifest.createdAt, rows });
    else {
      say(streams, `${rows.toLocaleString('en')} rows of ${manifest.createdAt} are in ${config.dataDir}.`);
      say(streams, 'Now check the ledger: hortus ledger verify');
    }
    return exitCodes.ok;
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

export type TokenFlags = Flags & { name: string; for: string; scope: string[]; days: string };

/** Gives a machine access; the secret is printed once. */
export async function issueToken(flags: TokenFlags, streams: Streams): Promise<ExitCode> {
  const issued = await withHortus(flags, (api) =>
    api.post<{ id: string; secret: string; expiresAt: string }>('/api/v1/installation/tokens', {
      name: flags.name,
      organisation: flags.for,
      scopes: flags.scope,
      expiresInDays: Number(flags.days),
    }),
  );
  if (flags.json) sayJson(streams, issued);
  else {
    say(streams, issued.secret);
    streams.err.write(`hortus: ${issued.id}, until ${issued.expiresAt}. The secret is never shown again.\n`);
  }
  return exitCodes.ok;
}
