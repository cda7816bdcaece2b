import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LightMyRequestResponse } from 'fastify';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Clock, type Instant, Problem } from '#kernel';
import { type Act, openLedger } from '#ledger';
import type { Database, Tx } from '#platform/db';
import { createServer } from '#platform/http';
import { createLogger } from '#platform/log';
import { describeOnEveryDatabase } from '../platform/db/testing.ts';
import {
  askPeople,
  authenticator,
  createPeople,
  peopleDirectory,
  peopleRoutes,
  route,
  seedDemoPeople,
  systemActor,
} from './index.ts';
import { permissionsForTests } from './permission/testing.ts';

/** Goal: who asks is known or refused, acts are recorded, and secrets stay with their owners. Method: through HTTP. */

const aDataDir = (): string => mkdtempSync(join(tmpdir(), 'hortus-people-'));
const dayMs = 86_400_000;
const gardeners = `
  @id("garden.plant") @sentence("Gardeners plant.")
  permit (principal in Role::"model-lead", action == Action::"garden:plant", resource);
  @id("garden.plant-machines") @sentence("Machines plant.")
  permit (principal is Machine, action == Action::"garden:plant", resource)
  when { principal.scopes.containsAny(context.scopes) };
`;

async function aHouse(database: Database, { demo = true } = {}) {
  let nowMs = Date.UTC(2026, 0, 1);
  const clock: Clock = { now: () => nowMs as Instant };
  const acts: Act[] = [];
  const realLedger = await openLedger({ db: database.db, clock, dataDir: aDataDir() });
  const ledger = {
    isDown: false,
    record: async (tx: Tx, act: Act) => {
      await realLedger.record(tx, act);
      if (ledger.isDown) throw new Problem('ledger-unavailable');
      acts.push(act);
      return `pending-${acts.length}`;
    },
  };
  const logged: string[] = [];
  const people = createPeople({ db: database.db, ledger, clock, wallClock: clock, demoSignIn: demo });
  const questions = askPeople(database.db, clock);
  const seeded = await seedDemoPeople(people, questions);
  const permissions = permissionsForTests({ visitors: demo, actions: ['garden:plant'], policies: gardeners });
  const plant = route({
    method: 'POST',
    path: '/api/v1/garden/plants',
    action: 'garden:plant',
    summary: 'Plants.',
    response: z.object({ by: z.string() }),
    handle: async ({ identity }) => ({ by: identity.id }),
  });
  const app = createServer({
    routes: [...peopleRoutes({ people, questions, permissions }), plant],
    authenticate: authenticator(people, { visitors: demo }),
    allow: permissions.allow,
    actions: permissions.actions,
    logger: createLogger({ level: 'trace', destination: { write: (line: string) => logged.push(line) } }),
  });
  const personIn = (role: string, organisation = 'Noorderzorg') => {
    const org = seeded.organisations.find(({ name }) => name.startsWith(organisation));
    const person = seeded.persons.find(
      (one) => one.organisationId === org?.id && one.roles.some((held) => held === role),
    );
    if (!person) throw new Error(`no ${role} at ${organisation}`);
    return person;
  };
  const signIn = (role: string, organisation?: string): Promise<string> =>
    people.openSessionFor(personIn(role, organisation).id);
  const send = (
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    given: { session?: string; token?: string; body?: object } = {},
  ) =>
    app.inject({
      method,
      url: path,
      ...(given.body === undefined ? {} : { payload: given.body }),
      ...(given.session === undefined ? {} : { cookies: { hortus_session: given.session } }),
      ...(given.token === undefined ? {} : { headers: { authorization: `Bearer ${given.token}` } }),
    });
  const wait = (ms: number) => {
    nowMs += ms;
  };
  return { app, clock, realLedger, people, questions, seeded, acts, ledger, logged, personIn, signIn, send, wait };
}

const codeOf = (answer: LightMyRequestResponse): unknown => answer.json().code;

