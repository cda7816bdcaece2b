import { type Clock, canonicalJson, type Instant, type LegalEntityId, newId, Problem, sha256Hex, toIso } from '#kernel';
import { type Db, inTransaction, type Tx } from '#platform/db';
import { type ActRecorder, actWriter } from '../acts.ts';
import type { Identity, Person, Role } from '../model.ts';
import type { Permissions } from '../permission/permissions.ts';
import { pgPeopleStore } from '../store.pg.ts';
import {
  type AwaitingRole,
  type Conflict,
  type Delegation,
  decidesRole,
  type Group,
  type Membership,
  mayDelegate,
} from './model.ts';
import * as rows from './store.pg/bonds.ts';
import { notify } from './store.pg/notifications.ts';

/** A person who is signed in; the routes see to it. */
export type ActingPerson = Identity & { kind: 'person' };

/** Roles that declare a conflict of interest about somebody else. */
const conflictOfficers: readonly Role[] = ['safety-officer', 'regulatory-lead', 'deployer-management', 'assessor'];

export interface OrganisationsParts {
  db: Db;
  ledger: ActRecorder;
  /** The installation's clock, by which roles are held too. */
  clock: Clock;
  /** The policies, asked about the role at hand. */
  allow: Permissions['allow'];
}

export interface Organisations {
  createGroup(by: ActingPerson, given: Pick<Group, 'kind' | 'name' | 'purpose'>): Promise<Group>;
  groups(): Promise<{ groups: Group[]; memberships: Membership[] }>;
  /** By the organisation that leads the group. Problems: not-found, not-allowed, invalid-input, conflict. */
  addMember(
    by: ActingPerson,
    given: { groupId: string; member: Membership['member']; from: Instant | undefined; until: Instant | undefined },
  ): Promise<Membership>;
  /** By the leading organisation, or by the member itself; access ends at this instant. */
  endMembership(by: ActingPerson, membershipId: string): Promise<void>;

  delegate(
    by: ActingPerson,
    given: { toPersonId: string; role: Role; reason: string; until: Instant },
  ): Promise<Delegation>;
  /** By either of the two; the role is gone at this instant. */
  endDelegation(by: ActingPerson, delegationId: string): Promise<void>;
  delegationsOf(organisationId: LegalEntityId): Promise<Delegation[]>;

  /** By the person, or by an officer about a person of the same organisation (an assessor: of any), who is told. */
  declareConflict(
    by: ActingPerson,
    given: Omit<Conflict, 'id' | 'declaredBy' | 'since'> & { since: Instant | undefined },
  ): Promise<Conflict>;
  /** By who declared it, while an officer; what an officer declared, the person does not take back. */
  endConflict(by: ActingPerson, conflictId: string): Promise<void>;
  /** Those of one's own organisation; an assessor sees all. */
  conflictsFor(by: Identity): Promise<Conflict[]>;

  rolesAwaiting(organisationId: LegalEntityId): Promise<AwaitingRole[]>;
  /** Problems: not-found, not-allowed, four-eyes, wrong-state. */
  decideRole(by: ActingPerson, given: { holdingId: string; decision: 'confirmed' | 'refused' }): Promise<void>;
}

/** The bonds besides role and organisation: groups, delegations, declarations of interest, and the second yes to a role. */
export function openOrganisations(parts: OrganisationsParts): Organisations {
  const { db } = parts;
  return {
    ...groupActs(parts),
    ...delegationActs(parts),
    ...conflictActs(parts),
    ...roleActs(parts),
    groups: async () => ({ groups: await rows.groups(db), memberships: await rows.memberships(db) }),
    delegationsOf: (organisationId) => rows.delegations(db, { organisationId }),
    conflictsFor: async (by) => {
      if (by.roles.includes('assessor')) return rows.conflicts(db, {});
      return by.organisationId === undefined ? [] : rows.conflicts(db, { organisationId: by.organisationId });
    },
    rolesAwaiting: (organisationId) => rows.rolesAwaiting(db, { organisationId }),
  };
}

type GroupActs = Pick<Organisations, 'createGroup' | 'addMember' | 'endMembership'>;

