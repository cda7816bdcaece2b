import { ensureBuiltApart } from './build-apart.mjs';
import { checkNode } from './prepare.mjs';
import { keepHeapSmall } from './small-heap.mjs';

checkNode();
ensureBuiltApart(1);

// The server runs in this very process, so a signal reaches it without a messenger in between.
process.argv.splice(2, 0, 'serve', '--demo');
keepHeapSmall();
process.setSourceMapsEnabled(true);
await import('../build/hortus.mjs');
