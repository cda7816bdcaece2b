import { startEmbedded } from './index.ts';

// A Hortus as far as the database goes, for tests that kill it: `node --import tsx process-for-tests.ts <data folder>`.
const server = await startEmbedded({ dataDir: process.argv[2]!, log: console.error });
console.log(JSON.stringify({ serverPid: server.pid, connection: server.connection }));
setInterval(() => {}, 60_000);
