// Goal: the demonstration plays over the real API to its end, and an interrupted one goes on without losing or
// doubling anything. Method: all rooms on a test database, listening on loopback; a few weeks twice, and the whole once.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '#platform/http';
import { apiClient } from '../api-client.ts';
import { beginDemonstration, fillDemonstration, isDemonstrationDue } from '../demonstrate.ts';
import { anAssembly } from '../testing.ts';
import { simulate, weeksOf } from './index.ts';

type Simulation = Awaited<ReturnType<typeof anAssembly>> & { url: string };

async function aSimulation(): Promise<Simulation> {
  const assembly = await anAssembly('simulation');
  const { url } = await listen(assembly.app, { host: '127.0.0.1', port: 0, hasRealSignIn: false });
  return { ...assembly, url };
}

const casesOf = (weeks: number): number =>
  [...weeksOf(simulate('hortus'))].slice(0, weeks).reduce((sum, week) => sum + week.cases.length, 0);

describe('a demonstration that is interrupted', () => {
  let simulation: Simulation;
  beforeAll(async () => {
    simulation = await aSimulation();
  });
  afterAll(() => simulation.drop());

  it('goes on at the week where its clock stands, and sends nothing twice', async () => {
    const { url } = simulation;
    expect(await isDemonstrationDue(simulation, true)).toBe(true);
    await beginDemonstration(simulation);
    const stopping = new AbortController();
    const first = await fillDemonstration(simulation, {
      url,
      weeksMax: 6,
      signal: stopping.signal,
      onProgress: ({ phase }) => {
        if (phase.includes('2019-01-14')) stopping.abort();
      },
    });
    expect(first).toEqual({ cases: casesOf(3), weeks: 3, isComplete: false });
    expect(await isDemonstrationDue(simulation, false)).toBe(true);
    // The last week is sent once more, as if the process had been killed at its end: every row is a quiet repetition.
    const second = await fillDemonstration(simulation, { url, weeksMax: 6 });
    expect(second).toEqual({ cases: casesOf(6), weeks: 6, isComplete: true });
    const summary = await apiClient(url).get<{ predictions: number; batches: { refused: number }[] }>(
      '/api/v1/monitor/summary',
    );
    expect(summary.predictions).toBe(casesOf(6));
    expect(summary.batches.every(({ refused }) => refused === 0)).toBe(true);
    expect(await isDemonstrationDue(simulation, true)).toBe(false);
    expect(simulation.installation.filling()).toBeUndefined();
  }, 120_000);
});

interface Shown {
  certificates: { sites: { name: string; effectiveStatus: string; modelLabel: string }[] }[];
}

describe('the whole demonstration', () => {
  let simulation: Simulation;
  beforeAll(async () => {
    simulation = await aSimulation();
  });
  afterAll(() => simulation.drop());

  it('tells its story: one hospital keeps its status, one falls and returns, one has little evidence', async () => {
    const { url } = simulation;
    await beginDemonstration(simulation);
    const driven = await fillDemonstration(simulation, { url });
    expect(driven.isComplete).toBe(true);
    expect(driven.cases).toBeGreaterThanOrEqual(20_000);

    const api = apiClient(url);
    const { certificates } = await api.get<Shown>('/api/v1/certify/certificates');
    const at = (name: string) => certificates.flatMap(({ sites }) => sites).find((site) => site.name.startsWith(name));
    expect(at('Noorderzorg')?.modelLabel).toBe('ProstateRisk 2.1');
    expect(['valid', 'watch']).toContain(at('Noorderzorg')?.effectiveStatus);
    expect(at('Westhaven')).toMatchObject({ modelLabel: 'ProstateRisk 2.2', effectiveStatus: 'watch' });
    expect(at('Heidestad')).toMatchObject({ effectiveStatus: 'watch' });

    const suspended = await changesAt(api, 'Westhaven', 'suspended');
    expect(suspended).toHaveLength(1);
    expect(suspended[0]! > '2021-05-16' && suspended[0]! < '2021-12-01').toBe(true);
    expect(await changesAt(api, 'Noorderzorg', 'suspended')).toEqual([]);
    expect((await simulation.monitor.replay()).every(({ isEqual }) => isEqual)).toBe(true);
    expect((await simulation.ledger.verify()).ok).toBe(true);
  }, 400_000);
});

interface Detail {
  sites: { name: string }[];
  timeline: { at: string; statusChanges: { to: string }[] }[];
}

async function changesAt(api: ReturnType<typeof apiClient>, site: string, status: string): Promise<string[]> {
  const { certificates } = await api.get<{ certificates: { id: string }[] }>('/api/v1/certify/certificates');
  const details = await Promise.all(
    certificates.map(({ id }) => api.get<Detail>(`/api/v1/certify/certificates/${id}`)),
  );
  const found = details.find(({ sites }) => sites.some(({ name }) => name.startsWith(site)));
  return (found?.timeline ?? [])
    .filter(({ statusChanges }) => statusChanges.some(({ to }) => to === status))
    .map(({ at }) => at);
}
