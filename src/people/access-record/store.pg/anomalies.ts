import { sql } from 'kysely';
import { dayOf, type Id, type Instant, type LegalEntityId } from '#kernel';
import { type Db, instantFromSql, sqlInstant, type Tx } from '#platform/db';
import type { Anomaly, RecordScope } from '../model.ts';

/** What a person looked at in one clock hour. */
export interface ReadingHour {
  identityId: string;
  organisationId: LegalEntityId | undefined;
  hour: Instant;
  /** Distinct cases by pseudonym and site, and beyond the hundred that a record names, the count. */
  cases: number;
  legalEntityIds: LegalEntityId[];
}

/** Hours in which persons looked at cases. Machines are bound by the scopes of their tokens, and are left out. */
export async function readingHours(
  db: Db,
  of: { from: Instant; until: Instant; identityId?: string },
): Promise<ReadingHour[]> {
  const { rows } = await sql<{
    identity_id: string;
    organisation_id: string | null;
    hour: string;
    cases: string;
    owners: string[];
  }>`with reads as (
      select id, identity_id, organisation_id, date_trunc('hour', at, 'UTC') as hour, site_id, legal_entity_id,
        object_ids, object_count - cardinality(object_ids) as unnamed
      from people_access
      where at >= ${sqlInstant(of.from)}::timestamptz and at < ${sqlInstant(of.until)}::timestamptz
        and outcome = 'read' and identity_kind = 'person' and object_kind <> 'access-record'
        and (${of.identityId ?? null}::text is null or identity_id = ${of.identityId ?? null})),
    -- Materialized: a planner without statistics would count the names anew for every row.
    named as materialized (
      select identity_id, hour, count(*) as cases
      from (select distinct identity_id, hour, site_id, object_id from reads, unnest(object_ids) as object_id) as shown
      group by identity_id, hour),
    sums as materialized (
      select identity_id, organisation_id, hour, sum(unnamed) as unnamed,
        array_remove(array_agg(distinct legal_entity_id), null) as owners
      from reads group by identity_id, organisation_id, hour)
    select s.identity_id, s.organisation_id, s.hour, coalesce(n.cases, 0) + s.unnamed as cases, s.owners
    from sums s left join named n on n.identity_id = s.identity_id and n.hour = s.hour order by s.hour`.execute(db);
  return rows.map((row) => ({
    identityId: row.identity_id,
    organisationId: (row.organisation_id ?? undefined) as LegalEntityId | undefined,
    hour: instantFromSql(row.hour),
    cases: Number(row.cases),
    legalEntityIds: row.owners as LegalEntityId[],
  }));
}

type Found = Pick<Anomaly, 'kind' | 'identityKind' | 'identityId' | 'organisationId' | 'legalEntityId' | 'figures'>;

/** Who looked at data of another organisation than their own without breaking glass; assessors do so by profession. */
export async function readsOutside(db: Db, from: Instant): Promise<Found[]> {
  const { rows } = await sql<{
    identity_kind: Anomaly['identityKind'];
    identity_id: string;
    organisation_id: string;
    legal_entity_id: string;
    reads: string;
    cases: string;
  }>`select a.identity_kind, a.identity_id, a.organisation_id, a.legal_entity_id, count(*) as reads,
      sum(a.object_count) as cases
    from people_access a join people_organisation o on o.id = a.organisation_id and o.kind <> 'assessor'
    where a.at >= ${sqlInstant(from)}::timestamptz and a.outcome = 'read' and a.object_kind <> 'access-record'
      and a.legal_entity_id is not null and a.legal_entity_id <> a.organisation_id and a.break_glass_id is null
      and a.object_count > 0
    group by a.identity_kind, a.identity_id, a.organisation_id, a.legal_entity_id`.execute(db);
  return rows.map((row) => ({
    kind: 'outside-own-organisation',
    identityKind: row.identity_kind,
    identityId: row.identity_id,
    organisationId: row.organisation_id as LegalEntityId,
    legalEntityId: row.legal_entity_id as LegalEntityId,
    figures: { reads: Number(row.reads), cases: Number(row.cases) },
  }));
}

