import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import {
  calibrationClaim,
  calibrationLogE,
  newCalibrationState,
  scoreBin,
  scoreBinCentre,
  stepCalibration,
} from '#statistics';
import { aCell, aClaimBody } from '../builders.ts';
import { auditLevel, resolution } from '../cells.ts';
import { newProcess } from './new-process.ts';

/** Goal: processes on cells are those of the specification. Method: its worked numbers, and the plain statistics beside. */

const hit = aCell();
const miss = aCell({ flagged: false, bin: 100 });

describe('a rate on cells', () => {
  it.each([
    [1, 1, 0.8505618783],
    [1, 0, 2.344943096],
    [30, 24, 2.201108452],
    [100, 82, 7.630473672],
    [350, 300, 7.953302414],
    [3, 0, 24.09855],
  ])('has the break evidence of the specification at n = %i, k = %i', (n, k, evidence) => {
    const process = newProcess(aClaimBody(), 1, undefined);
    for (let i = 0; i < n; i++) process.step(i < k ? hit : miss);
    expect(Math.exp(process.logBreak()!)).toBeCloseTo(evidence, 5);
    expect(process.counts()).toEqual({ n, k, known: n, forSupport: { n, k } });
  });

  it.each([
    [100, 97, 16.8198697],
    [45, 45, 20.4114],
  ])('has the support evidence of the specification at n = %i, k = %i', (n, k, evidence) => {
    const process = newProcess(aClaimBody(), 1, undefined);
    for (let i = 0; i < n; i++) process.step(i < k ? hit : miss);
    expect(Math.exp(process.logSupport()!)).toBeCloseTo(evidence, 4);
  });

  it('shows the interval of the cases with a known outcome, and counts the others beside', () => {
    const process = newProcess(aClaimBody(), 1, undefined);
    for (let i = 0; i < 350; i++) process.step(i < 313 ? hit : miss);
    for (let i = 0; i < 40; i++) process.step(aCell({ resolution: resolution.unresolved, value: false }));
    const estimate = process.estimate();
    expect(estimate).toMatchObject({ estimable: true, n: 350 });
    if (estimate.estimable) expect([estimate.lower, estimate.upper]).toEqual([0.83663605, 0.9395197].map(near));
    expect(process.counts()).toEqual({ n: 390, k: 353, known: 350, forSupport: { n: 350, k: 313 } });
  });
});

const near = (value: number): unknown => expect.closeTo(value, 6);

describe('calibration on cells', () => {
  it('is the process of statistics at the centres of the score bins', () => {
    const random = seededRandom('calibration on cells');
    const claim = calibrationClaim(0.02);
    const state = newCalibrationState(claim);
    const process = newProcess(aClaimBody({ metric: 'calibration', tolerance: 0.02 }), 1, undefined);
    for (let i = 0; i < 400; i++) {
      const bin = scoreBin(random());
      const value = random() < 0.5;
      process.step(aCell({ bin, value, flagged: bin >= 500 }));
      stepCalibration(claim, state, scoreBinCentre(bin), value ? 1 : 0);
    }
    expect(process.logBreak()).toBeCloseTo(calibrationLogE(state), 9);
    expect(process.logSupport()).toBeUndefined();
  });
});

describe('an audited sensitivity', () => {
  const body = aClaimBody({ verification: { model: 'audit', rate: 0.1 }, bound: 0.8 });
  const drawnMiss = aCell({ flagged: false, bin: 100, auditLevel: auditLevel.drawn });

  it('weighs a miss that the audit found by the inverse of its rate', () => {
    const process = newProcess(body, 1, undefined);
    for (let i = 0; i < 90; i++) process.step(hit);
    process.step(drawnMiss);
    const estimate = process.estimate();
    // 90 hits, and one miss that stands for ten.
    expect(estimate.estimable && estimate.value).toBeCloseTo(0.9, 9);
  });

  it('leaves out what the audit did not draw, verified or not', () => {
    const process = newProcess(body, 1, undefined);
    expect(process.step(aCell({ flagged: false, bin: 100, auditLevel: auditLevel.notDrawn }))).toBe(false);
    expect(process.counts().n).toBe(0);
  });

  it('does not inflate as the sensitivity among the verified does', () => {
    const random = seededRandom('audited');
    const process = newProcess(body, 1, undefined);
    let [found, seen] = [0, 0];
    for (let i = 0; i < 40_000; i++) {
      const isFlagged = random() < 0.8;
      const isDrawn = random() < 0.1;
      if (!isFlagged && !isDrawn) continue;
      seen++;
      if (isFlagged) found++;
      process.step(isFlagged ? hit : drawnMiss);
    }
    expect(found / seen).toBeGreaterThan(0.96);
    const estimate = process.estimate();
    expect(estimate.estimable && Math.abs(estimate.value - 0.8)).toBeLessThan(0.02);
    expect(process.logBreak()!).toBeLessThan(Math.log(20));
  });
});
