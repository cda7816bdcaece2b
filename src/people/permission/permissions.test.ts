import { describe, expect, it } from 'vitest';
import { type LegalEntityId, Problem } from '#kernel';
import { type Identity, roles, visitor } from '../model.ts';
import { readPolicyFiles } from './policy-files.ts';
import { readPolicies } from './policy-set.ts';
import { permissionsForTests } from './testing.ts';

/*
 * Goal: a permission is total, its default is no, and a no says whom to ask. Method: the shipped policies with a garden
 * beside them; who may do what of the house itself is in table.test.ts.
 */

const actions = ['garden:look', 'garden:enter', 'garden:plant', 'garden:nobody'];
const policies = `
  @id("garden.look-open") @sentence("Everybody may look.")
  permit (principal is Visitor, action == Action::"garden:look", resource) when { context.visitors };
  @id("garden.look") @sentence("Who is known may look and enter.")
  permit (principal is Person, action in [Action::"garden:look", Action::"garden:enter"], resource);
  @id("garden.plant") @sentence("Gardeners plant.")
  permit (principal in Role::"model-lead", action == Action::"garden:plant", resource);
  @id("garden.plant-machines") @sentence("Machines plant.")
  permit (principal is Machine, action == Action::"garden:plant", resource)
  when { principal.scopes.containsAny(context.scopes) };
  @id("garden.shut") @sentence("Nobody does this.")
  forbid (principal, action == Action::"garden:nobody", resource);
`;
const open = permissionsForTests({ visitors: true, actions, policies });
const closed = permissionsForTests({ visitors: false, actions, policies });

const home = 'org_home' as LegalEntityId;
const aPerson = (...held: Identity['roles']): Identity => ({
  ...visitor,
  kind: 'person',
  id: 'person_1',
  organisationId: home,
  roles: held,
});
const aMachine = (...scopes: string[]): Identity => ({
  ...visitor,
  kind: 'machine',
  id: 'token_1',
  organisationId: home,
  scopes,
});

function answer(identity: Identity | undefined, action: string, permissions = open): string {
  try {
    permissions.allow(identity, action);
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
    expect(answer(undefined, 'garden:look', closed)).toBe('not-signed-in');
    expect(answer(visitor, 'garden:look', closed)).toBe('not-signed-in');
    expect(answer(aPerson(), 'garden:look', closed)).toBe('yes');
  });

  it('says to whom to turn', () => {
    expect(() => open.allow(aPerson(), 'garden:plant')).toThrow(/Gardeners plant.*model-lead/);
    expect(open.mayDo(aPerson('model-lead'), 'garden:plant')).toBe(true);
  });

  it('asks for a second factor where the policy does, and only of those whom it permits the act', () => {
    const weak = (role: Identity['roles'][number]): Identity => ({
      ...aPerson(role),
      signedIn: { at: 0 as never, strength: 'single-factor', provider: 'link' },
    });
    expect(answer(weak('assessor'), 'certify:sign')).toBe('step-up-needed');
    expect(open.decide(weak('assessor'), 'certify:sign').needs).toBe('step-up');
    expect(answer(weak('operator'), 'certify:sign')).toBe('not-allowed');
    const strong = {
      ...weak('assessor'),
      signedIn: { ...weak('assessor').signedIn!, strength: 'multi-factor' as const },
    };
    expect(answer(strong, 'certify:sign')).toBe('yes');
  });

  it('knows an action only where some policy permits it to somebody', () => {
    expect(open.actions.has('garden:plant')).toBe(true);
    expect(open.actions.has('garden:nobody')).toBe(false);
    expect([...open.machineActions]).toContain('garden:plant');
    expect([...open.machineActions]).not.toContain('garden:enter');
    expect([...open.machineActions], 'no token of an organisation runs the installation').not.toContain(
      'installation:operate',
    );
  });

  it('lets a job of the installation do its own act, and no other', () => {
    expect(() => open.allowJob('advance-evidence', 'monitor:advance-evidence')).not.toThrow();
    expect(() => open.allowJob('advance-evidence', 'certify:reconsider')).toThrow(/No policy permits the job/);
    expect(() => open.allowJob('unheard-of', 'certify:reconsider')).toThrow(Problem);
  });
});

describe('policies', () => {
  const shipped = readPolicyFiles();
  const reading = (text: string) => () => readPolicies({ ...shipped, files: { ...shipped.files, 'test.cedar': text } });

  it.each([
    ['has no id', '@sentence("s") permit (principal, action, resource);', /@id/],
    ['has no sentence', '@id("garden.x") permit (principal, action, resource);', /@sentence/],
    [
      'has the id of another',
      '@id("certify.sign") @sentence("s") permit (principal, action, resource);',
      /two policies have one id/,
    ],
    ['is no Cedar', 'permit everybody everything;', /test\.cedar/],
    [
      'names an action nobody declared',
      '@id("garden.x") @sentence("s") permit (principal, action == Action::"garden:x", resource);',
      /garden:x/,
    ],
    [
      'speaks of what the schema does not have',
      '@id("garden.x") @sentence("s") permit (principal is Person, action, resource) when { principal.isRich };',
      /isRich/,
    ],
    [
      'names a role that is none',
      '@id("garden.x") @sentence("s") permit (principal in Role::"king", action, resource);',
      /king/,
    ],
  ])('do not come into force where one %s', (_what, text, message) => {
    expect(reading(text)).toThrow(message);
  });

  it('have one digest for one meaning of the files, whatever their order', () => {
    const turned = Object.fromEntries(Object.entries(shipped.files).toReversed());
    expect(readPolicies({ ...shipped, files: turned }).digest).toBe(readPolicies(shipped).digest);
  });
});
