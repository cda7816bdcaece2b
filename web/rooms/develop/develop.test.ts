/* Goal: versions, candidates and formulas are said in words and sent as typed. Method: answers by hand. */
import { describe, expect, it } from 'vitest';
import type { VersionView } from '../../../src/develop/contract.ts';
import { type ComparisonView, comparisonDots, distinctComparisons } from './comparison-figures.ts';
import { inputFrom, inputsOf, inventedMan } from './formula-input.ts';
import { calibrationWords, fitOf } from './version-words.ts';

const aComparison = (over: Partial<ComparisonView> = {}): ComparisonView => ({
  candidateVersionId: 'mv_2',
  referenceVersionId: 'mv_1',
  referenceLabel: 'ProstateRisk 2.1',
  against: 'original',
  siteName: 'Westhaven',
  n: 0,
  margin: 0.01,
  state: 'no-evidence-yet',
  difference: { estimable: false, n: 0, because: 'no labels yet' },
  logSupport: 0,
  logBreak: 0,
  flaggedOnly: true,
  countsFrom: '2021-12-06T00:00:00.000Z',
  ...over,
});

describe('a calibration', () => {
  it('says what it does to probabilities', () => {
    const of = (intercept: number, slope: number) => calibrationWords({ kind: 'logistic', intercept, slope });
    expect(calibrationWords({ kind: 'identity' })).toBe('as the model gives it');
    expect(of(-0.66, 0.25)).toBe(
      'probabilities lowered at the middle and drawn together: logit P = −.660 + .250 · logit p',
    );
    expect(of(0.4, 1)).toMatch(/^probabilities raised throughout/);
    expect(of(0.4, 1.2)).toMatch(/spread out/);
  });
});

describe('a candidate', () => {
  const version = { candidate: { fit: { n: 488, events: 225, from: '2021-05-16', until: '2021-12-01' } } };

  it('names the cases it was fitted on, where the record does', () => {
    expect(fitOf(version as unknown as VersionView)).toEqual({
      n: '488',
      events: '225',
      from: '2021-05-16',
      until: '2021-12-01',
    });
    expect(fitOf({ candidate: null } as VersionView)).toBeUndefined();
    expect(fitOf({ candidate: { fit: { kind: 'intercept' } } } as unknown as VersionView)).toBeUndefined();
  });

  it('is compared once where the original is also the version before', () => {
    const both = [aComparison(), aComparison({ against: 'previous' })];
    expect(distinctComparisons(both)).toHaveLength(1);
    expect(distinctComparisons([...both, aComparison({ referenceVersionId: 'mv_0' })])).toHaveLength(2);
  });

  it('shows the margin that decides, and the reason where there is no difference yet', () => {
    const { bounds, rows } = comparisonDots([aComparison()]);
    expect(bounds).toEqual([{ value: 0.01, label: 'margin +.01' }]);
    expect(rows[0]).toMatchObject({ estimate: null, notEstimable: 'no labels yet' });
    expect(comparisonDots([aComparison(), aComparison({ margin: 0.02 })]).bounds[0]?.value).toBe(0);
  });
});

describe('a formula’s input', () => {
  const inputs = inputsOf([
    { name: 'psaNgPerMl', kind: 'number', isRequired: true, domain: { above: 0 } },
    { name: 'abnormalDre', kind: 'flag', isRequired: false },
    { name: 'race', kind: 'category', isRequired: false, values: ['other'] },
    { name: 'later', kind: 'image', isRequired: true },
  ]);

  it('leaves out what is unknown, and sends a text that is no number for the server to refuse by name', () => {
    expect(inputs.map(({ name }) => name)).toEqual(['psaNgPerMl', 'abnormalDre', 'race']);
    expect(inputFrom(inputs, { psaNgPerMl: '7,5', abnormalDre: 'no', race: '' })).toEqual({
      psaNgPerMl: 7.5,
      abnormalDre: false,
    });
    expect(inputFrom(inputs, { psaNgPerMl: 'seven' })).toEqual({ psaNgPerMl: 'seven' });
    expect(inputFrom(inputs, inventedMan)).toEqual({ psaNgPerMl: 7.5 });
  });
});
