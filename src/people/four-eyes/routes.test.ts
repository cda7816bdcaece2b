import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { openLedger } from '#ledger';
import { type Database, inTransaction } from '#platform/db';
import { createServer } from '#platform/http';
import { describeOnEveryDatabase } from '../../platform/db/testing.ts';
import { type Identity, noRelations, visitor } from '../model.ts';
import { permissionsForTests } from '../permission/testing.ts';
import type { ProposalView } from './contract.ts';
import { fourEyesRoutes } from './routes.ts';
import { createFourEyes } from './service.ts';
import { ARoom, aPerson, assessors, elsewhere, home, start, validUntil } from './testing.ts';

/** Goal: over HTTP everybody finds what waits for them, and nobody signs what they may not. Method: one proposal, many people. */

const owner = aPerson('owner', ['clinical-owner']);
const people = {
  assessor: aPerson('assessor', ['assessor']),
  owner,
  both: aPerson('both', ['safety-officer', 'clinical-owner']),
  delegate: aPerson('delegate', ['operator'], {
    relations: {
      ...noRelations,
      delegations: [{ id: 'del_1', fromPersonId: owner.id, role: 'clinical-owner', organisationId: home }],
    },
  }),
  delegateOfInterested: aPerson('substitute', ['operator'], {
    relations: {
      ...noRelations,
      delegations: [{ id: 'del_2', fromPersonId: 'person_interested', role: 'safety-officer', organisationId: home }],
    },
  }),
  interested: aPerson('interested', ['safety-officer'], {
    relations: { ...noRelations, conflicts: [{ id: 'c_1', objectId: 'thing_1' }] },
  }),
  stranger: aPerson('stranger', ['clinical-owner'], { organisationId: elsewhere }),
  machine: { ...aPerson('machine', []), kind: 'machine', scopes: ['people:*'] },
} satisfies Record<string, Identity>;
type Who = keyof typeof people;

async function aServer(database: Database) {
  const { db } = database;
  const clock = { now: () => start };
  const dataDir = mkdtempSync(join(tmpdir(), 'hortus-four-eyes-'));
  const ledger = await openLedger({ db, clock, dataDir, origin: { kind: 'simulation' } });
  const directory = {
    organisationsWith: async () => [home, assessors],
    identity: async (_: unknown, id: string) => Object.values(people).find((one) => one.id === id),
  };
  const fourEyes = createFourEyes({ db, clock, ledger, directory, permissions: permissionsForTests() });
  const room = new ARoom();
  fourEyes.register(room.kind('people:test-act'));
  const { id } = await inTransaction(db, (tx) =>
    fourEyes.propose(tx, people.machine, {
      kind: 'people:test-act',
      subject: 'thing_1',
      payload: { type: 'act' },
      title: { key: 'people.proposal', values: {} },
      reason: 'the numbers say so',
      concerns: ['thing_1'],
      expiresAt: validUntil,
    }),
  );
  const app = createServer<Identity>({
    routes: fourEyesRoutes({
      fourEyes,
      personNames: async (ids) => new Map(ids.map((one) => [one, `Name of ${one}`])),
    }),
    authenticate: async (request) => people[request.headers['x-who'] as Who] ?? visitor,
    allow: () => {},
    logger: pino({ level: 'silent' }),
  });
  const base = '/api/v1/people/proposals';
  const call = async (method: 'GET' | 'POST', path: string, who?: Who, body?: object) => {
    const headers = who === undefined ? {} : { 'x-who': who };
    const sent = body === undefined ? {} : { payload: body };
    const answer = await app.inject({ method, url: `${base}${path}`, headers, ...sent });
    return { status: answer.statusCode, body: answer.json() };
  };
  const mine = async (who: Who): Promise<unknown[]> => (await call('GET', '?show=mine', who)).body.proposals;
  const signing = ({ digest, parts }: ProposalView) => ({
    digest,
    seen: parts.map(({ sha256 }) => sha256),
    reason: 'seen and agreed',
  });
  return { id, room, call, mine, signing, pool: database.pool };
}

