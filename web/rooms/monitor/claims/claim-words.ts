import type { ClaimView, Reading, StreamSummary } from '../../../../src/monitor/contract.ts';
import type { TermKey } from '../../../glossary.ts';
import { formatEvidence, formatFraction, formatOutOf } from '../../../messages/format.ts';
import { type PlainKey, t } from '../../../messages/translate.ts';

export type Metric = ClaimView['metric'];
type Bounded = Pick<ClaimView, 'metric' | 'bound' | 'boundUpper' | 'tolerance'>;

/** The measure's name, and the word of the glossary that explains it. */
export const metricNames: Record<Metric, { name: PlainKey; term: TermKey }> = {
  sensitivity: { name: 'monitor.metric.sensitivity', term: 'sensitivity' },
  specificity: { name: 'monitor.metric.specificity', term: 'specificity' },
  ppv: { name: 'monitor.metric.ppv', term: 'ppv' },
  npv: { name: 'monitor.metric.npv', term: 'npv' },
  'calibration-in-the-large': {
    name: 'monitor.metric.calibration-in-the-large',
    term: 'calibration-in-the-large',
  },
  'observed-expected': { name: 'monitor.metric.observed-expected', term: 'oe-ratio' },
  calibration: { name: 'monitor.metric.calibration', term: 'calibration' },
  auroc: { name: 'monitor.metric.auroc', term: 'auroc' },
};

export const metricName = (metric: Metric): string => t(metricNames[metric].name);

const isDifference = (metric: Metric): boolean => metric === 'calibration' || metric === 'calibration-in-the-large';

/** What was found, as a person says it: "it finds 79 of 100 cases with the disease". */
export function foundInWords(metric: Metric, { estimate }: Reading): string {
  if (!estimate.estimable) return t('monitor.found.nothing', { because: estimate.because });
  const { value } = estimate;
  if (isDifference(metric)) {
    const points = Math.round(Math.abs(value) * 100);
    if (points === 0) return t('monitor.found.difference.none');
    return t(value < 0 ? 'monitor.found.difference.high' : 'monitor.found.difference.low', { count: points });
  }
  if (metric === 'observed-expected') return t('monitor.found.ratio', { count: Math.round(value * 100) });
  return t(`monitor.found.${metric as 'sensitivity'}`, { rate: formatOutOf(value) });
}

/** The bound, as it is written on its line in a picture. */
export function boundInWords({ metric, bound, boundUpper, tolerance }: Bounded): string {
  if (isDifference(metric)) return t('monitor.bound.difference', { tolerance: formatFraction(tolerance ?? 0) });
  if (metric === 'observed-expected')
    return t('monitor.bound.range', { lower: formatFraction(bound), upper: formatFraction(boundUpper ?? 0) });
  return t('monitor.bound.least', { bound: formatFraction(bound) });
}

/** "1/α = 82": the level that the evidence must reach in this run. */
export const levelInWords = (logThreshold: number): string =>
  t('monitor.level.e', { level: formatEvidence(logThreshold) });

/** The state with where it holds: "broken at Westhaven". */
export function stateAt({ state, siteName, siteId }: StreamSummary): string {
  const word = state === 'watch' ? t('monitor.state.watched') : t(`status.${state}`);
  return siteId === null
    ? t('monitor.state.everywhere', { state: word })
    : t('monitor.state.at', { state: word, site: siteName });
}

/** Labels that qualify all figures of a claim. */
export const labelsOf = (
  claim: Pick<ClaimView, 'approximate' | 'retrospective'>,
): ('approximate' | 'retrospective')[] => [
  ...(claim.approximate ? (['approximate'] as const) : []),
  ...(claim.retrospective ? (['retrospective'] as const) : []),
];

/** The bound beside `foundInWords`, in the same count of a hundred: "at least 80". */
export function boundPlainly({ metric, bound, boundUpper, tolerance }: Bounded): string {
  const ofHundred = (value: number): string => String(Math.round(value * 1000) / 10);
  if (isDifference(metric))
    return t('monitor.bound.plain.difference', { count: Math.round((tolerance ?? 0) * 1000) / 10 });
  if (metric === 'observed-expected')
    return t('monitor.bound.plain.range', { lower: ofHundred(bound), upper: ofHundred(boundUpper ?? 0) });
  return t('monitor.bound.plain.least', { share: ofHundred(bound) });
}
