import { sql } from 'kysely';
import type { Id, Instant, LegalEntityId, PersonId } from '#kernel';
import { type Db, instantFromSql, sqlInstant, type Tx } from '#platform/db';
import type { BreakGlass, RecordScope } from '../model.ts';

export async function addBreakGlass(tx: Tx, one: BreakGlass): Promise<void> {
  await sql`insert into people_break_glass
    (id, person_id, organisation_id, legal_entity_id, reason, started_at, ends_at, review_due_at) values
    (${one.id}, ${one.personId}, ${one.organisationId}, ${one.legalEntityId}, ${one.reason},
      ${sqlInstant(one.startedAt)}::timestamptz, ${sqlInstant(one.endsAt)}::timestamptz,
      ${sqlInstant(one.reviewDueAt)}::timestamptz)`.execute(tx);
}

/** @returns false if its user ended it before. */
export async function addBreakGlassEnd(tx: Tx, end: { id: string; by: string; at: Instant }): Promise<boolean> {
  const { numAffectedRows } = await sql`insert into people_break_glass_end (break_glass_id, ended_at, ended_by)
    values (${end.id}, ${sqlInstant(end.at)}::timestamptz, ${end.by}) on conflict do nothing`.execute(tx);
  return numAffectedRows === 1n;
}

/** @returns false if it was reviewed before. */
export async function addBreakGlassReview(
  tx: Tx,
  review: { id: string; verdict: 'justified' | 'not-justified'; explanation: string; by: string; at: Instant },
): Promise<boolean> {
  const { numAffectedRows } = await sql`insert into people_break_glass_review
    (break_glass_id, verdict, explanation, reviewed_by, reviewed_at) values
    (${review.id}, ${review.verdict}, ${review.explanation}, ${review.by}, ${sqlInstant(review.at)}::timestamptz)
    on conflict do nothing`.execute(tx);
  return numAffectedRows === 1n;
}

/** Emergency accesses, newest first, at most 500, with their true end and review. */
export async function breakGlasses(db: Db | Tx, only: { scope: RecordScope; id?: string }): Promise<BreakGlass[]> {
  const { scope } = only;
  const inScope =
    scope === 'every'
      ? sql`true`
      : sql`(b.person_id = ${scope.identityId} or b.legal_entity_id = ${scope.legalEntityId ?? null})`;
  const { rows } = await sql<{
    id: string;
    person_id: string;
    organisation_id: string;
    legal_entity_id: string;
    reason: string;
    started_at: string;
    ends_at: string;
    review_due_at: string;
    verdict: 'justified' | 'not-justified' | null;
    explanation: string | null;
    reviewed_by: string | null;
    reviewed_at: string | null;
  }>`select b.id, b.person_id, b.organisation_id, b.legal_entity_id, b.reason, b.started_at,
      least(b.ends_at, e.ended_at) as ends_at, b.review_due_at, r.verdict, r.explanation, r.reviewed_by, r.reviewed_at
    from people_break_glass b left join people_break_glass_end e on e.break_glass_id = b.id
    left join people_break_glass_review r on r.break_glass_id = b.id
    where ${inScope} and (${only.id ?? null}::text is null or b.id = ${only.id ?? null})
    order by b.started_at desc, b.id desc limit 500`.execute(db);
  return rows.map((row) => ({
    id: row.id as Id<'breakGlass'>,
    personId: row.person_id as PersonId,
    organisationId: row.organisation_id as LegalEntityId,
    legalEntityId: row.legal_entity_id as LegalEntityId,
    reason: row.reason,
    startedAt: instantFromSql(row.started_at),
    endsAt: instantFromSql(row.ends_at),
    reviewDueAt: instantFromSql(row.review_due_at),
    review:
      row.verdict === null || row.explanation === null || row.reviewed_by === null || row.reviewed_at === null
        ? undefined
        : {
            verdict: row.verdict,
            explanation: row.explanation,
            reviewedBy: row.reviewed_by,
            reviewedAt: instantFromSql(row.reviewed_at),
          },
  }));
}

/** How many emergency accesses nobody has reviewed in time. */
export async function overdueReviews(db: Db, now: Instant): Promise<number> {
  const { rows } = await sql<{ count: string }>`select count(*) as count from people_break_glass b
    where b.review_due_at <= ${sqlInstant(now)}::timestamptz
      and not exists (select from people_break_glass_review r where r.break_glass_id = b.id)`.execute(db);
  return Number(rows[0]?.count ?? 0);
}
