import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Attacked, anAttacked } from './attacked.ts';

/**
 * Goal: whoever tries which cases another hospital has is found in the access record. Method: a person who may read cases
 * in general asks for those of another hospital by guessed ids, on a live installation.
 */

let house: Attacked;

beforeAll(async () => {
  house = await anAttacked();
});
afterAll(() => house.drop());

it('leaves a refusal in the record for every id that was tried, and none for what is read', async () => {
  await house.aHospital('ALFA', ['operator']);
  const { people } = await house.aHospital('BETA', ['deployer-management']);
  const thief = people['deployer-management']!;
  for (const id of ['CASE-1', 'CASE-2', 'CASE-3']) {
    expect((await house.send(`/api/v1/monitor/cases/ALFA/${id}`, thief)).status).toBe(404);
  }
  expect((await house.send('/api/v1/monitor/cases', thief)).status).toBe(200);
  type Record = { accesses: { identityId: string; action: string }[] };
  const refused = await house.done<Record>('/api/v1/people/access-record?outcome=refused', thief);
  const expected = { identityId: thief.id, action: 'monitor:read-cases' };
  expect(refused.accesses.map(({ identityId, action }) => ({ identityId, action }))).toEqual([
    expected,
    expected,
    expected,
  ]);
});
