import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Attacked, anAttacked, codeOf } from './attacked.ts';
import { answerTo, statusOf } from './wire.ts';

/**
 * Goal: what the server hands out is of use to nobody else: cookies, secrets, caches, methods, errors. Method: a live
 * installation behind a proxy that ends TLS, and one on loopback, on real ports; every route of the API document.
 */

interface Document {
  paths: Record<string, Record<string, { parameters?: { name: string; in: string }[] }>>;
}

let house: Attacked;
let alone: Attacked;
let person: { id: string; session: string };
let document: Document;

beforeAll(async () => {
  house = await anAttacked({ edge: { isSecure: true, behindProxy: true } });
  alone = await anAttacked();
  person = (await house.aHospital('ALFA', ['operator'])).people.operator!;
  document = await house.done<Document>('/api/v1/openapi.json');
}, 120_000);
afterAll(async () => {
  await house.drop();
  await alone.drop();
});

/** The answer to a sign-in by a new link. */
async function signedIn(at: Attacked, id: string): Promise<Response> {
  const link = await at.done<{ secret: string }>('/api/v1/installation/sign-in-links', {
    body: { person: id },
    ...at.operator,
  });
  return at.send('/api/v1/people/sign-in', { body: { link: link.secret } });
}

describe('the cookie of a session', () => {
  it('is out of reach for scripts, other sites, other hosts and plain http, and no body repeats it', async () => {
    const answer = await signedIn(house, person.id);
    const [cookie = '', ...more] = answer.headers.getSetCookie();
    expect(more).toEqual([]);
    const [pair = '', ...attributes] = cookie.split('; ');
    expect(attributes.sort()).toEqual(['HttpOnly', 'Max-Age=43200', 'Path=/', 'SameSite=Strict', 'Secure']);
    // With these attributes, and no Domain, browsers keep what is named so; and take it from nobody else.
    expect(pair).toMatch(/^__Host-hortus_session_\d+=/);
    expect(await answer.text()).not.toContain(pair.split('=')[1]);
    expect(Buffer.byteLength(cookie)).toBeLessThan(4096);
  });

  it('needs no TLS on this very machine only, where there is none', async () => {
    const { people } = await alone.aHospital('ALFA', ['operator']);
    const [cookie = ''] = (await signedIn(alone, people.operator!.id)).headers.getSetCookie();
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/^hortus_session_\d+=/);
    expect(cookie).not.toMatch(/Secure|Domain/);
    expect((await alone.send('/healthz')).headers.get('strict-transport-security')).toBeNull();
  });

  it('is taken back at sign-out', async () => {
    const session = await house.signIn(person.id);
    const answer = await house.send('/api/v1/people/sign-out', { method: 'POST', session });
    expect(answer.headers.getSetCookie()[0]).toMatch(
      /^__Host-hortus_session_\d+=;.*(?:Max-Age=0|Expires=Thu, 01 Jan 1970).*Secure/,
    );
  });

  it('takes what the browser kept along, and leaves the cookies of others', async () => {
    const leaving = (await house.aHospital('LEAVING', ['operator'])).people.operator!;
    for (const [method, path] of [
      ['POST', '/api/v1/people/sign-out'],
      ['DELETE', '/api/v1/people/sessions'],
    ] as const) {
      const answer = await house.send(path, { method, session: await house.signIn(leaving.id) });
      expect([answer.status, answer.headers.get('clear-site-data')]).toEqual([200, '"cache", "storage"']);
    }
    expect((await house.send('/api/v1/people/me')).headers.get('clear-site-data')).toBeNull();
  });

  it('holds 256 bits of chance: no two alike, no bit that leans', async () => {
    const secrets = await Promise.all(Array.from({ length: 40 }, () => house.signIn(person.id)));
    expect(new Set(secrets).size).toBe(secrets.length);
    const bytes = secrets.map((secret) => {
      expect(secret).toMatch(/^hortus_[A-Za-z0-9_-]{43}$/);
      return Buffer.from(secret.slice('hortus_'.length), 'base64url');
    });
    expect(bytes.every(({ length }) => length === 32)).toBe(true);
    const ones = Array.from({ length: 256 }, (_, bit) =>
      bytes.reduce((sum, secret) => sum + ((secret[bit >> 3]! >> (bit & 7)) & 1), 0),
    );
    // Of 40 fair draws, 3 or fewer and 37 or more come once in 5e7 times; for 256 bits, once in 2e5 runs.
    expect(Math.min(...ones)).toBeGreaterThan(3);
    expect(Math.max(...ones)).toBeLessThan(37);
  });

  it('is another one after a step-up, and the one before is worth nothing', async () => {
    const before = await house.signIn(person.id);
    const link = await house.done<{ secret: string }>('/api/v1/installation/sign-in-links', {
      body: { person: person.id },
      ...house.operator,
    });
    const answer = await house.send('/api/v1/people/sign-in', { body: { link: link.secret }, session: before });
    const after = /=([^;]+)/.exec(answer.headers.getSetCookie()[0] ?? '')?.[1] ?? '';
    expect([answer.status, after === before]).toEqual([200, false]);
    expect((await house.send('/api/v1/people/tokens', { session: before })).status).toBe(401);
    expect((await house.send('/api/v1/people/tokens', { session: after })).status).toBe(200);
  });
});

