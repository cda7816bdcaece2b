import { type Clock, type Instant, type PersonId, Problem } from '#kernel';
import { type Db, inTransaction } from '#platform/db';
import type { Actor, WriteAct } from './acts.ts';
import type { Identity } from './model.ts';
import { digestOfSecret, looksLikeSecret, newSecret } from './secrets.ts';
import { identityOfPerson, openSession } from './sessions.ts';
import { pgPeopleStore } from './store.pg.ts';

/** Long enough to walk to a colleague's screen, short enough that a forgotten link opens nothing. */
const linkMinutes = 10;
const millisecondsPerMinute = 60_000;

export interface LinkSignIn {
  /** The secret is in the answer and never again anywhere. Problems: not-found. */
  issueSignInLink(by: Actor, personId: PersonId): Promise<{ secret: string; expiresAt: Instant }>;
  /** Uses up a link. Returns the session's secret, which goes into a cookie. Problems: not-signed-in. */
  signInByLink(link: string): Promise<{ identity: Identity; secret: string }>;
}

/**
 * Sign-in by a link that works once, where there is no identity provider. Whoever makes links can become anybody, so
 * both acts are in the ledger: that a link was made for a person and by whom, and that it was used.
 */
export function linkSignIn(db: Db, parts: { clock: Clock; wallClock: Clock; act: WriteAct }): LinkSignIn {
  const { clock, wallClock, act } = parts;
  return {
    issueSignInLink: async (by, personId) => {
      const { secret, sha256 } = newSecret();
      const now = wallClock.now();
      const expiresAt = (now + linkMinutes * millisecondsPerMinute) as Instant;
      await inTransaction(db, async (tx) => {
        const store = pgPeopleStore(tx);
        const [person] = await store.persons(clock.now(), { id: personId });
        if (!person) throw new Problem('not-found', { detail: 'There is no such person.' });
        await store.dropLinksExpiredBefore(now);
        await store.addLink({ sha256, personId, createdAt: now, expiresAt });
        const predicate = { action: 'sign-in-link-issued', person: personId, expiresInMinutes: linkMinutes };
        await act(tx, by, { subject: personId, predicate });
      });
      return { secret, expiresAt };
    },

    signInByLink: (link) =>
      inTransaction(db, async (tx) => {
        const store = pgPeopleStore(tx);
        const now = wallClock.now();
        const personId = looksLikeSecret(link) ? await store.spendLink(digestOfSecret(link), now) : undefined;
        const [person] = personId === undefined ? [] : await store.persons(clock.now(), { id: personId });
        if (!person) {
          const detail = 'The link is unknown, was used before, or is too old. Ask the operator for another one.';
          throw new Problem('not-signed-in', { detail });
        }
        const identity = identityOfPerson(person);
        const secret = await openSession(store, person.id, now);
        await act(tx, identity, { subject: person.id, predicate: { action: 'signed-in-by-link', person: person.id } });
        return { identity, secret };
      }),
  };
}
