import { describe, expect, it } from 'vitest';
import { mutantsOf } from '../../src/people/permission/mutants-for-tests.ts';
import { readPolicyFiles } from '../../src/people/permission/policy-files.ts';
import { type PolicySet, readPolicies } from '../../src/people/permission/policy-set.ts';
import { answering, type Cell, cellsOf } from '../../src/people/permission/table.ts';
import { expectedAnswer, isForbidden } from './expected-answer.ts';

/*
 * Goal: who may do what is exactly what was written down apart from the policies, in every situation; and no policy can be
 * left out or weakened without this being noticed. Method: the whole table, role by action by relation, against
 * expected-table.ts; once more with a permit for everybody beside the policies, where only the hard rules
 * may still say no; then both tables for every mutant of every policy.
 */

const everything = '@id("test.everything") @sentence("Test.") permit (principal, action, resource);';

const withPolicies = ({ texts }: PolicySet, policies: string): PolicySet =>
  readPolicies({ ...texts, files: { 'test.cedar': policies } });

type Difference = Cell & { expected: string; is: string };

/** Cells of the table that are not as expected. */
function* differences(set: PolicySet, actions: Iterable<string>, hardRules = true): Generator<Difference> {
  const answer = answering(set);
  for (const cell of cellsOf(actions)) {
    const [expected, is] = [expectedAnswer(cell, { hardRules }), answer(cell)];
    if (is !== expected) yield { ...cell, expected, is };
  }
}

/** The same where everybody is permitted everything: only what is forbidden remains a no. */
function* differencesOfHardRules(set: PolicySet, actions: Iterable<string>): Generator<Difference> {
  const answer = answering(set);
  for (const cell of cellsOf(actions)) {
    const [expected, is] = [isForbidden(cell) ? 'no' : 'not no', answer(cell) === 'no' ? 'no' : 'not no'];
    if (is !== expected) yield { ...cell, expected, is };
  }
}

const shipped = readPolicies(readPolicyFiles());
const textsOf = (effect: string): string[] =>
  shipped.policies.filter((policy) => policy.effect === effect).map(({ text }) => text);
/** Everything is permitted to everybody, so that only the hard rules say no. */
const hardRules = withPolicies(shipped, [everything, ...textsOf('forbid')].join('\n'));
const permitsOnly = withPolicies(shipped, textsOf('permit').join('\n'));
const first = <T>(all: Generator<T>): T | undefined => all.next().value ?? undefined;
const shown = (all: Generator<Difference>): string[] =>
  [...all].slice(0, 40).map((one) => `${one.who} ${one.action} (${one.relation}): ${one.is}, not ${one.expected}`);

describe('the permission table', () => {
  it('is the expected one, in every cell', { timeout: 120_000 }, () => {
    expect([...cellsOf(shipped.actions)].length).toBeGreaterThan(10_000);
    expect(shown(differences(shipped, shipped.actions))).toEqual([]);
  });

  it('says no by its hard rules even where everything were permitted', { timeout: 120_000 }, () => {
    expect(shown(differencesOfHardRules(hardRules, shipped.actions))).toEqual([]);
  });

  it('is the expected one by the permits alone', { timeout: 120_000 }, () => {
    expect(shown(differences(permitsOnly, shipped.actions, false))).toEqual([]);
  });

  it('differs for every policy that is left out or weakened', { timeout: 300_000 }, () => {
    const survivors: string[] = [];
    let mutants = 0;
    for (const mutant of mutantsOf(shipped)) {
      mutants++;
      const isForbid = shipped.policies.some(({ id, effect }) => id === mutant.policyId && effect === 'forbid');
      const noticed = isForbid
        ? first(differencesOfHardRules(mutant.on(hardRules), mutant.actions))
        : (first(differences(mutant.set, mutant.actions)) ??
          // What a hard rule hides is noticed among the permits alone.
          first(differences(mutant.on(permitsOnly), mutant.actions, false)));
      if (!noticed && mutant.couldComeIntoForce()) survivors.push(`${mutant.policyId}: ${mutant.what}`);
    }
    expect(mutants).toBeGreaterThan(200);
    expect(survivors, 'the table would not notice').toEqual([]);
  });
});
