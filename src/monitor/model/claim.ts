import { type ClaimId, canonicalJson, type Instant, type ModelVersionId, type SiteId, sha256Hex } from '#kernel';
import { defaultDetectorLevels, runDetectorLevel } from '#statistics';
import type { Population } from '../contract.ts';
import { scoreBins } from './cells.ts';
import type { DeficiencyCode } from './deficiency.ts';
import { type Measure, type Metric, metricRules } from './metrics.ts';
import type { WhatIf } from './what-if.ts';

export type ConsequenceStatus = 'watch' | 'conditional' | 'restricted' | 'suspended';

/** What a failed claim does at once, at the site whose evidence failed; fixed before the first case. */
export interface Consequence {
  status: ConsequenceStatus;
  /** Restricted: who is excluded, in words a viewer can show. */
  predicate?: string;
  /** Conditional: what must be done, e.g. a second reading. */
  condition?: string;
}

/**
 * How outcomes come to be known.
 * `audit`: flagged cases are verified by protocol, cleared ones only if drawn at `rate` (logged); weights are known by design.
 * `reference-standard`: the recorded value counts whether or not tissue stands behind it; a bias to be shown.
 */
export type VerificationRule = { model: 'audit'; rate: number } | { model: 'reference-standard' };

/** `index-exam`: a patient's first exam in the claim's window counts. `every-exam`: all do, as if independent. */
export type PatientRule = 'index-exam' | 'every-exam';

/**
 * A claim, immutable once registered: any change is a new claim. All that evidence could be tuned by afterwards
 * (bound, threshold, grids, alternatives, horizon) is fixed here, before the first case counts.
 */
export interface ClaimBody {
  /** Short name by which the same claim is recognised across versions, e.g. `sensitivity`. */
  key: string;
  statement: string;
  modelVersionId: ModelVersionId;
  metric: Metric;
  /** The limit, "at least" or "at most" as `metricRules` says; the lower end of a range; unused (0) with a tolerance. */
  bound: number;
  /** Upper end of a range: O/E, calibration slope. */
  boundUpper: number | null;
  /** δ of calibration claims and Δ of gaps: a difference of probabilities. */
  tolerance: number | null;
  /** τ on the probability. */
  decisionThreshold: number;
  /** `flagged`: only cases at or above τ are judged (their verification is complete by protocol). */
  among: 'all' | 'flagged';
  sites: SiteId[];
  scope: 'each-site' | 'overall';
  /** Whom the claim is about; everybody where it is absent. */
  population?: Population;
  /** The group that a gap claim sets against the rest of its population. */
  group?: Population;
  /** Most candidates that the version can give an exam: what a confirmation of false positives per exam rests on. */
  candidatesMax?: number;
  /** Share of the certificate's α that each stream of the claim may spend over its life. */
  alpha: number;
  /** Relevant cases before the state may leave `no evidence yet`. */
  minN: number;
  /** Events needed besides (asymptotic claims). */
  minEvents: number;
  outcome: string;
  horizonDays: number;
  countsFrom: string;
  countsUntil: string | null;
  retrospective: boolean;
  verification: VerificationRule;
  patientRule: PatientRule;
  /** Relevant cases a year that are expected: scales the detector's thresholds (10 × notice, 30 × escalation). */
  relevantPerYear: number;
  /** Relevant cases expected at the first review: where the displayed interval is tightest. */
  tOpt: number;
  /** Offsets of the alternatives below and above the least rate of hits (rates only): part of what is signed. */
  alternatives: { break: number[]; support: number[] } | null;
  consequenceOnFail: Consequence;
  consequenceOnEscalation: Consequence;
  evaluableBy: string;
  maxAgeDays: number;
  /** Until when fixed-sample acceptance evidence stands in while the live evidence is only consistent. */
  acceptanceUntil: string | null;
  owner: string;
}

export interface Claim {
  id: ClaimId;
  body: ClaimBody;
  digest: string;
  registeredAt: Instant | undefined;
  ledgerIndex: number | undefined;
  /** How soon a fall would be noticed; computed once at registration, no part of what is signed. */
  whatIf: WhatIf | undefined;
}

/** SHA-256 of the claim's canonical JSON: what the ledger holds before the first case counts. */
export const claimDigest = (body: ClaimBody): string => sha256Hex(canonicalJson(body));

/**
 * Which cases make up the evidence and in what order: the part of a claim that concerns feeding, not judging.
 * Claims with the same rule share one cohort, so that a case is read once however many claims it serves.
 */
export interface CohortRule {
  modelVersionId: ModelVersionId;
  sites: SiteId[];
  outcome: string;
  horizonDays: number;
  countsFrom: string;
  countsUntil: string | null;
  retrospective: boolean;
  decisionThreshold: number;
  patientRule: PatientRule;
  scoreBins: number;
  /** What the cells carry; the score where it is absent, so that rules from before have the digests they had. */
  measure?: Exclude<Measure, 'score'>;
  population?: Population;
  group?: Population;
}

/** The cohorts of a claim: one for each site, or one over all of them. */
export function cohortRulesOf(body: ClaimBody): { siteId: SiteId | undefined; rule: CohortRule }[] {
  const { measure } = metricRules[body.metric];
  const rule = (sites: SiteId[]): CohortRule => ({
    modelVersionId: body.modelVersionId,
    sites: [...sites].sort(),
    outcome: body.outcome,
    horizonDays: body.horizonDays,
    countsFrom: body.countsFrom,
    countsUntil: body.countsUntil,
    retrospective: body.retrospective,
    decisionThreshold: body.decisionThreshold,
    patientRule: body.patientRule,
    scoreBins,
    ...(measure === 'score' ? {} : { measure }),
    ...(body.population === undefined ? {} : { population: body.population }),
    ...(body.group === undefined ? {} : { group: body.group }),
  });
  if (body.scope === 'overall') return [{ siteId: undefined, rule: rule(body.sites) }];
  return body.sites.map((siteId) => ({ siteId, rule: rule([siteId]) }));
}

export const cohortRuleDigest = (rule: CohortRule): string => sha256Hex(canonicalJson(rule));

/** Levels of the detector in run k, in relevant cases: 10 and 30 times those of a year, raised as α is spent. */
export function detectorThresholds(relevantPerYear: number, run: number): { notice: number; escalation: number } {
  const [notice, escalation] = defaultDetectorLevels(relevantPerYear);
  return { notice: runDetectorLevel(notice, run), escalation: runDetectorLevel(escalation, run) };
}

export type EvidenceState = 'no-evidence-yet' | 'consistent' | 'confirmed' | 'watch' | 'broken';

/**
 * The code under which a claim's failure is filed: that of its metric, or inequity where it concerns one group of ages.
 * Source: deficiency specification, section 2 (D7: a break in one group).
 */
export function deficiencyCodeOf({ metric, population }: Pick<ClaimBody, 'metric' | 'population'>): DeficiencyCode {
  const { code } = metricRules[metric];
  return population?.ageBand !== undefined && (code === 'D4' || code === 'D5') ? 'D7' : code;
}
