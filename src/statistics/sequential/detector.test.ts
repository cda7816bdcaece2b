// Goal: the detector gives the published values, finds the change point, and its replay equals its increments.
// Method: the worked golden-ratio sequence of the specification, and properties over random outcomes and cuts.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultBinaryClaimDesign, logBreakE, prepareBinaryClaim } from './binary-claim.ts';
import { binaryDetector, replayBinaryDetector, stepBinaryDetector } from './binary-detector.ts';
import { boundedAlternatives, boundedFactors } from './bounded-claims.ts';
import { calibrationInTheLargeFamily } from './bounded-families.ts';
import { type DetectorDesign, detectorValue, newDetectorState, readDetector, stepDetector } from './detector.ts';
import { stateFromBytes, stateToBytes } from './state-bytes.ts';

const phi = (Math.sqrt(5) - 1) / 2;
const golden = Array.from({ length: 500 }, (_, i) => ((i + 1) * phi) % 1 < 0.83);
const claim = prepareBinaryClaim(defaultBinaryClaimDesign(0.9));
const detector = binaryDetector(claim, [100, 2000, 10000]);
const outcomes = fc.array(fc.boolean(), { minLength: 1, maxLength: 300 });

describe('the e-detector of a binary claim', () => {
  it('gives the worked values on the golden-ratio sequence', () => {
    const expected = new Map([
      [1, 0.8505619],
      [2, 1.5908241],
      [3, 5.6868552],
      [10, 11.36284],
      [50, 76.145216],
      [100, 177.89094],
      [200, 1397.4013],
      [500, 783963.19],
    ]);
    const state = newDetectorState(detector);
    golden.forEach((hit, i) => {
      const value = stepBinaryDetector(detector, state, hit);
      const worked = expected.get(i + 1);
      if (worked !== undefined) expect(value / worked).toBeCloseTo(1, 6);
    });
    expect(readDetector(detector, state).crossings.map(({ level, atCase }) => [level, atCase])).toEqual([
      [100, 58],
      [2000, 202],
      [10000, 291],
    ]);
  });

  it('follows an e-process that first reaches 20 at case 152 of that sequence', () => {
    let k = 0;
    const first = golden.findIndex((hit, i) => {
      if (hit) k++;
      return logBreakE(claim, i + 1, k) >= Math.log(20);
    });
    expect(first + 1).toBe(152);
  });

  it('dates a sudden change to within a few cases', () => {
    const good = Array.from({ length: 400 }, (_, i) => i % 20 !== 0);
    const bad = Array.from({ length: 200 }, (_, i) => i % 2 === 0);
    const state = replayBinaryDetector(detector, [...good, ...bad]);
    const { crossings } = readDetector(detector, state);
    expect(crossings).toHaveLength(3);
    for (const { atCase, changePoint } of crossings) {
      expect(atCase).toBeGreaterThan(400);
      expect(Math.abs(changePoint - 401)).toBeLessThanOrEqual(5);
    }
  });

  it('keeps a crossing after the value has fallen again', () => {
    const state = replayBinaryDetector(detector, [
      ...Array.from({ length: 5 }, () => false),
      ...Array.from({ length: 500 }, () => true),
    ]);
    const reading = readDetector(detector, state);
    expect(reading.value).toBeLessThan(100);
    expect(reading.crossings[0]).toMatchObject({ level: 100, changePoint: 1 });
  });

  it('replayed from any checkpoint equals the increments, bit for bit', () => {
    fc.assert(
      fc.property(outcomes, fc.nat(), (row, cutAt) => {
        const cut = cutAt % (row.length + 1);
        const whole = replayBinaryDetector(detector, row);
        const checkpoint = stateToBytes(replayBinaryDetector(detector, row.slice(0, cut)));
        const restored = stateFromBytes(checkpoint, newDetectorState(detector).length);
        const continued = replayBinaryDetector(detector, row.slice(cut), restored);
        expect(stateToBytes(continued)).toEqual(stateToBytes(whole));
      }),
    );
  });

  it('depends on the order of cases', () => {
    const early = replayBinaryDetector(detector, [false, true, true]);
    const late = replayBinaryDetector(detector, [true, true, false]);
    expect(detectorValue(detector, early)).not.toBeCloseTo(detectorValue(detector, late), 3);
  });

  it('lies at or above every e-process restarted within the sequence', () => {
    fc.assert(
      fc.property(outcomes, (row) => {
        const value = detectorValue(detector, replayBinaryDetector(detector, row));
        row.forEach((_, start) => {
          const rest = row.slice(start);
          const restarted = logBreakE(claim, rest.length, rest.filter(Boolean).length);
          expect(value * (1 + 1e-9)).toBeGreaterThanOrEqual(Math.exp(restarted));
        });
      }),
      { numRuns: 25 },
    );
  });

  it('stays finite however long a bad row is', () => {
    const state = replayBinaryDetector(
      detector,
      Array.from({ length: 5000 }, () => false),
    );
    expect(state.every(Number.isFinite)).toBe(true);
    expect(readDetector(detector, state).crossings).toHaveLength(3);
  });
});

describe('the e-detector of a bounded claim', () => {
  const family = calibrationInTheLargeFamily('break', 0.05);
  const design: DetectorDesign = { alternatives: boundedAlternatives(family), levels: [1000] };

  it('alarms when outcomes become more frequent than predicted, and dates it', () => {
    const state = newDetectorState(design);
    const factors = new Float64Array(design.alternatives);
    for (let i = 0; i < 600; i++) {
      const y = i < 300 ? i % 5 === 0 : i % 2 === 0;
      stepDetector(design, state, boundedFactors(family, { p: 0.2, y: y ? 1 : 0 }, factors));
    }
    const [crossing] = readDetector(design, state).crossings;
    expect(crossing?.atCase).toBeGreaterThan(300);
    expect(Math.abs((crossing?.changePoint ?? 0) - 301)).toBeLessThanOrEqual(10);
  });
});
