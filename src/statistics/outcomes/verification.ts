import { assert } from '#kernel';
import { approximateEstimate, type Estimate, type NotEstimable, notEstimable } from '../estimate.ts';
import { betaQuantile, normalMultiplier } from '../numerics/distributions.ts';
import { expit, logit } from '../numerics/logit.ts';

/** Counts of one decision (AI-positive or AI-negative): verified with and without disease, and not verified. */
export interface VerifiedCounts {
  readonly diseased: number;
  readonly healthy: number;
  readonly unverified: number;
}

/** Counts of a study in which not every case was verified. */
export interface PartialVerification {
  readonly aiPositive: VerifiedCounts;
  readonly aiNegative: VerifiedCounts;
}

export interface Accuracy {
  readonly sensitivity: Estimate;
  readonly specificity: Estimate;
}

/** The range in which a figure must lie whatever the missing outcomes are: no sampling error in it, no assumption. */
export interface Bounds {
  readonly estimable: true;
  readonly lower: number;
  readonly upper: number;
  readonly n: number;
}

/**
 * Sensitivity and specificity corrected for verification that depends on the AI's decision alone.
 * @param counts see `PartialVerification`.
 * @returns logit intervals, approximate; at 0 or 1 the interval takes the Clopper–Pearson limit of the share of disease
 *   that was estimated as 0 or 1. Not estimable where a decision did not occur or has no verified case.
 * **Source**: Begg & Greenes, Biometrics 1983; logit variance from section 11 of the statistics spec. Oracle: hepatic
 * scintigraphy, .8364667154 and .7383980182, 1e-9.
 */
export function beggGreenes(counts: PartialVerification, level = 0.95): Accuracy {
  const parts = verificationShares(counts);
  if ('estimable' in parts) return { sensitivity: parts, specificity: parts };
  const { positive, negative, positiveShare, n } = parts;
  const flipped = (decision: Verified): Verified => ({ ...decision, diseased: decision.verified - decision.diseased });
  return {
    sensitivity: correctedShare({ hit: positive, miss: negative, hitShare: positiveShare, n }, level),
    specificity: correctedShare(
      { hit: flipped(negative), miss: flipped(positive), hitShare: 1 - positiveShare, n },
      level,
    ),
  };
}

interface Verified {
  verified: number;
  /** Those of `verified` that have the state of interest: disease for sensitivity, its absence for specificity. */
  diseased: number;
}

interface Shares {
  positive: Verified;
  negative: Verified;
  positiveShare: number;
  n: number;
}

function verificationShares({ aiPositive, aiNegative }: PartialVerification): Shares | NotEstimable {
  for (const count of [...Object.values(aiPositive), ...Object.values(aiNegative)])
    assert(count >= 0, 'counts are not negative');
  const positive = { verified: aiPositive.diseased + aiPositive.healthy, diseased: aiPositive.diseased };
  const negative = { verified: aiNegative.diseased + aiNegative.healthy, diseased: aiNegative.diseased };
  const positives = positive.verified + aiPositive.unverified;
  const n = positives + negative.verified + aiNegative.unverified;
  if (n === 0) return notEstimable(0, 'no labels yet');
  if (positive.verified === 0) return notEstimable(n, 'no AI-positive case was verified');
  if (negative.verified === 0) return notEstimable(n, 'no AI-negative case was verified');
  return { positive, negative, positiveShare: positives / n, n };
}

/** Share of the state of interest that lies in the hit decision: φ_hit·t / (φ_hit·t + φ_miss·(1 − t)). */
function correctedShare(
  parts: { hit: Verified; miss: Verified; hitShare: number; n: number },
  level: number,
): Estimate {
  const { hit, miss, hitShare, n } = parts;
  const [inHit, inMiss] = [hit.diseased / hit.verified, miss.diseased / miss.verified];
  const share = (phiHit: number, phiMiss: number) =>
    (phiHit * hitShare) / (phiHit * hitShare + phiMiss * (1 - hitShare));
  if (inHit === 0 && inMiss === 0) return notEstimable(n, 'one class only');
  const value = share(inHit, inMiss);
  const tail = (1 - level) / 2;
  const method = 'Begg–Greenes, assuming that verification depends on the AI decision alone (single look)';
  if (inMiss === 0) {
    const largest = betaQuantile(1 - tail, 1, miss.verified);
    return approximateEstimate({ value, lower: share(inHit, largest), upper: 1, n, level, method });
  }
  if (inHit === 0) {
    const largest = betaQuantile(1 - tail, 1, hit.verified);
    return approximateEstimate({ value, lower: 0, upper: share(largest, inMiss), n, level, method });
  }
  const variance =
    (1 - inHit) / (hit.verified * inHit) +
    (1 - inMiss) / (miss.verified * inMiss) +
    1 / (n * hitShare * (1 - hitShare));
  const half = normalMultiplier(level) * Math.sqrt(variance);
  const [lower, upper] = [expit(logit(value) - half), expit(logit(value) + half)];
  return approximateEstimate({ value, lower, upper, n, level, method });
}

/**
 * Worst-case bounds of sensitivity and specificity over all outcomes that unverified cases could have.
 * @param counts see `PartialVerification`.
 * @returns bounds in [0, 1]; not estimable with `one class only` where no verified case has (or lacks) the disease.
 * **Source**: Manski 2003; statistics spec, section 11. Oracle: hepatic, .58040 to .93632 and .21429 to .85841.
 */
export function manskiBounds({ aiPositive, aiNegative }: PartialVerification): {
  sensitivity: Bounds | NotEstimable;
  specificity: Bounds | NotEstimable;
} {
  const n = [aiPositive, aiNegative].reduce((sum, row) => sum + row.diseased + row.healthy + row.unverified, 0);
  const bounds = (hit: number, hitUnknown: number, miss: number, missUnknown: number): Bounds | NotEstimable => {
    if (hit + miss === 0) return notEstimable(n, n === 0 ? 'no labels yet' : 'one class only');
    const lower = hit / (hit + miss + missUnknown);
    return { estimable: true, lower, upper: (hit + hitUnknown) / (hit + hitUnknown + miss), n };
  };
  return {
    sensitivity: bounds(aiPositive.diseased, aiPositive.unverified, aiNegative.diseased, aiNegative.unverified),
    specificity: bounds(aiNegative.healthy, aiNegative.unverified, aiPositive.healthy, aiPositive.unverified),
  };
}
