import cedar from '@cedar-policy/cedar-wasm/nodejs';
import { canonicalJson, Problem, sha256Hex } from '#kernel';
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
 * the schema, or lacks its id and sentence. Cost: some tens of milliseconds for a hundred policies.
 *
 * **Source**: Cedar 4 policy language, validation (strict mode). Oracle: the permission table, table.test.ts.
 */
export function readPolicies(texts: PolicyTexts): PolicySet {
  const schema = actionsAndGroups(texts.schema);
  const read = Object.entries(texts.files).flatMap(([file, text]) => policiesOf(file, text));
  const byId = new Map(read.map((one) => [one.policy.id, one]));
  if (byId.size < read.length) refuse('two policies have one id');
  validate(texts.schema, Object.fromEntries(read.map(({ policy }) => [policy.id, policy.text])));
  const digest = digestOfTexts(texts);
  const actions = new Set(schema.actions.keys());
  const byAction = new Map([...actions].map((action) => [action, applicable(read, schema, action)]));
  const parsed = new Set<string>();
  /** Only the policies whose head names the action: the others cannot bear on it. */
  const sliceOf = (action: string): string => {
    const id = `${digest}/${action}`;
    if (parsed.has(id)) return id;
    const staticPolicies = Object.fromEntries((byAction.get(action) ?? []).map(({ id, text }) => [id, text]));
    const answer = cedar.preparsePolicySet(id, { staticPolicies });
    if (answer.type === 'failure') refuse(answer.errors.map(({ message }) => message).join('; '));
    parsed.add(id);
    return id;
  };
  return {
    digest,
    texts,
    policies: read.map(({ policy }) => policy),
    actions,
    policiesFor: (action) => byAction.get(action) ?? [],
    evaluate: (request, action) => {
      if (!actions.has(action)) return { allowed: false, policies: [] };
      const answer = cedar.statefulIsAuthorized({ ...request, preparsedPolicySetId: sliceOf(action) });
      // What Cedar cannot read is refused like what it does not permit, but never in silence.
      if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join('; '));
      const { decision, diagnostics } = answer.response;
      const policies = diagnostics.reason.map((id) => byId.get(id)?.policy).filter((one) => one !== undefined);
      return { allowed: decision === 'allow', policies };
    },
  };
}

interface Read {
  policy: Policy;
  /** Ids of actions and groups in its head; undefined for every action. */
  actions: readonly string[] | undefined;
}

function policiesOf(file: string, text: string): Read[] {
  const parts = cedar.policySetTextToParts(text);
  if (parts.type === 'failure') refuse(`${file}: ${parts.errors.map(({ message }) => message).join('; ')}`);
  if (parts.policy_templates.length > 0) refuse(`${file}: a policy is written out, without placeholders`);
  return parts.policies.map((one) => readPolicy(file, one));
}

function readPolicy(file: string, text: string): Read {
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

interface Actions {
  /** Action → all groups it belongs to, by any number of steps. */
  actions: Map<string, Set<string>>;
}

function actionsAndGroups(schema: string): Actions {
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
  return { actions: new Map(real.map((action) => [action, new Set(groupsOf(action))])) };
}

const applicable = (read: readonly Read[], { actions }: Actions, action: string): Policy[] =>
  read
    .filter(
      (one) =>
        one.actions === undefined || one.actions.some((id) => id === action || actions.get(action)?.has(id) === true),
    )
    .map(({ policy }) => policy);

function validate(schema: string, staticPolicies: Record<string, string>): void {
  const answer = cedar.validate({ schema, policies: { staticPolicies }, validationSettings: { mode: 'strict' } });
  if (answer.type === 'failure') refuse(answer.errors.map(({ message }) => message).join('; '));
  const found = [...answer.validationErrors, ...answer.validationWarnings];
  if (found.length > 0) refuse(found.map(({ policyId, error }) => `${policyId}: ${error.message}`).join('; '));
}

function refuse(detail: string): never {
  throw new Problem('invalid-input', { detail: `The policies cannot come into force. ${detail}` });
}
