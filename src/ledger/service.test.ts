// Goal: an acknowledged act has one place for ever, and no two checkpoints contradict each other, whatever happens in
// between. Method: real databases, several writers, and transactions or connections that break at every step.
import { chmodSync, rmSync, statSync } from 'node:fs';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { verifyConsistency, verifyEntry } from '#formats/tlog';
import { Problem } from '#kernel';
import { connect, type Db, inTransaction } from '#platform/db';
import { describeOnEveryDatabase, openEmbeddedTestDatabase } from '../platform/db/testing.ts';
import { createKey, keyFileOf } from './key-file.ts';
import type { Ledger } from './service.ts';
import { ledgerStore } from './store.pg.ts';
import type { LedgerStore } from './store.ts';
import { aDataDir, aLedger, anAct, recordAct } from './testing.ts';

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no problem',
    (error) => (error instanceof Problem ? error.code : error),
  );

async function act(db: Db, ledger: Ledger, change: Parameters<typeof anAct>[0] = {}) {
  return ledger.sequenced(await recordAct(db, ledger, anAct(change)));
}

async function checkpointsOf(db: Db) {
  return ledgerStore.checkpointsAfter(db, 0, 100_000);
}

/** Every signed checkpoint is the beginning of the next one: proven, not believed. */
async function expectOneHistory(db: Db, ledger: Ledger): Promise<void> {
  const checkpoints = await checkpointsOf(db);
  for (const [i, later] of checkpoints.entries()) {
    const earlier = checkpoints[i - 1];
    if (earlier === undefined) continue;
    const { hashes } = await ledger.questions.consistency(earlier.size, later.size);
    const sizes = { size1: BigInt(earlier.size), size2: BigInt(later.size) };
    expect(verifyConsistency({ ...sizes, root1: earlier.root, root2: later.root }, hashes)).toEqual({ ok: true });
  }
  expect(await ledger.verify()).toMatchObject({ ok: true, failures: [] });
}

