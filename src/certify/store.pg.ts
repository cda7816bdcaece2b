import type { Selectable } from 'kysely';
import { type Instant, Problem } from '#kernel';
import { type Db, instantFromSql, sqlInstant, type Tx } from '#platform/db';
import type { CertificateEvent, CertificateState } from './model/index.ts';
import type { CertifyStore, StoredCertificate } from './store.ts';

type CertificateTable = {
  id: string;
  legal_entity_id: string;
  base: string;
  version: number;
  state: string;
  updated_at: string;
  checked_at: string | null;
};
type EventTable = {
  certificate_id: string;
  seq: number;
  occurred_at: string;
  type: string;
  event: string;
  digest: string;
  pending_id: string;
};
type CertifyTables = {
  certify_certificate: CertificateTable;
  certify_event: EventTable;
  certify_ledger_place: { pending_id: string; recorded_at: string; ledger_index: string | null };
};

const tables = (db: Db | Tx) => db.withTables<CertifyTables>();

// The driver hands jsonb over as parsed values, though the columns are written as text.
const parsed = <T>(column: string): T => column as unknown as T;
const optionalInstant = (text: string | null): Instant | undefined =>
  text === null ? undefined : instantFromSql(text);

const unplacedMax = 500;

export const pgCertifyStore: CertifyStore = {
  certificates: async (db) => {
    const rows = await tables(db).selectFrom('certify_certificate').selectAll().orderBy('id').execute();
    return rows.map(readCertificate);
  },
  certificate: async (db, id) => {
    const row = await tables(db).selectFrom('certify_certificate').selectAll().where('id', '=', id).executeTakeFirst();
    return row && readCertificate(row);
  },
  lock: async (tx, id) => {
    const row = await tables(tx)
      .selectFrom('certify_certificate')
      .select('state')
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    return row && parsed<CertificateState>(row.state);
  },
  append,
  events: async (db, { certificateId, asOf }) => {
    let query = tables(db)
      .selectFrom('certify_event as e')
      .leftJoin('certify_ledger_place as p', 'p.pending_id', 'e.pending_id')
      .select(['e.event', 'e.digest', 'p.ledger_index'])
      .orderBy('e.certificate_id')
      .orderBy('e.seq');
    if (certificateId !== undefined) query = query.where('e.certificate_id', '=', certificateId);
    if (asOf !== undefined) query = query.where('e.occurred_at', '<=', sqlInstant(asOf));
    return (await query.execute()).map((row) => ({
      event: parsed<CertificateEvent>(row.event),
      digest: row.digest,
      ledgerIndex: row.ledger_index === null ? undefined : Number(row.ledger_index),
    }));
  },
  markChecked: async (db, ids, at) => {
    if (ids.length === 0) return;
    await tables(db)
      .updateTable('certify_certificate')
      .set({ checked_at: sqlInstant(at) })
      .where('id', 'in', ids)
      .execute();
  },
  unplaced: async (db) => {
    const rows = await tables(db)
      .selectFrom('certify_ledger_place')
      .select('pending_id')
      .where('ledger_index', 'is', null)
      .orderBy('recorded_at')
      .limit(unplacedMax)
      .execute();
    return rows.map((row) => row.pending_id);
  },
  notePlaces: async (db, places) => {
    for (const { pendingId, index } of places) {
      await tables(db)
        .updateTable('certify_ledger_place')
        .set({ ledger_index: String(index) })
        .where('pending_id', '=', pendingId)
        .execute();
    }
  },
};

/** From here on the act waits for its place in the ledger. */
async function awaitPlaces(tx: Tx, pendingIds: string[], at: Instant): Promise<void> {
  await tables(tx)
    .insertInto('certify_ledger_place')
    .values(pendingIds.map((pendingId) => ({ pending_id: pendingId, recorded_at: sqlInstant(at), ledger_index: null })))
    .execute();
}

async function append(
  tx: Tx,
  events: { event: CertificateEvent; digest: string; pendingId: string }[],
  state: CertificateState,
): Promise<void> {
  const first = events[0];
  if (first === undefined) return;
  await tables(tx)
    .insertInto('certify_event')
    .values(
      events.map(({ event, digest, pendingId }) => ({
        certificate_id: event.certificateId,
        seq: event.seq,
        occurred_at: sqlInstant(event.at),
        type: event.type,
        event: JSON.stringify(event),
        digest,
        pending_id: pendingId,
      })),
    )
    .execute();
  await awaitPlaces(
    tx,
    events.map((one) => one.pendingId),
    first.event.at,
  );
  const row = {
    base: state.base,
    version: state.version,
    state: JSON.stringify(state),
    updated_at: sqlInstant(state.updatedAt),
  };
  if (first.event.seq === 1) {
    await tables(tx)
      .insertInto('certify_certificate')
      .values({ id: state.id, legal_entity_id: state.legalEntityId, checked_at: null, ...row })
      .execute();
    return;
  }
  const result = await tables(tx)
    .updateTable('certify_certificate')
    .set(row)
    .where('id', '=', state.id)
    .where('version', '=', first.event.seq - 1)
    .executeTakeFirst();
  if (result.numUpdatedRows !== 1n) throw new Problem('conflict', { detail: 'The certificate changed meanwhile.' });
}

const readCertificate = (row: Selectable<CertificateTable>): StoredCertificate => ({
  state: parsed<CertificateState>(row.state),
  checkedAt: optionalInstant(row.checked_at),
});
