import { expect, it } from 'vitest';
import { addDays, toIso } from '#kernel';
import type { Database } from '#platform/db';
import { describeOnEveryDatabase } from '../../platform/db/testing.ts';
import { aHouseOfPeople, askingAs } from '../house-for-tests.ts';
import { openNotifications } from '../organisations/notifications.ts';
import { organisationsRoutes } from '../organisations/routes.ts';
import { openOrganisations } from '../organisations/service.ts';
import { askPeople } from '../questions.ts';
import { permissionRoutes } from './routes.ts';
import { permissionsForTests } from './testing.ts';

/*
 * Goal: who asks what somebody may do is told the truth about them as they are bound today, and only if they answer for
 * them. Method: the invented people over HTTP, with roles handed over and interests declared where that is done.
 */

async function aHouse(database: Database) {
  const house = await aHouseOfPeople(database);
  const { ledger, clock } = house;
  const permissions = permissionsForTests({ sites: house.seeded.sites });
  const parts = { db: database.db, ledger, clock, allow: permissions.allow };
  const changes = { pending: () => undefined, propose: async () => 'prop_none' };
  const questions = askPeople(database.db, clock);
  const routes = [
    ...permissionRoutes({ permissions, changes, questions, wallClock: clock }),
    ...organisationsRoutes({
      organisations: openOrganisations(parts),
      notifications: openNotifications(parts),
      now: () => clock.now(),
    }),
  ];
  const { send } = askingAs(house, routes);
  const asked = async (as: string, personId: string, about: Record<string, string>) => {
    const query = new URLSearchParams({ personId, ...about });
    const { status, json } = await send(as, 'GET', `permissions?${query}`);
    return status === 200 ? json.decisions[0] : { status, code: json.code };
  };
  return { ...house, send, asked };
}

describeOnEveryDatabase('what a person may do', (open) => {
  it('is told to themselves, to those who answer for them, and to nobody else', async () => {
    const { personIn, send, asked } = await aHouse(await open());
    const [owner, manager] = [personIn('clinical-owner'), personIn('deployer-management')];
    const about = { action: 'people:read-policies' };
    expect(await asked(owner.id, owner.id, about)).toMatchObject({ allowed: true });
    expect(await asked(manager.id, owner.id, about)).toMatchObject({ allowed: true });
    expect(await asked(personIn('assessor', 'Onafhankelijk').id, owner.id, about)).toMatchObject({ allowed: true });
    const strangers = [personIn('deployer-management', 'Westhaven'), personIn('model-lead')];
    for (const { id } of strangers) expect(await asked(id, owner.id, about)).toMatchObject({ code: 'not-allowed' });
    // Whether somebody is here is told to nobody who could not ask about them.
    expect(await asked(manager.id, 'person_none', about)).toMatchObject({ code: 'not-allowed' });
    const all = (await send(manager.id, 'GET', `permissions?personId=${owner.id}`)).json;
    expect(all.person).toMatchObject({ id: owner.id, roles: ['clinical-owner'] });
    expect(all.decisions.length).toBeGreaterThan(40);
  });

  it('counts the roles handed over to them and the interests they declared', async () => {
    const { personIn, send, asked, clock, seeded } = await aHouse(await open());
    const idOf = (role: Parameters<typeof personIn>[0]): string => personIn(role).id;
    const [owner, manager, officer] = [idOf('clinical-owner'), idOf('deployer-management'), idOf('safety-officer')];
    const site = seeded.sites.find(({ code }) => code === 'NOORDERZORG')?.id ?? '';
    const answering = { action: 'certify:answer-task', siteId: site, objectId: 'cert_1' };
    expect(await asked(manager, owner, answering)).toMatchObject({ allowed: false });
    const until = toIso(addDays(clock.now(), 10));
    const handedOver = { toPersonId: owner, role: 'safety-officer', reason: 'On leave', until };
    expect((await send(officer, 'POST', 'delegations', handedOver)).status).toBe(201);
    expect(await asked(manager, owner, answering)).toMatchObject({
      allowed: true,
      policies: [{ id: 'certify.answer-task-own' }],
    });
    const interest = { objectKind: 'certificate', objectId: 'cert_1', kind: 'other', explanation: 'Wrote it' };
    expect((await send(owner, 'POST', 'conflicts', interest)).status).toBe(201);
    expect(await asked(manager, owner, answering)).toMatchObject({
      allowed: false,
      policies: [{ id: 'duties.no-interest', effect: 'forbid' }],
      refusal: expect.stringMatching(/declared an interest/),
    });
    expect(await asked(manager, owner, { ...answering, objectId: 'cert_2' })).toMatchObject({ allowed: true });
  });

  it('is judged as after a second factor where they are asked about, and as it stands where they ask', async () => {
    const { personIn, asked } = await aHouse(await open());
    const officer = personIn('safety-officer').id;
    const signing = { action: 'certify:sign' };
    expect(await asked(personIn('operator').id, officer, signing)).toMatchObject({ allowed: true });
    // These requests come from nobody who signed in by a second factor.
    expect(await asked(officer, officer, signing)).toMatchObject({ allowed: false, needs: 'step-up' });
  });

  it('is read from policies that everybody who signed in may read', async () => {
    const { personIn, send } = await aHouse(await open());
    const { json } = await send(personIn('patient-representative', 'Prostaatpanel').id, 'GET', 'policies');
    expect(json.policies.length).toBeGreaterThan(50);
    expect(json.table.find((one: { action: string }) => one.action === 'certify:sign').cells).toContainEqual({
      role: 'assessor',
      answer: 'everywhere, after a second factor',
    });
    expect((await send(personIn('operator').id, 'GET', 'policies/change')).json).toEqual({});
    expect((await send(personIn('model-lead').id, 'POST', 'policies/change', { reason: 'x' })).status).toBe(403);
  });
});