describeOnEveryDatabase('the ledger', (open) => {
  it('begins with an entry that binds its name to its key, and goes on under the same name', async () => {
    const fresh = (await open()).db;
    const dataDir = aDataDir();
    const origin = { kind: 'simulation', installation: 'garden' } as const;
    const ledger = await aLedger(fresh, { dataDir, origin });
    expect([ledger.origin(), ledger.originKind()]).toEqual(['hortus.local/garden/simulation', 'simulation']);
    const first = await ledger.questions.entry(0);
    expect(first.statement?.predicateType).toBe('https://hortus.example/predicates/origin/v1');
    expect(first.statement?.predicate.details).toMatchObject({ vkey: ledger.vkey(), kind: 'simulation' });

    const again = await aLedger(fresh, { dataDir });
    expect([again.vkey(), (await again.questions.checkpoint()).size]).toEqual([ledger.vkey(), 1]);
    expect(await codeOf(aLedger(fresh, { dataDir, origin: { kind: 'live' } }))).toBe('conflict');
    expect(await codeOf(recordAct(fresh, again, anAct({ kind: 'origin' })))).toBe('invalid-input');
  });

  it('proves each entry to whoever holds the key, at every size that was signed', async () => {
    const { db } = await open();
    const ledger = await aLedger(db);
    for (let n = 0; n < 8; n++) await act(db, ledger, { predicate: { n } });
    for (const { size, note } of await checkpointsOf(db)) {
      for (let index = 0; index < size; index++) {
        const [{ bytes }, proof] = [await ledger.questions.entry(index), await ledger.questions.proof(index, size)];
        expect(proof.checkpoint?.note).toBe(note);
        const evidence = { entryBytes: bytes, index, proof: proof.hashes, checkpointNote: note, vkey: ledger.vkey() };
        const verdict = verifyEntry(evidence);
        expect(verdict.steps.filter((step) => !step.ok)).toEqual([]);
        if (index > 0) expect(verdict.statement?.predicate.details).toEqual({ n: index - 1 });
      }
    }
    await expectOneHistory(db, ledger);
  });

  it('signs one checkpoint for many acts that wait together, keeps their order, and links each chain without gaps', async () => {
    const one = await open();
    const ledger = await aLedger(one.db);
    const ids: string[] = [];
    for (let n = 0; n < 40; n++) {
      ids.push(await recordAct(one.db, ledger, anAct({ chain: `claim_${n % 3}`, predicate: { n } })));
    }
    const places = await Promise.all(ids.map((id) => ledger.sequenced(id)));
    expect(places.map(({ index }) => index)).toEqual(ids.map((_, n) => n + 1));
    expect((await checkpointsOf(one.db)).length).toBeLessThanOrEqual(3);
    const chain = await ledger.questions.entries({ chain: 'claim_1', order: 'oldest' });
    const links = chain.entries.map(({ statement }) => statement?.predicate.chain);
    expect(links).toEqual(
      chain.entries.map((_, seq) => ({
        subject: 'claim_1',
        seq,
        prev: seq === 0 ? null : Buffer.from(chain.entries[seq - 1]!.leafHash).toString('hex'),
      })),
    );
    await expectOneHistory(one.db, ledger);
  });

  it('knows nothing of an act whose transaction was rolled back', async () => {
    const one = await open();
    const ledger = await aLedger(one.db);
    let pendingId = '';
    const rolledBack = inTransaction(one.db, async (tx) => {
      pendingId = await ledger.record(tx, anAct());
      throw new Error('the room changed its mind');
    });
    await expect(rolledBack).rejects.toThrow('changed its mind');
    expect(await codeOf(ledger.sequenced(pendingId))).toBe('not-found');
    expect((await ledger.questions.checkpoint()).size).toBe(1);
  });

  it('refuses what has no canonical form or would exceed an entry, before it is kept', async () => {
    const one = await open();
    const ledger = await aLedger(one.db);
    const refusals: [Parameters<typeof anAct>[0], string][] = [
      [{ predicate: { n: Number.NaN } }, 'invalid-input'],
      [{ predicate: { n: 2 ** 53 } }, 'invalid-input'],
      [{ subjects: [{ name: 'x', sha256: 'AB' }] }, 'invalid-input'],
      [{ chain: '' }, 'invalid-input'],
      [{ predicate: { text: 'x'.repeat(50_000) } }, 'body-too-large'],
    ];
    for (const [change, code] of refusals) expect(await codeOf(recordAct(one.db, ledger, anAct(change)))).toBe(code);
    const { index } = await act(one.db, ledger, { predicate: { text: 'x'.repeat(47_000) }, subjects: [] });
    expect((await ledger.questions.entry(index)).bytes.length).toBeGreaterThan(62_000);
    expect((await ledger.verify()).ok).toBe(true);
  });

  it('never changes or loses a row, by any statement', async () => {
    const one = await open();
    await aLedger(one.db);
    for (const table of ['ledger_entry', 'ledger_checkpoint', 'ledger_origin']) {
      for (const statement of [`delete from ${table}`, `truncate ${table}`]) {
        await expect(one.pool.query(statement), statement).rejects.toThrow('append-only');
      }
    }
    await expect(one.pool.query('update ledger_entry set chain = chain')).rejects.toThrow('append-only');
  });

  it('gives every act of many writers one place each', async () => {
    const one = await open();
    const dataDir = aDataDir();
    const ledgers = [await aLedger(one.db, { dataDir }), await aLedger(one.db, { dataDir })];
    const writers = Array.from({ length: 12 }, async (_, w) => {
      const places: number[] = [];
      for (let n = 0; n < 10; n++) {
        places.push((await act(one.db, ledgers[w % 2]!, { chain: `claim_${n % 4}`, predicate: { w, n } })).index);
      }
      return places;
    });
    const places = (await Promise.all(writers)).flat();
    expect([...places].sort((a, b) => a - b)).toEqual(Array.from({ length: 120 }, (_, i) => i + 1));
    await expectOneHistory(one.db, ledgers[0]!);
  });

  const steps = ['lock', 'pendings', 'lastCheckpoint', 'nodeHashes', 'chainHeads', 'addEntries'] as const;
  it.each(steps)('survives a connection that breaks before or after: %s', async (step) => {
    const one = await open();
    const dataDir = aDataDir();
    const ledger = await aLedger(one.db, { dataDir });
    const acknowledged = await act(one.db, ledger);
    for (const moment of ['before', 'after'] as const) {
      const { store, arm } = storeThatBreaks(step, moment);
      const breaking = await aLedger(one.db, { dataDir, store });
      arm();
      const pendingId = await recordAct(one.db, ledger, anAct({ predicate: { step, moment } }));
      expect(await codeOf(breaking.sequenced(pendingId)), moment).toBe('storage-unavailable');
      const restarted = await aLedger(one.db, { dataDir });
      const { index } = await restarted.sequenced(pendingId);
      expect(await restarted.sequenced(pendingId)).toMatchObject({ index });
    }
    expect(acknowledged.index).toBe(1);
    expect((await ledger.questions.checkpoint()).size).toBe(4);
    await expectOneHistory(one.db, ledger);
  });
});

