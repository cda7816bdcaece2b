import { ensureBuilt } from './build.mjs';
import { checkNode, ensureInstalled } from './prepare.mjs';

checkNode();
ensureInstalled(console.log);
await ensureBuilt(console.log);

// The server runs in this very process, so a signal reaches it without a messenger in between.
process.argv.splice(2, 0, 'serve', '--demo');
process.setSourceMapsEnabled(true);
await import('../build/hortus.mjs');
