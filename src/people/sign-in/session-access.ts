import { type Clock, type PersonId, Problem } from '#kernel';
import { type Db, inTransaction } from '#platform/db';
import type { Actor, WriteAct } from '../acts.ts';
import type { SignedIn } from '../model.ts';
import { digestOfSecret, looksLikeSecret } from '../secrets.ts';
import { openSession, validityAt } from '../sessions.ts';
import { pgPeopleStore } from '../store.pg.ts';
import type { SessionPolicy } from './configuration.ts';
import type { Providers } from './providers.ts';
import { pgSignInStore } from './store.pg.ts';
import type { Session } from './store.ts';

/** Once a minute is enough to see that somebody is there; a write for each request would make it a hot row. */
const seenNotedEveryMs = 60_000;

/** Id tokens by the digest of their session, for the way out; they name people, so they are kept in memory only. */
const idTokensMax = 10_000;

export interface SessionAccess {
  /** The session of a secret, if it is in force and its way of signing in still is open; its use is noted. */
  sessionOf(secret: string): Promise<(Session & { rolesFrom: string }) | undefined>;
  /** The person's sessions in force, the newest first. */
  sessionsOf(personId: PersonId): Promise<Session[]>;
  /** Ends one's own session by its id, or without it all of them. Problems: not-found. */
  endSessions(by: Actor & { id: string }, sessionId?: string): Promise<number>;
  /** Ends every session of another person; who may is for the caller to ask. @returns how many there were. */
  endSessionsOfPerson(by: Actor, personId: PersonId): Promise<number>;
  /** Ends a session; an unknown one is already ended. @returns where to go on at its provider, if there is more to end. */
  signOut(secret: string, baseUrl: string): Promise<string | undefined>;
  rememberIdToken(secret: string, idToken: string): void;
  /**
   * A session without the way through a provider: for the demonstration that plays its own people, and for tests. It is
   * reached by no address of the API.
   */
  openSessionFor(personId: string, strength?: SignedIn['strength']): Promise<string>;
}

export function sessionAccess(
  db: Db,
  parts: { clock: Clock; wallClock: Clock; act: WriteAct; policy: SessionPolicy; providers: Providers },
): SessionAccess {
  const { clock, wallClock, act, policy, providers } = parts;
  const store = pgSignInStore(db);
  const idTokens = new Map<string, string>();
  return {
    sessionOf: async (secret) => {
      if (!looksLikeSecret(secret)) return undefined;
      const sha256 = digestOfSecret(secret);
      const now = wallClock.now();
      const session = await store.session(sha256, validityAt(now, policy));
      const rolesFrom = session && providers.rolesFrom(session.signedIn.provider);
      if (session === undefined || rolesFrom === undefined) return undefined;
      if (now - session.lastSeenAt >= seenNotedEveryMs) await store.noteSeen(sha256, now);
      return { ...session, rolesFrom };
    },

    sessionsOf: (personId) => store.sessionsOf(personId, validityAt(wallClock.now(), policy)),

    endSessions: (by, sessionId) =>
      inTransaction(db, async (tx) => {
        const ended = await pgSignInStore(tx).endSessionsOf(by.id as PersonId, wallClock.now(), sessionId);
        if (sessionId !== undefined && ended === 0) {
          throw new Problem('not-found', { detail: 'You have no open session with this id.' });
        }
        await act(tx, by, { subject: by.id, predicate: { action: 'sessions-ended', person: by.id, sessions: ended } });
        return ended;
      }),

    endSessionsOfPerson: (by, personId) =>
      inTransaction(db, async (tx) => {
        const ended = await pgSignInStore(tx).endSessionsOf(personId, wallClock.now());
        const predicate = { action: 'sessions-ended-by-officer', person: personId, sessions: ended };
        await act(tx, by, { subject: personId, predicate });
        return ended;
      }),

    signOut: async (secret, baseUrl) => {
      if (!looksLikeSecret(secret)) return undefined;
      const sha256 = digestOfSecret(secret);
      const now = wallClock.now();
      const session = await store.session(sha256, validityAt(now, policy));
      await store.endSession(sha256, now);
      const idToken = idTokens.get(sha256);
      idTokens.delete(sha256);
      if (session?.account === undefined) return undefined;
      const known = providers.list.find(({ id }) => id === session.signedIn.provider);
      // Signing out here has worked; a provider that does not answer must not make it look otherwise.
      const party = await known?.party(baseUrl).catch(() => undefined);
      return party?.endSessionUrl({ idToken, returnTo: `${baseUrl}/sign-in` }).catch(() => undefined);
    },

    rememberIdToken: (secret, idToken) => {
      idTokens.set(digestOfSecret(secret), idToken);
      const [oldest] = idTokens.keys();
      if (idTokens.size > idTokensMax && oldest !== undefined) idTokens.delete(oldest);
    },

    openSessionFor: async (personId, strength = 'multi-factor') => {
      const now = wallClock.now();
      const [person] = await pgPeopleStore(db).persons(clock.now(), { id: personId });
      if (!person) throw new Problem('not-found', { detail: 'There is no such person.' });
      if (person.isDisabled) throw new Problem('access-ended');
      const signedIn: SignedIn = { at: now, strength, provider: 'service' };
      return openSession(store, { personId: person.id, signedIn }, { now, policy });
    },
  };
}
