import { type ClaimId, type Instant, instant, type ModelVersionId, type SiteId } from '#kernel';
import type { Db, Tx } from '#platform/db';
import type { Estimate } from '#statistics';
import type { Claim, Consequence, EvidenceState } from '../model/claim.ts';
import type { Metric } from '../model/metrics.ts';
import { cohortHeads } from '../store.pg/cohorts.ts';
import { comparisonsOf } from '../store.pg/comparisons.ts';
import { claims, type StreamRecord, streamsOfClaims } from '../store.pg/streams.ts';

/** What evidence says of a claim at a site, for the room that judges certificates. */
export interface ClaimVerdict {
  claimId: ClaimId;
  claimDigest: string;
  modelVersionId: ModelVersionId;
  statement: string;
  metric: Metric;
  /** Undefined: over all sites of the claim. */
  siteId: SiteId | undefined;
  state: EvidenceState;
  level: 0 | 1 | 2;
  n: number;
  minN: number;
  alpha: number;
  /** Maturity of the newest case that was counted. */
  freshAt: Instant | undefined;
  changedAt: Instant;
  evidenceDigest: string;
  retrospective: boolean;
  evaluableBy: Instant;
  maxAgeDays: number;
  acceptanceUntil: Instant | undefined;
  consequenceOnFail: Consequence;
  consequenceOnEscalation: Consequence;
}

/** The standing of claims at sites: site streams of the sites asked for, and streams over all sites. */
export async function claimVerdicts(
  db: Db | Tx,
  question: { claimIds: ClaimId[]; siteIds: SiteId[] },
): Promise<ClaimVerdict[]> {
  const found = await claims(db, { ids: question.claimIds });
  const streams = (await streamsOfClaims(db, question.claimIds)).filter(
    (stream) =>
      stream.endedAt === undefined && (stream.siteId === undefined || question.siteIds.includes(stream.siteId)),
  );
  const byId = new Map(found.map((claim) => [claim.id, claim]));
  const cohorts = await cohortHeads(db, [...new Set(streams.map((stream) => stream.cohortId))]);
  const freshAt = new Map(cohorts.map((cohort) => [cohort.id, cohort.lastMaturedAt]));
  return streams.map((stream) => verdictOf(byId.get(stream.claimId)!, stream, freshAt.get(stream.cohortId)));
}

function verdictOf(claim: Claim, stream: StreamRecord, freshAt: Instant | undefined): ClaimVerdict {
  const { body } = claim;
  return {
    claimId: claim.id,
    claimDigest: claim.digest,
    modelVersionId: body.modelVersionId,
    statement: body.statement,
    metric: body.metric,
    siteId: stream.siteId,
    state: stream.state,
    level: stream.level,
    n: stream.reading.known ?? stream.reading.n,
    minN: body.minN,
    alpha: body.alpha,
    freshAt,
    changedAt: stream.changedAt,
    evidenceDigest: stream.evidenceDigest,
    retrospective: body.retrospective,
    evaluableBy: instant(body.evaluableBy),
    maxAgeDays: body.maxAgeDays,
    acceptanceUntil: body.acceptanceUntil === null ? undefined : instant(body.acceptanceUntil),
    consequenceOnFail: body.consequenceOnFail,
    consequenceOnEscalation: body.consequenceOnEscalation,
  };
}

/** How a candidate fares against a reference version at a site. */
export interface ChangeComparison {
  candidateVersionId: ModelVersionId;
  siteId: SiteId;
  against: 'original' | 'previous';
  referenceVersionId: ModelVersionId;
  n: number;
  marginDelta: number;
  state: 'no-evidence-yet' | 'undecided' | 'non-inferior' | 'inferior';
  evidenceDigest: string;
  meanDifference: Estimate;
}

export async function changeComparisons(db: Db | Tx, candidateVersionId: ModelVersionId): Promise<ChangeComparison[]> {
  return (await comparisonsOf(db, candidateVersionId)).map((one) => ({
    candidateVersionId: one.candidateVersionId,
    siteId: one.siteId,
    against: one.against,
    referenceVersionId: one.referenceVersionId,
    n: one.reading.n,
    marginDelta: one.margin,
    state: one.reading.state,
    evidenceDigest: one.reading.digest,
    meanDifference: one.reading.difference,
  }));
}
