import { seededRandom } from '#kernel';
import { detectorRule, prepareBinaryClaim, simulateFirstAlarms, summariseFall } from '#statistics';
import { type ClaimBody, claimDigest, detectorThresholds } from './claim.ts';

/** What a seeded simulation says of a fall: half of all runs are noticed within so many relevant cases. */
export interface WhatIf {
  before: number;
  after: number;
  /** Null where more than half of the runs went unnoticed within `casesSimulated` after the fall. */
  medianCases: number | null;
  casesSimulated: number;
}

const runs = 100;
const goodCasesMax = 200;
const fallenCasesMax = 800;

/**
 * How soon the detector's notice would tell of a fall from well above the bound to .10 below it, after up to a year of
 * good cases: simulated with the detector that watches the claim, seeded by the claim's digest.
 * @returns undefined for claims that are not a rate of hits and misses. Cost about .1 s: once, at registration.
 * **Source**: statistics specification, section 6.1, what-if text.
 */
export function whatIf(body: ClaimBody): WhatIf | undefined {
  const isSampled =
    body.verification.model === 'audit' && (body.metric === 'sensitivity' || body.metric === 'specificity');
  if (body.alternatives === null || isSampled) return undefined;
  const claim = prepareBinaryClaim({
    bound: body.bound,
    breakOffsets: body.alternatives.break,
    supportOffsets: body.alternatives.support,
  });
  const before = body.bound + 0.3 * (1 - body.bound);
  const after = Math.max(body.bound - 0.1, body.bound / 2);
  const casesBefore = Math.min(goodCasesMax, body.relevantPerYear);
  const rule = detectorRule(claim, detectorThresholds(body.relevantPerYear, 1).notice);
  const scenario = { before, casesBefore, after, cases: casesBefore + fallenCasesMax, runs };
  const [alarms] = simulateFirstAlarms([rule], scenario, seededRandom(claimDigest(body)));
  const median = summariseFall(alarms!, casesBefore).delay.p50;
  return {
    before,
    after,
    medianCases: median === undefined ? null : Math.ceil(median),
    casesSimulated: fallenCasesMax,
  };
}
