/**
 * ln Σ exp(x_j) without overflow. `length` values from `from` are used, so a state array can be passed as it is.
 * @returns −∞ where every term is −∞.
 * **Source**: standard shift by the maximum.
 */
export function logSumExp(values: Float64Array, from = 0, length = values.length - from): number {
  let max = -Infinity;
  for (let j = from; j < from + length; j++) {
    const value = values[j]!;
    if (value > max) max = value;
  }
  if (max === -Infinity || max === Infinity) return max;
  let sum = 0;
  for (let j = from; j < from + length; j++) sum += Math.exp(values[j]! - max);
  return max + Math.log(sum);
}

/** ln of the plain mean of exp(x_j): the log of an equally weighted mixture of processes. */
export function logMeanExp(values: Float64Array, from = 0, length = values.length - from): number {
  return logSumExp(values, from, length) - Math.log(length);
}
