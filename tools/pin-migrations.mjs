import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './prepare.mjs';

// Writes the hash of every new migration into db/migrations/hashes.json. One that is there is never changed:
// a migration that has landed is mended by the next one.
const folder = join(root, 'db', 'migrations');
const file = join(folder, 'hashes.json');
const pinned = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
for (const name of readdirSync(folder).filter((one) => one.endsWith('.sql'))) {
  const text = readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n');
  pinned[name] ??= createHash('sha256').update(text).digest('hex');
}
const sorted = Object.fromEntries(Object.entries(pinned).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(sorted, null, 2)}\n`);
