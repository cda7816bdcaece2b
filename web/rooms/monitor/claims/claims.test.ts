/* Goal: what a claim's pages say and draw follows from the server's answer alone. Method: small answers, by hand. */
import { describe, expect, it } from 'vitest';
import { estimateOverTime, evidencePath, intervalDots } from '../../../charts/index.ts';
import { glossary } from '../../../glossary.ts';
import { aClaim, aCrossing, aHistory, aStream } from '../testing.ts';
import {
  boundLines,
  changePointOf,
  detectorCourse,
  estimateCourse,
  evidenceCourse,
  groupDots,
  hasDetectorPath,
  sitePanel,
} from './claim-figures.ts';
import { claimRows, decidingCrossing, fittingRows, groupRows, siblingsOf, sinceOf, versionsOf } from './claim-rows.ts';
import {
  aboutInWords,
  boundInWords,
  boundPlainly,
  foundInWords,
  labelsOf,
  type Metric,
  metricNames,
} from './claim-words.ts';
import { isRecomputable, leastRateOf, readCounts, recompute, recordedOf, startCounts } from './recompute.ts';

const broken = aStream({ state: 'broken', crossings: [aCrossing({ kind: 'notice', at: '2019-02-01' }), aCrossing()] });
const elsewhere = aStream({ streamId: 'stream_2', siteId: 'site_n', siteCode: 'NOORD', siteName: 'Noorderzorg' });
const twoClaims = [
  aClaim({ id: 'claim_2', streams: [elsewhere] }),
  aClaim({ streams: [broken] }),
  aClaim({ id: 'claim_3', key: 'npv', metric: 'npv', statement: 'Clears', streams: [aStream({ streamId: 's3' })] }),
];

describe('the rows of claims', () => {
  it('put the same promise of several hospitals into one group, what is broken first', () => {
    const groups = groupRows(claimRows(twoClaims));
    expect(groups.map(({ rows }) => rows.map(({ stream }) => stream.siteName))).toEqual([
      ['Westhaven', 'Noorderzorg'],
      ['Westhaven'],
    ]);
  });

  it('are chosen by version, state and site; a claim over all sites concerns each of them', () => {
    const overall = aStream({ streamId: 's4', siteId: null, siteCode: null, siteName: 'All sites' });
    const rows = claimRows([...twoClaims, aClaim({ id: 'claim_4', modelVersionId: 'mv_2', streams: [overall] })]);
    expect(fittingRows(rows, { siteId: 'site_n' }).map(({ stream }) => stream.streamId)).toEqual(['stream_2', 's4']);
    expect(fittingRows(rows, { version: 'mv_2' })).toHaveLength(1);
    expect(fittingRows(rows, { state: 'broken' })).toHaveLength(1);
    expect(versionsOf(rows).map(({ value }) => value)).toEqual(['mv_1', 'mv_2']);
  });

  it('know the same promise at other sites, not another promise', () => {
    const rows = claimRows(twoClaims);
    expect(siblingsOf(rows, rows[0]!).map(({ claim }) => claim.id)).toEqual(['claim_1', 'claim_2']);
  });

  it('hold since the day of the case that decided, as the pictures show it', () => {
    expect(decidingCrossing(broken)?.kind).toBe('break');
    expect(sinceOf(broken)).toBe('2019-03-04');
    expect(sinceOf(elsewhere)).toBe('2019-03-05');
  });
});

