import { type Clock, type Instant, type PersonId, Problem } from '#kernel';
import { type Db, inTransaction, type Tx } from '#platform/db';
import type { Actor, WriteAct } from './acts.ts';
import type { Identity, SignedIn } from './model.ts';
import { assertEnabled } from './organisations/store.pg/standing.ts';
import { digestOfSecret, looksLikeSecret, newSecret } from './secrets.ts';
import { identityOfPerson, openSession, validityAt } from './sessions.ts';
import type { SessionPolicy } from './sign-in/configuration.ts';
import { pgSignInStore } from './sign-in/store.pg.ts';
import type { LinkPurpose } from './sign-in/store.ts';
import { pgPeopleStore } from './store.pg.ts';

/** Long enough to walk to a colleague's screen, short enough that a forgotten link opens nothing. */
const linkMinutes = 10;
/** An invitation opens nothing by itself: whoever uses it must also sign in at a provider. */
const invitationMinutes = 7 * 24 * 60;
const millisecondsPerMinute = 60_000;

export interface LinkSignIn {
  /** The secret is in the answer and never again anywhere. Problems: not-found, access-ended. */
  issueSignInLink(by: Actor, personId: PersonId): Promise<{ secret: string; expiresAt: Instant }>;
  /** Binds, at their next sign-in by a provider, the account they use to this person. Problems: not-found, access-ended. */
  issueInvitation(by: Actor, personId: PersonId): Promise<{ secret: string; expiresAt: Instant }>;
  /**
   * Uses up a link. Returns the session's secret, which goes into a cookie. Two links in one browser are a step-up: the
   * second one shows, within the first one's session, that somebody at the machine itself vouches for the person now.
   * Problems: not-signed-in, access-ended.
   * @param session the secret of the session in which the link is used, if there is one; it is renewed.
   */
  signInByLink(link: string, session?: string): Promise<{ identity: Identity; secret: string }>;
}

/**
 * Sign-in by a link that works once, where there is no identity provider. Whoever makes links can become anybody, so
 * both acts are in the ledger: that a link was made for a person and by whom, and that it was used.
 */
export function linkSignIn(
  db: Db,
  parts: { clock: Clock; wallClock: Clock; act: WriteAct; policy: SessionPolicy },
): LinkSignIn {
  const { clock, wallClock, act, policy } = parts;
  const issue = async (
    { by, personId, purpose, minutes }: { by: Actor; personId: PersonId; purpose: LinkPurpose; minutes: number },
    action: string,
  ): Promise<{ secret: string; expiresAt: Instant }> => {
    const { secret, sha256 } = newSecret();
    const now = wallClock.now();
    const expiresAt = (now + minutes * millisecondsPerMinute) as Instant;
    await inTransaction(db, async (tx) => {
      const [person] = await pgPeopleStore(tx).persons(clock.now(), { id: personId });
      if (!person) throw new Problem('not-found', { detail: 'There is no such person.' });
      await assertEnabled(tx, person.id);
      const store = pgSignInStore(tx);
      await store.dropLinksExpiredBefore(now);
      await store.addLink({ sha256, personId, purpose, createdAt: now, expiresAt });
      await act(tx, by, { subject: personId, predicate: { action, person: personId, expiresInMinutes: minutes } });
    });
    return { secret, expiresAt };
  };
  /** How strong a sign-in by link is: see `signInByLink`. */
  const strengthWithin = async (tx: Tx, personId: PersonId, session: string | undefined, now: Instant) => {
    if (session === undefined || !looksLikeSecret(session)) return 'single-factor';
    const store = pgSignInStore(tx);
    const open = await store.session(digestOfSecret(session), validityAt(now, policy));
    if (open?.personId !== personId) return 'single-factor';
    await store.endSession(digestOfSecret(session), now);
    return 'multi-factor';
  };
  return {
    issueSignInLink: (by, personId) =>
      issue({ by, personId, purpose: 'sign-in', minutes: linkMinutes }, 'sign-in-link-issued'),

    issueInvitation: (by, personId) =>
      issue({ by, personId, purpose: 'invitation', minutes: invitationMinutes }, 'invitation-issued'),

    signInByLink: (link, session) =>
      inTransaction(db, async (tx) => {
        const store = pgSignInStore(tx);
        const now = wallClock.now();
        const named = looksLikeSecret(link) ? await store.personOfLink(digestOfSecret(link)) : undefined;
        if (named !== undefined) await assertEnabled(tx, named);
        const spent = looksLikeSecret(link) ? await store.spendLink(digestOfSecret(link), 'sign-in', now) : undefined;
        const [person] =
          spent === undefined ? [] : await pgPeopleStore(tx).persons(clock.now(), { id: spent, source: 'inside' });
        if (!person) {
          const detail = 'The link is unknown, was used before, or is too old. Ask the operator for another one.';
          throw new Problem('not-signed-in', { detail });
        }
        const strength = await strengthWithin(tx, person.id, session, now);
        const signedIn: SignedIn = { at: now, strength, provider: 'link' };
        const identity = identityOfPerson(person, undefined, signedIn);
        const secret = await openSession(store, { personId: person.id, signedIn }, { now, policy });
        const predicate = { action: 'signed-in-by-link', person: person.id, strength };
        await act(tx, identity, { subject: person.id, predicate });
        return { identity, secret };
      }),
  };
}
