import type { ExploredCell } from '../../../../src/monitor/contract.ts';
import { formatFraction } from '../../../messages/format.ts';
import { t } from '../../../messages/translate.ts';
import { Card } from '../../../ui/index.ts';
import { type Metric, metricName } from '../claims/claim-words.ts';
import { cellInWords, groupInWords, heatRows, stateOf } from './exploration-words.ts';
import './exploration.css';

/** One figure over sites and groups. */
export function HeatCard({ metric, cells }: { metric: Metric; cells: ExploredCell[] }) {
  const { sites, rows } = heatRows(cells);
  const title = t('monitor.exploration.metric', { metric: metricName(metric) });
  return (
    <Card title={title} isFlush>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard. */}
      <section className="table-scroll heat" aria-label={title} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('monitor.exploration.column.group')}</th>
              {sites.map((site) => (
                <th key={site} scope="col">
                  {site}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ group, cells: ofGroup }) => (
              <tr key={`${group.kind} ${group.value}`}>
                <th scope="row">{groupInWords(group)}</th>
                {ofGroup.map((cell, i) => (
                  <HeatCell key={sites[i]} cell={cell} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Card>
  );
}

function HeatCell({ cell }: { cell: ExploredCell | undefined }) {
  if (!cell) return <td className="dim">{t('monitor.exploration.state.nobody')}</td>;
  const state = stateOf(cell);
  const estimate = cell.figures?.estimate;
  return (
    <td data-state={state} title={cellInWords(cell)}>
      {estimate?.estimable ? formatFraction(estimate.value) : null}
      <span className="heat-state">{t(`monitor.exploration.state.${state}`)}</span>
    </td>
  );
}
