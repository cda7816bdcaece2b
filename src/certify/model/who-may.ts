import { Problem } from '#kernel';
import type { CommandType, ImmediateType, RaisingType } from './commands.ts';
import type { Actor, Signature } from './events.ts';
import type { CertificateState, Route } from './state.ts';

/** Acts of one person. `ownEntityOnly`: roles that may act only on a certificate of their own legal entity. */
export interface ImmediateRule {
  roles: Record<Route, readonly string[]>;
  ownEntityOnly: readonly string[];
}

/** Acts of two persons in different roles: one who decides, one who confirms. */
export interface RaisingRule {
  decides: Record<Route, readonly string[]>;
  confirms: Record<Route, readonly string[]>;
  /** The two belong to different organisations, where a second one with a role that may sign exists. */
  otherOrganisation: boolean;
}

const own = ['deployer-management', 'clinical-owner'] as const;
/** Roles of the hospital: they sign for their own legal entity. */
export const hospitalRoles: readonly string[] = ['deployer-management', 'clinical-owner', 'safety-officer'];
const same = (...roles: string[]): Record<Route, readonly string[]> => ({ assessor: roles, 'in-house': roles });

/** **Source** certificate specification, sections 3 and 6. Oracle: who-may.test.ts, every role against every act. */
export const immediateRules: Record<ImmediateType, ImmediateRule> = {
  create: {
    roles: same('regulatory-lead', 'model-lead', 'deployer-management'),
    ownEntityOnly: ['deployer-management'],
  },
  submit: {
    roles: { assessor: ['regulatory-lead'], 'in-house': ['regulatory-lead', 'deployer-management'] },
    ownEntityOnly: own,
  },
  refuse: { roles: { assessor: ['assessor'], 'in-house': ['assessor', 'deployer-management'] }, ownEntityOnly: own },
  imposeCondition: {
    roles: same('regulatory-lead', 'model-lead', 'safety-officer', 'assessor', 'deployer-management', 'clinical-owner'),
    ownEntityOnly: own,
  },
  restrict: {
    roles: same('regulatory-lead', 'model-lead', 'safety-officer', 'assessor', 'deployer-management', 'clinical-owner'),
    ownEntityOnly: own,
  },
  suspend: {
    roles: same('regulatory-lead', 'model-lead', 'safety-officer', 'assessor', 'deployer-management', 'clinical-owner'),
    ownEntityOnly: own,
  },
  withdraw: { roles: { assessor: ['assessor'], 'in-house': ['assessor', 'deployer-management'] }, ownEntityOnly: own },
  supersede: { roles: { assessor: ['assessor'], 'in-house': ['assessor', 'deployer-management'] }, ownEntityOnly: own },
  siteStop: {
    roles: same('deployer-management', 'clinical-owner', 'safety-officer'),
    ownEntityOnly: ['deployer-management', 'clinical-owner', 'safety-officer'],
  },
  requestStop: { roles: same('patient-representative', 'clinical-owner'), ownEntityOnly: [] },
  answerStopRequest: { roles: same('safety-officer'), ownEntityOnly: [] },
  answerTask: { roles: same('safety-officer', 'regulatory-lead', 'assessor'), ownEntityOnly: [] },
  refuseChange: {
    roles: same('regulatory-lead', 'model-lead', 'safety-officer', 'deployer-management', 'assessor'),
    ownEntityOnly: own,
  },
};

const raise: RaisingRule = {
  decides: { assessor: ['assessor'], 'in-house': ['deployer-management', 'assessor'] },
  confirms: {
    assessor: ['safety-officer', 'clinical-owner', 'deployer-management'],
    'in-house': ['safety-officer', 'clinical-owner', 'deployer-management', 'assessor'],
  },
  otherOrganisation: true,
};

/**
 * Manufacturer roles and patient representatives raise nothing; a release is the manufacturer's or hospital's own act
 * and raises nothing either. The evidence producer (model lead) never confirms a raise.
 */
