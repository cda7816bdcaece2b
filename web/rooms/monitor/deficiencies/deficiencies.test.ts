/* Goal: a deficiency's page says who must act by when, and sends the act that was shown. Method: answers by hand. */
import { describe, expect, it } from 'vitest';
import { type DeficiencySummary, type DeficiencyView, deficiencyAct } from '../../../../src/monitor/contract.ts';
import { aCrossing } from '../testing.ts';
import { bodyOf, fieldsFor, takesTwo } from './act-body.ts';
import { actWord, historyOf, recordOf, roleWord } from './deficiency-record.ts';
import { byUrgency, fittingDeficiencies, openDeficiencyOf, triageDue } from './deficiency-rows.ts';
import { emptyRecalibration, readFraction, requestOf } from './recalibration-request.ts';

const aDeficiency = (over: Partial<DeficiencySummary> = {}): DeficiencySummary => ({
  id: 'def_1',
  code: 'D5',
  codeName: 'Calibration',
  title: 'Probabilities fit',
  state: 'signal',
  severity: null,
  siteCode: 'W',
  siteName: 'Westhaven',
  modelVersionId: 'mv_1',
  modelVersionLabel: 'ProstateRisk 2.1',
  claimId: 'claim_1',
  openedAt: '2021-07-26T00:00:00.000Z',
  next: 'Somebody triages it.',
  reopens: null,
  ...over,
});

const reason = 'The counts recompute.';

describe('deficiencies', () => {
  it('are due for triage two days after they were opened, and later steps have no fixed day', () => {
    expect(triageDue(aDeficiency())).toBe('2021-07-28');
    expect(triageDue(aDeficiency({ state: 'confirmed' }))).toBeUndefined();
  });

  it('stand open before closed, severe before mild, old before new', () => {
    const rows = [
      aDeficiency({ id: 'closed', state: 'closed' }),
      aDeficiency({ id: 'young', openedAt: '2022-01-01T00:00:00.000Z' }),
      aDeficiency({ id: 'severe', severity: 'S4', openedAt: '2022-01-01T00:00:00.000Z' }),
      aDeficiency({ id: 'old' }),
    ];
    expect(rows.sort(byUrgency).map(({ id }) => id)).toEqual(['severe', 'old', 'young', 'closed']);
  });

  it('are left out where they were opened after the day looked at, or at another site', () => {
    const all = [aDeficiency(), aDeficiency({ id: 'b', siteCode: null })];
    expect(fittingDeficiencies(all, { isOpenOnly: true, siteCode: 'N' }).map(({ id }) => id)).toEqual(['b']);
    expect(fittingDeficiencies(all, { isOpenOnly: true, asOf: '2021-07-25T23:59:59.999Z' })).toEqual([]);
  });

  it('are found by claim and site while they are open', () => {
    expect(openDeficiencyOf([aDeficiency()], 'claim_1', 'W')?.id).toBe('def_1');
    expect(openDeficiencyOf([aDeficiency({ state: 'dismissed' })], 'claim_1', 'W')).toBeUndefined();
  });
});

describe('an act', () => {
  it('is sent as the contract takes it, whatever it is', () => {
    const fields = fieldsFor('S3');
    const acts = ['triage', 'set-severity', 'confirm', 'dismiss', 'record-cause', 'decide-action'] as const;
    for (const act of [...acts, 'effect-failed', 'close', 'dissent'] as const)
      expect(deficiencyAct.safeParse(bodyOf(act, reason, fields)).success).toBe(true);
    expect(bodyOf('record-cause', reason, { ...fields, codes: 'A01, B2;C3' })).toMatchObject({
      text: reason,
      codes: ['A01', 'B2', 'C3'],
    });
  });

  it('takes two persons where it decides, or lowers a severity', () => {
    expect(takesTwo('confirm', null, 'S1')).toBe(true);
    expect(takesTwo('triage', null, 'S1')).toBe(false);
    expect(takesTwo('set-severity', 'S3', 'S2')).toBe(true);
    expect(takesTwo('set-severity', 'S3', 'S4')).toBe(false);
  });
});

describe('the record', () => {
  const view: DeficiencyView = {
    ...aDeficiency(),
    record: { evidence: [{ crossing: aCrossing(), evidenceDigest: 'ab', run: 1 }], openedBy: 'monitor' } as never,
    events: [
      {
        seq: 1,
        type: 'raised',
        at: '2021',
        actor: 'monitor',
        actorName: 'monitor',
        role: 'process',
        body: { crossing: aCrossing() } as never,
      },
      {
        seq: 2,
        type: 'dismiss',
        at: '2021',
        actor: 'p1',
        actorName: 'Karel Kliniek',
        role: 'clinical-owner',
        body: { because: 'chance', reason },
      },
      { seq: 3, type: 'invented-later', at: '2022', actor: 'p2', actorName: 'Saskia', role: 'new-role', body: null },
    ],
    acts: [],
  };

  it('is read as far as it is known, and an unknown form does not break the page', () => {
    expect(recordOf(view).evidence[0]?.crossing?.n).toBe(121);
    expect(recordOf({ ...view, record: 'something else' })).toMatchObject({ evidence: [], dissent: [] });
  });

  it('is told with names, roles, acts and reasons in words', () => {
    const [raised, signed, later] = historyOf(view);
    expect(raised).toMatchObject({ who: 'Hortus', role: 'computed', said: undefined });
    expect(raised?.what).toContain('n = 121, k = 96');
    expect(signed).toMatchObject({ who: 'Karel Kliniek', role: 'Clinical owner', said: reason });
    expect(signed?.what).toBe('dismissed by two · chance');
    expect(later).toMatchObject({ what: 'invented-later', role: 'new-role' });
    expect(roleWord('assessor')).toBe('Assessor');
    expect(actWord('decide-action')).toBe('Decide the action');
  });
});

describe('a recalibration', () => {
  it('is asked for with what was typed, and not while a number is missing', () => {
    expect(requestOf(emptyRecalibration)).toEqual({ kind: 'intercept-and-slope' });
    expect(requestOf({ ...emptyRecalibration, threshold: 'sensitivity' })).toBeUndefined();
    expect(
      requestOf({ ...emptyRecalibration, threshold: 'threshold', fraction: '0,08', fitUntil: '2021-12-01' }),
    ).toEqual({
      kind: 'intercept-and-slope',
      fitUntil: '2021-12-01',
      decisionThreshold: 0.08,
    });
  });

  it('reads a fraction only strictly between 0 and 1', () => {
    expect(['.8', '0.8', '0,8'].map(readFraction)).toEqual([0.8, 0.8, 0.8]);
    expect(['0', '1', '80', '1e-3', 'x', ''].map(readFraction)).toEqual(Array(6).fill(undefined));
  });
});
