// Goal: sequential figures are right on a machine without the shared data too. Method: figures computed from the definitions
// with NumPy and SciPy by test/oracles/sequential/make.py, that share no code with this room.
import { describe, expect, it } from 'vitest';
import { readOwnOracle } from '../oracle.testing.ts';
import { asymptoticRhoSquared } from './asymptotic-confidence-sequence.ts';
import { approximateKelly, bettingLogWealth, gridMixture, newBettingState, stepBetting } from './betting.ts';
import { defaultBinaryClaimDesign, logBreakE, prepareBinaryClaim } from './binary-claim.ts';
import { binaryConfidenceSequence } from './binary-confidence-sequence.ts';
import { binaryDetector, stepBinaryDetector } from './binary-detector.ts';
import { calibrationClaim, calibrationLogE, newCalibrationState, stepCalibration } from './calibration-process.ts';
import { newDetectorState } from './detector.ts';

const own = readOwnOracle<{
  hits: number[];
  cont: number[];
  log_break: Record<string, number>;
  sr: Record<string, number>;
  robbins: Record<string, [number, number]>;
  grid_less: number;
  grid_both: number;
  akelly: number;
  p: number[];
  y: (0 | 1)[];
  calibration: number;
  rho2: number;
}>('sequential/figures.json');

describe('sequential figures', () => {
  const claim = prepareBinaryClaim(defaultBinaryClaimDesign(0.9));

  it('of a binary claim: break e-value and e-SR', () => {
    const detector = binaryDetector(claim, [1e9]);
    const state = newDetectorState(detector);
    let k = 0;
    own.hits.forEach((hit, i) => {
      k += hit;
      const value = stepBinaryDetector(detector, state, hit === 1);
      const [expectedE, expectedM] = [own.log_break[i + 1], own.sr[i + 1]];
      if (expectedE === undefined || expectedM === undefined) return;
      expect(logBreakE(claim, i + 1, k)).toBeCloseTo(expectedE, 9);
      expect(value / expectedM).toBeCloseTo(1, 9);
    });
  });

  it.each(Object.entries(own.robbins))('of the beta-binomial sequence at %s', (counts, [lower, upper]) => {
    const [k, n] = counts.split('/').map(Number) as [number, number];
    const sequence = binaryConfidenceSequence({ n, k });
    if (!sequence.estimable) throw new Error(sequence.because);
    expect(sequence.lower).toBeCloseTo(lower, 10);
    expect(sequence.upper).toBeCloseTo(upper, 10);
  });

  it('of bets on a bounded mean', () => {
    const wealth = (strategy: ReturnType<typeof gridMixture>, m: number) => {
      const state = newBettingState(strategy);
      for (const x of own.cont.slice(0, 150)) stepBetting(strategy, state, { x, m });
      return bettingLogWealth(strategy, state);
    };
    expect(wealth(gridMixture('less'), 0.7)).toBeCloseTo(own.grid_less, 10);
    expect(wealth(gridMixture('both'), 0.6)).toBeCloseTo(own.grid_both, 10);
    expect(wealth(approximateKelly('both'), 0.6)).toBeCloseTo(own.akelly, 10);
  });

  it('of the calibration process and of the asymptotic sequence', () => {
    const calibration = calibrationClaim();
    const state = newCalibrationState(calibration);
    own.p.forEach((p, i) => {
      stepCalibration(calibration, state, p, own.y[i]!);
    });
    expect(calibrationLogE(state)).toBeCloseTo(own.calibration, 9);
    expect(asymptoticRhoSquared(350, 0.05)).toBeCloseTo(own.rho2, 12);
  });
});
