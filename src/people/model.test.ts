import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Instant, LegalEntityId } from '#kernel';
import { bothEyes, type FourEyesRule, fitsOrganisation, roles, type Signature } from './model.ts';

/** Goal: nobody alone. Method: each way to cheat the rule once, then its properties over arbitrary signatures. */

const digest = 'a'.repeat(64);
const rule: FourEyesRule = { digest, differentRoles: true };

function aSignature(
  given: Partial<Omit<Signature, 'signer'>> & { by?: string; kind?: Signature['signer']['kind'] } = {},
) {
  const { by = 'person_1', kind = 'person', ...rest } = given;
  return {
    signer: { id: by, kind },
    role: 'clinical-owner',
    organisationId: 'org_1' as LegalEntityId,
    digestSeen: digest,
    signedAt: 0 as Instant,
    ...rest,
  } satisfies Signature;
}

const second = aSignature({ by: 'person_2', role: 'safety-officer' });

function codeOf(signatures: Signature[], asked: FourEyesRule = rule): string {
  const result = bothEyes(signatures, asked);
  return result.ok ? 'ok' : result.error.code;
}

describe('four eyes', () => {
  it('are two persons in two roles who signed what is judged', () => {
    const first = aSignature();
    expect(bothEyes([first, second], rule)).toEqual({ ok: true, value: [first, second] });
  });

  it('are not one person, in whatever roles', () => {
    expect(codeOf([aSignature()])).toBe('four-eyes');
    expect(codeOf([aSignature(), aSignature({ role: 'safety-officer' })])).toBe('four-eyes');
  });

  it('are not two persons in one role', () => {
    expect(codeOf([aSignature(), aSignature({ by: 'person_2' })])).toBe('four-eyes');
  });

  it('are never those of a machine or a visitor', () => {
    expect(codeOf([aSignature(), { ...second, signer: { id: 'token_1', kind: 'machine' } }])).toBe('four-eyes');
    expect(codeOf([aSignature(), { ...second, signer: { id: 'visitor', kind: 'visitor' } }])).toBe('four-eyes');
  });

  it('do not count for anything else than what they saw', () => {
    expect(codeOf([aSignature(), { ...second, digestSeen: 'b'.repeat(64) }])).toBe('evidence-not-seen');
    const both = [aSignature(), second].map((signature) => ({ ...signature, digestSeen: 'b'.repeat(64) }));
    expect(codeOf(both)).toBe('evidence-not-seen');
  });

  it('come from two organisations where the rule says so', () => {
    const asked: FourEyesRule = { ...rule, differentOrganisations: true };
    expect(codeOf([aSignature(), second], asked)).toBe('four-eyes');
    expect(codeOf([aSignature(), { ...second, organisationId: 'org_2' as LegalEntityId }], asked)).toBe('ok');
  });

  it('include a role where the rule names some', () => {
    expect(codeOf([aSignature(), second], { ...rule, oneInRole: ['assessor'] })).toBe('four-eyes');
    expect(codeOf([aSignature(), second], { ...rule, oneInRole: ['assessor', 'safety-officer'] })).toBe('ok');
  });

  const signatures = fc.array(
    fc.record({
      signer: fc.record({
        id: fc.constantFrom('p1', 'p2', 'p3'),
        kind: fc.constantFrom('person', 'machine', 'visitor'),
      }),
      role: fc.constantFrom(...roles.slice(0, 3)),
      organisationId: fc.constantFrom('org_1', 'org_2') as fc.Arbitrary<LegalEntityId>,
      digestSeen: fc.constantFrom(digest, 'b'.repeat(64)),
      signedAt: fc.constant(0 as Instant),
    }) as fc.Arbitrary<Signature>,
    { maxLength: 6 },
  );

  it('agree with the plain definition for any signatures, in any order', () => {
    fc.assert(
      fc.property(signatures, fc.boolean(), (given, differentOrganisations) => {
        const asked: FourEyesRule = { ...rule, differentOrganisations };
        const valid = given.filter(({ signer, digestSeen }) => signer.kind === 'person' && digestSeen === digest);
        const expected = valid.some((a) =>
          valid.some(
            (b) =>
              a.signer.id !== b.signer.id &&
              a.role !== b.role &&
              (!differentOrganisations || a.organisationId !== b.organisationId),
          ),
        );
        expect(bothEyes(given, asked).ok).toBe(expected);
        expect(bothEyes([...given].reverse(), asked).ok).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a role', () => {
  it('of an assessor is held outside hospitals only, and every organisation can hold some role', () => {
    expect(fitsOrganisation('assessor', 'legal-entity')).toBe(false);
    expect(fitsOrganisation('assessor', 'assessor')).toBe(true);
    expect(fitsOrganisation('safety-officer', 'assessor')).toBe(false);
    expect(fitsOrganisation('patient-representative', 'patients')).toBe(true);
  });
});
