// Goal: figures without labels are right under what they assume, and cannot pass for evidence.
// Method: scikit-learn and all pairs in NumPy, the compiler, a simulated design, bad input.
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel';
import type { Estimate } from '../estimate.ts';
import { readOwnOracle } from '../oracle.testing.ts';
import { expectedAuroc, expectedConfusion } from './confidence-based.ts';
import { type EarlyIndication, earlyIndication, type NotIndicated } from './early-indication.ts';
import { applyIsotonic, fitIsotonic } from './isotonic-calibration.ts';
import { predictionPoweredMean, predictionWeight, type SampledCase } from './prediction-powered.ts';

const own = readOwnOracle<
  Record<'p' | 'y' | 'new' | 'calibrated' | 'scores', number[]> & Record<'auroc' | 'tp' | 'fp' | 'fn' | 'tn', number>
>('early-indication/figures.json');

function indicated(result: EarlyIndication | NotIndicated): EarlyIndication {
  if (result.kind === 'not indicated') throw new Error(result.because);
  return result;
}

describe('an early indication', () => {
  it('is refused by the compiler where evidence is wanted', () => {
    const takesEvidence = (estimate: Estimate) => estimate.n;
    const figure = earlyIndication({ value: 0.9, interval: undefined, n: 5, assumes: 'x', method: 'y' });
    // @ts-expect-error An early indication is no Estimate: if this line compiles, it can pass for evidence.
    expect(takesEvidence(figure)).toBe(5);
    expect('estimable' in figure).toBe(false);
  });
});

describe('isotonic calibration', () => {
  it("is scikit-learn's, between and beyond its points", () => {
    const fit = fitIsotonic(own.p, own.y);
    if (!fit.estimable) throw new Error(fit.because);
    own.new.forEach((p, i) => {
      expect(applyIsotonic(fit, p)).toBeCloseTo(own.calibrated[i]!, 12);
    });
    expect(fitIsotonic([], [])).toMatchObject({ because: 'no labels yet' });
    expect(fitIsotonic([2], [1]).estimable).toBe(false);
    expect(fitIsotonic([0.5], [3]).estimable).toBe(false);
  });
});

describe('confidence-based estimation', () => {
  const cases = { probabilities: own.calibrated, scores: own.scores };

  it('equals the sum over all pairs, ties half', () => {
    expect(indicated(expectedAuroc(cases)).value).toBeCloseTo(own.auroc, 12);
  });

  it('gives the expected counts at a threshold', () => {
    const confusion = expectedConfusion(cases, 0.5);
    if ('kind' in confusion) throw new Error(confusion.because);
    expect(confusion.truePositives).toBeCloseTo(own.tp, 10);
    expect(confusion.falsePositives).toBeCloseTo(own.fp, 10);
    expect(confusion.falseNegatives).toBeCloseTo(own.fn, 10);
    expect(confusion.trueNegatives).toBeCloseTo(own.tn, 10);
    expect(indicated(confusion.sensitivity).value).toBeCloseTo(own.tp / (own.tp + own.fn), 12);
  });

  it('says why not', () => {
    expect(expectedAuroc({ probabilities: [], scores: [] })).toMatchObject({ because: 'no cases yet' });
    expect(expectedAuroc({ probabilities: [1, 1], scores: [1, 2] })).toMatchObject({
      because: 'one class only is expected',
    });
    expect(expectedAuroc({ probabilities: [0.5], scores: [1] }).kind).toBe('not indicated');
    expect(expectedAuroc({ probabilities: [Number.NaN], scores: [1] }).kind).toBe('not indicated');
    expect(indicated(expectedAuroc({ probabilities: [0.3, 0.7], scores: [1, 1] })).value).toBeCloseTo(0.5, 12);
  });
});

describe('prediction-powered inference', () => {
  /** Losses of mean .2; the model foresees them with some truth; every fifth case is sampled. */
  function batch(random: () => number, n: number): SampledCase[] {
    return Array.from({ length: n }, () => {
      const foreseen = random() < 0.2 ? 0.8 : 0.05;
      const loss = random() < foreseen ? 1 : 0;
      return random() < 0.2 ? { foreseen, loss, probability: 0.2 } : { foreseen, probability: 0.2 };
    });
  }

  it('covers the true mean, and is narrower than the sample alone', () => {
    const random = seededRandom('ppi');
    const truth = 0.2 * 0.8 + 0.8 * 0.05;
    const weight = predictionWeight(batch(random, 2000));
    expect(weight).toBeGreaterThan(0.5);
    let [covered, width, widthAlone] = [0, 0, 0];
    for (let run = 0; run < 300; run++) {
      const cases = batch(random, 600);
      const { interval } = indicated(predictionPoweredMean(cases, weight));
      const alone = indicated(predictionPoweredMean(cases, 0)).interval!;
      if (interval!.lower <= truth && interval!.upper >= truth) covered++;
      width += interval!.upper - interval!.lower;
      widthAlone += alone.upper - alone.lower;
    }
    expect(covered / 300).toBeGreaterThan(0.91);
    expect(width).toBeLessThan(widthAlone * 0.85);
  });

  it('says why not, and learns nothing from nothing', () => {
    expect(predictionPoweredMean([], 0.5)).toMatchObject({ because: 'fewer than two cases were sampled' });
    const missing = [
      { foreseen: Number.NaN, loss: 1, probability: 1 },
      { foreseen: 1, loss: 1, probability: 1 },
    ];
    expect(predictionPoweredMean(missing, 0.5)).toMatchObject({ because: 'a value is not a finite number' });
    expect(predictionWeight([])).toBe(0);
    expect(predictionWeight([...missing, { foreseen: 1, probability: 1 }])).toBe(0);
  });
});
