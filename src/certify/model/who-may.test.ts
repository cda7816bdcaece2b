import { describe, expect, it } from 'vitest';
import type { LegalEntityId, PersonId } from '#kernel';
import { signOffRoles } from '#people';
import { aPerson, assessors, day0, hospital, machine } from '../builders.ts';
import type { ImmediateType, RaisingType } from './commands.ts';
import type { Signature } from './events.ts';
import { immediateRules, raisingRules, refusalOfActor, refusalOfSigners, rolesThatSign } from './who-may.ts';

// Goal: the matrix of the specification, every role against every act, and the machine against all of them.
const roles = [
  'clinical-owner',
  'model-lead',
  'regulatory-lead',
  'safety-officer',
  'patient-representative',
  'assessor',
  'deployer-management',
  'operator',
];
const elsewhere = 'org_other_hospital' as LegalEntityId;
const assessed = { route: 'assessor', legalEntityId: hospital } as const;
const inHouse = { route: 'in-house', legalEntityId: hospital } as const;

const rolesThatMay = (type: ImmediateType, certificate: typeof assessed | typeof inHouse): string[] =>
  roles.filter((role) => refusalOfActor({ type, actor: aPerson(role) }, certificate) === undefined);

const aSigner = (role: string, organisationId = hospital, person = role): Signature => ({
  personId: `person_${person}` as PersonId,
  role,
  organisationId,
  signedAt: day0,
  shownDigest: '',
  evidenceSeen: [],
  reason: 'agreed',
});

describe('who may act alone', () => {
  const lowering = [
    'clinical-owner',
    'model-lead',
    'regulatory-lead',
    'safety-officer',
    'assessor',
    'deployer-management',
  ];
  const rows: [ImmediateType, string[], string[]][] = [
    [
      'create',
      ['model-lead', 'regulatory-lead', 'deployer-management'],
      ['model-lead', 'regulatory-lead', 'deployer-management'],
    ],
    ['submit', ['regulatory-lead'], ['regulatory-lead', 'deployer-management']],
    ['refuse', ['assessor'], ['assessor', 'deployer-management']],
    ['imposeCondition', lowering, lowering],
    ['restrict', lowering, lowering],
    ['suspend', lowering, lowering],
    ['withdraw', ['assessor'], ['assessor', 'deployer-management']],
    ['supersede', ['assessor'], ['assessor', 'deployer-management']],
    [
      'siteStop',
      ['clinical-owner', 'safety-officer', 'deployer-management'],
      ['clinical-owner', 'safety-officer', 'deployer-management'],
    ],
    ['requestStop', ['clinical-owner', 'patient-representative'], ['clinical-owner', 'patient-representative']],
    ['answerStopRequest', ['safety-officer'], ['safety-officer']],
    [
      'answerTask',
      ['regulatory-lead', 'safety-officer', 'assessor'],
      ['regulatory-lead', 'safety-officer', 'assessor'],
    ],
    [
      'refuseChange',
      ['model-lead', 'regulatory-lead', 'safety-officer', 'assessor', 'deployer-management'],
      ['model-lead', 'regulatory-lead', 'safety-officer', 'assessor', 'deployer-management'],
    ],
  ];
  it.each(rows)('%s', (type, onAssessorRoute, onInHouseRoute) => {
    expect(rolesThatMay(type, assessed)).toEqual(onAssessorRoute);
    expect(rolesThatMay(type, inHouse)).toEqual(onInHouseRoute);
  });
  it('names every act', () => {
    expect(rows.map(([type]) => type).sort()).toEqual(Object.keys(immediateRules).sort());
  });
  it('keeps a deployer to the certificates of its own legal entity', () => {
    const actor = aPerson('deployer-management', assessors);
    expect(refusalOfActor({ type: 'siteStop', actor }, assessed)?.code).toBe('not-allowed');
  });
  it('lets a machine do nothing but report evidence and time, and a person neither', () => {
    for (const type of [...Object.keys(immediateRules), ...Object.keys(raisingRules)] as ImmediateType[]) {
      expect(refusalOfActor({ type, actor: machine }, assessed)?.code).toBe('not-allowed');
    }
    for (const type of ['claimVerdict', 'tick'] as const) {
      expect(refusalOfActor({ type, actor: machine }, assessed)).toBeUndefined();
      for (const role of roles)
        expect(refusalOfActor({ type, actor: aPerson(role) }, assessed)?.code).toBe('not-allowed');
    }
  });
});

