// Goal: the rooms fit together behind their policies, and the installation says truly what it is.
// Method: everything assembled on a fresh database and asked over HTTP by inject.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPolicyFiles } from '#people';
import type { Assembled } from './assemble.ts';
import { anAssembly } from './testing.ts';

type Tested = Awaited<ReturnType<typeof anAssembly>>;

const asOperator = (assembly: Assembled) => ({ authorization: `Bearer ${assembly.access.secret}` });

describe('a simulation', () => {
  let simulation: Tested;
  beforeAll(async () => {
    simulation = await anAssembly('simulation');
  });
  afterAll(() => simulation.drop());

  const setClock = (at: string, settle = true) =>
    simulation.app.inject({
      method: 'POST',
      url: '/api/v1/simulation/clock',
      headers: asOperator(simulation),
      payload: { at, settle },
    });

  it('says that its data are simulated, in its view and in the origin of its ledger', async () => {
    const view = (await simulation.app.inject('/api/v1/installation')).json();
    expect(view).toMatchObject({ data: 'simulated', originKind: 'simulation', labels: ['Simulated data'] });
    expect(view.origin).toMatch(/\/simulation$/);
    expect(view.filling).toBeUndefined();
  });

  it('has a clock that is moved forwards only, and stays where it was put', async () => {
    expect((await setClock('2019-03-04T00:00:00Z')).json()).toEqual({ now: '2019-03-04T00:00:00.000Z' });
    expect((await setClock('2019-03-04T00:00:00Z')).statusCode).toBe(200);
    expect((await setClock('2019-03-03T00:00:00Z')).json()).toMatchObject({ code: 'invalid-input' });
    expect((await simulation.app.inject('/api/v1/installation')).json()).toMatchObject({ today: '2019-03-04' });
  });

  it('lets nobody but its operators move the clock', async () => {
    const payload = { at: '2019-04-01T00:00:00Z' };
    const answer = await simulation.app.inject({ method: 'POST', url: '/api/v1/simulation/clock', payload });
    expect(answer.statusCode).toBe(401);
  });

  it('is well, and shows its numbers', async () => {
    expect((await simulation.app.inject('/healthz')).json()).toEqual({
      status: 'ok',
      checks: { database: 'ok', ledger: 'ok', clock: 'ok', storage: 'ok' },
    });
    const numbers = (await simulation.app.inject('/metrics')).body;
    for (const name of ['hortus_mature_cases', 'hortus_ledger_pending_entries', 'hortus_streams']) {
      expect(numbers).toContain(name);
    }
  });

  it('answers no to whoever asks about a version it does not know', async () => {
    const url = '/api/v1/certify/serving-check?modelVersion=mv_x&site=NOWHERE';
    expect((await simulation.app.inject(url)).json()).toMatchObject({ show: false, mode: 'off' });
  });

  it('verifies its ledger and replays its claims, with the result in the last line', async () => {
    for (const path of ['ledger-verification', 'claim-replay']) {
      const url = `/api/v1/installation/${path}`;
      const answer = await simulation.app.inject({ method: 'POST', url, headers: asOperator(simulation) });
      const last = JSON.parse(answer.body.trim().split('\n').at(-1) ?? '');
      expect(last.result).toMatchObject(path === 'claim-replay' ? { streams: [] } : { ok: true });
    }
  });
});

describe('a live installation', () => {
  let live: Tested;
  beforeAll(async () => {
    live = await anAssembly('live');
  });
  afterAll(() => live.drop());

  it('has no clock that could be set', async () => {
    const answer = await live.app.inject({
      method: 'POST',
      url: '/api/v1/simulation/clock',
      headers: asOperator(live),
      payload: { at: '2030-01-01T00:00:00Z' },
    });
    expect(answer.json()).toMatchObject({ code: 'not-a-simulation', status: 409 });
  });

  it('shows nothing to visitors, and its own data bear no label', async () => {
    expect((await live.app.inject('/api/v1/monitor/claims')).statusCode).toBe(401);
    expect((await live.app.inject('/api/v1/installation')).json()).toMatchObject({ data: 'real', labels: [] });
  });

  it('lets the local operator sign nothing', async () => {
    const answer = await live.app.inject({
      method: 'POST',
      url: '/api/v1/monitor/claims',
      headers: asOperator(live),
      payload: {},
    });
    expect(answer.json()).toMatchObject({ code: 'not-allowed' });
  });
});

describe('a start', () => {
  const shipped = readPolicyFiles();
  /** The shipped policies without those that speak of an action. */
  const without = (action: string) => {
    const silent = (text: string): string =>
      text
        .split(/(?=^@id\()/m)
        .map((one) =>
          one.startsWith('@id') ? one.replaceAll(`Action::"${action}"`, 'Action::"people:read-policies"') : one,
        )
        .join('');
    const files = Object.fromEntries(Object.entries(shipped.files).map(([name, text]) => [name, silent(text)]));
    return { schema: shipped.schema, files };
  };

  it.each([
    ['a route', 'develop:register-model', /POST .*develop:register-model/],
    ['a job', 'certify:reconsider', /reconsider-certificates/],
    ['a signature', 'certify:confirm-raise', /sign by certify:confirm-raise/],
  ])('is refused where no policy permits anybody %s', async (_what, action, message) => {
    await expect(anAssembly('simulation', { policies: without(action) })).rejects.toThrow(message);
  });
});
