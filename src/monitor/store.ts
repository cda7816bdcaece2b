import type { Instant, LegalEntityId, ModelVersionId, SiteId } from '#kernel';
import type { MonitoringPlan } from './model/audit.ts';
import type { Outcome, Prediction } from './model/intake-rows.ts';

/** One site's predictions by one model version; the number keys the large tables. */
export interface Feed {
  feedNo: number;
  siteNo: number;
  siteId: SiteId;
  modelVersionId: ModelVersionId;
}

/** A prediction as it is stored: resolved to its feed, with the design by which it comes to be verified. */
export interface StoredPrediction {
  feedNo: number;
  revision: number;
  row: Prediction;
  recordedAt: Instant;
  contentHex: string;
  auditLevel: number;
  auditRate: number;
  retrospective: boolean;
  derived: boolean;
}

export interface StoredOutcome {
  siteNo: number;
  feedNos: number[];
  revision: number;
  row: Outcome;
  recordedAt: Instant;
  contentHex: string;
  retrospective: boolean;
}

/** What is recorded under the key of a row that could not be inserted. */
export interface Existing {
  revision: number;
  contentHex: string;
}

export interface BatchRecord {
  id: string;
  kind: 'predictions' | 'outcomes';
  receivedAt: Instant;
  retrospective: boolean;
  convention: string | undefined;
  sourceId: string;
  /** To which the sender belongs: the operator of this machine belongs to none. */
  organisationId: LegalEntityId | undefined;
}

export type { MonitoringPlan };
