import { type Kysely, type Selectable, sql } from 'kysely';
import type { Id, Instant, PersonId } from '#kernel';
import { type Db, instantFromSql, sqlInstant } from '#platform/db';
import type { Session, SignInStore, Validity } from './store.ts';

// A type, not an interface: Kysely asks for an index signature, which only a type has of itself.
type SignInTables = {
  people_session: {
    secret_sha256: string;
    /** Absent in sessions of before there were ids. */
    id: string | null;
    person_id: string;
    created_at: string;
    expires_at: string;
    ended_at: string | null;
    provider: string;
    strength: 'single-factor' | 'multi-factor';
    authenticated_at: string | null;
    last_seen_at: string | null;
    issuer: string | null;
    subject: string | null;
    external_sid: string | null;
  };
  people_sign_in_link: {
    secret_sha256: string;
    person_id: string;
    created_at: string;
    expires_at: string;
    used_at: string | null;
    purpose: 'sign-in' | 'invitation';
  };
  people_sign_in_transaction: {
    state_sha256: string;
    browser_sha256: string;
    provider: string;
    nonce: string;
    code_verifier: string;
    redirect_uri: string;
    return_to: string;
    is_step_up: boolean;
    session_sha256: string | null;
    person_id: string | null;
    invitation_sha256: string | null;
    created_at: string;
    expires_at: string;
  };
  people_external_identity: {
    issuer: string;
    subject: string;
    person_id: string;
    provider: string;
    bound_at: string;
    ended_at: string | null;
  };
  people_seen_statement: { issuer: string; statement_id: string; expires_at: string };
};

type SignInDb = Kysely<SignInTables>;

/** The store on a connection, or in a transaction. */
export function pgSignInStore(connection: Db): SignInStore {
  const db: SignInDb = connection.withTables<SignInTables>();
  return {
    ...openSessions(db),
    ...endedSessions(db),
    ...links(db),
    ...transactions(db),
    ...accounts(db),
    noteStatement: async ({ issuer, id, expiresAt, at }) => {
      await db.deleteFrom('people_seen_statement').where('expires_at', '<', sqlInstant(at)).execute();
      const added = await db
        .insertInto('people_seen_statement')
        .values({ issuer, statement_id: id, expires_at: sqlInstant(expiresAt) })
        .onConflict((conflict) => conflict.columns(['issuer', 'statement_id']).doNothing())
        .executeTakeFirst();
      return added.numInsertedOrUpdatedRows === 1n;
    },
  };
}

function openSessions(db: SignInDb): Pick<SignInStore, 'addSession' | 'session' | 'sessionsOf' | 'noteSeen'> {
  const valid = ({ at, seenAfter }: Validity) =>
    db
      .selectFrom('people_session')
      .selectAll()
      .where('ended_at', 'is', null)
      .where('expires_at', '>', sqlInstant(at))
      .where('last_seen_at', '>', sqlInstant(seenAfter))
      .where(sql<boolean>`not exists (select from people_person_disabled gone
        where gone.person_id = people_session.person_id)`);
  return {
    addSession: async ({ sha256, expiresAt, ...session }) => {
      await db
        .insertInto('people_session')
        .values({
          secret_sha256: sha256,
          id: session.id,
          person_id: session.personId,
          created_at: sqlInstant(session.createdAt),
          expires_at: sqlInstant(expiresAt),
          ended_at: null,
          provider: session.signedIn.provider,
          strength: session.signedIn.strength,
          authenticated_at: sqlInstant(session.signedIn.at),
          last_seen_at: sqlInstant(session.lastSeenAt),
          issuer: session.account?.issuer ?? null,
          subject: session.account?.subject ?? null,
          external_sid: session.account?.sid ?? null,
        })
        .execute();
    },
    session: async (sha256, validity) => {
      const row = await valid(validity).where('secret_sha256', '=', sha256).executeTakeFirst();
      return row && readSession(row);
    },
    sessionsOf: async (personId, validity) => {
      const rows = await valid(validity)
        .where('person_id', '=', personId)
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .execute();
      return rows.map(readSession);
    },
    noteSeen: async (sha256, at) => {
      await db
        .updateTable('people_session')
        .set({ last_seen_at: sql`greatest(last_seen_at, ${sqlInstant(at)}::timestamptz)` })
        .where('secret_sha256', '=', sha256)
        .execute();
    },
  };
}

function endedSessions(
  db: SignInDb,
): Pick<SignInStore, 'endSession' | 'endSessionsOf' | 'endSessionsOfAccount' | 'dropSessionsExpiredBefore'> {
  const ending = (at: Instant) =>
    db
      .updateTable('people_session')
      .set({ ended_at: sqlInstant(at) })
      .where('ended_at', 'is', null);
  return {
    endSession: async (sha256, at) => {
      await ending(at).where('secret_sha256', '=', sha256).execute();
    },
    endSessionsOf: async (personId, at, only) => {
      let query = ending(at).where('person_id', '=', personId);
      if (only !== undefined) query = query.where('id', '=', only);
      return Number((await query.executeTakeFirst()).numUpdatedRows);
    },
    endSessionsOfAccount: async ({ issuer, subject, sid }, at) => {
      let query = ending(at).where('issuer', '=', issuer);
      if (subject !== undefined) query = query.where('subject', '=', subject);
      if (sid !== undefined) query = query.where('external_sid', '=', sid);
      return Number((await query.executeTakeFirst()).numUpdatedRows);
    },
    dropSessionsExpiredBefore: async (at) => {
      await db.deleteFrom('people_session').where('expires_at', '<', sqlInstant(at)).execute();
    },
  };
}

