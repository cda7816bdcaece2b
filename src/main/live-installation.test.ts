// Goal: an empty live installation comes into use without an identity provider, and nobody but the local operator opens
// the door. Method: all rooms on a fresh database, asked over HTTP as the operator, as machines and as persons.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csrfTokenOf } from '#platform/http';
import { anAssembly } from './testing.ts';

type Tested = Awaited<ReturnType<typeof anAssembly>>;

let live: Tested;
beforeAll(async () => {
  live = await anAssembly('live');
});
afterAll(() => live.drop());

interface As {
  token?: string;
  session?: string;
}

const operator = (): As => ({ token: live.access.secret });

const post = (path: string, payload: object, as: As) =>
  live.app.inject({
    method: 'POST',
    url: `/api/v1/${path}`,
    payload,
    ...(as.token === undefined ? {} : { headers: { authorization: `Bearer ${as.token}` } }),
    ...(as.session === undefined
      ? {}
      : { cookies: { hortus_session: as.session }, headers: { 'x-hortus-csrf': csrfTokenOf(as.session) } }),
  });

const codeOf = (answer: { json(): { code?: string } }): string | undefined => answer.json().code;

/** A hospital with a site, and a person who holds the roles. */
async function aHospital(name: string, code: string, roles: string[]) {
  const organisation = (await post('people/organisations', { name }, operator())).json();
  const site = await post('people/sites', { code, name: `${name} site`, organisation: name }, operator());
  expect(site.statusCode).toBe(201);
  const person = await post(
    'installation/persons',
    { name: `Person of ${name}`, organisation: code, roles },
    operator(),
  );
  expect(person.statusCode).toBe(201);
  return { organisation: organisation as { id: string }, personId: (person.json() as { id: string }).id };
}

async function aLink(person: string): Promise<string> {
  const answer = await post('installation/sign-in-links', { person }, operator());
  expect(answer.statusCode).toBe(201);
  return (answer.json() as { secret: string }).secret;
}

describe('a live installation', () => {
  it('has organisations, sites and persons registered by the local operator', async () => {
    const { organisation, personId } = await aHospital('Linden', 'LINDEN', ['operator', 'model-lead']);
    const sites = await live.directory.sites();
    expect(sites).toMatchObject([{ code: 'LINDEN', legalEntityId: organisation.id }]);
    expect(await live.directory.person(personId as never)).toMatchObject({
      roles: ['operator'],
      rolesAwaiting: ['model-lead'],
      isDemo: false,
    });
  });

  it('refuses a name or a code twice, a site of an assessor, and an organisation that is not there', async () => {
    await aHospital('Esdoorn', 'ESDOORN', ['operator']);
    await post('people/organisations', { name: 'Toetsers', kind: 'assessor' }, operator());
    const again = await post('people/organisations', { name: 'Esdoorn' }, operator());
    const site = (organisation: string, code: string) =>
      post('people/sites', { code, name: 'Site', organisation }, operator());
    const codes = [again, await site('Esdoorn', 'ESDOORN'), await site('Toetsers', 'T'), await site('Nobody', 'N')];
    expect(codes.map(codeOf)).toEqual(['conflict', 'conflict', 'invalid-input', 'not-found']);
    expect(codeOf(await post('people/sites', { code: 'X', name: 'Site' }, operator()))).toBe('invalid-input');
  });

  it('signs a person in by a link, once, and that person may do what the role allows', async () => {
    const { personId } = await aHospital('Beuk', 'BEUK', ['operator']);
    const link = await aLink(personId);
    const signedIn = await post('people/sign-in', { link }, {});
    expect(signedIn.json()).toMatchObject({ kind: 'person', id: personId, roles: ['operator'] });
    const session = signedIn.cookies[0]?.value ?? '';
    expect((await post('people/sites', { code: 'BEUK-2', name: 'Second' }, { session })).statusCode).toBe(201);
    expect(codeOf(await post('people/sign-in', { link }, {}))).toBe('not-signed-in');
    const guessed = `hortus_${'A'.repeat(43)}`;
    expect(codeOf(await post('people/sign-in', { link: guessed }, {}))).toBe('not-signed-in');
    expect(codeOf(await post('people/sign-in', { personId }, {}))).toBe('invalid-input');
  });

  it('lets one of two who use a link at the same time in', async () => {
    const { personId } = await aHospital('Wilg', 'WILG', ['model-lead']);
    const link = await aLink(personId);
    const answers = await Promise.all([1, 2].map(() => post('people/sign-in', { link }, {})));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 401]);
  });

  it('lets no machine and no person make links or persons of any organisation', async () => {
    const { organisation, personId } = await aHospital('Iep', 'IEP', ['operator']);
    const issued = await live.people.issueToken(
      { id: 'system', roles: [], organisationId: undefined },
      {
        name: 'All',
        organisationId: organisation.id as never,
        scopes: ['installation:*', 'people:*'],
        expiresInDays: 1,
      },
    );
    const machine = { token: issued.secret };
    const session = (await post('people/sign-in', { link: await aLink(personId) }, {})).cookies[0]?.value ?? '';
    for (const as of [machine, { session }]) {
      expect(codeOf(await post('installation/sign-in-links', { person: personId }, as))).toBe('not-allowed');
      const person = { name: 'Intruder', organisation: 'IEP', roles: ['model-lead'] };
      expect(codeOf(await post('installation/persons', person, as))).toBe('not-allowed');
      const site = { code: 'ELSEWHERE', name: 'Elsewhere', organisation: 'Other' };
      await post('people/organisations', { name: 'Other' }, operator());
      expect(codeOf(await post('people/sites', site, as))).toBe('not-allowed');
    }
    expect((await post('people/sites', { code: 'IEP-2', name: 'Second' }, { session })).statusCode).toBe(201);
    expect(codeOf(await post('people/organisations', { name: 'No' }, {}))).toBe('not-signed-in');
  });

  it('tells persons of one name apart by id', async () => {
    const { organisation } = await aHospital('Els', 'ELS', ['model-lead']);
    const twin = { name: 'Person of Els', organisation: organisation.id, roles: ['regulatory-lead'] };
    await post('installation/persons', twin, operator());
    expect(codeOf(await post('installation/sign-in-links', { person: 'Person of Els' }, operator()))).toBe('conflict');
    expect(codeOf(await post('installation/sign-in-links', { person: 'Nobody' }, operator()))).toBe('not-found');
  });
});
