// Goal: whoever changes the stored ledger behind its back is found out, by a named check at a named place; and a
// ledger that was changed signs nothing more. Method: change rows as an administrator would, with the guards off.

import { beforeAll, expect, it } from 'vitest';
import { verifierKey } from '#formats/tlog';
import { Problem } from '#kernel';
import type { Database } from '#platform/db';
import { describeOnEveryDatabase } from '../platform/db/testing.ts';
import type { Ledger } from './service.ts';
import { aDataDir, aLedger, anAct, recordAct } from './testing.ts';
import { failureLine, verifyStoredLedger } from './verify-ledger.ts';

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'no problem',
    (error) => (error instanceof Problem ? error.code : error),
  );

describeOnEveryDatabase('a ledger that was changed behind its back', (open) => {
  let database: Database;
  let ledger: Ledger;
  const dataDir = aDataDir();

  beforeAll(async () => {
    database = await open();
    ledger = await aLedger(database.db, { dataDir });
    for (let n = 0; n < 30; n++) {
      await ledger.sequenced(
        await recordAct(database.db, ledger, anAct({ chain: `claim_${n % 3}`, predicate: { n } })),
      );
    }
  });

  /** Makes a change in a transaction with the guards off, looks, and takes everything back. */
  async function afterChange<T>(statement: string, look: (checks: string[]) => T | Promise<T>): Promise<void> {
    const client = await database.pool.connect();
    try {
      await client.query('begin');
      await client.query('create temp table kept_entry on commit drop as select * from ledger_entry');
      await client.query('create temp table kept_checkpoint on commit drop as select * from ledger_checkpoint');
      await client.query("set local session_replication_role = 'replica'");
      await client.query(statement);
      await client.query('commit');
      const verdict = await ledger.verify();
      await look(verdict.failures.map(({ check, at }) => `${check} ${at}`));
    } finally {
      client.release();
      await restore();
    }
  }

  let backup: { entries: unknown[]; checkpoints: unknown[] };
  beforeAll(async () => {
    backup = {
      entries: (await database.pool.query('select * from ledger_entry')).rows,
      checkpoints: (await database.pool.query('select * from ledger_checkpoint')).rows,
    };
  });

  async function restore(): Promise<void> {
    const client = await database.pool.connect();
    try {
      await client.query("begin; set local session_replication_role = 'replica'");
      await client.query('delete from ledger_entry; delete from ledger_checkpoint');
      for (const [table, rows] of [
        ['ledger_entry', backup.entries],
        ['ledger_checkpoint', backup.checkpoints],
      ] as const) {
        for (const row of rows as Record<string, unknown>[]) {
          const columns = Object.keys(row);
          const places = columns.map((_, i) => `$${i + 1}`).join(', ');
          await client.query(`insert into ${table} (${columns.join(', ')}) values (${places})`, Object.values(row));
        }
      }
      await client.query('commit');
    } finally {
      client.release();
    }
  }

  it('verifies while nobody has touched it, and reports its progress', async () => {
    const seen: number[] = [];
    const verdict = await ledger.verify({ onProgress: ({ entries }) => seen.push(entries) });
    expect(verdict).toMatchObject({ ok: true, entries: 31, checkpoints: 31, failureCount: 0 });
    expect(verdict.summary).toContain(verdict.root);
    expect(seen).toEqual([31]);
  });

  it('is told apart from one that another key has signed', async () => {
    const other = verifierKey(ledger.origin(), new Uint8Array(32).fill(9)).vkey;
    const verdict = await ledger.verify({ vkey: other });
    expect(verdict.ok).toBe(false);
    expect(verdict.failureCount).toBeGreaterThanOrEqual(62);
    expect(await codeOf(ledger.verify({ vkey: 'nonsense' }))).toBe('invalid-input');
  });

  const changes: [string, string, string[]][] = [
    [
      'one byte of an entry',
      'update ledger_entry set bytes = set_byte(bytes, 40, get_byte(bytes, 40) # 1) where entry_index = 7',
      ['hash 7', 'signature 7', 'checkpoint 8', 'checkpoint 31'],
    ],
    [
      'an entry and its leaf hash alike',
      `update ledger_entry set bytes = other.bytes, leaf_hash = other.leaf_hash
         from (select bytes, leaf_hash from ledger_entry where entry_index = 9) as other where entry_index = 7`,
      ['chain 7', 'columns 7', 'checkpoint 8'],
    ],
    ['the kind of an entry', "update ledger_entry set kind = 'signoff' where entry_index = 4", ['columns 4']],
    [
      'when it was recorded',
      "update ledger_entry set recorded_at = '2020-01-01Z' where entry_index = 4",
      ['columns 4'],
    ],
    ['a removed entry', 'delete from ledger_entry where entry_index = 12', ['place 13', 'chain 15', 'checkpoint 31']],
    ['a removed last entry', 'delete from ledger_entry where entry_index = 30', ['checkpoint 31']],
    [
      'a removed last entry with its checkpoint',
      'delete from ledger_entry where entry_index = 30; delete from ledger_checkpoint where size = 31',
      ['earlier 30'],
    ],
    ['a removed last checkpoint', 'delete from ledger_checkpoint where size = 31', ['checkpoint 30']],
    [
      'a stored subtree hash',
      'update ledger_entry set subtree_hashes = set_byte(subtree_hashes, 3, get_byte(subtree_hashes, 3) # 1) where entry_index = 3',
      ['hash 3'],
    ],
    [
      "a checkpoint's note",
      "update ledger_checkpoint set note = replace(note, E'\\n5\\n', E'\\n6\\n') where size = 5",
      ['checkpoint 5'],
    ],
  ];
  it.each(changes)('shows it: %s', async (_what, statement, expected) => {
    await afterChange(statement, (checks) => {
      for (const check of expected) expect(checks).toContain(check);
    });
  });

  it('signs nothing more once a hash that its last signature rests on has changed', async () => {
    const statement =
      'update ledger_entry set subtree_hashes = set_byte(subtree_hashes, 100, get_byte(subtree_hashes, 100) # 1) where entry_index = 15';
    await afterChange(statement, async () => {
      const pendingId = await recordAct(database.db, ledger);
      expect(await codeOf(ledger.sequenced(pendingId))).toBe('ledger-inconsistent');
      expect(await codeOf(aLedger(database.db, { dataDir }))).toBe('ledger-inconsistent');
      await database.pool.query('delete from ledger_pending');
    });
  });

  it('does not go on from a database that was set back behind what was already signed', async () => {
    const setBack = 'delete from ledger_entry where entry_index >= 20; delete from ledger_checkpoint where size > 20';
    await afterChange(setBack, async (checks) => {
      expect(checks).toEqual(['earlier 20']);
      expect(await codeOf(aLedger(database.db, { dataDir }))).toBe('ledger-inconsistent');
    });
  });

  it('does not open when its last entries are damaged or gone', async () => {
    for (const statement of [
      'update ledger_entry set bytes = set_byte(bytes, 40, get_byte(bytes, 40) # 1) where entry_index = 7',
      'delete from ledger_entry where entry_index = 12',
      'delete from ledger_checkpoint where size = 31',
    ]) {
      await afterChange(statement, async () => {
        expect(await codeOf(aLedger(database.db, { dataDir }))).toBe('ledger-inconsistent');
        const verdict = await verifyStoredLedger(database.db, { dataDir });
        expect(verdict.failures.map(failureLine)[0]).toMatch(/^(entry|checkpoint) \d+: [a-z]+: .+/);
      });
    }
    expect(await codeOf(aLedger(database.db, { dataDir }))).toBe('no problem');
  });
});
