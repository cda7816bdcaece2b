import { addDays, dayOf, type Instant } from '#kernel';
import type { Scope } from '#people';
import type { Db } from '#platform/db';
import {
  aurocInterval,
  type BinnedCalibration,
  calibrationIntercept,
  calibrationSlope,
  type NotEstimable,
  observedExpectedRatio,
  scoreGridBrier,
  scoreGridDeLong,
  scoreGridPredictions,
  scoreGridReliability,
  smallestExportedCell,
} from '#statistics';
import type { CalibrationView } from '../contract.ts';
import type { MonitorDependencies } from '../dependencies.ts';
import { CellCounts } from '../model/cells.ts';
import type { VerificationRule } from '../model/claim.ts';
import { metricRules } from '../model/metrics.ts';
import { gridOf } from '../model/recalibration.ts';
import { type Cohort, cohortDays, cohortsById } from '../store.pg/cohorts.ts';
import { claims, streamsOfClaims } from '../store.pg/streams.ts';
import { namesOf } from './names.ts';
import { coversSite } from './sight.ts';

/**
 * The calibration of each version at each site where claims are fed, as known now or at the end of a day. Where `cases`
 * does not open the cases of a site, its bins of fewer than ten are left out, and a site of fewer than ten altogether.
 */
export async function calibrationViews(
  deps: MonitorDependencies,
  { cases, asOf }: { cases: Scope; asOf?: Instant | undefined },
): Promise<CalibrationView[]> {
  const db = deps.database.db;
  const names = await namesOf(deps, db);
  const uses = await usesOf(db, asOf);
  const cohorts = await cohortsById(db, [...new Set(uses.map((use) => use.cohortId))]);
  const views: CalibrationView[] = [];
  for (const { cohortId, rule } of uses) {
    const cohort = cohorts.get(cohortId)!;
    const counts =
      asOf === undefined ? cohort.counts : countsOf(await cohortDays(db, cohortId, dayOf(addDays(asOf, -1))));
    const among = rule.model === 'audit' ? ('flagged' as const) : ('all' as const);
    const view = { ...viewOf(cohort, counts, { rule, among }), ...labels(cohort, names) };
    if (coversSite(cases)(cohort.siteId)) views.push(view);
    else if (view.n >= smallestExportedCell) views.push({ ...view, bins: withoutSmall(view.bins) });
  }
  return views;
}

/**
 * Bins of ten and more. The number of all cases stands beside them, so what is left out together is ten and more as
 * well: else the one small bin could be had by subtraction.
 */
export function withoutSmall<B extends { n: number }>(bins: readonly B[]): B[] {
  const bySize = bins.filter(({ n }) => n > 0).toSorted((a, b) => a.n - b.n);
  const left = new Set<B>();
  let together = 0;
  for (const bin of bySize) {
    if (bin.n >= smallestExportedCell && (together === 0 || together >= smallestExportedCell)) break;
    left.add(bin);
    together += bin.n;
  }
  return bins.filter((bin) => !left.has(bin));
}

/** Cohorts with the ways in which outcomes come to be known in them: claims that share a cohort may differ in that. */
async function usesOf(db: Db, asOf: Instant | undefined): Promise<{ cohortId: string; rule: VerificationRule }[]> {
  const all = new Map(
    (await claims(db))
      .filter(({ registeredAt }) => registeredAt !== undefined && (asOf === undefined || registeredAt <= asOf))
      .map((claim) => [claim.id, claim]),
  );
  const uses = new Map<string, { cohortId: string; rule: VerificationRule }>();
  for (const { claimId, cohortId } of await streamsOfClaims(db, [...all.keys()])) {
    const { metric, population, verification: rule } = all.get(claimId)!.body;
    // Other cohorts carry another measure in place of the score; those of a part of the cases would need its name.
    if (metricRules[metric].measure !== 'score' || population !== undefined) continue;
    uses.set(`${cohortId} ${rule.model}`, { cohortId, rule });
  }
  return [...uses.values()];
}

function countsOf(days: { cells: Uint16Array }[]): CellCounts {
  const counts = new CellCounts();
  for (const day of days) for (const cell of day.cells) counts.add(cell);
  return counts;
}

type Labels = Pick<CalibrationView, 'modelVersionId' | 'modelVersionLabel' | 'siteName' | 'siteCode'>;

function labels(cohort: Cohort, names: Awaited<ReturnType<typeof namesOf>>): Labels {
  const site = names.site(cohort.siteId);
  const { modelVersionId } = cohort.rule;
  return { modelVersionId, modelVersionLabel: names.version(modelVersionId), siteName: site.name, siteCode: site.code };
}

function viewOf(
  cohort: Cohort,
  counts: CellCounts,
  { rule, among }: { rule: VerificationRule; among: 'all' | 'flagged' },
): Omit<CalibrationView, keyof Labels> {
  const grid = gridOf(counts, rule, among);
  const predictions = scoreGridPredictions(grid);
  const reliability: BinnedCalibration | NotEstimable = scoreGridReliability(grid);
  return {
    cohortId: cohort.id,
    among,
    horizonDays: cohort.rule.horizonDays,
    outcome: cohort.rule.outcome,
    retrospective: cohort.rule.retrospective,
    n: reliability.n,
    unresolved: grid.unresolved,
    bins: reliability.estimable ? reliability.bins : [],
    notEstimable: reliability.estimable ? null : reliability.because,
    observedExpected: observedExpectedRatio(predictions),
    intercept: calibrationIntercept(predictions),
    slope: calibrationSlope(predictions),
    brier: scoreGridBrier(grid),
    auroc: aurocInterval(scoreGridDeLong(grid)),
  };
}
