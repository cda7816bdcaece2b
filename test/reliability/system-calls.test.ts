import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import { aDataFolder, clearAway, databaseProcesses, type RunningHortus, start } from './installation.ts';
import { Journal } from './journal.ts';
import { report, sized, skipLoudly, testTimeoutMs } from './size.ts';
import { type Call, isSync, isWal, isWrite, textsOf, trace, whyNoTrace } from './trace.ts';
import { predictionRows, type World, worldOf } from './world.ts';

// Goal: an acknowledgement leaves this machine only after its transaction is on disk. Method: strace over the server
// and every process of its PostgreSQL; between the arrival of a request and the first byte of its answer, the
// write-ahead log was written and synced, and only then the database said COMMIT.

afterAll(clearAway);

const reason = whyNoTrace();
if (reason !== undefined) skipLoudly('the order of system calls', reason);

describe.skipIf(reason !== undefined)('the order of system calls', { timeout: testTimeoutMs }, () => {
  it('is: write-ahead log written, synced, COMMIT told, request acknowledged', async () => {
    const dataDir = await aDataFolder();
    const hortus = await start({ dataDir });
    const world = await worldOf(hortus);
    const requests = sized(60, 8);
    const calls = await traced(hortus, { dataDir, world, requests });
    const acknowledgements = calls.flatMap((call, i) => (isAcknowledgement(call) ? [i] : []));
    expect(acknowledgements.length).toBe(requests);
    let before = calls.findIndex((call) => isRequest(call));
    expect(before).toBeGreaterThanOrEqual(0);
    const syncsBefore: number[] = [];
    for (const acknowledged of acknowledgements) {
      const span = calls.slice(before, acknowledged);
      const arrived = span.findIndex((call) => isRequest(call));
      syncsBefore.push(expectDurable(span.slice(arrived)));
      before = acknowledged;
    }
    report(
      `order of system calls: ${requests} acknowledgements, each after 2 commits or more; ` +
        `${syncsBefore.reduce((sum, one) => sum + one, 0)} syncs of the write-ahead log before them`,
    );
    await hortus.stop();
  });
});

/** Sends rows one request at a time while everything is watched. */
async function traced(
  hortus: RunningHortus,
  { dataDir, world, requests }: { dataDir: string; world: World; requests: number },
): Promise<Call[]> {
  const file = join(dirname(dataDir), 'trace', 'calls');
  mkdirSync(dirname(file), { recursive: true });
  const pids = [hortus.pid, ...databaseProcesses(dataDir).map(({ pid }) => pid)];
  const watched = await trace(pids, { calls: 'read,write,writev,pwrite64,pwritev,sendto,fsync,fdatasync', file });
  const [journal, random] = [new Journal(), seededRandom('system calls')];
  const [sender, at] = [await world.cast.sender('NOORDERZORG'), await world.now()];
  for (let i = 0; i < requests; i++) {
    const rows = predictionRows(world, 'NOORDERZORG', { name: `traced-${i}`, rows: 1 + i * 3, at, random });
    const sent = await journal.send(sender, { kind: 'predictions', site: 'NOORDERZORG', rows });
    expect(sent.fate).toBe('acknowledged');
  }
  await wait(100);
  return watched.stop();
}

const startsWith = (call: Call, text: string): boolean =>
  textsOf(call)[0]?.toString('latin1').startsWith(text) ?? false;

/** Threads of the server have other numbers; its sockets carry HTTP all the same. */
const isRequest = (call: Call): boolean => call.name === 'read' && startsWith(call, 'POST /api/v1/monitor/predictions');

const isAcknowledgement = (call: Call): boolean =>
  (call.name === 'write' || call.name === 'writev') &&
  startsWith(call, 'HTTP/1.1 200') &&
  textsOf(call).some((text) => text.includes('"batchId"'));

/** CommandComplete of COMMIT (PostgreSQL documentation, 54.7), as a backend sends it. */
const isCommit = (call: Call): boolean =>
  call.name === 'sendto' && textsOf(call).some((text) => text.includes('C\0\0\0\x0bCOMMIT\0'));

/** Between request and answer; @returns how many syncs of the write-ahead log there were. */
function expectDurable(span: Call[]): number {
  const commits = span.flatMap((call, i) => (isCommit(call) ? [{ i, pid: call.pid }] : []));
  // The rows, and the entry of the ledger about them: two transactions that wrote.
  const wrote = commits.filter(({ i, pid }) =>
    span.slice(0, i).some((call) => call.pid === pid && isWal(call) && (isWrite(call) || isSync(call))),
  );
  expect(wrote.length, 'transactions that wrote, ended before the acknowledgement').toBeGreaterThanOrEqual(2);
  for (const { i, pid } of wrote) {
    const own = span.slice(0, i).filter((call) => call.pid === pid && isWal(call));
    expect(own.length).toBeGreaterThan(0);
    expect(isSync(own.at(-1)!), 'the last thing done to the log before COMMIT is told is a sync').toBe(true);
  }
  return span.filter((call) => isSync(call) && isWal(call)).length;
}
