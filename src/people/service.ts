import { assert, type Clock, type Id, type Instant, type LegalEntityId, newId, type PersonId, Problem } from '#kernel';
import { type Db, inTransaction } from '#platform/db';
import { type OutgoingPolicy, outgoingFetch } from '#platform/outgoing';
import { type Actor, type ActRecorder, actWriter, type WriteAct } from './acts.ts';
import { identityNow } from './identity-now.ts';
import type { Identity } from './model.ts';
import { standing } from './organisations/standing.ts';
import { registration } from './registration.ts';
import { digestOfSecret, looksLikeSecret, newSecret } from './secrets.ts';
import { noProviders, type ProviderConfiguration, type SignInConfiguration } from './sign-in/configuration.ts';
import { createEmbeddedProvider, type DemoPerson } from './sign-in/embedded-provider.ts';
import { machines } from './sign-in/machines.ts';
import { providerSignIn } from './sign-in/provider-sign-in.ts';
import { openProviders } from './sign-in/providers.ts';
import { sessionAccess } from './sign-in/session-access.ts';
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
  /** True only on loopback and without an identity provider: the embedded one then offers the demo people. */
  demoSignIn: boolean;
  /** Identity providers, how long sessions last, and how machines prove who they are. */
  configuration?: SignInConfiguration;
  /** Told of each answer of an identity provider. */
  onAnswer?: OutgoingPolicy['onAnswer'];
  /** For how long a provider's keys are not fetched again after an unknown one was seen; 30 s by default. */
  keyCooldownMs?: number;
  /** Lines of the embedded provider for developers. */
  log?(line: string): void;
}

export type People = ReturnType<typeof createPeople>;

const millisecondsPerHour = 3_600_000;

/** The use cases of people: who is here, who signs in, which machines may write. */
export function createPeople(options: PeopleOptions) {
  const { db, ledger, clock, wallClock, configuration = noProviders } = options;
  const store = pgPeopleStore(db);
  const act = actWriter(ledger, clock);

  const { session: policy } = configuration;
  const embedded = options.demoSignIn
    ? createEmbeddedProvider({ persons: () => demoPeople(store, clock), log: options.log ?? (() => {}) })
    : undefined;
  const providers = openProviders({
    configuration,
    embedded,
    fetchFor: (provider) => (input, init) => outgoingFetch(wayOutTo(provider, options.onAnswer))(input, init),
    ...(options.keyCooldownMs === undefined ? {} : { keyCooldownMs: options.keyCooldownMs }),
  });
  const sessions = sessionAccess(db, { clock, wallClock, act, policy, providers });
  const clients = machines(db, { wallClock, act });

  return {
    demoSignIn: options.demoSignIn,
    configuration,
    providers,
    embedded,
    ...registration(db, clock, act),
    ...standing(db, { clock, wallClock, act }),
    ...tokenAccess(db, { wallClock, act }),
    ...linkSignIn(db, { clock, wallClock, act, policy }),
    ...providerSignIn(db, { clock, wallClock, act, policy, providers }),
    ...sessions,
    ...clients,

    /** The person as an identity, with every role of this moment; undefined if there is no such person. */
    identityOf: (personId: PersonId): Promise<Identity | undefined> => identityNow(db, clock.now(), { personId }),

    async identityOfSession(secret: string): Promise<Identity | undefined> {
      const session = await sessions.sessionOf(secret);
      return session && identityNow(db, clock.now(), session);
    },

    /** @param certificateSha256 of the certificate that the machine showed to the proxy in front. */
    async identityOfToken(secret: string, certificateSha256?: string): Promise<Identity | undefined> {
      if (!looksLikeSecret(secret)) return undefined;
      const byToken = await store.tokenIdentity(digestOfSecret(secret), wallClock.now());
      return byToken ?? clients.identityOfAccessToken(secret, certificateSha256);
    },
  };
}

/** An internal address, and plain http on loopback, only where the configuration itself names them. */
const wayOutTo = (
  { issuer, isInternal }: ProviderConfiguration,
  onAnswer: OutgoingPolicy['onAnswer'] = () => {},
): OutgoingPolicy => ({
  allowedOrigins: isInternal || issuer.startsWith('http:') ? [new URL(issuer).origin] : [],
  onAnswer,
});

async function demoPeople(store: PeopleStore, clock: Clock): Promise<DemoPerson[]> {
  const names = new Map((await store.organisations()).map(({ id, name }) => [id, name]));
  const persons = (await store.persons(clock.now(), { demo: true })).filter(({ isDisabled }) => !isDisabled);
  return persons.map(({ id, name, roles, organisationId }) => ({
    id,
    name,
    roles,
    organisationName: names.get(organisationId) ?? '',
  }));
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
