import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type Clock, type Instant, sha256Hex } from '#kernel';
import { type Db, inTransaction } from '#platform/db';
import type { Act } from './model.ts';
import { type Ledger, type LedgerOptions, openLedger } from './service.ts';

/** Builders for the ledger's own tests. */

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A data folder of its own, removed when the test file is done. */
export function aDataDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hortus-ledger-'));
  made.push(folder);
  return folder;
}

/** A clock that moves by a second whenever it is read. */
export function aClock(start = Date.UTC(2026, 0, 1)): Clock {
  let at = start;
  return {
    now: () => {
      at += 1000;
      return at as Instant;
    },
  };
}

export const anAct = (change: Partial<Act> = {}): Act => ({
  kind: 'claim',
  subjects: [{ name: 'claim', sha256: sha256Hex('claim') }],
  chain: 'claim_1',
  predicate: { bound: 0.9 },
  actor: { id: 'person_1', role: 'model-lead' },
  occurredAt: Date.UTC(2026, 0, 1) as Instant,
  ...change,
});

export const aLedger = (db: Db, options: Partial<LedgerOptions> = {}): Promise<Ledger> =>
  openLedger({ db, clock: aClock(), dataDir: aDataDir(), ...options });

/** Records an act in a transaction of its own, as a room would with its change of state; returns the pending id. */
export const recordAct = (db: Db, ledger: Ledger, act: Act = anAct()): Promise<string> =>
  inTransaction(db, (tx) => ledger.record(tx, act));
