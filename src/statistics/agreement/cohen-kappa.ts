import { assert } from '#kernel';
import { approximateEstimate, type Estimate, notEstimable } from '../estimate.ts';
import { betaQuantile, normalMultiplier } from '../numerics/distributions.ts';
import { type AgreementWeights, categoriesOf, weightMatrix, whyNotRatings } from './ratings.ts';

/**
 * Cohen's kappa of two raters, unweighted, linear or quadratic.
 * @param first, second categories as numbers, one a subject; for weights their distances matter, over the whole scale given.
 * @param options weights; level; categories: the whole scale, default the categories used.
 * @returns in [−1, 1] with the large-sample interval; under perfect agreement the lower end comes from the Clopper–Pearson
 *   bound of observed agreement. Not estimable with `no labels yet` or where both raters used one and the same category.
 * **Source**: Cohen 1960, 1968; standard error of Fleiss, Cohen & Everitt, Psychological Bulletin 1969, equation 14.
 * Oracle: statsmodels `cohens_kappa`, 1e-12.
 */
export function cohenKappa(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  options: { weights?: AgreementWeights; level?: number; categories?: readonly number[] } = {},
): Estimate {
  assert(first.length === second.length, 'both raters rated the same subjects');
  const { weights = 'unweighted', level = 0.95 } = options;
  const n = first.length;
  if (n === 0) return notEstimable(0, 'no labels yet');
  const pairs = Array.from(first, (value, i) => [value, second[i]!]);
  const why = whyNotRatings(pairs);
  if (why !== undefined) return notEstimable(n, why);
  const categories = options.categories ?? categoriesOf(pairs);
  const weight = weightMatrix(categories, weights);
  const { cells, rows, columns } = shares(pairs, categories);
  const sum = (of: (i: number, j: number) => number) =>
    categories.reduce((total, _, i) => total + categories.reduce((part, __, j) => part + of(i, j), 0), 0);
  const observed = sum((i, j) => weight[i]![j]! * cells[i]![j]!);
  const expected = sum((i, j) => weight[i]![j]! * rows[i]! * columns[j]!);
  if (1 - expected < 1e-12) return notEstimable(n, 'only one category was used');
  const value = (observed - expected) / (1 - expected);
  const method = `Cohen's kappa, ${weights} (single look)`;
  if (1 - observed < 1e-12) {
    const least = (betaQuantile((1 - level) / 2, n, 1) - expected) / (1 - expected);
    return approximateEstimate({ value: 1, lower: Math.max(-1, least), upper: 1, n, level, method });
  }
  const ofRow = categories.map((_, i) => categories.reduce((part, __, j) => part + columns[j]! * weight[i]![j]!, 0));
  const ofColumn = categories.map((_, j) => categories.reduce((part, __, i) => part + rows[i]! * weight[i]![j]!, 0));
  const squares = sum((i, j) => cells[i]![j]! * (weight[i]![j]! - (ofRow[i]! + ofColumn[j]!) * (1 - value)) ** 2);
  const variance = (squares - (value - expected * (1 - value)) ** 2) / (n * (1 - expected) ** 2);
  const half = normalMultiplier(level) * Math.sqrt(Math.max(0, variance));
  // Zero variance means that every case counts alike, as with complete disagreement: nothing is then excluded.
  const [lower, upper] = variance > 1e-15 ? [value - half, value + half] : [-1, 1];
  return approximateEstimate({ value, lower: Math.max(-1, lower), upper: Math.min(1, upper), n, level, method });
}

function shares(pairs: readonly (readonly number[])[], categories: readonly number[]) {
  const index = new Map(categories.map((category, k) => [category, k]));
  const cells = categories.map(() => new Float64Array(categories.length));
  const rows = new Float64Array(categories.length);
  const columns = new Float64Array(categories.length);
  for (const [a, b] of pairs) {
    const [i, j] = [index.get(a!), index.get(b!)];
    assert(i !== undefined && j !== undefined, 'a rating is one of the categories of the scale');
    cells[i]![j]! += 1 / pairs.length;
    rows[i]! += 1 / pairs.length;
    columns[j]! += 1 / pairs.length;
  }
  return { cells, rows, columns };
}
