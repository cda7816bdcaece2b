import { describe, expect, it } from 'vitest';
import type { ModelVersionId, SiteId } from '#kernel';
import { recalibrate } from '#statistics';
import { type AuditSeed, auditDraw, auditLevelOf, type MonitoringPlan, seedCommitment } from './audit.ts';
import { auditLevel } from './cells.ts';
import { derivedFrom, reversed } from './shadow.ts';

/** Goal: who is verified is known by design, and versions follow from one another. Method: draws counted; round trips. */

const seed = 'a seed' as AuditSeed;
const site = 'site_1' as SiteId;
const other = 'site_2' as SiteId;
const version = (name: string): ModelVersionId => `modelVersion_${name}` as ModelVersionId;

describe('the audit draw', () => {
  it('takes about the share it is told to, at every share', () => {
    const draws = Array.from({ length: 20_000 }, (_, i) => auditDraw(seed, site, `case_${i}`));
    for (const rate of [0.05, 0.1, 0.5]) {
      const share = draws.filter((draw) => draw < rate).length / draws.length;
      expect(Math.abs(share - rate)).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / draws.length));
    }
    expect(draws.every((draw) => draw >= 0 && draw < 1)).toBe(true);
  });

  it('is the same again, and another at another site or under another seed', () => {
    const draw = auditDraw(seed, site, 'case_1');
    expect(auditDraw(seed, site, 'case_1')).toBe(draw);
    expect(auditDraw(seed, other, 'case_1')).not.toBe(draw);
    expect(auditDraw('another' as AuditSeed, site, 'case_1')).not.toBe(draw);
    expect(seedCommitment(seed)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is made for flagged cases too, so that the drawn ones are a random sample of any group', () => {
    expect([auditLevelOf(true, 0.1, 0.05), auditLevelOf(true, 0.1, 0.5)]).toEqual([
      auditLevel.protocolDrawn,
      auditLevel.protocol,
    ]);
    expect([auditLevelOf(false, 0.1, 0.05), auditLevelOf(false, 0.1, 0.5)]).toEqual([
      auditLevel.drawn,
      auditLevel.notDrawn,
    ]);
    expect(auditLevelOf(false, 0, 0)).toBe(auditLevel.notDrawn);
  });
});

const plan = (name: string, shadows: MonitoringPlan['shadows'] = []): MonitoringPlan => ({
  id: `audit_${name}`,
  modelVersionId: version(name),
  decisionThreshold: 0.1,
  auditRate: 0.1,
  auditSeed: seed,
  shadows,
  registeredAt: 0 as MonitoringPlan['registeredAt'],
});

describe('versions in shadow', () => {
  const shadow = (base: string, intercept: number, slope: number) => ({
    baseVersionId: version(base),
    intercept,
    slope,
    siteIds: [site],
  });

  it('are derived at their sites only, through others if need be, by the raw probability', () => {
    const plans = [plan('a'), plan('b', [shadow('a', -0.5, 0.8)]), plan('c', [shadow('b', 0.2, 1.1)])];
    const found = derivedFrom(plans, version('a'), site);
    expect(found.map((one) => one.plan.modelVersionId)).toEqual([version('b'), version('c')]);
    const p = 0.23;
    const stepwise = recalibrate(recalibrate(p, found[0]!), { intercept: 0.2, slope: 1.1 });
    expect(recalibrate(p, found[1]!)).toBeCloseTo(stepwise, 12);
    expect(derivedFrom(plans, version('a'), other)).toEqual([]);
  });

  it('end where plans refer to one another in a circle', () => {
    const plans = [plan('a', [shadow('b', 0, 1)]), plan('b', [shadow('a', 0, 1)])];
    expect(derivedFrom(plans, version('a'), site).map((one) => one.plan.modelVersionId)).toEqual([version('b')]);
  });

  it('give the replaced version back from the one that replaced it', () => {
    const forwards = shadow('a', -0.7, 0.6);
    const back = reversed(forwards, version('b'))!;
    for (const p of [0.01, 0.2, 0.5, 0.9]) expect(recalibrate(recalibrate(p, forwards), back)).toBeCloseTo(p, 10);
    expect(back).toMatchObject({ baseVersionId: version('b'), siteIds: [site] });
    expect(reversed(shadow('a', 0, 0), version('b'))).toBeUndefined();
  });
});
