// What recording costs each answer with data of single persons, on the embedded PostgreSQL with fsync on: one reader after
// another, and 50 at once, whose records are written together. Beside it the bonds that every request of a person loads.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Instant, type LegalEntityId, seededRandom } from '#kernel';
import { type Access, openAccessRecord, relationsOf } from '#people';
import { connect, migrate, startEmbedded } from '#platform/db';

const readsOneByOne = 1000;
const readersAtOnce = 50;
const readsOfEach = 100;
const casesInAnAnswer = 50;

const clock = { now: () => Date.now() as Instant };
const random = seededRandom('bench access record');

const anAccess = (): Access => ({
  identity: {
    kind: 'person',
    id: `person_${Math.floor(random() * 200)}`,
    organisationId: 'org_bench' as LegalEntityId,
  },
  requestId: `request-${random()}`,
  outcome: 'read',
  action: 'monitor:read-cases',
  purpose: 'monitoring',
  policyIds: ['monitor.own-cases'],
  objectKind: 'case',
  siteId: undefined,
  legalEntityId: 'org_bench' as LegalEntityId,
  objectIds: Array.from({ length: casesInAnAnswer }, () => `case-${Math.floor(random() * 100_000)}`),
  count: casesInAnAnswer,
  breakGlassId: undefined,
});

async function timesMs(count: number, work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const startedMs = performance.now();
    await work();
    times.push(performance.now() - startedMs);
  }
  return times;
}

function say(name: string, times: number[], wallMs: number): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): string => sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(2);
  const rate = ((times.length * 1000) / wallMs).toFixed(0);
  console.log(`${name}: median ${at(0.5)} ms, p95 ${at(0.95)} ms, ${rate}/s`);
}

const dataDir = mkdtempSync(join(tmpdir(), 'hortus-bench-access-'));
const server = await startEmbedded({ dataDir });
const database = connect(server.connection);
try {
  await migrate(database);
  const { db } = database;
  const accessRecord = openAccessRecord({ db, ledger: { record: async () => '' }, clock, wallClock: clock });
  const record = () => accessRecord.record([anAccess()]);
  await timesMs(100, record);
  let startedMs = performance.now();
  say('one by one', await timesMs(readsOneByOne, record), performance.now() - startedMs);
  startedMs = performance.now();
  const together = await Promise.all(Array.from({ length: readersAtOnce }, () => timesMs(readsOfEach, record)));
  say(`${readersAtOnce} at once`, together.flat(), performance.now() - startedMs);
  startedMs = performance.now();
  const search = { scope: 'every' as const, objectId: 'case-77', limit: 100 };
  say('search by pseudonym', await timesMs(100, () => accessRecord.search(search)), performance.now() - startedMs);
  startedMs = performance.now();
  await accessRecord.lookForAnomalies();
  console.log(`a look for anomalies: ${(performance.now() - startedMs).toFixed(0)} ms`);
  startedMs = performance.now();
  const bonds = () => relationsOf(db, 'person_1', 'org_bench' as LegalEntityId, clock.now());
  say('bonds of a person', await timesMs(1000, bonds), performance.now() - startedMs);
} finally {
  await database.close();
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
