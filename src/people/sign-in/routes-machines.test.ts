// Goal: machines get short-lived tokens for what they may do, by secret, key or certificate, and lose them at once.
// Method: through the server; hostile requests beside the honest ones.
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterEach, expect, it } from 'vitest';
import { describeOnEveryDatabase } from '../../platform/db/testing.ts';
import { noProviders } from './configuration.ts';
import { aHouseWithSignIn } from './house-for-tests.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const tokenPath = '/api/v1/people/oauth/token';
const scopes = ['people:read-organisations', 'monitor:send-outcomes'];
const certificate = 'ab'.repeat(32);

async function aHouse(open: () => Promise<import('#platform/db').Database>, trustedProxies: string[] = []) {
  const machines = { ...noProviders.machines, trustedProxies };
  const house = await aHouseWithSignIn(await open(), { configuration: { machines } });
  closers.push(() => house.app.close());
  const operator = house.browser();
  const person = house.seeded.persons.find(({ roles }) => roles.includes('operator'));
  operator.cookies.set('hortus_session', await house.people.openSessionFor(person?.id ?? ''));
  const register = async (proof: object) => {
    const body = { name: 'PACS', scopes, expiresInDays: 30, proof };
    const answer = await operator.send('POST', '/api/v1/people/oauth/clients', { body });
    expect(answer.statusCode).toBe(201);
    return answer.json() as { id: string; secret?: string };
  };
  const ask = (form: Record<string, string>, headers: Record<string, string> = {}) =>
    house.browser().send('POST', tokenPath, { form: { grant_type: 'client_credentials', ...form }, headers });
  const use = async (token: string, headers: Record<string, string> = {}) =>
    (
      await house
        .browser()
        .send('GET', '/api/v1/people/organisations', { headers: { authorization: `Bearer ${token}`, ...headers } })
    ).statusCode;
  return { ...house, operator, register, ask, use };
}

const basic = (id: string, secret = '') => ({
  authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
});

describeOnEveryDatabase('a machine', (open) => {
  it('with a secret gets a token for ten minutes and no more than its own scopes, until it is ended', async () => {
    const { register, ask, use, operator, wait, logged } = await aHouse(open);
    const { id, secret = '' } = await register({ kind: 'secret' });
    const granted = await ask({}, basic(id, secret));
    expect(granted.json()).toMatchObject({ token_type: 'Bearer', expires_in: 600, scope: scopes.join(' ') });
    expect(granted.headers['cache-control']).toBe('no-store');
    const token = granted.json().access_token as string;
    expect(await use(token)).toBe(200);

    const narrow = (await ask({ scope: 'monitor:send-outcomes' }, basic(id, secret))).json().access_token;
    expect(await use(narrow)).toBe(403);
    for (const scope of ['people:*', 'monitor:*', 'people:read-organisations certify:sign', ' ']) {
      expect([scope, (await ask({ scope }, basic(id, secret))).json().error]).toEqual([scope, 'invalid_scope']);
    }
    wait(600_001);
    expect(await use(token)).toBe(401);
    const fresh = (await ask({}, basic(id, secret))).json().access_token;
    expect(await use(fresh)).toBe(200);
    const ended = await operator.send('DELETE', `/api/v1/people/oauth/clients/${id}`);
    expect(ended.statusCode).toBe(204);
    expect(await use(fresh)).toBe(401);
    expect((await ask({}, basic(id, secret))).json().error).toBe('invalid_client');
    for (const one of [secret, token, fresh]) expect(logged.join('')).not.toContain(one.slice(7));
  });

  it('is refused with a wrong or missing proof, in the words of OAuth', async () => {
    const { register, ask } = await aHouse(open);
    const { id, secret = '' } = await register({ kind: 'secret' });
    const wrong = await ask({}, basic(id, `hortus_${'A'.repeat(43)}`));
    expect([wrong.statusCode, wrong.json().error]).toEqual([401, 'invalid_client']);
    expect(wrong.headers['www-authenticate']).toMatch('Basic');
    expect((await ask({}, basic('client_nobody', secret))).json().error).toBe('invalid_client');
    expect((await ask({ client_id: id })).json().error).toBe('invalid_client');
    expect((await ask({ client_id: id, client_secret: secret })).json().error).toBe('invalid_request');
    expect((await ask({ grant_type: 'password' }, basic(id, secret))).json().error).toBe('unsupported_grant_type');
    expect((await ask({}, { authorization: `Bearer ${secret}` })).json().error).toBe('invalid_client');
  });

  it('with a key signs an assertion that counts once, for us, soon', async () => {
    const { register, ask, use } = await aHouse(open);
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const stranger = await generateKeyPair('ES256');
    const { id } = await register({ kind: 'keys', jwks: { keys: [await exportJWK(publicKey)] } });
    const now = Math.floor(Date.now() / 1000);
    const audience = `http://localhost${tokenPath}`;
    const assertion = (given: object = {}, key = privateKey) =>
      new SignJWT({ iss: id, sub: id, aud: audience, jti: String(Math.random()), exp: now + 120, ...given })
        .setProtectedHeader({ alg: 'ES256' })
        .sign(key);
    const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
    const show = async (client_assertion: string) =>
      (await ask({ client_assertion_type: type, client_assertion })).json() as {
        access_token?: string;
        error?: string;
      };
    const honest = await assertion();
    expect(await use((await show(honest)).access_token ?? '')).toBe(200);
    const header = Buffer.from('{"alg":"none"}').toString('base64url');
    const attacks: Record<string, string> = {
      'shown twice': honest,
      'another key': await assertion({}, stranger.privateKey),
      unsigned: `${header}.${honest.split('.')[1]}.`,
      'for somebody else': await assertion({ aud: 'https://elsewhere.example/token' }),
      'of somebody else': await assertion({ sub: 'client_other' }),
      'without an id': await assertion({ jti: undefined }),
      'valid too long': await assertion({ exp: now + 86_400 }),
      expired: await assertion({ exp: now - 60 }),
      'no token at all': 'x.y.z',
    };
    for (const [what, given] of Object.entries(attacks)) {
      expect([what, (await show(given)).error]).toEqual([what, 'invalid_client']);
    }
  });

  it('with a certificate is believed only where the proxy in front says so, and its token only with it', async () => {
    const { register, ask, use } = await aHouse(open, ['127.0.0.0/8']);
    const { id } = await register({ kind: 'certificate', sha256: certificate });
    const seen = { 'x-client-certificate-sha256': certificate.toUpperCase().replace(/(..)(?=.)/g, '$1:') };
    const token = (await ask({ client_id: id }, seen)).json().access_token;
    expect(await use(token, seen)).toBe(200);
    expect(await use(token)).toBe(401);
    expect(await use(token, { 'x-client-certificate-sha256': 'cd'.repeat(32) })).toBe(401);

    const untrusting = await aHouse(open);
    const other = await untrusting.register({ kind: 'certificate', sha256: certificate });
    const answer = await untrusting.ask({ client_id: other.id }, seen);
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'not-signed-in']);
    const anywhere = await untrusting.browser().send('GET', '/api/v1/people/me', { headers: seen });
    expect(anywhere.statusCode).toBe(401);
  });
});
