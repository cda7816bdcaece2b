import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LegalEntityId } from '#kernel';
import { aRule, aSignature, assessors, elsewhere, home, judged } from '../testing.ts';
import { complete, digestOf, partOf, type Signature, type SigningRule } from './rule.ts';

/**
 * Goal: nobody decides alone, and nobody can block those who decide. Method: each way to cheat the rule once by hand,
 * then its properties over arbitrary signatures, against the definition written a second time without its search.
 */

const everywhere = [home, elsewhere, assessors];
const decides = aSignature('a');
const confirms = aSignature('b', { role: 'clinical-owner', organisationId: home });
const isComplete = (signatures: Signature[], rule = aRule(), organisations: LegalEntityId[] = everywhere): boolean =>
  complete(rule, signatures, { digest: judged, organisations }) !== undefined;

describe('a decision of several', () => {
  it('is taken by one who decides and another who confirms, handed out in the order of the seats', () => {
    expect(complete(aRule(), [confirms, decides], { digest: judged, organisations: [] })?.signatures).toEqual([
      decides,
      confirms,
    ]);
    expect(isComplete([decides])).toBe(false);
  });

  it('is not taken by one person in two roles, nor by two in one role', () => {
    expect(isComplete([decides, { ...confirms, personId: decides.personId }])).toBe(false);
    const [one, other] = ['c', 'd'].map((name) => aSignature(name, { role: 'safety-officer', organisationId: home }));
    expect(isComplete([one!, other!])).toBe(false);
  });

  it('is not taken under anything else than what is judged', () => {
    expect(isComplete([decides, { ...confirms, digest: 'other' }])).toBe(false);
  });

  it('is not taken by a delegate together with whom they represent, nor by two delegates of one', () => {
    const forA = { id: 'del_1', fromPersonId: decides.personId };
    expect(isComplete([decides, { ...confirms, delegation: forA }])).toBe(false);
    const ofThird = { id: 'del_2', fromPersonId: 'person_z' };
    expect(
      isComplete([
        { ...decides, delegation: ofThird },
        { ...confirms, delegation: ofThird },
      ]),
    ).toBe(false);
    expect(isComplete([{ ...decides, delegation: ofThird }, confirms])).toBe(true);
  });

  it('is taken by hospital people of the hospital it concerns, and strangers block nobody', () => {
    const stranger = { ...confirms, organisationId: elsewhere };
    expect(isComplete([decides, stranger])).toBe(false);
    expect(isComplete([decides, { ...stranger, personId: aSignature('x').personId }, confirms])).toBe(true);
  });

  it('is taken across organisations where a second one could sign, and with the body that must take part', () => {
    const atHome = { ...aSignature('c'), role: 'safety-officer', organisationId: home };
    const rule = aRule({ differentOrganisations: true });
    expect(isComplete([atHome, confirms], rule)).toBe(false);
    expect(isComplete([atHome, confirms], rule, [home])).toBe(true);
    expect(isComplete([atHome, confirms, decides], rule)).toBe(true);
    expect(isComplete([atHome, confirms], aRule({ bodies: [assessors] }))).toBe(false);
    expect(isComplete([decides, confirms], aRule({ bodies: [assessors] }))).toBe(true);
  });
});

const anySignature: fc.Arbitrary<Signature> = fc
  .record({
    person: fc.constantFrom('a', 'b', 'c', 'd'),
    role: fc.constantFrom('assessor', 'safety-officer', 'clinical-owner', 'model-lead'),
    organisationId: fc.constantFrom(...everywhere),
    digest: fc.constantFrom(judged, judged, judged, 'void'),
    from: fc.constantFrom(undefined, undefined, undefined, 'person_a', 'person_e'),
  })
  .map(({ person, from, ...rest }) =>
    aSignature(person, { ...rest, ...(from === undefined ? {} : { delegation: { id: 'del', fromPersonId: from } }) }),
  );

const anyRule: fc.Arbitrary<SigningRule> = fc
  .record({
    differentOrganisations: fc.boolean(),
    bodies: fc.subarray([assessors, home], { maxLength: 1 }),
    home: fc.constantFrom(home, undefined),
  })
  .map(aRule);

const organisations = fc.subarray(everywhere);

/** The definition once more: some two signatures, in some order. */
function isCompleteByHand(rule: SigningRule, given: Signature[], others: LegalEntityId[]): boolean {
  const atHome = (one: Signature) =>
    one.role === 'assessor' || (rule.home !== undefined && one.organisationId === rule.home);
  const wordOf = (one: Signature) => [one.personId, one.delegation?.fromPersonId ?? one.personId] as string[];
  return given.some((a) =>
    given.some((b) => {
      const here = [a.organisationId, b.organisationId];
      return (
        a.digest === judged &&
        b.digest === judged &&
        ['assessor', 'safety-officer'].includes(a.role) &&
        ['clinical-owner', 'safety-officer'].includes(b.role) &&
        a.role !== b.role &&
        atHome(a) &&
        atHome(b) &&
        !wordOf(a).some((one) => wordOf(b).includes(one)) &&
        rule.bodies.every((body) => here.includes(body)) &&
        (!rule.differentOrganisations || here[0] !== here[1] || others.every((one) => one === here[0]))
      );
    }),
  );
}

describe('for any signatures', () => {
  it('the rule is its definition, whatever the order', () => {
    let completeOnes = 0;
    fc.assert(
      fc.property(anyRule, fc.array(anySignature, { maxLength: 8 }), organisations, (rule, given, others) => {
        const expected = isCompleteByHand(rule, given, others);
        if (expected) completeOnes++;
        expect(isComplete(given, rule, others)).toBe(expected);
        expect(isComplete([...given].reverse(), rule, others)).toBe(expected);
      }),
      { numRuns: 2000, seed: 3 },
    );
    expect(completeOnes).toBeGreaterThan(100);
  });

  it('a further one never takes away what is complete', () => {
    fc.assert(
      fc.property(
        anyRule,
        fc.array(anySignature, { maxLength: 5 }),
        anySignature,
        organisations,
        (rule, given, more, others) => {
          if (isComplete(given, rule, others)) expect(isComplete([more, ...given], rule, others)).toBe(true);
        },
      ),
      { numRuns: 1000, seed: 4 },
    );
  });

  it('one person, one role, or void signatures alone never decide', () => {
    const alone = fc.constantFrom<(one: Signature) => Signature>(
      (one) => ({ ...one, personId: aSignature('a').personId }),
      (one) => ({ ...one, role: 'safety-officer' }),
      (one) => ({ ...one, digest: 'void' }),
      (one) => ({ ...one, delegation: { id: 'del', fromPersonId: 'person_z' } }),
    );
    fc.assert(
      fc.property(anyRule, fc.array(anySignature, { maxLength: 6 }), alone, (rule, given, same) => {
        expect(isComplete(given.map(same), rule, [])).toBe(false);
      }),
      { numRuns: 1000, seed: 5 },
    );
  });
});

describe('what is judged', () => {
  it('has one digest whatever the order of its parts, and another when any of them changes', () => {
    const parts = [partOf('act', { type: 'reinstate' }), partOf('evidence', 'n = 400')];
    expect(digestOf([...parts].reverse())).toBe(digestOf(parts));
    expect(digestOf([...parts, partOf('more', null)])).not.toBe(digestOf(parts));
    expect(digestOf([parts[0]!, partOf('evidence', 'n = 401')])).not.toBe(digestOf(parts));
  });
});
