import pino from 'pino';
import { beforeAll, expect, it } from 'vitest';
import type { DeficiencyId, LegalEntityId } from '#kernel';
import { type Identity, noRelations } from '#people';
import { inTransaction } from '#platform/db';
import { createServer } from '#platform/http';
import { permissionsForTests } from '../people/permission/testing.ts';
import { describeOnEveryDatabase } from '../platform/db/testing.ts';
import type { IntakeReport, MonitorActivity, MonitorSummary } from './contract.ts';
import { monitorRoutes } from './routes.ts';
import { insertDeficiency } from './store.pg/deficiencies.ts';
import {
  aClaimRequest,
  aMonitor,
  aNortherner,
  anOutcome,
  aPrediction,
  benchSites,
  benchStart,
  type MonitorBench,
} from './testing.ts';

/** Goal: what a sender and a page meet: content types, problems by line, nothing undeclared. Method: the real server. */

const machine: Identity = {
  kind: 'machine',
  id: 'token_1',
  name: 'PACS',
  organisationId: 'org_north' as LegalEntityId,
  roles: [],
  scopes: ['monitor:*'],
  relations: noRelations,
};
const person: Identity = {
  ...machine,
  kind: 'person',
  id: 'person_1',
  roles: ['model-lead'],
  scopes: [],
  signedIn: { at: benchStart, strength: 'multi-factor', provider: 'hospital' },
};

