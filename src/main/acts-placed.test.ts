import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemActor } from '#people';
import { anAssembly } from './testing.ts';

/**
 * Goal: an act of people has its place in the ledger within seconds, not at the next full minute. Method: a live
 * installation whose background runs by itself; nobody settles it.
 */

let house: Awaited<ReturnType<typeof anAssembly>>;
beforeAll(async () => {
  house = await anAssembly('live');
}, 120_000);
afterAll(() => house.drop());

const soon = { timeout: 30_000, interval: 100 };
const placed = async (): Promise<number> =>
  (await house.ledger.questions.entries({ chain: 'people', limit: 100 })).entries.length;

it('gives registration, sign-in and emergency access their places soon', { timeout: 100_000 }, async () => {
  const { people } = house;
  const atFirst = await placed();
  const hospital = await people.registerOrganisation(systemActor, { name: 'Alfa', kind: 'legal-entity' });
  const person = await people.registerPerson(systemActor, {
    name: 'Noor',
    organisationId: hospital.id,
    roles: ['operator'],
    isDemo: false,
  });
  await expect.poll(placed, soon).toBe(atFirst + 4);

  const { secret } = await people.issueSignInLink(systemActor, person.id);
  const { identity } = await people.signInByLink(secret);
  await expect.poll(placed, soon).toBe(atFirst + 6);

  await house.breakGlass.start(
    { ...identity, kind: 'person' },
    {
      legalEntityId: hospital.id,
      reason: 'A patient bleeds, and the report is needed tonight',
      minutes: 30,
    },
  );
  await expect.poll(placed, soon).toBe(atFirst + 7);
});
