import { type Clock, type Instant, type LegalEntityId, newRandomId, type PersonId, Problem } from '#kernel';
import { type Db, inTransaction, type Tx } from '#platform/db';
import { systemActor, type WriteAct } from '../acts.ts';
import { fitsOrganisation, type Identity, type Person, type SignedIn } from '../model.ts';
import { assertEnabled } from '../organisations/store.pg/standing.ts';
import { digestOfSecret, looksLikeSecret } from '../secrets.ts';
import { identityOfPerson, openSession, validityAt } from '../sessions.ts';
import { pgPeopleStore } from '../store.pg.ts';
import type { SessionPolicy } from './configuration.ts';
import { isMultiFactor, nameOf, type Placement, placementOf } from './placement.ts';
import type { KnownProvider, Providers } from './providers.ts';
import type { Authenticated } from './relying-party.ts';
import { pgSignInStore } from './store.pg.ts';
import type { SignInTransaction } from './store.ts';

/** Long enough for a second factor that must be fetched from another room. */
const transactionMinutes = 15;
const millisecondsPerMinute = 60_000;

export interface BeginSignIn {
  provider: string;
  /** Where this installation is reached, without a slash at the end. */
  baseUrl: string;
  redirectUri: string;
  returnTo: string;
  /** A secret of the browser: only the browser that begins may finish. */
  browser: string;
  stepUp: boolean;
  session: string | undefined;
  invitation: string | undefined;
  loginHint: string | undefined;
}

export interface ProviderSignIn {
  /** @returns the provider's address to go to. Problems: not-found, not-signed-in (a step-up of nobody). */
  begin(asked: BeginSignIn): Promise<{ url: string }>;
  /**
   * Takes the provider's answer. The session is always a new one, so one that was planted before is worth nothing.
   * Problems: sign-in-failed, not-invited, access-ended, step-up-needed, upstream-unavailable.
   */
  finish(answered: {
    provider: string;
    baseUrl: string;
    answer: URL;
    browser: string | undefined;
  }): Promise<{ identity: Identity; secret: string; returnTo: string; idToken: string }>;
  /** Ends the sessions that a provider's logout token names. @returns how many. Problems: sign-in-failed. */
  logoutByProvider(asked: { provider: string; baseUrl: string; token: string }): Promise<number>;
}

interface Parts {
  clock: Clock;
  wallClock: Clock;
  act: WriteAct;
  policy: SessionPolicy;
  providers: Providers;
}

const failed = (detail: string): Problem => new Problem('sign-in-failed', { detail });

export function providerSignIn(db: Db, parts: Parts): ProviderSignIn {
  const { wallClock, policy, providers } = parts;
  return {
    begin: async (asked) => {
      const known = providers.of(asked.provider);
      const now = wallClock.now();
      const store = pgSignInStore(db);
      const sessionSha256 =
        asked.session !== undefined && looksLikeSecret(asked.session) ? digestOfSecret(asked.session) : undefined;
      const open =
        sessionSha256 === undefined ? undefined : await store.session(sessionSha256, validityAt(now, policy));
      if (asked.stepUp && open === undefined) throw new Problem('not-signed-in', { detail: 'Sign in first.' });
      const party = await known.party(asked.baseUrl);
      const { url, expected } = await party.begin({
        redirectUri: asked.redirectUri,
        isStepUp: asked.stepUp,
        loginHint: known.isDemonstration ? (asked.loginHint ?? (asked.stepUp ? open?.personId : undefined)) : undefined,
      });
      await store.addTransaction(
        digestOfSecret(expected.state),
        {
          browserSha256: digestOfSecret(asked.browser),
          provider: known.id,
          nonce: expected.nonce,
          codeVerifier: expected.codeVerifier,
          redirectUri: asked.redirectUri,
          returnTo: asked.returnTo,
          isStepUp: asked.stepUp,
          sessionSha256,
          personId: asked.stepUp ? open?.personId : undefined,
          invitationSha256:
            asked.invitation !== undefined && looksLikeSecret(asked.invitation)
              ? digestOfSecret(asked.invitation)
              : undefined,
        },
        { at: now, expiresAt: (now + transactionMinutes * millisecondsPerMinute) as Instant },
      );
      return { url };
    },

    finish: async ({ provider, baseUrl, answer, browser }) => {
      const known = providers.of(provider);
      const state = answer.searchParams.get('state') ?? '';
      // Taken out before anything is judged: whatever comes of it, this answer counts once.
      const begun = await pgSignInStore(db).takeTransaction(digestOfSecret(state), wallClock.now());
      assertOurs(begun, { provider, browser });
      const party = await known.party(baseUrl);
      const at = new URL(begun.redirectUri);
      at.search = answer.search;
      const authenticated = await party.complete(at, {
        state,
        nonce: begun.nonce,
        codeVerifier: begun.codeVerifier,
        isStepUp: begun.isStepUp,
      });
      return { ...(await open(db, parts, { known, begun, authenticated })), idToken: authenticated.idToken };
    },

    logoutByProvider: async ({ provider, baseUrl, token }) => {
      const party = await providers.of(provider).party(baseUrl);
      const said = await party.readLogout(token);
      const now = wallClock.now();
      return inTransaction(db, async (tx) => {
        const store = pgSignInStore(tx);
        const expiresAt = (said.expiresAtSeconds * 1000) as Instant;
        const isNew = await store.noteStatement({ issuer: said.issuer, id: said.id, expiresAt, at: now });
        if (!isNew) throw failed('This logout token was used before.');
        return store.endSessionsOfAccount(said, now);
      });
    },
  };
}

