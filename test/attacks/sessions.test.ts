import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csrfTokenOf } from '#platform/http';
import { type Attacked, anAttacked, codeOf } from './attacked.ts';

/**
 * Goal: nobody acts in another's name: not by their browser, not by a session planted on them, not by what was revoked.
 * Method: a live installation on a real port, and the requests that browsers and thieves would send.
 */

let house: Attacked;
let owner: { id: string; session: string };
let other: { id: string; session: string };

beforeAll(async () => {
  house = await anAttacked();
  const { people } = await house.aHospital('ALFA', ['operator', 'model-lead']);
  [owner, other] = [people.operator!, people['model-lead']!];
});
afterAll(() => house.drop());

const newToken = { name: 'Machine', scopes: ['monitor:send-predictions'], expiresInDays: 1 };
const tokens = async (): Promise<number> =>
  (await house.done<{ tokens: unknown[] }>('/api/v1/people/tokens', owner)).tokens.length;

/** An act in the owner's name, by the cookie that the browser adds, with the headers of the attack. */
const forge = (headers: Record<string, string>, body: string = JSON.stringify(newToken)): Promise<Response> =>
  house.send('/api/v1/people/tokens', {
    body,
    headers: { cookie: house.cookieOf(owner.session), ...headers },
  });

describe('a forged request', () => {
  it('without the session’s own token is refused, and nothing happens', async () => {
    const before = await tokens();
    const token = csrfTokenOf(owner.session);
    const attempts: [string, Record<string, string>][] = [
      ['no token', {}],
      ['an empty token', { 'x-hortus-csrf': '' }],
      ['a wrong token', { 'x-hortus-csrf': `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}` }],
      ['a longer token', { 'x-hortus-csrf': `${token}A` }],
      ['the token of another session', { 'x-hortus-csrf': csrfTokenOf(other.session) }],
      ['the session’s secret itself', { 'x-hortus-csrf': owner.session }],
      ['a page of our own', { 'sec-fetch-site': 'same-origin', origin: house.url }],
    ];
    for (const [name, headers] of attempts) {
      const answer = await forge(headers);
      expect([name, answer.status, await codeOf(answer)]).toEqual([name, 403, 'csrf-token-missing']);
    }
    expect(await tokens()).toBe(before);
    expect((await forge({ 'x-hortus-csrf': token })).status).toBe(201);
  });

  it('from another site is refused even with the token, in every way a browser can send it', async () => {
    const token = { 'x-hortus-csrf': csrfTokenOf(owner.session) };
    const attempts: Record<string, string>[] = [
      { origin: 'null' },
      { origin: 'https://evil.example' },
      { origin: `${house.url}.evil.example` },
      { origin: 'http://127.0.0.1:1' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site', origin: house.url },
    ];
    for (const headers of attempts) {
      const answer = await forge({ ...token, ...headers });
      expect([headers, answer.status, await codeOf(answer)]).toEqual([headers, 403, 'wrong-origin']);
    }
  });

  it('of a plain form is no JSON, whatever it holds', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '']) {
      const answer = await forge({ 'content-type': type, 'x-hortus-csrf': csrfTokenOf(owner.session) });
      expect([type, answer.status]).toEqual([type, 415]);
    }
  });

  it('cannot sign anybody out, nor hide behind another method', async () => {
    const cookie = house.cookieOf(owner.session);
    expect((await house.send('/api/v1/people/sign-out', { method: 'POST', headers: { cookie } })).status).toBe(403);
    const override = { cookie, 'x-http-method-override': 'POST', 'x-method-override': 'POST' };
    expect((await house.send('/api/v1/people/sign-out', { headers: override })).status).toBe(404);
    const { kind } = await house.done<{ kind: string }>('/api/v1/people/me', owner);
    expect(kind).toBe('person');
  });

  it('needs a token that only our own page can read: it is in no header, no cookie, and in no answer to strangers', async () => {
    const mine = await house.send('/api/v1/people/me', owner);
    expect(mine.headers.get('access-control-allow-origin')).toBeNull();
    expect(mine.headers.get('cache-control')).toBe('no-store');
    expect(await mine.json()).toMatchObject({ csrfToken: csrfTokenOf(owner.session) });
    expect(await (await house.send('/api/v1/people/me')).json()).not.toHaveProperty('csrfToken');
  });
});

describe('a session', () => {
  it('planted before the sign-in is never the one that is signed in', async () => {
    const fixed = `hortus_${'F'.repeat(43)}`;
    const session = await house.signIn(owner.id, { cookie: house.cookieOf(fixed) });
    expect(session).not.toBe(fixed);
    const { kind } = await house.done<{ kind: string }>('/api/v1/people/me', { session: fixed });
    expect(kind).toBe('nobody');
    // Nor does a second sign-in carry on the first.
    expect(
      await house.signIn(owner.id, { cookie: house.cookieOf(session), 'x-hortus-csrf': csrfTokenOf(session) }),
    ).not.toBe(session);
  });

  it('is not taken from an address, a body or another header', async () => {
    const { session } = owner;
    const answers = [
      await house.send(`/api/v1/people/tokens?hortus_session=${session}&session=${session}`),
      await house.send('/api/v1/people/tokens', {
        headers: { 'x-session': session, authorization: `Bearer ${session}` },
      }),
      await house.send('/api/v1/people/tokens', { headers: { cookie: `other=1; hortus_session=${session}` } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
  });

  it('is over within two seconds of its end, for whoever kept the cookie', async () => {
    const session = await house.signIn(owner.id);
    expect((await house.send('/api/v1/people/tokens', { session })).status).toBe(200);
    const endedAtMs = performance.now();
    expect((await house.send('/api/v1/people/sign-out', { method: 'POST', session })).ok).toBe(true);
    expect((await house.send('/api/v1/people/tokens', { session })).status).toBe(401);
    expect(performance.now() - endedAtMs).toBeLessThan(2000);
  });
});

describe('a token', () => {
  it('is worth nothing within two seconds of its revocation, also for requests already under way', async () => {
    const { id, secret } = await house.aToken(owner, ['monitor:read-claims']);
    const ask = async (): Promise<number> => (await house.send('/api/v1/monitor/claims', { token: secret })).status;
    expect(await ask()).toBe(200);
    const revokedAtMs = performance.now();
    expect((await house.send(`/api/v1/people/tokens/${id}`, { method: 'DELETE', ...owner })).status).toBe(204);
    const after = await Promise.all(Array.from({ length: 20 }, ask));
    expect(after).toEqual(Array.from({ length: 20 }, () => 401));
    expect(performance.now() - revokedAtMs).toBeLessThan(2000);
  });

  it('needs no token against forgery, because no browser adds it, and does not borrow a cookie beside it', async () => {
    const cookie = house.cookieOf(owner.session);
    const answer = await house.send('/api/v1/people/tokens', {
      body: newToken,
      token: `hortus_${'A'.repeat(43)}`,
      headers: { cookie },
    });
    expect(answer.status).toBe(401);
  });
});
