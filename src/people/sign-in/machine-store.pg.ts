import type { Kysely, Selectable } from 'kysely';
import type { Id, Instant, LegalEntityId } from '#kernel';
import { type Db, instantFromSql, sqlInstant } from '#platform/db';
import type { MachineStore, OAuthClient } from './store.ts';

// A type, not an interface: Kysely asks for an index signature, which only a type has of itself.
type MachineTables = {
  people_oauth_client: {
    id: string;
    name: string;
    organisation_id: string;
    /** JSON; written as text, read as an array. */
    scopes: unknown;
    secret_sha256: string | null;
    /** JSON; written as text, read as an object. */
    jwks: unknown;
    certificate_sha256: string | null;
    created_by: string;
    created_at: string;
    expires_at: string;
    last_used_at: string | null;
    revoked_at: string | null;
    revoked_by: string | null;
  };
  people_access_token: {
    secret_sha256: string;
    client_id: string;
    /** JSON; written as text, read as an array. */
    scopes: unknown;
    certificate_sha256: string | null;
    issued_at: string;
    expires_at: string;
  };
};

type MachineDb = Kysely<MachineTables>;

/** The store on a connection, or in a transaction. */
export function pgMachineStore(connection: Db): MachineStore {
  const db: MachineDb = connection.withTables<MachineTables>();
  return { ...clientStore(db), ...accessTokenStore(db) };
}

function clientStore(
  db: MachineDb,
): Pick<MachineStore, 'addClient' | 'clients' | 'client' | 'noteClientUse' | 'revokeClient'> {
  return {
    addClient: async (client) => {
      await db
        .insertInto('people_oauth_client')
        .values({
          id: client.id,
          name: client.name,
          organisation_id: client.organisationId,
          scopes: JSON.stringify(client.scopes),
          secret_sha256: client.secretSha256 ?? null,
          jwks: client.jwks === undefined ? null : JSON.stringify(client.jwks),
          certificate_sha256: client.certificateSha256 ?? null,
          created_by: client.createdBy,
          created_at: sqlInstant(client.createdAt),
          expires_at: sqlInstant(client.expiresAt),
          last_used_at: null,
          revoked_at: null,
          revoked_by: null,
        })
        .execute();
    },
    clients: async (organisationId) => {
      const rows = await db
        .selectFrom('people_oauth_client')
        .selectAll()
        .where('organisation_id', '=', organisationId)
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .execute();
      return rows.map(readClient);
    },
    client: async (id, at) => {
      const row = await db
        .selectFrom('people_oauth_client')
        .selectAll()
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', sqlInstant(at))
        .executeTakeFirst();
      return row && readClient(row);
    },
    noteClientUse: async (id, at) => {
      await db
        .updateTable('people_oauth_client')
        .set({ last_used_at: sqlInstant(at) })
        .where('id', '=', id)
        .execute();
    },
    revokeClient: async ({ id, organisationId, by, at }) => {
      const result = await db
        .updateTable('people_oauth_client')
        .set({ revoked_at: sqlInstant(at), revoked_by: by })
        .where('id', '=', id)
        .where('organisation_id', '=', organisationId)
        .where('revoked_at', 'is', null)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
  };
}

function accessTokenStore(db: MachineDb): Pick<MachineStore, 'addAccessToken' | 'accessToken'> {
  return {
    addAccessToken: async ({ sha256, clientId, scopes, certificateSha256, issuedAt, expiresAt }) => {
      await db.deleteFrom('people_access_token').where('expires_at', '<', sqlInstant(issuedAt)).execute();
      await db
        .insertInto('people_access_token')
        .values({
          secret_sha256: sha256,
          client_id: clientId,
          scopes: JSON.stringify(scopes),
          certificate_sha256: certificateSha256 ?? null,
          issued_at: sqlInstant(issuedAt),
          expires_at: sqlInstant(expiresAt),
        })
        .execute();
    },
    accessToken: async (sha256, at: Instant) => {
      const row = await db
        .selectFrom('people_access_token as token')
        .innerJoin('people_oauth_client as client', 'client.id', 'token.client_id')
        .select(['client.id', 'client.name', 'client.organisation_id', 'token.scopes', 'token.certificate_sha256'])
        .where('token.secret_sha256', '=', sha256)
        .where('token.expires_at', '>', sqlInstant(at))
        .where('client.revoked_at', 'is', null)
        .where('client.expires_at', '>', sqlInstant(at))
        .executeTakeFirst();
      return (
        row && {
          id: row.id as Id<'client'>,
          name: row.name,
          organisationId: row.organisation_id as LegalEntityId,
          scopes: row.scopes as string[],
          certificateSha256: row.certificate_sha256 ?? undefined,
        }
      );
    },
  };
}

function readClient(row: Selectable<MachineTables['people_oauth_client']>): OAuthClient {
  const instantOrNone = (text: string | null) => (text === null ? undefined : instantFromSql(text));
  return {
    id: row.id as Id<'client'>,
    name: row.name,
    organisationId: row.organisation_id as LegalEntityId,
    scopes: row.scopes as string[],
    secretSha256: row.secret_sha256 ?? undefined,
    jwks: (row.jwks as OAuthClient['jwks'] | null) ?? undefined,
    certificateSha256: row.certificate_sha256 ?? undefined,
    createdBy: row.created_by,
    createdAt: instantFromSql(row.created_at),
    expiresAt: instantFromSql(row.expires_at),
    lastUsedAt: instantOrNone(row.last_used_at),
    revokedAt: instantOrNone(row.revoked_at),
  };
}
