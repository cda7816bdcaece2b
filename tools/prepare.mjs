import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the checkout; the tools work from anywhere. */
export const root = fileURLToPath(new URL('..', import.meta.url));

const nodeFloor = [20, 19];

/** Ends with a plain sentence where Node is too old to run anything else. */
export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > nodeFloor[0] || (major === nodeFloor[0] && minor >= nodeFloor[1])) return;
  console.error(
    `Hortus needs Node ${nodeFloor.join('.')} or newer; this is ${process.versions.node}. See https://nodejs.org`,
  );
  process.exit(1);
}

/** Installs the packages of the lock file where they are not there, or are others. */
export function ensureInstalled(say) {
  if (isInstalled()) return;
  say('installing packages (once, some minutes on a slow line) …');
  const started = Date.now();
  const quiet = ['--no-audit', '--no-fund'];
  const clean = npm(['ci', ...quiet]);
  // `npm ci` refuses a lock file in which an optional package of another platform is missing, which happens where a
  // registry does not carry all of them. What is in the lock file is installed exactly all the same.
  const run = clean.status === 0 ? clean : npm(['install', '--no-save', ...quiet]);
  if (run.status !== 0) {
    console.error(`${run.stdout ?? ''}${run.stderr ?? ''}${run.error ?? ''}`);
    console.error('The packages could not be installed. Is there a network, or a registry in ~/.npmrc?');
    process.exit(1);
  }
  say(`installed in ${seconds(started)}`);
}

/**
 * npm writes down what it installed in node_modules/.package-lock.json. Comparing that with the lock file needs no
 * stamp of our own and sees a changed lock file as well as a half-done install.
 */
function isInstalled() {
  const installedFile = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  return Object.entries(wanted).every(([place, one]) => {
    if (place === '') return true;
    const found = installed[place];
    return found === undefined ? one.optional || one.devOptional || one.peer : found.version === one.version;
  });
}

/** Runs npm itself, the same one that runs us where there is one. */
export function npm(args, options = {}) {
  const common = { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, ...options };
  const script = process.env.npm_execpath;
  if (script?.endsWith('npm-cli.js')) return spawnSync(process.execPath, [script, ...args], common);
  return spawnSync('npm', args, { ...common, shell: process.platform === 'win32' });
}

export const seconds = (startedMs) => `${((Date.now() - startedMs) / 1000).toFixed(1)} s`;