describe('the words of a claim', () => {
  const readingOf = (value: number) => ({
    ...broken.reading,
    estimate: { ...broken.reading.estimate, value } as typeof broken.reading.estimate,
  });

  it('say what was found as a person would', () => {
    expect(foundInWords('sensitivity', broken.reading)).toBe('it finds 79 of 100 cases with the disease');
    expect(foundInWords('observed-expected', readingOf(0.654))).toMatch(/expects 100 .* 65 are found/);
    expect(foundInWords('calibration', readingOf(-0.137))).toBe('its mean probability is 14 points of 100 too high');
    expect(foundInWords('calibration', readingOf(0.01))).toBe('its mean probability is 1 point of 100 too low');
    expect(foundInWords('calibration', readingOf(0.001))).toMatch(/right to within/);
  });

  it('give the reason where there is no figure', () => {
    const reading = { ...broken.reading, estimate: { estimable: false as const, n: 0, because: 'no labels yet' } };
    expect(foundInWords('auroc', reading)).toContain('no labels yet');
  });

  it('say every kind of bound', () => {
    expect(boundInWords(aClaim())).toBe('at least .90');
    expect(boundInWords(aClaim({ metric: 'observed-expected', limit: 'range', bound: 0.8, boundUpper: 1.25 }))).toBe(
      'between .80 and 1.25',
    );
    expect(boundInWords(aClaim({ metric: 'calibration', limit: 'tolerance', tolerance: 0.06 }))).toBe('within ±.06');
  });

  it('say the further kinds with their own units', () => {
    expect(foundInWords('failure-rate', readingOf(0.004))).toBe('it fails on 4 of 1,000 examinations');
    expect(foundInWords('false-positives-per-exam', readingOf(1.25))).toMatch(/^it marks 1\.25 places/);
    expect(foundInWords('sensitivity-gap', readingOf(-0.07))).toBe('the group is 7 points of 100 behind the rest');
    const failures = aClaim({ metric: 'failure-rate', limit: 'most', bound: 0.02 });
    expect(boundInWords(failures)).toBe('at most .02');
    expect(boundPlainly(failures)).toBe('at most 2');
    expect(boundPlainly(aClaim({ metric: 'brier', limit: 'most', bound: 0.15 }))).toBe('at most .15');
    expect(boundLines(failures).map(({ value }) => value)).toEqual([0.02]);
  });

  it('have a finding and a name for every metric', () => {
    for (const metric of Object.keys(metricNames) as Metric[]) {
      expect(foundInWords(metric, readingOf(0.4))).not.toMatch(/undefined|\{/);
      expect(glossary[metricNames[metric].term].definition).not.toBe('');
    }
  });

  it('say whom a claim is about', () => {
    const vendor = { vendor: ['Siemens'], ageBand: { from: 65, to: 65 } };
    expect(aboutInWords(aClaim({ population: vendor }))).toBe('scanner vendor Siemens, age 65–69');
    expect(aboutInWords(aClaim({ group: { ageBand: { from: 75, to: 120 } } }))).toBe(
      'age 75 and over, against the rest of everybody',
    );
    expect(aboutInWords(aClaim())).toBeUndefined();
  });

  it('label what is approximate and what looks back', () => {
    expect(labelsOf({ approximate: true, retrospective: true })).toEqual(['approximate', 'retrospective']);
  });
});

describe('the pictures of a claim', () => {
  const claim = aClaim({ streams: [broken] });
  const history = aHistory(broken);

  it('draw both limits of a tolerance', () => {
    expect(
      boundLines(aClaim({ metric: 'calibration', limit: 'tolerance', tolerance: 0.06 })).map(({ value }) => value),
    ).toEqual([0.06, -0.06]);
  });

  it('keep a stretch that cannot be estimated as a gap with its reason', () => {
    const [early] = estimateCourse(claim, history).points;
    expect(early).toMatchObject({ estimate: null, notEstimable: 'fewer than 10 cases' });
  });

  it('mark the crossing with its counts, and the estimated change', () => {
    expect(evidenceCourse(history).crossings?.map(({ label }) => label)[0]).toMatch(/^broken .*n = 121, k = 96$/);
    expect(changePointOf(broken)).toBe('2018-10-01');
    expect(detectorCourse(history).crossings).toHaveLength(1);
    expect(hasDetectorPath(history)).toBe(true);
  });

  it('leave out a change whose day is not known yet', () => {
    const unknown = aStream({ crossings: [aCrossing({ changePoint: { position: 3, on: '' } })] });
    expect(changePointOf(unknown)).toBeUndefined();
  });

  it('are scenes without a number that is none', () => {
    const [group] = groupRows(claimRows(twoClaims));
    const scenes = [
      estimateOverTime(estimateCourse(claim, history), { width: 480 }),
      evidencePath(evidenceCourse(history), { width: 480 }),
      evidencePath(detectorCourse(history), { width: 480 }),
      intervalDots(groupDots(group!), { width: 480 }),
      estimateOverTime(sitePanel({ claim, stream: broken, status: 'broken' }, history).data, { width: 320 }),
    ];
    expect(JSON.stringify(scenes)).not.toMatch(/NaN|null,"y/);
  });
});

describe('recomputing from two counts', () => {
  it('finds the worked figure of the method: 96 of 121 against .90', () => {
    const { logValue, terms } = recompute(0.9, { n: 121, k: 96 }, 'against');
    const mean = terms.reduce((sum, { logRatio }) => sum + Math.exp(logRatio), 0) / terms.length;
    expect(terms).toHaveLength(12);
    expect(logValue).toBeCloseTo(Math.log(mean), 9);
    expect(Math.exp(logValue)).toBeGreaterThan(30);
  });

  it('is offered where two counts are enough, and not where cases weigh differently', () => {
    const audited = 'audit of 10 % of cleared cases';
    expect(isRecomputable({ metric: 'sensitivity', verification: 'reference standard of the data set' })).toBe(true);
    expect(isRecomputable({ metric: 'npv', verification: audited })).toBe(true);
    expect(isRecomputable({ metric: 'sensitivity', verification: audited })).toBe(false);
    expect(isRecomputable({ metric: 'auroc', verification: audited })).toBe(false);
    expect(isRecomputable({ metric: 'failure-rate', verification: audited })).toBe(true);
    expect(leastRateOf({ limit: 'most', bound: 0.02 })).toBeCloseTo(0.98, 12);
  });

  it('starts at the crossing, and for support at its own counts', () => {
    const reading = { ...broken.reading, forSupport: { n: 118, k: 96 } };
    const stream = aStream({ ...broken, reading });
    expect(startCounts(stream, 'against')).toEqual({ n: 121, k: 96 });
    expect(startCounts(stream, 'for')).toEqual({ n: 118, k: 96 });
    expect(recordedOf(stream, 'against', { n: 121, k: 96 })).toBe(4.8);
    expect(recordedOf(stream, 'for', { n: 118, k: 96 })).toBe(-9);
    expect(recordedOf(stream, 'for', { n: 5, k: 5 })).toBeUndefined();
  });

  it('reads counts only where they are whole and fit together', () => {
    expect(readCounts('10', '3')).toEqual({ n: 10, k: 3 });
    for (const [n, k] of [
      ['10', '11'],
      ['1.5', '1'],
      ['', '0'],
      ['ten', '1'],
      ['-1', '-1'],
    ] as const)
      expect(readCounts(n, k)).toBeUndefined();
  });
});
