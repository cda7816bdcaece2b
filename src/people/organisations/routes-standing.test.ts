// Goal: roles are given and ended after registration by those who may, and who leaves is out at once, by every way.
// Method: over HTTP on a real database, with sessions and an identity provider of the test's own.
import { afterEach, expect, it } from 'vitest';
import { type PersonId, sha256Hex } from '#kernel';
import { openOrganisations, type Role, systemActor } from '#people';
import type { Database } from '#platform/db';
import { describeOnEveryDatabase } from '../../platform/db/testing.ts';
import { permissionsForTests } from '../permission/testing.ts';
import { aHouseWithSignIn, providerOf } from '../sign-in/house-for-tests.ts';
import { anIssuer } from '../sign-in/issuer-for-tests.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function aScene(database: Database) {
  const issuer = await anIssuer();
  closers.push(() => issuer.close());
  const house = await aHouseWithSignIn(database, { configuration: { providers: [providerOf(issuer)] } });
  closers.push(() => house.app.close());
  const { people, seeded, browser, acts } = house;
  const hospital = seeded.organisations.find(({ name }) => name.startsWith('Noorderzorg'))!.id;
  const register = async (name: string, roles: Role[]) =>
    (await people.registerPerson(systemActor, { name, organisationId: hospital, roles, isDemo: true })).id;
  const as = async (id: string) => {
    const at = browser();
    at.cookies.set('hortus_session', await people.openSessionFor(id));
    return at;
  };
  const seededIn = (role: Role, organisation = 'Noorderzorg') => {
    const { id } = seeded.organisations.find(({ name }) => name.startsWith(organisation))!;
    return seeded.persons.find((one) => one.organisationId === id && one.roles.includes(role))!.id;
  };
  const manager = await as(await register('Mia Management', ['deployer-management']));
  const act = async (at: typeof manager, path: string, body?: object) => {
    const answer = await at.send('POST', `/api/v1/people/persons/${path}`, body === undefined ? {} : { body });
    return answer.statusCode < 300 ? answer.json() : answer.json().code;
  };
  return { ...house, issuer, database, register, as, seededIn, manager, act, lastAct: () => acts.at(-1) };
}

const leaves = { reason: 'Leaves the hospital' };

describeOnEveryDatabase('roles after registration', (open) => {
  it('are given and ended, and a sign-off role waits for a second person', async () => {
    const { register, seededIn, manager, as, act, acts, people } = await aScene(await open());
    const id = await register('Lena Leser', ['model-lead']);
    expect(await act(manager, `${id}/roles`, { role: 'operator' })).toMatchObject({
      roles: ['model-lead', 'operator'],
    });
    expect(acts.at(-1)?.predicate).toMatchObject({ action: 'role-granted', person: id, role: 'operator' });
    expect(await act(manager, `${id}/roles`, { role: 'operator' })).toBe('conflict');
    expect(await act(manager, `${id}/roles`, { role: 'assessor' })).toBe('invalid-input');
    expect(await act(manager, `${id}/roles`, { role: 'safety-officer' })).toMatchObject({
      roles: ['model-lead', 'operator'],
      rolesAwaiting: ['safety-officer'],
    });
    expect(acts.at(-1)?.predicate).toMatchObject({ confirmation: 'awaited' });
    expect(await act(manager, `${id}/roles/safety-officer/end`)).toMatchObject({ rolesAwaiting: [] });
    expect(await act(manager, `${id}/roles/model-lead/end`)).toMatchObject({ roles: ['operator'] });
    expect(acts.at(-1)?.predicate).toMatchObject({ action: 'role-ended', person: id, role: 'model-lead' });
    expect(await act(manager, `${id}/roles/model-lead/end`)).toBe('wrong-state');
    expect((await people.identityOf(id))?.roles).toEqual(['operator']);
    const officer = await as(seededIn('safety-officer'));
    const foreign = await as(seededIn('deployer-management', 'Westhaven'));
    expect(await act(officer, `${id}/roles`, { role: 'model-lead' })).toBe('not-allowed');
    expect(await act(foreign, `${id}/roles`, { role: 'model-lead' })).toBe('not-found');
    expect(JSON.stringify(acts)).not.toContain('Lena');
  });

  it('are an operator’s to give and end where nobody signs off in them, and nobody’s own', async () => {
    const { register, manager, as, act, people } = await aScene(await open());
    const id = await register('Lena Leser', []);
    const operatorId = await register('Otto Operator', ['operator']);
    const operator = await as(operatorId);
    expect(await act(operator, `${id}/roles`, { role: 'operator' })).toMatchObject({ rolesAwaiting: [] });
    expect(await act(operator, `${id}/roles`, { role: 'safety-officer' })).toBe('not-allowed');
    expect(await act(operator, `${operatorId}/roles`, { role: 'model-lead' })).toBe('four-eyes');
    expect(await act(operator, `${operatorId}/disable`, leaves)).toBe('four-eyes');
    const officer = await register('Olga Officer', ['safety-officer']);
    // An operator who signs off would sign no more.
    expect(await act(operator, `${officer}/roles`, { role: 'operator' })).toBe('not-allowed');
    expect(await act(operator, `${officer}/disable`, leaves)).toBe('not-allowed');
    expect(await act(operator, `${id}/disable`, leaves)).toMatchObject({ sessionsEnded: 0 });
    expect(await act(operator, `${id}/enable`)).toBe('not-allowed');
    expect(await act(manager, `${id}/enable`)).toMatchObject({ roles: [], isDisabled: false });
    expect((await people.identityOf(officer))?.roles).toEqual(['safety-officer']);
  });
});