describeOnEveryDatabase('people', (open) => {
  it('are seeded once: three hospitals with a site each, an assessor and patients, every role held by somebody', async () => {
    const house = await aHouse(await open());
    expect(house.seeded.sites.map(({ code }) => code).sort()).toEqual(['HEIDESTAD', 'NOORDERZORG', 'WESTHAVEN']);
    expect(new Set(house.seeded.sites.map(({ legalEntityId }) => legalEntityId)).size).toBe(3);
    expect(new Set(house.seeded.persons.flatMap(({ roles }) => roles)).size).toBe(8);
    const again = await seedDemoPeople(house.people, house.questions);
    expect(again.persons).toHaveLength(house.seeded.persons.length);
    expect(await house.questions.persons()).toHaveLength(house.seeded.persons.length);
    await house.app.close();
  });

  it('sign in for a while, are known by their cookie, and sign out for good', async () => {
    const { app, signIn, send, personIn, wait } = await aHouse(await open());
    expect((await send('GET', '/api/v1/people/me')).json()).toMatchObject({ kind: 'visitor', demoSignIn: true });
    const session = await signIn('model-lead');
    const me = (await send('GET', '/api/v1/people/me', { session })).json();
    expect(me).toMatchObject({ kind: 'person', id: personIn('model-lead').id, roles: ['model-lead'] });
    expect(me.organisation.name).toMatch('Noorderzorg');
    expect(me.actions).toContain('garden:plant');
    expect(me.actions).not.toContain('people:issue-token');
    expect((await send('POST', '/api/v1/garden/plants', { session })).statusCode).toBe(200);

    wait(13 * 3_600_000);
    expect(codeOf(await send('POST', '/api/v1/garden/plants', { session }))).toBe('not-signed-in');
    const later = await signIn('model-lead');
    expect((await send('POST', '/api/v1/people/sign-out', { session: later })).statusCode).toBe(200);
    expect(codeOf(await send('POST', '/api/v1/garden/plants', { session: later }))).toBe('not-signed-in');
    await app.close();
  });

  it('get a cookie that scripts and other sites cannot use', async () => {
    const { app, people, personIn } = await aHouse(await open());
    const payload = { link: (await people.issueSignInLink(systemActor, personIn('operator').id)).secret };
    const answer = await app.inject({ method: 'POST', url: '/api/v1/people/sign-in', payload });
    expect(answer.headers['set-cookie']).toMatch(/HttpOnly; SameSite=Strict$/);
    expect(answer.body).not.toContain(answer.cookies[0]?.value);
    const foreign = await app.inject({
      method: 'POST',
      url: '/api/v1/people/sign-in',
      payload,
      headers: { origin: 'http://localhost:1234' },
    });
    expect(codeOf(foreign)).toBe('wrong-origin');
    await app.close();
  });

  it('have no demo persons where there is real sign-in, and nothing is open to visitors there', async () => {
    const { app, send } = await aHouse(await open(), { demo: false });
    expect((await send('GET', '/api/v1/people/sign-in')).json().providers).toEqual([]);
    expect(codeOf(await send('POST', '/api/v1/people/sign-in/demo/start', { body: {} }))).toBe('not-found');
    expect(codeOf(await send('GET', '/oidc/.well-known/openid-configuration'))).toBe('not-found');
    expect((await send('GET', '/api/v1/people/demo-people')).json()).toEqual({ persons: [] });
    expect(codeOf(await send('GET', '/api/v1/people/organisations'))).toBe('not-signed-in');
    expect(codeOf(await send('GET', '/metrics'))).toBe('not-signed-in');
    await app.close();
  });

  it('cannot be become by their id alone', async () => {
    const { app, send, personIn } = await aHouse(await open());
    const body = { personId: personIn('operator').id };
    expect(codeOf(await send('POST', '/api/v1/people/sign-in', { body }))).toBe('invalid-input');
    await app.close();
  });

  it('see colleagues of their own organisation; an assessor sees all', async () => {
    const { app, send, signIn, seeded } = await aHouse(await open());
    const own = (await send('GET', '/api/v1/people/persons', { session: await signIn('safety-officer') })).json();
    expect(own.persons).toHaveLength(6);
    const all = await send('GET', '/api/v1/people/persons', { session: await signIn('assessor', 'Onafhankelijk') });
    expect(all.json().persons).toHaveLength(seeded.persons.length);
    expect(codeOf(await send('GET', '/api/v1/people/persons'))).toBe('not-signed-in');
    await app.close();
  });

  it('are registered by an operator at the operator’s own organisation, in roles that fit it', async () => {
    const { app, send, signIn, acts, personIn } = await aHouse(await open());
    const session = await signIn('operator');
    const body = { name: '  Nova Nieuw ', roles: ['safety-officer', 'clinical-owner', 'safety-officer'] };
    const created = await send('POST', '/api/v1/people/persons', { session, body });
    expect(created.statusCode).toBe(201);
    expect(created.json()).toMatchObject({
      name: 'Nova Nieuw',
      // With these one signs off: each waits for a second person.
      roles: [],
      rolesAwaiting: ['safety-officer', 'clinical-owner'],
      isDemo: false,
    });
    expect(created.json().organisationId).toBe(personIn('operator').organisationId);
    expect(acts.slice(-3).map(({ predicate }) => predicate.action)).toEqual([
      'person-created',
      'role-granted',
      'role-granted',
    ]);
    expect(acts.at(-1)?.actor).toEqual({ id: personIn('operator').id, role: 'operator' });

    const assessor = await send('POST', '/api/v1/people/persons', {
      session,
      body: { name: 'A', roles: ['operator', 'assessor'] },
    });
    expect(assessor.json()).toMatchObject({ code: 'invalid-input', errors: [{ pointer: '/roles/1' }] });
    const lead = await signIn('model-lead');
    expect(codeOf(await send('POST', '/api/v1/people/persons', { session: lead, body }))).toBe('not-allowed');
    await app.close();
  });

  it('are not registered when the ledger cannot record it', async () => {
    const { app, send, signIn, ledger, questions } = await aHouse(await open());
    const session = await signIn('operator');
    const before = (await questions.persons()).length;
    ledger.isDown = true;
    const answer = await send('POST', '/api/v1/people/persons', {
      session,
      body: { name: 'Nova', roles: ['operator'] },
    });
    expect(codeOf(answer)).toBe('ledger-unavailable');
    expect(await questions.persons()).toHaveLength(before);
    await app.close();
  });

  it('are told to other rooms: who belongs where, who holds which role now', async () => {
    const database = await open();
    const { app, clock, personIn, seeded } = await aHouse(database);
    const directory = peopleDirectory(clock);
    const officer = personIn('safety-officer');
    expect(await directory.organisation(database.db, officer.organisationId)).toMatchObject({ kind: 'legal-entity' });
    expect(await directory.identity(database.db, officer.id)).toMatchObject({ roles: ['safety-officer'] });
    expect(await directory.identity(database.db, 'person_none')).toBeUndefined();
    const assessors = personIn('assessor', 'Onafhankelijk').organisationId;
    expect(await directory.organisationsWith(database.db, ['assessor'])).toEqual([assessors]);
    expect(await directory.organisationsWith(database.db, ['no-role'])).toEqual([]);
    expect(await directory.sites(database.db)).toEqual(expect.arrayContaining(seeded.sites));
    await app.close();
  });

  it('never have their names in the ledger, where each act has its place', async () => {
    const { app, acts, seeded, realLedger } = await aHouse(await open());
    await realLedger.sequenceAll();
    const { entries } = await realLedger.questions.entries({ chain: 'people', limit: 100 });
    expect(entries).toHaveLength(acts.length);
    expect(await realLedger.verify()).toMatchObject({ ok: true });
    const text = JSON.stringify([acts, entries.map(({ statement }) => statement)]);
    expect(acts.length).toBeGreaterThan(seeded.persons.length);
    for (const { name } of seeded.persons) expect(text).not.toContain(name);
    await app.close();
  });
});

