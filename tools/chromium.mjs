import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const installTimeoutMs = 10 * 60_000;

/**
 * A Chromium for the browser journeys: the one there is, or one that is installed now.
 * Returns its path, or the reason why there is none.
 */
export function ensureChromium(say) {
  const there = findChromium();
  if (there) return { path: there };
  if (process.platform === 'linux' && process.geteuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    say('installing Chromium with apt-get …');
    run('apt-get', ['update', '-qq']);
    const failure = run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium']);
    const path = findChromium();
    return path ? { path } : { reason: `apt-get could not install Chromium: ${failure}` };
  }
  say('installing Chromium with Playwright …');
  const playwright = join(dirname(createRequire(import.meta.url).resolve('playwright-core/package.json')), 'cli.js');
  const failure = run(process.execPath, [playwright, 'install', 'chromium']);
  const path = findChromium();
  return path ? { path } : { reason: `Playwright could not install Chromium: ${failure}` };
}

function findChromium() {
  if (process.env.HORTUS_CHROMIUM) return process.env.HORTUS_CHROMIUM;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const onPath = folders.flatMap((folder) => names.map((name) => join(folder, name))).find((file) => existsSync(file));
  return onPath ?? ofPlaywright();
}

function ofPlaywright() {
  const code = "process.stdout.write(require('playwright-core').chromium.executablePath())";
  const answer = spawnSync(process.execPath, ['-e', code], { cwd: dirname(import.meta.dirname), encoding: 'utf8' });
  return answer.status === 0 && existsSync(answer.stdout) ? answer.stdout : undefined;
}

/** The last line of what went wrong, or an empty text. */
function run(command, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const answer = spawnSync(command, args, { encoding: 'utf8', timeout: installTimeoutMs, env });
  if (answer.status === 0) return '';
  return `${answer.stderr ?? ''}${answer.error ?? ''}`.trim().split('\n').at(-1) ?? 'no reason given';
}
