import { assert } from '#kernel';
import { linearQuantile } from './quantile.ts';

/** Harrell's places of the knots, as quantiles, by their number. */
const knotQuantiles: Readonly<Record<3 | 4 | 5, readonly number[]>> = {
  3: [0.1, 0.5, 0.9],
  4: [0.05, 0.35, 0.65, 0.95],
  5: [0.05, 0.275, 0.5, 0.725, 0.95],
};

/**
 * Knots of a restricted cubic spline at fixed quantiles.
 * @param sorted ascending values; @param count 3, 4 or 5.
 * @returns strictly ascending knots, or undefined where ties make two of them equal.
 * **Source**: Harrell, Regression Modeling Strategies, table 2.3.
 */
export function splineKnots(sorted: ArrayLike<number>, count: 3 | 4 | 5): number[] | undefined {
  const knots = knotQuantiles[count].map((probability) => linearQuantile(sorted, probability));
  return knots.every((knot, i) => i === 0 || knot > knots[i - 1]!) ? knots : undefined;
}

/**
 * Basis of a restricted cubic spline, linear beyond its outer knots.
 * @param x values; @param knots at least three, strictly ascending.
 * @returns knots.length − 1 columns: x itself and the cubic terms divided by (t_k − t_1)².
 * **Source**: Harrell, Regression Modeling Strategies, equation 2.25.
 */
export function splineColumns(x: ArrayLike<number>, knots: readonly number[]): Float64Array[] {
  const k = knots.length;
  assert(k >= 3, 'a restricted cubic spline has at least three knots');
  const [first, last, beforeLast] = [knots[0]!, knots[k - 1]!, knots[k - 2]!];
  const scale = (last - first) ** 2;
  const cube = (value: number) => (value > 0 ? value ** 3 : 0);
  const columns = [Float64Array.from(x)];
  for (let j = 0; j < k - 2; j++) {
    const knot = knots[j]!;
    const toLast = (last - knot) / (last - beforeLast);
    const toBeforeLast = (beforeLast - knot) / (last - beforeLast);
    columns.push(
      Float64Array.from(
        x,
        (value) => (cube(value - knot) - toLast * cube(value - beforeLast) + toBeforeLast * cube(value - last)) / scale,
      ),
    );
  }
  return columns;
}
