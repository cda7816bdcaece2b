import { sql } from 'kysely';
import { type Instant, type PersonId, Problem } from '#kernel';
import { type Db, instantFromSql, sqlInstant, type Tx } from '#platform/db';
import type { Role } from '../../model.ts';

/** Makes whoever opens a session of this person, or counts their signature, wait until the transaction ends. */
export async function lockPerson(tx: Tx, personId: PersonId): Promise<void> {
  await sql`select id from people_person where id = ${personId} for no key update`.execute(tx);
}

/** Makes whoever disables one of these persons wait until the transaction ends; what is read after it stays true. */
async function hold(tx: Tx, personIds: readonly string[]): Promise<void> {
  await sql`select id from people_person where id = any(${[...personIds]}::text[]) order by id for share`.execute(tx);
}

export const isDisabled = async (db: Db | Tx, personId: PersonId): Promise<boolean> =>
  (await sql`select from people_person_disabled where person_id = ${personId}`.execute(db)).rows.length > 0;

/** Throws unless the person may be here, and keeps it so until the transaction ends. Problem: access-ended. */
export async function assertEnabled(tx: Tx, personId: PersonId): Promise<void> {
  await hold(tx, [personId]);
  if (await isDisabled(tx, personId)) throw new Problem('access-ended');
}

/** When each was last disabled, of those who ever were; nobody of them is while the transaction lasts. */
export async function lastDisabled(tx: Tx, personIds: readonly string[]): Promise<ReadonlyMap<string, Instant>> {
  await hold(tx, personIds);
  const { rows } = await sql<{ person_id: string; at: string }>`select person_id, max(disabled_at) as at
    from people_person_disabling where person_id = any(${[...personIds]}::text[]) group by person_id`.execute(tx);
  return new Map(rows.map((row) => [row.person_id, instantFromSql(row.at)]));
}

export async function addDisabling(
  tx: Tx,
  one: { personId: PersonId; reason: string; by: string; at: Instant },
): Promise<void> {
  await sql`insert into people_person_disabling (person_id, reason, disabled_by, disabled_at)
    values (${one.personId}, ${one.reason}, ${one.by}, ${sqlInstant(one.at)}::timestamptz)`.execute(tx);
}

/** @returns false if the person was not disabled. */
export async function addEnabling(tx: Tx, one: { personId: PersonId; by: string; at: Instant }): Promise<boolean> {
  const { numAffectedRows } = await sql`insert into people_person_disabling_end (disabling_id, ended_at, ended_by)
    select disabling_id, ${sqlInstant(one.at)}::timestamptz, ${one.by} from people_person_disabled
    where person_id = ${one.personId}`.execute(tx);
  return numAffectedRows === 1n;
}

/**
 * Ends roles a person holds or waits for: those of one source, or all of them.
 * @returns the roles, in the order in which they were given.
 */
export async function endRoles(
  tx: Tx,
  ended: { personId: PersonId; at: Instant; only?: { role: Role; source: string } },
): Promise<Role[]> {
  const { personId, only } = ended;
  const at = sql`${sqlInstant(ended.at)}::timestamptz`;
  const { rows } = await sql<{ id: string; role: Role }>`update people_role_holding
    set valid_until = greatest(${at}, valid_from + interval '1 millisecond')
    where person_id = ${personId} and (valid_until is null or valid_until > ${at})
      and not exists (select from people_role_decision d where d.holding_id = people_role_holding.id
        and d.decision = 'refused')
      ${only === undefined ? sql`` : sql`and role = ${only.role} and source = ${only.source}`}
    returning id, role`.execute(tx);
  return rows.toSorted((a, b) => Number(a.id) - Number(b.id)).map(({ role }) => role);
}

/** What hangs on a person besides roles, ended at once. @returns how many of each there were. */
export async function endBonds(
  tx: Tx,
  ended: { personId: PersonId; by: string; at: Instant; wallNow: Instant },
): Promise<{ delegations: number; emergencies: number; invitations: number }> {
  const { personId, by } = ended;
  const at = sql`${sqlInstant(ended.at)}::timestamptz`;
  const wallNow = sql`${sqlInstant(ended.wallNow)}::timestamptz`;
  const delegations = await sql`insert into people_delegation_end (delegation_id, ended_at, ended_by)
    select id, ${at}, ${by} from people_delegation
    where (from_person_id = ${personId} or to_person_id = ${personId}) and valid_until > ${at}
    on conflict do nothing`.execute(tx);
  const emergencies = await sql`insert into people_break_glass_end (break_glass_id, ended_at, ended_by)
    select id, ${at}, ${by} from people_break_glass where person_id = ${personId} and ends_at > ${at}
    on conflict do nothing`.execute(tx);
  const invitations = await sql`update people_sign_in_link set used_at = ${wallNow}
    where person_id = ${personId} and used_at is null and expires_at > ${wallNow}`.execute(tx);
  return {
    delegations: Number(delegations.numAffectedRows ?? 0n),
    emergencies: Number(emergencies.numAffectedRows ?? 0n),
    invitations: Number(invitations.numAffectedRows ?? 0n),
  };
}
