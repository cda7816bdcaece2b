import { assert } from '#kernel';
import { normalMultiplier } from '../numerics/distributions.ts';
import { type EarlyIndication, earlyIndication, type NotIndicated, notIndicated } from './early-indication.ts';

/** A case with the loss that the model foresees, and, where the sampler chose it, the loss that occurred. */
export interface SampledCase {
  /** Ỹ: loss foreseen without the outcome (under the model's own probability, by a second reader …). */
  readonly foreseen: number;
  /** Y, where the case was sampled and looked at. */
  readonly loss?: number;
  /** π in (0, 1], the probability with which the sampler chose such a case, known by design. */
  readonly probability: number;
}

/**
 * A mean risk from few outcomes and many predictions: the mean of λỸ + (V/π)(Y − λỸ).
 * @param cases all cases of a batch, sampled or not. @param weight λ in [0, 1], from earlier batches (`predictionWeight`);
 *   0 uses the sampled outcomes alone.
 * @param level of the normal interval. @returns unbiased for any λ fixed before the batch; not indicated with fewer than two
 *   sampled cases, or values that are not finite.
 * **Source**: Angelopoulos et al., Science 2023, and PPI++ 2023, in Horvitz–Thompson form; statistics spec, section 16.
 * Oracle: NumPy, 1e-12; coverage by simulation.
 */
export function predictionPoweredMean(
  cases: readonly SampledCase[],
  weight: number,
  level = 0.95,
): EarlyIndication | NotIndicated {
  assert(weight >= 0 && weight <= 1, 'the weight of predictions lies in [0, 1]');
  const n = cases.length;
  const sampled = cases.filter((one) => one.loss !== undefined).length;
  if (sampled < 2) return notIndicated(n, 'fewer than two cases were sampled');
  const terms = cases.map((one) => termOf(one, weight));
  const value = terms.reduce((sum, term) => sum + term / n, 0);
  if (!Number.isFinite(value)) return notIndicated(n, 'a value is not a finite number');
  const variance = terms.reduce((sum, term) => sum + (term - value) ** 2, 0) / (n - 1) / n;
  const half = normalMultiplier(level) * Math.sqrt(variance);
  return earlyIndication({
    value,
    interval: { lower: value - half, upper: value + half, level },
    n,
    assumes: 'cases were sampled by the design, and enough of them for a normal interval',
    method: 'prediction-powered inference with design-based sampling',
  });
}

function termOf({ foreseen, loss, probability }: SampledCase, weight: number): number {
  assert(probability > 0 && probability <= 1, 'a probability of sampling lies in (0, 1]');
  return weight * foreseen + (loss === undefined ? 0 : (loss - weight * foreseen) / probability);
}

/**
 * The λ that would have been best in an earlier batch: Cov(Y, Ỹ)/((1 + f)Var(Ỹ)) among sampled cases, f = sampled/others,
 * clipped to [0, 1]. @returns 0 where nothing can be learned.
 * **Source**: PPI++ (Angelopoulos, Duchi & Zrnic 2023), example 6.1.
 */
export function predictionWeight(earlier: readonly SampledCase[]): number {
  const pairs = earlier.flatMap((one) => (one.loss === undefined ? [] : [{ y: one.loss, x: one.foreseen }]));
  const others = earlier.length - pairs.length;
  if (pairs.length < 2 || others === 0) return 0;
  const mean = (of: (pair: { x: number; y: number }) => number) =>
    pairs.reduce((sum, pair) => sum + of(pair) / pairs.length, 0);
  const [x, y] = [mean((pair) => pair.x), mean((pair) => pair.y)];
  const covariance = mean((pair) => (pair.x - x) * (pair.y - y));
  const variance = mean((pair) => (pair.x - x) ** 2);
  const best = covariance / ((1 + pairs.length / others) * variance);
  return Number.isFinite(best) ? Math.min(1, Math.max(0, best)) : 0;
}
