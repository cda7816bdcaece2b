import { assert, type Random } from '#kernel';
import { type NotEstimable, notEstimable } from '../estimate.ts';
import { linearQuantile } from '../numerics/quantile.ts';

/** An interval from resampling patients; it holds only asymptotically. */
export interface ResamplingInterval {
  readonly estimable: true;
  readonly lower: number;
  readonly upper: number;
  readonly level: number;
  /** Patients that were resampled. */
  readonly patients: number;
  /** Resamples in which the figure was estimable, out of those drawn. */
  readonly used: number;
  readonly resamples: number;
  readonly method: 'percentile bootstrap over patients (single look)';
  readonly approximate: true;
}

export interface ResamplingOptions {
  /** The figures of the cases themselves. */
  readonly values: readonly (number | NotEstimable)[];
  /** Patient of each case, by any key: all cases of a patient are drawn together. */
  readonly patients: readonly string[];
  /** How often; at least 1. */
  readonly resamples: number;
  readonly random: Random;
  readonly level: number;
}

/** A figure that fails in more resamples than this has no honest percentile. */
const failedShareMax = 0.1;

/**
 * Percentile intervals of several figures from the same resamples of patients.
 * @param figuresOf the figures when case i is there `counts[i]` times, in a fixed order.
 * @returns an interval a figure, which contains the figure; or why there is none: the figure is not estimable, or not in
 *   more than a tenth of the resamples; fewer than two patients; or every resample gives the same value, so that
 *   resampling, which knows only the patients there are, would claim certainty.
 * Cost: `resamples` calls of `figuresOf`.
 * **Source**: Efron & Tibshirani 1993, section 13.3; clusters: Rutter, Acad Radiol 2000. Percentiles by linear
 * interpolation (type 7). Coverage: `lesion-coverage.test.ts`.
 */
export function bootstrapIntervals(
  figuresOf: (counts: Float64Array) => readonly (number | NotEstimable)[],
  options: ResamplingOptions,
): (ResamplingInterval | NotEstimable)[] {
  const { values, patients, resamples, random, level } = options;
  assert(Number.isInteger(resamples) && resamples >= 1, 'resamples are a whole number of at least 1');
  assert(level > 0 && level < 1, 'a level lies between 0 and 1');
  const index = new Map([...new Set(patients)].map((key, i) => [key, i]));
  const patientOf = Int32Array.from(patients, (key) => index.get(key)!);
  const drawn = values.map((): number[] => []);
  const counts = new Float64Array(patients.length);
  const draws = new Int32Array(index.size);
  const isResampled = index.size >= 2;
  for (let round = 0; isResampled && round < resamples; round++) {
    draws.fill(0);
    for (let i = 0; i < draws.length; i++) draws[Math.floor(random() * draws.length)]!++;
    for (let i = 0; i < counts.length; i++) counts[i] = draws[patientOf[i]!]!;
    for (const [i, value] of figuresOf(counts).entries()) if (typeof value === 'number') drawn[i]!.push(value);
  }
  return values.map((value, i) => {
    if (typeof value !== 'number') return value;
    return intervalOf(value, drawn[i]!, { resamples, level, patients: index.size });
  });
}

function intervalOf(
  value: number,
  drawn: number[],
  { resamples, level, patients }: { resamples: number; level: number; patients: number },
): ResamplingInterval | NotEstimable {
  if (patients < 2) return notEstimable(patients, 'fewer than two patients');
  if (resamples - drawn.length > failedShareMax * resamples) {
    return notEstimable(
      patients,
      'more than a tenth of the resamples cannot be estimated, for they lack lesions or controls',
    );
  }
  const sorted = Float64Array.from(drawn).sort();
  if (sorted[0] === sorted.at(-1)) return notEstimable(patients, 'every resample gives the same value');
  const tail = (1 - level) / 2;
  return {
    estimable: true,
    lower: Math.min(value, linearQuantile(sorted, tail)),
    upper: Math.max(value, linearQuantile(sorted, 1 - tail)),
    ...{ level, patients, used: drawn.length, resamples },
    method: 'percentile bootstrap over patients (single look)',
    approximate: true,
  };
}
