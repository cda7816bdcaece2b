import { z } from 'zod';
import { metrics } from '../model/metrics.ts';
import { candidateCount, estimate, isoInstant, plainText, population, siteCode } from './parts.ts';

/** Claims, plans, and how the evidence stands. */

const consequence = z.strictObject({
  status: z.enum(['watch', 'conditional', 'restricted', 'suspended']),
  predicate: plainText(3, 300).optional(),
  condition: plainText(3, 300).optional(),
});

/** A claim to be registered; what is left out takes the default of the method and is written into the signed record. */
export const claimRequest = z.strictObject({
  /** In which of several roles one acts. */
  asRole: z.string().min(1).max(80).optional(),
  key: z.string().regex(/^[a-z0-9-]{3,60}$/),
  statement: plainText(10, 400),
  modelVersionId: z.string().max(60),
  metric: z.enum(metrics),
  bound: z.number().gt(0).max(10).optional(),
  boundUpper: z.number().gt(0).max(10).optional(),
  tolerance: z.number().gt(0).max(0.5).optional(),
  decisionThreshold: z.number().gt(0).lt(1),
  among: z.enum(['all', 'flagged']).default('all'),
  sites: z.array(siteCode).min(1).max(500),
  scope: z.enum(['each-site', 'overall']).default('each-site'),
  population: population.optional(),
  group: population.optional(),
  candidatesMax: candidateCount.min(1).optional(),
  alpha: z.number().gt(0).max(0.05),
  minN: z.number().int().min(1).max(1e6).optional(),
  minEvents: z.number().int().min(0).max(1e6).optional(),
  outcome: z.string().regex(/^[A-Za-z0-9_.-]{1,40}$/),
  horizonDays: z.number().int().min(1).max(3650),
  countsFrom: isoInstant.optional(),
  countsUntil: isoInstant.optional(),
  retrospective: z.boolean().default(false),
  verification: z.discriminatedUnion('model', [
    z.strictObject({ model: z.literal('audit'), rate: z.number().gt(0).max(1) }),
    z.strictObject({ model: z.literal('reference-standard') }),
  ]),
  patientRule: z.enum(['index-exam', 'every-exam']).default('index-exam'),
  relevantPerYear: z.number().int().min(1).max(1e7),
  tOpt: z.number().int().min(10).max(1e6).optional(),
  consequenceOnFail: consequence,
  consequenceOnEscalation: consequence,
  evaluableBy: isoInstant.optional(),
  maxAgeDays: z.number().int().min(1).max(3650).default(60),
  acceptanceUntil: isoInstant.optional(),
});
export type ClaimRequest = z.infer<typeof claimRequest>;

/** How a version is watched: the threshold it acts on, and the rate at which cases it clears are audited. */
export const planRequest = z.strictObject({
  /** In which of several roles one acts. */
  asRole: z.string().min(1).max(80).optional(),
  modelVersionId: z.string().max(60),
  decisionThreshold: z.number().gt(0).lt(1),
  auditRate: z.number().min(0).max(1),
  /** In a simulation only, so that it can be repeated; elsewhere the seed is drawn by Hortus and kept secret. */
  auditSeed: z.string().min(1).max(100).optional(),
});

export const reading = z.object({
  /** Relevant cases and hits among them (rates); cases and events (calibration, AUROC). */
  n: z.number(),
  k: z.number(),
  /** Relevant cases with a known outcome; the others count so that neither process is misled. */
  known: z.number().optional(),
  /** For rates: n and k from which `logSupport` is recomputed; `logBreak` follows from n and k above. */
  forSupport: z.object({ n: z.number(), k: z.number() }).optional(),
  logBreak: z.number().nullable(),
  logSupport: z.number().nullable(),
  logDetector: z.number().nullable(),
  estimate,
});
export type Reading = z.infer<typeof reading>;

export const evidenceStates = ['no-evidence-yet', 'consistent', 'confirmed', 'watch', 'broken'] as const;

