import { z } from 'zod';
import type { PersonId } from '#kernel';
import type { Route } from '#platform/http';
import { assertPerson, route } from '../authentication.ts';
import { personSchema } from '../contract.ts';
import type { Identity, Person } from '../model.ts';
import type { Permissions } from '../permission/permissions.ts';
import { roleSchema } from '../role-contract.ts';
import { disabledSchema, disablingSchema, givenRoleSchema } from './contract.ts';
import type { Standing } from './standing.ts';

interface Parts {
  people: Standing;
  permissions: Permissions;
  shown(person: Person): Promise<z.output<typeof personSchema>>;
}

const personParams = z.object({ personId: z.string().max(64) });

/** What becomes of a colleague after registration: further roles, the end of one, and leaving. */
export function standingRoutes({ people, permissions, shown }: Parts): Route<Identity>[] {
  const asked = (identity: Identity, action: string, params: { personId: string }) => {
    assertPerson(identity);
    const { organisationId: legalEntityId } = identity;
    permissions.allow(identity, action, {
      objectId: params.personId,
      ...(legalEntityId === undefined ? {} : { legalEntityId }),
    });
    return { by: identity, personId: params.personId as PersonId };
  };
  return [
    route({
      method: 'POST',
      path: '/api/v1/people/persons/:personId/roles',
      action: 'people:give-role',
      summary: 'Gives a colleague of your organisation a further role; one that signs off waits for a second person.',
      params: personParams,
      body: givenRoleSchema,
      response: personSchema,
      status: 201,
      handle: async ({ identity, params, body }) => {
        const { by, personId } = asked(identity, 'people:give-role', params);
        return shown(await people.giveRole(by, { personId, role: body.role }));
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/people/persons/:personId/roles/:role/end',
      action: 'people:end-role',
      summary: 'Ends a role of a colleague of your organisation at once, in force or waiting.',
      params: personParams.extend({ role: roleSchema }),
      response: personSchema,
      handle: async ({ identity, params }) => {
        const { by, personId } = asked(identity, 'people:end-role', params);
        return shown(await people.endRole(by, { personId, role: params.role }));
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/people/persons/:personId/disable',
      action: 'people:disable-person',
      summary: 'Ends all access of a colleague who leaves, at once, and lists what they gave machines.',
      params: personParams,
      body: disablingSchema,
      response: disabledSchema,
      handle: ({ identity, params, body }) => {
        const { by, personId } = asked(identity, 'people:disable-person', params);
        return people.disablePerson(by, { personId, reason: body.reason });
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/people/persons/:personId/enable',
      action: 'people:disable-person',
      summary: 'Lets a colleague who was disabled sign in again; roles are given anew.',
      params: personParams,
      response: personSchema,
      handle: async ({ identity, params }) => {
        const { by, personId } = asked(identity, 'people:disable-person', params);
        return shown(await people.enablePerson(by, personId));
      },
    }),
  ];
}
