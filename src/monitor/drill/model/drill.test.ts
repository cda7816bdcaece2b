import { describe, expect, it } from 'vitest';
import { addDays, dayOf, instant, type Random, seededRandom } from '#kernel';
import { scoreBin } from '#statistics';
import { aClaimBody } from '../../model/builders.ts';
import { decodeCell, encodeCell, resolution } from '../../model/cells.ts';
import type { ClaimBody } from '../../model/claim.ts';
import { type CohortDay, cohortDay } from '../../model/stream.ts';
import type { RuleFinding } from '../contract.ts';
import { cellsOf, copyOf, drawDays } from './copy.ts';
import { type DrillDesign, type DrillFindings, drillRun, summariseDrill } from './drill.ts';
import { expectedOf, valuesOn } from './expectation.ts';
import { type Injection, injectionOf, whyNotInjected } from './injection.ts';

/**
 * Goal: a drill tells the truth about the monitor. Method: copies of streams whose truth is known, drawn here; faults
 * that must be found, faults that must not, and no fault at all. Fixed seeds.
 */

/** A calibrated model whose sensitivity at .2 is about .95, watched over two years of about 10 cases a day. */
function aStream(seed: string, days = 500, perDay = 6): CohortDay[] {
  const random: Random = seededRandom(seed);
  return Array.from({ length: days }, (_, day) => {
    const cells = Array.from({ length: perDay }, () => {
      const probability = random() < 0.4 ? 0.15 + 0.8 * random() : 0.25 * random() ** 2;
      return encodeCell({
        bin: scoreBin(probability),
        flagged: probability >= 0.15,
        value: random() < probability,
        resolution: resolution.verified,
        auditLevel: 0,
      });
    });
    return cohortDay(dayOf(addDays(instant('2021-01-01T00:00:00Z'), day)), Uint16Array.from(cells));
  });
}

const copy = copyOf(aStream('two calm years'));
const body = aClaimBody({ bound: 0.9, decisionThreshold: 0.15, relevantPerYear: 700 });

function drilled(injection: Injection, over: Partial<DrillDesign> = {}, of: ClaimBody = body): DrillFindings {
  const pools = { own: cellsOf(copy) };
  expect(whyNotInjected(injection, of, pools)).toBeUndefined();
  const design: DrillDesign = {
    claim: { body: of, run: 1 },
    copy,
    inject: injectionOf(injection, of, pools),
    daysBefore: 120,
    daysAfter: 200,
    runs: 60,
    seed: 'test',
    ...over,
  };
  return summariseDrill(
    design,
    Array.from({ length: design.runs }, (_, i) => drillRun(design, i)),
  );
}

const expectationOf = (injection: Injection, of: ClaimBody = body): 'alarm' | 'silence' => {
  const inject = injectionOf(injection, of, { own: cellsOf(copy) });
  return expectedOf(injection, of, valuesOn({ body: of, run: 1 }, copy, inject));
};
const told = ({ findings }: DrillFindings): RuleFinding => findings[0]!;
const byName = ({ findings }: DrillFindings, words: string): RuleFinding =>
  findings.find(({ rule }) => rule.includes(words))!;

describe('a drill', () => {
  it('finds images that say nothing sooner and more surely than an alarm that knows nothing', () => {
    const found = drilled({ kind: 'image-quality', size: 0.5 });
    expect(expectationOf({ kind: 'image-quality', size: 0.5 })).toBe('alarm');
    expect(told(found).found).toMatchObject({ count: 60, of: 60 });
    expect(told(found).medianDelayCases).toBeGreaterThan(5);
    expect(told(found).medianDelayCases).toBeLessThan(200);
    expect(byName(found, 'knows nothing').found.count).toBeLessThan(12);
    expect(byName(found, 'every 100 cases').falseAlarms.count).toBe(60);
  });

  it('alarms without an injection no more often than is stated, where rules of other tools do', () => {
    // The claim is true, and only just: its bound is what the copy itself shows.
    const diseased = [...cellsOf(copy)].map(decodeCell).filter(({ value }) => value);
    const bound = diseased.filter(({ flagged }) => flagged).length / diseased.length;
    const atBound = aClaimBody({ bound, decisionThreshold: 0.15, relevantPerYear: 700 });
    const found = drilled({ kind: 'label-delay', size: 1e-9 }, { daysBefore: 200, daysAfter: 200, runs: 100 }, atBound);
    expect(found.statedFalseAlarms).toBeLessThan(0.2);
    expect(told(found).falseAlarms.lower).toBeLessThanOrEqual(found.statedFalseAlarms);
    expect(told(found).falseAlarms.count / 100).toBeLessThan(0.2);
    expect(byName(found, 'each 30 cases').falseAlarms.count).toBeGreaterThan(20);
  });

  it('keeps silent about labels that come late and about a mere change of mix', () => {
    for (const injection of [
      { kind: 'label-delay', size: 0.8 },
      { kind: 'case-mix', size: 1 },
      { kind: 'case-mix', size: -1 },
    ] as const) {
      expect(expectationOf(injection)).toBe('silence');
      expect(told(drilled(injection)).found.count).toBeLessThanOrEqual(4);
    }
  });

  it('tells a claim of calibration of shifted probabilities, and of a changed mix', () => {
    const calibration = aClaimBody({ metric: 'calibration-in-the-large', tolerance: 0.05, relevantPerYear: 2000 });
    expect(told(drilled({ kind: 'calibration', size: 1 }, { runs: 30 }, calibration)).found.count).toBe(30);
    expect(told(drilled({ kind: 'case-mix', size: 1.5 }, { runs: 30 }, calibration)).found.count).toBe(30);
    const auroc = aClaimBody({ metric: 'auroc', bound: 0.8, minN: 150 });
    const lost = drilled({ kind: 'image-quality', size: 0.9 }, { runs: 20 }, auroc);
    expect(told(lost).found.count).toBe(20);
    expect(byName(lost, 'escalation').found.count).toBe(0);
  });

  it('is the same for the same seed and another for another', () => {
    const once = drilled({ kind: 'threshold', size: 0.1 }, { runs: 20 });
    expect(drilled({ kind: 'threshold', size: 0.1 }, { runs: 20 })).toEqual(once);
    expect(drilled({ kind: 'threshold', size: 0.1 }, { runs: 20, seed: 'other' })).not.toEqual(once);
  });
});

