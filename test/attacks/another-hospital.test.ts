import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planted } from './attacked.ts';
import { idsIn, type JsonSchema, pathWith, twoHospitals } from './two-hospitals.ts';

/**
 * Goal: another hospital's cases are nobody's to read, and a body is no more than its contract. Method: every route of the API document, asked
 * with ids that belong to another hospital and with ids that belong to nobody, by everybody who is not that hospital.
 */

let world: Awaited<ReturnType<typeof twoHospitals>>;

beforeAll(async () => {
  world = await twoHospitals();
}, 120_000);
afterAll(() => world.house.drop());

describe('an id of another hospital', () => {
  it('exists, and leads its owner to what is planted: else nothing below could fail', async () => {
    const own = await world.house.send(`/api/v1/monitor/cases/ALFA/${planted}`, world.alfaLead);
    expect([own.status, (await own.text()).includes(planted)]).toEqual([200, true]);
    expect(world.foreignIds.length).toBeGreaterThan(5);
    expect(world.idTaking.length).toBeGreaterThan(8);
  });

  it('opens no person-level data on any route that takes one, whoever asks, and breaks nothing', {
    timeout: 120_000,
  }, async () => {
    const leaks: string[] = [];
    for (const route of world.idTaking.filter(({ method }) => method === 'GET')) {
      for (const [who, as] of Object.entries(world.strangers)) {
        for (const id of world.foreignIds) {
          const answer = await world.house.send(pathWith(route, id), as);
          const text = await answer.text();
          const place = `${route.path} with ${id.split('_')[0]} as ${who}: ${answer.status}`;
          // A refusal may quote the id that was asked for; an answer may not hold the case.
          if (answer.status >= 500 || (answer.status < 400 && text.includes(planted))) leaks.push(place);
        }
      }
    }
    expect(leaks).toEqual([]);
  });

  it('is in no list that another hospital is shown', { timeout: 120_000 }, async () => {
    const leaks: string[] = [];
    const lists = world.routes.filter((route) => route.method === 'GET' && idsIn(route).length === 0);
    for (const route of lists) {
      for (const [who, as] of Object.entries(world.strangers)) {
        for (const query of ['', '?site=ALFA', `?find=${planted}`]) {
          const answer = await world.house.send(`${route.path}${query}`, as);
          const text = await answer.text();
          if (answer.status >= 500 || (answer.status < 400 && text.includes(planted))) {
            leaks.push(`${route.path}${query} as ${who}: ${answer.status}`);
          }
        }
      }
    }
    expect(leaks).toEqual([]);
  });
});

describe('a body', () => {
  const schemas = (): [string, JsonSchema][] =>
    world.routes.flatMap((route) =>
      Object.values(route.requestBody?.content ?? {}).flatMap(({ schema }): [string, JsonSchema][] =>
        schema === undefined ? [] : [[`${route.method} ${route.path}`, schema]],
      ),
    );

  /** Objects within a schema that name their fields and let others in. */
  const openObjects = (schema: unknown, at: string): string[] => {
    if (typeof schema !== 'object' || schema === null) return [];
    const { properties, additionalProperties } = schema as JsonSchema;
    const isOpen = properties !== undefined && additionalProperties !== false;
    const within = Object.entries(schema).flatMap(([key, value]) => openObjects(value, `${at}/${key}`));
    return isOpen ? [at, ...within] : within;
  };

  it('has no field beside those of its contract, at any depth, on any route', () => {
    expect(schemas().length).toBeGreaterThan(5);
    expect(schemas().flatMap(([route, schema]) => openObjects(schema, route))).toEqual([]);
  });
});
