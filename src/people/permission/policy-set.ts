import { canonicalJson, Problem, sha256Hex } from '#kernel';
import * as cedar from './cedar.ts';
import { type Detail, details, type PolicyText } from './model.ts';
import type { CedarRequest } from './request.ts';

/** The texts that decide, by file name. Two sets with one digest decide alike. */
export interface PolicyTexts {
  readonly schema: string;
  readonly files: Readonly<Record<string, string>>;
}

/** A policy with what the engine knows of it besides what Cedar decides. */
export interface Policy extends PolicyText {
  /** Its own text, without the comments around it. */
  readonly text: string;
  /** Whether a second factor is asked of a person whom it permits something. */
  readonly stepUp: boolean;
  /** Whether it is the one that emergency access stands on. */
  readonly breakGlass: boolean;
  readonly detail: Detail;
  /** Which kind of asker its head names; undefined where it names none. */
  readonly principalType: string | undefined;
}

/** Policies read, checked against their schema, and ready to decide. */
export interface PolicySet {
  readonly digest: string;
  readonly texts: PolicyTexts;
  readonly policies: readonly Policy[];
  /** Every action the schema names, without the groups. */
  readonly actions: ReadonlySet<string>;
  policiesFor(action: string): readonly Policy[];
  /** The decision of Cedar with the policies that made it: permits of a yes, forbids of a no. */
  evaluate(request: CedarRequest, action: string): { allowed: boolean; policies: Policy[] };
}

/** SHA-256 (hex) over the texts of schema and files. */
export const digestOfTexts = (texts: PolicyTexts): string =>
  sha256Hex(canonicalJson({ schema: texts.schema, files: { ...texts.files } }));

/**
 * Reads policies and checks them. Problems: invalid-input, with what Cedar found, where a text is no policy, does not fit
 * the schema, or lacks its id and sentence. Cost: some tens of milliseconds for a hundred policies; cold, some hundreds,
 * most of which is the check against the schema.
 * @param areChecked whether the very same texts have been held against their schema before.
 *
 * **Source**: Cedar 4 policy language, validation (strict mode). Oracle: the permission table, table.test.ts.
 */
export function readPolicies(texts: PolicyTexts, { areChecked = false } = {}): PolicySet {
  const read = Object.entries(texts.files).flatMap(([file, text]) => policiesOf(file, text));
  const policies = read.map(({ policy }) => policy);
  if (new Set(policies.map(({ id }) => id)).size < read.length) refuse('two policies have one id');
  if (!areChecked) assertFitSchema(texts.schema, policies);
  return policySetOf(read, { digest: digestOfTexts(texts), texts, groups: groupsOfActions(texts.schema) });
}

/** Policies that were read and checked, ready to decide. `digest` is the name under which Cedar remembers them. */
export function policySetOf(
  read: readonly ReadPolicy[],
  { digest, texts, groups }: { digest: string; texts: PolicyTexts; groups: ActionGroups },
): PolicySet {
  const byId = new Map(read.map((one) => [one.policy.id, one.policy]));
  const byAction = new Map([...groups.keys()].map((action) => [action, applicable(read, groups, action)]));
  const parsed = new Set<string>();
  /** Only the policies whose head names the action: the others cannot bear on it. */
  const sliceOf = (action: string): string => {
    const name = `${digest}/${action}`;
    if (parsed.has(name)) return name;
    const staticPolicies = Object.fromEntries((byAction.get(action) ?? []).map(({ id, text }) => [id, text]));
    const answer = cedar.preparsePolicySet(name, { staticPolicies });
    if (answer.type === 'failure') refuse(answer.errors.map(({ message }) => message).join('; '));
    parsed.add(name);
    return name;
  };
  return {
    digest,
    texts,
    policies: read.map(({ policy }) => policy),
    actions: new Set(groups.keys()),
    policiesFor: (action) => byAction.get(action) ?? [],
    evaluate: (request, action) => {
      if (!groups.has(action)) return { allowed: false, policies: [] };
      const entities = [...request.entities, actionEntity(action, groups)];
      const answer = cedar.statefulIsAuthorized({ ...request, entities, preparsedPolicySetId: sliceOf(action) });
      // What Cedar cannot read is a defect of ours, and no decision.
      if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join('; '));
      const { decision, diagnostics } = answer.response;
      const policies = diagnostics.reason.map((id) => byId.get(id)).filter((one) => one !== undefined);
      return { allowed: decision === 'allow', policies };
    },
  };
}

/** A policy with the actions it is about. */
export interface ReadPolicy {
  policy: Policy;
  /** Ids of actions and groups in its head; undefined for every action. */
  actions: readonly string[] | undefined;
}

function policiesOf(file: string, text: string): ReadPolicy[] {
  const parts = cedar.policySetTextToParts(text);
  if (parts.type === 'failure') refuse(`${file}: ${parts.errors.map(({ message }) => message).join('; ')}`);
  if (parts.policy_templates.length > 0) refuse(`${file}: a policy is written out, without placeholders`);
  return parts.policies.map((one) => readPolicy(file, one));
}