function assertOurs(
  begun: SignInTransaction | undefined,
  answered: { provider: string; browser: string | undefined },
): asserts begun is SignInTransaction {
  if (begun === undefined) throw failed('This sign-in is unknown here, too old, or was finished before.');
  if (begun.provider !== answered.provider) throw failed('This sign-in was begun at another provider.');
  const isSameBrowser = answered.browser !== undefined && digestOfSecret(answered.browser) === begun.browserSha256;
  if (!isSameBrowser) throw failed('This sign-in was begun in another browser.');
}

async function open(
  db: Db,
  parts: Parts,
  { known, begun, authenticated }: { known: KnownProvider; begun: SignInTransaction; authenticated: Authenticated },
): Promise<{ identity: Identity; secret: string; returnTo: string }> {
  const { clock, wallClock, act, policy } = parts;
  const now = wallClock.now();
  const strength = hasFreshlyShown(known, authenticated) ? 'multi-factor' : 'single-factor';
  if (begun.isStepUp && strength !== 'multi-factor') {
    throw new Problem('step-up-needed', { detail: 'The provider did not say that a second factor was used.' });
  }
  const { issuer, subject, claims } = authenticated;
  const signedIn: SignedIn = { at: authenticatedAt(claims.auth_time, now), strength, provider: known.id };
  const opened = await inTransaction(db, async (tx) => {
    const personId = await personOf(tx, parts, { known, begun, authenticated });
    const [person] =
      personId === undefined
        ? []
        : await pgPeopleStore(tx).persons(clock.now(), { id: personId, source: known.rolesFrom });
    // Not thrown here: what the claims no longer say must stay ended.
    if (person === undefined) return undefined;
    if (begun.isStepUp && person.id !== begun.personId) throw failed('Somebody else confirmed who they are.');
    const store = pgSignInStore(tx);
    if (begun.sessionSha256 !== undefined) await store.endSession(begun.sessionSha256, now);
    const account = { issuer, subject, sid: typeof claims.sid === 'string' ? claims.sid : undefined };
    const secret = await openSession(store, { personId: person.id, signedIn, account }, { now, policy });
    const identity = identityOfPerson(person, undefined, signedIn);
    const predicate = { action: 'signed-in', person: person.id, provider: known.id, strength };
    await act(tx, identity, { subject: person.id, predicate });
    return { identity, secret, returnTo: begun.returnTo };
  });
  if (opened === undefined) throw new Problem('not-invited');
  return opened;
}

/**
 * Whether a second factor was used, at a time that is known. A provider may let somebody in by a session of its own, hours
 * after the factor; without `auth_time` (OpenID Connect Core 1.0 §2, optional unless asked for) it would look like now.
 */
const hasFreshlyShown = ({ stepUp }: KnownProvider, { claims }: Authenticated): boolean =>
  isMultiFactor(stepUp, claims) && typeof claims.auth_time === 'number';

/** When the provider saw the person; a time to come, or none, is now. */
function authenticatedAt(authTime: unknown, now: Instant): Instant {
  const saidMs = typeof authTime === 'number' && Number.isFinite(authTime) ? authTime * 1000 : now;
  return Math.min(Math.trunc(saidMs), now) as Instant;
}

/** The person whose account this is; undefined if it is nobody's, or no longer anybody's. */
async function personOf(
  tx: Tx,
  parts: Parts,
  { known, begun, authenticated }: { known: KnownProvider; begun: SignInTransaction; authenticated: Authenticated },
): Promise<PersonId | undefined> {
  const { issuer, subject, claims } = authenticated;
  const people = pgPeopleStore(tx);
  if (known.isDemonstration) {
    const [demo] = await people.persons(parts.clock.now(), { id: subject, demo: true });
    if (demo !== undefined) await assertEnabled(tx, demo.id);
    return demo?.id;
  }
  const store = pgSignInStore(tx);
  const bound = await store.personOfAccount(issuer, subject);
  // Before the claims are looked at: whatever they say, they open nothing again that was shut here.
  if (bound !== undefined) await assertEnabled(tx, bound);
  const invited = await invitedBy(tx, parts, { begun, bound });
  const place = await placed(tx, placementOf(known.rules, claims));
  if (invited !== undefined && bound === undefined) await bind(tx, parts, { known, authenticated, personId: invited });
  const present = bound ?? invited;
  const current = present && (await people.persons(parts.clock.now(), { id: present }))[0];
  const byClaims = known.rolesFrom !== 'inside';
  if (byClaims && current !== undefined && place?.organisationId !== current.organisationId) {
    await syncRoles(tx, parts, { known, person: current, roles: [] });
    await store.endSessionsOf(current.id, parts.wallClock.now());
  }
  if (place === undefined) return byClaims ? undefined : present;
  if (current !== undefined && (!byClaims || current.organisationId === place.organisationId)) {
    if (byClaims) await syncRoles(tx, parts, { known, person: current, roles: place.roles });
    return current.id;
  }
  if (current !== undefined) await store.unbindAccount(issuer, subject, parts.wallClock.now());
  const person = await newcomer(tx, parts, { known, name: nameOf(claims), organisationId: place.organisationId });
  await bind(tx, parts, { known, authenticated, personId: person.id });
  if (byClaims) await syncRoles(tx, parts, { known, person, roles: place.roles });
  return person.id;
}