describe('who may raise', () => {
  const pairs = roles.flatMap((a) => roles.map((b) => [a, b] as const));
  const places = [hospital, assessors].flatMap((a) => [hospital, assessors].map((b) => [a, b] as const));
  const pairsThatMay = (type: RaisingType, route: 'assessor' | 'in-house'): string[] =>
    pairs
      .filter(([a, b]) =>
        places.some(([placeOfA, placeOfB]) => {
          const signatures = [aSigner(a, placeOfA), aSigner(b, placeOfB, 'other')];
          const certificate = { route, legalEntityId: hospital };
          return refusalOfSigners(type, certificate, { signatures, anotherOrganisation: true }) === undefined;
        }),
      )
      .map(([a, b]) => [a, b].sort().join(' + '))
      .filter((pair, i, all) => all.indexOf(pair) === i)
      .sort();

  const byAssessor = ['assessor + clinical-owner', 'assessor + deployer-management', 'assessor + safety-officer'];
  const inHouseRaise = [
    ...byAssessor,
    'clinical-owner + deployer-management',
    'deployer-management + safety-officer',
  ].sort();
  const provisional = ['assessor + safety-officer', 'deployer-management + safety-officer'];
  const ownStop = [
    'assessor + clinical-owner',
    'assessor + deployer-management',
    'clinical-owner + safety-officer',
    'deployer-management + safety-officer',
  ];
  const released = (deciders: string[]): string[] => {
    const confirmers = ['regulatory-lead', 'safety-officer', 'clinical-owner', 'deployer-management'];
    const all = deciders.flatMap((a) => confirmers.filter((b) => b !== a).map((b) => [a, b].sort().join(' + ')));
    return [...new Set(all)].sort();
  };
  const rows: [RaisingType, string[], string[]][] = [
    ['issueProvisional', byAssessor, provisional],
    ['renewProvisional', byAssessor, provisional],
    ['issue', byAssessor, inHouseRaise],
    ['reinstate', byAssessor, inHouseRaise],
    ['liftCondition', byAssessor, inHouseRaise],
    ['liftRestriction', byAssessor, inHouseRaise],
    ['liftSiteStop', ownStop, ownStop],
    [
      'release',
      released(['regulatory-lead', 'model-lead']),
      released(['regulatory-lead', 'model-lead', 'deployer-management']),
    ],
  ];
  it.each(rows)('%s', (type, onAssessorRoute, onInHouseRoute) => {
    expect(pairsThatMay(type, 'assessor')).toEqual(onAssessorRoute);
    expect(pairsThatMay(type, 'in-house')).toEqual(onInHouseRoute);
  });
  it('names every raise, and never patients, operators or the evidence producer among those who raise a status', () => {
    expect(rows.map(([type]) => type).sort()).toEqual(Object.keys(raisingRules).sort());
    for (const [type] of rows) {
      const signing = [...rolesThatSign(type, 'assessor'), ...rolesThatSign(type, 'in-house')];
      expect(signing).not.toContain('patient-representative');
      expect(signing).not.toContain('operator');
      if (type !== 'release') expect(signing).not.toContain('model-lead');
    }
  });
  it('is signed in no role that one person alone could hand out', () => {
    const signing = rows.flatMap(([type]) => [...rolesThatSign(type, 'assessor'), ...rolesThatSign(type, 'in-house')]);
    expect(signOffRoles).toEqual(expect.arrayContaining(signing));
  });
  it('refuses one person twice, one role twice, one organisation twice where there is another, and more than two', () => {
    const assessor = aSigner('assessor', assessors);
    const officer = aSigner('safety-officer', hospital, 'b');
    const colleague = aSigner('assessor', hospital);
    const refusal = (signatures: Signature[], anotherOrganisation = true) =>
      refusalOfSigners('reinstate', assessed, { signatures, anotherOrganisation })?.code;
    expect(refusal([assessor])).toBe('four-eyes');
    expect(refusal([assessor, { ...officer, personId: assessor.personId }])).toBe('four-eyes');
    expect(refusal([assessor, { ...officer, role: 'assessor' }])).toBe('four-eyes');
    expect(refusal([colleague, officer])).toBe('four-eyes');
    expect(refusal([colleague, officer], false)).toBeUndefined();
    expect(refusal([assessor, officer])).toBeUndefined();
    expect(refusal([assessor, { ...officer, organisationId: elsewhere }])).toBe('not-allowed');
    expect(refusal([assessor, officer, aSigner('clinical-owner')])).toBe('four-eyes');
    expect(refusal([officer, aSigner('clinical-owner')])).toBe('not-allowed');
  });
});
