import { z } from 'zod';

/** Bodies of drills: what is asked, and what a drill on a copy of a stream found. Nothing in them is evidence. */

export const injectionKinds = [
  'case-mix',
  'calibration',
  'threshold',
  'label-delay',
  'image-quality',
  'version-mix-up',
] as const;
export type InjectionKind = (typeof injectionKinds)[number];

export const drillRunsMax = 2000;

export const drillRequest = z.strictObject({
  /** Id of the claim, or its key where one version has it only. */
  claim: z.string().min(1).max(80),
  /** Code of the site; may be left out where the claim has one stream. */
  site: z.string().min(1).max(40).optional(),
  inject: z.enum(injectionKinds),
  /** Log-odds (case-mix, calibration), a difference of probabilities (threshold), or a share of cases (the others). */
  size: z.number().min(-5).max(5),
  /** A day of the stream (YYYY-MM-DD), or the position of a case in it, from 1; half of its cases if left out. */
  at: z.string().max(20).optional(),
  runs: z.number().int().min(20).max(drillRunsMax).default(200),
  seed: z.string().min(1).max(100).default('hortus'),
  /** Writes the digest of the report into the ledger, as a drill. */
  record: z.boolean().default(false),
});
export type DrillRequest = z.infer<typeof drillRequest>;

const share = z.object({ count: z.number().int(), of: z.number().int(), lower: z.number(), upper: z.number() });

export const ruleFinding = z.object({
  rule: z.string(),
  by: z.enum(['hortus', 'dummy', 'other-tools']),
  /** Of the runs without an alarm before the injection, those with one after it; Clopper–Pearson 95 % interval. */
  found: share,
  /** Runs of the same length without any injection that alarmed. */
  falseAlarms: share,
  /** Relevant cases, and days, from the injection to the alarm; null where half of the runs were not found. */
  medianDelayCases: z.number().nullable(),
  medianDelayDays: z.number().nullable(),
});
export type RuleFinding = z.infer<typeof ruleFinding>;

export const drillReport = z.object({
  drill: z.literal(true),
  label: z.literal('drill, on a copy'),
  claim: z.object({ id: z.string(), key: z.string(), digest: z.string(), metric: z.string() }),
  site: z.string().nullable(),
  injection: z.object({ kind: z.enum(injectionKinds), size: z.number(), words: z.string() }),
  /** What the injection should lead to: an alarm, or nothing. */
  expected: z.enum(['alarm', 'silence']),
  copy: z.object({
    from: z.string(),
    until: z.string(),
    cases: z.number().int(),
    cellsSha256: z.string(),
    /** What the claim is about, on the copy as it is, and with the injection in every case; null: not estimable. */
    value: z.number().nullable(),
    injectedValue: z.number().nullable(),
  }),
  length: z.object({
    injectedOn: z.string(),
    daysBefore: z.number().int(),
    daysAfter: z.number().int(),
    /** Medians over the runs. */
    relevantBefore: z.number(),
    relevantInAll: z.number(),
  }),
  runs: z.number().int(),
  seed: z.string(),
  /** The most often that Hortus may alarm over this length while the claim holds. */
  statedFalseAlarms: z.number(),
  findings: z.array(ruleFinding),
  sentences: z.array(z.string()),
  notes: z.array(z.string()),
});
export type DrillReport = z.infer<typeof drillReport>;

export const drillAnswer = z.object({
  report: drillReport,
  reportSha256: z.string(),
  ledgerIndex: z.number().int().nullable(),
});
export type DrillAnswer = z.infer<typeof drillAnswer>;

/** A drill as the ledger has it. */
export const recordedDrill = z.object({
  ledgerIndex: z.number().int(),
  at: z.string(),
  claim: z.string(),
  site: z.string().nullable(),
  inject: z.string(),
  size: z.number(),
  found: z.string(),
  falseAlarms: z.string(),
  medianDelayCases: z.number().nullable(),
  reportSha256: z.string(),
});
export type RecordedDrill = z.infer<typeof recordedDrill>;
