import { z } from 'zod';
import { assert, type Instant, type LegalEntityId, Problem, toIso } from '#kernel';
import { csrfTokenOf, type Route } from '#platform/http';
import { assertPerson, route, sessionSecretOf } from './authentication.ts';
import {
  issuedTokenSchema,
  meSchema,
  newOrganisationSchema,
  newPersonSchema,
  newSiteSchema,
  newTokenSchema,
  organisationSchema,
  organisationsSchema,
  personSchema,
  personsSchema,
  siteSchema,
  sitesSchema,
  tokensSchema,
} from './contract.ts';
import type { Identity, Person } from './model.ts';
import { standingRoutes } from './organisations/routes-standing.ts';
import type { Permissions } from './permission/permissions.ts';
import type { PeopleQuestions } from './questions.ts';
import type { People } from './service.ts';
import { signInRoutes } from './sign-in/routes.ts';
import { embeddedRoutes } from './sign-in/routes-embedded.ts';
import { machineRoutes } from './sign-in/routes-machines.ts';
import type { AccessToken } from './store.ts';

interface Parts {
  people: People;
  questions: PeopleQuestions;
  permissions: Permissions;
  /** Where browsers reach this installation, without a slash at the end; on loopback, the request says it. */
  publicUrl?: string | undefined;
}

type Me = (identity: Identity | undefined, secret: string | undefined) => Promise<z.output<typeof meSchema>>;

export function peopleRoutes(parts: Parts): Route<Identity>[] {
  const { people, questions, permissions, publicUrl } = parts;
  const me = meOf(parts);
  return [
    ...whoRoutes(parts, me),
    ...signInRoutes({
      people,
      me,
      personsOrganisation: async (id) => (await questions.person(id))?.organisationId,
      publicUrl,
    }),
    ...embeddedRoutes(people.embedded, publicUrl),
    ...machineRoutes({
      people,
      publicUrl,
      ownOrganisation,
      assertScopes: (scopes) => assertScopesForMachines(scopes, permissions),
    }),
    ...directoryRoutes(parts),
    ...registerRoutes(parts),
    ...standingRoutes({ people, permissions, shown: (person) => withOrganisation(questions, person) }),
    ...tokenRoutes(parts),
  ];
}

function meOf({ people, questions, permissions }: Parts): Me {
  return async (identity, secret) => {
    const organisation = (await questions.organisations()).find(({ id }) => id === identity?.organisationId);
    return {
      kind: identity?.kind ?? 'nobody',
      ...(identity === undefined ? {} : { id: identity.id, name: identity.name }),
      ...(organisation === undefined ? {} : { organisation }),
      roles: identity?.roles ?? [],
      actions: [...permissions.actions].filter((action) => permissions.mayDo(identity, action)).sort(),
      demoSignIn: people.demoSignIn,
      ...(identity?.signedIn === undefined
        ? {}
        : { signedIn: { ...identity.signedIn, at: toIso(identity.signedIn.at) } }),
      ...(identity?.kind === 'person' && secret !== undefined ? { csrfToken: csrfTokenOf(secret) } : {}),
    };
  };
}

function whoRoutes({ people, questions }: Parts, me: Me): Route<Identity>[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/people/me',
      action: 'public',
      summary: 'Who asks, and what they may do.',
      response: meSchema,
      handle: ({ identity, reply }) => me(identity, sessionSecretOf(reply.request)),
    }),
    route({
      method: 'GET',
      path: '/api/v1/people/demo-people',
      action: 'public',
      summary: 'The invented persons as whom one may sign in; empty outside a demonstration.',
      response: personsSchema,
      handle: async () => ({
        persons: people.demoSignIn ? await withOrganisations(questions, await questions.demoPersons()) : [],
      }),
    }),
  ];
}

function directoryRoutes({ people, questions, permissions }: Parts): Route<Identity>[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/people/organisations',
      action: 'people:read-organisations',
      summary: 'The legal entities, assessors and patients’ organisations.',
      response: organisationsSchema,
      handle: async () => ({ organisations: await questions.organisations() }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/people/sites',
      action: 'people:read-organisations',
      summary: 'The sites, each with the legal entity it belongs to.',
      response: sitesSchema,
      handle: async () => ({ sites: await questions.sites() }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/people/persons',
      action: 'people:read-persons',
      summary: 'The persons of your organisation with their roles; an assessor sees those of all.',
      response: personsSchema,
      handle: async ({ identity }) => {
        const seesAll = identity.roles.includes('assessor');
        const persons = (await questions.persons()).filter(
          ({ organisationId }) => seesAll || organisationId === identity.organisationId,
        );
        return { persons: await withOrganisations(questions, persons) };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/people/persons',
      action: 'people:create-person',
      summary: 'Registers a colleague of your own organisation with roles.',
      body: newPersonSchema,
      response: personSchema,
      status: 201,
      handle: async ({ identity, body }) => {
        const organisationId = ownOrganisation(identity);
        permissions.allow(identity, 'people:create-person', { legalEntityId: organisationId });
        const person = await people.registerPerson(identity, { ...body, organisationId, isDemo: false });
        return withOrganisation(questions, person);
      },
    }),
  ];
}

