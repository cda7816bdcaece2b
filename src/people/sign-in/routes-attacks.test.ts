// Goal: what a hostile provider, a stranger or another browser brings is refused, and opens no session. Method: an own
// provider on real HTTP that breaks one rule at a time; each attack stands beside the honest sign-in that works.
import { exportSPKI, importJWK, type JWTPayload, SignJWT } from 'jose';
import { afterEach, expect, it } from 'vitest';
import { describeOnEveryDatabase } from '../../platform/db/testing.ts';
import { aHouseWithSignIn, providerOf } from './house-for-tests.ts';
import { anIssuer, type Issuer, type Misdeed } from './issuer-for-tests.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function issuing(): Promise<Issuer> {
  const issuer = await anIssuer();
  closers.push(() => issuer.close());
  return issuer;
}

async function aScene(open: () => Promise<import('#platform/db').Database>, keyCooldownMs = 0) {
  const [issuer, other] = [await issuing(), await issuing()];
  const providers = [providerOf(issuer), providerOf(other, { id: 'other', label: 'Other' })];
  const house = await aHouseWithSignIn(await open(), { configuration: { providers }, keyCooldownMs });
  closers.push(() => house.app.close());
  return { issuer, other, ...house };
}

const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const unsigned = (header: object, claims: JWTPayload): string => `${base64(header)}.${base64(claims)}.`;

