import {
  type Id,
  type Instant,
  type LegalEntityId,
  millisecondsPerDay,
  ok,
  type PersonId,
  Problem,
  type Result,
  refused,
} from '#kernel';
import { fitsOrganisation, type Organisation, type Person, type Relations, type Role } from '../model.ts';
import { signOffRoles } from '../role-contract.ts';

/** A consortium of organisations, or a project with a purpose; one legal entity answers for it. */
export interface Group {
  id: Id<'group'>;
  kind: 'consortium' | 'project';
  name: string;
  purpose: string | undefined;
  legalEntityId: LegalEntityId;
}

export interface Membership {
  id: Id<'membership'>;
  groupId: Id<'group'>;
  member: { organisationId: LegalEntityId } | { personId: PersonId };
  from: Instant;
  /** Planned, or when it was ended earlier: from that instant on it opens nothing. */
  until: Instant | undefined;
}

export interface Delegation {
  id: Id<'delegation'>;
  fromPersonId: PersonId;
  toPersonId: PersonId;
  organisationId: LegalEntityId;
  role: Role;
  reason: string;
  from: Instant;
  until: Instant;
}

export const conflictObjectKinds = ['organisation', 'model', 'certificate', 'project'] as const;
export const conflictKinds = ['employment', 'financial', 'authorship', 'family', 'other'] as const;

export interface Conflict {
  id: Id<'conflict'>;
  personId: PersonId;
  objectKind: (typeof conflictObjectKinds)[number];
  objectId: string;
  kind: (typeof conflictKinds)[number];
  since: Instant;
  until: Instant | undefined;
  explanation: string;
  declaredBy: string;
}

/**
 * Longest delegation. Long enough for a parental or summer leave; whoever is away for longer has left the role, and a
 * successor is registered and confirmed.
 */
export const delegationDaysMax = 90;

/**
 * Roles that keep whoever has them from signing (`policies/separation-of-duties.cedar`). Handed to somebody who signs off,
 * they would void that person's signatures without asking them.
 */
const rolesThatForbidSigning: readonly Role[] = ['operator', 'model-lead'];

/** Roles whose holders may say that yes, at their own organisation. */
export const confirmingRoles: readonly Role[] = ['deployer-management', 'safety-officer', 'regulatory-lead'];

/** A role that somebody was given and that waits for a second person. */
export interface AwaitingRole {
  holdingId: string;
  person: Pick<Person, 'id' | 'name' | 'organisationId'>;
  role: Role;
  since: Instant;
  grantedBy: string;
  /** The role in which it was given; undefined for a machine, as a command on this machine. */
  grantedAs: string | undefined;
}

/**
 * Whether a person may confirm or refuse a role that another was given.
 * @returns the role in which it is decided: one that the giver did not act in. Problems: not-allowed, four-eyes.
 *
 * **Source**: certificate.md §6: nobody alone; sign-off roles are held by different persons. Oracle: its table, tested.
 */
export function decidesRole(
  by: { id: string; organisationId: LegalEntityId | undefined; roles: readonly Role[] },
  awaiting: AwaitingRole,
): Result<Role, Problem> {
  if (by.organisationId !== awaiting.person.organisationId) {
    return refused(new Problem('not-found', { detail: 'No role of your organisation waits under this id.' }));
  }
  const own = confirmingRoles.filter((role) => by.roles.includes(role));
  if (own.length === 0) {
    return refused(new Problem('not-allowed', { detail: `A role is confirmed by ${confirmingRoles.join(', ')}.` }));
  }
  const role = own.find((one) => one !== awaiting.grantedAs);
  if (by.id === awaiting.person.id || by.id === awaiting.grantedBy || role === undefined) {
    const detail = 'Another person confirms it: not the one who was given the role, nor who gave it, in another role.';
    return refused(new Problem('four-eyes', { detail }));
  }
  return ok(role);
}

/**
 * Whether a role may be handed over.
 * @param wish `from` holds the role by itself (a delegated role is not among a person's roles, so it goes no further);
 *   both are persons as of now. Problems: not-allowed, invalid-input.
 */
export function mayDelegate(wish: {
  from: Pick<Person, 'id' | 'organisationId' | 'roles'>;
  to: Pick<Person, 'id' | 'organisationId' | 'roles'> | undefined;
  organisation: Pick<Organisation, 'kind'>;
  role: Role;
  now: Instant;
  until: Instant;
}): Result<true, Problem> {
  const wrong = (pointer: string, detail: string) =>
    refused(new Problem('invalid-input', { errors: [{ pointer, detail }] }));
  if (!wish.from.roles.includes(wish.role)) {
    return refused(
      new Problem('not-allowed', { detail: 'Only who holds a role hands it over; a delegated one goes no further.' }),
    );
  }
  if (wish.to === undefined || wish.to.organisationId !== wish.from.organisationId) {
    return wrong('/toPersonId', 'must be a person of your own organisation');
  }
  if (wish.to.id === wish.from.id) return wrong('/toPersonId', 'must be another person');
  if (wish.to.roles.includes(wish.role)) return wrong('/toPersonId', 'holds this role already');
  if (rolesThatForbidSigning.includes(wish.role) && wish.to.roles.some((role) => signOffRoles.includes(role))) {
    return wrong('/toPersonId', 'signs off, and could not any more with this role');
  }
  if (!fitsOrganisation(wish.role, wish.organisation.kind)) return wrong('/role', 'does not fit this organisation');
  const untilMax = wish.now + delegationDaysMax * millisecondsPerDay;
  if (wish.until <= wish.now || wish.until > untilMax) {
    return wrong('/until', `must be later than now, and at most ${delegationDaysMax} days away`);
  }
  return ok(true);
}

/**
 * Whose eyes a signature in a role counts for: the signer's, and where the role is only delegated, the delegators' too.
 * @param signer relations as of the signature. @returns ids of persons, the signer first; several delegators of one role
 *   all count, because none of them may sign beside it.
 */
export function eyesOf(
  signer: { id: string; roles: readonly Role[]; relations: Pick<Relations, 'delegations'> },
  role: Role,
): string[] {
  if (signer.roles.includes(role)) return [signer.id];
  const from = signer.relations.delegations.filter((one) => one.role === role).map((one) => one.fromPersonId);
  return [...new Set([signer.id, ...from])];
}

/**
 * True if two signatures are those of different persons: a delegate and the delegator never make two eyes, and neither
 * do two delegates of one person.
 *
 * **Source**: certificate.md §6, hard rules: four eyes counts persons. Oracle: its table, tested.
 */
export const areDifferentEyes = (first: readonly string[], second: readonly string[]): boolean =>
  !first.some((id) => second.includes(id));
