import type { Instant, LegalEntityId, PersonId, SiteId } from '#kernel';

/** Roles in which a person acts. The order is the order of lists on screen. */
export const roles = [
  'clinical-owner',
  'model-lead',
  'regulatory-lead',
  'safety-officer',
  'patient-representative',
  'assessor',
  'deployer-management',
  'operator',
] as const;

export type Role = (typeof roles)[number];

/** An organisation that answers for itself in law: a hospital with sites, an assessor, a patients' organisation. */
export interface Organisation {
  id: LegalEntityId;
  name: string;
  kind: 'legal-entity' | 'assessor' | 'patients';
}

/** A place of care. It belongs to exactly one legal entity. `code` is what senders write in their rows. */
export interface Site {
  id: SiteId;
  code: string;
  name: string;
  legalEntityId: LegalEntityId;
}

export interface Person {
  id: PersonId;
  name: string;
  organisationId: LegalEntityId;
  /** Roles held at that moment, at the person's own organisation. */
  roles: Role[];
  /** Roles given but not in force: a second person has yet to confirm them. */
  rolesAwaiting: Role[];
  isDemo: boolean;
  /** Has left, or is kept out: signs in by no way, and holds no role. */
  isDisabled: boolean;
}

const rolesOutsideHospitals: Record<'assessor' | 'patients', readonly Role[]> = {
  assessor: ['assessor', 'deployer-management', 'operator'],
  patients: ['patient-representative', 'deployer-management', 'operator'],
};

/**
 * Whether a role can be held at an organisation of this kind. A hospital has no assessor of its own.
 *
 * **Source**: certificate.md §6: the issuer is not the producer of the evidence.
 */
export const fitsOrganisation = (role: Role, kind: Organisation['kind']): boolean =>
  kind === 'legal-entity' ? role !== 'assessor' : rolesOutsideHospitals[kind].includes(role);

/** A bond in force now: what permission is decided on besides role and organisation. */
export interface Relations {
  /** Consortia and projects to which the person, or the person's organisation, belongs today. */
  readonly memberships: readonly { groupId: string; kind: 'consortium' | 'project' }[];
  /** Roles that somebody else handed over, until an end, with the organisation for which they hold. */
  readonly delegations: readonly { id: string; fromPersonId: string; role: Role; organisationId: LegalEntityId }[];
  /** Declared interests: ids of organisations, models, certificates or projects on which the person may not decide. */
  readonly conflicts: readonly { id: string; objectId: string }[];
  /** Emergency access in force: the legal entity whose cases are opened by it. */
  readonly breakGlass: readonly { id: string; organisationId: LegalEntityId }[];
}

export const noRelations: Relations = { memberships: [], delegations: [], conflicts: [], breakGlass: [] };

/** How a person proved who they are. `multi-factor` is what a step-up asks for. */
export interface SignedIn {
  readonly at: Instant;
  readonly strength: 'single-factor' | 'multi-factor';
  /** Id of the identity provider, or `link` for a sign-in link that worked once. */
  readonly provider: string;
}

/** Whoever asks. A visitor looks at a demonstration without having signed in; a machine acts by its token's scopes. */
export interface Identity {
  kind: 'person' | 'machine' | 'visitor';
  id: string;
  name: string;
  organisationId: LegalEntityId | undefined;
  roles: Role[];
  /** Of a machine: actions, or `room:*`. */
  scopes: string[];
  readonly relations: Relations;
  /** Of a person who signed in; absent for machines, visitors, and acts of the house itself. */
  readonly signedIn?: SignedIn;
  /** The one of several capacities in which a person says this; without it, in all of them at once. */
  readonly actsAs?: { readonly role: string; readonly organisationId: LegalEntityId | undefined };
}

export const visitor: Identity = {
  kind: 'visitor',
  id: 'visitor',
  name: 'Visitor',
  organisationId: undefined,
  roles: [],
  scopes: [],
  relations: noRelations,
};
