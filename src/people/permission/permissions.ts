import { type Clock, type Instant, type LegalEntityId, Problem, type SiteId } from '#kernel';
import { type Identity, noRelations, type Role, roles } from '../model.ts';
import { isFresh } from '../sessions.ts';
import {
  coarser,
  type Decision,
  type Detail,
  finer,
  fingerprintOf,
  ownMatters,
  type PolicyText,
  postsOf,
  type Resource,
  type Scope,
  type SiteDirectory,
} from './model.ts';
import type { Policy, PolicySet } from './policy-set.ts';
import { cedarRequest, isNobody } from './request.ts';

/** Decides who may do what. The default is no. */
export interface Permissions {
  /** Every action that some policy permits to somebody. */
  readonly actions: ReadonlySet<string>;
  /** Every policy in force, for the page that shows who may do what. */
  readonly policies: readonly PolicyText[];
  /** Actions that a machine may do, given a token of an organisation whose scopes name it. */
  readonly machineActions: ReadonlySet<string>;
  /**
   * Throws not-signed-in, not-allowed or step-up-needed, unless this identity may do this: to this resource, or without
   * one to at least something.
   */
  allow(identity: Identity | undefined, action: string, resource?: Resource): void;
  /** The same as an answer: for screens that offer only what will be allowed. Asks for no second factor. */
  mayDo(identity: Identity | undefined, action: string, resource?: Resource): boolean;
  /** The same with the policies that decided. */
  decide(identity: Identity | undefined, action: string, resource?: Resource): Decision;
  /**
   * Which rows somebody may see by an action; becomes the condition of a query. Over several sites it opens no more than
   * what is open at each of them: name the site in `at` for the scope at that one.
   */
  scopeOf(identity: Identity | undefined, action: string, at?: Resource): Scope;
  /** Whether the policies permit a job of the installation this action. */
  mayJob(job: string, action: string): boolean;
  /** The same; throws not-allowed. */
  allowJob(job: string, action: string): void;
}

export interface ChangeablePermissions extends Permissions {
  /** The set in force. */
  inForce(): PolicySet;
  /** From the next question on, these decide. */
  adopt(set: PolicySet): void;
  /** Forgets what was decided: sites have changed hands or come into being. */
  forget(): void;
}

export interface PermissionOptions {
  policies: PolicySet;
  directory: SiteDirectory;
  /** Whether people may look without signing in: a demonstration. */
  visitors: boolean;
  /** The clock on the wall, by which a second factor grows old; the system's own where none is given. */
  wallClock?: Clock;
  /** For how many minutes a second factor counts; 15 by default. */
  stepUpMinutes?: number;
}

/** A site that nobody has: what is permitted there is permitted everywhere. */
const elsewhere = { siteId: 'elsewhere' as SiteId };
const systemClock: Clock = { now: () => Date.now() as Instant };
/** The act by which a person opens an emergency. */
const breakGlassAction = 'people:break-glass';
const rememberedMax = 20_000;

/**
 * The decisions of Cedar over the policies in force, remembered by everything they depend on.
 *
 * Cost: a new question some tenths of a millisecond, a repeated one some microseconds (bench/permission.ts).
 * **Source**: certificate.md §6. Oracle: the permission table of test/permission/, written apart from the policies.
 */
