import { type NotEstimable, notEstimable } from '../estimate.ts';
import { radixSort } from '../numerics/radix-sort.ts';
import { whyNotFinite } from '../numerics/usable.ts';

/** A test whether two samples come from one distribution; the p-value is for a single look at a fixed number of cases. */
export interface TwoSampleTest {
  readonly estimable: true;
  readonly statistic: number;
  /** In [0, 1]. With large n every difference is "significant": screens show the effect beside it. */
  readonly pValue: number;
  readonly n: number;
  /** True where the p-value rests on a limit law. */
  readonly approximate: boolean;
  readonly method: string;
}

/** Two samples, each ascending. */
export interface SortedSamples {
  readonly estimable: true;
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly n: number;
}

/**
 * Sorts two samples. @returns not estimable where one is empty or a value is not finite. Cost: linear (radix sort).
 */
export function sortSamples(first: ArrayLike<number>, second: ArrayLike<number>): SortedSamples | NotEstimable {
  const n = first.length + second.length;
  if (first.length === 0 || second.length === 0) return notEstimable(n, 'a sample is empty');
  const why = whyNotFinite(first) ?? whyNotFinite(second);
  if (why !== undefined) return notEstimable(n, why);
  return {
    estimable: true,
    first: radixSort(first),
    second: radixSort(second),
    n,
  };
}

/** One distinct value of the pooled samples. */
export interface PooledValue {
  readonly value: number;
  /** How many of each sample equal it. */
  readonly firstHere: number;
  readonly secondHere: number;
  /** How many of each sample are at most it. */
  readonly firstUpTo: number;
  readonly secondUpTo: number;
}

/** Visits the distinct values of both samples, ascending. */
export function* pooledValues({ first, second }: SortedSamples): Generator<PooledValue> {
  let [i, j] = [0, 0];
  while (i < first.length || j < second.length) {
    const value = Math.min(first[i] ?? Infinity, second[j] ?? Infinity);
    const [fromI, fromJ] = [i, j];
    while (i < first.length && first[i] === value) i++;
    while (j < second.length && second[j] === value) j++;
    yield { value, firstHere: i - fromI, secondHere: j - fromJ, firstUpTo: i, secondUpTo: j };
  }
}
