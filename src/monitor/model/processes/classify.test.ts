import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aCell, aClaimBody } from '../builders.ts';
import { auditLevel, type CellParts, cellCount, decodeCell, encodeCell, resolution } from '../cells.ts';
import type { Metric, VerificationRule } from '../claim.ts';
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
    for (const metric of ['sensitivity', 'specificity', 'ppv', 'npv'] as const) {
      for (const rule of [standard, audit]) {
        for (let cell = 0; cell < cellCount; cell++) {
          const parts = decodeCell(cell);
          if (parts.resolution !== resolution.unresolved || parts.bin !== 0) continue;
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
    bin: fc.integer({ min: 0, max: 999 }),
    value: fc.boolean(),
    isMissing: fc.boolean(),
    level: fc.constantFrom(0, 1, 2, 3),
  });
  const metrics: [Metric, VerificationRule][] = [
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
  ];

  it.each(metrics)('never raises the break or the support of %s (%o) above full knowledge', (metric, verification) => {
    fc.assert(
      fc.property(fc.array(caseWithTruth, { maxLength: 80 }), (cases) => {
        const body = aClaimBody({ metric, verification, bound: metric === 'observed-expected' ? 0.8 : 0.9 });
        const [partial, full] = [newProcess(body, 1, undefined), newProcess(body, 1, undefined)];
        for (const { bin, value, isMissing, level } of cases) {
          const isFlagged = bin >= 500;
          // By design a flagged case is verified by protocol.
          const truth = aCell({ bin, value, flagged: isFlagged, auditLevel: (isFlagged ? level & 1 : level) as 0 });
          full.step(truth);
          const parts = decodeCell(truth);
          partial.step(isMissing ? encodeCell({ ...parts, value: false, resolution: resolution.unresolved }) : truth);
        }
        const slack = 1e-9;
        expect(partial.logBreak()!).toBeLessThanOrEqual(full.logBreak()! + slack);
        const support = full.logSupport();
        if (support !== undefined) expect(partial.logSupport()!).toBeLessThanOrEqual(support + slack);
      }),
      { numRuns: 60 },
    );
  });
});
