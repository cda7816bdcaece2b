import { type RawBuilder, sql } from 'kysely';
import { type Instant, type LegalEntityId, toIso } from '#kernel';
import { type Db, instantFromSql } from '#platform/db';
import type { BatchRecord } from '../store.ts';

/** A batch that is recorded, but whose place in the ledger was never noted. */
export interface UnplacedBatch {
  id: string;
  kind: BatchRecord['kind'];
  receivedAt: Instant;
}

export async function unplacedBatches(db: Db): Promise<UnplacedBatch[]> {
  const found = await sql<{ id: string; kind: BatchRecord['kind']; received_at: string }>`
    select id, kind, received_at from monitor_batch where ledger_index is null`.execute(db);
  return found.rows.map(({ id, kind, received_at }) => ({ id, kind, receivedAt: instantFromSql(received_at) }));
}

/** Of whom somebody sees what they have sent: of everybody, or of some organisations. */
export type Senders = 'every' | readonly LegalEntityId[];

const sentBy = (senders: Senders): RawBuilder<boolean> =>
  senders === 'every' ? sql<boolean>`true` : sql<boolean>`organisation_id = any(${[...senders]}::text[])`;

export async function latestBatches(
  db: Db,
  { senders, limit }: { senders: Senders; limit: number },
): Promise<
  {
    id: string;
    kind: 'predictions' | 'outcomes';
    receivedAt: string;
    accepted: number;
    corrected: number;
    repeated: number;
    refused: number;
    retrospective: boolean;
    convention: string | null;
    ledgerIndex: number | null;
  }[]
> {
  const found = await sql<{
    id: string;
    kind: 'predictions' | 'outcomes';
    received_at: string;
    accepted: number;
    corrected: number;
    repeated: number;
    refused: number;
    retrospective: boolean;
    convention: string | null;
    ledger_index: string | null;
  }>`select * from monitor_batch where ${sentBy(senders)} order by batch_no desc limit ${limit}`.execute(db);
  return found.rows.map(({ received_at, ledger_index, ...row }) => ({
    ...row,
    receivedAt: toIso(instantFromSql(received_at)),
    ledgerIndex: ledger_index === null ? null : Number(ledger_index),
  }));
}

export async function conventions(db: Db, senders: Senders): Promise<string[]> {
  const found = await sql<{
    convention: string;
  }>`select distinct convention from monitor_batch where convention is not null and ${sentBy(senders)} order by convention`.execute(
    db,
  );
  return found.rows.map((row) => row.convention);
}
