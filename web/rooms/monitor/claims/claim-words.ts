import type { ClaimView, Reading, StreamSummary } from '../../../../src/monitor/contract.ts';
import type { TermKey } from '../../../glossary.ts';
import { formatEvidence, formatFraction, formatOutOf } from '../../../messages/format.ts';
import { type PlainKey, t } from '../../../messages/translate.ts';

export type Metric = ClaimView['metric'];
type Bounded = Pick<ClaimView, 'metric' | 'limit' | 'bound' | 'boundUpper' | 'tolerance'>;

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
  'average-precision': { name: 'monitor.metric.average-precision', term: 'average-precision' },
  'calibration-slope': { name: 'monitor.metric.calibration-slope', term: 'calibration-slope' },
  brier: { name: 'monitor.metric.brier', term: 'brier' },
  'absolute-error': { name: 'monitor.metric.absolute-error', term: 'absolute-error' },
  'net-benefit': { name: 'monitor.metric.net-benefit', term: 'net-benefit' },
  coverage: { name: 'monitor.metric.coverage', term: 'coverage' },
  'selective-risk': { name: 'monitor.metric.selective-risk', term: 'selective-risk' },
  'referral-rate': { name: 'monitor.metric.referral-rate', term: 'referral-rate' },
  'failure-rate': { name: 'monitor.metric.failure-rate', term: 'failure-rate' },
  'lesion-sensitivity': { name: 'monitor.metric.lesion-sensitivity', term: 'lesion-sensitivity' },
  'false-positives-per-exam': { name: 'monitor.metric.false-positives-per-exam', term: 'false-positives-per-exam' },
  'sensitivity-gap': { name: 'monitor.metric.sensitivity-gap', term: 'gap' },
  'specificity-gap': { name: 'monitor.metric.specificity-gap', term: 'gap' },
  'verified-share': { name: 'monitor.metric.verified-share', term: 'verification' },
  'matured-share': { name: 'monitor.metric.matured-share', term: 'matured-share' },
};

export const metricName = (metric: Metric): string => t(metricNames[metric].name);

const isGap = (metric: Metric): boolean => metric === 'sensitivity-gap' || metric === 'specificity-gap';
const isDifference = (metric: Metric): boolean => metric === 'calibration' || metric === 'calibration-in-the-large';

/** Figures that are no share of anything: said as the number they are. */
const numbers = [
  'average-precision',
  'calibration-slope',
  'brier',
  'absolute-error',
  'net-benefit',
  'false-positives-per-exam',
] as const;
const isNumber = (metric: Metric): metric is (typeof numbers)[number] =>
  (numbers as readonly Metric[]).includes(metric);

/** What was found, as a person says it: "it finds 79 of 100 cases with the disease". */
export function foundInWords(metric: Metric, { estimate }: Reading): string {
  if (!estimate.estimable) return t('monitor.found.nothing', { because: estimate.because });
  const { value } = estimate;
  if (isDifference(metric) || isGap(metric)) return differenceInWords(metric, value);
  if (metric === 'observed-expected') return t('monitor.found.ratio', { count: Math.round(value * 100) });
  if (isNumber(metric)) return t(`monitor.found.${metric}`, { value: formatFraction(value) });
  return t(`monitor.found.${metric as 'sensitivity'}`, { rate: formatOutOf(value) });
}

function differenceInWords(metric: Metric, value: number): string {
  const points = Math.round(Math.abs(value) * 100);
  if (isGap(metric)) {
    if (points === 0) return t('monitor.found.gap.none');
    return t(value < 0 ? 'monitor.found.gap.worse' : 'monitor.found.gap.better', { count: points });
  }
  if (points === 0) return t('monitor.found.difference.none');
  return t(value < 0 ? 'monitor.found.difference.high' : 'monitor.found.difference.low', { count: points });
}

/** The bound, as it is written on its line in a picture. */
export function boundInWords({ limit, bound, boundUpper, tolerance }: Bounded): string {
  switch (limit) {
    case 'tolerance':
      return t('monitor.bound.difference', { tolerance: formatFraction(tolerance ?? 0) });
    case 'range':
      return t('monitor.bound.range', { lower: formatFraction(bound), upper: formatFraction(boundUpper ?? 0) });
    case 'most':
      return t('monitor.bound.most', { bound: formatFraction(bound) });
    case 'least':
      return t('monitor.bound.least', { bound: formatFraction(bound) });
  }
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

/** The bound beside `foundInWords`, in the same count of a hundred: "at least 80"; of plain numbers as they are. */
export function boundPlainly({ metric, limit, bound, boundUpper, tolerance }: Bounded): string {
  const said = (value: number): string =>
    isNumber(metric) ? formatFraction(value) : String(Math.round(value * 1000) / 10);
  switch (limit) {
    case 'tolerance':
      return t('monitor.bound.plain.difference', { count: Math.round((tolerance ?? 0) * 1000) / 10 });
    case 'range':
      return t('monitor.bound.plain.range', { lower: said(bound), upper: said(boundUpper ?? 0) });
    case 'most':
      return t('monitor.bound.plain.most', { share: said(bound) });
    case 'least':
      return t('monitor.bound.plain.least', { share: said(bound) });
  }
}

type Population = NonNullable<ClaimView['population']>;

/** The last year of life that a band of age is written out to. */
const oldest = 120;

/** Whom a claim is about: "scanner vendor Siemens, age 65–69". A band of five years ends four years after its beginning. */
export function populationInWords({ vendor, scanner, ageBand, imageQuality, rarity }: Population): string {
  const said: string[] = [];
  if (vendor) said.push(t('monitor.population.vendor', { names: vendor.join(' or ') }));
  if (scanner) said.push(t('monitor.population.scanner', { names: scanner.join(' or ') }));
  if (ageBand) said.push(ageInWords(ageBand));
  if (imageQuality) said.push(t('monitor.population.quality', imageQuality));
  if (rarity)
    said.push(t('monitor.population.rarity', { from: formatFraction(rarity.from), to: formatFraction(rarity.to) }));
  return said.join(', ');
}

function ageInWords({ from, to }: { from: number; to: number }): string {
  if (to >= oldest) return t('monitor.population.age.over', { from });
  return from === 0
    ? t('monitor.population.age.under', { to: to + 5 })
    : t('monitor.population.age', { from, to: to + 4 });
}

/** Whom a claim is about, with the group that a gap sets against the rest; undefined for everybody. */
export function aboutInWords({ population, group }: Pick<ClaimView, 'population' | 'group'>): string | undefined {
  const whole = population === null ? undefined : populationInWords(population);
  if (group === null) return whole;
  return t('monitor.population.group', {
    group: populationInWords(group),
    population: whole ?? t('monitor.population.all'),
  });
}
