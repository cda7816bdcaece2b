import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idsIn, pathWith, twoHospitals } from './two-hospitals.ts';

/**
 * Goal: an id is no permission to act, and no way into paths, headers or queries. Method: every route of the API document, asked
 * with ids that belong to another hospital and with ids that belong to nobody, by everybody who is not that hospital.
 */

let world: Awaited<ReturnType<typeof twoHospitals>>;

beforeAll(async () => {
  world = await twoHospitals();
}, 120_000);
afterAll(() => world.house.drop());

/** Which ids a parameter takes, by its name; what is not here has no id of ALFA's, and every kind is wrong. */
const kindsTakenAs: Record<string, RegExp> = {
  tokenId: /^token_/,
  personId: /^person_/,
  sessionId: /^session_/,
  modelId: /^model_/,
  id: /^mv_|^model_/,
  caseId: /^PLANTED/,
};

/** Six requests under way: the server works on one while others are on their way. */
async function atOnce<T>(all: readonly T[], ask: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...all];
  const next = async (): Promise<void> => {
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) await ask(one);
  };
  await Promise.all(Array.from({ length: 6 }, next));
}

describe('an id of another hospital', () => {
  it('lets nobody act on it: nothing is ever done, and nothing breaks', { timeout: 120_000 }, async () => {
    const done: string[] = [];
    const strangers = Object.entries(world.strangers);
    const attempts = world.idTaking
      .filter(({ method }) => method !== 'GET')
      .flatMap((route, i) =>
        world.foreignIds.flatMap((id, k) => {
          // An id of the kind that the route takes is tried by everybody, one of another kind by one of them in turn.
          const isItsKind = idsIn(route).some((name) => kindsTakenAs[name]?.test(id));
          const by = isItsKind ? strangers : [strangers[(i + k) % strangers.length]!];
          return by.map(([who, as]) => ({ route, id, who, as }));
        }),
      );
    expect(new Set(attempts.map(({ route, who }) => `${route.method} ${route.path} ${who}`)).size).toBe(
      new Set(attempts.map(({ route }) => `${route.method} ${route.path}`)).size * strangers.length,
    );
    await atOnce(attempts, async ({ route, id, who, as }) => {
      const body = route.requestBody === undefined ? {} : { body: {} };
      const { status } = await world.house.send(pathWith(route, id), { method: route.method, ...body, ...as });
      if (status >= 500 || status < 400) done.push(`${route.method} ${route.path} as ${who}: ${status}`);
    });
    expect(done).toEqual([]);
  });
});

describe('an id that is none', () => {
  const hostile = [
    ...[
      '../../etc/passwd',
      '..%2f..%2fetc%2fpasswd',
      '%2e%2e%2f',
      '\u0000',
      'a\u0000b',
      'a\r\nx-injected: b',
      "' or 1=1 --",
    ],
    ...[
      '\ud800',
      'ï\u202e',
      'x'.repeat(250),
      '-1',
      '9'.repeat(40),
      '{}',
      '[object Object]',
      '__proto__',
      'constructor',
    ],
  ];

  it('is refused on every route that takes one, and is neither a path, nor a header, nor a query', {
    timeout: 120_000,
  }, async () => {
    const broken: string[] = [];
    for (const route of world.idTaking) {
      const encoded = hostile.filter((id) => id.isWellFormed()).map((id) => pathWith(route, id));
      const raw = ['..', '%00', '%0d%0ax-injected:%20b', '%', '%c0%ae%c0%ae', '%ff', '%252e%252e%252f'].map((id) =>
        route.path.replaceAll(/\{\w+\}/g, id),
      );
      await atOnce([...encoded, ...raw], async (path) => {
        const body = route.requestBody === undefined ? {} : { body: {} };
        const answer = await world.house.send(path, { method: route.method, ...body, ...world.house.operator });
        const text = await answer.text();
        if (answer.status >= 500 || answer.headers.has('x-injected') || text.includes('root:')) {
          broken.push(`${route.method} ${path}: ${answer.status} ${text.slice(0, 200)}`);
        }
      });
    }
    expect(broken).toEqual([]);
  });
});

describe('a body', () => {
  it('with a field more than the contract is refused as a whole', { timeout: 120_000 }, async () => {
    const extra = { roles: ['operator'], isDemo: true, id: 'x', organisationId: 'x', __planted: 1 };
    const taken: string[] = [];
    for (const route of world.routes.filter(({ requestBody }) => requestBody?.content['application/json']?.schema)) {
      const answer = await world.house.send(route.path.replaceAll(/\{\w+\}/g, 'x'), {
        method: route.method,
        body: extra,
        ...world.house.operator,
      });
      if (answer.status < 400 || answer.status >= 500) taken.push(`${route.path}: ${answer.status}`);
    }
    expect(taken).toEqual([]);
    const body = { name: 'Gamma', kind: 'legal-entity' };
    const refused = await world.house.send('/api/v1/people/organisations', {
      body: { ...body, id: 'org_1' },
      ...world.house.operator,
    });
    expect(refused.status).toBe(422);
    expect((await world.house.send('/api/v1/people/organisations', { body, ...world.house.operator })).status).toBe(
      201,
    );
  });
});
