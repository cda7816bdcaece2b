/*
 * Goal: whatever the server does, a page gets either data of the contract or a problem it can show. Method: a real
 * server on this machine that answers well, refuses, answers nonsense, and is gone.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ApiProblem, address, ask, problemOf, tell } from './api.ts';

const problem = {
  type: '/problems/wrong-state',
  title: 'The act is not possible in the present state',
  status: 409,
  code: 'wrong-state',
  remedy: 'See detail.',
  fixer: 'caller',
  errors: [{ line: 3, detail: 'must be a number' }],
  requestId: 'req-7',
};

const answers: Record<string, { status: number; type: string; body: string }> = {
  '/good': { status: 200, type: 'application/json', body: '{"n":121,"later":"more"}' },
  '/none': { status: 204, type: 'text/plain', body: '' },
  '/refused': { status: 409, type: 'application/problem+json', body: JSON.stringify(problem) },
  '/proxy': { status: 502, type: 'text/html', body: '<h1>Bad gateway</h1>' },
  '/other': { status: 200, type: 'application/json', body: '{"n":"many"}' },
};

let server: Server;
let base = '';

beforeAll(async () => {
  server = createServer((request, response) => {
    const answer = answers[request.url ?? ''] ?? { status: 404, type: 'text/plain', body: '' };
    response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

const counted = z.object({ n: z.number() });

async function problemFrom(asked: Promise<unknown>): Promise<ApiProblem> {
  const failure: unknown = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(failure instanceof ApiProblem)) throw new Error(`expected a problem, got ${String(failure)}`);
  return failure;
}

describe('an answer', () => {
  it('is read by its contract, and nothing more comes through', async () => {
    await expect(ask(`${base}/good`, counted)).resolves.toEqual({ n: 121 });
  });

  it('may be nothing', async () => {
    await expect(tell('POST', `${base}/none`, { schema: z.unknown() })).resolves.toBeUndefined();
  });
});

describe('a failure', () => {
  it('that the server explains is shown as it explains it', async () => {
    const { shown, status } = await problemFrom(tell('POST', `${base}/refused`, { body: {}, schema: counted }));
    expect(status).toBe(409);
    expect(shown).toMatchObject({ code: 'wrong-state', fixer: 'caller', requestId: 'req-7', errors: problem.errors });
  });

  it('of something between us and the server names its status', async () => {
    const { shown, status } = await problemFrom(ask(`${base}/proxy`, counted));
    expect([status, shown.code, shown.detail]).toEqual([502, 'unexpected', 'HTTP 502']);
  });

  it('to keep the contract names the field', async () => {
    expect((await problemFrom(ask(`${base}/other`, counted))).shown.detail).toContain('n');
  });

  it('to answer at all says who can help', async () => {
    const { shown, status } = await problemFrom(ask('http://127.0.0.1:9/gone', counted));
    expect([status, shown.code, shown.fixer]).toEqual([0, 'unreachable', 'operator']);
  });

  it('of our own is shown too', () => {
    expect(problemOf(new Error('x is not a function'))).toMatchObject({ code: 'page', detail: 'x is not a function' });
  });
});

describe('an address', () => {
  it('leaves out what is not chosen and escapes what is', () => {
    expect(address('/api/v1/monitor/cases', { asOf: '2019-03-31', site: undefined, filter: 'a&b' })).toBe(
      '/api/v1/monitor/cases?asOf=2019-03-31&filter=a%26b',
    );
    expect(address('/api/v1/ledger')).toBe('/api/v1/ledger');
  });
});
