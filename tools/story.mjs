import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { checkNode, ensureInstalled, root } from './prepare.mjs';

// `npm run story -- marksheet.csv [folder]` draws the pictures of docs/guides/prostate-risk-story.md again.
checkNode();
ensureInstalled(console.error);
const { build } = await import('esbuild');
const bundle = join(root, 'build', 'story.mjs');
await build({
  absWorkingDir: root,
  entryPoints: ['tools/story.tsx'],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  jsx: 'automatic',
  loader: { '.css': 'empty' },
  logLevel: 'warning',
});
// Dates are written in the order of the reader's country; the pictures of a guide are the same everywhere.
const env = { ...process.env, LC_ALL: 'en_GB.UTF-8' };
const run = spawnSync(process.execPath, [bundle, ...process.argv.slice(2)], {
  cwd: process.cwd(),
  stdio: 'inherit',
  env,
});
process.exit(run.status ?? 1);
