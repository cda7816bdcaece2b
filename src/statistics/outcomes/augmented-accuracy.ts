import { assert } from '#kernel';
import { approximateEstimate, type Estimate, notEstimable } from '../estimate.ts';
import { normalMultiplier } from '../numerics/distributions.ts';
import { fitLogistic } from '../numerics/logistic-regression.ts';
import { expit, logit } from '../numerics/logit.ts';
import { whyNotMatrix } from '../numerics/usable.ts';
import { leastModelledProbability } from './censoring-weights.ts';
import type { Accuracy } from './verification.ts';

/** A case of a study in which not every case was verified. */
export interface PartlyVerifiedCase {
  readonly decision: 0 | 1;
  /** What disease and verification may depend on besides the decision; as many numbers for every case, may be none. */
  readonly covariates: readonly number[];
  /** Absent where not verified. */
  readonly outcome?: 0 | 1;
  /** π, where the audit design gives it; where absent it is modelled, and the label says so. */
  readonly probability?: number;
}

/**
 * Sensitivity and specificity by augmented inverse probability weighting, cross-fitted: right where either the model of
 * verification or that of disease is right.
 * @param cases see `PartlyVerifiedCase`, in an order that has nothing to do with the outcome: case i is in fold i mod folds.
 * @param options folds, default 5; level.
 * @returns approximate; logistic models of disease (and of verification, truncated at .05) in decision and covariates, each case
 *   predicted from the other folds; where such a fit fails, the rate of its training cases takes its place. Not estimable
 *   without verified cases of both decisions, with fewer than two cases a fold, or where the estimated total is not positive.
 * **Source**: Robins, Rotnitzky & Zhao, JASA 1994; Chernozhukov et al., Econometrics J 2018 (cross-fitting); ratio variance
 * by its influence values. Oracle: Begg–Greenes on hepatic scintigraphy, and a known population by simulation.
 */
export function augmentedAccuracy(
  cases: readonly PartlyVerifiedCase[],
  options: { folds?: number; level?: number } = {},
): Accuracy {
  const { folds = 5, level = 0.95 } = options;
  const n = cases.length;
  const refuse = (because: string) => ({
    sensitivity: notEstimable(n, because),
    specificity: notEstimable(n, because),
  });
  if (n === 0) return refuse('no labels yet');
  if (n < 2 * folds) return refuse('fewer than two cases a fold');
  const design = cases.map((one) => [1, one.decision, ...one.covariates]);
  const why = whyNotMatrix(design);
  if (why !== undefined) return refuse(why);
  for (const decision of [0, 1]) {
    const isVerified = cases.some((one) => one.decision === decision && one.outcome !== undefined);
    if (!isVerified) return refuse('no case of one decision was verified');
  }
  const disease = crossFit(
    design,
    cases.map((one) => one.outcome),
    folds,
  );
  const verification = crossFit(
    design,
    cases.map((one) => (one.outcome === undefined ? 0 : 1)),
    folds,
  );
  const isModelled = cases.some((one) => one.probability === undefined);
  const augmented = cases.map((one, i) => {
    const probability = one.probability ?? Math.max(leastModelledProbability, verification[i]!);
    assert(probability > 0 && probability <= 1, 'a probability of verification lies in (0, 1]');
    const expected = disease[i]!;
    return one.outcome === undefined ? expected : expected + (one.outcome - expected) / probability;
  });
  const method = `augmented inverse probability, ${isModelled ? 'model-based' : 'design'} weights (single look)`;
  const share = (isHit: (one: PartlyVerifiedCase) => boolean, of: (value: number) => number) =>
    ratio(
      cases.map((one, i) => ({ whole: of(augmented[i]!), isHit: isHit(one) })),
      { level, method },
    );
  return {
    sensitivity: share(
      (one) => one.decision === 1,
      (value) => value,
    ),
    specificity: share(
      (one) => one.decision === 0,
      (value) => 1 - value,
    ),
  };
}

/** Predictions of each case from the other folds; undefined outcomes are not trained on. */
function crossFit(design: readonly number[][], outcomes: readonly (number | undefined)[], folds: number): Float64Array {
  const predictions = new Float64Array(design.length);
  for (let fold = 0; fold < folds; fold++) {
    const training = design.map((_, i) => i).filter((i) => i % folds !== fold && outcomes[i] !== undefined);
    const rate = training.reduce((sum, i) => sum + outcomes[i]!, 0) / Math.max(1, training.length);
    const fit = fitLogistic({
      columns: design[0]!.map((_, j) => Float64Array.from(training, (i) => design[i]![j]!)),
      events: training.map((i) => outcomes[i]!),
    });
    for (let i = fold; i < design.length; i += folds) {
      const logOdds = fit.estimable ? fit.coefficients.reduce((sum, b, j) => sum + b * design[i]![j]!, 0) : 0;
      predictions[i] = fit.estimable ? expit(logOdds) : rate;
    }
  }
  return predictions;
}

/** Σ hits/Σ whole with the interval of its influence values, on the logit scale where the value allows it. */
function ratio(
  parts: readonly { whole: number; isHit: boolean }[],
  { level, method }: { level: number; method: string },
): Estimate {
  const n = parts.length;
  const whole = parts.reduce((sum, one) => sum + one.whole, 0);
  if (!(whole > 0)) return notEstimable(n, 'one class only');
  const raw = parts.reduce((sum, one) => sum + (one.isHit ? one.whole : 0), 0) / whole;
  const value = Math.min(1, Math.max(0, raw));
  const squares = parts.reduce((sum, one) => sum + (one.whole * ((one.isHit ? 1 : 0) - raw)) ** 2, 0);
  const half = normalMultiplier(level) * (Math.sqrt(squares) / whole);
  if (value === 0 || value === 1 || half === 0) {
    // No miss (or no hit) is seen: at least the interval that as many whole cases would have.
    const reach = Math.max(half, 1 - ((1 - level) / 2) ** (1 / whole));
    const [lower, upper] = [Math.max(0, value - reach), Math.min(1, value + reach)];
    return approximateEstimate({ value, lower, upper, n, level, method });
  }
  const reach = half / (value * (1 - value));
  const [lower, upper] = [expit(logit(value) - reach), expit(logit(value) + reach)];
  return approximateEstimate({ value, lower: Math.min(lower, value), upper: Math.max(upper, value), n, level, method });
}
