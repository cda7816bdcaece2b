import { assert } from '#kernel';

/** One row a subject, one entry a rater; undefined where the rater did not see the subject. Categories are numbers. */
export type Ratings = readonly (readonly (number | undefined)[])[];

/** How far two categories are from each other: 1 for the same, 0 for the farthest. */
export type AgreementWeights = 'unweighted' | 'linear' | 'quadratic';

/** The distinct categories, ascending. @throws (assertion) where a category is not a finite number. */
export function categoriesOf(ratings: Ratings): number[] {
  const distinct = new Set<number>();
  for (const row of ratings) for (const value of row) if (value !== undefined) distinct.add(value);
  const categories = [...distinct].sort((a, b) => a - b);
  assert(categories.every(Number.isFinite), 'a category is a finite number');
  return categories;
}

/** Why ratings cannot be used, in words that complete "not estimable, because …". */
export function whyNotRatings(ratings: Ratings): string | undefined {
  for (const row of ratings) {
    for (const value of row) if (value !== undefined && !Number.isFinite(value)) return 'a category is not a number';
  }
  return undefined;
}

/** How many raters put each subject into each category. */
export function categoryCounts(ratings: Ratings, categories: readonly number[]): Float64Array[] {
  const index = new Map(categories.map((category, k) => [category, k]));
  return ratings.map((row) => {
    const counts = new Float64Array(categories.length);
    for (const value of row) if (value !== undefined) counts[index.get(value)!]! += 1;
    return counts;
  });
}

/**
 * Weights of agreement between categories, by their numerical distance: 1 − d/D or 1 − (d/D)², D the largest distance.
 * **Source**: Cicchetti & Allison 1971; Fleiss & Cohen 1973.
 */
export function weightMatrix(categories: readonly number[], weights: AgreementWeights): number[][] {
  const range = categories[categories.length - 1]! - categories[0]!;
  return categories.map((a) =>
    categories.map((b) => {
      if (a === b) return 1;
      if (weights === 'unweighted') return 0;
      const distance = Math.abs(a - b) / range;
      return weights === 'linear' ? 1 - distance : 1 - distance * distance;
    }),
  );
}
