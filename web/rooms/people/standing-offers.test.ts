import { describe, expect, it } from 'vitest';
import { standingOffers } from './standing-offers.ts';

/** Goal: a page offers nothing about a colleague that the server would refuse. Method: the table of who and about whom. */

type Person = Parameters<typeof standingOffers>[0];
const aColleague = (over: Partial<Person> = {}): Person => ({
  id: 'person_2',
  name: 'Noor',
  organisationId: 'org_1',
  organisationName: 'Hof',
  roles: ['model-lead'],
  rolesAwaiting: [],
  isDemo: false,
  isDisabled: false,
  ...over,
});
const as = (...roles: Person['roles']): Parameters<typeof standingOffers>[1] => ({
  person: { id: 'person_1', name: 'Mia', role: 'somebody' },
  organisationId: 'org_1',
  isOfHospital: true,
  roles,
  mayDo: () => true,
});
const nothing = { give: [], end: [], mayDisable: false, mayEnable: false, mayEndSessions: false };

describe('what is offered about a colleague', () => {
  it('is everything but what is held to management, and nothing about oneself or another house', () => {
    const offers = standingOffers(aColleague(), as('deployer-management'));
    expect(offers).toMatchObject({ end: ['model-lead'], mayDisable: true, mayEnable: false, mayEndSessions: true });
    expect(offers.give).toHaveLength(6);
    expect(offers.give).not.toContain('assessor');
    expect(standingOffers(aColleague({ id: 'person_1' }), as('deployer-management'))).toEqual(nothing);
    expect(standingOffers(aColleague({ organisationId: 'org_2' }), as('deployer-management'))).toEqual(nothing);
    expect(standingOffers(aColleague(), { ...as('deployer-management'), mayDo: () => false })).toEqual(nothing);
  });

  it('is for operators only where nobody signs off', () => {
    const { give, mayDisable } = standingOffers(aColleague({ roles: ['patient-representative'] }), as('operator'));
    expect([give, mayDisable]).toEqual([['operator'], true]);
    const officer = aColleague({ roles: ['operator'], rolesAwaiting: ['safety-officer'] });
    expect(standingOffers(officer, as('operator'))).toMatchObject({ give: [], end: ['operator'], mayDisable: false });
  });

  it('is, of somebody who is disabled, for management to enable', () => {
    const gone = aColleague({ roles: [], isDisabled: true });
    expect(standingOffers(gone, as('deployer-management'))).toEqual({ ...nothing, mayEnable: true });
    expect(standingOffers(gone, as('operator'))).toEqual(nothing);
  });
});
