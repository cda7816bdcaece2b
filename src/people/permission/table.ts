import type { Clock, Instant, LegalEntityId, SiteId } from '#kernel';
import { type Identity, noRelations, type Relations, type Role, roles, visitor } from '../model.ts';
import type { Resource, SiteDirectory } from './model.ts';
import { createPermissions, type Permissions } from './permissions.ts';
import type { PolicySet } from './policy-set.ts';

/** What a cell says: yes with everything, yes with less, not before a second factor, not before an emergency, or no. */
export type Answer = 'yes' | 'sampled-cases' | 'aggregates' | 'step-up' | 'break-glass' | 'no';

export interface Cell {
  /** A role, `no-role`, or what is no person: `visitor`, a kind of machine, a job by name. */
  who: string;
  action: string;
  /** How the one who asks stands to what is asked about. */
  relation: string;
}

const home = 'home' as LegalEntityId;
const foreign = 'foreign' as LegalEntityId;
const third = 'third' as LegalEntityId;
const sites = [
  { id: 'own-site' as SiteId, legalEntityId: home },
  { id: 'sister-site' as SiteId, legalEntityId: home },
  { id: 'foreign-site' as SiteId, legalEntityId: foreign },
  { id: 'third-site' as SiteId, legalEntityId: third },
];
const [ownSite, sisterSite, foreignSite, thirdSite] = sites.map(({ id }) => ({ siteId: id })) as [
  Resource,
  Resource,
  Resource,
  Resource,
];
const directory: SiteDirectory = { sites: () => sites };
/** The instant at which the invented people sign in and ask. */
const invented: Clock = { now: () => 0 as Instant };

interface Situation {
  /** What is asked about; left out for "at least something". */
  resource?: Resource;
  relations?: Partial<Relations>;
  /** Roles in place of the one of the row. */
  held?: (role: Role | undefined) => (Role | undefined)[];
  strength?: 'single-factor';
  isDemonstration?: true;
}

const delegated = (role: Role | undefined): Partial<Relations> =>
  role === undefined ? {} : { delegations: [{ id: 'd', fromPersonId: 'p', role, organisationId: foreign }] };
const member: Partial<Relations> = { memberships: [{ groupId: 'project', kind: 'project' }] };
const ofProject: Resource = { objectId: 'object', projectId: 'project', ...ownSite };
const nobody = (): undefined[] => [undefined];

/** Every way in which a person may stand to what is asked about. */
const situations: Record<string, Situation | ((role: Role | undefined) => Situation)> = {
  'own-site': { resource: ownSite },
  'other-entity': { resource: foreignSite },
  'sister-site': { resource: sisterSite },
  'in-general': {},
  installation: { resource: {} },
  'other-entity-in-a-demonstration': { resource: foreignSite, isDemonstration: true },
  oneself: { resource: { objectId: 'person', legalEntityId: third } },
  delegated: (role) => ({ resource: foreignSite, held: nobody, relations: delegated(role) }),
  'delegated-at-home': (role) => ({ resource: ownSite, held: nobody, relations: delegated(role) }),
  'delegation-ended': { resource: foreignSite, held: nobody },
  conflicted: {
    resource: { objectId: 'object', ...ownSite },
    relations: { conflicts: [{ id: 'c', objectId: 'object' }] },
  },
  'project-member': { resource: ofProject, relations: member },
  'project-membership-expired': { resource: ofProject },
  'project-itself-member': { resource: { projectId: 'project' }, relations: member },
  'project-itself-membership-expired': { resource: { projectId: 'project' } },
  'break-glass': { resource: foreignSite, relations: { breakGlass: [{ id: 'b', organisationId: foreign }] } },
  'break-glass-elsewhere': { resource: thirdSite, relations: { breakGlass: [{ id: 'b', organisationId: foreign }] } },
  'single-factor': { resource: ownSite, strength: 'single-factor' },
  'for-research': { resource: { ...ownSite, purpose: 'research' } },
  'for-research-as-member': { resource: { ...ofProject, purpose: 'research' }, relations: member },
  'for-research-membership-expired': { resource: { ...ofProject, purpose: 'research' } },
  'for-care': { resource: { ...ownSite, purpose: 'care' } },
  'also-operator': { resource: ownSite, held: (role) => [role, 'operator'] },
  'also-model-lead': { resource: ownSite, held: (role) => [role, 'model-lead'] },
};

type MachineKind = 'machine' | 'machine-of-room' | 'machine-without-scope' | 'commands';
const machineRelations: Record<string, { resource?: Resource; isDemonstration?: true }> = {
  'in-general': {},
  installation: { resource: {} },
  'own-site': { resource: ownSite },
  'other-entity': { resource: foreignSite },
  'own-site-in-a-demonstration': { resource: ownSite, isDemonstration: true },
};
const machines: readonly MachineKind[] = ['machine', 'machine-of-room', 'machine-without-scope', 'commands'];

