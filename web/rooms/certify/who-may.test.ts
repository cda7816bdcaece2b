/*
 * Goal: the pages offer an act to exactly the roles that the server lets do it. Method: both tables side by side, every
 * role, both routes.
 */
import { describe, expect, it } from 'vitest';
import { immediateRules, raisingRules, rolesThatSign } from '../../../src/certify/model/who-may.ts';
import { type ImmediateAct, immediateActs, roleForAct, roleForSigning, type SignedAct, signedActs } from './who-may.ts';

const routes = ['assessor', 'in-house'] as const;

describe('acts at once', () => {
  it.each(Object.keys(immediateActs) as ImmediateAct[])('are offered as the server allows them: %s', (act) => {
    for (const route of routes) {
      expect([...immediateActs[act].roles[route]].sort()).toEqual([...immediateRules[act].roles[route]].sort());
    }
    expect([...immediateActs[act].atHome].sort()).toEqual([...immediateRules[act].ownEntityOnly].sort());
  });

  it('are not offered abroad to those who act at home only', () => {
    const place = { route: 'assessor', legalEntityId: 'home' } as const;
    const officer = { roles: ['safety-officer' as const], isOfHospital: true };
    expect(roleForAct('siteStop', { ...officer, organisationId: 'home' }, place)).toBe('safety-officer');
    expect(roleForAct('siteStop', { ...officer, organisationId: 'elsewhere' }, place)).toBeUndefined();
  });
});

describe('acts that two sign', () => {
  it.each(Object.keys(signedActs) as SignedAct[])('are offered as the server allows them: %s', (act) => {
    expect(raisingRules[act]).toBeDefined();
    for (const route of routes) expect([...signedActs[act][route]].sort()).toEqual(rolesThatSign(act, route).sort());
  });

  it('are not offered to the people of another hospital', () => {
    const officer = { roles: ['safety-officer' as const], isOfHospital: true, organisationId: 'elsewhere' };
    const place = { route: 'assessor', legalEntityId: 'home' } as const;
    expect(roleForSigning(['safety-officer'], officer, place)).toBeUndefined();
    expect(roleForSigning(['safety-officer'], { ...officer, organisationId: 'home' }, place)).toBe('safety-officer');
  });
});
