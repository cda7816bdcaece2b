import { describe, expect, it } from 'vitest';
import { Problem } from '#kernel';
import { type Identity, roles, visitor } from './model.ts';
import { joinPolicies } from './permissions.ts';
import { peoplePolicy } from './policy.ts';

/** Goal: the permission table is total and its default is no. */

const gardenPolicy = {
  'garden:look': { roles: ['anyone'], sentence: 'Everybody may look.' },
  'garden:enter': { roles: ['signed-in'], sentence: 'Who is known may enter.' },
  'garden:plant': { roles: ['model-lead'], machines: true, sentence: 'Gardeners plant.' },
} as const;

const aPerson = (...held: Identity['roles']): Identity => ({ ...visitor, kind: 'person', id: 'person_1', roles: held });
const aMachine = (...scopes: string[]): Identity => ({ ...visitor, kind: 'machine', id: 'token_1', scopes });

function answer(identity: Identity | undefined, action: string, visitors = true): string {
  try {
    joinPolicies([gardenPolicy, peoplePolicy], { visitors }).allow(identity, action);
    return 'yes';
  } catch (error) {
    return error instanceof Problem ? error.code : 'crash';
  }
}

describe('a permission', () => {
  const table: [string, Identity | undefined, string, string][] = [
    ['nobody may look at a demonstration', undefined, 'garden:look', 'yes'],
    ['a visitor may look', visitor, 'garden:look', 'yes'],
    ['a visitor may not enter', visitor, 'garden:enter', 'not-signed-in'],
    ['a visitor may not plant', visitor, 'garden:plant', 'not-signed-in'],
    ['a person without roles may enter', aPerson(), 'garden:enter', 'yes'],
    ['a person without the role may not plant', aPerson('operator'), 'garden:plant', 'not-allowed'],
    ['a person with the role among others may plant', aPerson('operator', 'model-lead'), 'garden:plant', 'yes'],
    ['a machine with the action in its scopes may plant', aMachine('garden:plant'), 'garden:plant', 'yes'],
    ['a machine with the room in its scopes may plant', aMachine('garden:*'), 'garden:plant', 'yes'],
    ['a machine of another room may not', aMachine('gardens:*', 'gar:*', '*'), 'garden:plant', 'not-allowed'],
    ['a machine may not what is not for machines', aMachine('garden:*'), 'garden:enter', 'not-allowed'],
    [
      'a machine has no roles, whatever it says',
      { ...aMachine(), roles: ['model-lead'] },
      'garden:plant',
      'not-allowed',
    ],
    ['nobody may what no policy names', aPerson(...roles), 'garden:burn', 'not-allowed'],
    ['a name of the language is no action', aPerson(...roles), 'constructor', 'not-allowed'],
  ];
  for (const [sentence, identity, action, expected] of table) {
    it(`says: ${sentence}`, () => expect(answer(identity, action)).toBe(expected));
  }

  it('lets nobody look where visitors are not let in', () => {
    expect(answer(undefined, 'garden:look', false)).toBe('not-signed-in');
    expect(answer(visitor, 'garden:look', false)).toBe('not-signed-in');
    expect(answer(aPerson(), 'garden:look', false)).toBe('yes');
  });

  it('says to whom to turn', () => {
    const permissions = joinPolicies([gardenPolicy], { visitors: true });
    expect(() => permissions.allow(aPerson(), 'garden:plant')).toThrow(/Gardeners plant.*model-lead/);
    expect(permissions.mayDo(aPerson('model-lead'), 'garden:plant')).toBe(true);
  });

  it('is named by one policy only, and well', () => {
    expect(() => joinPolicies([gardenPolicy, gardenPolicy], { visitors: true })).toThrow(/two policies/);
    const unwell = { 'Garden plant': { roles: [], sentence: '' } };
    expect(() => joinPolicies([unwell], { visitors: true })).toThrow(/room:verb-thing/);
  });
});
