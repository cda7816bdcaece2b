import { type Brand, type Instant, type ModelVersionId, type SiteId, sha256, sha256Hex, utf8 } from '#kernel';
import { type AuditLevel, auditLevel } from './cells.ts';

export type AuditSeed = Brand<string, 'AuditSeed'>;

/**
 * How a model version is watched: the threshold on which it acts and the random audit of what it clears.
 * Answers that Hortus derives are never seen by clinicians.
 */
export interface MonitoringPlan {
  id: string;
  modelVersionId: ModelVersionId;
  decisionThreshold: number;
  auditRate: number;
  auditSeed: AuditSeed;
  /** Where Hortus derives this version's answers from another's: a candidate, or a version that was replaced. */
  shadows: Shadow[];
  registeredAt: Instant;
}

/** expit(intercept + slope · logit p) of what another version answers at some sites. */
export interface Shadow {
  baseVersionId: ModelVersionId;
  intercept: number;
  slope: number;
  siteIds: SiteId[];
}

/** What the ledger holds of a seed, so that nobody can choose it afterwards; the seed itself stays secret while in use. */
export const seedCommitment = (seed: AuditSeed): string => sha256Hex(`audit-seed|${seed}`);

/**
 * The uniform draw of a case, in [0, 1): the first 48 bits of SHA-256(seed | site | case).
 * The same case draws the same number for every version, so an audited case is audited for all of them.
 */
export function auditDraw(seed: AuditSeed, site: string, caseId: string): number {
  const digest = sha256(utf8(`${seed}|${site}|${caseId}`));
  let draw = 0;
  for (let i = 0; i < 6; i++) draw = draw * 256 + digest[i]!;
  return draw / 2 ** 48;
}

/** How a case comes to be verified: by protocol if any watched version flags it, and by the draw, made for every case. */
export function auditLevelOf(flaggedByAny: boolean, rate: number, draw: number): AuditLevel {
  const isDrawn = draw < rate;
  if (flaggedByAny) return isDrawn ? auditLevel.protocolDrawn : auditLevel.protocol;
  return isDrawn ? auditLevel.drawn : auditLevel.notDrawn;
}
