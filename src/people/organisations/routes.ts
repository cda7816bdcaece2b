import { z } from 'zod';
import { type Instant, instant, type LegalEntityId, type PersonId, Problem, toIso } from '#kernel';
import type { Route } from '#platform/http';
import { assertPerson, route } from '../authentication.ts';
import type { Identity } from '../model.ts';
import {
  awaitingRolesSchema,
  conflictSchema,
  conflictsSchema,
  delegationSchema,
  delegationsSchema,
  groupSchema,
  groupsSchema,
  membershipSchema,
  newConflictSchema,
  newDelegationSchema,
  newGroupSchema,
  newMembershipSchema,
  notificationsSchema,
  roleDecisionSchema,
} from './contract.ts';
import type { Conflict, Delegation, Membership } from './model.ts';
import type { Notifications } from './notifications.ts';
import type { Organisations } from './service.ts';

interface Parts {
  organisations: Organisations;
  notifications: Notifications;
  now(): Instant;
}

export const organisationsRoutes = (parts: Parts): Route<Identity>[] => [
  ...groupRoutes(parts),
  ...delegationRoutes(parts),
  ...conflictRoutes(parts),
  ...roleRoutes(parts),
  ...notificationRoutes(parts),
];

const idParam = z.string().max(64);

function groupRoutes({ organisations }: Parts): Route<Identity>[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/people/groups',
      action: 'people:read-groups',
      summary: 'Consortia and projects with every membership there was.',
      response: groupsSchema,
      handle: async () => {
        const { groups, memberships } = await organisations.groups();
        const of = (groupId: string) => memberships.filter((one) => one.groupId === groupId).map(shownMembership);
        return { groups: groups.map((group) => ({ ...group, memberships: of(group.id) })) };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/people/groups',
      action: 'people:manage-groups',
      summary: 'Founds a consortium or a project that your organisation leads.',
      body: newGroupSchema,
      response: groupSchema,
      status: 201,
      handle: ({ identity, body }) => {
        assertPerson(identity);
        return organisations.createGroup(identity, { purpose: undefined, ...body });
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/people/groups/:groupId/memberships',
      action: 'people:manage-groups',
      summary: 'Adds an organisation or a person to a group that your organisation leads.',
      params: z.object({ groupId: idParam }),
      body: newMembershipSchema,
      response: membershipSchema,
      status: 201,
      handle: async ({ identity, params, body }) => {
        assertPerson(identity);
        const member =
          body.personId === undefined
            ? { organisationId: body.organisationId as LegalEntityId }
            : { personId: body.personId as PersonId };
        const time = { from: instantOrNone(body.from), until: instantOrNone(body.until) };
        return shownMembership(await organisations.addMember(identity, { ...params, member, ...time }));
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/people/memberships/:membershipId/end',
      action: 'people:end-membership',
      summary: 'Ends a membership at once.',
      params: z.object({ membershipId: idParam }),
      response: z.undefined(),
      handle: ({ identity, params }) => {
        assertPerson(identity);
        return organisations.endMembership(identity, params.membershipId);
      },
    }),
  ];
}

function delegationRoutes({ organisations, now }: Parts): Route<Identity>[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/people/delegations',
      action: 'people:read-delegations',
      summary: 'Who in your organisation acts, or acted, for whom.',
      response: delegationsSchema,
      handle: async ({ identity }) => {
        const found = await organisations.delegationsOf(ownOrganisation(identity));
        return { delegations: found.map((one) => shownDelegation(one, now())) };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/people/delegations',
      action: 'people:delegate-role',
      summary: 'Hands a role that you hold to a colleague, until an end at most 90 days away.',
      body: newDelegationSchema,
      response: delegationSchema,
      status: 201,
      handle: async ({ identity, body }) => {
        assertPerson(identity);
        const made = await organisations.delegate(identity, { ...body, until: instant(body.until) });
        return shownDelegation(made, now());
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/people/delegations/:delegationId/end',
      action: 'people:delegate-role',
      summary: 'Takes a delegation back, or gives it back, at once.',
      params: z.object({ delegationId: idParam }),
      response: z.undefined(),
      handle: ({ identity, params }) => {
        assertPerson(identity);
        return organisations.endDelegation(identity, params.delegationId);
      },
    }),
  ];
}

