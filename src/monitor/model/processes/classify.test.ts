import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import { aCell, aClaimBody, aMeasure } from '../builders.ts';
import { auditLevel, type CellParts, cellCount, decodeCell, encodeCell, resolution } from '../cells.ts';
import type { VerificationRule } from '../claim.ts';
import { isAsymptotic, type Metric, metricRules, metrics } from '../metrics.ts';
import { classifyRate, type RateMetric } from './classify.ts';
import { newProcess } from './new-process.ts';

/**
 * Goal: each case says what it should, and a missing outcome can mislead neither process, whatever the truth is.
 * Method: the truth table of known cases; all cells; and processes fed with gaps against processes that know the truth.
 */

const standard: VerificationRule = { model: 'reference-standard' };
const audit: VerificationRule = { model: 'audit', rate: 0.1 };
const known = (flagged: boolean, value: boolean, level: CellParts['auditLevel'] = 0): CellParts =>
  decodeCell(aCell({ flagged, value, auditLevel: level }));
const says = (metric: RateMetric, rule: VerificationRule, parts: CellParts) => {
  const { forBreak, forSupport } = classifyRate(metric, rule, parts);
  return forBreak === forSupport ? forBreak : `${forBreak}/${forSupport}`;
};

describe('what a known case says', () => {
  it.each([
    ['sensitivity', 'hit', 'miss', 'none', 'none'],
    ['specificity', 'none', 'none', 'miss', 'hit'],
    ['ppv', 'hit', 'none', 'miss', 'none'],
    ['npv', 'none', 'miss', 'none', 'hit'],
  ] as const)('for %s: flagged ill %s, cleared ill %s, flagged well %s, cleared well %s', (metric, ...words) => {
    const table = [known(true, true), known(false, true), known(true, false), known(false, false)];
    expect(table.map((parts) => says(metric, standard, parts))).toEqual(words);
  });

  it('for NPV under an audit counts only what the audit drew, whoever else had it verified', () => {
    expect(says('npv', audit, known(false, true, auditLevel.protocol))).toBe('none');
    expect(says('npv', audit, known(false, true, auditLevel.notDrawn))).toBe('none');
    expect(says('npv', audit, known(false, true, auditLevel.protocolDrawn))).toBe('miss');
    expect(says('npv', audit, known(false, false, auditLevel.drawn))).toBe('hit');
  });

  it('under an audit is not known by convention alone', () => {
    const recorded = decodeCell(aCell({ resolution: resolution.recorded, value: false }));
    expect(says('ppv', standard, recorded)).toBe('miss');
    expect(says('ppv', audit, recorded)).toBe('hit/miss');
  });
});

