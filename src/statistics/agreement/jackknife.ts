import { approximateEstimate, type Estimate, notEstimable } from '../estimate.ts';
import { betaQuantile, studentMultiplier } from '../numerics/distributions.ts';

/** An agreement coefficient as a function of sums over subjects, so that leaving one out is a subtraction. */
export interface SummedCoefficient {
  readonly name: string;
  /** One vector a subject that can be compared. */
  readonly contributions: readonly Float64Array[];
  /** The coefficient from summed contributions; NaN where chance agreement is complete. */
  readonly of: (sums: Float64Array) => number;
}

/**
 * A coefficient with a jackknife interval over subjects: at most 1, and hardly below −1 except in a handful of subjects.
 * @returns Student interval on n − 1 degrees, approximate. Under perfect agreement the jackknife variance is 0: the lower end
 *   is then what a share of disagreement just possible at this n (Clopper–Pearson) would leave: 1 − (1 − p_L)·scale.
 *   Not estimable with fewer than two subjects rated twice, or where only one category was used.
 * **Source**: Efron & Stein 1981; Gwet 2014, section 5.3, for agreement.
 */
export function jackknifeInterval(coefficient: SummedCoefficient, level: number): Estimate {
  const { contributions, of, name } = coefficient;
  const n = contributions.length;
  if (n < 2) return notEstimable(n, n === 0 ? 'no subject was rated twice' : 'n < 2');
  const sums = new Float64Array(contributions[0]!.length);
  for (const one of contributions) for (let j = 0; j < sums.length; j++) sums[j]! += one[j]!;
  const value = of(sums);
  if (!Number.isFinite(value)) return notEstimable(n, 'only one category was used');
  const left = contributions.map((one) => of(sums.map((sum, j) => sum - one[j]!)));
  // Without one subject a category may vanish altogether; the coefficient of the others is then undefined.
  const usable = left.filter(Number.isFinite);
  const centre = usable.reduce((sum, one) => sum + one / usable.length, 0);
  const variance = ((n - 1) / n) * usable.reduce((sum, one) => sum + (one - centre) ** 2, 0);
  const method = `${name}, jackknife over subjects (single look)`;
  if (usable.length < n || !(variance > 1e-24)) {
    const least = value >= 1 - 1e-12 ? 1 - 2 * (1 - betaQuantile((1 - level) / 2, n, 1)) : -1;
    const [lower, upper] = [Math.min(value, Math.max(-1, least)), 1];
    return approximateEstimate({ value: Math.min(1, value), lower, upper, n, level, method });
  }
  const half = studentMultiplier(level, n - 1) * Math.sqrt(variance);
  const [lower, upper] = [Math.max(-1, value - half), Math.min(1, value + half)];
  return approximateEstimate({ value, lower: Math.min(lower, value), upper: Math.max(upper, value), n, level, method });
}