export const crossing = z.object({
  kind: z.enum(['break', 'support', 'notice', 'escalation', 'empty']),
  /** Position of the deciding case in the cohort, from 1. */
  position: z.number().int(),
  at: z.string(),
  predictedOn: z.string(),
  n: z.number(),
  k: z.number(),
  /** ln of the process at the crossing, and the level it reached. */
  logValue: z.number(),
  logThreshold: z.number(),
  changePoint: z.object({ position: z.number().int(), on: z.string() }).nullable(),
});
export type Crossing = z.infer<typeof crossing>;

export const streamSummary = z.object({
  streamId: z.string(),
  claimId: z.string(),
  siteId: z.string().nullable(),
  siteCode: z.string().nullable(),
  siteName: z.string(),
  run: z.number().int(),
  alpha: z.number(),
  state: z.enum(evidenceStates),
  level: z.number().int(),
  changedAt: z.string(),
  lastMaturedAt: z.string().nullable(),
  cases: z.number().int(),
  late: z.number().int(),
  reading,
  thresholds: z.object({ logBreak: z.number(), logNotice: z.number(), logEscalation: z.number() }),
  crossings: z.array(crossing),
  /** In words: what would break it, what would confirm it, or why that cannot be said. */
  needed: z.array(z.string()),
  evidenceDigest: z.string(),
});
export type StreamSummary = z.infer<typeof streamSummary>;

export const claimView = z.object({
  id: z.string(),
  key: z.string(),
  statement: z.string(),
  metric: z.enum(metrics),
  approximate: z.boolean(),
  modelVersionId: z.string(),
  modelVersionLabel: z.string(),
  bound: z.number(),
  boundUpper: z.number().nullable(),
  tolerance: z.number().nullable(),
  decisionThreshold: z.number(),
  among: z.enum(['all', 'flagged']),
  scope: z.enum(['each-site', 'overall']),
  /** How the limit is stated: "at least", "at most", inside a range, within a distance. */
  limit: z.enum(['least', 'most', 'range', 'tolerance']),
  /** Whom it is about, and the group set against the rest; null for everybody, and where there is no group. */
  population: population.nullable(),
  group: population.nullable(),
  alpha: z.number(),
  minN: z.number(),
  minEvents: z.number(),
  horizonDays: z.number(),
  outcome: z.string(),
  verification: z.string(),
  patientRule: z.string(),
  countsFrom: z.string(),
  retrospective: z.boolean(),
  registeredAt: z.string().nullable(),
  ledgerIndex: z.number().nullable(),
  digest: z.string(),
  streams: z.array(streamSummary),
});
export type ClaimView = z.infer<typeof claimView>;

export const historyPoint = z.object({
  day: z.string(),
  cases: z.number().int(),
  state: z.enum(evidenceStates),
  reading,
});
export type HistoryPoint = z.infer<typeof historyPoint>;

export const streamHistory = z.object({
  stream: streamSummary,
  /** Earlier runs of the same stream, dismissed by review; never hidden. */
  earlierRuns: z.array(streamSummary),
  points: z.array(historyPoint),
});
export type StreamHistory = z.infer<typeof streamHistory>;

export const reliabilityBin = z.object({
  n: z.number(),
  events: z.number(),
  meanPredicted: z.number(),
  observedRate: z.number(),
  lower: z.number(),
  upper: z.number(),
});

/** Calibration of a version at a site, over mature cases with a known outcome; fixed-n intervals: a single look. */
export const calibrationView = z.object({
  cohortId: z.string(),
  modelVersionId: z.string(),
  modelVersionLabel: z.string(),
  siteName: z.string(),
  siteCode: z.string().nullable(),
  among: z.enum(['all', 'flagged']),
  horizonDays: z.number(),
  outcome: z.string(),
  retrospective: z.boolean(),
  n: z.number(),
  unresolved: z.number(),
  bins: z.array(reliabilityBin),
  notEstimable: z.string().nullable(),
  observedExpected: estimate,
  intercept: estimate,
  slope: estimate,
  brier: estimate,
  auroc: estimate,
});
export type CalibrationView = z.infer<typeof calibrationView>;
