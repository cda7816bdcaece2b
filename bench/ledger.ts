// The ledger on the embedded PostgreSQL with fsync on: how many acts a second take their place, one at a time and
// together, and how many entries a second are verified. Size of the verified ledger: HORTUS_BENCH_ENTRIES (default 20000).
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyEntry } from '#formats/tlog';
import { type Instant, sha256Hex } from '#kernel';
import { type Act, type Ledger, openLedger } from '#ledger';
import { connect, type Db, inTransaction, migrate, startEmbedded } from '#platform/db';

const singles = 500;
const batchSize = 500;
const entriesWanted = Number(process.env.HORTUS_BENCH_ENTRIES ?? 20_000);
const clock = { now: () => Date.now() as Instant };

function act(n: number): Act {
  return {
    kind: 'batch',
    subjects: [{ name: 'batch', sha256: sha256Hex(String(n)) }],
    chain: `feed_${n % 20}`,
    predicate: { n, counts: { received: 250, kept: 250 } },
    actor: { id: 'token_bench', role: 'machine' },
    occurredAt: clock.now(),
  };
}

async function timed(name: string, count: number, work: () => Promise<unknown>): Promise<void> {
  const startedMs = performance.now();
  const cpu = process.cpuUsage();
  await work();
  const ms = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpu);
  const cpuUs = (user + system) / count;
  console.log(
    `${name}: ${count} in ${ms.toFixed(0)} ms, ${((count * 1000) / ms).toFixed(0)}/s, ${cpuUs.toFixed(0)} µs CPU each`,
  );
}

async function appendOneByOne(db: Db, ledger: Ledger): Promise<void> {
  for (let n = 0; n < singles; n++) await ledger.sequenced(await inTransaction(db, (tx) => ledger.record(tx, act(n))));
}

async function appendTogether(db: Db, ledger: Ledger, count: number): Promise<void> {
  for (let done = 0; done < count; done += batchSize) {
    const last = await inTransaction(db, async (tx) => {
      let id = '';
      for (let n = 0; n < batchSize; n++) id = await ledger.record(tx, act(done + n));
      return id;
    });
    await ledger.sequenced(last);
  }
}

async function appendByWriters(db: Db, ledger: Ledger, writers: number): Promise<void> {
  const one = async (w: number) => {
    for (let n = 0; n < singles / 5; n++) {
      await ledger.sequenced(await inTransaction(db, (tx) => ledger.record(tx, act(w * 1000 + n))));
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, w) => one(w)));
}

async function verifyOneByOne(ledger: Ledger, count: number): Promise<void> {
  const { size } = await ledger.questions.checkpoint();
  for (let n = 0; n < count; n++) {
    const index = Math.floor((n * size) / count);
    const [{ bytes }, proof] = [await ledger.questions.entry(index), await ledger.questions.proof(index)];
    const checkpointNote = proof.checkpoint!.note;
    const verdict = verifyEntry({ entryBytes: bytes, index, proof: proof.hashes, checkpointNote, vkey: ledger.vkey() });
    if (!verdict.ok) throw new Error(`entry ${index} does not verify`);
  }
}

const dataDir = mkdtempSync(join(tmpdir(), 'hortus-bench-ledger-'));
const server = await startEmbedded({ dataDir });
const database = connect(server.connection);
try {
  await migrate(database);
  const open = () => openLedger({ db: database.db, clock, dataDir, origin: { kind: 'simulation' } });
  const ledger = await open();
  await timed('append, one at a time', singles, () => appendOneByOne(database.db, ledger));
  await timed('append, 20 writers at once', singles * 4, () => appendByWriters(database.db, ledger, 20));
  await timed(`append, ${batchSize} together`, entriesWanted, () => appendTogether(database.db, ledger, entriesWanted));
  const { size } = await ledger.questions.checkpoint();
  await timed(`open with ${size} entries`, 1, open);
  await timed('proof and verifyEntry (portable code)', 300, () => verifyOneByOne(ledger, 300));
  await timed('verifyLedger, every entry and checkpoint', size, async () => {
    const verdict = await ledger.verify();
    if (!verdict.ok) throw new Error(verdict.summary);
  });
} finally {
  await database.close();
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
