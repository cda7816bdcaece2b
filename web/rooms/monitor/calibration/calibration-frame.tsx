import type { CalibrationView } from '../../../../src/monitor/contract.ts';
import { reliability, reliabilityTable, SceneView } from '../../../charts/index.ts';
import type { TermKey } from '../../../glossary.ts';
import { formatEstimate } from '../../../messages/format.ts';
import { t } from '../../../messages/translate.ts';
import { ChartFrame, KeyValues, Term } from '../../../ui/index.ts';
import { reliabilityOf } from './calibration-figures.ts';

type Estimate = CalibrationView['brier'];

/** A figure with interval and n, or why there is none. */
const written = (estimate: Estimate): string =>
  estimate.estimable ? formatEstimate(estimate) : t('charts.not-estimable', { reason: estimate.because });

const figures: { key: 'observedExpected' | 'intercept' | 'slope' | 'brier' | 'auroc'; term: TermKey }[] = [
  { key: 'observedExpected', term: 'oe-ratio' },
  { key: 'intercept', term: 'intercept' },
  { key: 'slope', term: 'slope' },
  { key: 'brier', term: 'brier' },
  { key: 'auroc', term: 'auroc' },
];

/** One version at one site: the diagram, its figures, and which cases they are of. */
export function CalibrationFrame({ view, asOf }: { view: CalibrationView; asOf: string | undefined }) {
  const data = reliabilityOf(view);
  return (
    <ChartFrame
      title={data.title}
      lead={t(`monitor.calibration.among.${view.among}`)}
      table={reliabilityTable(data)}
      aside={
        <span className="dim small row gap-2">
          <Term k="single-look">{t('monitor.calibration.single-look')}</Term>
          {view.retrospective ? <Term k="retrospective">{t('monitor.label.retrospective')}</Term> : null}
        </span>
      }
      provenance={{
        n: view.n,
        ...(asOf === undefined ? {} : { asOf }),
        note: t('monitor.calibration.unresolved', { count: view.unresolved }),
      }}
    >
      {(width) => (
        <>
          <SceneView scene={reliability(data, { width })} />
          <KeyValues
            items={figures.map(({ key, term }) => ({ key, label: <Term k={term} />, value: written(view[key]) }))}
          />
        </>
      )}
    </ChartFrame>
  );
}
