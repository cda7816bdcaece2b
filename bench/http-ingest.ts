import { machine, openLargeInstallation, rowsWanted, sendAll } from './support/large-installation.ts';

// Rows a second from an HTTP body into the durable database, outcomes through to the evidence of nine streams.
// Bars: 15,000 rows/s, 400 MB of the process beside the database. Sender and server share this process.

const n = rowsWanted(1_000_000);
const rate = (seconds: number): string =>
  `${Math.round(n / seconds).toLocaleString('en')} rows/s (${seconds.toFixed(1)} s)`;
let memoryMaxBytes = 0;
const watching = setInterval(() => {
  memoryMaxBytes = Math.max(memoryMaxBytes, process.memoryUsage.rss());
}, 100);

const installation = await openLargeInstallation();
const release = installation.hortus.background.hold();
try {
  console.log(await machine());
  console.log(`${n.toLocaleString('en')} cases, sent as NDJSON in one request each`);
  console.log(`predictions  ${rate(await sendAll(installation, 'predictions', n))}`);
  console.log(`outcomes     ${rate(await sendAll(installation, 'outcomes', n))}`);
  const startedAtMs = performance.now();
  await installation.hortus.background.settle();
  console.log(`evidence     ${rate((performance.now() - startedAtMs) / 1000)} through 9 streams`);
  console.log(`memory       ${Math.round(memoryMaxBytes / 1e6)} MB at most (sender and server in one process)`);
} finally {
  clearInterval(watching);
  release();
  await installation.close();
}
