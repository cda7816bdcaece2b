import type { LegalEntityId } from '#kernel';
import type { Identity } from '../model.ts';
import type { EntityJson, EntityUidJson, StatefulAuthorizationCall } from './cedar.ts';
import { everyPostOf, type Post, type Resource, type SiteDirectory } from './model.ts';

/** What Cedar is asked, but for the policies. Written in the words of `policies/hortus.cedarschema`. */
export type CedarRequest = Pick<
  StatefulAuthorizationCall,
  'principal' | 'action' | 'resource' | 'context' | 'entities'
>;

/** Who asks, as Cedar sees them: a person in one post, a machine, a visitor, or a job of the installation. */
export type Asker = { identity: Identity; post: Post } | { job: string } | 'nobody';

/** The id by which Commands on this machine act: given to nobody by any token. */
const localOperatorId = 'local-operator';

const uid = (type: string, id: string): { type: string; id: string } => ({ type, id });
const reference = (type: string, id: string): { __entity: { type: string; id: string } } => ({
  __entity: { type, id },
});

export function cedarRequest(
  asker: Asker,
  asked: { action: string; resource: Resource; visitors: boolean },
  directory: SiteDirectory,
): CedarRequest {
  const { action, resource, visitors } = asked;
  const principal = principalOf(asker);
  const matter = matterOf(resource, directory);
  const { siteId, projectId, objectId, concerns = [] } = resource;
  const about = [siteId, matter.legalEntityId, projectId, objectId, ...concerns];
  return {
    principal: principal.uid,
    action: uid('Action', action),
    resource: matter.entity.uid,
    context: {
      visitors,
      scopes: [action, `${action.split(':', 1)[0]}:*`],
      about: [...new Set(about.filter((id) => id !== undefined))],
      ...(resource.purpose === undefined ? {} : { purpose: resource.purpose }),
    },
    entities: [principal, matter.entity, ...matter.parents],
  };
}

function principalOf(asker: Asker): EntityJson {
  if (asker === 'nobody') return { uid: uid('Visitor', 'visitor'), attrs: {}, parents: [] };
  if ('job' in asker) return { uid: uid('Job', asker.job), attrs: {}, parents: [] };
  const { identity, post } = asker;
  if (identity.kind === 'visitor') return principalOf('nobody');
  const organisation = reference('LegalEntity', post.organisationId);
  if (identity.kind === 'machine') {
    const isOfTheHouse = identity.id === localOperatorId && identity.organisationId === undefined;
    return {
      uid: uid('Machine', identity.id),
      attrs: { organisation, scopes: identity.scopes, isOfTheHouse },
      parents: [],
    };
  }
  const { memberships, conflicts, breakGlass } = identity.relations;
  return {
    uid: uid('Person', identity.id),
    attrs: {
      id: identity.id,
      organisation,
      projects: memberships.map(({ groupId }) => reference('Project', groupId)),
      conflicts: conflicts.map(({ objectId }) => objectId),
      emergencies: breakGlass.map(({ organisationId }) => reference('LegalEntity', organisationId)),
      everyRole: [...new Set(everyPostOf(identity).flatMap(({ roles }) => roles))],
    },
    parents: post.roles.map((role) => uid('Role', role)),
  };
}

interface Matter {
  entity: EntityJson;
  parents: EntityJson[];
  legalEntityId: LegalEntityId | undefined;
}

/** A site that nobody knows belongs to nobody: what is permitted at one's own sites is then refused. */
function matterOf(resource: Resource, directory: SiteDirectory): Matter {
  const { siteId, projectId, objectId } = resource;
  const ofSite = siteId === undefined ? undefined : directory.sites().find(({ id }) => id === siteId)?.legalEntityId;
  // A site answers to one legal entity, whatever the one who asks has said.
  const legalEntityId = siteId === undefined ? resource.legalEntityId : (ofSite ?? noOwner);
  const entityOf = (type: string, id: string, parents: EntityUidJson[] = [], attrs: EntityJson['attrs'] = {}) => ({
    uid: uid(type, id),
    attrs,
    parents,
  });
  const owner = legalEntityId === undefined ? [] : [uid('LegalEntity', legalEntityId)];
  const site = siteId === undefined ? [] : [entityOf('Site', siteId, owner)];
  const named = [siteId ?? legalEntityId, projectId].filter((id) => id !== undefined);
  if (objectId !== undefined || named.length > 1) {
    const parents = [...owner, ...site.map((one) => one.uid), ...(projectId ? [uid('Project', projectId)] : [])];
    const attrs = projectId === undefined ? {} : { project: reference('Project', projectId) };
    return { entity: entityOf('Object', objectId ?? 'unnamed', parents, attrs), parents: site, legalEntityId };
  }
  const [one] = site;
  if (one !== undefined) return { entity: one, parents: [], legalEntityId };
  if (projectId !== undefined) return { entity: entityOf('Project', projectId), parents: [], legalEntityId };
  if (legalEntityId !== undefined) {
    return { entity: entityOf('LegalEntity', legalEntityId), parents: [], legalEntityId };
  }
  return { entity: entityOf('Installation', 'here'), parents: [], legalEntityId };
}

/** Unlike `noOrganisation`, so that whoever belongs nowhere does not own what belongs to nobody. */
const noOwner = 'no-owner' as LegalEntityId;
/** Whether nobody has signed in. */
export const isNobody = (identity: Identity | undefined): identity is undefined =>
  identity === undefined || identity.kind === 'visitor';
