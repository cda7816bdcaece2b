// Goal: nobody sees data of single persons unrecorded: every route that shows such data says so, and no answer leaves
// whose record is not durable. Method: the route list of the whole house; then many readers at once over HTTP, while the
// connections of the database are cut again and again.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Instant, LegalEntityId, SiteId } from '#kernel';
import { type AccessRecord, type Identity, noRelations, openAccessRecord, route, type Site } from '#people';
import type { Database } from '#platform/db';
import { createServer } from '#platform/http';
import { permissionsForTests } from '../people/permission/testing.ts';
import { openEmbeddedTestDatabase } from '../platform/db/testing.ts';
import { accessRecording } from './access-recording.ts';
import { anAssembly, silent } from './testing.ts';

type Schema = { [key: string]: unknown };

/** Names under which a case, or a person behind it, shows in an answer. */
const ofOnePerson = /^(?:case|exam|recording|patient|pseudonym|object)(?:_?ids?)?s?$/i;
const isOfOnePerson = (name: string): boolean => ofOnePerson.test(name) && !/^(?:cases|objectId)$/.test(name);

function namesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties } = schema as { properties?: Schema };
  const own = properties === undefined ? [] : Object.keys(properties);
  return [...own, ...Object.values(schema).flatMap(namesIn)];
}

describe('every route', () => {
  it('whose answer names a case or a person behind it is marked, so that the server records it', async () => {
    const house = await anAssembly('simulation');
    try {
      const document = (await house.app.inject({ url: '/api/v1/openapi.json' })).json();
      const unmarked: string[] = [];
      let marked = 0;
      let told = 0;
      for (const [path, operations] of Object.entries(document.paths as Record<string, Record<string, Schema>>)) {
        for (const [method, operation] of Object.entries(operations)) {
          const isMarked = operation['x-hortus-person-level'] !== undefined;
          const isTelling = namesIn(operation.responses).some(isOfOnePerson);
          if (isMarked) marked++;
          if (isMarked && isTelling) told++;
          if (!isMarked && isTelling) unmarked.push(`${method} ${path}`);
        }
      }
      expect(unmarked, 'add personLevel to these routes').toEqual([]);
      expect(marked).toBeGreaterThanOrEqual(5);
      expect(told, 'the names above are those that routes really use').toBeGreaterThanOrEqual(4);
    } finally {
      await house.drop();
    }
  });
});

const sites: Site[] = ['A', 'B'].map((code) => ({
  id: `site_${code.toLowerCase()}` as SiteId,
  code,
  name: code,
  legalEntityId: `org_${code.toLowerCase()}` as LegalEntityId,
}));
const reader: Identity = {
  kind: 'person',
  id: 'person_reader',
  name: '',
  organisationId: 'org_a' as LegalEntityId,
  roles: ['clinical-owner'],
  scopes: [],
  relations: { ...noRelations, breakGlass: [{ id: 'glass_1', organisationId: 'org_b' as LegalEntityId }] },
};

function aServer(accessRecord: AccessRecord, who: () => Identity) {
  const permissions = permissionsForTests({ sites });
  const shown = route({
    method: 'GET',
    path: '/api/v1/monitor/cases/:n',
    action: 'monitor:read-cases',
    summary: 'Cases.',
    params: z.object({ n: z.string() }),
    response: z.object({ cases: z.array(z.object({ caseId: z.string(), site: z.string() })) }),
    personLevel: {
      objectKind: 'case',
      objectsOf: ({ cases }) => cases.map(({ caseId, site }) => ({ id: caseId, site })),
    },
    handle: async ({ params }) => ({
      cases: [
        { caseId: `case-${params.n}`, site: 'A' },
        { caseId: `case-${params.n}`, site: 'B' },
      ],
    }),
  });
  return createServer<Identity>({
    routes: [shown],
    authenticate: async () => who(),
    allow: permissions.allow,
    actions: permissions.actions,
    recordAccess: accessRecording({ accessRecord, permissions, sites: async () => sites }),
    logger: silent,
  });
}

describe('an answer with data of single persons', () => {
  let opened: Awaited<ReturnType<typeof openEmbeddedTestDatabase>>;
  let database: Database;
  let record: AccessRecord;
  beforeAll(async () => {
    opened = await openEmbeddedTestDatabase();
    database = opened.database;
    const clock = { now: () => Date.now() as Instant };
    record = openAccessRecord({ db: database.db, ledger: { record: async () => '' }, clock, wallClock: clock });
  });
  afterAll(() => opened.drop());

  it('is recorded for each owner of the data, with the policies and the emergency that opened it', async () => {
    const app = aServer(record, () => reader);
    const answer = await app.inject({ url: '/api/v1/monitor/cases/1' });
    expect(answer.statusCode).toBe(200);
    const [second, first] = await record.search({ scope: 'every', limit: 2 });
    const shared = { requestId: answer.headers['x-request-id'], objectIds: ['case-1'], count: 1, outcome: 'read' };
    expect(first).toMatchObject({ ...shared, legalEntityId: 'org_a', siteId: 'site_a', purpose: 'monitoring' });
    expect(first?.policyIds).toEqual(['monitor.own-cases']);
    expect(second).toMatchObject({ ...shared, legalEntityId: 'org_b', purpose: 'care', breakGlassId: 'glass_1' });
    expect(second?.policyIds).toEqual(['emergency.read-cases']);
    await app.close();
  });

  it('that is refused is recorded as refused', async () => {
    const app = aServer(record, () => ({ ...reader, roles: ['operator'], relations: noRelations }));
    expect((await app.inject({ url: '/api/v1/monitor/cases/1' })).statusCode).toBe(403);
    const [row] = await record.search({ scope: 'every', limit: 1 });
    expect(row).toMatchObject({ outcome: 'refused', identityId: 'person_reader', legalEntityId: 'org_a', count: 0 });
    await app.close();
  });

  it('does not leave unless its record is durable, whatever breaks between', async () => {
    const app = aServer(record, () => reader);
    let isCutting = true;
    const cutting = (async () => {
      while (isCutting) {
        // Whoever cuts is cut sometimes too; then the next one cuts.
        await database.pool
          .query(
            'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
          )
          .catch(() => {});
      }
    })();
    const answers: { status: number; requestId: string }[] = [];
    for (let round = 0; round < 15; round++) {
      const asked = Array.from({ length: 20 }, (_, i) => app.inject({ url: `/api/v1/monitor/cases/${round}-${i}` }));
      for (const answer of await Promise.all(asked)) {
        answers.push({ status: answer.statusCode, requestId: String(answer.headers['x-request-id']) });
      }
    }
    isCutting = false;
    await cutting;
    for (let i = 0; i < 20; i++) answers.push(await readOnce(app, `last-${i}`));
    const { rows } = await database.pool.query<{ request_id: string }>('select distinct request_id from people_access');
    const recorded = new Set(rows.map(({ request_id }) => request_id));
    const answered = answers.filter(({ status }) => status === 200);
    expect(answered.filter(({ requestId }) => !recorded.has(requestId))).toEqual([]);
    expect(answers.filter(({ status }) => status !== 200 && status !== 503)).toEqual([]);
    expect(answered.length).toBeGreaterThanOrEqual(20);
    expect(answered.length, 'nothing was cut, so nothing was shown').toBeLessThan(answers.length);
    await app.close();
  });
});

async function readOnce(app: ReturnType<typeof aServer>, n: string): Promise<{ status: number; requestId: string }> {
  const answer = await app.inject({ url: `/api/v1/monitor/cases/${n}` });
  return { status: answer.statusCode, requestId: String(answer.headers['x-request-id']) };
}
