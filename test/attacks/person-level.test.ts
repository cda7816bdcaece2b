import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type As, planted } from './attacked.ts';
import { idsIn, pathWith, type RouteOfDocument, twoHospitals } from './two-hospitals.ts';

/*
 * Goal: whatever shows data of single persons shows them to the hospital they are from. Method: every route of the API
 * document that is marked as person-level, asked by people in every role at other organisations, by machines and by
 * nobody, with and without the ways to choose a site.
 */

type Marked = RouteOfDocument & { 'x-hortus-person-level'?: string };

const roles = [
  'operator',
  'model-lead',
  'regulatory-lead',
  'safety-officer',
  'clinical-owner',
  'deployer-management',
  'patient-representative',
];
let world: Awaited<ReturnType<typeof twoHospitals>>;
let strangers: Record<string, As>;
let marked: Marked[];

beforeAll(async () => {
  world = await twoHospitals();
  const gamma = await world.house.aHospital('GAMMA', roles);
  const ofGamma = Object.entries(gamma.people).map(([role, { session }]) => [`${role} of GAMMA`, { session }]);
  strangers = { ...world.strangers, ...Object.fromEntries(ofGamma), assessor: await anAssessor() };
  marked = (world.routes as Marked[]).filter((route) => route['x-hortus-person-level'] !== undefined);
}, 120_000);
afterAll(() => world.house.drop());

/** ALFA's case was not drawn for an audit: no plan watches its version. */
async function anAssessor(): Promise<As> {
  const { house } = world;
  const body = { name: 'Assessors', kind: 'assessor' };
  const { id } = await house.done<{ id: string }>('/api/v1/people/organisations', { body, ...house.operator });
  const person = { name: 'Assessor', organisation: id, roles: ['assessor'] };
  const made = await house.done<{ id: string }>('/api/v1/installation/persons', { body: person, ...house.operator });
  return { session: await house.signIn(made.id) };
}

/** A route asked for ALFA's planted case in each way that it offers. */
const waysToAsk = (route: Marked): string[] => {
  const path = pathWith(route, planted);
  const names = (route.parameters ?? []).filter((one) => one.in === 'query').map(({ name }) => name);
  const site = names.includes('site') ? ['site=ALFA'] : [];
  const find = names.includes('find') ? [`find=${planted}`] : [];
  const isSiteNeeded = (route.parameters ?? []).some(({ name, required }) => name === 'site' && required);
  const queries = [...(isSiteNeeded ? [] : [[]]), site, [...site, ...find], ...(isSiteNeeded ? [] : [find])];
  return [...new Set(queries.map((query) => (query.length === 0 ? path : `${path}?${query.join('&')}`)))];
};

describe('data of single persons', () => {
  it('are marked wherever cases are read', () => {
    const reading = (world.routes as Marked[]).filter((route) => route['x-hortus-action'] === 'monitor:read-cases');
    expect(reading.length).toBeGreaterThan(2);
    expect(reading.filter((route) => route['x-hortus-person-level'] === undefined)).toEqual([]);
    expect(marked.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('are shown to their hospital, so that a leak could be seen', async () => {
    const shown: string[] = [];
    for (const route of marked) {
      for (const path of waysToAsk(route)) {
        const answer = await world.house.send(path, world.alfaLead);
        if (answer.ok && (await answer.text()).includes(planted)) shown.push(path);
      }
    }
    expect(shown).toEqual(expect.arrayContaining(['/api/v1/monitor/cases', `/api/v1/monitor/cases/ALFA/${planted}`]));
  });

  it('are shown to nobody of another organisation on any route', { timeout: 120_000 }, async () => {
    const leaks: string[] = [];
    for (const route of marked) {
      for (const path of waysToAsk(route)) {
        for (const [who, as] of Object.entries(strangers)) {
          const answer = await world.house.send(path, as);
          const isLeak = answer.status < 400 && (await answer.text()).includes(planted);
          if (isLeak || answer.status >= 500) leaks.push(`${path} as ${who}: ${answer.status}`);
          if (idsIn(route).length > 0 && answer.ok) leaks.push(`${path} as ${who} is answered`);
        }
      }
    }
    expect(leaks).toEqual([]);
  });
});
