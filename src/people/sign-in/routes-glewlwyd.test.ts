// Goal: sign-in works with a provider of another make: Glewlwyd, as Debian ships it. Method: the real program on an empty
// folder, set up over its own API; sign-in by code and PKCE, logout in both directions, keys rotated under way.
import type { AddressInfo } from 'node:net';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEmbeddedTestDatabase } from '../../platform/db/testing.ts';
import { systemActor } from '../acts.ts';
import { clientId, clientSecret, ensureGlewlwyd, type Glewlwyd, startGlewlwyd } from './glewlwyd-for-tests.ts';
import { aHouseWithSignIn, type Browser, type SignInHouse } from './house-for-tests.ts';

const missing = ensureGlewlwyd();
if (missing !== undefined) console.warn(`sign-in at a provider of another make skipped: ${missing}`);

const installTimeoutMs = 420_000;

describe.skipIf(missing !== undefined)('Glewlwyd', () => {
  let provider: Glewlwyd;
  let house: SignInHouse;
  const closers: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    const { database, drop } = await openEmbeddedTestDatabase();
    closers.push(drop);
    const callback = 'http://localhost/api/v1/people/sign-in/glewlwyd';
    // Its back channel comes over the network: the port is known once the house listens, the issuer once it runs.
    const issuer = { url: '' };
    const settings = {
      id: 'glewlwyd',
      label: 'Glewlwyd',
      get issuer() {
        return issuer.url;
      },
      clientId,
      client: { secret: clientSecret },
      scopes: ['openid'],
      assignRoles: 'inside' as const,
      rules: [],
      stepUp: { acrValues: [], amr: [] },
      logout: true,
      userInfo: false,
      isInternal: false,
    };
    house = await aHouseWithSignIn(database, { configuration: { providers: [settings] } });
    await house.app.listen({ host: '127.0.0.1', port: 0 });
    closers.unshift(() => house.app.close());
    const { port } = house.app.server.address() as AddressInfo;
    provider = await startGlewlwyd({
      redirectUri: `${callback}/callback`,
      afterLogout: 'http://localhost/sign-in',
      backChannel: `http://localhost:${port}/api/v1/people/sign-in/glewlwyd/back-channel-logout`,
    });
    closers.unshift(() => provider.close());
    issuer.url = provider.issuer;
  }, installTimeoutMs);

  afterAll(async () => {
    for (const close of closers) await close();
  });

  /** Begins, passes the provider's page with the person's session there, and comes back. */
  async function signIn(visitor: Browser, begin: object = {}) {
    const url = new URL(await visitor.begin('glewlwyd', begin));
    // What its own page adds once the person is known and has granted.
    url.searchParams.set('g_continue', '');
    const location = await provider.visit(url.href);
    return visitor.back(new URL(location ?? 'http://localhost/nowhere'));
  }

  it('signs nobody in who is not invited, and the invited one from then on', async () => {
    expect((await signIn(house.browser())).json().code).toBe('not-invited');
    const invited = house.seeded.persons[2];
    const { secret } = await house.people.issueInvitation(systemActor, invited?.id as never);
    const visitor = house.browser();
    expect((await signIn(visitor, { invitation: secret, returnTo: '/people' })).headers.location).toBe('/people');
    expect(await visitor.me()).toMatchObject({ id: invited?.id, signedIn: { provider: 'glewlwyd' } });
    const again = house.browser();
    await signIn(again);
    expect((await again.me()).id).toBe(invited?.id);
    expect((await signIn(house.browser(), { invitation: secret })).json().code).toBe('sign-in-failed');
  });

  it('is trusted by its new keys after a rotation', async () => {
    const visitor = house.browser();
    expect((await signIn(visitor)).statusCode).toBe(303);
    await provider.rotateKeys();
    const after = house.browser();
    expect((await signIn(after)).statusCode).toBe(303);
    expect((await after.me()).kind).toBe('person');
  });

  it('is told when somebody signs out here, and ends sessions here by its back channel', async () => {
    const visitor = house.browser();
    await signIn(visitor);
    const colleague = house.browser();
    await signIn(colleague);
    const { continueAt } = (await visitor.send('POST', '/api/v1/people/sign-out')).json();
    expect((await visitor.me()).kind).toBe('nobody');
    expect(await provider.visit(continueAt)).toContain('prompt=end_session');
    const hint = new URL(continueAt).searchParams.get('id_token_hint') ?? '';
    expect((await colleague.me()).kind).toBe('person');
    expect(await provider.endSession(String(decodeJwt(hint).sid))).toBe(200);
    await expect.poll(async () => (await colleague.me()).kind, { timeout: 10_000 }).toBe('nobody');
  });
});
