import { describe, expect, it } from 'vitest';
import { type Instant, instant, type ModelVersionId, type SiteId } from '#kernel';
import { type ClaimRequest, claimRequest } from '../contract.ts';
import type { AuditSeed, MonitoringPlan } from './audit.ts';
import { aClaimBody } from './builders.ts';
import { claimDigest, cohortRuleDigest, cohortRulesOf, deficiencyCodeOf, detectorThresholds } from './claim.ts';
import { claimBodyOf } from './claim-request.ts';

/** Goal: every default is written out, and what cannot be judged honestly is refused with a pointer. */

const now = instant('2020-06-01T00:00:00Z');
const plan: MonitoringPlan = {
  id: 'audit_1',
  modelVersionId: 'modelVersion_1' as ModelVersionId,
  decisionThreshold: 0.2,
  auditRate: 0.1,
  auditSeed: 's' as AuditSeed,
  shadows: [],
  registeredAt: 0 as Instant,
};
const context = {
  now,
  siteIds: new Map([
    ['NORTH', 'site_n' as SiteId],
    ['SOUTH', 'site_s' as SiteId],
  ]),
  plan,
  owner: 'person_1',
};
const older = { ageBand: { from: 70, to: 120 } };
const request = (over: object = {}): ClaimRequest =>
  claimRequest.parse({
    key: 'sensitivity',
    statement: 'Finds at least 90 of 100 cancers.',
    modelVersionId: 'modelVersion_1',
    metric: 'sensitivity',
    bound: 0.9,
    decisionThreshold: 0.2,
    sites: ['NORTH'],
    alpha: 0.01,
    outcome: 'csPCa',
    horizonDays: 90,
    verification: { model: 'reference-standard' },
    relevantPerYear: 364,
    consequenceOnFail: { status: 'suspended' },
    consequenceOnEscalation: { status: 'watch' },
    ...over,
  });
const pointers = (over: object): (string | undefined)[] => {
  const body = claimBodyOf(request(over), context);
  return body.ok ? ['accepted'] : body.error.errors.map((one) => one.pointer);
};
const bodyOf = (over: object = {}) => {
  const body = claimBodyOf(request(over), context);
  if (!body.ok) throw body.error;
  return body.value;
};

