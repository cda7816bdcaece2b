import { type Clock, type Instant, type LegalEntityId, newId, newRandomId, type PersonId, Problem } from '#kernel';
import { type Db, inTransaction, type Tx } from '#platform/db';
import { type Actor, systemActor, type WriteAct } from './acts.ts';
import { fitsOrganisation, type Organisation, type Person, type Role, type Site } from './model.ts';
import { confirmingRoles } from './organisations/model.ts';
import { notify } from './organisations/store.pg/notifications.ts';
import { signOffRoles } from './role-contract.ts';
import { pgPeopleStore } from './store.pg.ts';
import type { PeopleStore } from './store.ts';

/** Commands on this machine: the only ones who may start an organisation with its first management person. */
export const localOperatorId = 'local-operator';

/** Who is registered, by whom, and which of their roles wait for a second person. */
export interface Registration {
  /** Problems: conflict, for a name that another one has. */
  registerOrganisation(by: Actor, given: Omit<Organisation, 'id'>): Promise<Organisation>;
  /** Only a hospital (a legal entity) has sites. Problems: not-found, invalid-input, conflict for a taken code. */
  registerSite(by: Actor, given: Omit<Site, 'id'>): Promise<Site>;
  /**
   * Registers a person with roles from now on, at one organisation. A role with which one signs off waits for a second
   * person; the answer says which ones do. Problems: not-found, invalid-input.
   */
  registerPerson(
    by: Actor,
    given: { name: string; organisationId: LegalEntityId; roles: readonly Role[]; isDemo: boolean },
  ): Promise<Person>;
}

export function registration(db: Db, clock: Clock, act: WriteAct): Registration {
  const inStore = <T>(work: (store: PeopleStore, tx: Tx) => Promise<T>): Promise<T> =>
    inTransaction(db, (tx) => work(pgPeopleStore(tx), tx));
  return {
    registerOrganisation: async (by, given) => {
      const organisation: Organisation = { id: newId('legalEntity'), ...given };
      await inStore(async (store, tx) => {
        const isTaken = (await store.organisations()).some(({ name }) => name === given.name);
        if (isTaken) throw new Problem('conflict', { detail: 'An organisation of this name is registered.' });
        await store.addOrganisation(organisation, clock.now());
        const predicate = { action: 'organisation-registered', organisation: organisation.id, kind: given.kind };
        await act(tx, by, { subject: organisation.id, predicate });
      });
      return organisation;
    },

    registerSite: async (by, given) => {
      const site: Site = { id: newId('site'), ...given };
      await inStore(async (store, tx) => {
        await assertSiteFits(store, given);
        await store.addSite(site, clock.now());
        const predicate = {
          action: 'site-registered',
          site: site.id,
          code: site.code,
          organisation: site.legalEntityId,
        };
        await act(tx, by, { subject: site.id, predicate });
      });
      return site;
    },

    registerPerson: async (by, given) => {
      const { name, organisationId, isDemo } = given;
      const wanted = [...new Set(given.roles)];
      const id: PersonId = newRandomId('person');
      return inStore(async (store, tx) => {
        const now = clock.now();
        await assertRolesFit(store, organisationId, wanted);
        await store.addPerson({ id, name, organisationId, isDemo }, now);
        await act(tx, by, {
          subject: id,
          predicate: { action: 'person-created', person: id, organisation: organisationId },
        });
        const person: Person = { id, name, organisationId, isDemo, roles: [], rolesAwaiting: [], isDisabled: false };
        for (const role of wanted) {
          const as = by.roles.find((held) => held === 'operator') ?? by.roles[0];
          const isAwaiting = await grantRole(store, tx, { act, by, as, person, role, now });
          (isAwaiting ? person.rolesAwaiting : person.roles).push(role);
        }
        if (person.rolesAwaiting.length > 0) await tellWhoConfirms(store, tx, { person, by, now });
        return person;
      });
    },
  };
}

