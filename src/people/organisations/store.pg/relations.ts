import { sql } from 'kysely';
import type { Instant, LegalEntityId } from '#kernel';
import { type Db, sqlInstant, type Tx } from '#platform/db';
import { noRelations, type Relations } from '../../model.ts';

/**
 * The bonds of a person in force at an instant: one query, by indexes, for every request. A delegation counts only while
 * its giver holds the role, so the end of a role ends what hangs on it.
 */
export async function relationsOf(
  db: Db | Tx,
  personId: string,
  organisationId: LegalEntityId,
  now: Instant,
): Promise<Relations> {
  const at = sql`${sqlInstant(now)}::timestamptz`;
  const found = await sql<Relations>`select
    (select coalesce(json_agg(distinct jsonb_build_object('groupId', g.id, 'kind', g.kind)), '[]')
      from people_membership m join people_group g on g.id = m.group_id
      left join people_membership_end e on e.membership_id = m.id
      where (m.person_id = ${personId} or m.organisation_id = ${organisationId})
        and m.valid_from <= ${at} and (m.valid_until is null or m.valid_until > ${at})
        and (e.ended_at is null or e.ended_at > ${at})) as memberships,
    (select coalesce(json_agg(json_build_object('id', d.id, 'fromPersonId', d.from_person_id, 'role', d.role,
        'organisationId', d.organisation_id) order by d.id), '[]')
      from people_delegation d left join people_delegation_end e on e.delegation_id = d.id
      where d.to_person_id = ${personId} and d.valid_from <= ${at} and d.valid_until > ${at}
        and (e.ended_at is null or e.ended_at > ${at})
        and exists (select from people_role_effective h where h.person_id = d.from_person_id and h.role = d.role
          and h.effective_from <= ${at} and (h.valid_until is null or h.valid_until > ${at}))) as delegations,
    (select coalesce(json_agg(json_build_object('id', c.id, 'objectId', c.object_id) order by c.id), '[]')
      from people_conflict c left join people_conflict_end e on e.conflict_id = c.id
      where c.person_id = ${personId} and c.since <= ${at} and (c.until is null or c.until > ${at})
        and (e.ended_at is null or e.ended_at > ${at})) as conflicts,
    (select coalesce(json_agg(json_build_object('id', b.id, 'organisationId', b.legal_entity_id) order by b.id), '[]')
      from people_break_glass b left join people_break_glass_end e on e.break_glass_id = b.id
      where b.person_id = ${personId} and b.started_at <= ${at} and b.ends_at > ${at}
        and (e.ended_at is null or e.ended_at > ${at})) as "breakGlass"`.execute(db);
  return found.rows[0] ?? noRelations;
}
