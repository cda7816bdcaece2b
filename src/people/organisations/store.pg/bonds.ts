import { sql } from 'kysely';
import type { Instant, LegalEntityId, PersonId } from '#kernel';
import { type Db, instantFromSql, sqlInstant, type Tx } from '#platform/db';
import type { Role } from '../../model.ts';
import type { AwaitingRole, Conflict, Delegation, Group, Membership } from '../model.ts';

type Connection = Db | Tx;

const at = (instant: Instant | undefined) =>
  instant === undefined ? sql`null::timestamptz` : sql`${sqlInstant(instant)}::timestamptz`;
const instantOrNone = (text: string | null): Instant | undefined => (text === null ? undefined : instantFromSql(text));

export async function addGroup(db: Connection, group: Group, made: { by: string; at: Instant }): Promise<void> {
  await sql`insert into people_group (id, kind, name, purpose, legal_entity_id, created_by, created_at) values
    (${group.id}, ${group.kind}, ${group.name}, ${group.purpose ?? null}, ${group.legalEntityId}, ${made.by}, ${at(made.at)})`.execute(
    db,
  );
}

export async function groups(db: Connection): Promise<Group[]> {
  const { rows } = await sql<{
    id: string;
    kind: Group['kind'];
    name: string;
    purpose: string | null;
    legal_entity_id: string;
  }>`select id, kind, name, purpose, legal_entity_id from people_group order by name`.execute(db);
  return rows.map((row) => ({
    id: row.id as Group['id'],
    kind: row.kind,
    name: row.name,
    purpose: row.purpose ?? undefined,
    legalEntityId: row.legal_entity_id as LegalEntityId,
  }));
}

export async function addMembership(
  db: Connection,
  membership: Membership,
  made: { by: string; at: Instant },
): Promise<void> {
  const { id, groupId, member, from, until } = membership;
  const organisationId = 'organisationId' in member ? member.organisationId : null;
  const personId = 'personId' in member ? member.personId : null;
  await sql`insert into people_membership
    (id, group_id, organisation_id, person_id, valid_from, valid_until, recorded_by, recorded_at) values
    (${id}, ${groupId}, ${organisationId}, ${personId}, ${at(from)}, ${at(until)}, ${made.by}, ${at(made.at)})`.execute(
    db,
  );
}

/** Every membership ever, with its true end, oldest first. */
export async function memberships(db: Connection, only: { id?: string } = {}): Promise<Membership[]> {
  const { rows } = await sql<{
    id: string;
    group_id: string;
    organisation_id: string | null;
    person_id: string | null;
    valid_from: string;
    until: string | null;
  }>`select m.id, m.group_id, m.organisation_id, m.person_id, m.valid_from, least(m.valid_until, e.ended_at) as until
    from people_membership m left join people_membership_end e on e.membership_id = m.id
    ${only.id === undefined ? sql`` : sql`where m.id = ${only.id}`} order by m.valid_from, m.id`.execute(db);
  return rows.map((row) => ({
    id: row.id as Membership['id'],
    groupId: row.group_id as Group['id'],
    member:
      row.organisation_id === null
        ? { personId: row.person_id as PersonId }
        : { organisationId: row.organisation_id as LegalEntityId },
    from: instantFromSql(row.valid_from),
    until: instantOrNone(row.until),
  }));
}

export async function addDelegation(db: Connection, one: Delegation): Promise<void> {
  await sql`insert into people_delegation
    (id, from_person_id, to_person_id, organisation_id, role, reason, valid_from, valid_until) values
    (${one.id}, ${one.fromPersonId}, ${one.toPersonId}, ${one.organisationId}, ${one.role}, ${one.reason},
      ${at(one.from)}, ${at(one.until)})`.execute(db);
}

/** Delegations of an organisation with their true end, newest first, at most 500. */
export async function delegations(
  db: Connection,
  only: { organisationId?: LegalEntityId; id?: string },
): Promise<Delegation[]> {
  const { rows } = await sql<{
    id: string;
    from_person_id: string;
    to_person_id: string;
    organisation_id: string;
    role: Role;
    reason: string;
    valid_from: string;
    until: string;
  }>`select d.id, d.from_person_id, d.to_person_id, d.organisation_id, d.role, d.reason, d.valid_from,
      least(d.valid_until, e.ended_at) as until
    from people_delegation d left join people_delegation_end e on e.delegation_id = d.id
    where (${only.organisationId ?? null}::text is null or d.organisation_id = ${only.organisationId ?? null})
      and (${only.id ?? null}::text is null or d.id = ${only.id ?? null})
    order by d.valid_from desc, d.id desc limit 500`.execute(db);
  return rows.map((row) => ({
    id: row.id as Delegation['id'],
    fromPersonId: row.from_person_id as PersonId,
    toPersonId: row.to_person_id as PersonId,
    organisationId: row.organisation_id as LegalEntityId,
    role: row.role,
    reason: row.reason,
    from: instantFromSql(row.valid_from),
    until: instantFromSql(row.until),
  }));
}

