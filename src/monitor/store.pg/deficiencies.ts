import { type RawBuilder, sql } from 'kysely';
import type { ClaimId, DeficiencyId, Instant, ModelVersionId, SiteId } from '#kernel';
import { type Db, instantFromSql, sqlInstant, type Tx } from '#platform/db';
import type {
  Deficiency,
  DeficiencyCode,
  DeficiencyEvent,
  DeficiencyRecord,
  DeficiencyState,
  Severity,
} from '../model/deficiency.ts';

interface DeficiencyRow {
  id: string;
  code: DeficiencyCode;
  title: string;
  state: DeficiencyState;
  severity: Severity | null;
  claim_id: string | null;
  site_id: string | null;
  model_version_id: string;
  opened_at: string;
  record: DeficiencyRecord;
  version: number;
}

export interface SignalRecord {
  id: string;
  kind: string;
  level: 1 | 2;
  claimId: ClaimId | undefined;
  siteId: SiteId | undefined;
  modelVersionId: ModelVersionId;
  streamId: string | undefined;
  occurredAt: Instant;
  evidence: Record<string, unknown>;
  deficiencyId: DeficiencyId;
}

export interface StoredEvent {
  seq: number;
  type: string;
  at: string;
  actor: string;
  role: string;
  body: Record<string, unknown>;
}

/** @returns false where this crossing has given its signal already. */
export async function insertSignal(tx: Tx, signal: SignalRecord): Promise<boolean> {
  const inserted =
    await sql`insert into monitor_signal (id, kind, level, claim_id, site_id, model_version_id, stream_id, occurred_at, evidence, deficiency_id)
    values (${signal.id}, ${signal.kind}, ${signal.level}, ${signal.claimId ?? null}, ${signal.siteId ?? null}, ${signal.modelVersionId},
      ${signal.streamId ?? null}, ${sqlInstant(signal.occurredAt)}, ${JSON.stringify(signal.evidence)}::jsonb, ${signal.deficiencyId})
    on conflict (stream_id, kind) do nothing`.execute(tx);
  return inserted.numAffectedRows === 1n;
}

export interface DeficiencyScope {
  code: DeficiencyCode;
  claimId: ClaimId | undefined;
  siteId: SiteId | undefined;
  modelVersionId: ModelVersionId;
}

const inScope = (scope: DeficiencyScope): RawBuilder<unknown> =>
  sql`code = ${scope.code} and claim_id is not distinct from ${scope.claimId ?? null}::text
    and site_id is not distinct from ${scope.siteId ?? null}::text and model_version_id = ${scope.modelVersionId}`;

/** The deficiency that is open for this scope, if any: the same scope never has two. */
export async function openDeficiencyOf(tx: Tx, scope: DeficiencyScope): Promise<Deficiency | undefined> {
  const found = await sql<DeficiencyRow>`select * from monitor_deficiency where ${inScope(scope)}
    and state not in ('closed', 'dismissed') for update`.execute(tx);
  return found.rows[0] && deficiencyOf(found.rows[0]);
}

/** The deficiency of this scope that was closed or dismissed last: a new one reopens it. */
export async function lastDecidedOf(tx: Tx, scope: DeficiencyScope): Promise<DeficiencyId | undefined> {
  const found = await sql<{ id: string }>`select id from monitor_deficiency where ${inScope(scope)}
    and state in ('closed', 'dismissed') order by opened_at desc, id desc limit 1`.execute(tx);
  return found.rows[0]?.id as DeficiencyId | undefined;
}

export async function deficiencyForUpdate(tx: Tx, id: string): Promise<Deficiency | undefined> {
  const found = await sql<DeficiencyRow>`select * from monitor_deficiency where id = ${id} for update`.execute(tx);
  return found.rows[0] && deficiencyOf(found.rows[0]);
}

export async function deficiencies(db: Db | Tx): Promise<Deficiency[]> {
  const found =
    await sql<DeficiencyRow>`select * from monitor_deficiency order by opened_at desc, id desc limit 1000`.execute(db);
  return found.rows.map(deficiencyOf);
}

export async function deficiencyById(db: Db | Tx, id: string): Promise<Deficiency | undefined> {
  const found = await sql<DeficiencyRow>`select * from monitor_deficiency where id = ${id}`.execute(db);
  return found.rows[0] && deficiencyOf(found.rows[0]);
}

export async function eventsOf(db: Db | Tx, id: string): Promise<StoredEvent[]> {
  const found =
    await sql<StoredEvent>`select seq, type, at, actor, role, body from monitor_deficiency_event where deficiency_id = ${id} order by seq`.execute(
      db,
    );
  return found.rows.map((row) => ({ ...row, at: new Date(instantFromSql(row.at)).toISOString() }));
}

export async function insertDeficiency(tx: Tx, one: Deficiency): Promise<void> {
  await sql`insert into monitor_deficiency (id, code, title, state, severity, claim_id, site_id, model_version_id, opened_at, record, version)
    values (${one.id}, ${one.code}, ${one.title}, ${one.state}, ${one.severity ?? null}, ${one.claimId ?? null}, ${one.siteId ?? null},
      ${one.modelVersionId}, ${sqlInstant(one.openedAt)}, ${JSON.stringify(one.record)}::jsonb, ${one.version})`.execute(
    tx,
  );
}

/** Saves the new state and its event. */
export async function saveDeficiency(
  tx: Tx,
  one: Deficiency,
  event: DeficiencyEvent & { at: Instant; actor: string; role: string },
): Promise<Deficiency> {
  const version = one.version + 1;
  await sql`update monitor_deficiency set state = ${one.state}, severity = ${one.severity ?? null},
    record = ${JSON.stringify(one.record)}::jsonb, version = ${version} where id = ${one.id}`.execute(tx);
  await sql`insert into monitor_deficiency_event (deficiency_id, seq, type, at, actor, role, body)
    values (${one.id}, ${version}, ${event.type}, ${sqlInstant(event.at)}, ${event.actor}, ${event.role}, ${JSON.stringify(event.body)}::jsonb)`.execute(
    tx,
  );
  return { ...one, version };
}

function deficiencyOf(row: DeficiencyRow): Deficiency {
  return {
    id: row.id as DeficiencyId,
    code: row.code,
    title: row.title,
    state: row.state,
    severity: row.severity ?? undefined,
    claimId: row.claim_id ?? undefined,
    siteId: (row.site_id ?? undefined) as SiteId | undefined,
    modelVersionId: row.model_version_id as ModelVersionId,
    openedAt: instantFromSql(row.opened_at),
    record: row.record,
    version: row.version,
  };
}
