/* Goal: the page of calibration names the worst place and draws each bin where it lies. Method: answers by hand. */
import { describe, expect, it } from 'vitest';
import type { CalibrationView } from '../../../../src/monitor/contract.ts';
import { reliability } from '../../../charts/index.ts';
import { chosenViews, departureOf, reliabilityOf, verdictOf } from './calibration-figures.ts';

const figure = (value: number, lower: number, upper: number) => ({
  estimable: true as const,
  value,
  lower,
  upper,
  n: 500,
  level: 0.95,
  method: 'test',
  approximate: false,
});
const none = { estimable: false as const, n: 0, because: 'no labels yet' };

const aView = (over: Partial<CalibrationView> = {}): CalibrationView => ({
  cohortId: 'cohort_1',
  modelVersionId: 'mv_1',
  modelVersionLabel: 'ProstateRisk 2.1',
  siteName: 'Westhaven',
  siteCode: 'W',
  among: 'flagged',
  horizonDays: 90,
  outcome: 'csPCa',
  retrospective: false,
  n: 500,
  unresolved: 3,
  bins: [
    { n: 250, events: 25, meanPredicted: 0.2, observedRate: 0.1, lower: 0.07, upper: 0.14 },
    { n: 250, events: 100, meanPredicted: 0.6, observedRate: 0.4, lower: 0.34, upper: 0.46 },
  ],
  notEstimable: null,
  observedExpected: figure(0.77, 0.75, 0.8),
  intercept: figure(-1, -1.1, -0.9),
  slope: figure(0.3, 0.2, 0.4),
  brier: figure(0.2, 0.19, 0.21),
  auroc: figure(0.8, 0.78, 0.82),
  ...over,
});

describe('calibration', () => {
  it('is too high, too low, fitting or not known, by the interval of O/E', () => {
    expect(verdictOf(aView())).toBe('high');
    expect(verdictOf(aView({ observedExpected: figure(1.3, 1.1, 1.5) }))).toBe('low');
    expect(verdictOf(aView({ observedExpected: figure(1.3, 0.9, 1.7) }))).toBe('fits');
    expect(verdictOf(aView({ observedExpected: none }))).toBe('none');
  });

  it('puts the largest proven departure first', () => {
    const fitting = aView({ cohortId: 'b', siteCode: 'N', observedExpected: figure(1.3, 0.9, 1.7) });
    expect(chosenViews([fitting, aView()], {}).map(({ cohortId }) => cohortId)).toEqual(['cohort_1', 'b']);
    expect(departureOf(fitting)).toBe(0);
  });

  it('shows a look back only where no claim counted the same cases beforehand', () => {
    const back = aView({ cohortId: 'back', retrospective: true });
    expect(chosenViews([back, aView()], {})).toHaveLength(1);
    expect(chosenViews([back], { siteCode: 'W' })).toHaveLength(1);
    expect(chosenViews([back], { version: 'mv_2' })).toHaveLength(0);
  });

  it('draws neighbouring bins that meet half way between their means', () => {
    const data = reliabilityOf(aView());
    expect(data.bins.map(({ from, to }) => [from, to])).toEqual([
      [0, 0.4],
      [0.4, 1],
    ]);
    expect(JSON.stringify(reliability(data, { width: 400 }))).not.toContain('NaN');
    expect(reliability(reliabilityOf(aView({ bins: [] })), { width: 400 }).desc).not.toBe('');
  });
});
