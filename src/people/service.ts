import {
  assert,
  type Clock,
  type Id,
  type Instant,
  type LegalEntityId,
  newId,
  newRandomId,
  type PersonId,
  Problem,
} from '#kernel';
import { type Db, inTransaction, type Tx } from '#platform/db';
import { type Actor, type ActRecorder, actWriter, type WriteAct } from './acts.ts';
import { fitsOrganisation, type Identity, type Organisation, type Person, type Role, type Site } from './model.ts';
import { digestOfSecret, looksLikeSecret, newSecret } from './secrets.ts';
import { identityOfPerson, openSession } from './sessions.ts';
import { linkSignIn } from './sign-in-links.ts';
import { pgPeopleStore } from './store.pg.ts';
import type { AccessToken, PeopleStore } from './store.ts';

export interface PeopleOptions {
  db: Db;
  ledger: ActRecorder;
  /** The installation's clock: when people got their roles, and the acts in the ledger. */
  clock: Clock;
  /** The clock on the wall, by which secrets expire; a simulated year must not end a session. */
  wallClock: Clock;
  /** True only on loopback and without an identity provider: one may then sign in as a demo person. */
  demoSignIn: boolean;
}

export type People = ReturnType<typeof createPeople>;

const millisecondsPerHour = 3_600_000;

/** The use cases of people: who is here, who signs in, which machines may write. */
export function createPeople(options: PeopleOptions) {
  const { db, ledger, clock, wallClock } = options;
  const store = pgPeopleStore(db);
  const act = actWriter(ledger, clock);

  /** The person as an identity, with the roles of this moment; undefined if there is no such person. */
  const identityOf = async (personId: PersonId): Promise<Identity | undefined> => {
    const [person] = await store.persons(clock.now(), { id: personId });
    return person && identityOfPerson(person);
  };

  return {
    demoSignIn: options.demoSignIn,
    identityOf,
    ...registration(db, clock, act),
    ...tokenAccess(db, { wallClock, act }),
    ...linkSignIn(db, { clock, wallClock, act }),

    /** Signs in as a demo person. Returns the session's secret, which goes into a cookie and nowhere else. */
    async signInAsDemo(personId: string): Promise<{ identity: Identity; secret: string }> {
      const [person] = options.demoSignIn ? await store.persons(clock.now(), { id: personId, demo: true }) : [];
      if (!person) throw new Problem('not-found', { detail: 'There is no such demo person to sign in as.' });
      return { identity: identityOfPerson(person), secret: await openSession(store, person.id, wallClock.now()) };
    },

    /** Ends a session; an unknown one is already ended. */
    async signOut(secret: string): Promise<void> {
      if (looksLikeSecret(secret)) await store.endSession(digestOfSecret(secret), wallClock.now());
    },

    async identityOfSession(secret: string): Promise<Identity | undefined> {
      if (!looksLikeSecret(secret)) return undefined;
      const personId = await store.sessionPerson(digestOfSecret(secret), wallClock.now());
      return personId && identityOf(personId);
    },

    async identityOfToken(secret: string): Promise<Identity | undefined> {
      if (!looksLikeSecret(secret)) return undefined;
      return store.tokenIdentity(digestOfSecret(secret), wallClock.now());
    },
  };
}

function registration(db: Db, clock: Clock, act: WriteAct) {
  const inStore = <T>(work: (store: PeopleStore, tx: Tx) => Promise<T>): Promise<T> =>
    inTransaction(db, (tx) => work(pgPeopleStore(tx), tx));
  return {
    /** Problems: conflict, for a name that another one has. */
    async registerOrganisation(by: Actor, given: Omit<Organisation, 'id'>): Promise<Organisation> {
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

    /** Only a hospital (a legal entity) has sites. Problems: not-found, invalid-input, conflict for a taken code. */
    async registerSite(by: Actor, given: Omit<Site, 'id'>): Promise<Site> {
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

    /** Registers a person with roles from now on, at one organisation. */
    async registerPerson(
      by: Actor,
      given: { name: string; organisationId: LegalEntityId; roles: readonly Role[]; isDemo: boolean },
    ): Promise<Person> {
      const { name, organisationId, isDemo } = given;
      const roles = [...new Set(given.roles)];
      const person: Person = { id: newRandomId('person'), name, organisationId, roles, isDemo };
      await inStore(async (store, tx) => {
        const now = clock.now();
        await assertRolesFit(store, organisationId, roles);
        await store.addPerson(person, now);
        const created = { action: 'person-created', person: person.id, organisation: organisationId };
        await act(tx, by, { subject: person.id, predicate: created });
        for (const role of roles) {
          await store.addRole({ personId: person.id, organisationId, role, from: now, until: undefined });
          const granted = { action: 'role-granted', person: person.id, organisation: organisationId, role };
          await act(tx, by, { subject: person.id, predicate: granted });
        }
      });
      return person;
    },
  };
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

function tokenAccess(db: Db, parts: { wallClock: Clock; act: WriteAct }) {
  const { wallClock, act } = parts;
  return {
    /** Gives a machine access for some days. The secret is in the answer and never again anywhere. */
    async issueToken(
      by: Actor,
      given: { name: string; organisationId: LegalEntityId; scopes: readonly string[]; expiresInDays: number },
    ): Promise<{ token: AccessToken; secret: string }> {
      assert(given.expiresInDays > 0, 'a token expires after its issue');
      const { secret, sha256 } = newSecret();
      const now = wallClock.now();
      const token: AccessToken = {
        id: newId('token') as Id<'token'>,
        name: given.name,
        organisationId: given.organisationId,
        scopes: [...new Set(given.scopes)],
        issuedBy: by.id,
        issuedAt: now,
        expiresAt: (now + given.expiresInDays * 24 * millisecondsPerHour) as Instant,
        lastUsedAt: undefined,
        revokedAt: undefined,
      };
      await inTransaction(db, async (tx) => {
        await pgPeopleStore(tx).addToken(token, sha256);
        const predicate = {
          action: 'token-issued',
          token: token.id,
          organisation: token.organisationId,
          scopes: token.scopes,
          expiresInDays: given.expiresInDays,
        };
        await act(tx, by, { subject: token.id, predicate });
      });
      return { token, secret };
    },

    /** Ends a machine's access at once; only within the organisation of the one who asks. */
    async revokeToken(by: Actor, tokenId: string): Promise<void> {
      await inTransaction(db, async (tx) => {
        const { organisationId } = by;
        const revoked =
          organisationId !== undefined &&
          (await pgPeopleStore(tx).revokeToken({ id: tokenId, organisationId, by: by.id, at: wallClock.now() }));
        if (!revoked) throw new Problem('not-found', { detail: 'No token of your organisation in force has this id.' });
        await act(tx, by, {
          subject: tokenId,
          predicate: { action: 'token-revoked', token: tokenId, organisation: organisationId },
        });
      });
    },
  };
}