const visitorRelations: Record<string, { resource?: Resource; isDemonstration?: true }> = {
  'in-general': {},
  'own-site': { resource: ownSite },
  'in-a-demonstration': { isDemonstration: true },
  'own-site-in-a-demonstration': { resource: ownSite, isDemonstration: true },
};

/** The jobs of the installation; each is a principal of its own. */
export const jobNames = [
  'advance-evidence',
  'look-for-anomalies',
  'expire-proposals',
  'sequence-ledger',
  'reconsider-certificates',
] as const;

/** Every cell of the table over these actions; the short rows first, where most of what is wrong shows soonest. */
export function* cellsOf(actions: Iterable<string>): Generator<Cell> {
  const all = [...actions];
  for (const action of all) {
    for (const relation of Object.keys(machineRelations)) for (const who of machines) yield { who, action, relation };
    for (const relation of Object.keys(visitorRelations)) yield { who: 'visitor', action, relation };
    for (const job of jobNames) yield { who: job, action, relation: 'by-itself' };
  }
  for (const action of all) {
    for (const relation of Object.keys(situations)) {
      for (const who of [...roles, 'no-role']) yield { who, action, relation };
    }
  }
}

/** Answers cells by these policies, for invented people at invented places. */
export function answering(set: PolicySet): (cell: Cell) => Answer {
  const open = { live: of(set, false), demonstration: of(set, true) };
  return ({ who, action, relation }) => {
    if (relation === 'by-itself') return answerOfJob(open.live, who, action);
    const { identity, resource, isDemonstration } = askedBy(who, action, relation);
    const permissions = isDemonstration ? open.demonstration : open.live;
    const decision = permissions.decide(identity, action, resource);
    if (decision.needs !== undefined) return decision.needs;
    if (!decision.allowed) return 'no';
    return decision.detail === undefined || decision.detail === 'cases' ? 'yes' : decision.detail;
  };
}

const of = (policies: PolicySet, visitors: boolean): Permissions =>
  createPermissions({ policies, directory, visitors, wallClock: invented });

function answerOfJob(permissions: Permissions, job: string, action: string): Answer {
  return permissions.mayJob(job, action) ? 'yes' : 'no';
}

function askedBy(who: string, action: string, relation: string) {
  if (who === 'visitor') return { identity: visitor, ...visitorRelations[relation] };
  const machine = machines.find((kind) => kind === who);
  if (machine !== undefined) return { identity: aMachine(machine, action), ...machineRelations[relation] };
  const role = roles.find((one) => one === who);
  const given = situations[relation] ?? {};
  const situation = typeof given === 'function' ? given(role) : given;
  return { identity: aPerson(role, situation), ...situation };
}

function aPerson(role: Role | undefined, { held, relations = {}, strength }: Situation): Identity {
  const all = (held ?? ((one) => [one]))(role).filter((one) => one !== undefined);
  return {
    kind: 'person',
    id: 'person',
    name: 'Somebody',
    organisationId: home,
    roles: [...new Set(all)],
    scopes: [],
    relations: { ...noRelations, ...relations },
    signedIn: { at: 0 as Instant, strength: strength ?? 'multi-factor', provider: 'invented' },
  };
}

function aMachine(kind: MachineKind, action: string): Identity {
  const room = action.split(':', 1)[0] ?? '';
  const scopes = { machine: [action], 'machine-of-room': [`${room}:*`], 'machine-without-scope': ['other:*'] };
  return {
    kind: 'machine',
    id: kind === 'commands' ? 'local-operator' : 'token',
    name: 'Something',
    organisationId: kind === 'commands' ? undefined : home,
    // A machine has no role, whatever it says.
    roles: [...roles],
    scopes: kind === 'commands' ? [`${room}:*`] : scopes[kind],
    relations: noRelations,
  };
}

/** What a change of the policies changes in the table: for the one who is asked to sign it. */
export interface TableChange extends Cell {
  before: Answer;
  after: Answer;
}

/**
 * Every cell that two sets of policies answer differently. Cost: some tens of milliseconds for each action about which
 * some policy is new, gone or other.
 */
export function changesBetween(before: PolicySet, after: PolicySet): TableChange[] {
  const [was, is] = [answering(before), answering(after)];
  const policiesOf = (set: PolicySet, action: string): string =>
    set
      .policiesFor(action)
      .map(({ id, text }) => `${id} ${text}`)
      .sort()
      .join('\n');
  const actions = [...new Set([...before.actions, ...after.actions])].filter(
    (action) => policiesOf(before, action) !== policiesOf(after, action),
  );
  return [...cellsOf(actions)]
    .map((cell) => ({ ...cell, before: was(cell), after: is(cell) }))
    .filter((one) => one.before !== one.after);
}
