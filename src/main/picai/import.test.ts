// Goal: the marksheet becomes cases, outcomes and retrospective claims, and the report tells the measured figures and
// when each claim broke. Method: a synthetic sheet for the rules; the real one, where it is present, for the figures.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anAssembly } from '../testing.ts';
import { productFolder } from '../version.ts';
import { importMarksheet } from './import.ts';
import { loadMarksheet, type MarksheetExam, readMarksheet } from './marksheet.ts';
import { type ImportReport, reportOf } from './report.ts';
import { scoreExams } from './score.ts';

type Tested = Awaited<ReturnType<typeof anAssembly>>;

const header =
  'patient_id,study_id,mri_date,patient_age,psa,psad,prostate_volume,histopath_type,lesion_PIRADS,lesion_GS,lesion_ISUP,case_ISUP,case_csPCa,center';

const smallSheet = (): MarksheetExam[] =>
  readMarksheet([
    [
      header,
      '1,11,2019-03-31,67,5.5,,50,MRBx,4,4+3,3,3,YES,RUMC',
      '2,12,2019-04-01,61,6,,40,,1,,,0,NO,PCNN',
      '3,13,2019-04-02,61,,,40,,2,,,0,NO,ZGT',
      '4,14,2019-04-03,70,150,,60,MRBx,5,4+5,5,5,YES,ZGT',
      '',
    ].join('\n'),
  ]);

describe('importing a marksheet', () => {
  let demonstration: Tested;
  beforeAll(async () => {
    demonstration = await anAssembly('demonstration');
  });
  afterAll(() => demonstration.drop());

  it('takes complete exams, reports the others with reasons, and may be repeated', async () => {
    const exams = smallSheet();
    const scoring = scoreExams(exams, 'tum-rc@1');
    expect(scoring.refused).toEqual([{ reason: 'PSA is not known', n: 1 }]);
    expect(scoring.scored.map(({ isOutsideRange }) => isOutsideRange)).toEqual([false, true, true]);
    const first = await importMarksheet(demonstration, { exams, scoring });
    expect(first).toEqual({
      predictions: { accepted: 3, repeated: 0 },
      outcomes: { accepted: 3, repeated: 0 },
      claims: 6,
    });
    const again = await importMarksheet(demonstration, { exams, scoring });
    expect(again.predictions).toEqual({ accepted: 0, repeated: 3 });
    const { claims } = (await demonstration.app.inject('/api/v1/monitor/claims')).json();
    expect(claims).toHaveLength(6);
    expect(claims.every((claim: { retrospective: boolean }) => claim.retrospective)).toBe(true);
    const unverified = (await demonstration.app.inject('/api/v1/monitor/cases/PCNN/12')).json();
    expect(unverified.outcomes).toMatchObject([{ value: false, verification: 'not-verified' }]);
  });

  it('says the terms of the data wherever they are shown', async () => {
    const view = (await demonstration.app.inject('/api/v1/installation')).json();
    expect(view.licence).toContain('CC BY-NC 4.0');
    expect(view.labels[0]).toContain('not a benchmark');
  });

  it('refuses an installation of another kind', async () => {
    const simulation = await anAssembly('simulation');
    const exams = smallSheet();
    const importing = importMarksheet(simulation, { exams, scoring: scoreExams(exams, 'tum-rc@1') });
    await expect(importing).rejects.toMatchObject({ code: 'conflict' });
    await simulation.drop();
  });

  it('names the models there are when asked for another', () => {
    expect(() => scoreExams([], 'oracle@9')).toThrow(/tum-rc@1/);
  });
});

const path = join(process.env.HORTUS_SHARED_DATA ?? join(productFolder(), '../shared/data'), 'picai/marksheet.csv');
const isAbsent = !existsSync(path);
if (isAbsent) console.warn('SKIPPED: the PI-CAI marksheet is absent; the figures of its import are not checked.');

describe.skipIf(isAbsent)('the real marksheet', () => {
  let demonstration: Tested;
  let report: ImportReport;
  beforeAll(async () => {
    demonstration = await anAssembly('demonstration');
    const exams = await loadMarksheet(path);
    const scoring = scoreExams(exams, 'tum-rc@1');
    const imported = await importMarksheet(demonstration, { exams, scoring });
    report = await reportOf(demonstration, { scoring, exams: exams.length, imported });
  }, 120_000);
  afterAll(() => demonstration.drop());

  it('gives TUM-RC revision 1 the measured figures', () => {
    const auroc = Object.fromEntries(
      report.figures.map((one) => [one.group, one.auroc.estimable ? one.auroc.value : 0]),
    );
    for (const [group, expected] of Object.entries({ all: 0.879, RUMC: 0.909, PCNN: 0.77, ZGT: 0.916 })) {
      expect(Math.abs((auroc[group] ?? 0) - expected)).toBeLessThan(0.005);
    }
    const [all] = report.figures;
    expect(all?.observedExpected).toMatchObject({ estimable: true, value: expect.closeTo(0.59, 2) });
    expect([report.answered, report.outsideRange, report.biopsiedOnly.n]).toEqual([1439, 143, 997]);
  });

  it('names the month in which each claim broke, overall and by centre', () => {
    const months = Object.fromEntries(report.claims.map((one) => [`${one.claim} ${one.where}`, one.brokenIn]));
    expect(months).toEqual({
      'observed-expected all': '2012-11',
      'observed-expected RUMC': '2012-11',
      'observed-expected PCNN': '2018-11',
      'observed-expected ZGT': '2020-05',
      'calibration all': '2012-09',
      'calibration RUMC': '2012-09',
      'calibration PCNN': '2018-04',
      'calibration ZGT': '2020-03',
      'auroc all': undefined,
      'auroc RUMC': undefined,
      'auroc PCNN': undefined,
      'auroc ZGT': undefined,
    });
  });

  it('shows what a recalibration repairs overall, and what stays broken at one centre', () => {
    expect('after' in report.recalibration).toBe(true);
    if (!('after' in report.recalibration)) return;
    const { after, calibration } = report.recalibration;
    expect(calibration.intercept).toBeCloseTo(-1.7261, 4);
    const oe = after.map((one) => (one.observedExpected.estimable ? one.observedExpected.value : 0));
    expect(oe.map((value) => value.toFixed(3))).toEqual(['0.964', '1.319', '0.869', '0.835']);
    expect(after[2]?.auroc).toMatchObject({ value: expect.closeTo(0.698, 3) });
  });
});