describeOnEveryDatabase('proposals over HTTP', (open) => {
  it('lead each person to what waits for them, and nobody else', async () => {
    const { mine, call, id } = await aServer(await open());
    const found = await Promise.all((Object.keys(people) as Who[]).map(async (who) => [who, (await mine(who)).length]));
    expect(Object.fromEntries(found)).toEqual({
      assessor: 1,
      owner: 1,
      both: 1,
      delegate: 1,
      delegateOfInterested: 1,
      interested: 0,
      stranger: 0,
      machine: 0,
    });
    expect((await call('GET', `/${id}`, 'stranger')).status).toBe(404);
    expect((await call('GET', `/${id}`)).status).toBe(404);
    expect((await call('GET', '/prop_none', 'assessor')).status).toBe(404);
    expect((await call('GET', '?show=done', 'assessor')).body.proposals).toEqual([]);
    expect((await call('GET', '?subject=other', 'assessor')).body.proposals).toEqual([]);
  });

  it('that wait for somebody are found behind any number of newer ones that wait for others', async () => {
    const { mine, id, pool } = await aServer(await open());
    await pool.query(`insert into people_proposal select (jsonb_populate_record(p, jsonb_build_object(
      'id', 'proposal_newer_' || n, 'proposed_at', p.proposed_at + n * interval '1 millisecond',
      'rule', replace(p.rule::text, 'clinical-owner', 'regulatory-lead')::jsonb))).*
      from people_proposal p, generate_series(1, 1100) as n`);
    expect(await mine('owner')).toMatchObject([{ id }]);
    expect(await mine('assessor')).toHaveLength(1101);
  });

  it('are signed for nobody who may not sign them: not at once, and not where they declare an interest later', async () => {
    const { call, id, signing, room } = await aServer(await open());
    const sign = async (who: Who, asRole: string) => {
      const shown = (await call('POST', `/${id}/open`, who)).body;
      return call('POST', `/${id}/sign`, who, { ...signing(shown), asRole });
    };
    const refused = await sign('delegateOfInterested', 'safety-officer');
    expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining('handed over this role')]);
    expect((await sign('delegate', 'clinical-owner')).status).toBe(200);
    Object.assign(owner, { relations: { ...noRelations, conflicts: [{ id: 'c_2', objectId: 'thing_1' }] } });
    try {
      expect((await sign('assessor', 'assessor')).body.outcome).toBe('open');
      expect(room.applied).toEqual([]);
    } finally {
      Object.assign(owner, { relations: noRelations });
    }
  });

  it('are opened and signed by persons in a role they name, and a delegate is not the second of whom they represent', async () => {
    const { call, id, signing, room } = await aServer(await open());
    expect((await call('POST', `/${id}/open`)).status).toBe(401);
    expect((await call('POST', `/${id}/open`, 'machine')).status).toBe(403);
    const shown = (await call('POST', `/${id}/open`, 'both')).body;
    expect(shown).toMatchObject({ proposedByKind: 'machine', yours: { hasSigned: false, mayRefuse: true } });
    expect(shown.yours.capacities).toHaveLength(2);
    const unnamed = await call('POST', `/${id}/sign`, 'both', signing(shown));
    expect(unnamed).toMatchObject({ status: 422, body: { errors: [{ pointer: '/asRole' }] } });
    expect((await call('POST', `/${id}/sign`, 'interested', signing(shown))).status).toBe(403);
    expect((await call('POST', `/${id}/sign`, 'machine', signing(shown))).status).toBe(403);
    expect((await call('POST', `/${id}/sign`, 'both', { ...signing(shown), digest: 'x' })).status).toBe(422);

    const unopened = await call('POST', `/${id}/sign`, 'owner', signing(shown));
    expect(unopened.body.signatures).toMatchObject([{ role: 'clinical-owner', withoutOpening: true }]);
    const delegated = { ...signing(shown), delegationId: 'del_1' };
    const { body: after } = await call('POST', `/${id}/sign`, 'delegate', delegated);
    expect(after).toMatchObject({ outcome: 'open' });
    expect(after.signatures[1]).toMatchObject({
      onBehalfOf: 'Name of person_owner',
      personName: 'Name of person_delegate',
    });
    const done = await call('POST', `/${id}/sign`, 'both', { ...signing(shown), asRole: 'safety-officer' });
    expect(done.body).toMatchObject({ outcome: 'executed', yours: { capacities: [] } });
    expect(room.applied).toEqual(['thing_1 by safety-officer and clinical-owner']);
    expect((await call('GET', '?show=done', 'assessor')).body.proposals).toHaveLength(1);
  });

  it('are taken back and refused by those who may', async () => {
    const { call, id } = await aServer(await open());
    const because = { reason: 'too early' };
    expect((await call('POST', `/${id}/withdraw`, 'assessor', because)).status).toBe(403);
    expect((await call('POST', `/${id}/refuse`, 'owner', because)).status).toBe(403);
    expect(
      (await call('POST', `/${id}/dissent`, 'delegate', { ...because, asRole: 'operator' })).body.dissent,
    ).toMatchObject([{ role: 'operator', reason: 'too early' }]);
    expect((await call('POST', `/${id}/refuse`, 'assessor', because)).body.outcome).toBe('refused');
    expect((await call('POST', `/${id}/withdraw`, 'machine', because)).status).toBe(409);
  });
});
