import { afterAll, beforeAll, expect, it } from 'vitest';
import { aHouseOfPeople, type TestHouse } from '../../src/people/house-for-tests.ts';
import { openEmbeddedTestDatabase } from '../../src/platform/db/testing.ts';

/**
 * Goal: a session that was left behind ends by itself, and no use of it makes it last for ever. Method: sessions on a real
 * database, by a clock that the test moves to just before and just after each limit.
 */

const minutes = 60_000;
let house: TestHouse;
let drop: () => Promise<void>;

beforeAll(async () => {
  const opened = await openEmbeddedTestDatabase();
  drop = opened.drop;
  house = await aHouseOfPeople(opened.database);
}, 120_000);
afterAll(() => drop());

const aSession = (): Promise<string> => house.people.openSessionFor(house.personIn('operator').id);
const isOpen = async (secret: string): Promise<boolean> => (await house.people.identityOfSession(secret)) !== undefined;

it('ends half an hour after its last use', async () => {
  const [used, left] = [await aSession(), await aSession()];
  house.wait(29 * minutes);
  expect(await isOpen(used)).toBe(true);
  house.wait(2 * minutes);
  expect([await isOpen(used), await isOpen(left)]).toEqual([true, false]);
  house.wait(31 * minutes);
  expect(await isOpen(used)).toBe(false);
});

it('ends twelve hours after it began, however busy it is', async () => {
  const session = await aSession();
  for (let passed = 0; passed < 12 * 60; passed += 20) {
    expect([passed, await isOpen(session)]).toEqual([passed, true]);
    house.wait(20 * minutes);
  }
  expect(await isOpen(session)).toBe(false);
});
