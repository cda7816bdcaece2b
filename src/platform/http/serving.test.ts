import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { problemKinds } from '#kernel';
import { createLogger } from '../log/index.ts';
import { createMetrics, createServer, defineRoute, noncePlaceholder, type Route, type ServerOptions } from './index.ts';

/** Goal: the pages, and what every server has beside its routes. */

const opened: ReturnType<typeof createServer>[] = [];
let webDir = '';

beforeAll(async () => {
  webDir = await mkdtemp(join(tmpdir(), 'hortus-web-'));
  await mkdir(join(webDir, 'assets'));
  const page = `<!doctype html><meta property="csp-nonce" nonce="${noncePlaceholder}"><title>Hortus</title>`;
  await writeFile(join(webDir, 'index.html'), page);
  await writeFile(join(webDir, 'assets', 'index-Ab12_x-9.js'), 'export {};');
  await writeFile(join(webDir, 'assets', 'index-Ab12_x-9.js.gz'), gzipSync('export {};'));
  await writeFile(join(webDir, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(webDir, '.env'), 'SECRET=1');
});

afterAll(async () => {
  for (const app of opened) await app.close();
  await rm(webDir, { recursive: true });
});

function serve(options: Partial<ServerOptions<undefined>> & { routes?: Route<undefined>[] } = {}) {
  const app = createServer<undefined>({
    routes: [],
    authenticate: async () => undefined,
    allow: () => {},
    logger: pino({ level: 'silent' }),
    ...options,
  });
  opened.push(app);
  return app;
}

describe('the web app', () => {
  const app = () => serve({ staticDir: webDir });

  it('is answered for every address of a page, with a policy that holds the page’s own nonce', async () => {
    const server = app();
    for (const url of [
      '/',
      '/monitor/claims/claim_1?from=2021',
      '/develop/models/tum-rc/1.2',
      '/index.html',
      '/assets',
    ]) {
      const answer = await server.inject(url);
      expect([url, answer.statusCode, answer.headers['content-type']]).toEqual([url, 200, 'text/html; charset=utf-8']);
      const nonce = /nonce="([^"]+)"/.exec(answer.body)?.[1] ?? 'none';
      expect(answer.headers['content-security-policy']).toContain(`style-src 'self' 'nonce-${nonce}'`);
      expect(answer.headers['content-security-policy']).toContain("script-src 'self';");
      expect(answer.headers['content-security-policy']).not.toContain('unsafe');
      expect(answer.headers['cache-control']).toBe('no-cache');
    }
    const [one, other] = [await server.inject('/'), await server.inject('/')];
    expect(one.body).not.toBe(other.body);
  });

  it('has files named by content that are kept for ever, and others that are asked for again', async () => {
    const server = app();
    const script = await server.inject({ url: '/assets/index-Ab12_x-9.js', headers: { 'accept-encoding': 'gzip' } });
    expect(script.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'gzip',
      'x-content-type-options': 'nosniff',
    });
    expect(script.headers['content-type']).toMatch('javascript');
    expect((await server.inject('/favicon.svg')).headers['cache-control']).toBe('no-cache');
  });

  it('is never answered for what a machine asks, nor for a missing or hidden file', async () => {
    const server = app();
    const urls = ['/api/v1/none', '/api', '/log/checkpoint', '/status/x', '/.well-known/x', '/assets/old-12345678.js'];
    for (const url of [...urls, '/assets/..%2f..%2fetc/passwd.txt']) {
      const answer = await server.inject(url);
      expect([url, answer.statusCode, answer.json().code]).toEqual([url, 404, 'not-found']);
    }
    expect((await server.inject('/.env')).body).not.toContain('SECRET');
    expect((await server.inject({ method: 'POST', url: '/monitor' })).statusCode).toBe(404);
  });

  it('says what to do where it is not built', async () => {
    const answer = await serve({ staticDir: join(webDir, 'assets') }).inject('/');
    expect(answer.json()).toMatchObject({ code: 'not-found', detail: expect.stringContaining('npm run build') });
  });
});

