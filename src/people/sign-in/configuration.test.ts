// Goal: a configuration says everything that is wrong with it at once, and claims place people by whole values only.
// Method: values in, faults or placements out.
import { describe, expect, it } from 'vitest';
import { readSignInConfiguration } from './configuration.ts';
import { isMultiFactor, localPath, nameOf, placementOf } from './placement.ts';

const provider = {
  id: 'surf',
  label: 'SURFconext',
  issuer: 'https://connect.surfconext.nl',
  clientId: 'hortus',
  clientSecretFile: 'surf.secret',
  assignRoles: 'claims',
  rules: [{ claim: 'eduperson_entitlement', has: 'urn:x:lead', organisation: 'NOORDERZORG', roles: ['model-lead'] }],
};

const read = (configuration: unknown, files: Record<string, string> = { '/etc/hortus/surf.secret': 'planted\n' }) =>
  readSignInConfiguration('/etc/hortus/sign-in.json', (path) => {
    if (path === '/etc/hortus/sign-in.json') return JSON.stringify(configuration);
    const text = files[path];
    if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return text;
  });

describe('a configuration of sign-in', () => {
  it('is read with its secrets from files beside it, and sensible times', () => {
    expect(read({ providers: [provider] })).toMatchObject({
      configuration: {
        providers: [{ id: 'surf', client: { secret: 'planted' }, scopes: ['openid', 'profile'] }],
        session: { idleMinutes: 30, absoluteHours: 12, stepUpMinutes: 15 },
      },
    });
  });

  it('names each fault by its place and repeats no value', () => {
    const wrong = [
      { ...provider, issuer: 'http://idp.hospital.example' },
      { ...provider, id: 'link' },
      { ...provider, clientSecretFile: undefined },
      { ...provider, id: 'x-y', clientSecret: 'written-here' },
      { ...provider, id: 'none', rules: [] },
    ];
    const answer = read({ providers: wrong });
    const text = JSON.stringify(answer);
    for (const pointer of ['/providers/0/issuer', '/providers/1/id', '/providers/2/clientSecretFile']) {
      expect(text).toContain(pointer);
    }
    expect(text).toContain('/providers/4/rules');
    expect(text).not.toContain('written-here');
    expect(read({ providers: [provider] }, {})).toEqual({
      faults: [{ pointer: '/providers/0/clientSecretFile', detail: 'the file cannot be read (ENOENT)' }],
    });
  });
});

describe('claims', () => {
  const rules = [
    { claim: 'groups', has: 'leads', organisation: 'A', roles: ['model-lead' as const] },
    { claim: 'groups', has: 'staff', organisation: 'A', roles: [] },
    { claim: 'groups', has: 'board', organisation: 'B', roles: ['deployer-management' as const] },
  ];
  it('place somebody at the organisation of the first rule that holds, with its roles', () => {
    expect(placementOf(rules, { groups: ['staff', 'leads', 'board'] })).toEqual({
      organisation: 'A',
      roles: ['model-lead'],
    });
    expect(placementOf(rules, { groups: 'board' })).toEqual({ organisation: 'B', roles: ['deployer-management'] });
  });
  it('are compared by whole values, and only own ones', () => {
    for (const groups of ['leads-not', ['not leads'], { leads: true }, 'staff leads', undefined, [['leads']]]) {
      expect(placementOf(rules, { groups })).toBeUndefined();
    }
    expect(placementOf([{ claim: 'constructor', has: 'x', organisation: 'A', roles: [] }], {})).toBeUndefined();
  });
  it('show a name without what could disguise it', () => {
    expect(nameOf({ name: 'No\u202eor\n Nieuw ' })).toBe('Noor Nieuw');
    expect(nameOf({ given_name: 'Noor', family_name: 'Nieuw' })).toBe('Noor Nieuw');
    expect(nameOf({ sub: '12345', name: '\ud800' })).toBe('Colleague without a name');
  });
  it('say that a second factor was used in the words of the configuration only', () => {
    const stepUp = { acrValues: ['mfa'], amr: ['otp'] };
    expect([{ acr: 'mfa' }, { amr: ['pwd', 'otp'] }].map((said) => isMultiFactor(stepUp, said))).toEqual([true, true]);
    const others = [{ acr: 'MFA' }, { amr: 'otp' }, { acr: ['mfa'] }, {}];
    expect(others.map((said) => isMultiFactor(stepUp, said))).toEqual([false, false, false, false]);
  });
});

describe('a place to go back to', () => {
  it('is a page of ours', () => {
    expect(localPath('/monitor/claims?site=A#top')).toBe('/monitor/claims?site=A#top');
    expect(localPath('/a/../b')).toBe('/b');
    for (const text of [
      '//x',
      '/\\x',
      'x',
      '',
      '/./\\x',
      '/a/..//x.example',
      '/api/v1/x',
      '/oidc',
      '/\tx',
      'https://x',
    ]) {
      expect([text, localPath(text)]).toEqual([text, undefined]);
    }
  });
});
