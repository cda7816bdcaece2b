/** The sum of numbers, in order; 0 for none. */
export function total(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}

/** The arithmetic mean of at least one number. */
export function mean(values: ArrayLike<number>): number {
  return total(values) / values.length;
}