describe('every server', () => {
  it('answers with headers that forbid framing, sniffing, loading and guessing', async () => {
    const answer = await serve().inject('/api/v1/problems');
    expect(answer.headers).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    });
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('lists every problem it can answer with', async () => {
    const { problems } = (await serve().inject('/api/v1/problems')).json();
    expect(problems.map(({ code }: { code: string }) => code)).toEqual(Object.keys(problemKinds));
  });

  it('tells whether it is well, without telling why to strangers', async () => {
    const well = serve({ health: { database: async () => {} } });
    expect((await well.inject('/healthz')).json()).toEqual({ status: 'ok', checks: { database: 'ok' } });
    const ill = serve({
      health: { database: async () => {}, ledger: async () => Promise.reject(new Error('key of /var/lib is gone')) },
    });
    const answer = await ill.inject('/healthz');
    expect([answer.statusCode, answer.json()]).toEqual([
      503,
      { status: 'failing', checks: { database: 'ok', ledger: 'failing' } },
    ]);
  });

  it('logs a failure with its request id and place, and not what the error quotes', async () => {
    const lines: string[] = [];
    const logger = createLogger({ level: 'trace', destination: { write: (line: string) => lines.push(line) } });
    const fail = defineRoute({
      method: 'POST',
      path: '/api/v1/garden/:pseudonym/fail',
      action: 'public',
      summary: 'Fails.',
      body: z.unknown(),
      response: z.object({}),
      handle: async ({ body }) => {
        throw new Error(`cannot plant ${JSON.stringify(body)}`);
      },
    });
    const server = serve({ logger, routes: [fail] });
    const answer = await server.inject({
      method: 'POST',
      url: '/api/v1/garden/PLANTED-1/fail?case=PLANTED-2',
      headers: { 'x-request-id': 'PLANTED-3', 'user-agent': 'PLANTED-4', cookie: 'hortus_session=PLANTED-5' },
      payload: { patient: 'PLANTED-6' },
    });
    const broken = {
      method: 'POST',
      url: '/api/v1/garden/p/fail',
      headers: { 'content-type': 'application/json' },
    } as const;
    await server.inject({ ...broken, payload: '{"patient": PLANTED-7' });
    expect(answer.statusCode).toBe(500);
    const log = lines.join('');
    expect(log).not.toContain('PLANTED');
    expect(answer.body).not.toContain('PLANTED');
    expect(log).toContain(answer.json().requestId);
    expect(log).toContain('serving.test.ts');
  });

  it('counts requests by route, never by address, and shows the gauges of rooms', async () => {
    const metrics = createMetrics();
    metrics.addGauge({
      name: 'hortus_claims',
      help: 'Claims by state.',
      labels: ['state'],
      read: () => [{ labels: { state: 'broken' }, value: 2 }],
    });
    const thing = defineRoute({
      method: 'GET',
      path: '/api/v1/garden/:plantId',
      action: 'public',
      summary: 'One.',
      response: z.object({}),
      handle: async () => ({}),
    });
    const server = serve({ metrics, routes: [thing] });
    await server.inject('/api/v1/garden/plant-0815');
    await server.inject('/nowhere/plant-0816');
    const { body, headers } = await server.inject('/metrics');
    expect(headers['content-type']).toMatch('text/plain');
    expect(body).toContain('hortus_claims{state="broken"} 2');
    expect(body).toMatch(
      /request_duration_seconds_count\{method="GET",route="\/api\/v1\/garden\/:plantId",status="200"\} 1/,
    );
    expect(body).toContain('route="none",status="404"');
    expect(body).toContain('process_resident_memory_bytes');
    expect(body).not.toContain('plant-081');
  });

  it('describes its API by the schemas that check it', async () => {
    const sow = defineRoute({
      method: 'POST',
      path: '/api/v1/garden/:bedId/seeds',
      action: 'garden:sow',
      summary: 'Sows.',
      params: z.object({ bedId: z.string() }),
      query: z.object({ dryRun: z.coerce.boolean().optional() }),
      body: z.strictObject({ psaNgPerMl: z.number().positive() }),
      response: z.object({ id: z.string() }),
      status: 201,
      handle: async () => ({ id: 'x' }),
    });
    const document = (await serve({ routes: [sow] }).inject('/api/v1/openapi.json')).json();
    expect(document.openapi).toBe('3.1.0');
    const operation = document.paths['/api/v1/garden/{bedId}/seeds'].post;
    expect(operation).toMatchObject({
      operationId: 'postApiV1GardenBedIdSeeds',
      tags: ['garden'],
      parameters: [
        { name: 'bedId', in: 'path', required: true },
        { name: 'dryRun', in: 'query', required: false },
      ],
      requestBody: {
        content: { 'application/json': { schema: { additionalProperties: false, required: ['psaNgPerMl'] } } },
      },
    });
    expect(Object.keys(operation.responses)).toEqual(['201', 'default']);
    expect(document.paths).toHaveProperty(['/api/v1/problems', 'get']);
  });
});
