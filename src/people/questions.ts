import type { Clock, LegalEntityId, PersonId, SiteId } from '#kernel';
import type { Db, Tx } from '#platform/db';
import { identityNow } from './identity-now.ts';
import type { Identity, Organisation, Person, Site } from './model.ts';
import { pgPeopleStore } from './store.pg.ts';
import type { AccessToken } from './store.ts';

/** What other rooms, and the pages, may ask about people. */
export interface PeopleQuestions {
  organisations(): Promise<Organisation[]>;
  /** The organisation that somebody means by its id or its name. */
  organisation(idOrName: string): Promise<Organisation | undefined>;
  sites(): Promise<Site[]>;
  /** The site that a sender means by its code or its id. */
  site(codeOrId: string): Promise<Site | undefined>;
  legalEntityOf(siteId: SiteId): Promise<LegalEntityId | undefined>;
  persons(): Promise<Person[]>;
  demoPersons(): Promise<Person[]>;
  /** Names for pages that show who acted; ids without a person (a machine, the system) are left out. */
  namesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  person(id: PersonId): Promise<Person | undefined>;
  /** A person with roles and bonds of this moment, and without a way of signing in: they are asked about, not asking. */
  identity(id: PersonId): Promise<Identity | undefined>;
  tokens(organisationId: LegalEntityId): Promise<AccessToken[]>;
}

export function askPeople(db: Db, clock: Clock): PeopleQuestions {
  const store = pgPeopleStore(db);
  return {
    organisations: () => store.organisations(),
    organisation: async (idOrName) =>
      (await store.organisations()).find(({ id, name }) => id === idOrName || name === idOrName),
    sites: () => store.sites(),
    site: async (codeOrId) => (await store.sites()).find(({ code, id }) => code === codeOrId || id === codeOrId),
    legalEntityOf: async (siteId) => (await store.sites()).find(({ id }) => id === siteId)?.legalEntityId,
    persons: () => store.persons(clock.now()),
    demoPersons: () => store.persons(clock.now(), { demo: true }),
    namesOf: async (ids) => {
      const wanted = new Set(ids);
      const persons = (await store.persons(clock.now())).filter(({ id }) => wanted.has(id));
      return new Map(persons.map(({ id, name }) => [id, name]));
    },
    person: async (id) => (await store.persons(clock.now(), { id }))[0],
    identity: (personId) => identityNow(db, clock.now(), { personId }),
    tokens: (organisationId) => store.tokens(organisationId),
  };
}

/** What rooms to the right ask within their own transactions. */
export interface PeopleDirectory {
  organisation(db: Db | Tx, id: LegalEntityId): Promise<Organisation | undefined>;
  sites(db: Db | Tx): Promise<Site[]>;
  /** Organisations of which somebody holds one of the roles now. */
  organisationsWith(db: Db | Tx, oneOf: readonly string[]): Promise<LegalEntityId[]>;
  /** A person with roles and bonds of this moment: what was signed by whoever may no longer sign does not count. */
  identity(db: Db | Tx, personId: string): Promise<Identity | undefined>;
}

export function peopleDirectory(clock: Clock): PeopleDirectory {
  return {
    organisation: async (db, id) =>
      (await pgPeopleStore(db).organisations()).find((organisation) => organisation.id === id),
    sites: (db) => pgPeopleStore(db).sites(),
    organisationsWith: async (db, oneOf) => {
      const persons = await pgPeopleStore(db).persons(clock.now());
      const holding = persons.filter((person) => person.roles.some((role) => oneOf.includes(role)));
      return [...new Set(holding.map((person) => person.organisationId))];
    },
    identity: (db, personId) => identityNow(db, clock.now(), { personId: personId as PersonId }),
  };
}
