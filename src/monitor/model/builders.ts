import type { Instant, ModelVersionId, SiteId } from '#kernel';
import { defaultBreakOffsets, defaultSupportOffsets } from '#statistics';
import { type CellParts, encodeCell, resolution } from './cells.ts';
import type { ClaimBody, Metric } from './claim.ts';
import type { Deficiency } from './deficiency.ts';
import { type CohortDay, cohortDay } from './stream.ts';

/** Builders for tests of the model. */

const rates: readonly Metric[] = ['sensitivity', 'specificity', 'ppv', 'npv'];

/** A claim of sensitivity ≥ .90 under a reference standard, or what it is made into. */
export function aClaimBody(over: Partial<ClaimBody> = {}): ClaimBody {
  const metric = over.metric ?? 'sensitivity';
  const bound = over.bound ?? 0.9;
  return {
    key: metric,
    statement: 'Finds at least 90 of 100 cancers.',
    modelVersionId: 'modelVersion_1' as ModelVersionId,
    metric,
    bound,
    boundUpper: metric === 'observed-expected' ? 1.25 : null,
    tolerance: metric.startsWith('calibration') ? 0.05 : null,
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
    alternatives: rates.includes(metric)
      ? { break: defaultBreakOffsets(bound), support: defaultSupportOffsets(bound) }
      : null,
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
