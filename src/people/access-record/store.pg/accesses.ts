import { type RawBuilder, sql } from 'kysely';
import type { Instant, LegalEntityId, SiteId } from '#kernel';
import { type Db, instantFromSql, sqlInstant, toProblem } from '#platform/db';
import { type Access, type AccessPurpose, objectIdsMax, type RecordedAccess, type RecordScope } from '../model.ts';

/** What one may search by; whatever is left out may be anything. */
export interface AccessSearch {
  scope: RecordScope;
  identityId?: string | undefined;
  organisationId?: string | undefined;
  legalEntityId?: string | undefined;
  objectId?: string | undefined;
  purpose?: AccessPurpose | undefined;
  outcome?: Access['outcome'] | undefined;
  breakGlassId?: string | undefined;
  from?: Instant | undefined;
  until?: Instant | undefined;
  /** Only records older than this one. */
  before?: string | undefined;
  limit: number;
}

/** Writes records in one statement. Problems: storage-full, storage-unavailable. */
export async function insertAccesses(db: Db, accesses: readonly (Access & { at: Instant })[]): Promise<void> {
  const rows = accesses.map((access) => ({
    at: sqlInstant(access.at),
    request_id: access.requestId,
    outcome: access.outcome,
    identity_kind: access.identity.kind,
    identity_id: access.identity.id,
    organisation_id: access.identity.organisationId ?? null,
    action: access.action,
    purpose: access.purpose,
    policy_ids: access.policyIds,
    object_kind: access.objectKind,
    site_id: access.siteId ?? null,
    legal_entity_id: access.legalEntityId ?? null,
    object_ids: access.objectIds.slice(0, objectIdsMax),
    object_count: access.count,
    break_glass_id: access.breakGlassId ?? null,
  }));
  try {
    await sql`insert into people_access (at, request_id, outcome, identity_kind, identity_id, organisation_id, action,
        purpose, policy_ids, object_kind, site_id, legal_entity_id, object_ids, object_count, break_glass_id)
      select at, request_id, outcome, identity_kind, identity_id, organisation_id, action, purpose,
        array(select jsonb_array_elements_text(policy_ids)), object_kind, site_id, legal_entity_id,
        array(select jsonb_array_elements_text(object_ids)), object_count, break_glass_id
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (at timestamptz, request_id text, outcome text,
        identity_kind text, identity_id text, organisation_id text, action text, purpose text, policy_ids jsonb,
        object_kind text, site_id text, legal_entity_id text, object_ids jsonb, object_count int,
        break_glass_id text)`.execute(db);
  } catch (error) {
    throw toProblem(error);
  }
}

interface Row {
  id: string;
  at: string;
  request_id: string;
  outcome: Access['outcome'];
  identity_kind: RecordedAccess['identityKind'];
  identity_id: string;
  organisation_id: string | null;
  action: string;
  purpose: AccessPurpose;
  policy_ids: string[];
  object_kind: string;
  site_id: string | null;
  legal_entity_id: string | null;
  object_ids: string[];
  object_count: number;
  break_glass_id: string | null;
}

/** A page of records, newest first. Those out of scope are never fetched. */
export async function findAccesses(db: Db, search: AccessSearch): Promise<RecordedAccess[]> {
  const { rows } = await sql<Row>`select * from people_access where ${sql.join(conditions(search), sql` and `)}
    order by id desc limit ${search.limit}`.execute(db);
  return rows.map(readRow);
}

function conditions(search: AccessSearch): RawBuilder<unknown>[] {
  const { scope } = search;
  const all: RawBuilder<unknown>[] = [sql`true`];
  if (scope !== 'every') {
    const own = sql`identity_id = ${scope.identityId}`;
    all.push(scope.legalEntityId === undefined ? own : sql`(${own} or legal_entity_id = ${scope.legalEntityId})`);
  }
  if (search.identityId !== undefined) all.push(sql`identity_id = ${search.identityId}`);
  if (search.organisationId !== undefined) all.push(sql`organisation_id = ${search.organisationId}`);
  if (search.legalEntityId !== undefined) all.push(sql`legal_entity_id = ${search.legalEntityId}`);
  if (search.objectId !== undefined) all.push(sql`object_ids @> array[${search.objectId}]::text[]`);
  if (search.purpose !== undefined) all.push(sql`purpose = ${search.purpose}`);
  if (search.outcome !== undefined) all.push(sql`outcome = ${search.outcome}`);
  if (search.breakGlassId !== undefined) all.push(sql`break_glass_id = ${search.breakGlassId}`);
  if (search.from !== undefined) all.push(sql`at >= ${sqlInstant(search.from)}::timestamptz`);
  if (search.until !== undefined) all.push(sql`at < ${sqlInstant(search.until)}::timestamptz`);
  if (search.before !== undefined) all.push(sql`id < ${search.before}::bigint`);
  return all;
}

const readRow = (row: Row): RecordedAccess => ({
  id: row.id,
  at: instantFromSql(row.at),
  requestId: row.request_id,
  outcome: row.outcome,
  identityKind: row.identity_kind,
  identityId: row.identity_id,
  organisationId: (row.organisation_id ?? undefined) as LegalEntityId | undefined,
  action: row.action,
  purpose: row.purpose,
  policyIds: row.policy_ids,
  objectKind: row.object_kind,
  siteId: (row.site_id ?? undefined) as SiteId | undefined,
  legalEntityId: (row.legal_entity_id ?? undefined) as LegalEntityId | undefined,
  objectIds: row.object_ids,
  count: row.object_count,
  breakGlassId: row.break_glass_id ?? undefined,
});