export function createPermissions(options: PermissionOptions): ChangeablePermissions {
  let engine = decisionsOf(options.policies, options);
  const decide = (identity: Identity | undefined, action: string, resource?: Resource): Decision =>
    engine.decide(identity, action, resource);
  const permissions: ChangeablePermissions = {
    get actions() {
      return engine.actions();
    },
    get policies() {
      return engine.set.policies;
    },
    get machineActions() {
      return engine.machineActions();
    },
    decide,
    allow: (identity, action, resource) => {
      const { problem } = decide(identity, action, resource);
      if (problem) throw problem;
    },
    mayDo: (identity, action, resource) => {
      const { allowed, needs } = decide(identity, action, resource);
      return allowed || needs === 'step-up';
    },
    scopeOf: (identity, action, at) => scopeOf(decide, options.directory, { identity, action, at }),
    mayJob: (job, action) => {
      const request = cedarRequest({ job }, { action, resource: {}, visitors: false }, options.directory);
      return engine.set.evaluate(request, action).allowed;
    },
    allowJob: (job, action) => {
      if (permissions.mayJob(job, action)) return;
      throw new Problem('not-allowed', { detail: `No policy permits the job ${job} the action ${action}.` });
    },
    inForce: () => engine.set,
    adopt: (set) => {
      engine = decisionsOf(set, options);
    },
    forget: () => {
      engine = decisionsOf(engine.set, options);
    },
  };
  return permissions;
}

type Decide = Permissions['decide'];

function decisionsOf(set: PolicySet, options: PermissionOptions) {
  const { directory, visitors, wallClock = systemClock, stepUpMinutes } = options;
  const remembered = new Map<string, Decision>();
  const decideAnew = (
    identity: Identity | undefined,
    { action, resource, isStrong }: { action: string; resource: Resource | undefined; isStrong: boolean },
  ): Decision => {
    const evaluateIn = (asker: Identity | undefined, about: Resource) =>
      evaluatePosts(set, asker, { action, resource: about, visitors, isStrong }, directory);
    const matters = resource !== undefined || isNobody(identity) ? [resource ?? {}] : ownMatters(identity);
    const outcomes: Outcome[] = [];
    for (const matter of matters) {
      const outcome = evaluateIn(identity, matter);
      if (outcome.kind === 'yes') return { allowed: true, policies: outcome.policies, detail: outcome.detail };
      outcomes.push(outcome);
    }
    const weak = outcomes.find((one) => one.kind === 'step-up');
    if (weak) return stepUp(weak.policies);
    const policies = [...new Set(outcomes.flatMap((one) => one.policies))];
    return refusal({ set, identity, action, resource, policies, directory }, () => whoMay(action), evaluateIn);
  };
  const decide: Decide = (identity, action, resource) => {
    const who = isNobody(identity) ? 'nobody' : fingerprintOf(identity);
    // Asked anew for each question: a second factor grows old, and whoever did not show one is taken to have none.
    const isStrong = identity?.kind !== 'person' || isFresh(identity, wallClock.now(), stepUpMinutes);
    const key = JSON.stringify([action, resource, who, isStrong]);
    const known = remembered.get(key);
    if (known) return known;
    const decision = decideAnew(identity, { action, resource, isStrong });
    // Whoever asks very much pushes out what others asked, never the other way round for ever.
    if (remembered.size >= rememberedMax) remembered.clear();
    remembered.set(key, decision);
    return decision;
  };
  const whoMay = once((action: string): Permitted => whoMayDo(set, action, directory));
  const actionsWhere = (holds: (action: string) => boolean): ReadonlySet<string> =>
    new Set([...set.actions].filter(holds));
  const actions = lazily(() => actionsWhere((action) => isPermittedToAnybody(set, action, directory)));
  const machineActions = lazily(() => actionsWhere((action) => whoMay(action).machines === 'tokens'));
  return { set, decide, actions, machineActions };
}

type Outcome =
  | { kind: 'yes'; policies: PolicyText[]; detail: Detail }
  | { kind: 'step-up' | 'no'; policies: PolicyText[] };

type Asked = { action: string; resource: Resource; visitors: boolean; isStrong: boolean };