export async function addConflict(db: Connection, one: Conflict, now: Instant): Promise<void> {
  await sql`insert into people_conflict
    (id, person_id, object_kind, object_id, kind, since, until, explanation, declared_by, declared_at) values
    (${one.id}, ${one.personId}, ${one.objectKind}, ${one.objectId}, ${one.kind}, ${at(one.since)}, ${at(one.until)},
      ${one.explanation}, ${one.declaredBy}, ${at(now)})`.execute(db);
}

/** Declarations with their true end, newest first, at most 500: of the persons of one organisation, or of all. */
export async function conflicts(
  db: Connection,
  only: { organisationId?: LegalEntityId; id?: string },
): Promise<(Conflict & { organisationId: LegalEntityId })[]> {
  const { rows } = await sql<{
    id: string;
    person_id: string;
    object_kind: Conflict['objectKind'];
    object_id: string;
    kind: Conflict['kind'];
    since: string;
    until: string | null;
    explanation: string;
    declared_by: string;
    organisation_id: string;
  }>`select c.id, c.person_id, c.object_kind, c.object_id, c.kind, c.since, least(c.until, e.ended_at) as until,
      c.explanation, c.declared_by, p.organisation_id
    from people_conflict c join people_person p on p.id = c.person_id
    left join people_conflict_end e on e.conflict_id = c.id
    where (${only.organisationId ?? null}::text is null or p.organisation_id = ${only.organisationId ?? null})
      and (${only.id ?? null}::text is null or c.id = ${only.id ?? null})
    order by c.declared_at desc, c.id desc limit 500`.execute(db);
  return rows.map((row) => ({
    id: row.id as Conflict['id'],
    personId: row.person_id as PersonId,
    objectKind: row.object_kind,
    objectId: row.object_id,
    kind: row.kind,
    since: instantFromSql(row.since),
    until: instantOrNone(row.until),
    explanation: row.explanation,
    declaredBy: row.declared_by,
    organisationId: row.organisation_id as LegalEntityId,
  }));
}

/** What can be ended before its time. */
export type Endable = 'membership' | 'delegation' | 'conflict';

/** Ends something at an instant. @returns false if it was ended before. */
export async function addEnd(
  db: Connection,
  what: Endable,
  end: { id: string; by: string; at: Instant },
): Promise<boolean> {
  const table = sql.table(`people_${what}_end`);
  const { numAffectedRows } = await sql`insert into ${table} (${sql.ref(`${what}_id`)}, ended_at, ended_by)
    values (${end.id}, ${at(end.at)}, ${end.by}) on conflict do nothing`.execute(db);
  return numAffectedRows === 1n;
}

/** Roles that wait for a second person, oldest first. */
export async function rolesAwaiting(
  db: Connection,
  only: { organisationId?: LegalEntityId; holdingId?: string },
): Promise<AwaitingRole[]> {
  const { rows } = await sql<{
    id: string;
    person_id: string;
    name: string;
    organisation_id: string;
    role: Role;
    valid_from: string;
    granted_by: string;
    granted_as: string | null;
  }>`select h.id, h.person_id, p.name, h.organisation_id, h.role, h.valid_from, h.granted_by, h.granted_as
    from people_role_holding h join people_person p on p.id = h.person_id
    where h.awaits_confirmation and h.valid_until is null and not exists (select from people_role_decision d where d.holding_id = h.id)
      and (${only.organisationId ?? null}::text is null or h.organisation_id = ${only.organisationId ?? null})
      and (${only.holdingId ?? null}::bigint is null or h.id = ${only.holdingId ?? null}::bigint)
    order by h.id`.execute(db);
  return rows.map((row) => ({
    holdingId: row.id,
    person: {
      id: row.person_id as PersonId,
      name: row.name,
      organisationId: row.organisation_id as LegalEntityId,
    },
    role: row.role,
    since: instantFromSql(row.valid_from),
    grantedBy: row.granted_by,
    grantedAs: row.granted_as ?? undefined,
  }));
}

/** @returns false if it was decided before. */
export async function addRoleDecision(
  db: Connection,
  one: { holdingId: string; decision: 'confirmed' | 'refused'; by: string; as: Role; at: Instant },
): Promise<boolean> {
  const { numAffectedRows } = await sql`insert into people_role_decision
    (holding_id, decision, decided_by, decided_as, decided_at) values
    (${one.holdingId}::bigint, ${one.decision}, ${one.by}, ${one.as}, ${at(one.at)}) on conflict do nothing`.execute(
    db,
  );
  return numAffectedRows === 1n;
}
