import type { CalibrationView } from '../../../../src/monitor/contract.ts';
import type { TermKey } from '../../../glossary.ts';
import { decimalsFor, formatCount, formatFraction, formatInterval } from '../../../messages/format.ts';
import { type PlainKey, t } from '../../../messages/translate.ts';
import { type DataColumn, DataTable } from '../../../ui/index.ts';

/** The row says its n once. */
function withoutN(estimate: CalibrationView['brier']): string {
  if (!estimate.estimable) return t('charts.not-estimable', { reason: estimate.because });
  const { value, lower, upper } = estimate;
  const decimals = decimalsFor(lower, upper);
  return `${formatFraction(value, decimals)} (${formatInterval(lower, upper, decimals)})`;
}

const figure = (
  key: 'observedExpected' | 'intercept' | 'slope' | 'brier' | 'auroc',
  header: PlainKey,
  term: TermKey,
): DataColumn<CalibrationView> => ({
  id: key,
  header: t(header),
  value: (view) => (view[key].estimable ? view[key].value : null),
  cell: (view) => withoutN(view[key]),
  align: 'end',
  term,
});

const columns: DataColumn<CalibrationView>[] = [
  { id: 'site', header: t('monitor.calibration.column.site'), value: ({ siteName }) => siteName },
  {
    id: 'version',
    header: t('monitor.calibration.column.version'),
    value: ({ modelVersionLabel }) => modelVersionLabel,
  },
  {
    id: 'n',
    header: t('monitor.calibration.column.n'),
    value: ({ n }) => n,
    cell: ({ n }) => formatCount(n),
    align: 'end',
    term: 'n',
  },
  {
    id: 'unresolved',
    header: t('monitor.calibration.column.unresolved'),
    value: ({ unresolved }) => unresolved,
    cell: ({ unresolved }) => formatCount(unresolved),
    align: 'end',
  },
  figure('observedExpected', 'monitor.calibration.column.oe', 'oe-ratio'),
  figure('intercept', 'monitor.calibration.column.intercept', 'intercept'),
  figure('slope', 'monitor.calibration.column.slope', 'slope'),
  figure('brier', 'monitor.calibration.column.brier', 'brier'),
  figure('auroc', 'monitor.calibration.column.auroc', 'auroc'),
];

export const CalibrationTable = ({ views }: { views: CalibrationView[] }) => (
  <DataTable
    id="calibration"
    caption={t('monitor.calibration.table')}
    columns={columns}
    rows={views}
    rowId={({ cohortId }) => cohortId}
  />
);
