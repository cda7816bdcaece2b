import { type Estimate, notEstimable } from '../estimate.ts';
import { jackknifeInterval } from './jackknife.ts';
import { categoriesOf, categoryCounts, type Ratings, whyNotRatings } from './ratings.ts';

/** How disagreement between two values is measured. */
export type DisagreementMetric = 'nominal' | 'ordinal' | 'interval';

/**
 * Krippendorff's alpha: any number of raters, missing ratings, nominal, ordinal or interval values.
 * @param ratings see `Ratings`. @param options metric, default nominal; level of the jackknife interval over subjects.
 * @returns at most 1, cut to −1 below in its interval. Not estimable where no subject was rated twice, or only one category
 *   was used.
 * **Source**: Krippendorff, "Computing Krippendorff's alpha-reliability" 2011, section 1.D and E. Oracle: the package
 * krippendorff, 1e-10.
 */
export function krippendorffAlpha(
  ratings: Ratings,
  options: { metric?: DisagreementMetric; level?: number } = {},
): Estimate {
  const { metric = 'nominal', level = 0.95 } = options;
  const why = whyNotRatings(ratings);
  if (why !== undefined) return notEstimable(ratings.length, why);
  const pairable = ratings.filter((row) => row.filter((value) => value !== undefined).length > 1);
  const categories = categoriesOf(pairable);
  const contributions = categoryCounts(pairable, categories).map(coincidences);
  return jackknifeInterval(
    {
      name: `Krippendorff's alpha, ${metric}`,
      contributions,
      of: (sums) => alphaOf(sums, categories, metric),
    },
    level,
  );
}

/** One subject's coincidences of values, row by row: n_c(n_k − [c = k])/(m − 1). */
function coincidences(counts: Float64Array): Float64Array {
  const size = counts.length;
  const raters = counts.reduce((sum, value) => sum + value, 0);
  const matrix = new Float64Array(size * size);
  for (let c = 0; c < size; c++)
    for (let k = 0; k < size; k++)
      matrix[c * size + k] = (counts[c]! * (counts[k]! - (c === k ? 1 : 0))) / (raters - 1);
  return matrix;
}

function alphaOf(matrix: Float64Array, categories: readonly number[], metric: DisagreementMetric): number {
  const size = categories.length;
  const totals = categories.map((_, c) => matrix.subarray(c * size, (c + 1) * size).reduce((sum, one) => sum + one, 0));
  const all = totals.reduce((sum, one) => sum + one, 0);
  let [observed, expected] = [0, 0];
  for (let c = 0; c < size; c++) {
    for (let k = c + 1; k < size; k++) {
      const difference = squaredDifference(c, k, { categories, totals, metric });
      observed += matrix[c * size + k]! * difference;
      expected += totals[c]! * totals[k]! * difference;
    }
  }
  return expected <= 1e-12 ? Number.NaN : 1 - ((all - 1) * observed) / expected;
}

function squaredDifference(
  c: number,
  k: number,
  scale: { categories: readonly number[]; totals: readonly number[]; metric: DisagreementMetric },
): number {
  const { categories, totals, metric } = scale;
  if (metric === 'nominal') return 1;
  if (metric === 'interval') return (categories[c]! - categories[k]!) ** 2;
  let between = 0;
  for (let g = c; g <= k; g++) between += totals[g]!;
  return (between - (totals[c]! + totals[k]!) / 2) ** 2;
}
