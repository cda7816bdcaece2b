import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { checkNode, ensureInstalled, root } from './prepare.mjs';

// The tests of reliability in full size: some minutes of killed servers, full disks and traced system calls.
// `npm run reliability -- <words of a file or test>` runs a part. Some need root, strace or Linux, and say so.

checkNode();
ensureInstalled(console.log);
const run = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--project',
    'reliability',
    '--disable-console-intercept=true',
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, HORTUS_RELIABILITY: 'full' } },
);
process.exit(run.status ?? 1);
