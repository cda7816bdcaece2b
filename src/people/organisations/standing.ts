import {
  type Clock,
  canonicalJson,
  type Instant,
  type Json,
  type LegalEntityId,
  type PersonId,
  Problem,
  sha256Hex,
  toIso,
} from '#kernel';
import { type Db, inTransaction, type Tx } from '#platform/db';
import type { WriteAct } from '../acts.ts';
import { capacitiesOf } from '../four-eyes/model/capacity.ts';
import { identityNow } from '../identity-now.ts';
import { fitsOrganisation, type Person, type Role } from '../model.ts';
import { grantRole, tellWhoConfirms } from '../registration.ts';
import { signOffRoles } from '../role-contract.ts';
import { pgMachineStore } from '../sign-in/machine-store.pg.ts';
import { pgSignInStore } from '../sign-in/store.pg.ts';
import { pgPeopleStore } from '../store.pg.ts';
import type { ActingPerson } from './service.ts';
import * as rows from './store.pg/standing.ts';

/** What ended with a person's access, and what goes on without them and is for others to look through. */
export interface Disabled {
  rolesEnded: Role[];
  sessionsEnded: number;
  delegationsEnded: number;
  emergenciesEnded: number;
  invitationsEnded: number;
  /** Access of machines that the person gave; it belongs to the organisation and stays. */
  toReview: { kind: 'token' | 'client'; id: string; name: string; expiresAt: string }[];
}

/**
 * What becomes of a person after registration. By management of the same organisation, and by operators where no sign-off
 * role is concerned; never by the person. Problems of all: not-found, not-allowed, four-eyes, wrong-state.
 */
export interface Standing {
  /** Gives a further role; one with which one signs off waits for a second person. Problems: conflict, invalid-input. */
  giveRole(by: ActingPerson, given: { personId: PersonId; role: Role }): Promise<Person>;
  /** Ends a role that was given inside this house, in force or waiting, at this instant. */
  endRole(by: ActingPerson, ended: { personId: PersonId; role: Role }): Promise<Person>;
  /**
   * Ends roles, sessions, delegations given and held, emergency access, links and invitations, all at once; every way in
   * is shut from then on, and open proposals count no signature of theirs any more.
   */
  disablePerson(by: ActingPerson, given: { personId: PersonId; reason: string }): Promise<Disabled>;
  /** Opens the ways in again. What ended stays ended: roles are given anew. By management only. */
  enablePerson(by: ActingPerson, personId: PersonId): Promise<Person>;
}

interface Parts {
  /** The installation's clock, by which roles and bonds are held. */
  clock: Clock;
  wallClock: Clock;
  act: WriteAct;
}

export function standing(db: Db, parts: Parts): Standing {
  const { clock, act } = parts;
  return {
    giveRole: (by, given) => inTransaction(db, (tx) => giveRole(tx, parts, { by, ...given })),

    endRole: (by, { personId, role }) =>
      inTransaction(db, async (tx) => {
        const now = clock.now();
        const { person } = await colleague(tx, by, { personId, now, concerns: () => [role] });
        if (role === 'deployer-management') await assertNotLast(tx, person, now);
        const ended = await rows.endRoles(tx, { personId, at: now, only: { role, source: 'inside' } });
        if (ended.length === 0) {
          const detail = 'The person holds no such role that was given here. What a provider’s claims give ends there.';
          throw new Problem('wrong-state', { detail });
        }
        const predicate = { action: 'role-ended', person: personId, organisation: person.organisationId, role };
        await act(tx, by, { subject: personId, predicate });
        return present(tx, personId, now);
      }),

    disablePerson: (by, given) => inTransaction(db, (tx) => disable(tx, parts, { by, ...given })),

    enablePerson: (by, personId) =>
      inTransaction(db, async (tx) => {
        const now = clock.now();
        const { person, as } = await colleague(tx, by, { personId, now, concerns: () => [] });
        if (as !== 'deployer-management') throw managementOnly();
        if (!(await rows.addEnabling(tx, { personId, by: by.id, at: now }))) {
          throw new Problem('wrong-state', { detail: 'The person is not disabled.' });
        }
        const predicate = { action: 'person-enabled', person: personId, organisation: person.organisationId };
        await act(tx, by, { subject: personId, predicate });
        return present(tx, personId, now);
      }),
  };
}

async function giveRole(
  tx: Tx,
  { clock, act }: Parts,
  { by, personId, role }: { by: ActingPerson; personId: PersonId; role: Role },
): Promise<Person> {
  const now = clock.now();
  // Some roles keep whoever has them from signing: who signs off gets another role from management only.
  const concerns = ({ roles, rolesAwaiting }: Person) => [role, ...roles, ...rolesAwaiting];
  const { person, as } = await colleague(tx, by, { personId, now, concerns });
  const { organisationId } = person;
  const store = pgPeopleStore(tx);
  if (await rows.isDisabled(tx, personId)) {
    throw new Problem('wrong-state', { detail: 'The person is disabled: enable the person first.' });
  }
  const organisation = (await store.organisations()).find(({ id }) => id === organisationId);
  if (organisation === undefined || !fitsOrganisation(role, organisation.kind)) {
    const detail = `${role} is no role of an organisation of this kind`;
    throw new Problem('invalid-input', { errors: [{ pointer: '/role', detail }] });
  }
  const [inside] = await store.persons(now, { id: personId, source: 'inside' });
  if (inside?.roles.includes(role) || inside?.rolesAwaiting.includes(role)) {
    throw new Problem('conflict', { detail: 'The person was given this role before.' });
  }
  const isAwaiting = await grantRole(store, tx, { act, by, as, person, role, now });
  if (isAwaiting) await tellWhoConfirms(store, tx, { person, by, now });
  return present(tx, personId, now);
}