describe('a missing outcome', () => {
  it('says for the break process what weakens it most, and for the support process too, among all truths', () => {
    const weight = { miss: 1, none: 0, hit: -1 } as const;
    for (const metric of ['sensitivity', 'specificity', 'ppv', 'npv', 'coverage', 'selective-risk'] as const) {
      for (const rule of [standard, audit]) {
        for (let cell = 0; cell < cellCount; cell++) {
          const parts = decodeCell(cell);
          if (parts.resolution !== resolution.unresolved || parts.bin > 3) continue;
          const truths = [true, false].map((value) => {
            const one = encodeCell({ ...parts, value, resolution: resolution.verified });
            return weight[classifyRate(metric, rule, decodeCell(one)).forBreak];
          });
          const said = classifyRate(metric, rule, parts);
          expect(weight[said.forBreak]).toBe(Math.min(...truths));
          expect(weight[said.forSupport]).toBe(Math.max(...truths));
        }
      }
    }
  });

  const caseWithTruth = fc.record({
    score: fc.integer({ min: 0, max: 999 }),
    measureSeed: fc.integer({ min: 0, max: 1e6 }),
    value: fc.boolean(),
    isMissing: fc.boolean(),
    level: fc.constantFrom(0, 1, 2, 3),
  });
  const unresolved = { value: false, resolution: resolution.unresolved };
  /** What a cell carries where its outcome is missing: of lesions nothing, of false positives the candidates. */
  const missingIn = (metric: Metric, bin: number): { bin?: number } =>
    metric === 'lesion-sensitivity' ? { bin: 0 } : metric === 'false-positives-per-exam' ? { bin: bin + 2 } : {};

  const tested: [Metric, VerificationRule][] = [
    ['sensitivity', standard],
    ['specificity', standard],
    ['ppv', standard],
    ['npv', standard],
    ['ppv', audit],
    ['npv', audit],
    ['sensitivity', audit],
    ['specificity', audit],
    ['calibration-in-the-large', standard],
    ['observed-expected', standard],
    ['calibration', standard],
    ['brier', standard],
    ['absolute-error', standard],
    ['net-benefit', standard],
    ['coverage', standard],
    ['selective-risk', standard],
    ['referral-rate', audit],
    ['failure-rate', audit],
    ['lesion-sensitivity', standard],
    ['false-positives-per-exam', standard],
  ];

  it.each(tested)('never raises the break or the support of %s (%o) above full knowledge', (metric, verification) => {
    fc.assert(
      fc.property(fc.array(caseWithTruth, { maxLength: 80 }), (cases) => {
        const { measure, limit } = metricRules[metric];
        const bound = limit === 'range' ? 0.8 : metric === 'net-benefit' ? 0.2 : limit === 'most' ? 0.2 : 0.9;
        const body = aClaimBody({ metric, verification, bound });
        const [partial, full] = [newProcess(body, 1, undefined), newProcess(body, 1, undefined)];
        for (const { score, measureSeed, value, isMissing, level } of cases) {
          const isFlagged = score >= 500;
          const bin = measure === 'score' ? score : aMeasure(measure, seededRandom(`${measureSeed}`));
          // By design a flagged case is verified by protocol.
          const truth = aCell({ bin, value, flagged: isFlagged, auditLevel: (isFlagged ? level & 1 : level) as 0 });
          full.step(truth);
          const parts = decodeCell(truth);
          partial.step(isMissing ? encodeCell({ ...parts, ...missingIn(metric, bin), ...unresolved }) : truth);
        }
        const slack = 1e-9;
        expect(partial.logBreak()!).toBeLessThanOrEqual(full.logBreak()! + slack);
        const support = full.logSupport();
        if (support !== undefined) expect(partial.logSupport()!).toBeLessThanOrEqual(support + slack);
      }),
      { numRuns: 60 },
    );
  });

  it('is tested here for every metric but those it is left out of, those it is the point of, and gaps', () => {
    const elsewhere: Metric[] = ['sensitivity-gap', 'specificity-gap', 'verified-share', 'matured-share'];
    const untested = metrics.filter((metric) => !tested.some(([one]) => one === metric));
    expect(untested).toEqual([...metrics.filter(isAsymptotic), ...elsewhere]);
  });

  it.each(['sensitivity-gap', 'specificity-gap'] as const)('never adds evidence to a pair of a %s', (metric) => {
    const oneCase = fc.record({
      group: fc.integer({ min: 0, max: 1 }),
      flagged: fc.boolean(),
      isMissing: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(oneCase, { maxLength: 120 }), (cases) => {
        const body = aClaimBody({ metric });
        const [partial, full] = [newProcess(body, 1, undefined), newProcess(body, 1, undefined)];
        for (const { group, flagged, isMissing } of cases) {
          const truth = aCell({ bin: group, flagged, value: metric === 'sensitivity-gap' });
          full.step(truth);
          partial.step(isMissing ? encodeCell({ ...decodeCell(truth), ...unresolved }) : truth);
        }
        expect(partial.logBreak()!).toBeLessThanOrEqual(full.logBreak()! + 1e-9);
        expect(partial.logSupport()!).toBeLessThanOrEqual(full.logSupport()! + 1e-9);
        const nothing = newProcess(body, 1, undefined);
        for (const { group, flagged } of cases)
          nothing.step(encodeCell({ ...decodeCell(aCell({ bin: group, flagged })), ...unresolved }));
        expect(nothing.logBreak()!).toBeLessThanOrEqual(1e-9);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['verified-share', resolution.verified, 'hit'],
    ['verified-share', resolution.recorded, 'miss'],
    ['verified-share', resolution.unresolved, 'miss'],
    ['matured-share', resolution.recorded, 'hit'],
    ['matured-share', resolution.unresolved, 'miss'],
  ] as const)('is what %s is about: resolution %s is a %s', (metric, of, word) => {
    const cell = decodeCell(aCell({ resolution: of, auditLevel: auditLevel.drawn, flagged: false }));
    expect(says(metric, audit, cell)).toBe(word);
    expect(says(metric, audit, { ...cell, auditLevel: auditLevel.notDrawn })).toBe('none');
    expect(says(metric, standard, { ...cell, auditLevel: auditLevel.notDrawn })).toBe(word);
  });
});