/** One policy. Problem: invalid-input. */
export function readPolicy(file: string, text: string): ReadPolicy {
  const answer = cedar.policyToJson(text);
  if (answer.type === 'failure') refuse(`${file}: ${answer.errors.map(({ message }) => message).join('; ')}`);
  const { annotations = {}, effect, principal, action } = answer.json;
  const { id, sentence, source, detail = 'cases' } = annotations;
  if (!id || !/^[a-z-]+\.[a-z-]+$/.test(id)) refuse(`${file}: every policy has an @id("room.what"): ${text}`);
  if (!sentence) refuse(`${file}: ${id} says in a @sentence what it means and why`);
  const isDetail = (value: string): value is Detail => details.some((one) => one === value);
  if (!isDetail(detail)) refuse(`${file}: ${id} opens ${detail}, not ${details.join(', ')}`);
  const policy: Policy = {
    id,
    file,
    effect,
    sentence,
    source,
    text,
    detail,
    stepUp: annotations.stepUp === 'true',
    breakGlass: annotations.breakGlass === 'true',
    principalType: typeOf(principal),
  };
  const uids =
    action.op === 'All'
      ? undefined
      : 'entities' in action
        ? action.entities
        : 'entity' in action
          ? [action.entity]
          : refuse(`${file}: ${id} names its actions`);
  return { policy, actions: uids?.map(idOf) };
}

type Uid = { __entity: { id: string; type: string } } | { id: string; type: string };
const idOf = (uid: Uid): string => ('__entity' in uid ? uid.__entity.id : uid.id);

function typeOf(principal: ReturnType<typeof jsonOf>['principal']): string | undefined {
  if (principal.op === 'is') return principal.entity_type;
  if (principal.op === '==' && 'entity' in principal) {
    const uid: Uid = principal.entity;
    return '__entity' in uid ? uid.__entity.type : uid.type;
  }
  return undefined;
}

/** The JSON form of a policy's text, as Cedar gives it. */
export function jsonOf(text: string) {
  const answer = cedar.policyToJson(text);
  if (answer.type === 'failure') refuse(answer.errors.map(({ message }) => message).join('; '));
  return answer.json;
}

/** Every action → all groups it belongs to, by any number of steps. */
export type ActionGroups = ReadonlyMap<string, ReadonlySet<string>>;

/** The actions that a schema declares. Problem: invalid-input. */
export function groupsOfActions(schema: string): ActionGroups {
  const answer = cedar.schemaToJson(schema);
  if (answer.type === 'failure') refuse(`schema: ${answer.errors.map(({ message }) => message).join('; ')}`);
  const declared = answer.json['']?.actions ?? {};
  const groupsOf = (action: string): string[] =>
    (declared[action]?.memberOf ?? []).flatMap(({ id }) => [id, ...groupsOf(id)]);
  // A group applies to nothing by itself.
  const real = Object.keys(declared).filter((action) => (declared[action]?.appliesTo?.principalTypes.length ?? 0) > 0);
  for (const action of real) {
    if (!/^[a-z]+:[a-z][a-z0-9-]*$/.test(action)) refuse(`an action is written room:verb-thing, not ${action}`);
  }
  return new Map(real.map((action) => [action, new Set(groupsOf(action))]));
}

/** Without it Cedar would not know the groups of the action, and a policy about a group would not apply. */
const actionEntity = (action: string, groups: ActionGroups): cedar.EntityJson => ({
  uid: { type: 'Action', id: action },
  attrs: {},
  parents: [...(groups.get(action) ?? [])].map((id) => ({ type: 'Action', id })),
});

const applicable = (read: readonly ReadPolicy[], groups: ActionGroups, action: string): Policy[] =>
  read
    .filter(
      ({ actions }) => actions === undefined || actions.some((id) => id === action || groups.get(action)?.has(id)),
    )
    .map(({ policy }) => policy);

/** Problem: invalid-input, with what Cedar found, where a policy speaks of what the schema does not have. */
export function assertFitSchema(schema: string, policies: readonly Pick<Policy, 'id' | 'text'>[]): void {
  const staticPolicies = Object.fromEntries(policies.map(({ id, text }) => [id, text]));
  const answer = cedar.validate({ schema, policies: { staticPolicies }, validationSettings: { mode: 'strict' } });
  if (answer.type === 'failure') refuse(answer.errors.map(({ message }) => message).join('; '));
  const found = [...answer.validationErrors, ...answer.validationWarnings];
  if (found.length > 0) refuse(found.map(({ policyId, error }) => `${policyId}: ${error.message}`).join('; '));
}

function refuse(detail: string): never {
  throw new Problem('invalid-input', { detail: `The policies cannot come into force. ${detail}` });
}
