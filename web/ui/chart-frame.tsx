import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import type { ChartTable } from '../charts/scene.ts';
import type { Moment } from '../messages/format.ts';
import { rich } from '../messages/rich.tsx';
import { t } from '../messages/translate.ts';
import { Icon } from './icons.tsx';
import { AppLink, Day } from './text.tsx';

export interface Provenance {
  /** The method in words, and the address of its page. */
  method?: { label: string; to: string };
  n?: number;
  asOf?: Moment;
  updated?: Moment;
  ledger?: { label?: string; to: string };
  /** Anything else that must be said: "demonstration, not a benchmark". */
  note?: ReactNode;
}

export interface ChartFrameProps {
  title: ReactNode;
  /** One line under the title: what to see in the picture. */
  lead?: ReactNode;
  table: ChartTable;
  provenance?: Provenance;
  /** Draws the picture for a width in pixels. */
  children: (widthPx: number) => ReactNode;
  aside?: ReactNode;
}

const widthBeforeMeasuringPx = 640;

/** The width of an element, followed while it changes. */
export function useWidth() {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(widthBeforeMeasuringPx);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.max(240, Math.floor(entry.contentRect.width)));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, width };
}

/** A picture with its title, the table behind it, and where it comes from. */
export function ChartFrame({ title, lead, table, provenance, children, aside }: ChartFrameProps) {
  const [isTable, setIsTable] = useState(false);
  const { ref, width } = useWidth();
  const id = useId();
  return (
    <figure className="chart-frame card" aria-labelledby={id}>
      <header className="card-head">
        <div>
          <h2 id={id}>{title}</h2>
          {lead ? <p className="dim small">{lead}</p> : null}
        </div>
        <div className="card-aside no-print">
          {aside}
          <button type="button" className="tool-button" aria-pressed={isTable} onClick={() => setIsTable(!isTable)}>
            <Icon name={isTable ? 'picture' : 'table'} sizePx={14} />
            {t(isTable ? 'ui.chart.picture' : 'ui.chart.table')}
          </button>
        </div>
      </header>
      <div className="card-body" ref={ref}>
        {isTable ? <PlainTable table={table} /> : children(width)}
      </div>
      {provenance ? <ProvenanceLine provenance={provenance} /> : null}
    </figure>
  );
}

/** A chart's table as it stands; it scrolls inside its frame, never the page. */
export function PlainTable({ table }: { table: ChartTable }) {
  return (
    <div className="table-scroll chart-table">
      <table>
        <thead>
          <tr>
            {table.columns.map((column) => (
              <th key={column.key} scope="col" className={column.align === 'end' ? 'number' : undefined}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the rows of a finished table never move.
            <tr key={index}>
              {table.columns.map((column) => (
                <td key={column.key} className={column.align === 'end' ? 'number' : undefined}>
                  {row[column.key] ?? '\u2013'}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Method, n, as-of, last update, ledger entry: the line that lets a sceptic go and check. */
export function ProvenanceLine({ provenance }: { provenance: Provenance }) {
  const { method, n, asOf, updated, ledger, note } = provenance;
  return (
    <figcaption className="provenance">
      {method ? (
        <span>
          {t('ui.chart.method')}: <AppLink to={method.to}>{method.label}</AppLink>
        </span>
      ) : null}
      {n === undefined ? null : <span>{t('ui.chart.cases', { count: n })}</span>}
      {asOf === undefined ? null : <span>{rich('ui.chart.as-of', { day: <Day at={asOf} /> })}</span>}
      {updated === undefined ? null : <span>{rich('ui.chart.updated', { day: <Day at={updated} /> })}</span>}
      {ledger ? (
        <span className="provenance-ledger">
          <Icon name="ledger" sizePx={14} />
          <AppLink to={ledger.to}>{ledger.label ?? t('ui.chart.ledger')}</AppLink>
        </span>
      ) : null}
      {note ? <span>{note}</span> : null}
    </figcaption>
  );
}
