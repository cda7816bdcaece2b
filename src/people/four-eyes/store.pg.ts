import { type Generated, type Selectable, sql } from 'kysely';
import { Problem } from '#kernel';
import { type Db, instantFromSql, sqlInstant, type Tx } from '#platform/db';
import {
  type Proposal,
  type ProposalEvent,
  type ProposalHead,
  type ProposalId,
  type ProposalOutcome,
  replayed,
} from './model/proposal.ts';
import { type FourEyesStore, isClosing, type Reader } from './store.ts';

// Types, not interfaces: Kysely asks for an index signature, which only a type has of itself.
type ProposalTable = {
  id: string;
  kind: string;
  subject: string;
  title: string;
  reason: string;
  payload: string;
  parts: string;
  digest: string;
  rule: string;
  concerns: string;
  organisation_id: string | null;
  readable_by_anyone: boolean;
  proposed_by: string;
  proposed_by_kind: 'person' | 'machine';
  proposed_role: string;
  proposed_at: string;
  expires_at: string;
  outcome: Generated<ProposalOutcome>;
};
type EventTable = { proposal_id: string; seq: number; occurred_at: string; type: string; body: string };
type FourEyesTables = { people_proposal: ProposalTable; people_proposal_event: EventTable };

const tables = (db: Db | Tx) => db.withTables<FourEyesTables>();

// The driver hands jsonb over as parsed values, though the columns are written as text.
const parsed = <T>(column: string): T => column as unknown as T;

export const pgFourEyesStore: FourEyesStore = {
  add: async (tx, head, { isForAnyone }) => {
    await tables(tx)
      .insertInto('people_proposal')
      .values({
        id: head.id,
        kind: head.kind,
        subject: head.subject,
        title: JSON.stringify(head.title),
        reason: head.reason,
        payload: JSON.stringify(head.payload),
        parts: JSON.stringify(head.parts),
        digest: head.digest,
        rule: JSON.stringify(head.rule),
        concerns: JSON.stringify(head.concerns),
        organisation_id: head.rule.home ?? null,
        readable_by_anyone: isForAnyone,
        proposed_by: head.proposedBy,
        proposed_by_kind: head.proposedByKind,
        proposed_role: head.proposedRole,
        proposed_at: sqlInstant(head.proposedAt),
        expires_at: sqlInstant(head.expiresAt),
      })
      .execute();
  },
  lock: async (tx, id) => {
    const rows = await tables(tx).selectFrom('people_proposal').selectAll().where('id', '=', id).forUpdate().execute();
    return (await withEvents(tx, rows))[0];
  },
  proposals: async (db, { subject, isOpen, ids, before, limit }, reader) => {
    let query = tables(db).selectFrom('people_proposal').selectAll().where(seenBy(reader));
    if (subject !== undefined) query = query.where('subject', '=', subject);
    if (isOpen !== undefined) query = query.where('outcome', isOpen ? '=' : '!=', 'open');
    if (ids !== undefined) query = query.where('id', 'in', ids.length === 0 ? [''] : ids);
    if (before !== undefined) {
      query = query.where(
        sql<boolean>`(proposed_at, id) < (${sqlInstant(before.proposedAt)}::timestamptz, ${before.id})`,
      );
    }
    // The newest are kept where there are more than the limit.
    const rows = await query.orderBy('proposed_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
    return withEvents(db, rows.reverse());
  },
  append: async (tx, id, event) => {
    const { type, at, ...body } = event;
    const { seq } = await tables(tx)
      .selectFrom('people_proposal_event')
      .select(sql<number>`coalesce(max(seq), 0) + 1`.as('seq'))
      .where('proposal_id', '=', id)
      .executeTakeFirstOrThrow();
    await tables(tx)
      .insertInto('people_proposal_event')
      .values({ proposal_id: id, seq, occurred_at: sqlInstant(at), type, body: JSON.stringify(body) })
      .execute();
    if (!isClosing(type)) return;
    const closed = await tables(tx)
      .updateTable('people_proposal')
      .set({ outcome: type })
      .where('id', '=', id)
      .where('outcome', '=', 'open')
      .executeTakeFirst();
    if (closed.numUpdatedRows !== 1n) throw new Problem('wrong-state', { detail: 'The proposal is closed.' });
  },
  change: async (tx, { id, payload, parts, digest, rule }) => {
    await tables(tx)
      .updateTable('people_proposal')
      .set({
        payload: JSON.stringify(payload),
        parts: JSON.stringify(parts),
        digest,
        rule: JSON.stringify(rule),
        organisation_id: rule.home ?? null,
      })
      .where('id', '=', id)
      .execute();
  },
  overdue: async (db, at, limit) => {
    const rows = await tables(db)
      .selectFrom('people_proposal')
      .select('id')
      .where('outcome', '=', 'open')
      .where('expires_at', '<', sqlInstant(at))
      .orderBy('expires_at')
      .limit(limit)
      .execute();
    return rows.map((row) => row.id as ProposalId);
  },
};

const seenBy = (reader: Reader) =>
  reader.sees === 'all'
    ? sql<boolean>`true`
    : sql<boolean>`(readable_by_anyone or organisation_id = ${reader.organisationId ?? null})`;

async function withEvents(db: Db | Tx, rows: Selectable<ProposalTable>[]): Promise<Proposal[]> {
  if (rows.length === 0) return [];
  const events = await tables(db)
    .selectFrom('people_proposal_event')
    .selectAll()
    .where(
      'proposal_id',
      'in',
      rows.map((row) => row.id),
    )
    .orderBy('proposal_id')
    .orderBy('seq')
    .execute();
  const byProposal = new Map<string, ProposalEvent[]>();
  for (const row of events) {
    const event = { ...parsed<object>(row.body), type: row.type, at: instantFromSql(row.occurred_at) } as ProposalEvent;
    byProposal.set(row.proposal_id, [...(byProposal.get(row.proposal_id) ?? []), event]);
  }
  return rows.map((row) => replayed(headOf(row), byProposal.get(row.id) ?? []));
}

const headOf = (row: Selectable<ProposalTable>): ProposalHead => ({
  id: row.id as ProposalId,
  kind: row.kind,
  subject: row.subject,
  title: parsed(row.title),
  reason: row.reason,
  payload: parsed(row.payload),
  parts: parsed(row.parts),
  digest: row.digest,
  rule: parsed(row.rule),
  concerns: parsed(row.concerns),
  proposedBy: row.proposed_by,
  proposedByKind: row.proposed_by_kind,
  proposedRole: row.proposed_role,
  proposedAt: instantFromSql(row.proposed_at),
  expiresAt: instantFromSql(row.expires_at),
});
