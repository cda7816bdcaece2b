import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './prepare.mjs';

/**
 * Installs and builds what is stale in a process of its own: a server that carries the builders of its pages in its
 * memory for as long as it lives is twice as large. `stream` is 1 or 2, where progress is told.
 */
export function ensureBuiltApart(stream) {
  const run = spawnSync(process.execPath, [join(root, 'tools', 'build.mjs')], { stdio: ['ignore', stream, stream] });
  if (run.status !== 0) process.exit(run.status ?? 1);
}
