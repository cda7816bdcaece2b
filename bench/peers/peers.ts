import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Other tools, run as processes of their own on the same data. None of them is part of Hortus: they are installed apart
 * (`node --import tsx bench/peers/install.ts`), each is optional, and what is missing is said in one line.
 */

export const peersFolder =
  process.env.HORTUS_BENCH_PEERS ?? fileURLToPath(new URL('../../.cache/peers', import.meta.url));

/** Python environments, one a tool: their requirements exclude each other. */
export const environments: Readonly<Record<string, readonly string[]>> = {
  'scikit-learn': ['scikit-learn', 'scipy'],
  nannyml: ['nannyml==0.13.1', 'statsmodels', 'pandas<3', 'numpy<2', 'scikit-learn<1.6'],
  evidently: ['evidently==0.7.23', 'pandas<3'],
  mapie: ['mapie==1.6.0'],
};

export const howToInstall = 'install the peers with: node --import tsx bench/peers/install.ts';

/** Where the interpreter of an environment is; undefined where it is not installed. */
export function pythonOf(environment: string): string | undefined {
  const file = join(peersFolder, environment, 'bin', 'python');
  return existsSync(file) ? file : undefined;
}

/** True where R answers with pROC. */
export const hasProc = (): boolean =>
  spawnSync('Rscript', ['-e', 'suppressMessages(library(pROC))'], { stdio: 'ignore' }).status === 0;

/** What a script prints as its last line, and the most memory it had. */
export type PeerAnswer = Readonly<Record<string, unknown>> & { readonly seconds?: Readonly<Record<string, number>> };

/** Runs one script of this folder; undefined, and a line that says why, where it cannot. */
export function askPeer(name: string, script: string, args: readonly string[]): PeerAnswer | undefined {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const command = script.endsWith('.R') ? (hasProc() ? 'Rscript' : undefined) : pythonOf(name);
  if (command === undefined) {
    console.log(`  ${name}: not installed; ${howToInstall}`);
    return undefined;
  }
  const env = {
    ...process.env,
    ...oneThread,
    PYTHONWARNINGS: 'ignore',
    DO_NOT_TRACK: '1',
    NML_DISABLE_USAGE_LOGGING: '1',
  };
  const run = spawnSync(command, [file, ...args], { encoding: 'utf8', env, maxBuffer: 1 << 26 });
  const last = run.stdout?.trim().split('\n').at(-1) ?? '';
  if (run.status === 0 && last.startsWith('{')) return JSON.parse(last) as PeerAnswer;
  const why = run.stderr?.trim().split('\n').at(-1) ?? String(run.error);
  console.log(`  ${name}: did not work (${why.slice(0, 200)})`);
  return undefined;
}

/** Single thread, as ours. */
const oneThread = {
  OMP_NUM_THREADS: '1',
  OPENBLAS_NUM_THREADS: '1',
  MKL_NUM_THREADS: '1',
  NUMEXPR_NUM_THREADS: '1',
};

/** A folder for columns that go to the peers. */
export const exchangeFolder = (): string => mkdtempSync(join(tmpdir(), 'hortus-bench-peers-'));

/** Writes a column as 64-bit floats, little-endian. */
export function writeColumn(folder: string, name: string, values: ArrayLike<number>): void {
  const column = values instanceof Float64Array ? values : Float64Array.from(values);
  writeFileSync(join(folder, `${name}.f64`), new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
}

/** Milliseconds of some work: the best of so many rounds after a first one; with 0 rounds, of that one. */
export function bestOf<T>(rounds: number, work: () => T): { ms: number; result: T } {
  const began = performance.now();
  let result = work();
  let ms = rounds === 0 ? performance.now() - began : Infinity;
  for (let round = 0; round < rounds; round++) {
    const from = performance.now();
    result = work();
    ms = Math.min(ms, performance.now() - from);
  }
  return { ms, result };
}

/** Digits to which two numbers agree, relative; 17 where they are equal. */
export const digitsOf = (a: number, b: number): number =>
  a === b ? 17 : Math.floor(-Math.log10(Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b))));
