import { type Estimate, notEstimable } from '../estimate.ts';
import { jackknifeInterval } from './jackknife.ts';
import {
  type AgreementWeights,
  categoriesOf,
  categoryCounts,
  type Ratings,
  weightMatrix,
  whyNotRatings,
} from './ratings.ts';

export interface AgreementOptions {
  readonly weights?: AgreementWeights;
  readonly level?: number;
  /** The whole scale; default the categories used. */
  readonly categories?: readonly number[];
}

/**
 * Fleiss' kappa of any number of raters, missing ratings allowed, optionally weighted.
 * @param ratings see `Ratings`. @returns in [−1, 1] with a jackknife interval; see `jackknifeInterval` for when not.
 * **Source**: Fleiss, Psychological Bulletin 1971; missing ratings as in Gwet 2014, section 2.4. Oracle: statsmodels
 * `fleiss_kappa`, irrCAC.
 */
export function fleissKappa(ratings: Ratings, options: AgreementOptions = {}): Estimate {
  return chanceCorrected(ratings, options, {
    name: "Fleiss' kappa",
    chance: (shares, weight) =>
      shares.reduce((sum, a, i) => sum + shares.reduce((part, b, j) => part + weight[i]![j]! * a * b, 0), 0),
  });
}

/**
 * Gwet's AC1 (unweighted) or AC2 (weighted): chance agreement that stays small where one category prevails.
 * @param ratings see `Ratings`. @returns in [−1, 1] with a jackknife interval; see `jackknifeInterval` for when not.
 * **Source**: Gwet, BJMSP 2008, equations 3 and 15; Gwet 2014. Oracle: irrCAC, 1e-5 (as it prints).
 */
export function gwetAgreement(ratings: Ratings, options: AgreementOptions = {}): Estimate {
  const name = (options.weights ?? 'unweighted') === 'unweighted' ? "Gwet's AC1" : "Gwet's AC2";
  return chanceCorrected(ratings, options, {
    name,
    chance: (shares, weight) => {
      const count = shares.length;
      const total = weight.flat().reduce((sum, value) => sum + value, 0);
      return (total / (count * (count - 1))) * shares.reduce((sum, share) => sum + share * (1 - share), 0);
    },
  });
}

interface Chance {
  name: string;
  /** Agreement by chance from the share of each category. */
  chance: (shares: readonly number[], weight: readonly (readonly number[])[]) => number;
}

/** Sums over subjects: [subjects rated twice, their agreement, subjects rated, share of each category]. */
function chanceCorrected(ratings: Ratings, options: AgreementOptions, { name, chance }: Chance): Estimate {
  const why = whyNotRatings(ratings);
  if (why !== undefined) return notEstimable(ratings.length, why);
  const categories = options.categories ?? categoriesOf(ratings);
  if (categories.length < 2)
    return notEstimable(ratings.length, categories.length === 0 ? 'no labels yet' : 'only one category was used');
  const weight = weightMatrix(categories, options.weights ?? 'unweighted');
  const contributions: Float64Array[] = [];
  let twice = 0;
  for (const counts of categoryCounts(ratings, categories)) {
    const raters = counts.reduce((sum, value) => sum + value, 0);
    if (raters === 0) continue;
    const shares = counts.map((value) => value / raters);
    if (raters > 1) twice++;
    contributions.push(Float64Array.from([raters > 1 ? 1 : 0, agreementOf(counts, weight), 1, ...shares]));
  }
  if (twice === 0) return notEstimable(contributions.length, 'no subject was rated twice');
  return jackknifeInterval(
    {
      name,
      contributions,
      of: (sums) => {
        const byChance = chance(
          Array.from(sums.subarray(3), (sum) => sum / sums[2]!),
          weight,
        );
        return 1 - byChance < 1e-12 ? Number.NaN : (sums[1]! / sums[0]! - byChance) / (1 - byChance);
      },
    },
    options.level ?? 0.95,
  );
}

/** The weighted share of pairs of raters who agree on a subject; 0 where fewer than two rated it. */
function agreementOf(counts: Float64Array, weight: readonly (readonly number[])[]): number {
  const raters = counts.reduce((sum, value) => sum + value, 0);
  if (raters < 2) return 0;
  let sum = 0;
  counts.forEach((count, k) => {
    let alike = 0;
    for (let l = 0; l < counts.length; l++) alike += weight[k]![l]! * counts[l]!;
    sum += count * (alike - 1);
  });
  return sum / (raters * (raters - 1));
}