async function disable(
  tx: Tx,
  { clock, wallClock, act }: Parts,
  { by, personId, reason }: { by: ActingPerson; personId: PersonId; reason: string },
): Promise<Disabled> {
  const [now, wallNow] = [clock.now(), wallClock.now()];
  const concerns = ({ roles, rolesAwaiting }: Person) => [...roles, ...rolesAwaiting];
  const { person } = await colleague(tx, by, { personId, now, concerns });
  if (await rows.isDisabled(tx, personId)) {
    throw new Problem('wrong-state', { detail: 'The person is disabled already.' });
  }
  await assertNotLast(tx, person, now);
  await rows.addDisabling(tx, { personId, reason, by: by.id, at: now });
  const rolesEnded = [...new Set(await rows.endRoles(tx, { personId, at: now }))];
  const sessionsEnded = await pgSignInStore(tx).endSessionsOf(personId, wallNow);
  const bonds = await rows.endBonds(tx, { personId, by: by.id, at: now, wallNow });
  const toReview = await givenToMachines(tx, person, wallNow);
  const predicate: { action: string; [key: string]: Json } = {
    action: 'person-disabled',
    person: personId,
    organisation: person.organisationId,
    reasonSha256: sha256Hex(canonicalJson({ person: personId, reason })),
    roles: rolesEnded,
    sessions: sessionsEnded,
    ...bonds,
    toReview: toReview.map(({ id }) => id),
  };
  await act(tx, by, { subject: personId, predicate });
  const { delegations: delegationsEnded, emergencies: emergenciesEnded, invitations: invitationsEnded } = bonds;
  return { rolesEnded, sessionsEnded, delegationsEnded, emergenciesEnded, invitationsEnded, toReview };
}

/**
 * A person whom somebody may act on, both as they are now, locked. Within an organisation such acts happen one after the
 * other: of two who disable each other at once, one does.
 * @param concerns the roles at stake: where one signs off, only management acts. @returns `as`: in which role it is done.
 */
async function colleague(
  tx: Tx,
  by: ActingPerson,
  asked: { personId: PersonId; now: Instant; concerns: (person: Person) => readonly Role[] },
): Promise<{ person: Person; as: Role }> {
  const { personId, now } = asked;
  const nobody = new Problem('not-found', { detail: 'No colleague of your organisation has this id.' });
  if (by.organisationId === undefined) throw nobody;
  const store = pgPeopleStore(tx);
  await store.lockOrganisation(by.organisationId);
  await rows.lockPerson(tx, personId);
  const [person] = await store.persons(now, { id: personId });
  if (person === undefined || person.organisationId !== by.organisationId) throw nobody;
  if (person.id === by.id) {
    throw new Problem('four-eyes', { detail: 'Another person does this: nobody changes what they themselves may do.' });
  }
  const held = await rolesOf(tx, by, { organisationId: by.organisationId, now });
  if (held.has('deployer-management')) return { person, as: 'deployer-management' };
  if (!held.has('operator')) throw new Problem('not-allowed', { detail: 'This is done by management or operators.' });
  if (asked.concerns(person).some((role) => signOffRoles.includes(role))) throw managementOnly();
  return { person, as: 'operator' };
}

const managementOnly = (): Problem =>
  new Problem('not-allowed', { detail: 'Where a sign-off role is concerned, deployer-management does this.' });

/** The roles of whoever asks, at their organisation: those with which the request began and that they still hold. */
async function rolesOf(
  tx: Tx,
  by: ActingPerson,
  { organisationId, now }: { organisationId: LegalEntityId; now: Instant },
): Promise<ReadonlySet<string>> {
  const actor = await identityNow(tx, now, { personId: by.id as PersonId });
  if (actor === undefined) return new Set();
  const here = (identity: Parameters<typeof capacitiesOf>[0]) =>
    capacitiesOf(identity)
      .filter((capacity) => capacity.organisationId === organisationId)
      .map(({ role }) => role);
  const still = here(actor);
  return new Set(here(by).filter((role) => still.includes(role)));
}

/** An organisation that has management keeps some: nobody else could give the role again. */
async function assertNotLast(tx: Tx, person: Person, now: Instant): Promise<void> {
  if (!person.roles.includes('deployer-management')) return;
  const persons = await pgPeopleStore(tx).persons(now);
  const isAnother = persons.some(
    ({ id, organisationId, roles }) =>
      id !== person.id && organisationId === person.organisationId && roles.includes('deployer-management'),
  );
  if (isAnother) return;
  const detail = 'This is the last person of management: give the role to a successor, and have it confirmed, first.';
  throw new Problem('wrong-state', { detail });
}

async function givenToMachines(tx: Tx, person: Person, now: Instant): Promise<Disabled['toReview']> {
  const tokens = await pgPeopleStore(tx).tokens(person.organisationId);
  const clients = await pgMachineStore(tx).clients(person.organisationId);
  const given = [
    ...tokens.map((token) => ({ kind: 'token' as const, ...token })),
    ...clients.map((client) => ({ kind: 'client' as const, issuedBy: client.createdBy, ...client })),
  ];
  return given
    .filter(({ issuedBy, revokedAt, expiresAt }) => issuedBy === person.id && !revokedAt && expiresAt > now)
    .map(({ kind, id, name, expiresAt }) => ({ kind, id, name, expiresAt: toIso(expiresAt) }));
}

async function present(tx: Tx, personId: PersonId, now: Instant): Promise<Person> {
  const [person] = await pgPeopleStore(tx).persons(now, { id: personId });
  if (person === undefined) throw new Problem('not-found');
  return person;
}