describeOnEveryDatabase('an API token', (open) => {
  const wish = { name: 'PACS gateway', scopes: ['garden:plant'], expiresInDays: 30 };

  it('is shown once, works within its scopes, is noted when used, and ends when revoked', async () => {
    const { app, send, signIn, acts, wait } = await aHouse(await open());
    const session = await signIn('operator');
    const issued = await send('POST', '/api/v1/people/tokens', { session, body: wish });
    expect(issued.statusCode).toBe(201);
    const { secret: token, id } = issued.json();

    expect((await send('POST', '/api/v1/garden/plants', { token })).json()).toEqual({ by: id });
    expect(codeOf(await send('GET', '/api/v1/people/persons', { token }))).toBe('not-allowed');
    const listed = (await send('GET', '/api/v1/people/tokens', { session })).json().tokens;
    expect(listed).toEqual([
      expect.objectContaining({ id, scopes: wish.scopes, lastUsedAt: '2026-01-01T00:00:00.000Z' }),
    ]);
    expect(JSON.stringify(listed)).not.toContain(token);
    wait(61_000);
    await send('POST', '/api/v1/garden/plants', { token });
    expect((await send('GET', '/api/v1/people/tokens', { session })).json().tokens[0].lastUsedAt).toMatch('00:01:01');

    expect((await send('DELETE', `/api/v1/people/tokens/${id}`, { session })).statusCode).toBe(204);
    expect(codeOf(await send('POST', '/api/v1/garden/plants', { token }))).toBe('not-signed-in');
    expect(codeOf(await send('DELETE', `/api/v1/people/tokens/${id}`, { session }))).toBe('not-found');
    expect(acts.slice(-2).map(({ predicate }) => predicate.action)).toEqual(['token-issued', 'token-revoked']);
    await app.close();
  });

  it('expires', async () => {
    const { app, send, signIn, wait } = await aHouse(await open());
    const session = await signIn('operator');
    const token = (await send('POST', '/api/v1/people/tokens', { session, body: wish })).json().secret;
    wait(30 * dayMs - 1);
    expect((await send('POST', '/api/v1/garden/plants', { token })).statusCode).toBe(200);
    wait(1);
    expect(codeOf(await send('POST', '/api/v1/garden/plants', { token }))).toBe('not-signed-in');
    await app.close();
  });

  it('of another organisation can be neither seen nor revoked', async () => {
    const { app, send, signIn } = await aHouse(await open());
    const issued = (
      await send('POST', '/api/v1/people/tokens', { session: await signIn('operator'), body: wish })
    ).json();
    const foreign = await signIn('operator', 'Westhaven');
    expect((await send('GET', '/api/v1/people/tokens', { session: foreign })).json()).toEqual({ tokens: [] });
    expect(codeOf(await send('DELETE', `/api/v1/people/tokens/${issued.id}`, { session: foreign }))).toBe('not-found');
    expect((await send('POST', '/api/v1/garden/plants', { token: issued.secret })).statusCode).toBe(200);
    await app.close();
  });

  it('is refused for what no machine may do, and to those who may not give it', async () => {
    const { app, send, signIn } = await aHouse(await open());
    const session = await signIn('operator');
    const scopes = ['garden:plant', 'people:issue-token', 'attic:*'];
    const refused = await send('POST', '/api/v1/people/tokens', { session, body: { ...wish, scopes } });
    expect(refused.json()).toMatchObject({
      code: 'invalid-input',
      errors: [{ pointer: '/scopes/1' }, { pointer: '/scopes/2' }],
    });
    for (const body of [
      { ...wish, expiresInDays: 0 },
      { ...wish, scopes: [] },
      { ...wish, name: ' ' },
      { ...wish, more: 1 },
    ]) {
      expect(codeOf(await send('POST', '/api/v1/people/tokens', { session, body }))).toBe('invalid-input');
    }
    const lead = await signIn('model-lead');
    expect(codeOf(await send('POST', '/api/v1/people/tokens', { session: lead, body: wish }))).toBe('not-allowed');
    await app.close();
  });

  it('that is malformed, unknown or of another scheme is refused, never taken for a visitor', async () => {
    const { app } = await aHouse(await open());
    for (const authorization of ['Bearer', 'Bearer x', `Bearer hortus_${'a'.repeat(43)}`, 'Basic YTpi', '']) {
      const answer = await app.inject({ url: '/api/v1/people/organisations', headers: { authorization } });
      expect([authorization, codeOf(answer)]).toEqual([authorization, 'not-signed-in']);
      expect(answer.headers['www-authenticate']).toMatch('Bearer');
    }
    await app.close();
  });

  it('and the secret of a session are in no log line, in no row of the database and in no act', async () => {
    const database = await open();
    const { app, send, signIn, acts, logged } = await aHouse(database);
    const session = await signIn('operator');
    const { secret: token, id } = (await send('POST', '/api/v1/people/tokens', { session, body: wish })).json();
    await send('POST', `/api/v1/garden/plants?token=${token}`, { token });
    await send('GET', `/api/v1/garden/${token}`, { session });
    await send('DELETE', `/api/v1/people/tokens/${id}`, { session });
    await send('POST', '/api/v1/garden/plants', { token });
    const rows = await database.pool.query(
      `select (select json_agg(s)::text from people_session s) as sessions, (select json_agg(t)::text from people_token t) as tokens`,
    );
    const everything = `${logged.join('')}${JSON.stringify(acts)}${JSON.stringify(rows.rows)}`;
    expect(logged.length).toBeGreaterThan(5);
    expect(everything).toContain(id);
    for (const secret of [session, token]) expect(everything).not.toContain(secret.slice(7));
    await app.close();
  });
});

