/* Goal: a case's page tells what was known when, and what the AI's answer turned out to be. Method: one case, by hand. */
import { describe, expect, it } from 'vitest';
import type { CaseView } from '../../../../src/monitor/contract.ts';
import {
  auditWords,
  caseEvents,
  latestOutcome,
  latestPrediction,
  probabilityText,
  verdictOf,
  verdictWord,
} from './case-words.ts';

const prediction = (over: Partial<CaseView['predictions'][number]> = {}): CaseView['predictions'][number] => ({
  caseId: 'c1',
  siteCode: 'W',
  siteName: 'Westhaven',
  modelVersionId: 'mv_1',
  modelVersionLabel: 'ProstateRisk 2.1',
  predictedAt: '2019-01-01T10:00:00.000Z',
  recordedAt: '2019-01-02T10:00:00.000Z',
  probability: 0.31,
  decision: true,
  flagged: true,
  shownToHuman: true,
  uncertainty: null,
  imageQuality: null,
  rarity: null,
  audited: false,
  derived: false,
  revision: 0,
  correctionReason: null,
  batchId: 'batch_1',
  ledgerIndex: 4,
  ...over,
});

const outcome = (over: Partial<CaseView['outcomes'][number]> = {}): CaseView['outcomes'][number] => ({
  outcome: 'csPCa',
  revision: 0,
  value: true,
  verification: 'verified',
  knownAt: '2019-02-01T10:00:00.000Z',
  recordedAt: '2019-02-03T10:00:00.000Z',
  correctionReason: null,
  batchId: 'batch_2',
  ledgerIndex: null,
  ...over,
});

const view: CaseView = {
  caseId: 'c1',
  siteCode: 'W',
  siteName: 'Westhaven',
  predictions: [prediction({ modelVersionId: 'mv_2', derived: true, probability: 0.1 }), prediction()],
  outcomes: [
    outcome({ revision: 1, value: false, recordedAt: '2019-03-01T00:00:00.000Z', correctionReason: 'second reading' }),
    outcome(),
  ],
};

describe('a case', () => {
  it('is found, missed, a false alarm or rightly cleared, and open while nothing is known', () => {
    expect(verdictOf(true, true)).toBe('found');
    expect(verdictOf(false, true)).toBe('missed');
    expect(verdictOf(true, false)).toBe('false-alarm');
    expect(verdictOf(false, false)).toBe('cleared');
    expect(verdictOf(null, null)).toBe('open');
    expect(verdictWord(verdictOf(null, true))).toBe('no plan in force');
  });

  it('is told in the order in which it became known, with the reason of each correction', () => {
    const events = caseEvents(view);
    expect(events.map(({ key }) => key)).toEqual(['p mv_2 0', 'p mv_1 0', 'o csPCa 0', 'o csPCa 1']);
    expect(events[0]?.what).toContain('in shadow');
    expect(events.at(-1)).toMatchObject({ reason: 'second reading', ledgerIndex: null });
    expect(events.at(-1)?.what).toBe('Outcome csPCa corrected (revision 1): no disease, verified');
  });

  it('is judged by what the version in use said and what was recorded last', () => {
    expect(latestPrediction(view)?.modelVersionId).toBe('mv_1');
    expect(latestOutcome(view)?.value).toBe(false);
    expect(latestOutcome({ ...view, outcomes: [] })).toBeUndefined();
  });

  it('says why it is verified, or who stands for it', () => {
    expect(auditWords({ audited: true, flagged: false })).toMatch(/drawn for the random audit: its outcome must/);
    expect(auditWords({ audited: false, flagged: true })).toMatch(/verified by protocol/);
    expect(auditWords({ audited: false, flagged: false })).toMatch(/stand for it/);
    expect(auditWords({ audited: false, flagged: null })).toMatch(/No monitoring plan/);
  });

  it('keeps the first digit of a small risk', () => {
    expect([0.31, 0.0031, 0.000005, 0].map(probabilityText)).toEqual(['.31', '.0031', 'under .0001', '.00']);
  });
});
