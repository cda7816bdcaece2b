import type { Generated, Selectable } from 'kysely';
import { type CertificateId, type Instant, type LegalEntityId, type PersonId, Problem } from '#kernel';
import { type Db, instantFromSql, sqlInstant, type Tx } from '#platform/db';
import type { CertificateEvent, CertificateState, RaisingAct, Shown, Signature } from './model/index.ts';
import type { CertifyStore, Dissent, Proposal, ProposalId, ProposalOutcome, StoredCertificate } from './store.ts';

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
type ProposalTable = {
  id: string;
  certificate_id: string;
  act: string;
  reason: string;
  document_digest: string | null;
  shown: string;
  shown_digest: string;
  proposed_by: string;
  proposed_role: string;
  proposed_at: string;
  expires_at: string;
  outcome: Generated<string>;
  closed_at: string | null;
  closing_reason: string | null;
};
type SignatureTable = {
  proposal_id: string;
  person_id: string;
  role: string;
  organisation_id: string | null;
  signed_at: string;
  shown_digest: string;
  evidence_seen: string;
  reason: string;
  pending_id: string;
};
type DissentTable = {
  id: string;
  proposal_id: string;
  person_id: string;
  role: string;
  dissented_at: string;
  reason: string;
  pending_id: string;
};
type CertifyTables = {
  certify_certificate: CertificateTable;
  certify_event: EventTable;
  certify_ledger_place: { pending_id: string; recorded_at: string; ledger_index: string | null };
  certify_proposal: ProposalTable;
  certify_signature: SignatureTable;
  certify_dissent: DissentTable;
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
  addProposal: async (tx, proposal) => {
    const { documentDigest, act, shown } = proposal;
    await tables(tx)
      .insertInto('certify_proposal')
      .values({
        id: proposal.id,
        certificate_id: proposal.certificateId,
        act: JSON.stringify(act),
        reason: proposal.reason,
        document_digest: documentDigest ?? null,
        shown: JSON.stringify(shown),
        shown_digest: proposal.shownDigest,
        proposed_by: proposal.proposedBy,
        proposed_role: proposal.proposedRole,
        proposed_at: sqlInstant(proposal.proposedAt),
        expires_at: sqlInstant(proposal.expiresAt),
      })
      .execute();
  },
  proposal: async (db, id) => {
    const rows = await tables(db).selectFrom('certify_proposal').selectAll().where('id', '=', id).execute();
    return (await withSignatures(db, rows))[0];
  },
  proposals: async (db, certificateId) => {
    const rows = await tables(db)
      .selectFrom('certify_proposal')
      .selectAll()
      .where('certificate_id', '=', certificateId)
      .orderBy('proposed_at')
      .orderBy('id')
      .execute();
    return withSignatures(db, rows);
  },
  closeProposal: async (tx, { id, outcome, at, reason }) => {
    const result = await tables(tx)
      .updateTable('certify_proposal')
      .set({ outcome, closed_at: sqlInstant(at), closing_reason: reason })
      .where('id', '=', id)
      .where('outcome', '=', 'open')
      .executeTakeFirst();
    if (result.numUpdatedRows !== 1n) throw new Problem('wrong-state', { detail: 'The proposal is closed.' });
  },
  addSignature: async (tx, { proposalId, signature, pendingId }) => {
    await awaitPlaces(tx, [pendingId], signature.signedAt);
    await tables(tx)
      .insertInto('certify_signature')
      .values({
        proposal_id: proposalId,
        person_id: signature.personId,
        role: signature.role,
        organisation_id: signature.organisationId ?? null,
        signed_at: sqlInstant(signature.signedAt),
        shown_digest: signature.shownDigest,
        evidence_seen: JSON.stringify(signature.evidenceSeen),
        reason: signature.reason,
        pending_id: pendingId,
      })
      .execute();
  },
  addDissent: async (tx, dissent, pendingId) => {
    await awaitPlaces(tx, [pendingId], dissent.at);
    await tables(tx)
      .insertInto('certify_dissent')
      .values({
        id: dissent.id,
        proposal_id: dissent.proposalId,
        person_id: dissent.personId,
        role: dissent.role,
        dissented_at: sqlInstant(dissent.at),
        reason: dissent.reason,
        pending_id: pendingId,
      })
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

async function withSignatures(db: Db | Tx, rows: Selectable<ProposalTable>[]): Promise<Proposal[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const signatures = await tables(db)
    .selectFrom('certify_signature')
    .selectAll()
    .where('proposal_id', 'in', ids)
    .orderBy('signed_at')
    .execute();
  const dissent = await tables(db)
    .selectFrom('certify_dissent')
    .selectAll()
    .where('proposal_id', 'in', ids)
    .orderBy('dissented_at')
    .execute();
  return rows.map((row) => ({
    ...readProposal(row),
    signatures: signatures.filter((one) => one.proposal_id === row.id).map(readSignature),
    dissent: dissent.filter((one) => one.proposal_id === row.id).map(readDissent),
  }));
}

const readProposal = (row: Selectable<ProposalTable>): Omit<Proposal, 'signatures' | 'dissent'> => ({
  id: row.id as ProposalId,
  certificateId: row.certificate_id as CertificateId,
  act: parsed<RaisingAct>(row.act),
  reason: row.reason,
  documentDigest: row.document_digest ?? undefined,
  shown: parsed<Shown>(row.shown),
  shownDigest: row.shown_digest,
  proposedBy: row.proposed_by,
  proposedRole: row.proposed_role,
  proposedAt: instantFromSql(row.proposed_at),
  expiresAt: instantFromSql(row.expires_at),
  outcome: row.outcome as ProposalOutcome,
  closedAt: optionalInstant(row.closed_at),
  closingReason: row.closing_reason ?? undefined,
});

const readSignature = (row: Selectable<SignatureTable>): Signature => ({
  personId: row.person_id as PersonId,
  role: row.role,
  ...(row.organisation_id === null ? {} : { organisationId: row.organisation_id as LegalEntityId }),
  signedAt: instantFromSql(row.signed_at),
  shownDigest: row.shown_digest,
  evidenceSeen: parsed<string[]>(row.evidence_seen),
  reason: row.reason,
});

const readDissent = (row: Selectable<DissentTable>): Dissent => ({
  id: row.id,
  proposalId: row.proposal_id as ProposalId,
  personId: row.person_id as PersonId,
  role: row.role,
  at: instantFromSql(row.dissented_at),
  reason: row.reason,
});