/** The real store, but the server ends the connection at one step of a transaction, once it is armed. */
function storeThatBreaks(step: keyof LedgerStore, moment: 'before' | 'after') {
  let isArmed = false;
  const breakConnection = async (db: Db) => {
    if (isArmed) await sql`select pg_terminate_backend(pg_backend_pid())`.execute(db);
  };
  const real = ledgerStore[step] as (db: Db, ...rest: unknown[]) => Promise<unknown>;
  const broken = async (db: Db, ...rest: unknown[]) => {
    if (moment === 'before') await breakConnection(db);
    const result = await real(db, ...rest);
    if (moment === 'after') await breakConnection(db);
    return result;
  };
  const arm = () => {
    isArmed = true;
  };
  return { store: { ...ledgerStore, [step]: broken }, arm };
}

describe("the ledger's key", () => {
  it('is made once, readable by its owner only', async () => {
    const { database, drop } = await openEmbeddedTestDatabase();
    try {
      const dataDir = aDataDir();
      await aLedger(database.db, { dataDir });
      const file = keyFileOf(dataDir);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(createKey(file).publicKey).toEqual(createKey(file).publicKey);

      chmodSync(file, 0o640);
      expect(await codeOf(aLedger(database.db, { dataDir }))).toBe('folder-unusable');
      chmodSync(file, 0o600);
      expect(await codeOf(aLedger(database.db, { dataDir }))).toBe('no problem');
      rmSync(file);
      expect(await codeOf(aLedger(database.db, { dataDir })), 'missing').toBe('folder-unusable');
      createKey(file);
      expect(await codeOf(aLedger(database.db, { dataDir })), 'another key').toBe('folder-unusable');
    } finally {
      await drop();
    }
  });
});

describe('two processes', () => {
  it('that start at once make one origin, and write into one history', async () => {
    const { database, connection, drop } = await openEmbeddedTestDatabase();
    const other = connect({ ...connection, poolSizeMax: 3 });
    try {
      const dataDir = aDataDir();
      const [a, b] = await Promise.all([aLedger(database.db, { dataDir }), aLedger(other.db, { dataDir })]);
      expect(a.vkey()).toBe(b.vkey());
      const write = async (db: Db, ledger: Ledger) => {
        for (let n = 0; n < 25; n++) await act(db, ledger, { chain: 'shared', predicate: { n } });
      };
      await Promise.all([write(database.db, a), write(other.db, b)]);
      expect((await b.questions.checkpoint()).size).toBe(51);
      await expectOneHistory(database.db, a);
    } finally {
      await other.close();
      await drop();
    }
  });
});