export const raisingRules: Record<RaisingType, RaisingRule> = {
  issueProvisional: {
    decides: { assessor: ['assessor'], 'in-house': ['deployer-management', 'assessor'] },
    confirms: { assessor: raise.confirms.assessor, 'in-house': ['safety-officer'] },
    otherOrganisation: false,
  },
  renewProvisional: {
    decides: { assessor: ['assessor'], 'in-house': ['deployer-management', 'assessor'] },
    confirms: { assessor: raise.confirms.assessor, 'in-house': ['safety-officer'] },
    otherOrganisation: false,
  },
  issue: raise,
  reinstate: raise,
  liftCondition: raise,
  liftRestriction: raise,
  liftSiteStop: {
    decides: same('deployer-management', 'clinical-owner'),
    confirms: same('safety-officer', 'assessor'),
    otherOrganisation: false,
  },
  release: {
    decides: {
      assessor: ['regulatory-lead', 'model-lead'],
      'in-house': ['regulatory-lead', 'model-lead', 'deployer-management'],
    },
    confirms: same('regulatory-lead', 'safety-officer', 'clinical-owner', 'deployer-management'),
    otherOrganisation: false,
  },
};

const isMachineAct = (type: CommandType): type is 'claimVerdict' | 'tick' => type === 'claimVerdict' || type === 'tick';
const isRaisingType = (type: CommandType): type is RaisingType => type in raisingRules;

/** Every role that may sign the act on this route, deciding or confirming. */
export const rolesThatSign = (type: RaisingType, route: Route): string[] => [
  ...new Set([...raisingRules[type].decides[route], ...raisingRules[type].confirms[route]]),
];

/**
 * Whether this actor may give this command at all. A machine judges evidence and lets time pass, nothing else; a
 * person never does either. @returns a Problem (not-allowed) or undefined.
 */
export function refusalOfActor(
  command: { type: CommandType; actor: Actor },
  certificate: Pick<CertificateState, 'route' | 'legalEntityId'>,
): Problem | undefined {
  const { type, actor } = command;
  if (isMachineAct(type)) {
    return actor.kind === 'machine' ? undefined : notAllowed('Only the machine reports evidence and time.');
  }
  if (actor.kind !== 'person') return notAllowed('A machine holds no sign-off role.');
  if (isRaisingType(type)) return refusalOfRole(actor.role, rolesThatSign(type, certificate.route));
  const rule = immediateRules[type];
  const refusal = refusalOfRole(actor.role, rule.roles[certificate.route]);
  if (refusal !== undefined) return refusal;
  const isForeign = actor.organisationId !== certificate.legalEntityId;
  if (rule.ownEntityOnly.includes(actor.role) && isForeign) {
    return notAllowed('This role acts on the certificates of its own legal entity only.');
  }
  return undefined;
}

/**
 * Whether two signatures make a raise: who signed, not what they saw. Hospital roles sign for their own legal entity,
 * but for the second person of an in-house raise, who is to come from elsewhere. @returns a Problem or undefined.
 */
export function refusalOfSigners(
  type: RaisingType,
  { route, legalEntityId }: Pick<CertificateState, 'route' | 'legalEntityId'>,
  signing: { signatures: readonly Signature[]; anotherOrganisation: boolean },
): Problem | undefined {
  const [first, second] = signing.signatures;
  if (first === undefined || second === undefined || signing.signatures.length > 2) {
    return new Problem('four-eyes', { detail: 'Exactly two persons sign.' });
  }
  if (first.personId === second.personId) return new Problem('four-eyes', { detail: 'One person cannot sign twice.' });
  if (first.role === second.role) return new Problem('four-eyes', { detail: 'The two sign in different roles.' });
  const rule = raisingRules[type];
  const isAtHome = ({ role, organisationId }: Signature): boolean =>
    !hospitalRoles.includes(role) || organisationId === legalEntityId;
  const mayBeForeign = rule.otherOrganisation && route === 'in-house';
  const fits = (decider: Signature, confirmer: Signature): boolean =>
    rule.decides[route].includes(decider.role) &&
    rule.confirms[route].includes(confirmer.role) &&
    isAtHome(decider) &&
    (mayBeForeign || isAtHome(confirmer));
  if (!fits(first, second) && !fits(second, first)) {
    return notAllowed(
      `One of ${rule.decides[route].join(', ')} decides and one of ${rule.confirms[route].join(', ')} confirms, hospital roles for their own legal entity.`,
    );
  }
  const isOneOrganisation = first.organisationId === second.organisationId;
  if (rule.otherOrganisation && signing.anotherOrganisation && isOneOrganisation) {
    return new Problem('four-eyes', { detail: 'The second person belongs to another organisation.' });
  }
  return undefined;
}

const refusalOfRole = (role: string, allowed: readonly string[]): Problem | undefined =>
  allowed.includes(role) ? undefined : notAllowed(`Roles that may: ${allowed.join(', ')}.`);

const notAllowed = (detail: string): Problem => new Problem('not-allowed', { detail });
