import {
  type Instant,
  type LegalEntityId,
  ok,
  type PersonId,
  Problem,
  type Result,
  refused,
  type SiteId,
} from '#kernel';

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
  isDemo: boolean;
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

/** A person's signature under what they saw, as the acts of other rooms carry it. */
export interface Signature {
  signer: Pick<Identity, 'kind' | 'id'>;
  role: Role;
  organisationId: LegalEntityId;
  /** SHA-256 (hex) of exactly what was on the signer's screen. */
  digestSeen: string;
  signedAt: Instant;
}

export interface FourEyesRule {
  /** SHA-256 (hex) of what is judged now; a signature under anything else is void. */
  digest: string;
  differentRoles: true;
  /** Also two different organisations. */
  differentOrganisations?: boolean;
  /** At least one of the two signed in one of these roles. */
  oneInRole?: readonly Role[];
}

/**
 * Whether two persons in two roles signed what is judged ("four eyes"). Nobody alone, and never a machine.
 * @param signatures in any order; those under another digest and those of machines count for nothing.
 * @returns the first pair that satisfies the rule, in the order given; else the problem `evidence-not-seen` if only the
 *   digests stand in the way, or `four-eyes` with what is missing. Cost: quadratic in the signatures, which are few.
 *
 * **Source**: certificate.md §6, hard rules: four eyes across roles for every raise, release and claim change; an AI agent
 * holds no sign-off role; a sign-off is void if the digests seen are not the ones judged. Oracle: its properties, tested.
 */
export function bothEyes(
  signatures: readonly Signature[],
  rule: FourEyesRule,
): Result<[Signature, Signature], Problem> {
  const ofPersons = signatures.filter((signature) => signature.signer.kind === 'person');
  const pair = firstPair(
    ofPersons.filter((signature) => signature.digestSeen === rule.digest),
    rule,
  );
  if (pair) return ok(pair);
  if (firstPair(ofPersons, rule)) return refused(new Problem('evidence-not-seen'));
  return refused(new Problem('four-eyes', { detail: whatIsNeeded(rule) }));
}

function firstPair(signatures: readonly Signature[], rule: FourEyesRule): [Signature, Signature] | undefined {
  for (const [i, first] of signatures.entries()) {
    const second = signatures.slice(i + 1).find((candidate) => completes(first, candidate, rule));
    if (second) return [first, second];
  }
  return undefined;
}

const completes = (first: Signature, second: Signature, rule: FourEyesRule): boolean =>
  first.signer.id !== second.signer.id &&
  first.role !== second.role &&
  (!rule.differentOrganisations || first.organisationId !== second.organisationId) &&
  (rule.oneInRole === undefined || rule.oneInRole.includes(first.role) || rule.oneInRole.includes(second.role));

function whatIsNeeded(rule: FourEyesRule): string {
  const organisations = rule.differentOrganisations ? ' and of different organisations' : '';
  const role = rule.oneInRole === undefined ? '' : `, one of them as ${rule.oneInRole.join(' or ')}`;
  return `Two persons in different roles${organisations} must sign${role}.`;
}
