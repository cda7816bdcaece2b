import { defaultBinaryClaimDesign, logBreakE, logSupportE, prepareBinaryClaim } from '#statistics';
import type { ClaimView, StreamSummary } from '../../../../src/monitor/contract.ts';

/** Rates that weigh cases under an audit, and those whose cases always weigh the same. */
const weighted = new Set<ClaimView['metric']>(['sensitivity', 'specificity']);
const plain = new Set<ClaimView['metric']>([
  'ppv',
  'npv',
  'coverage',
  'selective-risk',
  'referral-rate',
  'failure-rate',
  'verified-share',
  'matured-share',
]);

/**
 * Whether two counts alone give the e-value: true of rates whose cases all weigh the same. Under a random audit,
 * sensitivity and specificity weigh cases by their chance of being verified, and need more than n and k.
 */
export function isRecomputable(claim: Pick<ClaimView, 'metric' | 'verification'>): boolean {
  if (plain.has(claim.metric)) return true;
  return weighted.has(claim.metric) && !claim.verification.startsWith('audit');
}

/** The least rate of hits behind a claim: "at most r" counts what is not r, against 1 − r. */
export const leastRateOf = ({ limit, bound }: Pick<ClaimView, 'limit' | 'bound'>): number =>
  limit === 'most' ? 1 - bound : bound;

/** One alternative of the mixture: its rate, and by how much the counts favour it over the bound. */
export interface Term {
  rate: number;
  logRatio: number;
}

export interface Recomputed {
  logValue: number;
  terms: Term[];
}

/**
 * The e-value of k hits among n cases against (or for) "at least `bound`", with the default alternatives that the
 * claim's record carries: the mean over the alternatives θ of (θ/b)^k · ((1−θ)/(1−b))^(n−k).
 */
export function recompute(bound: number, { n, k }: Counts, side: Side): Recomputed {
  const claim = prepareBinaryClaim(defaultBinaryClaimDesign(bound));
  const mixture = side === 'against' ? claim.break : claim.support;
  const terms = Array.from(mixture.alternatives, (rate, j) => ({
    rate,
    logRatio: k * mixture.logHit[j]! + (n - k) * mixture.logMiss[j]!,
  }));
  return { logValue: side === 'against' ? logBreakE(claim, n, k) : logSupportE(claim, n, k), terms };
}

/** Reads what was typed as counts; undefined unless 0 ≤ k ≤ n and both are whole. */
export function readCounts(n: string, k: string): Counts | undefined {
  const counts = { n: Number(n), k: Number(k) };
  const isCount = (text: string, value: number) => text.trim() !== '' && Number.isInteger(value) && value >= 0;
  return isCount(n, counts.n) && isCount(k, counts.k) && counts.k <= counts.n && counts.n <= 1e7 ? counts : undefined;
}

export interface Counts {
  n: number;
  k: number;
}

export type Side = 'against' | 'for';

const crossingOf = ({ crossings }: StreamSummary, side: Side) =>
  crossings.find(({ kind }) => kind === (side === 'against' ? 'break' : 'support'));

/** The counts that are looked at first: those at the crossing, or those of today. */
export function startCounts(stream: StreamSummary, side: Side): Counts {
  const { n, k, forSupport } = stream.reading;
  const now = side === 'for' && forSupport ? forSupport : { n, k };
  const crossed = crossingOf(stream, side);
  return crossed ? { n: crossed.n, k: crossed.k } : now;
}

/** What the server recorded of these counts, if it recorded them: at the crossing, or today. */
export function recordedOf(stream: StreamSummary, side: Side, { n, k }: Counts): number | undefined {
  const crossed = crossingOf(stream, side);
  if (crossed && crossed.n === n && crossed.k === k) return crossed.logValue;
  const { reading } = stream;
  const now = side === 'for' && reading.forSupport ? reading.forSupport : reading;
  const logValue = side === 'against' ? reading.logBreak : reading.logSupport;
  return now.n === n && now.k === k && logValue !== null ? logValue : undefined;
}
