import type { z } from 'zod';
import { type Clock, type Instant, type LegalEntityId, type PersonId, Problem, type SiteId } from '#kernel';
import type { Route } from '#platform/http';
import { assertPerson, route } from '../authentication.ts';
import { type Identity, type Person, roles, type SignedIn } from '../model.ts';
import type { PolicyChanges } from './changing.ts';
import {
  type decisionSchema,
  permissionQuerySchema,
  permissionsSchema,
  policiesSchema,
  policyChangeSchema,
  policyProposalSchema,
  proposedPolicySchema,
} from './contract.ts';
import type { PolicyText, Resource } from './model.ts';
import type { ChangeablePermissions } from './permissions.ts';
import { answering } from './table.ts';

export interface PermissionRouteParts {
  permissions: ChangeablePermissions;
  changes: PolicyChanges;
  questions: {
    person(id: PersonId): Promise<Person | undefined>;
    /** The person as permission sees them, with what binds them today. */
    identity(id: PersonId): Promise<Identity | undefined>;
  };
  /** The clock on the wall. */
  wallClock: Clock;
}

export const permissionRoutes = (parts: PermissionRouteParts): Route<Identity>[] => [
  whoMayDoWhat(parts),
  policiesInForce(parts),
  ...policyChangeRoutes(parts),
];

function whoMayDoWhat({ permissions, questions, wallClock }: PermissionRouteParts): Route<Identity> {
  return route({
    method: 'GET',
    path: '/api/v1/people/permissions',
    action: 'people:ask-permissions',
    summary: 'What a person may do with a thing, and by which policy: oneself, or those one answers for.',
    query: permissionQuerySchema,
    response: permissionsSchema,
    handle: async ({ identity, query }) => {
      assertPerson(identity);
      const { personId = identity.id, action, siteId, purpose, projectId, objectId } = query;
      const person = await questions.person(personId as PersonId);
      // Whether somebody is here is itself told only to those who may ask about them.
      permissions.allow(identity, 'people:ask-permissions', {
        objectId: personId,
        legalEntityId: person?.organisationId ?? ('nobody' as LegalEntityId),
      });
      const known = personId === identity.id ? identity : await questions.identity(personId as PersonId);
      if (person === undefined || known === undefined) {
        throw new Problem('not-found', { detail: 'There is no such person.' });
      }
      const asked = personId === identity.id ? known : { ...known, signedIn: asIfHere(wallClock.now()) };
      const about: Resource = {
        siteId: siteId as SiteId | undefined,
        legalEntityId: query.legalEntityId as LegalEntityId | undefined,
        projectId,
        objectId,
        purpose,
      };
      const isAboutSomething = Object.values(about).some((one) => one !== undefined);
      const actions = action === undefined ? [...permissions.actions].sort() : [action];
      return {
        person: { id: person.id, name: person.name, organisationId: person.organisationId, roles: person.roles },
        decisions: actions.map((one) => decisionOf(permissions, asked, one, isAboutSomething ? about : undefined)),
      };
    },
  });
}

function decisionOf(
  permissions: ChangeablePermissions,
  identity: Identity,
  action: string,
  about: Resource | undefined,
): z.output<typeof decisionSchema> {
  const { allowed, policies, detail, needs, problem } = permissions.decide(identity, action, about);
  return {
    action,
    allowed,
    policies: policies.map(shown),
    ...(detail === undefined ? {} : { detail }),
    ...(needs === undefined ? {} : { needs }),
    ...(problem === undefined ? {} : { refusal: problem.detail ?? problem.message }),
  };
}

const shown = ({ id, file, effect, sentence, source }: PolicyText): PolicyText => ({
  id,
  file,
  effect,
  sentence,
  ...(source === undefined ? {} : { source }),
});

/** A second factor is not asked of somebody who is not here: what they may is told as if they had shown it. */
const asIfHere = (at: Instant): SignedIn => ({ at, strength: 'multi-factor', provider: 'asked-about' });

function policiesInForce({ permissions }: PermissionRouteParts): Route<Identity> {
  return route({
    method: 'GET',
    path: '/api/v1/people/policies',
    action: 'people:read-policies',
    summary: 'The policies in force, as texts and as a table of roles by actions.',
    response: policiesSchema,
    handle: async () => {
      const set = permissions.inForce();
      return {
        digest: set.digest,
        schema: set.texts.schema,
        files: Object.entries(set.texts.files).map(([name, text]) => ({ name, text })),
        policies: set.policies.map(shown),
        table: tableOf(permissions),
      };
    },
  });
}

function policyChangeRoutes({ changes }: PermissionRouteParts): Route<Identity>[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/people/policies/change',
      action: 'people:read-policies',
      summary:
        'What the policies on the disk would change in the permission table, if they differ from those in force.',
      response: policyChangeSchema,
      handle: async () => {
        const pending = changes.pending();
        return pending === undefined ? {} : { pending };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/people/policies/change',
      action: 'people:propose-policy',
      summary: 'Proposes that the policies on the disk come into force; two persons in different roles sign.',
      body: policyProposalSchema,
      response: proposedPolicySchema,
      status: 201,
      handle: async ({ identity, body }) => ({ proposalId: await changes.propose(identity, body) }),
    }),
  ];
}

/** Roles by actions, in one word each. */
export function tableOf(
  permissions: Pick<ChangeablePermissions, 'inForce' | 'actions'>,
): z.output<typeof policiesSchema>['table'] {
  const answer = answering(permissions.inForce());
  const wordOf = (who: string, action: string): string => {
    const at = (relation: string) => answer({ who, action, relation });
    const home = [at('own-site'), at('in-general')].find((one) => one !== 'no' && one !== 'break-glass');
    const away = at('other-entity');
    if (home === undefined) return 'no';
    if (at('own-site') === 'no' && away === 'no' && at('oneself') !== 'no') return 'oneself';
    const less = home === 'yes' || home === 'step-up' ? '' : `, ${home}`;
    const factor = at('single-factor') === 'step-up' ? ', after a second factor' : '';
    return `${away === 'no' || away === 'break-glass' ? 'own' : 'everywhere'}${less}${factor}`;
  };
  return [...permissions.actions].sort().map((action) => ({
    action,
    cells: roles.map((role) => ({ role, answer: wordOf(role, action) })),
  }));
}
