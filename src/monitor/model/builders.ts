import type { Instant, ModelVersionId, Random, SiteId } from '#kernel';
import { defaultBreakOffsets, defaultSupportOffsets } from '#statistics';
import { type CellParts, encodeCell, resolution } from './cells.ts';
import type { ClaimBody } from './claim.ts';
import type { Deficiency } from './deficiency.ts';
import { isRate, leastRate, type Measure, metricRules } from './metrics.ts';
import { type CohortDay, cohortDay } from './stream.ts';

/** Builders for tests of the model. */

/** A claim of sensitivity ≥ .90 under a reference standard, or what it is made into. */
export function aClaimBody(over: Partial<ClaimBody> = {}): ClaimBody {
  const metric = over.metric ?? 'sensitivity';
  const { limit, measure } = metricRules[metric];
  const bound = over.bound ?? (limit === 'most' ? 0.1 : 0.9);
  const least = leastRate({ metric, bound });
  return {
    key: metric,
    statement: 'Finds at least 90 of 100 cancers.',
    modelVersionId: 'modelVersion_1' as ModelVersionId,
    metric,
    bound,
    boundUpper: limit === 'range' ? 1.25 : null,
    tolerance: limit === 'tolerance' ? 0.05 : null,
    decisionThreshold: 0.5,
    among: 'all',
    sites: ['site_1' as SiteId],
    scope: 'each-site',
    alpha: 0.05,
    minN: 30,
    minEvents: 0,
    outcome: 'csPCa',
    horizonDays: 90,
    countsFrom: '2020-01-01T00:00:00.000Z',
    countsUntil: null,
    retrospective: false,
    verification: { model: 'reference-standard' },
    patientRule: 'every-exam',
    relevantPerYear: 364,
    tOpt: 100,
    alternatives: isRate(metric) ? { break: defaultBreakOffsets(least), support: defaultSupportOffsets(least) } : null,
    ...(measure === 'group' ? { group: { ageBand: { from: 70, to: 120 } } } : {}),
    ...(measure === 'false-positives' ? { candidatesMax: 8 } : {}),
    consequenceOnFail: { status: 'suspended' },
    consequenceOnEscalation: { status: 'suspended' },
    evaluableBy: '2021-01-01T00:00:00.000Z',
    maxAgeDays: 60,
    acceptanceUntil: null,
    owner: 'person_1',
    ...over,
  };
}

/** A flagged, verified case of disease, or what it is made into. */
export const aCell = (over: Partial<CellParts> = {}): number =>
  encodeCell({ bin: 700, flagged: true, value: true, resolution: resolution.verified, auditLevel: 0, ...over });

/** A value of a measure by chance; of the score, a bin. */
export function aMeasure(measure: Measure, random: Random): number {
  const upTo = (most: number): number => Math.floor(random() * (most + 1));
  switch (measure) {
    case 'score':
      return upTo(999);
    case 'group':
    case 'acceptance':
    case 'answer':
      return upTo(1);
    case 'prediction-set':
      return upTo(4);
    case 'false-positives':
      return upTo(3);
    case 'lesions': {
      const lesions = upTo(4);
      return 8 * upTo(lesions) + lesions;
    }
  }
}

/** Days from the first of January 2020 on, of the given cells. */
export const daysOf = (...days: number[][]): CohortDay[] =>
  days.map((cells, i) =>
    cohortDay(
      new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10) as CohortDay['day'],
      Uint16Array.from(cells),
    ),
  );

export const aDeficiency = (over: Partial<Deficiency> = {}): Deficiency => ({
  id: 'deficiency_1' as Deficiency['id'],
  code: 'D5',
  title: 'Probabilities are off.',
  state: 'signal',
  severity: undefined,
  claimId: 'claim_1',
  siteId: 'site_1' as SiteId,
  modelVersionId: 'modelVersion_1' as ModelVersionId,
  openedAt: Date.UTC(2020, 0, 1) as Instant,
  record: { openedBy: 'monitor', evidence: [], severityHistory: [], dissent: [] },
  version: 1,
  ...over,
});
