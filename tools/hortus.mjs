#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuiltApart } from './build-apart.mjs';
import { checkNode, root } from './prepare.mjs';
import { keepHeapSmall } from './small-heap.mjs';

checkNode();
// What a command prints is for whoever reads its output: progress goes to the other stream.
if (existsSync(join(root, 'src'))) ensureBuiltApart(2);
keepHeapSmall();
process.setSourceMapsEnabled(true);
await import('../build/hortus.mjs');
