import type { ClaimId, Instant, Json, LegalEntityId, ModelId, ModelVersionId, SiteId } from '#kernel';
import type { Db, Tx } from '#platform/db';

/**
 * What certify asks of the rooms on its left, in its own words. The rooms' doors fit these shapes; `main/` plugs
 * them in, and tests plug in fakes with behaviour.
 */

export type EvidenceState = 'no-evidence-yet' | 'consistent' | 'confirmed' | 'watch' | 'broken';

/** What a claim pre-registered to happen at once. */
export interface Consequence {
  status: 'watch' | 'conditional' | 'restricted' | 'suspended';
  /** Who is excluded, in plain words (restricted). */
  predicate?: string;
  /** What must be done beside the AI's output, in plain words (conditional). */
  condition?: string;
}

/** The evidence of one stream of a claim: at one site, or over all of them (`siteId` undefined). */
export interface ClaimVerdict {
  claimId: ClaimId;
  claimDigest: string;
  modelVersionId: ModelVersionId;
  statement: string;
  /** Names the plain sentence of a failure; a claim without it is quoted by its statement. */
  metric?: string;
  siteId: SiteId | undefined;
  state: EvidenceState;
  level: 0 | 1 | 2;
  n: number;
  minN: number;
  /** Share of the certificate's α that this stream may spend, 0–1. */
  alpha: number;
  freshAt: Instant | undefined;
  changedAt: Instant;
  /** SHA-256 (hex) of the stream's evidence. */
  evidenceDigest: string;
  retrospective: boolean;
  evaluableBy: Instant;
  maxAgeDays: number;
  acceptanceUntil: Instant | undefined;
  consequenceOnFail: Consequence;
  consequenceOnEscalation: Consequence;
}

/** A candidate against the original or the previous version at one site, paired on the same later cases. */
export interface ChangeComparison {
  candidateVersionId: ModelVersionId;
  siteId: SiteId;
  against: 'original' | 'previous';
  referenceVersionId: ModelVersionId;
  n: number;
  marginDelta: number;
  state: 'no-evidence-yet' | 'undecided' | 'non-inferior' | 'inferior';
  evidenceDigest: string;
}

export interface MonitorQuestions {
  claimVerdicts(db: Db | Tx, question: { claimIds: ClaimId[]; siteIds: SiteId[] }): Promise<ClaimVerdict[]>;
  changeComparisons(db: Db | Tx, candidateVersionId: ModelVersionId): Promise<ChangeComparison[]>;
}

export interface ModelVersion {
  id: ModelVersionId;
  modelId: ModelId;
  label: string;
  digest: string;
  originalVersionId: ModelVersionId;
  previousVersionId: ModelVersionId | undefined;
  state: 'registered' | 'candidate' | 'released' | 'refused';
  /** Where a candidate is meant to be used. */
  candidate?: { deficiencyId?: string; siteIds: SiteId[] } | undefined;
}

export interface Develop {
  modelVersion(db: Db | Tx, id: ModelVersionId): Promise<ModelVersion | undefined>;
  decideCandidate(
    tx: Tx,
    decision: { versionId: ModelVersionId; outcome: 'released' | 'refused'; at: Instant },
  ): Promise<void>;
}

/** Who there is: the part of the people room that certify needs. */
export interface Directory {
  organisations(): Promise<{ id: LegalEntityId; name: string }[]>;
  sites(): Promise<{ id: SiteId; code: string; name: string; legalEntityId: LegalEntityId }[]>;
}

export interface LedgerPort {
  record(tx: Tx, act: LedgerAct): Promise<string>;
  sequenced(pendingId: string): Promise<{ index: number; leafHash: string }>;
}

export interface LedgerAct {
  kind: 'signoff' | 'status-change' | 'change-decision';
  subjects: { name: string; sha256: string }[];
  chain: string;
  predicate: { [key: string]: Json };
  actor: { id: string; role?: string };
  occurredAt: Instant;
}
