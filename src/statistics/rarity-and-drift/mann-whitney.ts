import { type NotEstimable, notEstimable } from '../estimate.ts';
import { normalTwoSidedP } from '../numerics/distributions.ts';
import { pooledValues, sortSamples, type TwoSampleTest } from './two-sample.ts';

/**
 * Mann and Whitney's test, two-sided: U, the number of pairs in which the first value is the larger, ties half.
 * @param first, second finite values.
 * @returns U, and the share U/(nm) of such pairs as the effect; p-value: normal, corrected for ties, continuity ½.
 *   Not estimable where a sample is empty, a value is not finite or all are equal. Cost: sorting.
 * **Source**: Mann & Whitney, Ann Math Stat 1947. Oracle: scipy_gold.json `mannwhitney`, 1e-10.
 */
export function mannWhitney(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
): (TwoSampleTest & { readonly shareGreater: number }) | NotEstimable {
  const samples = sortSamples(first, second);
  if (!samples.estimable) return samples;
  const [n, m] = [first.length, second.length];
  const all = n + m;
  let [twice, ties] = [0, 0];
  for (const { firstHere, secondHere, secondUpTo } of pooledValues(samples)) {
    twice += firstHere * (2 * (secondUpTo - secondHere) + secondHere);
    ties += (firstHere + secondHere) ** 3 - (firstHere + secondHere);
  }
  const statistic = twice / 2;
  const variance = ((n * m) / 12) * (all + 1 - ties / (all * (all - 1)));
  if (!(variance > 0)) return notEstimable(all, 'all values are equal');
  const z = Math.max(0, Math.abs(statistic - (n * m) / 2) - 0.5) / Math.sqrt(variance);
  return {
    estimable: true,
    statistic,
    pValue: normalTwoSidedP(z),
    shareGreater: statistic / (n * m),
    n: all,
    approximate: true,
    method: 'Mann–Whitney, normal with ties (single look)',
  };
}
