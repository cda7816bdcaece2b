#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { checkNode, ensureInstalled, root } from './prepare.mjs';

// What a command prints is for whoever reads its output: progress goes to the other stream.
const say = (line) => console.error(`hortus: ${line}`);

checkNode();
if (existsSync(join(root, 'src'))) {
  ensureInstalled(say);
  await ensureBuilt(say);
}
process.setSourceMapsEnabled(true);
await import('../build/hortus.mjs');
