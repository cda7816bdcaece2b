// Goal: bonds are made and ended by those who may, count from and to the instant they say, and leave an act in the
// ledger. Method: over HTTP on a real database, with a clock that the test moves.
import { expect, it } from 'vitest';
import { addDays, type Instant, toIso } from '#kernel';
import { openOrganisations, organisationsRoutes, systemActor } from '#people';
import type { Database } from '#platform/db';
import { describeOnEveryDatabase } from '../../platform/db/testing.ts';
import { aHouseOfPeople, askingAs } from '../house-for-tests.ts';
import { permissionsForTests } from '../permission/testing.ts';
import { localOperatorId } from '../registration.ts';
import { openNotifications } from './notifications.ts';

async function aHouse(database: Database) {
  const house = await aHouseOfPeople(database);
  const { ledger, clock } = house;
  const { allow } = permissionsForTests({ sites: house.seeded.sites });
  const parts = { db: database.db, ledger, clock, allow };
  const organisations = openOrganisations(parts);
  const notifications = openNotifications(parts);
  const routes = organisationsRoutes({ organisations, notifications, now: () => clock.now() });
  const actions = () => house.acts.map(({ predicate }) => predicate.action);
  return { ...house, ...askingAs(house, routes), actions, organisations };
}

const inDays = (now: Instant, days: number): string => toIso(addDays(now, days));

describeOnEveryDatabase('a group', (open) => {
  it('has members of the organisation that leads it, from and until the instants said', async () => {
    const { send, personIn, identity, clock, wait, actions } = await aHouse(await open());
    const [here, there] = [personIn('deployer-management').id, personIn('deployer-management', 'Westhaven').id];
    const project = { kind: 'project', name: 'Bias', purpose: 'Compare the hospitals' };
    expect((await send(here, 'POST', 'groups', { kind: 'project', name: 'No purpose' })).status).toBe(422);
    const { json: group } = await send(here, 'POST', 'groups', project);
    expect((await send(there, 'POST', 'groups', project)).json.code).toBe('conflict');
    const organisationId = personIn('operator', 'Westhaven').organisationId;
    const path = `groups/${group.id}/memberships`;
    expect((await send(there, 'POST', path, { organisationId })).json.code).toBe('not-allowed');
    const time = { from: inDays(clock.now(), 1), until: inDays(clock.now(), 10) };
    const { status, json: member } = await send(here, 'POST', path, { organisationId, ...time });
    expect(status).toBe(201);
    const groupsOf = async () => (await identity(there)).relations.memberships;
    expect(await groupsOf()).toEqual([]);
    wait(86_400_000);
    expect(await groupsOf()).toEqual([{ groupId: group.id, kind: 'project' }]);
    // The member leaves: gone at this very instant.
    expect((await send(there, 'POST', `memberships/${member.id}/end`)).status).toBe(204);
    expect(await groupsOf()).toEqual([]);
    expect((await send(there, 'POST', `memberships/${member.id}/end`)).json.code).toBe('wrong-state');
    const listed = (await send(there, 'GET', 'groups')).json.groups;
    expect(listed).toMatchObject([{ id: group.id, memberships: [{ id: member.id, until: toIso(clock.now()) }] }]);
    expect(actions().slice(-3)).toEqual(['group-created', 'member-added', 'membership-ended']);
  });

  it('loses a member at the end that was planned, and takes nobody who is not there', async () => {
    const { send, personIn, identity, clock, wait } = await aHouse(await open());
    const manager = personIn('deployer-management').id;
    const person = personIn('assessor', 'Onafhankelijk').id;
    const { json: group } = await send(manager, 'POST', 'groups', { kind: 'consortium', name: 'Three rivers' });
    const path = `groups/${group.id}/memberships`;
    await send(manager, 'POST', path, { personId: person, until: inDays(clock.now(), 1) });
    expect((await identity(person)).relations.memberships).toHaveLength(1);
    wait(86_400_000 - 1);
    expect((await identity(person)).relations.memberships).toHaveLength(1);
    wait(1);
    expect((await identity(person)).relations.memberships).toEqual([]);
    const refused = [
      { personId: 'person_none' },
      { organisationId: 'org_none' },
      {},
      { personId: person, until: '2020-01-01' },
    ];
    for (const body of refused) expect((await send(manager, 'POST', path, body)).status).toBe(422);
  });
});