function groupActs({ db, ledger, clock }: OrganisationsParts): GroupActs {
  const act = actWriter(ledger, clock);
  return {
    createGroup: async (by, given) => {
      const group: Group = { id: newId('group'), ...given, legalEntityId: ownOrganisation(by) };
      await inTransaction(db, async (tx) => {
        if ((await rows.groups(tx)).some(({ name }) => name === given.name)) {
          throw new Problem('conflict', { detail: 'A group of this name is registered.' });
        }
        await rows.addGroup(tx, group, { by: by.id, at: clock.now() });
        const { id, kind, legalEntityId, purpose } = group;
        const predicate = { action: 'group-created', group: id, kind, organisation: legalEntityId };
        const digest = purpose === undefined ? {} : { purposeSha256: sha256Hex(purpose) };
        await act(tx, by, { subject: id, predicate: { ...predicate, ...digest } });
      });
      return group;
    },
    addMember: (by, given) =>
      inTransaction(db, async (tx) => {
        const now = clock.now();
        const group = await groupOf(tx, given.groupId);
        if (group.legalEntityId !== by.organisationId) {
          throw new Problem('not-allowed', { detail: 'Members are added by the organisation that leads the group.' });
        }
        await assertMemberThere(tx, given.member, now);
        const from = given.from ?? now;
        if (given.until !== undefined && given.until <= from) throw unfit('/until', 'must be later than the start');
        const membership: Membership = { ...given, id: newId('membership'), groupId: group.id, from };
        await rows.addMembership(tx, membership, { by: by.id, at: now });
        const predicate = {
          action: 'member-added',
          group: group.id,
          membership: membership.id,
          ...given.member,
          from: toIso(from),
          until: given.until === undefined ? null : toIso(given.until),
        };
        await act(tx, by, { subject: group.id, predicate });
        return membership;
      }),
    endMembership: (by, membershipId) =>
      inTransaction(db, async (tx) => {
        const [membership] = await rows.memberships(tx, { id: membershipId });
        if (!membership) throw new Problem('not-found', { detail: 'There is no such membership.' });
        const group = await groupOf(tx, membership.groupId);
        const isMember =
          'personId' in membership.member
            ? membership.member.personId === by.id
            : membership.member.organisationId === by.organisationId;
        if (!isMember && group.legalEntityId !== by.organisationId) {
          throw new Problem('not-allowed', { detail: 'It is ended by the member, or by who leads the group.' });
        }
        await end(tx, 'membership', { id: membershipId, by: by.id, at: clock.now(), until: membership.until });
        const predicate = { action: 'membership-ended', group: group.id, membership: membershipId };
        await act(tx, by, { subject: group.id, predicate });
      }),
  };
}

async function groupOf(tx: Tx, groupId: string): Promise<Group> {
  const group = (await rows.groups(tx)).find(({ id }) => id === groupId);
  if (!group) throw new Problem('not-found', { detail: 'There is no such group.' });
  return group;
}

async function assertMemberThere(tx: Tx, member: Membership['member'], now: Instant): Promise<void> {
  const store = pgPeopleStore(tx);
  if ('personId' in member) {
    const [person] = await store.persons(now, { id: member.personId });
    if (!person) throw unfit('/personId', 'is no person here');
  } else if (!(await store.organisations()).some(({ id }) => id === member.organisationId)) {
    throw unfit('/organisationId', 'is no organisation here');
  }
}

function delegationActs({ db, ledger, clock }: OrganisationsParts): Pick<Organisations, 'delegate' | 'endDelegation'> {
  const act = actWriter(ledger, clock);
  return {
    delegate: (by, given) =>
      inTransaction(db, async (tx) => {
        const now = clock.now();
        const store = pgPeopleStore(tx);
        const organisationId = ownOrganisation(by);
        // The roles of this moment, not those with which the request began.
        const [from] = await store.persons(now, { id: by.id });
        const [to] = await store.persons(now, { id: given.toPersonId });
        const organisation = (await store.organisations()).find(({ id }) => id === organisationId);
        if (!from || !organisation) throw new Problem('not-found');
        const { role, until, reason } = given;
        const judged = mayDelegate({ from, to, organisation, role, now, until });
        if (!judged.ok) throw judged.error;
        const toPersonId = (to as Person).id;
        const made = { fromPersonId: from.id, toPersonId, organisationId, role, reason, from: now, until };
        const delegation: Delegation = { id: newId('delegation'), ...made };
        await rows.addDelegation(tx, delegation);
        const predicate = {
          action: 'role-delegated',
          delegation: delegation.id,
          from: from.id,
          to: toPersonId,
          organisation: organisationId,
          role,
          until: toIso(until),
        };
        await act(tx, by, { subject: delegation.id, predicate });
        await notify(tx, { personIds: [toPersonId], kind: 'delegation', subjectId: delegation.id, at: now });
        return delegation;
      }),
    endDelegation: (by, delegationId) =>
      inTransaction(db, async (tx) => {
        const [delegation] = await rows.delegations(tx, { id: delegationId });
        const isOne = delegation?.fromPersonId === by.id || delegation?.toPersonId === by.id;
        if (!delegation || !isOne) {
          throw new Problem('not-found', { detail: 'No delegation from you or to you has this id.' });
        }
        await end(tx, 'delegation', { id: delegationId, by: by.id, at: clock.now(), until: delegation.until });
        await act(tx, by, {
          subject: delegationId,
          predicate: { action: 'delegation-ended', delegation: delegationId },
        });
      }),
  };
}