describeOnEveryDatabase('monitor over HTTP', (open) => {
  let bench: MonitorBench;
  let server: ReturnType<typeof createServer<Identity>>;
  let who: Identity | undefined = machine;

  beforeAll(async () => {
    bench = await aMonitor(await open());
    const permissions = permissionsForTests({ sites: benchSites });
    server = createServer<Identity>({
      routes: monitorRoutes({
        scopeOf: permissions.scopeOf,
        mayDo: permissions.mayDo,
        allow: permissions.allow,
        monitor: bench.monitor,
        personNames: async () => new Map(),
      }),
      authenticate: async () => who,
      allow: permissions.allow,
      actions: permissions.actions,
      recordAccess: async () => {},
      logger: pino({ level: 'silent' }),
    });
  });

  const send = async (path: string, payload: string, type = 'application/json') => {
    const answer = await server.inject({
      method: 'POST',
      url: `/api/v1/monitor/${path}`,
      headers: { 'content-type': type },
      payload,
    });
    return { status: answer.statusCode, type: answer.headers['content-type'], body: answer.json() };
  };
  const get = async <T>(path: string): Promise<T> => {
    const answer = await server.inject({ url: `/api/v1/monitor/${path}` });
    expect(answer.statusCode, answer.body).toBe(200);
    return answer.json();
  };
  const row = (caseId: string, over: Record<string, unknown> = {}): object => aPrediction(bench.version, caseId, over);

  it('takes one JSON object, an array, NDJSON and CSV', async () => {
    const reports: [string, string, string][] = [
      ['predictions', JSON.stringify(row('j1')), 'application/json'],
      ['predictions', JSON.stringify([row('j2'), row('j3')]), 'application/json'],
      ['predictions', `${JSON.stringify(row('n1'))}\n`, 'application/x-ndjson'],
      [
        'predictions',
        `caseId,site,pseudonym,predictedAt,modelVersionId,probability\nv1,NORTH,p,2020-01-01,${bench.version.id},0.4\n`,
        'text/csv',
      ],
      ['outcomes', JSON.stringify(anOutcome('j1')), 'application/json'],
    ];
    const accepted: number[] = [];
    for (const [path, payload, type] of reports) {
      const { status, body } = await send(path, payload, type);
      expect(status, JSON.stringify(body)).toBe(200);
      const report = body as IntakeReport;
      accepted.push(report.accepted);
      expect(report.ledgerIndex).toBeGreaterThanOrEqual(0);
    }
    expect(accepted).toEqual([1, 2, 1, 1, 1]);
  });

  it('answers a bad row with a problem that names its line and field', async () => {
    const payload = [row('ok'), row('bad', { probability: 1.2 })].map((one) => JSON.stringify(one)).join('\n');
    const { status, type, body } = await send('predictions', payload, 'application/x-ndjson');
    expect([status, type]).toEqual([422, 'application/problem+json']);
    expect(body).toMatchObject({ errors: [{ line: 2, pointer: '/probability' }] });
    const kept = await send('predictions?mode=rows', payload, 'application/x-ndjson');
    expect(kept.body).toMatchObject({ accepted: 1, refused: 1, refusedLines: [[2, 2]] });
  });

  it('takes rows for the sites of an organisation that has handed the sender a role, and for no others', async () => {
    const handedOver = {
      id: 'd',
      fromPersonId: 'p',
      role: 'model-lead',
      organisationId: person.organisationId!,
    } as const;
    who = {
      ...person,
      id: 'person_south',
      organisationId: 'org_south' as LegalEntityId,
      roles: [],
      relations: { ...noRelations, delegations: [handedOver] },
    };
    const statusAt = async (site: string) =>
      (await send('predictions?mode=rows', JSON.stringify(row('h1', { site })))).body;
    expect(await statusAt('SOUTH')).toMatchObject({ accepted: 0, errors: [{ code: 'not-your-site' }] });
    expect(await statusAt('NORTH')).toMatchObject({ accepted: 1 });
    who = machine;
  });

  it.each([
    ['text/plain', 'x', 415],
    ['application/json', '{"caseId":', 400],
    ['application/json', '[]', 422],
    ['application/x-ndjson', '', 422],
    ['application/json', JSON.stringify(Array.from({ length: 1001 }, () => ({}))), 413],
    ['application/json', `"${'x'.repeat(1024 * 1024 + 10)}"`, 413],
  ])('refuses a body of %s that is not one (%#)', async (type, payload, status) => {
    const answer = await send('predictions', payload, type);
    expect(answer.status).toBe(status);
    expect(answer.type).toMatch('application/problem+json');
  });

  it('lets persons register claims, and machines not; both see them', async () => {
    const request = JSON.stringify(aClaimRequest(bench.version));
    expect((await send('claims', request)).status).toBe(403);
    who = person;
    const bad = await send('claims', JSON.stringify({ ...aClaimRequest(bench.version), bound: 3 }));
    expect(bad.body).toMatchObject({ errors: [{ pointer: '/bound' }] });
    const made = await send('claims', request);
    expect([made.status, Object.keys(made.body).toSorted()]).toEqual([
      201,
      ['digest', 'id', 'ledgerIndex', 'registeredAt'],
    ]);
    who = machine;
    const { claims } = await get<{ claims: { id: string; streams: object[] }[] }>('claims');
    expect(claims).toMatchObject([{ id: made.body.id, streams: [{ state: 'no-evidence-yet' }] }]);
    who = undefined;
    expect((await send('claims', request)).status).toBe(401);
    who = machine;
  });

  it('shows cases page by page, each once, by the beginning of an id, and never a pseudonym', async () => {
    const first = await server.inject({ url: '/api/v1/monitor/cases?limit=2' });
    expect(first.body).not.toMatch('ps-');
    const seen: string[] = [];
    for (let next: string | null = ''; next !== null; ) {
      const before: string = next === '' ? '' : `&before=${encodeURIComponent(next)}`;
      const page: { cases: { caseId: string }[]; next: string | null } = await get(`cases?limit=2${before}`);
      seen.push(...page.cases.map((one) => one.caseId));
      next = page.next;
    }
    expect(seen.toSorted()).toEqual(['h1', 'j1', 'j2', 'j3', 'n1', 'ok', 'v1']);
    const found = await get<{ cases: { caseId: string }[] }>('cases?find=j');
    expect(found.cases.map((one) => one.caseId).toSorted()).toEqual(['j1', 'j2', 'j3']);
    for (const show of ['missed', 'false-alarm', 'unresolved', 'rare', 'low-quality', 'audited', 'corrected'])
      await get(`cases?show=${show}`);
    const answer = await server.inject({ url: '/api/v1/monitor/cases?before=nonsense' });
    expect([answer.statusCode, answer.json().errors]).toMatchObject([422, [{ pointer: '/query/before' }]]);
  });

  it('shows a case with its corrections, and the corrected probability in the list', async () => {
    const correction = row('j2', { probability: 0.8, corrects: 0, reason: 'wrong sequence' });
    expect((await send('predictions', JSON.stringify(correction))).body).toMatchObject({ corrected: 1 });
    const one = await get<{ predictions: object[] }>('cases/NORTH/j2');
    expect(one.predictions).toMatchObject([
      { revision: 0, probability: 0.3, correctionReason: null },
      { revision: 1, probability: 0.8, correctionReason: 'wrong sequence' },
    ]);
    const listed = await get<{ cases: object[] }>('cases?show=corrected');
    expect(listed.cases).toMatchObject([{ caseId: 'j2', revision: 1, probability: 0.8 }]);
    expect((await server.inject({ url: '/api/v1/monitor/cases/NORTH/none' })).statusCode).toBe(404);
  });

  it('counts what came in by month and by feed', async () => {
    const { months } = await get<MonitorActivity>('activity');
    expect(months).toEqual([{ month: '2020-01', predictions: 7, outcomes: 1, mature: 0 }]);
    const summary = await get<MonitorSummary>('summary');
    expect(summary).toMatchObject({ predictions: 7, feeds: [{ siteCode: 'NORTH', predictions: 7 }] });
    expect(summary.batches[0]).toMatchObject({ corrected: 1 });
  });

  it('answers every reading question, and refuses a day that is none', async () => {
    for (const path of [
      'calibration',
      'deficiencies',
      'comparisons',
      'audit-sample?site=NORTH',
      'claims?asOf=2020-05-01',
    ])
      await get(path);
    const answer = await server.inject({ url: '/api/v1/monitor/claims?asOf=yesterday' });
    expect([answer.statusCode, answer.json().errors]).toMatchObject([422, [{ pointer: '/query/asOf' }]]);
    const advanced = await server.inject({ method: 'POST', url: '/api/v1/monitor/advance' });
    expect(advanced.json()).toEqual({ cases: 0 });
  });

  it('lets hospital people act on deficiencies of their own hospital, and nobody with an interest', async () => {
    const id = 'def_here' as DeficiencyId;
    const opened = {
      id,
      code: 'D1' as const,
      title: 'Misses cancers',
      state: 'signal' as const,
      severity: undefined,
      claimId: undefined,
      siteId: benchSites[0]!.id,
      modelVersionId: bench.version.id,
      openedAt: benchStart,
      record: { openedBy: 'machine:monitor', evidence: [], severityHistory: [], dissent: [] },
      version: 0,
    };
    await inTransaction(bench.monitor.deps.database.db, (tx) => insertDeficiency(tx, opened));
    const triage = JSON.stringify({ type: 'triage', severity: 'S3', reason: 'looked at every one of them' });
    const acting = async (by: Identity) => {
      who = by;
      const { status, body } = await send(`deficiencies/${id}/acts`, triage);
      who = machine;
      return { status, detail: (body as { detail?: string }).detail };
    };
    const owner = aNortherner('clinical-owner');
    const foreign = { ...owner, organisationId: 'org_south' as LegalEntityId };
    const interested = {
      ...owner,
      relations: { ...noRelations, conflicts: [{ id: 'c_1', objectId: bench.version.modelId }] },
    };
    expect(await acting(foreign)).toMatchObject({ status: 403, detail: expect.stringMatching(/at its own sites/) });
    const because = { status: 403, detail: expect.stringMatching(/declared an interest .* does not decide about it/) };
    expect(await acting(interested)).toMatchObject(because);
    expect((await acting(owner)).status).toBe(200);
    who = { ...interested, roles: ['model-lead'] };
    const claim = JSON.stringify(aClaimRequest(bench.version, { key: 'of-interest' }));
    const refused = await send('claims', claim);
    who = machine;
    expect(refused).toMatchObject({ status: 403, body: { detail: because.detail } });
  });
});
