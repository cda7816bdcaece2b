import type { CertificateDetailView } from '../../../src/certify/contract.ts';
import type { Session } from '../../app/session.ts';

/*
 * Which acts a page offers to whom, so that it offers nothing that would be refused for the role. The server decides;
 * who-may.test.ts holds this table to the server's own rules.
 */
type Route = CertificateDetailView['route'];

const same = (...roles: string[]): Record<Route, readonly string[]> => ({ assessor: roles, 'in-house': roles });
const lowering = same(
  'regulatory-lead',
  'model-lead',
  'safety-officer',
  'assessor',
  'deployer-management',
  'clinical-owner',
);
const own = ['deployer-management', 'clinical-owner'];

/** `atHome`: roles that act on the certificates of their own organisation only. */
export const immediateActs = {
  submit: {
    roles: { assessor: ['regulatory-lead'], 'in-house': ['regulatory-lead', 'deployer-management'] },
    atHome: own,
  },
  refuse: { roles: { assessor: ['assessor'], 'in-house': ['assessor', 'deployer-management'] }, atHome: own },
  siteStop: {
    roles: same('deployer-management', 'clinical-owner', 'safety-officer'),
    atHome: ['deployer-management', 'clinical-owner', 'safety-officer'],
  },
  suspend: { roles: lowering, atHome: own },
  imposeCondition: { roles: lowering, atHome: own },
  restrict: { roles: lowering, atHome: own },
  requestStop: { roles: same('patient-representative', 'clinical-owner'), atHome: [] },
  answerStopRequest: { roles: same('safety-officer'), atHome: [] },
  answerTask: { roles: same('safety-officer', 'regulatory-lead', 'assessor'), atHome: [] },
  refuseChange: {
    roles: same('regulatory-lead', 'model-lead', 'safety-officer', 'deployer-management', 'assessor'),
    atHome: own,
  },
  withdraw: { roles: { assessor: ['assessor'], 'in-house': ['assessor', 'deployer-management'] }, atHome: own },
} as const satisfies Record<string, { roles: Record<Route, readonly string[]>; atHome: readonly string[] }>;

export type ImmediateAct = keyof typeof immediateActs;

const confirming = ['safety-officer', 'clinical-owner', 'deployer-management'];
const inHouse = ['deployer-management', 'assessor', 'safety-officer', 'clinical-owner'];
const raised = { assessor: ['assessor', ...confirming], 'in-house': inHouse };
const provisional = { assessor: raised.assessor, 'in-house': ['deployer-management', 'assessor', 'safety-officer'] };

/** Roles of which two sign; either of them may propose. */
export const signedActs = {
  issueProvisional: provisional,
  renewProvisional: provisional,
  issue: raised,
  reinstate: raised,
  liftCondition: raised,
  liftRestriction: raised,
  liftSiteStop: same('deployer-management', 'clinical-owner', 'safety-officer', 'assessor'),
  release: same('regulatory-lead', 'model-lead', 'safety-officer', 'clinical-owner', 'deployer-management'),
} as const satisfies Record<string, Record<Route, readonly string[]>>;

export type SignedAct = keyof typeof signedActs;

export type Actor = Pick<Session, 'roles' | 'organisationId' | 'isOfHospital'>;
type Place = Pick<CertificateDetailView, 'route' | 'legalEntityId'>;

/** The role in which somebody may do an act at once; undefined where none of theirs may. */
export function roleForAct(act: ImmediateAct, actor: Actor, { route, legalEntityId }: Place): string | undefined {
  const { roles, atHome } = immediateActs[act];
  const isHome = actor.organisationId === legalEntityId;
  const allowed: readonly string[] = roles[route];
  return actor.roles.find(
    (role) => allowed.includes(role) && (isHome || !(atHome as readonly string[]).includes(role)),
  );
}

/** The role in which somebody may propose and sign a raise: hospital people for their own organisation. */
export function roleForSigning(allowed: readonly string[], actor: Actor, { legalEntityId }: Place): string | undefined {
  if (actor.isOfHospital && actor.organisationId !== legalEntityId) return undefined;
  return actor.roles.find((role) => allowed.includes(role));
}
