import { normalDraw, seededRandom } from '#kernel';

/** A batch of cases as a monitor meets them: features, a probability, an outcome, a stratum. */
export interface MonitoredCases {
  features: Float64Array[];
  probabilities: Float64Array;
  outcomes: Uint8Array;
  strata: Uint8Array;
}

export const strataCount = 6;

/** Independent normal features of unequal scale; in the second half of an analysis batch they drift by `shift` sd. */
export function monitoredCases(seed: string, options: { n: number; features: number; shift: number }): MonitoredCases {
  const { n, features, shift } = options;
  const random = seededRandom(seed);
  const probabilities = new Float64Array(n);
  const outcomes = new Uint8Array(n);
  const strata = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    const probability = 1 / (1 + Math.exp(1 - 1.6 * normalDraw(random)));
    probabilities[i] = probability;
    outcomes[i] = random() < probability ? 1 : 0;
    strata[i] = Math.floor(strataCount * random());
  }
  const columns = Array.from({ length: features }, (_, f) =>
    Float64Array.from({ length: n }, (__, i) => (1 + f) * (normalDraw(random) + (2 * i >= n ? shift * (f + 1) : 0))),
  );
  return { features: columns, probabilities, outcomes, strata };
}