describeOnEveryDatabase('sites and machines', (open) => {
  it('belong to whoever registers them: of another organisation they are refused by the policy itself', async () => {
    const { app, send, signIn, personIn } = await aHouse(await open());
    const session = await signIn('deployer-management');
    const elsewhere = personIn('deployer-management', 'Westhaven').organisationId;
    const site = { code: 'ANNEX', name: 'Annex' };
    const foreign = await send('POST', '/api/v1/people/sites', { session, body: { ...site, organisation: elsewhere } });
    expect([foreign.statusCode, foreign.json().detail]).toEqual([
      403,
      expect.stringMatching(/Operators and management register organisations, and sites of their own one/),
    ]);
    expect((await send('POST', '/api/v1/people/sites', { session, body: site })).statusCode).toBe(201);
    await app.close();
  });
});

describe('the server', () => {
  it('does not start with a route whose action no policy names', () => {
    const permissions = permissionsForTests();
    const orphan = route({
      method: 'GET',
      path: '/api/v1/garden/secrets',
      action: 'garden:read-secrets',
      summary: 'Forgotten.',
      response: z.object({}),
      handle: async () => ({}),
    });
    const start = () =>
      createServer({
        routes: [orphan],
        authenticate: async () => undefined,
        allow: permissions.allow,
        actions: permissions.actions,
        logger: createLogger({ level: 'silent' }),
      });
    expect(start).toThrow(/GET \/api\/v1\/garden\/secrets \(garden:read-secrets\)/);
  });
});
