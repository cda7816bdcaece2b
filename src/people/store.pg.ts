import { type Generated, type Kysely, type Selectable, sql } from 'kysely';
import type { Id, Instant, LegalEntityId, PersonId, SiteId } from '#kernel';
import { type Db, instantFromSql, sqlInstant } from '#platform/db';
import { noRelations, type Organisation, type Person, type Role } from './model.ts';
import type { AccessToken, PeopleStore } from './store.ts';

// A type, not an interface: Kysely asks for an index signature, which only a type has of itself.
type PeopleTables = {
  people_organisation: { id: string; name: string; kind: Organisation['kind']; created_at: string };
  people_site: { id: string; code: string; name: string; legal_entity_id: string; created_at: string };
  people_person: { id: string; name: string; organisation_id: string; is_demo: boolean; created_at: string };
  people_role_holding: {
    id: Generated<string>;
    person_id: string;
    organisation_id: string;
    role: Role;
    valid_from: string;
    valid_until: string | null;
    awaits_confirmation: boolean;
    granted_by: string | null;
    granted_as: string | null;
    source: Generated<string>;
  };
  people_role_decision: { holding_id: string; decision: 'confirmed' | 'refused'; decided_at: string };
  people_person_disabled: { person_id: string };
  people_role_effective: { organisation_id: string; role: Role };
  people_token: {
    id: string;
    name: string;
    secret_sha256: string;
    organisation_id: string;
    /** JSON; written as text, read as an array. */
    scopes: unknown;
    issued_by: string;
    issued_at: string;
    expires_at: string;
    last_used_at: string | null;
    revoked_at: string | null;
    revoked_by: string | null;
  };
};

type PeopleDb = Kysely<PeopleTables>;

const useNotedEveryMs = 60_000;

/** The store on a connection, or in a transaction. */
export function pgPeopleStore(connection: Db): PeopleStore {
  const db: PeopleDb = connection.withTables<PeopleTables>();
  return { ...organisationStore(db), ...personStore(db), ...tokenStore(db) };
}

function organisationStore(db: PeopleDb): Pick<PeopleStore, 'addOrganisation' | 'addSite' | 'organisations' | 'sites'> {
  return {
    addOrganisation: async ({ id, name, kind }, at) => {
      await db
        .insertInto('people_organisation')
        .values({ id, name, kind, created_at: sqlInstant(at) })
        .execute();
    },
    addSite: async ({ id, code, name, legalEntityId }, at) => {
      await db
        .insertInto('people_site')
        .values({ id, code, name, legal_entity_id: legalEntityId, created_at: sqlInstant(at) })
        .execute();
    },
    organisations: async () => {
      const rows = await db.selectFrom('people_organisation').select(['id', 'name', 'kind']).orderBy('name').execute();
      return rows.map((row) => ({ ...row, id: row.id as LegalEntityId }));
    },
    sites: async () => {
      const rows = await db.selectFrom('people_site').selectAll().orderBy('code').execute();
      return rows.map(({ id, code, name, legal_entity_id }) => ({
        id: id as SiteId,
        code,
        name,
        legalEntityId: legal_entity_id as LegalEntityId,
      }));
    },
  };
}

function personStore(
  db: PeopleDb,
): Pick<PeopleStore, 'addPerson' | 'addRole' | 'endRole' | 'lockOrganisation' | 'everHadRole' | 'persons'> {
  return {
    addPerson: async ({ id, name, organisationId, isDemo }, at) => {
      await db
        .insertInto('people_person')
        .values({ id, name, organisation_id: organisationId, is_demo: isDemo, created_at: sqlInstant(at) })
        .execute();
    },
    addRole: async ({ personId, organisationId, role, from, until, grant, awaitsConfirmation, source }) => {
      await db
        .insertInto('people_role_holding')
        .values({
          person_id: personId,
          organisation_id: organisationId,
          role,
          valid_from: sqlInstant(from),
          valid_until: until === undefined ? null : sqlInstant(until),
          awaits_confirmation: awaitsConfirmation,
          granted_by: grant.by,
          granted_as: grant.as ?? null,
          ...(source === undefined ? {} : { source }),
        })
        .execute();
    },
    endRole: async ({ personId, role, source, at }) => {
      await db
        .updateTable('people_role_holding')
        // A clock that stands still, as a simulation's may, would end it at the instant of its start.
        .set({ valid_until: sql`greatest(${sqlInstant(at)}::timestamptz, valid_from + interval '1 millisecond')` })
        .where('person_id', '=', personId)
        .where('role', '=', role)
        .where('source', '=', source)
        .where('valid_until', 'is', null)
        .execute();
    },
    lockOrganisation: async (id) => {
      await db.selectFrom('people_organisation').select('id').where('id', '=', id).forNoKeyUpdate().execute();
    },
    everHadRole: async (organisationId, role) => {
      const row = await db
        .selectFrom('people_role_effective')
        .select('role')
        .where('organisation_id', '=', organisationId)
        .where('role', '=', role)
        .limit(1)
        .executeTakeFirst();
      return row !== undefined;
    },
    persons: async (at, only = {}) => {
      const { source } = only;
      let query = db
        .selectFrom('people_person as person')
        .leftJoin('people_role_holding as holding', (join) => {
          const held = join
            .onRef('holding.person_id', '=', 'person.id')
            .on('holding.valid_from', '<=', sqlInstant(at))
            .on((on) => on.or([on('holding.valid_until', 'is', null), on('holding.valid_until', '>', sqlInstant(at))]));
          return source === undefined ? held : held.on('holding.source', '=', source);
        })
        .leftJoin('people_role_decision as decision', (join) =>
          join.onRef('decision.holding_id', '=', 'holding.id').on('decision.decided_at', '<=', sqlInstant(at)),
        )
        .leftJoin('people_person_disabled as disabled', 'disabled.person_id', 'person.id')
        .select(['person.id', 'person.name', 'person.organisation_id', 'person.is_demo', 'holding.role'])
        .select(sql<boolean>`disabled.person_id is not null`.as('is_disabled'))
        .select(['holding.awaits_confirmation', 'decision.decision'])
        .orderBy('person.created_at')
        .orderBy('person.id')
        .orderBy('holding.id');
      if (only.demo !== undefined) query = query.where('person.is_demo', '=', only.demo);
      if (only.id !== undefined) query = query.where('person.id', '=', only.id);
      return gatherRoles(await query.execute());
    },
  };
}

