// Goal: nobody alone gives a role, a role is handed over within bounds, and a delegate never makes a second pair of eyes.
// Method: tables of cases written from the rules, without a database.
import { describe, expect, it } from 'vitest';
import { addDays, type Instant, type LegalEntityId, type PersonId } from '#kernel';
import type { Role } from '../model.ts';
import { type AwaitingRole, areDifferentEyes, decidesRole, delegationDaysMax, eyesOf, mayDelegate } from './model.ts';

const hospital = 'org_hospital' as LegalEntityId;
const other = 'org_other' as LegalEntityId;
const now = Date.UTC(2026, 0, 1) as Instant;
const person = (id: string, roles: Role[], organisationId = hospital) => ({
  id: id as PersonId,
  organisationId,
  roles,
});

describe('a role that waits for a second person', () => {
  const awaiting = (grantedBy: string, grantedAs: string | undefined): AwaitingRole => ({
    holdingId: '1',
    person: { id: 'person_new' as PersonId, name: 'New', organisationId: hospital },
    role: 'safety-officer',
    since: now,
    grantedBy,
    grantedAs,
  });
  const byOperator = awaiting('person_giver', 'operator');
  const byManagement = awaiting('person_giver', 'deployer-management');
  const table: [string, ReturnType<typeof person>, AwaitingRole, string][] = [
    [
      'management confirms what an operator gave',
      person('p', ['deployer-management']),
      byOperator,
      'deployer-management',
    ],
    [
      'management of a command’s gift',
      person('p', ['deployer-management']),
      awaiting('local-operator', undefined),
      'deployer-management',
    ],
    [
      'the regulatory lead confirms what management gave',
      person('p', ['regulatory-lead']),
      byManagement,
      'regulatory-lead',
    ],
    ['management twice is one role', person('p', ['deployer-management']), byManagement, 'four-eyes'],
    [
      'but in another role one may',
      person('p', ['deployer-management', 'safety-officer']),
      byManagement,
      'safety-officer',
    ],
    ['not the giver', person('person_giver', ['safety-officer']), byOperator, 'four-eyes'],
    ['not the one who was given it', person('person_new', ['regulatory-lead']), byOperator, 'four-eyes'],
    [
      'not a role without that power',
      person('p', ['operator', 'model-lead', 'clinical-owner']),
      byOperator,
      'not-allowed',
    ],
    ['not of another organisation', person('p', ['deployer-management'], other), byOperator, 'not-found'],
  ];
  for (const [sentence, by, given, expected] of table) {
    it(`says: ${sentence}`, () => {
      const judged = decidesRole(by, given);
      expect(judged.ok ? judged.value : judged.error.code).toBe(expected);
    });
  }
});

describe('a delegation', () => {
  const wish = {
    from: person('a', ['safety-officer']),
    to: person('b', ['clinical-owner']),
    organisation: { kind: 'legal-entity' as const },
    role: 'safety-officer' as Role,
    now,
    until: addDays(now, 30),
  };
  const asOperator = (roles: Role[]) => ({
    role: 'operator' as Role,
    from: person('a', ['operator']),
    to: person('b', roles),
  });
  const table: [string, Partial<Parameters<typeof mayDelegate>[0]>, string][] = [
    ['of a role one holds, to a colleague, for a month', {}, 'yes'],
    ['for ninety days to the millisecond', { until: addDays(now, delegationDaysMax) }, 'yes'],
    ['for longer', { until: (addDays(now, delegationDaysMax) + 1) as Instant }, '/until'],
    ['until now', { until: now }, '/until'],
    ['of a role one does not hold, as one that was delegated', { role: 'regulatory-lead' }, 'not-allowed'],
    ['to somebody elsewhere', { to: person('b', [], other) }, '/toPersonId'],
    ['to nobody', { to: undefined }, '/toPersonId'],
    ['to oneself', { to: person('a', []) }, '/toPersonId'],
    ['to one who holds it', { to: person('b', ['safety-officer']) }, '/toPersonId'],
    ['of an operator to one whose signature it would void', asOperator(['clinical-owner']), '/toPersonId'],
    ['of an operator to one who releases', asOperator(['model-lead']), '/toPersonId'],
    ['of an operator to one who signs nothing', asOperator(['patient-representative']), 'yes'],
  ];
  for (const [sentence, change, expected] of table) {
    it(`${expected === 'yes' ? 'is possible' : 'is refused'} ${sentence}`, () => {
      const judged = mayDelegate({ ...wish, ...change });
      const said = judged.ok ? 'yes' : (judged.error.errors[0]?.pointer ?? judged.error.code);
      expect(said).toBe(expected);
    });
  }
});

describe('eyes', () => {
  const delegated = (from: string) => ({
    delegations: [{ id: 'd', fromPersonId: from, role: 'safety-officer' as Role, organisationId: hospital }],
  });
  const holder = eyesOf({ id: 'a', roles: ['safety-officer'], relations: { delegations: [] } }, 'safety-officer');
  const delegate = eyesOf({ id: 'b', roles: ['model-lead'], relations: delegated('a') }, 'safety-officer');
  const second = eyesOf({ id: 'c', roles: [], relations: delegated('a') }, 'safety-officer');

  it('of a delegate are those of the delegator too, and two delegates of one person see with the same', () => {
    expect(delegate).toEqual(['b', 'a']);
    expect(areDifferentEyes(holder, delegate)).toBe(false);
    expect(areDifferentEyes(delegate, second)).toBe(false);
  });

  it('in a role of one’s own are one’s own', () => {
    const own = eyesOf({ id: 'b', roles: ['model-lead'], relations: delegated('a') }, 'model-lead');
    expect(own).toEqual(['b']);
    expect(areDifferentEyes(own, holder)).toBe(true);
  });
});