describeOnEveryDatabase('a provider’s answer', (open) => {
  it('signs in whom its token names, and nobody where the token breaks one rule', async () => {
    const { issuer, other, browser } = await aScene(open);
    const publicKey = await importJWK(await issuer.publicKey(), 'RS256');
    const pem = await exportSPKI(publicKey as CryptoKey);
    const hs256 = (secret: string) => (claims: JWTPayload) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret));
    const stolen = new URL('/jwks', other.url).href;
    const misdeeds: Record<string, Misdeed> = {
      'alg none': { token: async (claims) => unsigned({ alg: 'none' }, claims) },
      'alg None': { token: async (claims) => unsigned({ alg: 'None' }, claims) },
      'HS256 with the public key': { token: hs256(pem) },
      'HS256 with the client’s secret': { token: hs256(issuer.clientSecret) },
      'another key': { token: (claims) => other.sign(claims) },
      'another key, named by jku': { token: (claims) => other.sign(claims, { jku: stolen }) },
      'another key, in the header itself': {
        token: async (claims) => other.sign(claims, { jwk: await other.publicKey() }),
      },
      'a signature cut off': { token: async (claims) => (await issuer.sign(claims)).replace(/\.[^.]+$/, '.') },
      'wrong issuer': { claims: (claims) => ({ ...claims, iss: other.url }) },
      'wrong audience': { claims: (claims) => ({ ...claims, aud: 'somebody-else' }) },
      'for somebody else too, without azp': { claims: (claims) => ({ ...claims, aud: ['hortus-client', 'other'] }) },
      'for somebody else’s use': { claims: (claims) => ({ ...claims, azp: 'other' }) },
      expired: { claims: (claims) => ({ ...claims, iat: 1_700_000_000, exp: 1_700_000_300 }) },
      'issued long ago': { claims: (claims) => ({ ...claims, iat: (claims.iat ?? 0) - 3600 }) },
      'without an end': { claims: ({ exp: _, ...claims }) => claims },
      'nonce of another sign-in': { claims: (claims) => ({ ...claims, nonce: 'replayed' }) },
      'without nonce': { claims: ({ nonce: _, ...claims }) => claims },
      'without a subject': { claims: ({ sub: _, ...claims }) => claims },
      'a logout token': { claims: (claims) => ({ ...claims, events: {} }), header: { typ: 'logout+jwt' } },
    };
    for (const [what, misdeed] of Object.entries(misdeeds)) {
      issuer.misdeed = misdeed;
      const visitor = browser();
      const answer = await visitor.back(issuer.authorize(await visitor.begin('hospital')));
      expect([what, answer.statusCode, answer.json().code]).toEqual([what, 401, 'sign-in-failed']);
      expect(visitor.session).toBeUndefined();
    }
    issuer.misdeed = {};
    const person = browser();
    const answer = await person.back(issuer.authorize(await person.begin('hospital', { returnTo: '/people?x=1' })));
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/people?x=1']);
    expect(await person.me()).toMatchObject({ name: 'Noor Nieuw', roles: ['clinical-owner'] });
  });

  it('counts once, in the browser that asked, at the provider that was asked, with its own state', async () => {
    const { issuer, other, browser } = await aScene(open);
    const refusedWith = async (answer: Promise<{ json(): { code?: string }; statusCode: number }>) =>
      (await answer).json().code;
    const mine = browser();
    const back = issuer.authorize(await mine.begin('hospital'));
    expect(await refusedWith(browser().back(back))).toBe('sign-in-failed');

    const again = issuer.authorize(await mine.begin('hospital'));
    expect((await mine.back(again)).statusCode).toBe(303);
    expect(await refusedWith(mine.back(again))).toBe('sign-in-failed');

    const url = await mine.begin('hospital');
    expect(await refusedWith(mine.back(issuer.authorize(url, { state: undefined })))).toBe('sign-in-failed');
    const second = await mine.begin('hospital');
    expect(await refusedWith(mine.back(issuer.authorize(second, { state: 'guessed' })))).toBe('sign-in-failed');

    // Mix-up: the answer of one provider is brought where another was asked, or says it comes from another.
    const mixed = issuer.authorize(await mine.begin('hospital'), { iss: other.url });
    expect(await refusedWith(mine.back(mixed))).toBe('sign-in-failed');
    const silent = issuer.authorize(await mine.begin('hospital'), { iss: undefined });
    expect(await refusedWith(mine.back(silent))).toBe('sign-in-failed');
    const elsewhere = issuer.authorize(await mine.begin('hospital'));
    elsewhere.pathname = '/api/v1/people/sign-in/other/callback';
    expect(await refusedWith(mine.back(elsewhere))).toBe('sign-in-failed');
    const denied = issuer.authorize(await mine.begin('hospital'), { error: 'access_denied', code: undefined });
    expect((await mine.back(denied)).json().detail).toContain('access_denied');
  });

  it('is not asked for where the client’s secret is wrong, and a page is told in words', async () => {
    const { issuer, browser, logged } = await aScene(open);
    issuer.clientSecret = 'changed at the provider';
    const visitor = browser();
    const at = issuer.authorize(await visitor.begin('hospital'));
    const answer = await visitor.send('GET', `${at.pathname}${at.search}`, { headers: { accept: 'text/html' } });
    expect([answer.statusCode, answer.headers.location]).toEqual([303, '/sign-in?problem=sign-in-failed']);
    expect(logged.join('')).toContain('a sign-in was refused');
    expect(logged.join('')).not.toContain(at.searchParams.get('code'));
  });

  it('leads to a page of ours and nowhere else', async () => {
    const { browser } = await aScene(open);
    for (const returnTo of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '/%09/evil.example\n',
      'javascript:alert(1)',
      '/api/v1/people/sign-out',
      '/oidc/session/end',
      '',
      '/a b',
    ]) {
      const answer = await browser().send('POST', '/api/v1/people/sign-in/hospital/start', { body: { returnTo } });
      expect([returnTo, answer.statusCode]).toEqual([returnTo, 422]);
    }
  });

  it('never carries on a session that was planted before', async () => {
    const { issuer, browser, people } = await aScene(open);
    const person = browser();
    const planted = `hortus_${'A'.repeat(43)}`;
    person.cookies.set('hortus_session', planted);
    await person.back(issuer.authorize(await person.begin('hospital')));
    const first = person.session;
    await person.back(issuer.authorize(await person.begin('hospital')));
    expect(new Set([planted, first, person.session]).size).toBe(3);
    expect(await people.identityOfSession(first ?? '')).toBeUndefined();
    expect(await people.identityOfSession(person.session ?? '')).toMatchObject({ name: 'Noor Nieuw' });
  });

  it('is judged by new keys after a rotation, without letting strangers make us fetch them again and again', async () => {
    const { issuer, browser } = await aScene(open, 60_000);
    const signIn = async () => {
      const person = browser();
      return (await person.back(issuer.authorize(await person.begin('hospital')))).statusCode;
    };
    expect(await signIn()).toBe(303);
    const before = issuer.keysFetched;
    for (let i = 0; i < 5; i++) {
      issuer.misdeed = { header: { kid: `unknown-${i}` } };
      expect(await signIn()).toBe(401);
    }
    expect(issuer.keysFetched - before).toBeLessThanOrEqual(1);
  });

  it('of a provider that rotated its keys is accepted, and one by the old key no longer', async () => {
    const { issuer, browser } = await aScene(open);
    const old = { ...issuer };
    const signIn = async () => {
      const person = browser();
      return (await person.back(issuer.authorize(await person.begin('hospital')))).statusCode;
    };
    expect(await signIn()).toBe(303);
    const byOldKey = await old.sign({ sub: 'x' });
    await issuer.rotate();
    expect(await signIn()).toBe(303);
    issuer.misdeed = { token: async () => byOldKey };
    expect(await signIn()).toBe(401);
  });
});
