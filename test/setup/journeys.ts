import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the built server with the demonstration listens; empty where there is no browser to look at it. */
    hortusUrl: string;
    chromiumPath: string;
  }
}

/**
 * Up to here the story has a certificate that holds, one suspended by its evidence, a confirmed deficiency and a
 * candidate in shadow: the state in which there is most to see and to do.
 */
const weeks = 166;
const program = join(import.meta.dirname, '..', '..', 'build', 'hortus.mjs');

/** The real, built server on a folder of its own, filled over its public API; one for the whole run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const chromiumPath = process.env.HORTUS_CHROMIUM ?? '';
  project.provide('chromiumPath', chromiumPath);
  project.provide('hortusUrl', '');
  if (chromiumPath === '') {
    console.warn('browser journeys skipped: HORTUS_CHROMIUM names no browser (npm test finds or installs one)');
    return async () => {};
  }
  // Whoever writes a journey keeps one server running, instead of waiting for a new one at each try.
  if (process.env.HORTUS_JOURNEYS_URL) {
    project.provide('hortusUrl', process.env.HORTUS_JOURNEYS_URL);
    return async () => {};
  }
  if (!existsSync(program)) throw new Error('The journeys look at the built product: run `npm run build` first.');
  const dataDir = await mkdtemp(join(tmpdir(), 'hortus-journeys-'));
  const filled = spawnSync(
    process.execPath,
    [program, 'demo', '--weeks', String(weeks), '--data', dataDir, '--log-level', 'error'],
    { encoding: 'utf8' },
  );
  if (filled.status !== 0) throw new Error(`The demonstration could not be filled: ${filled.stderr}`);
  const server = spawn(process.execPath, [program, 'serve', '--data', dataDir, '--port', '0', '--log-level', 'error'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`The server ended with ${code} before it listened.`)));
    createInterface({ input: server.stdout }).once('line', (line) => {
      const [address] = /http:\S+/.exec(line) ?? [];
      if (address === undefined) reject(new Error(`The server said: ${line}`));
      else resolve(address);
    });
  });
  project.provide('hortusUrl', url);
  return async () => {
    server.kill('SIGTERM');
    await ended;
    await rm(dataDir, { recursive: true, force: true });
  };
}
