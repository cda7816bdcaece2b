import { assert } from '#kernel';

/**
 * A quantile by linear interpolation between order statistics (type 7 of Hyndman & Fan, the default of R and numpy).
 * @param sorted at least one number, ascending; @param probability in [0, 1].
 */
export function linearQuantile(sorted: ArrayLike<number>, probability: number): number {
  assert(sorted.length > 0, 'a quantile needs a value');
  const position = (sorted.length - 1) * probability;
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (position - below) * (sorted[above]! - sorted[below]!);
}
