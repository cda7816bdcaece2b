import type { CalibrationView } from '../../../../src/monitor/contract.ts';
import type { ReliabilityData } from '../../../charts/index.ts';
import { t } from '../../../messages/translate.ts';

/**
 * The reliability diagram of a version at a site. Bins hold equal numbers of cases, and the contract tells their means,
 * not their edges: an edge is drawn half way between two means.
 */
export function reliabilityOf(view: CalibrationView): ReliabilityData {
  const means = view.bins.map(({ meanPredicted }) => meanPredicted);
  const edges = [0, ...means.slice(1).map((mean, index) => (mean + means[index]!) / 2), 1];
  return {
    title: t('monitor.calibration.frame', { version: view.modelVersionLabel, site: view.siteName }),
    observedLabel: t('monitor.calibration.observed'),
    bins: view.bins.map((bin, index) => ({
      from: edges[index]!,
      to: edges[index + 1]!,
      n: bin.n,
      meanPredicted: bin.meanPredicted,
      observed: bin.observedRate,
      lower: bin.lower,
      upper: bin.upper,
    })),
  };
}

/** How far observed is from expected, on the log scale, where the interval excludes 1; 0 where it does not. */
export function departureOf({ observedExpected }: CalibrationView): number {
  if (!observedExpected.estimable) return -1;
  const { value, lower, upper } = observedExpected;
  return lower <= 1 && upper >= 1 ? 0 : Math.abs(Math.log(value));
}

export const byDeparture = (a: CalibrationView, b: CalibrationView): number =>
  departureOf(b) - departureOf(a) ||
  a.siteName.localeCompare(b.siteName) ||
  a.modelVersionLabel.localeCompare(b.modelVersionLabel);

const scopeOf = ({ modelVersionId, siteCode, among, outcome, horizonDays, n }: CalibrationView): string =>
  [modelVersionId, siteCode, among, outcome, horizonDays, n].join(' ');

/** A look back at the same cases that a claim made beforehand counts anyway shows nothing more. */
const isTwin = (view: CalibrationView, views: readonly CalibrationView[]): boolean =>
  view.retrospective && views.some((other) => !other.retrospective && scopeOf(other) === scopeOf(view));

/** Rows of the chosen version and site; a row over all sites concerns each of them. */
export const chosenViews = (
  views: readonly CalibrationView[],
  { version, siteCode }: { version?: string | undefined; siteCode?: string | undefined },
): CalibrationView[] =>
  views
    .filter(
      (view) =>
        (version === undefined || view.modelVersionId === version) &&
        (siteCode === undefined || view.siteCode === null || view.siteCode === siteCode),
    )
    .filter((view, _index, fitting) => !isTwin(view, fitting))
    .sort(byDeparture);

/** The sentence that a clinician reads: too high, too low, or fitting. */
export function verdictOf({ observedExpected }: CalibrationView): 'high' | 'low' | 'fits' | 'none' {
  if (!observedExpected.estimable) return 'none';
  const { value, lower, upper } = observedExpected;
  if (lower <= 1 && upper >= 1) return 'fits';
  return value < 1 ? 'high' : 'low';
}
