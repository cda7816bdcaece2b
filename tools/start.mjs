import { ensureBuiltApart } from './build-apart.mjs';
import { checkNode } from './prepare.mjs';

checkNode();
ensureBuiltApart(1);

// The server runs in this very process, so a signal reaches it without a messenger in between.
process.argv.splice(2, 0, 'serve', '--demo');
process.setSourceMapsEnabled(true);
await import('../build/hortus.mjs');