function conflictRoutes({ organisations }: Parts): Route<Identity>[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/people/conflicts',
      action: 'people:read-conflicts',
      summary: 'Declared interests of the persons of your organisation; an assessor sees all.',
      response: conflictsSchema,
      handle: async ({ identity }) => ({ conflicts: (await organisations.conflictsFor(identity)).map(shownConflict) }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/people/conflicts',
      action: 'people:declare-conflict',
      summary: 'Declares an interest; whoever has it does not decide on its object.',
      body: newConflictSchema,
      response: conflictSchema,
      status: 201,
      handle: async ({ identity, body }) => {
        assertPerson(identity);
        const personId = (body.personId ?? identity.id) as PersonId;
        const time = { since: instantOrNone(body.since), until: instantOrNone(body.until) };
        return shownConflict(await organisations.declareConflict(identity, { ...body, personId, ...time }));
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/people/conflicts/:conflictId/end',
      action: 'people:declare-conflict',
      summary: 'Says that a declared interest has ended; it stays on record.',
      params: z.object({ conflictId: idParam }),
      response: z.undefined(),
      handle: ({ identity, params }) => {
        assertPerson(identity);
        return organisations.endConflict(identity, params.conflictId);
      },
    }),
  ];
}

function roleRoutes({ organisations }: Parts): Route<Identity>[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/people/awaiting-roles',
      action: 'people:read-persons',
      summary: 'Roles of your organisation that were given and wait for a second person.',
      response: awaitingRolesSchema,
      handle: async ({ identity }) => {
        const found = await organisations.rolesAwaiting(ownOrganisation(identity));
        const roles = found.map(({ holdingId, person, role, since, grantedBy }) => {
          return { holdingId, personId: person.id, personName: person.name, role, since: toIso(since), grantedBy };
        });
        return { roles };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/people/awaiting-roles/:holdingId/decision',
      action: 'people:confirm-role',
      summary: 'Confirms or refuses, as a second person in another role, a role that somebody was given.',
      params: z.object({ holdingId: z.string().regex(/^[1-9][0-9]{0,17}$/) }),
      body: roleDecisionSchema,
      response: z.undefined(),
      handle: ({ identity, params, body }) => {
        assertPerson(identity);
        return organisations.decideRole(identity, { ...params, ...body });
      },
    }),
  ];
}

function notificationRoutes({ notifications }: Parts): Route<Identity>[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/people/notifications',
      action: 'people:read-notifications',
      summary: 'What you were told, newest first.',
      response: notificationsSchema,
      handle: async ({ identity }) => {
        assertPerson(identity);
        const found = await notifications.of(identity.id);
        const shown = found.map(({ createdAt, readAt, ...rest }) => ({
          ...rest,
          createdAt: toIso(createdAt),
          ...optional('readAt', readAt),
        }));
        return { notifications: shown };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/people/notifications/:notificationId/read',
      action: 'people:read-notifications',
      summary: 'Says that you have read it.',
      params: z.object({ notificationId: idParam }),
      response: z.undefined(),
      handle: ({ identity, params }) => {
        assertPerson(identity);
        return notifications.markRead(identity.id, params.notificationId);
      },
    }),
  ];
}

function ownOrganisation(identity: Identity): LegalEntityId {
  assertPerson(identity);
  if (identity.organisationId === undefined) throw new Problem('not-allowed');
  return identity.organisationId;
}

const instantOrNone = (text: string | undefined): Instant | undefined =>
  text === undefined ? undefined : instant(text);
const optional = <K extends string>(key: K, at: Instant | undefined): { [key in K]?: string } =>
  (at === undefined ? {} : { [key]: toIso(at) }) as { [key in K]?: string };

const shownMembership = ({ id, groupId, member, from, until }: Membership) => ({
  id,
  groupId,
  ...member,
  from: toIso(from),
  ...optional('until', until),
});

const shownDelegation = ({ from, until, ...rest }: Delegation, now: Instant) => ({
  ...rest,
  from: toIso(from),
  until: toIso(until),
  isInForce: from <= now && now < until,
});

const shownConflict = ({ since, until, ...rest }: Conflict) => ({
  ...rest,
  since: toIso(since),
  ...optional('until', until),
});