describe('a claim that is asked for', () => {
  it('has every default of the method in its record', () => {
    expect(bodyOf()).toMatchObject({
      minN: 30,
      minEvents: 0,
      tOpt: 350,
      countsFrom: '2020-06-01T00:00:00.000Z',
      patientRule: 'index-exam',
      owner: 'person_1',
      sites: ['site_n'],
    });
    expect(bodyOf().alternatives?.break).toHaveLength(12);
    expect(bodyOf({ metric: 'auroc', bound: 0.8 })).toMatchObject({ minN: 150, minEvents: 40, alternatives: null });
  });

  it.each<[object, string[]]>([
    [{ metric: 'sensitivity', bound: 1.2 }, ['/bound']],
    [{ metric: 'observed-expected', bound: 0.8 }, ['/bound']],
    [{ metric: 'observed-expected', bound: 1.25, boundUpper: 0.8 }, ['/bound']],
    [{ metric: 'calibration' }, ['/tolerance']],
    [{ metric: 'brier', bound: 1.2 }, ['/bound']],
    [{ metric: 'calibration-slope', bound: 0.8 }, ['/bound']],
    [{ metric: 'sensitivity-gap', tolerance: 0.05 }, ['/group']],
    [{ metric: 'sensitivity-gap', tolerance: 0.05, group: older, among: 'flagged' }, ['/among']],
    [{ metric: 'sensitivity-gap', tolerance: 0.05, group: older }, ['accepted']],
    [{ group: older }, ['/group']],
    [{ candidatesMax: 4 }, ['/candidatesMax']],
    [{ metric: 'false-positives-per-exam', bound: 0.5 }, ['/candidatesMax']],
    [{ metric: 'false-positives-per-exam', bound: 2, candidatesMax: 2 }, ['/candidatesMax']],
    [{ metric: 'false-positives-per-exam', bound: 1.5, candidatesMax: 6 }, ['accepted']],
    [{ verification: { model: 'audit', rate: 0.1 }, metric: 'coverage' }, ['/among']],
    [{ verification: { model: 'audit', rate: 0.1 }, metric: 'failure-rate', bound: 0.02 }, ['accepted']],
    [
      { verification: { model: 'audit', rate: 0.1 }, metric: 'sensitivity-gap', tolerance: 0.05, group: older },
      ['/verification'],
    ],
    [{ sites: ['NORTH', 'EAST'] }, ['/sites/1']],
    [{ countsFrom: 'tomorrow' }, ['/countsFrom']],
    [{ countsUntil: 'never' }, ['/countsUntil']],
    [{ countsUntil: '2001-01-01' }, ['/countsUntil']],
    [{ countsFrom: '2020-07-01', countsUntil: '2020-07-01' }, ['/countsUntil']],
    [{ evaluableBy: '2020-02-30' }, ['/evaluableBy']],
    [{ verification: { model: 'audit', rate: 0.2 } }, ['/verification/rate']],
    [{ verification: { model: 'audit', rate: 0.1 }, decisionThreshold: 0.3 }, ['/decisionThreshold']],
    [{ verification: { model: 'audit', rate: 0.1 }, metric: 'auroc', bound: 0.8 }, ['/among']],
    [{ verification: { model: 'audit', rate: 0.1 }, metric: 'auroc', bound: 0.8, among: 'flagged' }, ['accepted']],
  ])('given %o is answered with %o', (over, expected) => {
    expect(pointers(over)).toEqual(expected);
  });

  it('is refused an audit where no plan draws it', () => {
    const body = claimBodyOf(request({ verification: { model: 'audit', rate: 0.1 } }), { ...context, plan: undefined });
    expect(body.ok).toBe(false);
  });

  it('is refused the past unless it says that it is retrospective', () => {
    const past = { countsFrom: '2019-01-01' };
    const refused = claimBodyOf(request(past), context);
    expect(refused.ok ? '' : refused.error.code).toBe('claim-after-data');
    expect(bodyOf({ ...past, retrospective: true }).countsFrom).toBe('2019-01-01T00:00:00.000Z');
  });

  it('has one digest for one meaning, whatever the order of its sites or the spelling of its times', () => {
    const [a, b] = [
      bodyOf({ sites: ['SOUTH', 'NORTH'], countsFrom: '2020-07-01' }),
      bodyOf({ sites: ['NORTH', 'SOUTH', 'NORTH'], countsFrom: '2020-07-01T02:00:00+02:00' }),
    ];
    expect(claimDigest(a)).toBe(claimDigest(b));
    expect(claimDigest({ ...a, bound: 0.91 })).not.toBe(claimDigest(a));
  });

  it('keeps the digests that claims and cohorts had before there were further kinds', () => {
    const body = aClaimBody();
    expect(claimDigest(body)).toBe('2a15c6aaec65ec38dfcf1ed684cd113c9ab262f7b8ea420e9efa074744348c09');
    const [cohort] = cohortRulesOf(body);
    expect(cohortRuleDigest(cohort!.rule)).toBe('082596ac02724fad5014f572a8c0bc78a5fbe243b9c41a50f91b284a653ce1cd');
  });

  it('counts what is not claimed at most: a bound of .02 is watched as at least .98 without', () => {
    const body = bodyOf({ metric: 'failure-rate', bound: 0.02 });
    expect(body).toMatchObject({ bound: 0.02, minN: 30 });
    expect(Math.max(...body.alternatives!.support)).toBeLessThan(0.02);
    expect(Math.max(...body.alternatives!.break)).toBeGreaterThan(0.3);
  });

  it('is fed by what its metric reads and by whom it is about, whatever the order in which that is said', () => {
    const rulesOf = (over: object) => cohortRulesOf(bodyOf(over)).map(({ rule }) => rule)[0]!;
    const population = { vendor: ['Siemens', 'GE', 'GE'], ageBand: { from: 65, to: 65 } };
    expect(rulesOf({ population })).toMatchObject({ population: { vendor: ['GE', 'Siemens'] } });
    expect(rulesOf({ metric: 'verified-share', bound: 0.9 })).toEqual(rulesOf({}));
    expect(rulesOf({ metric: 'coverage', bound: 0.9 })).toMatchObject({ measure: 'prediction-set' });
    expect(rulesOf({ metric: 'sensitivity-gap', tolerance: 0.1, group: older })).toMatchObject({
      measure: 'group',
      group: older,
    });
    expect(deficiencyCodeOf(bodyOf({ population }))).toBe('D7');
    expect(deficiencyCodeOf(bodyOf({ population: { vendor: ['GE'] } }))).toBe('D4');
    expect(deficiencyCodeOf(bodyOf({ metric: 'verified-share', bound: 0.9 }))).toBe('D13');
  });

  it('shares the cohort of a claim that is fed alike, and no other', () => {
    const rules = (over: object) => cohortRulesOf(bodyOf(over)).map(({ rule }) => cohortRuleDigest(rule));
    const [one] = rules({});
    expect(rules({ metric: 'ppv', bound: 0.3, alpha: 0.02 })).toEqual([one]);
    for (const over of [
      { horizonDays: 91 },
      { patientRule: 'every-exam' },
      { decisionThreshold: 0.21 },
      { outcome: 'death' },
    ])
      expect(rules(over)).not.toEqual([one]);
    expect(rules({ sites: ['NORTH', 'SOUTH'] })).toHaveLength(2);
    expect(rules({ sites: ['NORTH', 'SOUTH'], scope: 'overall' })).toHaveLength(1);
  });

  it('watches with the levels of the specification, raised in later runs', () => {
    expect(detectorThresholds(364, 1)).toEqual({
      notice: expect.closeTo((3640 * Math.PI ** 2) / 6, 6),
      escalation: expect.closeTo((10_920 * Math.PI ** 2) / 6, 6),
    });
    expect(detectorThresholds(364, 2).notice).toBeCloseTo(4 * detectorThresholds(364, 1).notice, 6);
  });
});