function registerRoutes({ people, questions, permissions }: Parts): Route<Identity>[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/people/organisations',
      action: 'people:register-organisation',
      summary: 'Registers a legal entity, an assessor or a patients’ organisation.',
      body: newOrganisationSchema,
      response: organisationSchema,
      status: 201,
      handle: ({ identity, body }) => people.registerOrganisation(identity, body),
    }),
    route({
      method: 'POST',
      path: '/api/v1/people/sites',
      action: 'people:register-organisation',
      summary: 'Registers a site of a legal entity, for ever: of your own one, if you belong to one.',
      body: newSiteSchema,
      response: siteSchema,
      status: 201,
      handle: async ({ identity, body }) => {
        const { organisation, ...given } = body;
        const legalEntityId = await organisationOfSite(questions, identity, organisation);
        permissions.allow(identity, 'people:register-organisation', { legalEntityId });
        return people.registerSite(identity, { ...given, legalEntityId });
      },
    }),
  ];
}

/** That of whoever registers, unless they name one; whether they may there is for the policies. */
async function organisationOfSite(
  questions: PeopleQuestions,
  { organisationId: own }: Identity,
  said: string | undefined,
): Promise<LegalEntityId> {
  if (said === undefined && own !== undefined) return own;
  if (said === undefined) {
    throw new Problem('invalid-input', { errors: [{ pointer: '/organisation', detail: 'Name the organisation.' }] });
  }
  const meant = await questions.organisation(said);
  if (meant === undefined) throw new Problem('not-found', { detail: 'No organisation has this id or name.' });
  return meant.id;
}

function tokenRoutes({ people, questions, permissions }: Parts): Route<Identity>[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/people/tokens',
      action: 'people:read-tokens',
      summary: 'The API tokens of your organisation, without their secrets.',
      response: tokensSchema,
      handle: async ({ identity }) => ({
        tokens: (await questions.tokens(ownOrganisation(identity))).map(shownToken),
      }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/people/tokens',
      action: 'people:issue-token',
      summary: 'Issues an API token for a machine; its secret is shown in this answer only.',
      body: newTokenSchema,
      response: issuedTokenSchema,
      status: 201,
      handle: async ({ identity, body }) => {
        assertScopesForMachines(body.scopes, permissions);
        const organisationId = ownOrganisation(identity);
        permissions.allow(identity, 'people:issue-token', { legalEntityId: organisationId });
        const { token, secret } = await people.issueToken(identity, { ...body, organisationId });
        return { ...shownToken(token), secret };
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/people/tokens/:tokenId',
      action: 'people:revoke-token',
      summary: 'Revokes an API token; it stops working at once.',
      params: z.object({ tokenId: z.string().max(64) }),
      response: z.undefined(),
      handle: async ({ identity, params }) => {
        assertPerson(identity);
        await people.revokeToken(identity, params.tokenId);
      },
    }),
  ];
}

function ownOrganisation(identity: Identity): LegalEntityId {
  assertPerson(identity);
  assert(identity.organisationId !== undefined, 'a person belongs to an organisation');
  return identity.organisationId;
}

/** A scope that no machine can ever use is a mistake of the one who asks, not an empty promise. */
function assertScopesForMachines(scopes: readonly string[], permissions: Permissions): void {
  const forMachines = [...permissions.machineActions];
  const isUsable = (scope: string) =>
    forMachines.some((action) => action === scope || scope === `${action.split(':', 1)[0]}:*`);
  const errors = scopes
    .map((scope, i) => ({ scope, pointer: `/scopes/${i}`, detail: 'is no action that machines may do' }))
    .filter(({ scope }) => !isUsable(scope))
    .map(({ pointer, detail }) => ({ pointer, detail }));
  if (errors.length > 0) throw new Problem('invalid-input', { errors });
}

async function withOrganisation(questions: PeopleQuestions, person: Person): Promise<z.output<typeof personSchema>> {
  const [shown] = await withOrganisations(questions, [person]);
  assert(shown, 'one person in, one person out');
  return shown;
}

async function withOrganisations(
  questions: PeopleQuestions,
  persons: readonly Person[],
): Promise<z.output<typeof personSchema>[]> {
  const names = new Map((await questions.organisations()).map(({ id, name }) => [id, name]));
  return persons.map((person) => ({ ...person, organisationName: names.get(person.organisationId) ?? '' }));
}

function shownToken({ issuedAt, expiresAt, lastUsedAt, revokedAt, ...rest }: AccessToken) {
  const shown = (key: 'lastUsedAt' | 'revokedAt', at: Instant | undefined) =>
    at === undefined ? {} : { [key]: toIso(at) };
  return {
    ...rest,
    issuedAt: toIso(issuedAt),
    expiresAt: toIso(expiresAt),
    ...shown('lastUsedAt', lastUsedAt),
    ...shown('revokedAt', revokedAt),
  };
}