interface PersonRow {
  id: string;
  name: string;
  organisation_id: string;
  is_demo: boolean;
  is_disabled: boolean;
  role: Role | null;
  awaits_confirmation: boolean | null;
  decision: 'confirmed' | 'refused' | null;
}

function gatherRoles(rows: readonly PersonRow[]): Person[] {
  const persons = new Map<string, Person>();
  for (const row of rows) {
    const person = persons.get(row.id) ?? {
      id: row.id as PersonId,
      name: row.name,
      organisationId: row.organisation_id as LegalEntityId,
      roles: [],
      rolesAwaiting: [],
      isDemo: row.is_demo,
      isDisabled: row.is_disabled,
    };
    const list = row.awaits_confirmation && row.decision === null ? person.rolesAwaiting : person.roles;
    // A clock that stands still lets a role last beyond the instant at which its holder was disabled.
    if (row.role !== null && !row.is_disabled && row.decision !== 'refused' && !list.includes(row.role))
      list.push(row.role);
    persons.set(row.id, person);
  }
  return [...persons.values()];
}

function tokenStore(db: PeopleDb): Pick<PeopleStore, 'addToken' | 'tokens' | 'tokenIdentity' | 'revokeToken'> {
  return {
    addToken: async (token, sha256) => {
      await db
        .insertInto('people_token')
        .values({
          id: token.id,
          name: token.name,
          secret_sha256: sha256,
          organisation_id: token.organisationId,
          scopes: JSON.stringify(token.scopes),
          issued_by: token.issuedBy,
          issued_at: sqlInstant(token.issuedAt),
          expires_at: sqlInstant(token.expiresAt),
          last_used_at: null,
          revoked_at: null,
          revoked_by: null,
        })
        .execute();
    },
    tokens: async (organisationId) => {
      const rows = await db
        .selectFrom('people_token')
        .selectAll()
        .where('organisation_id', '=', organisationId)
        .orderBy('issued_at', 'desc')
        .orderBy('id')
        .execute();
      return rows.map(readToken);
    },
    tokenIdentity: async (sha256, at) => {
      const row = await db
        .selectFrom('people_token')
        .selectAll()
        .where('secret_sha256', '=', sha256)
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', sqlInstant(at))
        .executeTakeFirst();
      if (!row) return undefined;
      await noteUse(db, row, at);
      const { id, name, organisationId, scopes } = readToken(row);
      return { kind: 'machine', id, name, organisationId, roles: [], scopes, relations: noRelations };
    },
    revokeToken: async ({ id, organisationId, by, at }) => {
      const result = await db
        .updateTable('people_token')
        .set({ revoked_at: sqlInstant(at), revoked_by: by })
        .where('id', '=', id)
        .where('organisation_id', '=', organisationId)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
  };
}

/** Once a minute is enough to see that a token is alive; a write for each request would make it a hot row. */
async function noteUse(db: PeopleDb, row: Selectable<PeopleTables['people_token']>, at: Instant): Promise<void> {
  if (row.last_used_at !== null && at - instantFromSql(row.last_used_at) < useNotedEveryMs) return;
  await db
    .updateTable('people_token')
    .set({ last_used_at: sql`greatest(last_used_at, ${sqlInstant(at)}::timestamptz)` })
    .where('id', '=', row.id)
    .execute();
}

function readToken(row: Selectable<PeopleTables['people_token']>): AccessToken {
  const instantOrNone = (text: string | null) => (text === null ? undefined : instantFromSql(text));
  return {
    id: row.id as Id<'token'>,
    name: row.name,
    organisationId: row.organisation_id as LegalEntityId,
    scopes: row.scopes as string[],
    issuedBy: row.issued_by,
    issuedAt: instantFromSql(row.issued_at),
    expiresAt: instantFromSql(row.expires_at),
    lastUsedAt: instantOrNone(row.last_used_at),
    revokedAt: instantOrNone(row.revoked_at),
  };
}