describeOnEveryDatabase('a delegation', (open) => {
  it('gives the role until its end, tells the colleague, and is taken back by either at once', async () => {
    const { send, personIn, identity, clock, wait, acts } = await aHouse(await open());
    const [officer, colleague, foreign] = [
      personIn('safety-officer').id,
      personIn('clinical-owner').id,
      personIn('clinical-owner', 'Westhaven').id,
    ];
    const wish = { toPersonId: colleague, role: 'safety-officer', reason: 'Leave', until: inDays(clock.now(), 14) };
    const { status, json: made } = await send(officer, 'POST', 'delegations', wish);
    expect(status).toBe(201);
    expect((await identity(colleague)).relations.delegations).toEqual([
      { id: made.id, fromPersonId: officer, role: 'safety-officer', organisationId: made.organisationId },
    ]);
    // Roles stay as they are: what was delegated is no role of one's own, so it goes no further.
    expect((await identity(colleague)).roles).toEqual(['clinical-owner']);
    const further = await send(colleague, 'POST', 'delegations', { ...wish, toPersonId: personIn('model-lead').id });
    expect(further.json.code).toBe('not-allowed');
    const told = (await send(colleague, 'GET', 'notifications')).json.notifications;
    expect(told).toMatchObject([{ kind: 'delegation', subjectId: made.id }]);
    expect((await send(officer, 'POST', `notifications/${told[0].id}/read`)).json.code).toBe('not-found');
    expect((await send(colleague, 'POST', `notifications/${told[0].id}/read`)).status).toBe(204);
    expect((await send(foreign, 'GET', 'delegations')).json.delegations).toEqual([]);
    expect((await send(foreign, 'POST', `delegations/${made.id}/end`)).json.code).toBe('not-found');
    wait(1000);
    expect((await send(colleague, 'POST', `delegations/${made.id}/end`)).status).toBe(204);
    expect((await identity(colleague)).relations.delegations).toEqual([]);
    expect((await send(officer, 'POST', `delegations/${made.id}/end`)).json.code).toBe('wrong-state');

    const again = (await send(officer, 'POST', 'delegations', wish)).json;
    expect(again.isInForce).toBe(true);
    wait(14 * 86_400_000);
    expect((await identity(colleague)).relations.delegations).toEqual([]);
    expect(JSON.stringify(acts)).not.toContain('Leave');
  });

  it('ends with the role of the one who gave it', async () => {
    const database = await open();
    const { send, personIn, identity, clock, wait } = await aHouse(database);
    const [officer, colleague] = [personIn('safety-officer').id, personIn('clinical-owner').id];
    const wish = { toPersonId: colleague, role: 'safety-officer', reason: 'Leave', until: inDays(clock.now(), 14) };
    await send(officer, 'POST', 'delegations', wish);
    wait(1000);
    await database.pool.query('update people_role_holding set valid_until = $1 where person_id = $2', [
      toIso(clock.now()),
      officer,
    ]);
    expect((await identity(colleague)).relations.delegations).toEqual([]);
  });
});

describeOnEveryDatabase('a declared interest', (open) => {
  it('binds from its start to its end, and is seen by one’s own organisation and by assessors', async () => {
    const { send, personIn, identity, acts } = await aHouse(await open());
    const [person, stranger] = [personIn('model-lead').id, personIn('model-lead', 'Westhaven').id];
    const interest = { objectKind: 'model', objectId: 'model_x', kind: 'authorship', explanation: 'I trained it' };
    const { status, json: declared } = await send(person, 'POST', 'conflicts', interest);
    expect(status).toBe(201);
    expect((await identity(person)).relations.conflicts).toEqual([{ id: declared.id, objectId: 'model_x' }]);
    const seenBy = async (as: string) => (await send(as, 'GET', 'conflicts')).json.conflicts.length;
    expect(await seenBy(personIn('operator').id)).toBe(1);
    expect(await seenBy(personIn('assessor', 'Onafhankelijk').id)).toBe(1);
    expect(await seenBy(stranger)).toBe(0);
    expect((await send(stranger, 'POST', `conflicts/${declared.id}/end`)).json.code).toBe('not-found');
    expect((await send(person, 'POST', `conflicts/${declared.id}/end`)).status).toBe(204);
    expect((await identity(person)).relations.conflicts).toEqual([]);
    expect(JSON.stringify(acts)).not.toContain('trained');
  });

  it('of a colleague is declared by an officer, who tells them, and is not taken back by the one it is about', async () => {
    const { send, personIn, identity } = await aHouse(await open());
    const [lead, officer] = [personIn('model-lead').id, personIn('safety-officer').id];
    const interest = {
      personId: lead,
      objectKind: 'model',
      objectId: 'model_x',
      kind: 'financial',
      explanation: 'Holds shares',
    };
    for (const as of [personIn('operator').id, personIn('safety-officer', 'Westhaven').id]) {
      expect((await send(as, 'POST', 'conflicts', interest)).json.code).toBe('not-found');
    }
    const { json: declared } = await send(officer, 'POST', 'conflicts', interest);
    expect((await send(lead, 'GET', 'notifications')).json.notifications).toMatchObject([
      { kind: 'conflict-declared', subjectId: declared.id },
    ]);
    expect((await send(lead, 'POST', `conflicts/${declared.id}/end`)).json.code).toBe('not-found');
    expect((await identity(lead)).relations.conflicts).toHaveLength(1);
    expect((await send(officer, 'POST', `conflicts/${declared.id}/end`)).status).toBe(204);
  });
});

