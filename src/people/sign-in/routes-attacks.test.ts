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

async function aScene(
  open: () => Promise<import('#platform/db').Database>,
  { keyCooldownMs = 0, isSecure = false }: { keyCooldownMs?: number; isSecure?: boolean } = {},
) {
  const [issuer, other] = [await issuing(), await issuing()];
  const providers = [providerOf(issuer), providerOf(other, { id: 'other', label: 'Other', userInfo: true })];
  const house = await aHouseWithSignIn(await open(), { configuration: { providers }, keyCooldownMs, isSecure });
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
    const told = logged.filter((line) => line.includes('"msg":"refused"')).map((line) => JSON.parse(line));
    expect(told).toEqual([
      expect.objectContaining({ level: 'warn', asker: 'nobody', code: 'sign-in-failed', provider: 'hospital' }),
    ]);
    expect(logged.join('')).not.toContain(at.searchParams.get('code'));
  });

  it('is not asked for where the provider’s description names another issuer', async () => {
    const { issuer, other, browser } = await aScene(open);
    const visitor = browser();
    const start = () => visitor.send('POST', '/api/v1/people/sign-in/hospital/start', { body: {} });
    for (const named of [other.url, `${issuer.url}/tenant`, issuer.url.replace('127.0.0.1', 'localhost'), undefined]) {
      issuer.misdeed = { metadata: { issuer: named } };
      const answer = await start();
      expect([named, answer.statusCode, answer.json().code]).toEqual([named, 401, 'sign-in-failed']);
      expect(answer.cookies).toEqual([]);
    }
    issuer.misdeed = {};
    expect((await start()).statusCode).toBe(200);
  });

  it('comes back behind TLS with cookies that no other host, and no plain http, could have set', async () => {
    const { issuer, browser, people } = await aScene(open, { isSecure: true });
    const person = browser();
    const begun = await person.send('POST', '/api/v1/people/sign-in/hospital/start', { body: {} });
    const answer = await person.back(issuer.authorize(begun.json().url));
    expect(
      [...begun.cookies, ...answer.cookies].map(({ name, path, secure, domain }) => [name, path, secure, domain]),
    ).toEqual([
      ['__Host-hortus_sign_in', '/', true, undefined],
      ['__Host-hortus_session', '/', true, undefined],
    ]);
    expect(await person.me()).toMatchObject({ name: 'Noor Nieuw' });

    // What a neighbour in the domain can plant has not the prefix, and is not looked at.
    const victim = browser();
    victim.cookies.set('hortus_session', person.session ?? '');
    expect(await people.identityOfSession(person.session ?? '')).toMatchObject({ name: 'Noor Nieuw' });
    expect(await victim.me()).toMatchObject({ kind: 'nobody' });
    const elsewhere = browser();
    const back = issuer.authorize(await elsewhere.begin('hospital'));
    elsewhere.cookies.set('hortus_sign_in', elsewhere.cookies.get('__Host-hortus_sign_in') ?? '');
    elsewhere.cookies.delete('__Host-hortus_sign_in');
    expect((await elsewhere.back(back)).json().code).toBe('sign-in-failed');
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
    const { issuer, browser } = await aScene(open, { keyCooldownMs: 60_000 });
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

  it('ends sessions by an honest logout token, once, and by no forged one', async () => {
    const { issuer, other, browser } = await aScene(open);
    issuer.subject.claims = { ...issuer.subject.claims, sid: 'session-there' };
    const person = browser();
    await person.back(issuer.authorize(await person.begin('hospital')));
    const now = Math.floor(Date.now() / 1000);
    const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
    const sub = issuer.subject.sub;
    const honest = { iss: issuer.url, aud: 'hortus-client', iat: now, exp: now + 60, events, sub };
    const typ = 'logout+jwt';
    let made = 0;
    const token = (given: Record<string, unknown> = {}, header: object = { typ }, by = issuer) =>
      by.sign({ ...honest, jti: `logout-${made++}`, ...given }, header as Record<string, unknown>);
    const send = async (logout_token: string, provider = 'hospital') =>
      (
        await browser().send('POST', `/api/v1/people/sign-in/${provider}/back-channel-logout`, {
          form: { logout_token },
        })
      ).statusCode;
    const forged: Record<string, string> = {
      'signed by another': await token({}, { typ }, other),
      unsigned: unsigned({ alg: 'none', typ }, { ...honest, jti: 'x' }),
      'of another issuer': await token({ iss: other.url }),
      'for another client': await token({ aud: 'somebody-else' }),
      'with a nonce': await token({ nonce: 'n' }),
      'without the event': await token({ events: {} }),
      'an identity token': await token({ events: undefined }, {}),
      'of long ago': await token({ iat: now - 3600 }),
      'of nobody': await token({ sub: undefined }),
      'without an id': await token({ jti: undefined }),
      'of another type': await token({}, { typ: 'at+jwt' }),
      nothing: '',
    };
    for (const [what, one] of Object.entries(forged)) expect([what, await send(one)]).toEqual([what, 400]);
    expect(await send(await token(), 'other')).toBe(400);
    expect(await send(await token({ sub: undefined, sid: 'another-session' }))).toBe(200);
    expect((await person.me()).kind).toBe('person');
    const once = await token({ sub: undefined, sid: 'session-there' });
    expect(await send(once)).toBe(200);
    expect((await person.me()).kind).toBe('nobody');
    expect(await send(once)).toBe(400);
  });

  it('gives roles as of this sign-in, ends those that claims no longer say, and moves nobody silently', async () => {
    const { issuer, browser, acts, people } = await aScene(open);
    const signIn = async (claims: JWTPayload) => {
      issuer.subject.claims = { name: 'Noor Nieuw', ...claims };
      const person = browser();
      const answer = await person.back(issuer.authorize(await person.begin('hospital')));
      return { person, answer, me: await person.me() };
    };
    const first = await signIn({ groups: ['mri-readers'], acr: 'mfa' });
    expect(first.me).toMatchObject({ roles: ['clinical-owner'], signedIn: { strength: 'multi-factor' } });
    const gone = await signIn({ groups: ['others'] });
    expect(gone.answer.json().code).toBe('not-invited');
    // What the provider no longer says is gone in open sessions too.
    expect(await people.identityOfSession(first.person.session ?? '')).toBeUndefined();
    const actions = acts.map(({ predicate }) => predicate.action);
    expect(actions.slice(-4)).toEqual(['account-bound', 'role-granted', 'signed-in', 'role-ended']);
    const back = await signIn({ groups: ['mri-readers'] });
    expect(back.me).toMatchObject({ id: first.me.id, roles: ['clinical-owner'] });
    expect(JSON.stringify(acts)).not.toContain('Noor');
    expect(JSON.stringify(acts)).not.toContain(issuer.subject.sub);
  });

  it('opens sessions that an officer of the same organisation ends, and nobody else', async () => {
    const { browser, people, seeded, acts } = await aScene(open);
    const [own, foreign] = ['Noorderzorg', 'Westhaven'].map(
      (name) => seeded.organisations.find((one) => one.name.startsWith(name))!.id,
    );
    const as = async (role: string, organisationId = own) => {
      const person = seeded.persons.find(
        (one) => one.organisationId === organisationId && one.roles.includes(role as never),
      )!;
      const at = browser();
      at.cookies.set('hortus_session', await people.openSessionFor(person.id));
      return { ...person, at };
    };
    for (const role of ['operator', 'deployer-management', 'safety-officer']) {
      const [officer, taken] = [await as(role), await as('clinical-owner')];
      const address = `/api/v1/people/persons/${taken.id}/sessions`;
      expect([role, (await officer.at.send('DELETE', address)).json()]).toEqual([role, { ended: 1 }]);
      expect([(await taken.at.me()).kind, (await officer.at.me()).kind]).toEqual(['nobody', 'person']);
      expect(acts.at(-1)).toMatchObject({
        actor: { id: officer.id },
        predicate: { action: 'sessions-ended-by-officer', person: taken.id, sessions: 1 },
      });
    }
    const victim = await as('clinical-owner');
    const address = `/api/v1/people/persons/${victim.id}/sessions`;
    expect((await (await as('operator', foreign)).at.send('DELETE', address)).statusCode).toBe(404);
    expect((await (await as('model-lead')).at.send('DELETE', address)).statusCode).toBe(403);
    expect((await browser().send('DELETE', address)).statusCode).toBe(401);
    expect((await victim.at.me()).kind).toBe('person');
  });

  it('opens sessions that their owner sees and ends, here or everywhere', async () => {
    const { issuer, browser } = await aScene(open);
    const signIn = async () => {
      const person = browser();
      await person.back(issuer.authorize(await person.begin('hospital')));
      return person;
    };
    const [one, two, three] = [await signIn(), await signIn(), await signIn()];
    const { sessions } = (await one.send('GET', '/api/v1/people/sessions')).json();
    expect(sessions).toHaveLength(3);
    expect(sessions.filter(({ isThis }: { isThis: boolean }) => isThis)).toHaveLength(1);
    const ofTwo = (await two.send('GET', '/api/v1/people/sessions')).json().sessions;
    const own = ofTwo.find(({ isThis }: { isThis: boolean }) => isThis);
    expect((await one.send('DELETE', `/api/v1/people/sessions/${own.id}`)).json()).toEqual({ ended: 1 });
    expect((await two.me()).kind).toBe('nobody');
    expect((await one.send('DELETE', '/api/v1/people/sessions/session_of_somebody')).statusCode).toBe(404);
    expect((await one.send('DELETE', '/api/v1/people/sessions')).json()).toEqual({ ended: 2 });
    expect((await three.me()).kind).toBe('nobody');
    expect((await browser().send('GET', '/api/v1/people/sessions')).statusCode).toBe(401);
  });

  it('is completed at the userinfo endpoint where configured, of the same subject, and never as to how one signed in', async () => {
    const { other, browser } = await aScene(open);
    const signIn = async (said: JWTPayload) => {
      other.subject.claims = {};
      other.userInfo = said;
      const person = browser();
      const answer = await person.back(other.authorize(await person.begin('other')));
      return answer.statusCode === 303 ? person.me() : answer.json();
    };
    expect(await signIn({ name: 'Sam', groups: ['mri-readers'], acr: 'mfa', amr: ['otp'] })).toMatchObject({
      name: 'Sam',
      roles: ['clinical-owner'],
      signedIn: { strength: 'single-factor' },
    });
    expect((await signIn({ sub: 'somebody-else', groups: ['mri-readers'] })).code).toBe('sign-in-failed');
  });
});
