import type { DeficiencyCode } from './deficiency.ts';

/** What of a case a cell carries in its upper ten bits; frozen in the cohort's rule. `model/measure.ts` says how. */
export type Measure = 'score' | 'group' | 'lesions' | 'false-positives' | 'prediction-set' | 'acceptance' | 'answer';

/** What can be claimed of a model version, in the order in which it is offered. */
export const metrics = [
  'sensitivity',
  'specificity',
  'ppv',
  'npv',
  'calibration-in-the-large',
  'observed-expected',
  'calibration',
  'auroc',
  'average-precision',
  'calibration-slope',
  'brier',
  'absolute-error',
  'net-benefit',
  'coverage',
  'selective-risk',
  'referral-rate',
  'failure-rate',
  'lesion-sensitivity',
  'false-positives-per-exam',
  'sensitivity-gap',
  'specificity-gap',
  'verified-share',
  'matured-share',
] as const;
export type Metric = (typeof metrics)[number];

/** How the limit of a claim is stated: at least, at most, inside a range, or within a distance of nothing. */
export type Limit = 'least' | 'most' | 'range' | 'tolerance';

export interface MetricRule {
  limit: Limit;
  /**
   * `counts`: hits and misses, recomputable from two integers. `bets`: a bounded figure, or a count. `mixture`: over
   * recalibrations; can be broken, never confirmed. `asymptotic`: approximate, judged once a day.
   */
  evidence: 'counts' | 'bets' | 'mixture' | 'asymptotic';
  measure: Measure;
  /** Whether it is biased where outcomes are verified by design of an audit only, and how that is met. */
  underAudit: 'weighted' | 'exact' | 'among-flagged' | 'refused';
  /** The deficiency that its signal opens (deficiency specification, section 2). */
  code: DeficiencyCode;
}

const rate = { limit: 'least', evidence: 'counts', measure: 'score', code: 'D4' } as const;
const rank = {
  limit: 'least',
  evidence: 'asymptotic',
  measure: 'score',
  underAudit: 'among-flagged',
  code: 'D4',
} as const;
const calibration = {
  limit: 'tolerance',
  evidence: 'bets',
  measure: 'score',
  underAudit: 'among-flagged',
  code: 'D5',
} as const;
const loss = { limit: 'most', evidence: 'bets', measure: 'score', underAudit: 'among-flagged', code: 'D5' } as const;
const gap = { limit: 'tolerance', evidence: 'bets', measure: 'group', underAudit: 'refused', code: 'D7' } as const;
const dataHealth = { ...rate, underAudit: 'exact', code: 'D13' } as const;

/** The rules of every metric: what registering, feeding, judging and showing it have to know. */
export const metricRules: Record<Metric, MetricRule> = {
  sensitivity: { ...rate, underAudit: 'weighted' },
  specificity: { ...rate, underAudit: 'weighted' },
  ppv: { ...rate, underAudit: 'exact' },
  npv: { ...rate, underAudit: 'exact' },
  'calibration-in-the-large': calibration,
  'observed-expected': { ...calibration, limit: 'range' },
  calibration: { ...calibration, evidence: 'mixture' },
  auroc: rank,
  'average-precision': rank,
  'calibration-slope': { ...rank, limit: 'range', code: 'D5' },
  brier: loss,
  'absolute-error': loss,
  'net-benefit': { ...loss, limit: 'least', code: 'D4' },
  coverage: { ...rate, measure: 'prediction-set', underAudit: 'among-flagged', code: 'D6' },
  'selective-risk': { ...rate, limit: 'most', measure: 'acceptance', underAudit: 'among-flagged', code: 'D6' },
  'referral-rate': { ...rate, limit: 'most', measure: 'acceptance', underAudit: 'exact', code: 'D6' },
  'failure-rate': { ...rate, limit: 'most', measure: 'answer', underAudit: 'exact', code: 'D10' },
  'lesion-sensitivity': { ...loss, limit: 'least', measure: 'lesions', code: 'D4' },
  'false-positives-per-exam': { ...loss, measure: 'false-positives', code: 'D4' },
  'sensitivity-gap': gap,
  'specificity-gap': gap,
  'verified-share': dataHealth,
  'matured-share': dataHealth,
};

/** True for metrics whose evidence is an asymptotic confidence sequence instead of an e-process. */
export const isAsymptotic = (metric: Metric): boolean => metricRules[metric].evidence === 'asymptotic';

/** True for metrics that are judged from two integers, hits among relevant cases. */
export const isRate = (metric: Metric): boolean => metricRules[metric].evidence === 'counts';

/** The least rate of hits that a claim about a rate promises: a claim "at most r" counts what is not r. */
export const leastRate = ({ metric, bound }: { metric: Metric; bound: number }): number =>
  metricRules[metric].limit === 'most' ? 1 - bound : bound;
