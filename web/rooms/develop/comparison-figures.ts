import type { z } from 'zod';
import type { comparisonView } from '../../../src/monitor/contract.ts';
import type { IntervalDotsData } from '../../charts/index.ts';
import { formatFraction } from '../../messages/format.ts';
import { t } from '../../messages/translate.ts';
import type { Status } from '../../ui/status/status.ts';

export type ComparisonView = z.output<typeof comparisonView>;

export const comparisonStatus: Record<ComparisonView['state'], Status> = {
  'no-evidence-yet': 'no-evidence-yet',
  undecided: 'consistent',
  'non-inferior': 'confirmed',
  inferior: 'fail',
};

export const againstWord = (against: ComparisonView['against']): string => t(`develop.comparison.against.${against}`);

export const verdictWord = (state: ComparisonView['state']): string => t(`develop.comparison.state.${state}`);

/** The differences of a candidate as intervals, with equality and the margin that decides. */
export function comparisonDots(comparisons: readonly ComparisonView[]): IntervalDotsData {
  const margins = new Set(comparisons.map(({ margin }) => margin));
  const [margin] = margins;
  return {
    title: t('develop.comparison.title'),
    valueLabel: t('develop.comparison.value'),
    rows: comparisons.map(({ siteName, referenceLabel, against, state, n, difference }) => ({
      id: `${siteName} ${against}`,
      label: t('develop.comparison.row', { site: siteName, reference: referenceLabel, against: againstWord(against) }),
      status: comparisonStatus[state],
      n,
      ...(difference.estimable
        ? { estimate: difference.value, lower: difference.lower, upper: difference.upper }
        : { estimate: null, lower: null, upper: null, notEstimable: difference.because }),
    })),
    bounds:
      margins.size === 1 && margin !== undefined
        ? [{ value: margin, label: t('develop.comparison.margin', { margin: formatFraction(margin) }) }]
        : [{ value: 0, label: t('develop.comparison.zero') }],
  };
}

/** Where the original is also the version before, one comparison says both. */
export function distinctComparisons(comparisons: readonly ComparisonView[]): ComparisonView[] {
  const seen = new Set<string>();
  return comparisons.filter(({ siteName, referenceVersionId }) => {
    const key = `${siteName} ${referenceVersionId}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
