import type { LegalEntityId, Problem, SiteId } from '#kernel';
import type { Identity } from '../model.ts';

/** Why somebody asks; what is read for care is not by that read for research. */
export type Purpose = 'care' | 'monitoring' | 'assurance' | 'research' | 'administration';

/** What an act is about. What is left out is "no particular one". */
export interface Resource {
  readonly siteId?: SiteId | undefined;
  readonly legalEntityId?: LegalEntityId | undefined;
  /** A consortium or a project. */
  readonly projectId?: string | undefined;
  /** A model, a certificate, a deficiency, a person. */
  readonly objectId?: string | undefined;
  /** Ids of what else it touches, in which nobody who decides may have an interest: versions and models of a certificate. */
  readonly concerns?: readonly string[] | undefined;
  readonly purpose?: Purpose | undefined;
}

/** One policy as a person reads it. */
export interface PolicyText {
  /** `room.what`, unique over all files. */
  readonly id: string;
  readonly file: string;
  readonly effect: 'permit' | 'forbid';
  /** What it says and why, in plain English. */
  readonly sentence: string;
  /** Law, standard or clause it rests on. */
  readonly source?: string | undefined;
}

export interface Decision {
  readonly allowed: boolean;
  /** Those that decided; none where no policy permits the act, for the default is no. */
  readonly policies: readonly PolicyText[];
  /** How much of the data the deciding policies open. */
  readonly detail?: Detail;
  /** What would change a no into a yes, where something would. */
  readonly needs?: 'step-up' | 'break-glass';
  /** Why not, for the one who asked. */
  readonly problem?: Problem;
}

/** From much to little: every case, the cases of a sample, sums over cases. */
export const details = ['cases', 'sampled-cases', 'aggregates'] as const;
export type Detail = (typeof details)[number];

/** What somebody may see by an action: it becomes the condition of the query, and nothing is filtered afterwards. */
export interface Scope {
  readonly detail: Detail;
  /** None of the sites is `[]`. */
  readonly sites: 'every' | readonly SiteId[];
}

/** What is known of sites: few, so that all of them are at hand. */
export interface SiteDirectory {
  sites(): readonly { readonly id: SiteId; readonly legalEntityId: LegalEntityId }[];
}

/** Whoever does not belong to an organisation belongs to this one, which owns nothing. */
export const noOrganisation = 'no-organisation' as LegalEntityId;

/** Roles at an organisation: in which somebody acts. */
export interface Post {
  readonly roles: readonly string[];
  readonly organisationId: LegalEntityId;
}

/** The same person in one capacity, as they chose it for an act. What they are besides still binds them. */
export const inCapacity = (
  identity: Identity,
  { role, organisationId }: { role: string; organisationId?: LegalEntityId | undefined },
): Identity => (identity.kind === 'person' ? { ...identity, actsAs: { role, organisationId } } : identity);

/** The posts in which a person is asked about: every one, or the one in which they act. */
export const postsOf = (identity: Identity): Post[] =>
  identity.actsAs === undefined
    ? everyPostOf(identity)
    : [{ roles: [identity.actsAs.role], organisationId: identity.actsAs.organisationId ?? noOrganisation }];

/**
 * The posts in which a person may act: the own one first, then one for each role handed over, which holds at the
 * organisation of the one who handed it over and nowhere else.
 */
export function everyPostOf(identity: Identity): Post[] {
  const own: Post = { roles: identity.roles, organisationId: identity.organisationId ?? noOrganisation };
  if (identity.kind !== 'person') return [{ ...own, roles: [] }];
  const handedOver = identity.relations.delegations.map(({ role, organisationId }) => ({
    roles: [role],
    organisationId,
  }));
  return [own, ...handedOver];
}

/** Somewhere, for the question whether an act is possible on at least something: nowhere in particular, then one's own. */
export function ownMatters(identity: Identity): Resource[] {
  const { memberships, delegations, breakGlass } = identity.relations;
  const organisations = [
    ...(identity.organisationId === undefined ? [] : [identity.organisationId]),
    ...delegations.map(({ organisationId }) => organisationId),
    ...breakGlass.map(({ organisationId }) => organisationId),
  ];
  return [
    {},
    ...[...new Set(organisations)].map((legalEntityId) => ({ legalEntityId })),
    ...memberships.map(({ groupId }) => ({ projectId: groupId })),
    { objectId: identity.id, legalEntityId: identity.organisationId },
  ];
}

/** Everything but the second factor that a decision about this identity depends on, as text: equal texts, equal decisions. */
export const fingerprintOf = (identity: Identity): string =>
  JSON.stringify([
    identity.kind,
    identity.id,
    identity.organisationId,
    identity.roles,
    identity.scopes,
    identity.relations,
    identity.actsAs,
  ]);

/** The more cautious of two. */
export const coarser = (one: Detail, other: Detail): Detail =>
  details.indexOf(one) > details.indexOf(other) ? one : other;

/** The wider of two. */
export const finer = (one: Detail, other: Detail): Detail => (coarser(one, other) === one ? other : one);