/** Gives a role from now on, or once a second person has confirmed it. @returns whether it waits for that. */
export async function grantRole(
  store: PeopleStore,
  tx: Tx,
  given: { act: WriteAct; by: Actor; as: Role | undefined; person: Person; role: Role; now: Instant },
): Promise<boolean> {
  const { act, by, as, person, role, now } = given;
  const { id: personId, organisationId, isDemo } = person;
  const inForceBecause = await confirmation(store, { by, role, organisationId, isDemo });
  await store.addRole({
    personId,
    organisationId,
    role,
    from: now,
    until: undefined,
    grant: { by: by.id, as },
    awaitsConfirmation: inForceBecause === 'awaited',
  });
  const predicate = { action: 'role-granted', person: personId, organisation: organisationId, role };
  const confirmed = inForceBecause === 'not-needed' ? {} : { confirmation: inForceBecause };
  await act(tx, by, { subject: personId, predicate: { ...predicate, ...confirmed } });
  return inForceBecause === 'awaited';
}

/**
 * Whether a role waits for a second person, or why it does not: nobody signs off in it, it is one of the invented people
 * of a demonstration, or it is the first management of an organisation, started by a command on this machine. The ledger
 * says which.
 */
async function confirmation(
  store: PeopleStore,
  wish: { by: Actor; role: Role; organisationId: LegalEntityId; isDemo: boolean },
): Promise<'not-needed' | 'demonstration' | 'bootstrap' | 'awaited'> {
  if (!signOffRoles.includes(wish.role)) return 'not-needed';
  if (wish.isDemo && wish.by.id === systemActor.id) return 'demonstration';
  if (wish.by.id !== localOperatorId || wish.role !== 'deployer-management') return 'awaited';
  // Two commands at once make one bootstrap: the second waits here and then sees the first.
  await store.lockOrganisation(wish.organisationId);
  return (await store.everHadRole(wish.organisationId, wish.role)) ? 'awaited' : 'bootstrap';
}

export async function tellWhoConfirms(
  store: PeopleStore,
  tx: Tx,
  { person, by, now }: { person: Person; by: Actor; now: Instant },
): Promise<void> {
  const colleagues = (await store.persons(now)).filter(
    ({ id, organisationId, roles }) =>
      organisationId === person.organisationId &&
      id !== person.id &&
      id !== by.id &&
      roles.some((role) => confirmingRoles.includes(role)),
  );
  const personIds = colleagues.map(({ id }) => id);
  await notify(tx, { personIds, kind: 'role-awaits-confirmation', subjectId: person.id, at: now });
}

async function assertSiteFits(store: PeopleStore, { code, legalEntityId }: Omit<Site, 'id'>): Promise<void> {
  const organisation = (await store.organisations()).find(({ id }) => id === legalEntityId);
  if (!organisation) throw new Problem('not-found', { detail: 'There is no such organisation.' });
  if (organisation.kind !== 'legal-entity') {
    const detail = 'Only an organisation of the kind legal-entity has sites.';
    throw new Problem('invalid-input', { errors: [{ pointer: '/organisation', detail }] });
  }
  const isTaken = (await store.sites()).some((site) => site.code === code);
  if (isTaken) throw new Problem('conflict', { detail: 'A site with this code is registered.' });
}

async function assertRolesFit(store: PeopleStore, organisationId: LegalEntityId, held: readonly Role[]): Promise<void> {
  const organisation = (await store.organisations()).find(({ id }) => id === organisationId);
  if (!organisation) throw new Problem('not-found', { detail: 'There is no such organisation.' });
  const errors = held
    .map((role, i) => ({ role, pointer: `/roles/${i}` }))
    .filter(({ role }) => !fitsOrganisation(role, organisation.kind))
    .map(({ role, pointer }) => ({ pointer, detail: `${role} is no role of an organisation of this kind` }));
  if (errors.length > 0) throw new Problem('invalid-input', { errors });
}