describeOnEveryDatabase('a role with which one signs off', (open) => {
  it('is in force only after a second person has confirmed it, and never after a refusal', async () => {
    const { send, personIn, people, identity, actions } = await aHouse(await open());
    const operator = personIn('operator');
    const manager = personIn('deployer-management').id;
    const given = { name: 'Nova', organisationId: operator.organisationId, isDemo: false };
    const nova = await people.registerPerson(operator, {
      ...given,
      roles: ['operator', 'safety-officer', 'clinical-owner'],
    });
    expect([nova.roles, nova.rolesAwaiting]).toEqual([['operator'], ['safety-officer', 'clinical-owner']]);
    expect((await identity(nova.id)).roles).toEqual(['operator']);
    expect((await send(manager, 'GET', 'notifications')).json.notifications).toMatchObject([
      { kind: 'role-awaits-confirmation', subjectId: nova.id },
    ]);
    const { roles } = (await send(manager, 'GET', 'awaiting-roles')).json;
    expect(roles.map(({ role }: { role: string }) => role)).toEqual(['safety-officer', 'clinical-owner']);
    const decide = (as: string, at: number, decision: string) =>
      send(as, 'POST', `awaiting-roles/${roles[at].holdingId}/decision`, { decision });
    expect((await decide(operator.id, 0, 'confirmed')).json.code).toBe('not-allowed');
    expect((await decide(personIn('deployer-management', 'Westhaven').id, 0, 'confirmed')).json.code).toBe('not-found');
    const interest = {
      objectKind: 'organisation',
      objectId: operator.organisationId,
      kind: 'other',
      explanation: 'Shares',
    };
    const { id: conflictId } = (await send(manager, 'POST', 'conflicts', interest)).json;
    expect((await decide(manager, 0, 'confirmed')).json.detail).toMatch(/declared an interest .* does not decide/);
    expect((await send(manager, 'POST', `conflicts/${conflictId}/end`)).status).toBe(204);
    expect((await decide(manager, 0, 'confirmed')).status).toBe(204);
    expect((await decide(manager, 0, 'confirmed')).json.code).toBe('not-found');
    expect((await decide(manager, 1, 'refused')).status).toBe(204);
    expect((await identity(nova.id)).roles).toEqual(['operator', 'safety-officer']);
    expect(actions().slice(-2)).toEqual(['role-confirmed', 'role-refused']);
  });

  it('of the first management alone is started by a command on this machine, once, and the ledger says so', async () => {
    const { people, acts } = await aHouse(await open());
    const organisation = await people.registerOrganisation(systemActor, { name: 'Hof', kind: 'legal-entity' });
    const command = { ...systemActor, id: localOperatorId };
    const given = { name: 'M', organisationId: organisation.id, isDemo: false };
    const officer = await people.registerPerson(command, { ...given, roles: ['safety-officer'] });
    expect(officer.rolesAwaiting).toEqual(['safety-officer']);
    const [first, second] = await Promise.all(
      ['First', 'Second'].map((name) =>
        people.registerPerson(command, { ...given, name, roles: ['deployer-management'] }),
      ),
    );
    expect([first, second].flatMap((one) => one?.roles ?? [])).toEqual(['deployer-management']);
    const said = acts.map(({ predicate }) => predicate.confirmation).filter((one) => one !== 'demonstration');
    expect(said.filter((one) => one !== undefined).sort()).toEqual(['awaited', 'awaited', 'bootstrap']);
  });
});