async function invitedBy(
  tx: Tx,
  { wallClock }: Parts,
  { begun, bound }: { begun: SignInTransaction; bound: PersonId | undefined },
): Promise<PersonId | undefined> {
  if (begun.invitationSha256 === undefined) return undefined;
  const store = pgSignInStore(tx);
  const named = await store.personOfLink(begun.invitationSha256);
  if (named !== undefined) await assertEnabled(tx, named);
  const invited = await store.spendLink(begun.invitationSha256, 'invitation', wallClock.now());
  if (invited === undefined) throw failed('The invitation is unknown, was used before, or is too old.');
  // Whoever makes invitations must not become a colleague by an account of their own, nor keep one back for later.
  if (bound === undefined && (await store.hasAccount(invited))) {
    throw failed('Whoever was invited signs in by another account already.');
  }
  if (bound !== undefined && bound !== invited) {
    throw failed('This account belongs to another person here. Sign in with the account that was invited.');
  }
  return invited;
}

/** Claims name organisations as people write them; what they name must be here, and their roles must fit. */
async function placed(
  tx: Tx,
  placement: Placement | undefined,
): Promise<{ organisationId: LegalEntityId; roles: Placement['roles'] } | undefined> {
  if (placement === undefined) return undefined;
  const store = pgPeopleStore(tx);
  const site = (await store.sites()).find(({ code }) => code === placement.organisation);
  const organisation = (await store.organisations()).find(
    ({ id, name }) => id === placement.organisation || name === placement.organisation || id === site?.legalEntityId,
  );
  if (organisation === undefined) {
    throw failed('A rule of this provider places you in an organisation that is not registered. Tell the operator.');
  }
  const unfit = placement.roles.filter((role) => !fitsOrganisation(role, organisation.kind));
  if (unfit.length > 0) {
    throw failed(`A rule of this provider gives ${unfit.join(', ')}, which no one can be there. Tell the operator.`);
  }
  return { organisationId: organisation.id, roles: placement.roles };
}

async function newcomer(
  tx: Tx,
  { clock, act }: Parts,
  given: { known: KnownProvider; name: string; organisationId: LegalEntityId },
): Promise<Person> {
  const { name, organisationId } = given;
  const id = newRandomId('person');
  await pgPeopleStore(tx).addPerson({ id, name, organisationId, isDemo: false }, clock.now());
  const predicate = { action: 'person-created', person: id, organisation: organisationId, provider: given.known.id };
  await act(tx, systemActor, { subject: id, predicate });
  return { id, name, organisationId, roles: [], rolesAwaiting: [], isDemo: false, isDisabled: false };
}

async function bind(
  tx: Tx,
  { wallClock, act }: Parts,
  given: { known: KnownProvider; authenticated: Authenticated; personId: PersonId },
): Promise<void> {
  const { known, personId } = given;
  const { issuer, subject } = given.authenticated;
  await pgSignInStore(tx).bindAccount({ issuer, subject, personId, provider: known.id, at: wallClock.now() });
  // The subject may be an address or a staff number: it stays out of the ledger.
  await act(tx, systemActor, {
    subject: personId,
    predicate: { action: 'account-bound', person: personId, provider: known.id },
  });
}

/** Roles that claims give are held as of this sign-in: what they no longer say has ended. */
async function syncRoles(
  tx: Tx,
  { clock, act }: Parts,
  { known, person, roles }: { known: KnownProvider; person: Person; roles: Placement['roles'] },
): Promise<void> {
  const now = clock.now();
  const store = pgPeopleStore(tx);
  const held = (await store.persons(now, { id: person.id, source: known.id }))[0]?.roles ?? [];
  const { id: personId, organisationId } = person;
  const say = (action: string, role: string) =>
    act(tx, systemActor, {
      subject: personId,
      predicate: { action, person: personId, organisation: organisationId, role, source: known.id },
    });
  for (const role of held.filter((one) => !roles.includes(one))) {
    await store.endRole({ personId, role, source: known.id, at: now });
    await say('role-ended', role);
  }
  for (const role of roles.filter((one) => !held.includes(one))) {
    // The organisation's own directory vouches for it, so it waits for no second person here.
    const grant = { by: systemActor.id, as: undefined };
    const holding = { personId, organisationId, role, from: now, until: undefined };
    await store.addRole({ ...holding, grant, awaitsConfirmation: false, source: known.id });
    await say('role-granted', role);
  }
}
