import { type Clause, type Expr, type PolicyJson, policyToText } from './cedar.ts';
import {
  assertFitSchema,
  groupsOfActions,
  jsonOf,
  type Policy,
  type PolicySet,
  policySetOf,
  type ReadPolicy,
  readPolicy,
} from './policy-set.ts';

/** A set in which one policy is missing, wider, narrower or says less. */
export interface Mutant {
  policyId: string;
  /** What was done to it, in words. */
  what: string;
  set: PolicySet;
  /** The same done to another set that holds the policy. */
  on(other: PolicySet): PolicySet;
  /** Actions on which it can make a difference. */
  actions: readonly string[];
  /** False where the change does not fit the schema, so that nobody could bring it into force. */
  couldComeIntoForce(): boolean;
}

/**
 * Every mutant of every policy, one at a time: removed; each condition and each part of one left out; each role and each
 * action of a list left out; open to every principal; without each of its annotations that bear on
 * the answer.
 */
export function* mutantsOf(set: PolicySet): Generator<Mutant> {
  const { schema } = set.texts;
  const groups = groupsOfActions(schema);
  const known = new Map<string, ReadPolicy>();
  const readOnce = ({ file, text }: Policy): ReadPolicy => {
    const read = known.get(text) ?? readPolicy(file, text);
    known.set(text, read);
    return read;
  };
  let no = 0;
  for (const policy of set.policies) {
    for (const [what, json] of [['removed', undefined] as const, ...variantsOf(jsonOf(policy.text))]) {
      const changed = json === undefined ? [] : [readPolicy(policy.file, textOf(json))];
      const name = `mutant-${no++}`;
      const on = (other: PolicySet): PolicySet => {
        const others = other.policies.filter(({ id }) => id !== policy.id);
        const digest = `${name} of ${other.digest}`;
        return policySetOf([...others.map(readOnce), ...changed], { digest, texts: other.texts, groups });
      };
      const mutant = on(set);
      const touched = (all: PolicySet) => [...groups.keys()].filter((action) => concerns(all, action, policy.id));
      const actions = [...new Set([...touched(set), ...touched(mutant)])];
      const couldComeIntoForce = () => changed.every((one) => fitsSchema(schema, one.policy));
      yield { policyId: policy.id, what, set: mutant, on, actions, couldComeIntoForce };
    }
  }
}

const concerns = (set: PolicySet, action: string, id: string): boolean =>
  set.policiesFor(action).some((policy) => policy.id === id);

function textOf(json: PolicyJson): string {
  const answer = policyToText(json);
  if (answer.type === 'failure') throw new Error(answer.errors.map(({ message }) => message).join('; '));
  return answer.text;
}

function fitsSchema(schema: string, policy: Policy): boolean {
  try {
    assertFitSchema(schema, [policy]);
    return true;
  } catch {
    return false;
  }
}

function variantsOf(policy: PolicyJson): [string, PolicyJson][] {
  const { conditions, principal, action, annotations = {} } = policy;
  const variants: [string, PolicyJson][] = conditions.flatMap((clause, i): [string, PolicyJson][] => {
    const withClause = (changed: Clause[]): PolicyJson => ({
      ...policy,
      conditions: conditions.toSpliced(i, 1, ...changed),
    });
    const without: [string, PolicyJson] = [`without its ${clause.kind}`, withClause([])];
    const parts = smaller(clause.body).map(([what, body]): [string, PolicyJson] => [
      what,
      withClause([{ ...clause, body }]),
    ]);
    return [without, ...parts];
  });
  if (principal.op !== 'All') variants.push(['for every principal', { ...policy, principal: { op: 'All' } }]);
  if ('entities' in action) {
    for (const [i] of action.entities.entries()) {
      const entities = action.entities.toSpliced(i, 1);
      variants.push([`without its action ${i + 1}`, { ...policy, action: { ...action, entities } }]);
    }
  }
  for (const name of ['stepUp', 'detail', 'breakGlass'].filter((one) => one in annotations)) {
    const { [name]: _, ...rest } = annotations;
    variants.push([`without @${name}`, { ...policy, annotations: rest }]);
  }
  return variants;
}

/** The expression with one part left out, in every way. */
function smaller(body: Expr): [string, Expr][] {
  for (const joint of ['&&', '||'] as const) {
    const both = (body as Record<string, { left: Expr; right: Expr }>)[joint];
    if (both === undefined) continue;
    const { left, right } = both;
    const joined = (one: Expr, other: Expr) => ({ [joint]: { left: one, right: other } }) as Expr;
    return [
      [`without what is left of ${joint}`, right],
      [`without what is right of ${joint}`, left],
      ...smaller(left).map(([what, one]): [string, Expr] => [what, joined(one, right)]),
      ...smaller(right).map(([what, one]): [string, Expr] => [what, joined(left, one)]),
    ];
  }
  const inSet = (body as { in?: { left: Expr; right: Expr } }).in;
  const elements = (inSet?.right as { Set?: Expr[] } | undefined)?.Set;
  if (inSet === undefined || elements === undefined || elements.length < 2) return [];
  return elements.map((_, i): [string, Expr] => [
    `without element ${i + 1} of its list`,
    { in: { left: inSet.left, right: { Set: elements.toSpliced(i, 1) } } },
  ]);
}
