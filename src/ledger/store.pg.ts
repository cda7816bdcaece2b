import { type Generated, type Selectable, sql } from 'kysely';
import { completingEntry, type NodeId } from '#formats/tlog';
import { concatBytes, Problem } from '#kernel';
import { type Db, instantFromSql, sqlInstant, type Tx } from '#platform/db';
import { type ActKind, type OriginKind, pendingText, readPending, type SequencedEntry } from './model.ts';
import type { EntryQuery, LedgerStore, SignedCheckpoint } from './store.ts';

type EntryTable = {
  entry_index: string;
  pending_id: string;
  kind: string;
  chain: string;
  chain_seq: string;
  occurred_at: string;
  recorded_at: string;
  bytes: Uint8Array;
  leaf_hash: Uint8Array;
  subtree_hashes: Uint8Array;
};

type CheckpointTable = {
  size: string;
  root: Uint8Array;
  note: string;
  signed_at: string;
};

type LedgerTables = {
  ledger_origin: { origin: string; kind: string; public_key: Uint8Array; created_at: string };
  ledger_pending: { place: Generated<string>; id: string; act: string };
  ledger_entry: EntryTable;
  ledger_checkpoint: CheckpointTable;
};

// Any constant: it only has to be the same in every process that writes to this ledger.
const lockKey = '4850738213447';
const hashBytes = 32;

const tables = (db: Db) => db.withTables<LedgerTables>();

