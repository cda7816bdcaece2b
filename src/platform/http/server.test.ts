import { Readable } from 'node:stream';
import pino from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Problem } from '#kernel';
import { createServer, routesFor, type ServerOptions } from './index.ts';

/** Goal: every way a request can be wrong is answered by one problem; what is right passes its contract. */

interface Guest {
  name: string;
}

const route = routesFor<Guest>();

const echo = route({
  method: 'POST',
  path: '/api/v1/garden/plants/:plantId',
  action: 'garden:plant',
  summary: 'Plants something.',
  params: z.object({ plantId: z.string().max(40) }),
  query: z.object({ rows: z.coerce.number().int().max(9).default(1) }),
  body: z.strictObject({ name: z.string(), beds: z.array(z.object({ 'a/b': z.number().max(1) })).default([]) }),
  response: z.object({ id: z.string(), rows: z.number(), by: z.string() }),
  status: 201,
  handle: async ({ params, query, identity }) => ({
    id: params.plantId,
    rows: query.rows,
    by: identity.name,
    secretNote: 'never leaves',
  }),
});

const count = route({
  method: 'POST',
  path: '/api/v1/garden/seeds',
  action: 'garden:plant',
  summary: 'Counts the bytes of a stream.',
  body: 'stream',
  bodyBytesMax: 2_000_000,
  response: z.object({ bytes: z.number(), contentType: z.string() }),
  handle: async ({ body, contentType }) => {
    let bytes = 0;
    for await (const chunk of body) bytes += (chunk as Buffer).length;
    return { bytes, contentType };
  },
});

const broken = route({
  method: 'GET',
  path: '/api/v1/garden/broken',
  action: 'public',
  summary: 'Fails in the way it is told.',
  query: z.object({ how: z.string() }),
  response: z.object({ n: z.number() }),
  handle: async ({ query }) => {
    if (query.how === 'problem') throw new Problem('four-eyes', { context: { need: 2 } });
    if (query.how === 'throw') throw new Error('leaks PSEUDONYM-77');
    return { n: 'not a number' } as unknown as { n: number };
  },
});

const remove = route({
  method: 'DELETE',
  path: '/api/v1/garden/plants/:plantId',
  action: 'garden:plant',
  summary: 'Removes a plant.',
  response: z.undefined(),
  handle: async () => undefined,
});

const opened: ReturnType<typeof createServer>[] = [];
afterAll(async () => {
  for (const app of opened) await app.close();
});

function serve(options: Partial<ServerOptions<Guest>> = {}) {
  const app = createServer<Guest>({
    routes: [echo, count, broken, remove],
    authenticate: async (request) => (request.headers.authorization === 'Bearer t' ? { name: 'Flora' } : undefined),
    allow: (identity, action) => {
      if (!identity) throw new Problem('not-signed-in');
      if (action === 'garden:forbidden') throw new Problem('not-allowed');
    },
    logger: pino({ level: 'silent' }),
    ...options,
  });
  opened.push(app);
  return app;
}

const app = serve();
const signedIn = { authorization: 'Bearer t' };

describe('a route', () => {
  it('gets what it asked for, checked and converted, and answers only what it declared', async () => {
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/garden/plants/p1?rows=3',
      headers: signedIn,
      payload: { name: 'sage' },
    });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toEqual({ id: 'p1', rows: 3, by: 'Flora' });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('answers 204 where there is nothing to say', async () => {
    const answer = await app.inject({ method: 'DELETE', url: '/api/v1/garden/plants/p1', headers: signedIn });
    expect([answer.statusCode, answer.body]).toEqual([204, '']);
  });

  it('reads a stream with its content type', async () => {
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/garden/seeds',
      headers: { ...signedIn, 'content-type': 'text/CSV; charset=utf-8' },
      payload: Readable.from([Buffer.from('a,b\n'), Buffer.alloc(1_000_000)]),
    });
    expect(answer.json()).toEqual({ bytes: 1_000_004, contentType: 'text/csv' });
  });
});

