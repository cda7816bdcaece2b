import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { checkNode, ensureInstalled, root, seconds } from './prepare.mjs';

// `npm run bench` runs all of bench/*.ts one after another; `npm run bench -- auroc` those that are named.
checkNode();
ensureInstalled(console.log);
const chosen = process.argv.slice(2);
const all = readdirSync(join(root, 'bench'))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => basename(file, '.ts'));
const unknown = chosen.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}. There are: ${all.join(', ')}`);
  process.exit(1);
}
const failed = [];
for (const name of chosen.length > 0 ? chosen : all) {
  console.log(`\n${name}`);
  const started = Date.now();
  const run = spawnSync(process.execPath, ['--expose-gc', '--import', 'tsx', join('bench', `${name}.ts`)], {
    cwd: root,
    stdio: 'inherit',
  });
  console.log(`${name}: ${run.status === 0 ? 'done' : 'failed'} in ${seconds(started)}`);
  if (run.status !== 0) failed.push(name);
}
process.exit(failed.length > 0 ? 1 : 0);