/** In every post at once: what one of them opens is open. The hard rules name the person and hold in each. */
function evaluatePosts(
  set: PolicySet,
  identity: Identity | undefined,
  asked: Asked,
  directory: SiteDirectory,
): Outcome {
  const posts = isNobody(identity) ? [undefined] : postsOf(identity);
  const { isStrong } = asked;
  const found: Record<'yes' | 'weak' | 'no', Policy[]> = { yes: [], weak: [], no: [] };
  for (const post of posts) {
    const asker = post === undefined || identity === undefined ? ('nobody' as const) : { identity, post };
    const { allowed, policies } = set.evaluate(cedarRequest(asker, asked, directory), asked.action);
    const enough = isStrong ? policies : policies.filter(({ stepUp: asksForMore }) => !asksForMore);
    if (!allowed) found.no.push(...policies);
    else if (enough.length > 0) found.yes.push(...enough);
    else found.weak.push(...policies);
  }
  const unique = (policies: Policy[]): Policy[] => [...new Set(policies)];
  if (found.yes.length > 0) {
    return { kind: 'yes', policies: unique(found.yes), detail: found.yes.map(({ detail }) => detail).reduce(finer) };
  }
  return found.weak.length > 0
    ? { kind: 'step-up', policies: unique(found.weak) }
    : { kind: 'no', policies: unique(found.no) };
}

const stepUp = (policies: PolicyText[]): Decision => ({
  allowed: false,
  policies,
  needs: 'step-up',
  problem: new Problem('step-up-needed', {
    detail: `${sentencesOf(policies)} Sign in again with a second factor at /sign-in?stepUp=1.`,
  }),
});

interface Refused {
  set: PolicySet;
  identity: Identity | undefined;
  action: string;
  resource: Resource | undefined;
  /** Those that forbid. */
  policies: PolicyText[];
  directory: SiteDirectory;
}

function refusal(
  asked: Refused,
  whoMay: () => Permitted,
  evaluateIn: (identity: Identity, resource: Resource) => Outcome,
): Decision {
  const { set, identity, action, policies } = asked;
  if (isNobody(identity)) return { allowed: false, policies, problem: new Problem('not-signed-in') };
  const detail = (): string =>
    policies.length > 0 ? sentencesOf(policies) : whoMayInWords(set.policiesFor(action), whoMay(), identity.kind);
  return {
    allowed: false,
    policies,
    // In words only for the one who is told: most questions are whether to offer something.
    get problem() {
      const said = detail();
      return new Problem('not-allowed', { ...(said === '' ? {} : { detail: said }), context: { action } });
    },
    ...(wouldAnEmergencyOpen(asked, evaluateIn) ? { needs: 'break-glass' } : {}),
  };
}

/** Whether emergency access to the legal entity of this resource, which this person may open, would change the no. */
function wouldAnEmergencyOpen(
  { set, identity, action, resource, directory }: Refused,
  evaluateIn: (identity: Identity, resource: Resource) => Outcome,
): boolean {
  if (identity?.kind !== 'person' || resource === undefined) return false;
  if (!set.policiesFor(action).some(({ breakGlass }) => breakGlass)) return false;
  const ofSite = directory.sites().find(({ id }) => id === resource.siteId)?.legalEntityId;
  const organisationId = resource.siteId === undefined ? resource.legalEntityId : ofSite;
  if (organisationId === undefined) return false;
  const asked = {
    action: breakGlassAction,
    resource: { legalEntityId: organisationId },
    visitors: false,
    isStrong: true,
  };
  if (evaluatePosts(set, identity, asked, directory).kind === 'no') return false;
  const breakGlass = [{ id: 'asked-for', organisationId }];
  return evaluateIn({ ...identity, relations: { ...identity.relations, breakGlass } }, resource).kind === 'yes';
}

const sentencesOf = (policies: readonly PolicyText[]): string =>
  [...new Set(policies.map(({ sentence }) => sentence))].join(' ');

function whoMayInWords(
  policies: readonly Policy[],
  { roles: held, machines }: Permitted,
  kind: Identity['kind'],
): string {
  const unfit = kind === 'machine' ? ['Visitor', 'Job'] : ['Visitor', 'Job', 'Machine'];
  const permits = policies.filter(
    ({ effect, principalType }) =>
      effect === 'permit' && !(principalType !== undefined && unfit.includes(principalType)),
  );
  const shown = permits.length > 0 ? permits : policies.filter(({ effect }) => effect === 'permit');
  const persons = held.length === 0 ? [] : [held.length === roles.length ? 'signed-in' : held.join(', ')];
  const byMachine = machines === 'none' ? [] : ['a machine whose token has this action in its scopes'];
  const whom = [...persons, ...byMachine];
  return `${sentencesOf(shown)}${whom.length === 0 ? '' : ` May be done by: ${whom.join(' or ')}.`}`;
}