describe('a refused request', () => {
  const post = (url: string, payload: unknown, headers: Record<string, string> = {}) =>
    app.inject({ method: 'POST', url, payload: payload as string, headers: { ...signedIn, ...headers } });

  const cases: [string, () => ReturnType<typeof post>, number, string][] = [
    ['an unknown address', () => post('/api/v1/garden/none', {}), 404, 'not-found'],
    ['an address that is not well formed', () => post('/api/v1/garden/plants/%', {}), 404, 'not-found'],
    [
      'JSON that is none',
      () => post('/api/v1/garden/plants/p', '{"name":', { 'content-type': 'application/json' }),
      400,
      'invalid-json',
    ],
    [
      'an empty JSON body',
      () => post('/api/v1/garden/plants/p', '', { 'content-type': 'application/json' }),
      400,
      'invalid-json',
    ],
    [
      'a prototype in JSON',
      () => post('/api/v1/garden/plants/p', '{"__proto__":{"a":1}}', { 'content-type': 'application/json' }),
      400,
      'invalid-json',
    ],
    [
      'a body that is not JSON',
      () => post('/api/v1/garden/plants/p', 'name=a', { 'content-type': 'text/plain' }),
      415,
      'unsupported-media-type',
    ],
    ['no body where one is needed', () => post('/api/v1/garden/plants/p', undefined), 422, 'invalid-input'],
    [
      'a body beyond the limit',
      () => post('/api/v1/garden/plants/p', { name: 'x'.repeat(1_100_000) }),
      413,
      'body-too-large',
    ],
    [
      'a stream beyond the limit',
      () => post('/api/v1/garden/seeds', Buffer.alloc(2_000_001), { 'content-type': 'text/csv' }),
      413,
      'body-too-large',
    ],
    [
      'a stream of another kind',
      () => post('/api/v1/garden/seeds', 'x', { 'content-type': 'text/xml' }),
      415,
      'unsupported-media-type',
    ],
    [
      'a compressed stream',
      () => post('/api/v1/garden/seeds', 'x', { 'content-type': 'text/csv', 'content-encoding': 'gzip' }),
      415,
      'unsupported-media-type',
    ],
    [
      'nobody signed in',
      () => post('/api/v1/garden/plants/p', { name: 'a' }, { authorization: '' }),
      401,
      'not-signed-in',
    ],
    [
      'another Host',
      () => post('/api/v1/garden/plants/p', { name: 'a' }, { host: 'evil.example:80' }),
      403,
      'wrong-origin',
    ],
    [
      'another Origin',
      () => post('/api/v1/garden/plants/p', { name: 'a' }, { origin: 'http://localhost:9' }),
      403,
      'wrong-origin',
    ],
    ['the Origin null', () => post('/api/v1/garden/plants/p', { name: 'a' }, { origin: 'null' }), 403, 'wrong-origin'],
    [
      'a page of the same site but another port',
      () => post('/api/v1/garden/plants/p', { name: 'a' }, { 'sec-fetch-site': 'same-site' }),
      403,
      'wrong-origin',
    ],
    ['a problem from the handler', () => app.inject('/api/v1/garden/broken?how=problem'), 409, 'four-eyes'],
    ['an error in the handler', () => app.inject('/api/v1/garden/broken?how=throw'), 500, 'internal'],
    ['an answer that breaks its contract', () => app.inject('/api/v1/garden/broken?how=answer'), 500, 'internal'],
  ];

  for (const [name, send, status, code] of cases) {
    it(`is answered by ${code} for ${name}`, async () => {
      const answer = await send();
      expect(answer.statusCode).toBe(status);
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(answer.json()).toMatchObject({ code, status, type: `/problems/${code}`, requestId: expect.any(String) });
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(answer.body).not.toContain('PSEUDONYM');
    });
  }

  it('names every bad field by its pointer', async () => {
    const answer = await post('/api/v1/garden/plants/p', { name: 1, beds: [{ 'a/b': 2 }], extra: 1 });
    expect(answer.json().errors.map((error: { pointer: string }) => error.pointer)).toEqual([
      '/name',
      '/beds/0/a~1b',
      '',
    ]);
    const query = await post('/api/v1/garden/plants/p?rows=10', { name: 'a' });
    expect(query.json().errors).toEqual([{ pointer: '/query/rows', detail: expect.stringContaining('9') }]);
  });

  it('for which the outside world is to blame is answered as such', async () => {
    const toProblem = (error: unknown) => (error instanceof Error ? new Problem('storage-unavailable') : error);
    const answer = await serve({ toProblem }).inject('/api/v1/garden/broken?how=throw');
    expect([answer.statusCode, answer.json().code]).toEqual([503, 'storage-unavailable']);
  });

  it('is decided before its body is read', async () => {
    const answer = await post('/api/v1/garden/plants/p', '{', {
      authorization: '',
      'content-type': 'application/json',
    });
    expect(answer.statusCode).toBe(401);
  });
});
