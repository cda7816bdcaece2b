import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { Problem, type ProblemCode } from '#kernel';
import { createLogger } from '#platform/log';
import { createServer, defineRoute, noteRefusal } from './index.ts';

/**
 * Goal: whoever reads the log at its default level sees each sign-in that failed, each permission that was not there and
 * each attempt on a control, with who and where, and a flood does not fill the log. Method: a server with routes that
 * refuse, its log in memory; only the timers are the test's.
 */

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  vi.useRealTimers();
});

interface Line {
  level: string;
  msg: string;
  asker?: string;
  code?: string;
  route?: string;
  repeated?: number;
}

function aServer() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const lines: Line[] = [];
  const logger = createLogger({
    level: 'warn',
    destination: { write: (line: string) => lines.push(JSON.parse(line)) },
  });
  const refuse = defineRoute({
    method: 'GET',
    path: '/api/v1/garden/:code',
    action: 'public',
    summary: 'Refuses.',
    params: z.object({ code: z.string() }),
    response: z.object({}),
    handle: async ({ params }) => {
      throw new Problem(params.code as ProblemCode, { detail: 'PLANTED of one person' });
    },
  });
  const turnAway = defineRoute({
    method: 'POST',
    path: '/api/v1/garden/gate',
    action: 'public',
    summary: 'Turns away in its own way.',
    body: z.object({ seeds: z.int() }),
    response: 'raw',
    handle: async ({ reply }) => {
      noteRefusal(reply.request, { code: 'invalid_client' });
      return reply.code(401).send({ error: 'invalid_client' });
    },
  });
  const plant = defineRoute({
    method: 'POST',
    path: '/api/v1/garden/plants',
    action: 'garden:plant',
    summary: 'Plants.',
    response: z.object({}),
    handle: async () => ({}),
  });
  const app = createServer<{ id: string; name: string }>({
    routes: [refuse, turnAway, plant],
    authenticate: async ({ headers }) =>
      headers['x-as'] === undefined ? undefined : { id: String(headers['x-as']), name: 'PLANTED Name' },
    countedAs: (identity) => identity && { kind: 'person', id: identity.id },
    allow: () => {
      throw new Problem('not-allowed');
    },
    logger,
  });
  closers.push(() => app.close());
  const ask = async (method: 'GET' | 'POST', url: string, as?: string, payload?: object) =>
    app.inject({
      method,
      url,
      ...(as === undefined ? {} : { headers: { 'x-as': as } }),
      ...(payload === undefined ? {} : { payload }),
    });
  return { app, lines, ask };
}

describe('a refusal in the log', () => {
  it('says when, who, where and what at the level warn, and nothing of what was sent', async () => {
    const { lines, ask } = aServer();
    await ask('POST', '/api/v1/garden/plants?case=PLANTED', 'person_1');
    await ask('GET', '/api/v1/garden/sign-in-failed');
    await ask('POST', '/api/v1/garden/gate', 'token_1', { seeds: 1 });
    await ask('POST', '/api/v1/garden/gate', 'token_1', { seeds: 'PLANTED' });
    expect(lines.map(({ level, asker, route, code }) => [level, asker, route, code])).toEqual([
      ['warn', 'person_1', '/api/v1/garden/plants', 'not-allowed'],
      ['warn', 'nobody', '/api/v1/garden/:code', 'sign-in-failed'],
      ['warn', 'token_1', '/api/v1/garden/gate', 'invalid_client'],
      ['warn', 'token_1', '/api/v1/garden/gate', 'invalid-input'],
    ]);
    expect(lines.every((line) => 'time' in line && 'requestId' in line)).toBe(true);
    expect(JSON.stringify(lines)).not.toContain('PLANTED');
  });

  it('is no line where it is daily work', async () => {
    const { lines, ask } = aServer();
    for (const code of ['not-found', 'conflict']) await ask('GET', `/api/v1/garden/${code}`, 'person_1');
    await ask('GET', '/api/v1/nowhere');
    expect(lines).toEqual([]);
  });

  it('that comes again within a minute is counted, by asker, route and code', async () => {
    const { lines, ask } = aServer();
    for (let i = 0; i < 50; i++) await ask('POST', '/api/v1/garden/plants', 'person_1');
    await ask('POST', '/api/v1/garden/plants', 'person_2');
    expect(lines.map(({ asker }) => asker)).toEqual(['person_1', 'person_2']);
    vi.advanceTimersByTime(60_000);
    expect(lines.slice(2)).toEqual([
      expect.objectContaining({ level: 'warn', asker: 'person_1', code: 'not-allowed', repeated: 49 }),
    ]);
    await ask('POST', '/api/v1/garden/plants', 'person_1');
    expect(lines).toHaveLength(4);
  });

  it('is counted by its code alone beyond a thousand at once, and told at the latest when the server ends', async () => {
    const { app, lines, ask } = aServer();
    for (let i = 0; i < 1010; i++) await ask('POST', '/api/v1/garden/plants', `person_${i}`);
    expect(lines).toHaveLength(1001);
    await app.close();
    expect(lines.slice(1001)).toEqual([expect.objectContaining({ code: 'not-allowed', repeated: 9 })]);
    expect(lines[1001]).not.toHaveProperty('asker');
  });
});