describeOnEveryDatabase('a person who leaves', (open) => {
  it('is out at once: sessions, roles, delegations, links; what they gave machines stays, and is listed', async () => {
    const scene = await aScene(await open());
    const { register, seededIn, manager, as, act, people, acts, database } = scene;
    const id = await register('Vera Vertrek', ['safety-officer', 'operator']);
    const [one, two] = [await as(id), await as(id)];
    const clock = { now: () => Date.now() as ReturnType<Parameters<typeof openOrganisations>[0]['clock']['now']> };
    const { allow } = permissionsForTests({ sites: scene.seeded.sites });
    const ledger = { record: async () => 'pending' };
    const organisations = openOrganisations({ db: database.db, ledger, clock, allow });
    const colleague = seededIn('model-lead');
    const giver = (await people.identityOf(id))! as Parameters<typeof organisations.delegate>[0];
    const until = (Date.now() + 86_400_000) as never;
    await organisations.delegate(giver, { toPersonId: colleague, role: 'safety-officer', reason: 'Away', until });
    expect((await people.identityOf(colleague))?.relations.delegations).toHaveLength(1);
    const { organisationId } = giver;
    const given = { name: 'Scanner', organisationId: organisationId!, scopes: ['monitor:*'], expiresInDays: 9 };
    const { token, secret } = await people.issueToken(giver, given);
    const link = await people.issueSignInLink(systemActor, id);

    const startedAt = performance.now();
    expect(await act(manager, `${id}/disable`, leaves)).toEqual({
      rolesEnded: ['safety-officer', 'operator'],
      sessionsEnded: 2,
      delegationsEnded: 1,
      emergenciesEnded: 0,
      invitationsEnded: 1,
      toReview: [{ kind: 'token', id: token.id, name: 'Scanner', expiresAt: expect.any(String) }],
    });
    expect([(await one.me()).kind, (await two.me()).kind]).toEqual(['nobody', 'nobody']);
    expect(performance.now() - startedAt).toBeLessThan(2000);
    expect(acts.at(-1)?.predicate).toMatchObject({ action: 'person-disabled', person: id, sessions: 2 });
    expect(JSON.stringify(acts)).not.toMatch(/Vera|Leaves the hospital/);
    expect(JSON.stringify(acts.at(-1))).not.toContain(sha256Hex(leaves.reason));

    expect(await people.identityOfToken(secret)).toMatchObject({ name: 'Scanner' });
    expect((await people.identityOf(colleague))?.relations.delegations).toEqual([]);
    await expect(people.signInByLink(link.secret)).rejects.toMatchObject({ code: 'access-ended' });
    await expect(people.issueInvitation(systemActor, id)).rejects.toMatchObject({ code: 'access-ended' });
    await expect(people.openSessionFor(id)).rejects.toMatchObject({ code: 'access-ended' });
    expect(await act(manager, `${id}/roles`, { role: 'operator' })).toBe('wrong-state');
    expect(await act(manager, `${id}/disable`, leaves)).toBe('wrong-state');

    expect(await act(manager, `${id}/enable`)).toMatchObject({ roles: [], rolesAwaiting: [], isDisabled: false });
    expect(await act(manager, `${id}/enable`)).toBe('wrong-state');
    await expect(people.signInByLink(link.secret)).rejects.toMatchObject({ code: 'not-signed-in' });
    expect([(await one.me()).kind, (await (await as(id)).me()).roles]).toEqual(['nobody', []]);
  });

  it('is let in by no claims of a provider, also where they place the account elsewhere', async () => {
    const { issuer, browser, manager, act, questions, people } = await aScene(await open());
    const signIn = async (groups: string[]) => {
      issuer.subject.claims = { name: 'Noor Nieuw', groups };
      const at = browser();
      const answer = await at.back(issuer.authorize(await at.begin('hospital')));
      return { at, code: answer.statusCode === 303 ? 'in' : answer.json().code, me: await at.me() };
    };
    const first = await signIn(['mri-readers']);
    const { id } = first.me;
    expect(await act(manager, `${id}/disable`, leaves)).toMatchObject({ rolesEnded: ['clinical-owner'] });
    expect((await first.at.me()).kind).toBe('nobody');
    const persons = (await questions.persons()).length;
    for (const groups of [['mri-readers'], ['others'], []]) expect((await signIn(groups)).code).toBe('access-ended');
    expect((await people.identityOf(id))?.roles).toEqual([]);
    expect(await questions.persons()).toHaveLength(persons);
    await act(manager, `${id}/enable`);
    expect((await signIn(['mri-readers'])).me).toMatchObject({ id, roles: ['clinical-owner'] });
  });

  it('is never the last of management, also where two disable each other at once', async () => {
    const { register, seededIn, as, act, manager, questions } = await aScene(await open());
    const here = seededIn('deployer-management');
    const operator = await as(await register('Otto Operator', ['operator']));
    const me = (await manager.me()).id as PersonId;
    const other = await as(here);
    const outcomes = await Promise.all([act(manager, `${here}/disable`, leaves), act(other, `${me}/disable`, leaves)]);
    expect(outcomes.filter((one) => typeof one === 'object')).toHaveLength(1);
    const persons = (await questions.persons()).filter(({ id }) => id === here || id === me);
    const last = persons.find(({ isDisabled }) => !isDisabled)!;
    expect(persons.map(({ isDisabled }) => isDisabled).sort()).toEqual([false, true]);
    expect(last.roles).toEqual(['deployer-management']);
    expect(await act(operator, `${last.id}/disable`, leaves)).toBe('not-allowed');
    const third = await register('Tess Derde', ['deployer-management']);
    expect(await act(await as(third), `${last.id}/roles/deployer-management/end`)).toMatchObject({ roles: [] });
    expect(await act(await as(last.id), `${third}/disable`, leaves)).toBe('not-allowed');
  });
});
