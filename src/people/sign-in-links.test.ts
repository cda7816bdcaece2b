// Goal: a link opens one session, once and soon, and leaves nothing behind that could open another. Method: the use
// cases on a real database, with a clock that the test moves and the acts that they would put into the ledger.
import { expect, it } from 'vitest';
import type { Clock, Instant } from '#kernel';
import type { Act } from '#ledger';
import type { Database, Tx } from '#platform/db';
import { describeOnEveryDatabase } from '../platform/db/testing.ts';
import { createPeople, systemActor } from './index.ts';

const minuteMs = 60_000;

async function aHouse({ db }: Database) {
  let nowMs = Date.UTC(2026, 0, 1);
  const clock: Clock = { now: () => nowMs as Instant };
  const acts: Act[] = [];
  const ledger = {
    record: async (_tx: Tx, act: Act) => {
      acts.push(act);
      return `pending-${acts.length}`;
    },
  };
  const people = createPeople({ db, ledger, clock, wallClock: clock, demoSignIn: false });
  const { id: organisationId } = await people.registerOrganisation(systemActor, { name: 'Hof', kind: 'legal-entity' });
  const given = { name: 'Mia', organisationId, roles: ['patient-representative', 'operator'] as const, isDemo: false };
  const person = await people.registerPerson(systemActor, given);
  const wait = (ms: number) => {
    nowMs += ms;
  };
  return { people, person, acts, wait };
}

describeOnEveryDatabase('a sign-in link', (open) => {
  it('opens a session of its person with every role held, and both acts are recorded by who did them', async () => {
    const { people, person, acts } = await aHouse(await open());
    const { secret: link } = await people.issueSignInLink({ ...systemActor, id: 'local-operator' }, person.id);
    const { secret } = await people.signInByLink(link);
    expect(await people.identityOfSession(secret)).toMatchObject({
      id: person.id,
      roles: ['patient-representative', 'operator'],
    });
    expect(acts.slice(-2)).toMatchObject([
      { predicate: { action: 'sign-in-link-issued', person: person.id }, actor: { id: 'local-operator' } },
      { predicate: { action: 'signed-in-by-link' }, actor: { id: person.id, role: 'patient-representative' } },
    ]);
  });

  it('works once, within ten minutes, and a session is no link', async () => {
    const { people, person, wait } = await aHouse(await open());
    const issue = async () => (await people.issueSignInLink(systemActor, person.id)).secret;
    const [late, inTime] = [await issue(), await issue()];
    wait(10 * minuteMs - 1);
    const { secret: session } = await people.signInByLink(inTime);
    wait(1);
    for (const text of [late, inTime, session, 'hortus_', '']) {
      await expect(people.signInByLink(text)).rejects.toMatchObject({ code: 'not-signed-in' });
    }
    expect(await people.identityOfSession(late)).toBeUndefined();
  });

  it('is kept by its digest only, no longer than it works, and names nobody in the ledger', async () => {
    const database = await open();
    const { people, person, acts, wait } = await aHouse(database);
    const { secret } = await people.issueSignInLink(systemActor, person.id);
    const rows = async () => JSON.stringify((await database.pool.query('select * from people_sign_in_link')).rows);
    expect(await rows()).toContain(person.id);
    expect(`${await rows()}${JSON.stringify(acts)}`).not.toContain(secret.slice(7));
    expect(JSON.stringify(acts)).not.toContain('Mia');
    wait(11 * minuteMs);
    await people.issueSignInLink(systemActor, person.id);
    expect(JSON.parse(await rows())).toHaveLength(1);
  });

  it('is made for nobody who does not exist', async () => {
    const { people } = await aHouse(await open());
    const nobody = people.issueSignInLink(systemActor, 'person_none' as never);
    await expect(nobody).rejects.toMatchObject({ code: 'not-found' });
  });
});
