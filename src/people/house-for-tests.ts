import type { FastifyInstance, InjectOptions } from 'fastify';
import { type Clock, type Instant, Problem } from '#kernel';
import type { Act } from '#ledger';
import type { Database, Tx } from '#platform/db';
import { createServer, type Route } from '#platform/http';
import { createLogger } from '#platform/log';
import { type DemoPeople, seedDemoPeople } from './demo-people.ts';
import type { Identity, Person, Role } from './model.ts';
import { permissionsForTests } from './permission/testing.ts';
import { askPeople } from './questions.ts';
import { createPeople, type People } from './service.ts';

export interface TestHouse {
  people: People;
  seeded: DemoPeople;
  /** Acts put into the ledger. */
  acts: Act[];
  clock: Clock;
  wait(ms: number): void;
  personIn(role: Role, organisation?: string): Person;
  identity(personId: string): Promise<Identity>;
  ledger: { record(tx: Tx, act: Act): Promise<string> };
}

/** The invented people on a database, with a clock that the test moves. */
export async function aHouseOfPeople(database: Database): Promise<TestHouse> {
  let nowMs = Date.UTC(2026, 0, 5, 9);
  const clock: Clock = { now: () => nowMs as Instant };
  const acts: Act[] = [];
  const ledger = {
    record: async (_tx: Tx, act: Act) => {
      acts.push(act);
      return `pending-${acts.length}`;
    },
  };
  const people = createPeople({ db: database.db, ledger, clock, wallClock: clock, demoSignIn: false });
  const seeded = await seedDemoPeople(people, askPeople(database.db, clock));
  return {
    people,
    seeded,
    acts,
    ledger,
    clock,
    wait: (ms) => {
      nowMs += ms;
    },
    personIn: (role, organisation = 'Noorderzorg') => {
      const org = seeded.organisations.find(({ name }) => name.startsWith(organisation));
      const person = seeded.persons.find((one) => one.organisationId === org?.id && one.roles.includes(role));
      if (!person) throw new Error(`no ${role} at ${organisation}`);
      return person;
    },
    identity: async (personId) => {
      const identity = await people.identityOf(personId as Person['id']);
      if (!identity) throw new Error(`no person ${personId}`);
      return identity;
    },
  };
}

/** Asks as a person, whose identity is made anew for each request as sign-in makes it. */
export function askingAs(
  house: TestHouse,
  routes: Route<Identity>[],
): { app: FastifyInstance; send(as: string, method: 'GET' | 'POST', path: string, body?: object): Promise<Answer> } {
  const permissions = permissionsForTests({ sites: house.seeded.sites });
  const app = createServer<Identity>({
    routes,
    authenticate: ({ headers }) => house.identity(String(headers['x-as'])),
    allow: permissions.allow,
    actions: permissions.actions,
    recordAccess: async () => {
      throw new Problem('internal', { detail: 'these routes record by themselves' });
    },
    logger: createLogger({ level: 'silent' }),
  });
  const send = async (as: string, method: 'GET' | 'POST', path: string, body?: object): Promise<Answer> => {
    const payload: Pick<InjectOptions, 'payload'> = body === undefined ? {} : { payload: body };
    const answer = await app.inject({ method, url: `/api/v1/people/${path}`, headers: { 'x-as': as }, ...payload });
    const isJson = String(answer.headers['content-type']).includes('json') && !answer.body.includes('\n');
    return { status: answer.statusCode, text: answer.body, json: isJson && answer.body !== '' ? answer.json() : {} };
  };
  return { app, send };
}

interface Answer {
  status: number;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the answer it asks for
  json: any;
}
