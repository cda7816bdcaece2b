import {
  addDays,
  type Instant,
  instant,
  type Json,
  type LegalEntityId,
  type PersonId,
  Problem,
  sha256Hex,
} from '#kernel';
import { type Identity, noRelations, type Role } from '../model.ts';
import { justNow } from '../permission/testing.ts';
import type { ProposalKind } from './kinds.ts';
import { type Part, partOf, type Seat, type Signature, type SigningRule } from './model/rule.ts';

/** Builders for what several persons decide. */

export const home = 'org_home' as LegalEntityId;
export const elsewhere = 'org_elsewhere' as LegalEntityId;
export const assessors = 'org_assessors' as LegalEntityId;
export const start: Instant = instant('2021-01-01T00:00:00Z');
export const validUntil = addDays(start, 14);

const hospitalRoles = ['safety-officer', 'clinical-owner'];
const seat = (name: string, roles: string[]): Seat => ({ name, roles, rolesAtHome: hospitalRoles });

/** An assessor decides, the hospital confirms. */
export const aRule = (over: Partial<SigningRule> = {}): SigningRule => ({
  seats: [seat('decides', ['assessor', 'safety-officer']), seat('confirms', ['clinical-owner', 'safety-officer'])],
  home,
  differentOrganisations: false,
  bodies: [],
  openingRequired: false,
  stepUp: false,
  ...over,
});

export const judged = sha256Hex('what is judged');

export const aSignature = (person: string, over: Partial<Omit<Signature, 'personId'>> = {}): Signature => ({
  personId: `person_${person}` as PersonId,
  role: 'assessor',
  organisationId: assessors,
  signedAt: start,
  digest: judged,
  seen: [],
  reason: 'seen and agreed',
  withoutOpening: false,
  ...over,
});

export const aPerson = (name: string, roles: Role[], over: Partial<Identity> = {}): Identity => ({
  kind: 'person',
  id: `person_${name}`,
  name,
  organisationId: roles.includes('assessor') ? assessors : home,
  roles,
  scopes: [],
  relations: noRelations,
  signedIn: justNow,
  ...over,
});

/** A room that counts: what it judges can be changed by a test, and each act is a row nobody else writes. */
export class ARoom {
  evidence = 'the first evidence';
  rule = aRule();
  applied: string[] = [];
  refuses: Error | undefined;

  kind(name: string): ProposalKind {
    return {
      kind: name,
      isForAnyone: false,
      signs: { decides: 'people:sign-proposal', confirms: 'people:sign-proposal' },
      present: async (_, { payload }) => ({ payload, parts: this.parts(payload), rule: this.rule }),
      apply: async (_, { subject, signatures }) => {
        if (this.refuses !== undefined) throw this.refuses;
        this.applied.push(`${subject} by ${signatures.map((one) => one.role).join(' and ')}`);
        return [];
      },
    };
  }

  private parts(payload: Json): Part[] {
    return [partOf('The act', payload), partOf('Evidence', this.evidence)];
  }
}

/** How an attempt ended: `done`, or the code of the problem. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}
