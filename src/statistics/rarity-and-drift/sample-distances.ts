import { type Described, described } from '../described.ts';
import type { NotEstimable } from '../estimate.ts';
import { pooledValues, sortSamples } from './two-sample.ts';

/**
 * Wasserstein-1 distance of two samples: ∫|F − G|, in the unit of the values.
 * @returns ≥ 0; not estimable where a sample is empty or not finite. Cost: sorting.
 * **Source**: Vallender 1974. Oracle: scipy_gold.json `wasserstein1`, 1e-12.
 */
export function wassersteinDistance(first: ArrayLike<number>, second: ArrayLike<number>): Described | NotEstimable {
  return integrated(first, second, Math.abs);
}

/**
 * Energy distance √(2∫(F − G)²) of two samples.
 * @returns ≥ 0; not estimable as `wassersteinDistance`.
 * **Source**: Székely & Rizzo 2013. Oracle: scipy_gold.json `energy_distance`, 1e-12.
 */
export function energyDistance(first: ArrayLike<number>, second: ArrayLike<number>): Described | NotEstimable {
  const integral = integrated(first, second, (difference) => difference * difference);
  return integral.estimable ? described(Math.sqrt(2 * integral.value), integral.n) : integral;
}

function integrated(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  of: (difference: number) => number,
): Described | NotEstimable {
  const samples = sortSamples(first, second);
  if (!samples.estimable) return samples;
  let [sum, height, previous] = [0, 0, 0];
  for (const { value, firstUpTo, secondUpTo } of pooledValues(samples)) {
    if (height !== 0) sum += height * (value - previous);
    height = of(firstUpTo / first.length - secondUpTo / second.length);
    previous = value;
  }
  return described(sum, samples.n);
}