describe('every answer of the API', () => {
  it('is kept in no cache, says what it is, and shows nothing of our insides, whoever asks', {
    timeout: 120_000,
  }, async () => {
    const wrong: string[] = [];
    const paths = Object.entries(document.paths).filter(([path, { get }]) => path.startsWith('/api/') && get);
    expect(paths.length).toBeGreaterThan(20);
    for (const [path] of paths) {
      for (const as of [{}, { session: person.session }]) {
        const answer = await house.send(path.replaceAll(/\{\w+\}/g, 'x'), as);
        const text = await answer.text();
        const what = `${path} (${answer.status})`;
        // The signed checkpoint is public and holds nobody's data; whoever keeps it asks whether it is the newest.
        const caching = path === '/api/v1/ledger/checkpoint' ? 'no-cache' : 'no-store';
        if (answer.headers.get('cache-control') !== caching) wrong.push(`${what} may be cached`);
        if (text !== '' && !answer.headers.get('content-type')) wrong.push(`${what} says not what it is`);
        if (answer.headers.get('x-content-type-options') !== 'nosniff') wrong.push(`${what} may be sniffed`);
        if (/\bat \S+ \(|node_modules|\.ts:\d+|select .* from|postgres|PLANTED/i.test(text) && answer.status >= 400) {
          wrong.push(`${what} shows its insides: ${text.slice(0, 200)}`);
        }
        if (answer.status >= 500) wrong.push(what);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('that is a file has a name of ours, whatever is asked for', async () => {
    for (const format of ['csv', 'ndjson']) {
      const answer = await house.send(
        `/api/v1/people/access-record/export?format=${format}&filename=evil.html&name=%22%0d%0a`,
        person,
      );
      await answer.text();
      expect([answer.status, answer.headers.get('content-disposition')]).toEqual([
        200,
        `attachment; filename="access-record.${format}"`,
      ]);
    }
  });

  it('to a parameter that is there twice, or does not fit its contract, is a refusal', async () => {
    for (const query of ['limit=1&limit=2', 'limit=1;DROP', 'limit=1e400', 'limit=-1', 'limit=%00']) {
      const answer = await house.send(`/api/v1/monitor/cases?${query}`, house.operator);
      expect([query, answer.status]).toEqual([query, 422]);
    }
  });
});

describe('a method', () => {
  it('that no route declares does nothing, and TRACE tells nothing back', async () => {
    const line = (method: string, path: string): string =>
      `${method} ${path} HTTP/1.1\r\nhost: localhost\r\nx-planted: PLANTED\r\nconnection: close\r\n\r\n`;
    for (const method of ['TRACE', 'TRACK', 'CONNECT', 'PROPFIND', 'PUT', 'PATCH', 'HORTUS']) {
      const answer = await answerTo(house.port, line(method, '/api/v1/people/me'));
      const status = statusOf(answer);
      // Of a CONNECT, Node closes the connection without a word.
      expect([method, status === 0 || (status >= 400 && status < 500)]).toEqual([method, true]);
      expect([method, answer.includes('PLANTED')]).toEqual([method, false]);
    }
  });
});

describe('who tries to get in', () => {
  it('is in the log with the time, the route and the refusal, and who got in is in the ledger', async () => {
    const before = house.logged.length;
    const refused = await house.send('/api/v1/people/sign-in', { body: { link: `hortus_${'A'.repeat(43)}` } });
    expect(refused.status).toBe(401);
    await house.send('/api/v1/people/tokens', { token: `hortus_${'B'.repeat(43)}` });
    expect(await codeOf(await house.send('/api/v1/people/tokens'))).toBe('not-signed-in');
    const lines = house.logged.slice(before).map((line) => JSON.parse(line) as Record<string, unknown>);
    const told = lines.filter(({ msg, status }) => msg === 'request' && status === 401);
    expect(told).toHaveLength(3);
    for (const line of told) {
      expect(line).toMatchObject({ time: expect.stringMatching(/Z$/), requestId: expect.any(String) });
    }
    await signedIn(house, person.id);
    // The next round of the background gives it its place.
    house.background.kick();
    await house.background.settle();
    const entries = await (await house.send('/api/v1/ledger/entries?limit=100')).text();
    expect(entries).toContain('signed-in-by-link');
    expect(entries).not.toContain('AAAAAAAA');
  });
});

describe.skipIf(process.platform === 'win32')('the secret of the local operator', () => {
  it('lies where its owner alone reads it, is of this process only, and goes with it', async () => {
    const file = join(house.dataDir, 'operator.token');
    await house.access.publish(house.dataDir);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readFile(file, 'utf8')).trim()).toBe(house.access.secret);
    expect(alone.access.secret).not.toBe(house.access.secret);
    expect((await alone.send('/api/v1/people/tokens', { token: house.access.secret })).status).toBe(401);
    await house.access.withdraw(house.dataDir);
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
