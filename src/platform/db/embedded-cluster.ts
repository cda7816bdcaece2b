import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Problem } from '#kernel';
import type { Account } from './embedded-account.ts';
import type { Binaries } from './embedded-binaries.ts';
import { endDraftWork } from './embedded-orphans.ts';

/** Where the embedded server lives: `db/` in the data folder, with the password of its only role beside the cluster. */
export interface Cluster {
  dir: string;
  password: string;
}

export const roleName = 'hortus';

/** Takes a second on a quick machine; the limit is for one on which something is wrong. */
const initdbTimeoutMs = 120_000;

export const clusterDirOf = (dataDir: string): string => join(dataDir, 'db', 'data');

/**
 * The account may lack the right to pass the folders above its own (a data folder under /root). A process that is
 * started inside its folder may use it all the same, under a name that does not lead through those folders.
 */
export const ownNameOf = (dir: string, account: Account | undefined): string =>
  account && process.platform === 'linux' ? '/proc/self/cwd' : dir;

/** Opens the cluster in a data folder, making it at the first start. The caller holds the data folder's lock. */
export async function prepareCluster(
  dataDir: string,
  binaries: Binaries,
  account: Account | undefined,
): Promise<Cluster> {
  const dir = clusterDirOf(dataDir);
  const passwordFile = join(dataDir, 'db', 'password');
  if (!existsSync(join(dir, 'PG_VERSION'))) {
    await clearDrafts(dir);
    create(dir, passwordFile, binaries, account);
  }
  const [folderVersion, programVersion] = [
    readFileSync(join(dir, 'PG_VERSION'), 'utf8').trim(),
    binaries.version.split('.')[0],
  ];
  if (folderVersion !== programVersion) {
    throw new Problem('folder-unusable', {
      detail: `The database in ${dir} is of PostgreSQL ${folderVersion}, this Hortus brings ${programVersion}. Make a backup with the version that wrote it, then restore it with this one.`,
    });
  }
  return { dir, password: readFileSync(passwordFile, 'utf8').trim() };
}

/**
 * Removes what earlier first starts did not finish. Their initdb may still be at work; where it cannot be found and
 * ended, its folder stays until the next start, and harms nothing, because no draft is used twice.
 */
async function clearDrafts(dir: string): Promise<void> {
  const parent = dirname(dir);
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent).filter((one) => one.startsWith(`${basename(dir)}.draft`))) {
    const draft = join(parent, name);
    await endDraftWork(draft);
    try {
      rmSync(draft, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    } catch {
      // Somebody still writes in there.
    }
  }
}

/** Made in a draft folder and renamed when it is whole: a crash in between leaves nothing that looks like a database. */
function create(dir: string, passwordFile: string, binaries: Binaries, account: Account | undefined): void {
  const draft = `${dir}.draft-${randomBytes(6).toString('hex')}`;
  try {
    mkdirSync(draft, { recursive: true, mode: 0o700 });
    writeFileSync(passwordFile, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600, flush: true });
    if (account) {
      for (const path of [join(dir, '..'), draft, passwordFile]) chownSync(path, account.uid, account.gid);
    }
  } catch (error) {
    throw unusable(`${dir} cannot be made: ${(error as Error).message}`, error);
  }
  const own = ownNameOf(draft, account);
  const run = spawnSync(
    binaries.initdb,
    [
      ...['-D', own, '--username', roleName],
      // Not joined as a path: through the process's own folder, `..` is for the kernel to follow.
      ...['--pwfile', `${own}/../password`],
      '--auth=scram-sha-256',
      '--locale=C.UTF-8',
      '--encoding=UTF8',
      '--data-checksums',
      '--no-instructions',
    ],
    {
      ...account,
      cwd: draft,
      env: serverEnvironment(),
      encoding: 'utf8',
      windowsHide: true,
      timeout: initdbTimeoutMs,
    },
  );
  if (run.status !== 0) {
    rmSync(draft, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    throw unusable(`initdb failed in ${draft}: ${lastLines(`${run.stderr ?? ''}${run.error ?? ''}`)}`);
  }
  renameSync(draft, dir);
}

/** The environment of the server's programs: what is set for another PostgreSQL must not lead them astray. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('PG'));
  return { ...Object.fromEntries(inherited), LC_ALL: 'C.UTF-8' };
}

export const unusable = (detail: string, cause?: unknown): Problem => new Problem('folder-unusable', { detail, cause });

export const lastLines = (text: string): string => text.trim().split('\n').slice(-3).join(' ');
