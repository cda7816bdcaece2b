import { assert } from '#kernel';
import { deLong } from '../discrimination/discrimination.ts';
import type { Estimate } from '../estimate.ts';
import { type Counts, wilsonInterval } from '../fixed-intervals.ts';
import { radixArgsort } from '../numerics/radix-argsort.ts';
import { type ConformalReference, conformalPValue, conformalReference } from '../uncertainty/conformal-martingale.ts';

/** A case is called rare at or below this conformal p-value. */
export const rarityLevel = 0.01;

/** Reference distances by stratum (site, vendor), so that a rare scanner is not taken for a rare patient. */
export type RarityCalibration = ReadonlyMap<string, ConformalReference>;

/** @param distances of calibration cases, higher = rarer, no NaN; @param strata the stratum of each. */
export function calibrateRarity(distances: ArrayLike<number>, strata: readonly string[]): RarityCalibration {
  assert(distances.length === strata.length, 'there is one stratum a distance');
  const members = new Map<string, number[]>();
  strata.forEach((stratum, i) => {
    members.set(stratum, members.get(stratum) ?? []);
    members.get(stratum)!.push(distances[i]!);
  });
  return new Map([...members].map(([stratum, list]) => [stratum, conformalReference(list)]));
}

/** How rare a case is within its stratum. */
export interface Rarity {
  /** Conformal p-value in (0, 1]; the smallest possible is 1/(n+1), so 99 calibration cases are needed to flag any. */
  readonly pValue: number;
  readonly isRare: boolean;
  /** True where no calibration case is of this stratum: outside the envelope, whatever its distance. */
  readonly isUnknownStratum: boolean;
}

/**
 * The conservative conformal p-value of a case's distance within its stratum.
 * @param distance finite or +∞, no NaN (a case without features goes to the hard gate, not here).
 * **Source**: statistics spec, section 14.
 */
export function rarityOf(calibration: RarityCalibration, distance: number, stratum: string): Rarity {
  const reference = calibration.get(stratum);
  if (reference === undefined) return { pValue: 1, isRare: false, isUnknownStratum: true };
  const pValue = conformalPValue(reference, distance, 1);
  return { pValue, isRare: pValue <= rarityLevel, isUnknownStratum: false };
}

/** Whether rarity tells where the model errs. */
export interface RarityValidation {
  /** Errors and cases per tenth, from the most usual to the rarest; tenths without a case are left out. */
  readonly byDecile: readonly (Counts & { readonly errorRate: Estimate })[];
  /** AUROC of the distance for errors, with its DeLong variance. */
  readonly discrimination: ReturnType<typeof deLong>;
}

/** @param distances rarity of each case; @param errors 1 where the model erred, as many. Cost: linear (radix sort). */
export function validateRarity(distances: ArrayLike<number>, errors: ArrayLike<number>): RarityValidation {
  const order = radixArgsort(distances);
  const byDecile: (Counts & { errorRate: Estimate })[] = [];
  for (let tenth = 0; tenth < 10; tenth++) {
    const members = order.subarray(
      Math.floor((tenth * order.length) / 10),
      Math.floor(((tenth + 1) * order.length) / 10),
    );
    if (members.length === 0) continue;
    const k = members.reduce((sum, i) => sum + errors[i]!, 0);
    byDecile.push({ n: members.length, k, errorRate: wilsonInterval({ n: members.length, k }) });
  }
  return { byDecile, discrimination: deLong(distances, errors) };
}