function conflictActs({
  db,
  ledger,
  clock,
}: OrganisationsParts): Pick<Organisations, 'declareConflict' | 'endConflict'> {
  const act = actWriter(ledger, clock);
  return {
    declareConflict: (by, given) =>
      inTransaction(db, async (tx) => {
        const now = clock.now();
        const [person] = await pgPeopleStore(tx).persons(now, { id: given.personId });
        if (!person || !mayDeclareAbout(by, person)) {
          throw new Problem('not-found', { detail: 'No person about whom you may declare has this id.' });
        }
        const since = given.since ?? now;
        if (given.until !== undefined && given.until <= since) throw unfit('/until', 'must be later than the start');
        const conflict: Conflict = { ...given, id: newId('conflict'), personId: person.id, since, declaredBy: by.id };
        await rows.addConflict(tx, conflict, now);
        const { id, objectKind, objectId, kind } = conflict;
        const explanationSha256 = sha256Hex(canonicalJson({ id, explanation: conflict.explanation }));
        const about = { conflict: id, person: person.id, objectKind, objectId, kind, explanationSha256 };
        await act(tx, by, { subject: id, predicate: { action: 'conflict-declared', ...about } });
        if (by.id !== person.id) {
          await notify(tx, { personIds: [person.id], kind: 'conflict-declared', subjectId: id, at: now });
        }
        return conflict;
      }),
    endConflict: (by, conflictId) =>
      inTransaction(db, async (tx) => {
        const [conflict] = await rows.conflicts(tx, { id: conflictId });
        const isOwn = conflict !== undefined && conflict.personId === by.id && conflict.declaredBy === by.id;
        if (!conflict || (!isOwn && (conflict.personId === by.id || !mayDeclareAbout(by, conflict)))) {
          throw new Problem('not-found', { detail: 'No declaration that you may end has this id.' });
        }
        await end(tx, 'conflict', { id: conflictId, by: by.id, at: clock.now(), until: conflict.until });
        const predicate = { action: 'conflict-ended', conflict: conflictId, person: conflict.personId };
        await act(tx, by, { subject: conflictId, predicate });
      }),
  };
}

function mayDeclareAbout(by: ActingPerson, person: { id?: string; organisationId: LegalEntityId }): boolean {
  if (person.id === by.id || by.roles.includes('assessor')) return true;
  return person.organisationId === by.organisationId && by.roles.some((role) => conflictOfficers.includes(role));
}

function roleActs({ db, ledger, clock, allow }: OrganisationsParts): Pick<Organisations, 'decideRole'> {
  const act = actWriter(ledger, clock);
  return {
    decideRole: (by, { holdingId, decision }) =>
      inTransaction(db, async (tx) => {
        const now = clock.now();
        const [awaiting] = await rows.rolesAwaiting(tx, { holdingId });
        if (!awaiting) throw new Problem('not-found', { detail: 'No role of your organisation waits under this id.' });
        const [decider] = await pgPeopleStore(tx).persons(now, { id: by.id });
        const judged = decidesRole(decider ?? { ...by, roles: [] }, awaiting);
        if (!judged.ok) throw judged.error;
        const { id: objectId, organisationId: legalEntityId } = awaiting.person;
        allow(by, 'people:confirm-role', { objectId, legalEntityId });
        const isFirst = await rows.addRoleDecision(tx, { holdingId, decision, by: by.id, as: judged.value, at: now });
        if (!isFirst) throw new Problem('wrong-state', { detail: 'Somebody decided this a moment ago.' });
        const predicate = {
          action: decision === 'confirmed' ? 'role-confirmed' : 'role-refused',
          person: awaiting.person.id,
          organisation: awaiting.person.organisationId,
          role: awaiting.role,
          grantedBy: awaiting.grantedBy,
          decidedAs: judged.value,
        };
        await act(tx, by, { subject: awaiting.person.id, predicate });
      }),
  };
}

async function end(
  tx: Tx,
  what: rows.Endable,
  given: { id: string; by: string; at: Instant; until: Instant | undefined },
): Promise<void> {
  const isOver = given.until !== undefined && given.until <= given.at;
  if (isOver || !(await rows.addEnd(tx, what, given))) {
    throw new Problem('wrong-state', { detail: 'It has ended before.' });
  }
}

function ownOrganisation(by: ActingPerson): LegalEntityId {
  if (by.organisationId === undefined) throw new Problem('not-allowed', { detail: 'Only members of an organisation.' });
  return by.organisationId;
}

const unfit = (pointer: string, detail: string): Problem =>
  new Problem('invalid-input', { errors: [{ pointer, detail }] });
