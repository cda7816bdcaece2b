// Installs the peers of the benchmarks apart from the repository: Python environments under .cache/peers (or the folder in
// HORTUS_BENCH_PEERS) from PyPI, and R with pROC from Debian where this runs as root. What cannot be had is said in one line.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { environments, hasProc, peersFolder, pythonOf } from './peers.ts';

const works = (command: string, args: readonly string[]): string | undefined => {
  const run = spawnSync(command, args, { encoding: 'utf8' });
  if (run.status === 0) return undefined;
  return (run.stderr || String(run.error ?? 'failed')).trim().split('\n').at(-1)!;
};

mkdirSync(peersFolder, { recursive: true });
for (const [name, packages] of Object.entries(environments)) {
  const folder = join(peersFolder, name);
  const why =
    (pythonOf(name) === undefined ? works('python3', ['-m', 'venv', folder]) : undefined) ??
    works(join(folder, 'bin', 'python'), [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      ...packages,
    ]);
  console.log(why === undefined ? `${name}: installed` : `${name}: not installed (${why.slice(0, 200)})`);
}
if (hasProc()) console.log('pROC: installed');
else if (process.getuid?.() !== 0) console.log('pROC: not installed; as root: apt-get install r-base-core r-cran-proc');
else {
  const why =
    works('apt-get', ['update', '-qq']) ??
    works('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'r-base-core', 'r-cran-proc']);
  console.log(why === undefined ? 'pROC: installed' : `pROC: not installed (${why.slice(0, 200)})`);
}