describe('an injection', () => {
  const random = seededRandom('cells');
  const cell = encodeCell({ bin: 160, flagged: true, value: true, resolution: resolution.verified, auditLevel: 0 });
  const audited = aClaimBody({ decisionThreshold: 0.15, verification: { model: 'audit', rate: 0.1 } });
  const of = (injection: Injection, claim: ClaimBody, one = cell) =>
    decodeCell(injectionOf(injection, claim, { own: Uint16Array.of(one) })(one, random));

  it('clears a case under a raised threshold; what an audit then does not draw, nobody finds out', () => {
    const raised = { kind: 'threshold', size: 0.1 } as const;
    expect(of(raised, body)).toMatchObject({ flagged: false, value: true, resolution: resolution.verified });
    expect(of(raised, audited)).toMatchObject({ flagged: false, value: false, resolution: resolution.unresolved });
    const drawn = encodeCell({ ...decodeCell(cell), auditLevel: 1 });
    expect(of(raised, audited, drawn)).toMatchObject({ flagged: false, value: true, auditLevel: 3 });
  });

  it('gives a case that is flagged now the outcome of a cleared one of its score that the audit drew', () => {
    const cleared = (bin: number, value: boolean, auditLevel: 2 | 3) =>
      encodeCell({ bin, flagged: false, value, resolution: auditLevel === 3 ? resolution.verified : 0, auditLevel });
    const donors = Array.from({ length: 40 }, (_, i) => cleared(i < 20 ? 10 : 140, i >= 20, 3));
    const lowered = { kind: 'threshold', size: -0.05 } as const;
    const inject = injectionOf(lowered, audited, { own: Uint16Array.from(donors) });
    const now = decodeCell(inject(cleared(145, false, 2), random));
    expect(now).toMatchObject({ flagged: true, value: true, resolution: resolution.verified, auditLevel: 0 });
    const alone = injectionOf(lowered, audited, { own: Uint16Array.of(cell) });
    expect(decodeCell(alone(cleared(145, false, 2), random)).resolution).toBe(resolution.unresolved);
  });

  it('moves probabilities by log-odds, and decisions with them', () => {
    expect(of({ kind: 'calibration', size: -1 }, body)).toMatchObject({ bin: 65, flagged: false });
    expect(of({ kind: 'calibration', size: 1e-9 }, body)).toMatchObject({ bin: 160, flagged: true });
  });

  it('is refused in words where it cannot be made', () => {
    const own = Uint16Array.of(cell);
    const why = (injection: Injection, claim = body) => whyNotInjected(injection, claim, { own });
    expect(why({ kind: 'image-quality', size: 0 })).toContain('nothing');
    expect(why({ kind: 'threshold', size: 0.9 })).toContain('no probability');
    expect(why({ kind: 'label-delay', size: 1.5 })).toContain('share');
    expect(why({ kind: 'case-mix', size: 1 })).toContain('one of the two outcomes');
    expect(why({ kind: 'version-mix-up', size: 1 })).toContain('No other version');
    const failures = aClaimBody({ metric: 'failure-rate', alternatives: null });
    expect(why({ kind: 'calibration', size: 1 }, failures)).toContain('no score');
  });
});

describe('a copy', () => {
  it('ends before the alarm, keeps empty days, and is drawn in whole weeks of neighbouring days', () => {
    const days = aStream('ten days', 10, 3).filter((_, i) => i !== 4);
    const part = copyOf(days, days[7]!.day);
    expect([part.days.length, part.days[4]!.length, part.cases]).toEqual([8, 0, 21]);
    const drawn = drawDays(part, 21, seededRandom('weeks'));
    const places = drawn.map((cells) => part.days.indexOf(cells as Uint16Array<ArrayBuffer>));
    for (const start of [0, 7, 14]) {
      for (let i = 1; i < 7; i++) expect(places[start + i]).toBe((places[start]! + i) % part.days.length);
    }
  });
});