function readSession(row: Selectable<SignInTables['people_session']>): Session {
  const createdAt = instantFromSql(row.created_at);
  return {
    id: (row.id ?? '') as Id<'session'>,
    personId: row.person_id as PersonId,
    signedIn: {
      at: row.authenticated_at === null ? createdAt : instantFromSql(row.authenticated_at),
      strength: row.strength,
      provider: row.provider,
    },
    createdAt,
    lastSeenAt: row.last_seen_at === null ? createdAt : instantFromSql(row.last_seen_at),
    ...(row.issuer === null || row.subject === null
      ? {}
      : { account: { issuer: row.issuer, subject: row.subject, sid: row.external_sid ?? undefined } }),
  };
}

function links(db: SignInDb): Pick<SignInStore, 'addLink' | 'spendLink' | 'personOfLink' | 'dropLinksExpiredBefore'> {
  return {
    addLink: async ({ sha256, personId, purpose, createdAt, expiresAt }) => {
      await db
        .insertInto('people_sign_in_link')
        .values({
          secret_sha256: sha256,
          person_id: personId,
          created_at: sqlInstant(createdAt),
          expires_at: sqlInstant(expiresAt),
          used_at: null,
          purpose,
        })
        .execute();
    },
    spendLink: async (sha256, purpose, at) => {
      const row = await db
        .updateTable('people_sign_in_link')
        .set({ used_at: sqlInstant(at) })
        .where('secret_sha256', '=', sha256)
        .where('purpose', '=', purpose)
        .where('used_at', 'is', null)
        .where('expires_at', '>', sqlInstant(at))
        .returning('person_id')
        .executeTakeFirst();
      return row?.person_id as PersonId | undefined;
    },
    personOfLink: async (sha256) => {
      const row = await db
        .selectFrom('people_sign_in_link')
        .select('person_id')
        .where('secret_sha256', '=', sha256)
        .executeTakeFirst();
      return row?.person_id as PersonId | undefined;
    },
    dropLinksExpiredBefore: async (at) => {
      await db.deleteFrom('people_sign_in_link').where('expires_at', '<', sqlInstant(at)).execute();
    },
  };
}

function transactions(db: SignInDb): Pick<SignInStore, 'addTransaction' | 'takeTransaction'> {
  return {
    addTransaction: async (stateSha256, begun, { at, expiresAt }) => {
      await db.deleteFrom('people_sign_in_transaction').where('expires_at', '<', sqlInstant(at)).execute();
      await db
        .insertInto('people_sign_in_transaction')
        .values({
          state_sha256: stateSha256,
          browser_sha256: begun.browserSha256,
          provider: begun.provider,
          nonce: begun.nonce,
          code_verifier: begun.codeVerifier,
          redirect_uri: begun.redirectUri,
          return_to: begun.returnTo,
          is_step_up: begun.isStepUp,
          session_sha256: begun.sessionSha256 ?? null,
          person_id: begun.personId ?? null,
          invitation_sha256: begun.invitationSha256 ?? null,
          created_at: sqlInstant(at),
          expires_at: sqlInstant(expiresAt),
        })
        .execute();
    },
    takeTransaction: async (stateSha256, at) => {
      const row = await db
        .deleteFrom('people_sign_in_transaction')
        .where('state_sha256', '=', stateSha256)
        .returningAll()
        .executeTakeFirst();
      if (row === undefined || instantFromSql(row.expires_at) <= at) return undefined;
      return {
        browserSha256: row.browser_sha256,
        provider: row.provider,
        nonce: row.nonce,
        codeVerifier: row.code_verifier,
        redirectUri: row.redirect_uri,
        returnTo: row.return_to,
        isStepUp: row.is_step_up,
        sessionSha256: row.session_sha256 ?? undefined,
        personId: (row.person_id as PersonId | null) ?? undefined,
        invitationSha256: row.invitation_sha256 ?? undefined,
      };
    },
  };
}

function accounts(db: SignInDb): Pick<SignInStore, 'personOfAccount' | 'hasAccount' | 'bindAccount' | 'unbindAccount'> {
  return {
    personOfAccount: async (issuer, subject) => {
      const row = await db
        .selectFrom('people_external_identity')
        .select('person_id')
        .where('issuer', '=', issuer)
        .where('subject', '=', subject)
        .where('ended_at', 'is', null)
        .executeTakeFirst();
      return row?.person_id as PersonId | undefined;
    },
    hasAccount: async (personId) => {
      await sql`select id from people_person where id = ${personId} for update`.execute(db);
      const row = await db
        .selectFrom('people_external_identity')
        .select('issuer')
        .where('person_id', '=', personId)
        .where('ended_at', 'is', null)
        .limit(1)
        .executeTakeFirst();
      return row !== undefined;
    },
    bindAccount: async ({ issuer, subject, personId, provider, at }) => {
      await db
        .insertInto('people_external_identity')
        .values({ issuer, subject, person_id: personId, provider, bound_at: sqlInstant(at), ended_at: null })
        .execute();
    },
    unbindAccount: async (issuer, subject, at) => {
      await db
        .updateTable('people_external_identity')
        .set({ ended_at: sqlInstant(at) })
        .where('issuer', '=', issuer)
        .where('subject', '=', subject)
        .where('ended_at', 'is', null)
        .execute();
    },
  };
}