interface Permitted {
  /** Roles in which a person may at least at the own organisation. */
  roles: Role[];
  /** Whether tokens of organisations can carry it, or only the commands on this machine. */
  machines: 'tokens' | 'commands' | 'none';
}

/** Asks for an invented person in each role and for an invented machine, each at home. */
function whoMayDo(set: PolicySet, action: string, directory: SiteDirectory): Permitted {
  const may = asking(set, action, directory);
  const machines = may(someone.token(action)) ? 'tokens' : may(someone.commands(action)) ? 'commands' : 'none';
  return { roles: roles.filter((role) => may(someone.inRole(role))), machines };
}

/** The same question, until the first yes. */
function isPermittedToAnybody(set: PolicySet, action: string, directory: SiteDirectory): boolean {
  const permits = set.policiesFor(action).filter(({ effect }) => effect === 'permit');
  if (permits.length === 0) return false;
  // A job is named by its policy; whether it may is asked for every job at the start.
  if (permits.some(({ principalType }) => principalType === 'Job')) return true;
  const may = asking(set, action, directory);
  return (
    roles.some((role) => may(someone.inRole(role))) ||
    may(someone.token(action)) ||
    may(someone.commands(action)) ||
    may(undefined)
  );
}

const atHome = 'at-home' as LegalEntityId;
const anybody: Identity = {
  kind: 'person',
  id: 'someone',
  name: '',
  organisationId: atHome,
  roles: [],
  scopes: [],
  relations: noRelations,
};
const someone = {
  inRole: (role: Role): Identity => ({ ...anybody, roles: [role] }),
  token: (action: string): Identity => ({ ...anybody, kind: 'machine', id: 'some-token', scopes: [action] }),
  commands: (action: string): Identity => ({
    ...anybody,
    kind: 'machine',
    id: 'local-operator',
    organisationId: undefined,
    scopes: [action],
  }),
};

function asking(set: PolicySet, action: string, directory: SiteDirectory) {
  return (identity: Identity | undefined): boolean => {
    const matters = identity === undefined ? [{}] : [{ legalEntityId: atHome }, {}, { objectId: identity.id }];
    return matters.some(
      (resource) =>
        evaluatePosts(set, identity, { action, resource, visitors: true, isStrong: true }, directory).kind !== 'no',
    );
  };
}

function scopeOf(
  decide: Decide,
  directory: SiteDirectory,
  { identity, action, at = {} }: { identity: Identity | undefined; action: string; at?: Resource | undefined },
): Scope {
  const asked = at.siteId === undefined ? directory.sites().map(({ id }) => id) : [at.siteId];
  const decided = asked.map((siteId) => ({ siteId, decision: decide(identity, action, { ...at, siteId }) }));
  const open = decided.filter(({ decision }) => decision.allowed);
  const anywhere = at.siteId === undefined ? decide(identity, action, { ...at, ...elsewhere }) : undefined;
  const found = [...open.map(({ decision }) => decision), ...(anywhere?.allowed ? [anywhere] : [])];
  const detail = found.map((one) => one.detail ?? 'cases').reduce(coarser, 'cases');
  const isEverywhere = anywhere?.allowed === true && open.length === asked.length;
  return {
    detail: found.length === 0 ? 'aggregates' : detail,
    sites: isEverywhere ? 'every' : open.map(({ siteId }) => siteId),
  };
}

function once<K, V>(make: (key: K) => V): (key: K) => V {
  const made = new Map<K, V>();
  return (key) => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}

function lazily<V>(make: () => V): () => V {
  let made: { value: V } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