async function lock(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${lockKey}::bigint)`.execute(tx);
}

async function nodeHashes(db: Db, nodes: readonly NodeId[]): Promise<Uint8Array[]> {
  if (nodes.length === 0) return [];
  const rows = await tables(db)
    .selectFrom('ledger_entry')
    .select(['entry_index', 'leaf_hash', 'subtree_hashes'])
    .where('entry_index', 'in', [...new Set(nodes.map((node) => String(completingEntry(node))))])
    .execute();
  const byEntry = new Map(rows.map((row) => [Number(row.entry_index), row]));
  return nodes.map((node) => {
    const row = byEntry.get(completingEntry(node));
    const at = (node.level - 1) * hashBytes;
    const hash = node.level === 0 ? row?.leaf_hash : row?.subtree_hashes.subarray(at, at + hashBytes);
    if (hash?.length === hashBytes) return new Uint8Array(hash);
    throw new Problem('ledger-inconsistent', { detail: 'A hash that the checkpoint rests on is missing.' });
  });
}

async function chainHeads(db: Db, chains: readonly string[]) {
  const { rows } = await sql<{ chain: string; chain_seq: string; leaf_hash: Uint8Array }>`
    select asked.chain, head.chain_seq, head.leaf_hash
    from unnest(${[...chains]}::text[]) as asked (chain)
    cross join lateral (
      select chain_seq, leaf_hash from ledger_entry where chain = asked.chain order by chain_seq desc limit 1
    ) as head`.execute(db);
  return new Map(
    rows.map((row) => [row.chain, { seq: Number(row.chain_seq), leafHash: new Uint8Array(row.leaf_hash) }]),
  );
}

async function addEntries(tx: Tx, entries: readonly SequencedEntry[], checkpoint: SignedCheckpoint): Promise<void> {
  await tables(tx).insertInto('ledger_entry').values(entries.map(rowOfEntry)).execute();
  const ids = entries.map(({ pendingId }) => pendingId);
  await sql`delete from ledger_pending where id = any(${ids}::text[])`.execute(tx);
  const { size, root, note, signedAt } = checkpoint;
  const row = { size: String(size), root: Buffer.from(root), note, signed_at: sqlInstant(signedAt) };
  await tables(tx).insertInto('ledger_checkpoint').values(row).execute();
}

async function entries(db: Db, { after, order, limit, size, kind, chain }: EntryQuery): Promise<SequencedEntry[]> {
  let query = tables(db).selectFrom('ledger_entry').selectAll().where('entry_index', '<', String(size)).limit(limit);
  if (after !== undefined) query = query.where('entry_index', order === 'oldest' ? '>' : '<', String(after));
  if (kind !== undefined) query = query.where('kind', '=', kind);
  if (chain !== undefined) {
    // Within a chain, order of place and of index are the same, and the chain's own index serves the first.
    query = query.where('chain', '=', chain).orderBy('chain_seq', order === 'oldest' ? 'asc' : 'desc');
  } else query = query.orderBy('entry_index', order === 'oldest' ? 'asc' : 'desc');
  return (await query.execute()).map(entryOfRow);
}

/** The ledger in PostgreSQL. */
export const ledgerStore: LedgerStore = {
  lock,
  nodeHashes,
  chainHeads,
  addEntries,
  entries,

  origin: async (db) => {
    const row = await tables(db).selectFrom('ledger_origin').selectAll().executeTakeFirst();
    if (row === undefined) return undefined;
    const [kind, createdAt] = [row.kind as OriginKind, instantFromSql(row.created_at)];
    return { origin: row.origin, kind, publicKey: new Uint8Array(row.public_key), createdAt };
  },

  addOrigin: async (tx, { origin, kind, publicKey, createdAt }) => {
    const row = { origin, kind, public_key: Buffer.from(publicKey), created_at: sqlInstant(createdAt) };
    await tables(tx).insertInto('ledger_origin').values(row).execute();
  },

  addPending: async (tx, pending) => {
    const row = { id: pending.id, act: pendingText(pending) };
    await tables(tx).insertInto('ledger_pending').values(row).execute();
  },

  pendings: async (tx, limit) => {
    const rows = await tables(tx).selectFrom('ledger_pending').selectAll().orderBy('place').limit(limit).execute();
    return rows.map(({ id, act }) => readPending(id, act));
  },

  waiting: async (db) => {
    const counted = tables(db)
      .selectFrom('ledger_pending')
      .select(({ fn }) => fn.countAll<string>().as('n'));
    return Number((await counted.executeTakeFirstOrThrow()).n);
  },

  isPending: async (db, id) =>
    (await tables(db).selectFrom('ledger_pending').select('id').where('id', '=', id).executeTakeFirst()) !== undefined,

  lastCheckpoint: async (db) => {
    const all = tables(db).selectFrom('ledger_checkpoint').selectAll();
    const row = await all.orderBy('size', 'desc').limit(1).executeTakeFirst();
    return row && checkpointOfRow(row);
  },

  checkpointAt: async (db, size) => {
    const all = tables(db).selectFrom('ledger_checkpoint').selectAll();
    const row = await all.where('size', '=', String(size)).executeTakeFirst();
    return row && checkpointOfRow(row);
  },

  checkpointsAfter: async (db, size, limit) => {
    const later = tables(db).selectFrom('ledger_checkpoint').selectAll().where('size', '>', String(size));
    return (await later.orderBy('size').limit(limit).execute()).map(checkpointOfRow);
  },

  entry: async (db, index) => {
    const all = tables(db).selectFrom('ledger_entry').selectAll();
    const row = await all.where('entry_index', '=', String(index)).executeTakeFirst();
    return row && entryOfRow(row);
  },

  entryOfPending: async (db, id) => {
    const all = tables(db).selectFrom('ledger_entry').select(['entry_index', 'leaf_hash']);
    const row = await all.where('pending_id', '=', id).executeTakeFirst();
    return row && { index: Number(row.entry_index), leafHash: new Uint8Array(row.leaf_hash) };
  },
};

const rowOfEntry = (entry: SequencedEntry) => ({
  entry_index: String(entry.index),
  pending_id: entry.pendingId,
  kind: entry.kind,
  chain: entry.chain,
  chain_seq: String(entry.chainSeq),
  occurred_at: sqlInstant(entry.occurredAt),
  recorded_at: sqlInstant(entry.recordedAt),
  bytes: Buffer.from(entry.bytes),
  leaf_hash: Buffer.from(entry.leafHash),
  subtree_hashes: Buffer.from(concatBytes(...entry.subtreeHashes)),
});

const entryOfRow = (row: Selectable<EntryTable>): SequencedEntry => ({
  index: Number(row.entry_index),
  pendingId: row.pending_id,
  kind: row.kind as ActKind,
  chain: row.chain,
  chainSeq: Number(row.chain_seq),
  occurredAt: instantFromSql(row.occurred_at),
  recordedAt: instantFromSql(row.recorded_at),
  bytes: new Uint8Array(row.bytes),
  leafHash: new Uint8Array(row.leaf_hash),
  subtreeHashes: Array.from(
    { length: row.subtree_hashes.length / hashBytes },
    (_, i) => new Uint8Array(row.subtree_hashes.subarray(i * hashBytes, (i + 1) * hashBytes)),
  ),
});

const checkpointOfRow = (row: Selectable<CheckpointTable>): SignedCheckpoint => ({
  size: Number(row.size),
  root: new Uint8Array(row.root),
  note: row.note,
  signedAt: instantFromSql(row.signed_at),
});