/** Who was refused more often than that in a clock hour; their own organisation looks into it. */
export async function refusedOften(db: Db, since: { from: Instant; refusalsMax: number }): Promise<Found[]> {
  const { rows } = await sql<{
    identity_kind: Anomaly['identityKind'];
    identity_id: string;
    organisation_id: string;
    refusals: string;
  }>`select identity_kind, identity_id, organisation_id, max(refusals) as refusals from (
      select identity_kind, identity_id, organisation_id, count(*) as refusals from people_access
      where at >= ${sqlInstant(since.from)}::timestamptz and outcome = 'refused' and organisation_id is not null
      group by identity_kind, identity_id, organisation_id, date_trunc('hour', at, 'UTC')) as hours
    where refusals > ${since.refusalsMax} group by identity_kind, identity_id, organisation_id`.execute(db);
  return rows.map((row) => ({
    kind: 'many-refusals',
    identityKind: row.identity_kind,
    identityId: row.identity_id,
    organisationId: row.organisation_id as LegalEntityId,
    legalEntityId: row.organisation_id as LegalEntityId,
    figures: { refusals: Number(row.refusals) },
  }));
}

/** @returns false if the same was raised for this reader, owner and day before. */
export async function addAnomaly(tx: Tx, anomaly: Found & { id: Id<'anomaly'>; raisedAt: Instant }): Promise<boolean> {
  const { numAffectedRows } = await sql`insert into people_access_anomaly
    (id, kind, identity_kind, identity_id, organisation_id, legal_entity_id, day, raised_at, figures) values
    (${anomaly.id}, ${anomaly.kind}, ${anomaly.identityKind}, ${anomaly.identityId}, ${anomaly.organisationId ?? null},
      ${anomaly.legalEntityId}, ${dayOf(anomaly.raisedAt)}::date, ${sqlInstant(anomaly.raisedAt)}::timestamptz,
      ${JSON.stringify(anomaly.figures)}::jsonb)
    on conflict (kind, identity_id, legal_entity_id, day) do nothing`.execute(tx);
  return numAffectedRows === 1n;
}

/** What was unusual, newest first, at most 500: of one's own doing, and of one's organisation's data. */
export async function anomalies(db: Db | Tx, only: { scope: RecordScope; id?: string }): Promise<Anomaly[]> {
  const { scope } = only;
  const inScope =
    scope === 'every'
      ? sql`true`
      : sql`(identity_id = ${scope.identityId} or legal_entity_id = ${scope.legalEntityId ?? null})`;
  const { rows } = await sql<{
    id: string;
    kind: Anomaly['kind'];
    identity_kind: Anomaly['identityKind'];
    identity_id: string;
    organisation_id: string | null;
    legal_entity_id: string;
    raised_at: string;
    figures: Record<string, number>;
    state: Anomaly['state'];
    reviewed_by: string | null;
    reviewed_at: string | null;
    review_text: string | null;
  }>`select * from people_access_anomaly
    where ${inScope} and (${only.id ?? null}::text is null or id = ${only.id ?? null})
    order by raised_at desc, id desc limit 500`.execute(db);
  return rows.map((row) => ({
    id: row.id as Id<'anomaly'>,
    kind: row.kind,
    identityKind: row.identity_kind,
    identityId: row.identity_id,
    organisationId: (row.organisation_id ?? undefined) as LegalEntityId | undefined,
    legalEntityId: row.legal_entity_id as LegalEntityId,
    raisedAt: instantFromSql(row.raised_at),
    figures: row.figures,
    state: row.state,
    reviewedBy: row.reviewed_by ?? undefined,
    reviewedAt: row.reviewed_at === null ? undefined : instantFromSql(row.reviewed_at),
    reviewText: row.review_text ?? undefined,
  }));
}

/** @returns false if it is not open any more. */
export async function closeAnomaly(
  tx: Tx,
  review: { id: string; state: 'explained' | 'confirmed'; by: string; at: Instant; text: string },
): Promise<boolean> {
  const { numAffectedRows } = await sql`update people_access_anomaly
    set state = ${review.state}, reviewed_by = ${review.by}, reviewed_at = ${sqlInstant(review.at)}::timestamptz,
      review_text = ${review.text} where id = ${review.id} and state = 'open'`.execute(tx);
  return numAffectedRows === 1n;
}

/** How many wait for a review, by kind. */
export async function openAnomalies(db: Db): Promise<{ kind: Anomaly['kind']; count: number }[]> {
  const { rows } = await sql<{ kind: Anomaly['kind']; count: string }>`select kind, count(*) as count
    from people_access_anomaly where state = 'open' group by kind`.execute(db);
  return rows.map(({ kind, count }) => ({ kind, count: Number(count) }));
}

/** The newest record there is; undefined for none. */
export async function newestAccess(db: Db): Promise<string | undefined> {
  const { rows } = await sql<{ id: string | null }>`select max(id) as id from people_access`.execute(db);
  return rows[0]?.id ?? undefined;
}
