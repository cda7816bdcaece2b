import { scaleLinear } from 'd3-scale';
import { decimalsFor, formatFraction, formatInterval } from '../messages/format.ts';
import { t } from '../messages/translate.ts';
import { attentionOf, hueOf, type Status } from '../ui/status/status.ts';
import { horizontalAxis } from './axes.ts';
import type { BoundLine } from './estimate-over-time.ts';
import {
  type ChartTable,
  emptyScene,
  type Mark,
  type Plot,
  px,
  type Scene,
  type Size,
  type Stop,
  textWidth,
} from './scene.ts';

export interface IntervalRow {
  id: string;
  label: string;
  status: Status;
  n: number;
  estimate: number | null;
  lower: number | null;
  upper: number | null;
  notEstimable?: string;
}

export interface IntervalDotsData {
  title: string;
  valueLabel: string;
  rows: IntervalRow[];
  bounds: BoundLine[];
  /** Keep the given order instead of ordering by attention. */
  isOrdered?: boolean;
}

const rowHeightPx = 30;

const isEstimated = (row: IntervalRow): row is IntervalRow & { estimate: number; lower: number; upper: number } =>
  row.estimate !== null && row.lower !== null && row.upper !== null;

const textOf = (row: IntervalRow): string =>
  isEstimated(row)
    ? `${formatFraction(row.estimate, decimalsFor(row.lower, row.upper))} (${formatInterval(row.lower, row.upper)}), ${t('charts.n', { count: row.n })}`
    : `${t('charts.not-estimable', { reason: row.notEstimable ?? '' })}, ${t('charts.n', { count: row.n })}`;

const ordered = (data: IntervalDotsData): IntervalRow[] =>
  data.isOrdered ? data.rows : [...data.rows].sort((a, b) => attentionOf(a.status) - attentionOf(b.status));

function domainOf(data: IntervalDotsData): [number, number] {
  const values = [
    ...data.bounds.map((bound) => bound.value),
    ...data.rows.filter(isEstimated).flatMap((row) => [row.lower, row.upper]),
  ];
  if (values.length === 0) return [0, 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = Math.max(0.01, (high - low) * 0.06);
  return [low >= 0 ? Math.max(0, low - margin) : low - margin, high <= 1 ? Math.min(1, high + margin) : high + margin];
}

/**
 * One line a site: its name with the shape of its state, the interval, the estimate as a mark in it, and the numbers in
 * words. The claim's bound runs through all of them, labelled above.
 */
export function intervalDots(data: IntervalDotsData, size: Size): Scene {
  const width = size.width;
  const isNarrow = width < 520;
  const step = isNarrow ? rowHeightPx + 18 : rowHeightPx;
  const height = size.height ?? 32 + data.rows.length * step + 40;
  if (data.rows.length === 0) return emptyScene({ width, height: 120 }, data.title, t('charts.no-data'));
  const rows = ordered(data);
  const nameRoom = Math.min(width * 0.36, Math.max(...rows.map((row) => textWidth(row.label) + 30)));
  const numberRoom = isNarrow
    ? 12
    : Math.max(...rows.filter(isEstimated).map((row) => textWidth(textOf(row))), 150) + 16;
  const plot: Plot = { left: isNarrow ? 10 : nameRoom, right: width - numberRoom, top: 24, bottom: height - 38 };
  const x = scaleLinear(domainOf(data), [plot.left, plot.right]).clamp(true);
  const rowY = (index: number) => plot.top + step * (index + (isNarrow ? 0.72 : 0.5));
  const values = x.ticks(isNarrow ? 4 : 6);
  const decimals = values.some((value) => Math.abs(value * 10 - Math.round(value * 10)) > 1e-9) ? 2 : 1;
  const marks: Mark[] = [
    ...values.map(
      (value): Mark => ({
        kind: 'line',
        x1: px(x(value)),
        y1: plot.top,
        x2: px(x(value)),
        y2: plot.bottom,
        tone: 'line',
      }),
    ),
    ...horizontalAxis(
      values.map((value) => ({ at: x(value), label: formatFraction(value, decimals) })),
      plot,
      data.valueLabel,
    ),
    ...data.bounds.flatMap((bound): Mark[] => {
      const at = px(x(bound.value));
      const half = textWidth(bound.label) / 2;
      return [
        { kind: 'line', x1: at, y1: plot.top - 4, x2: at, y2: plot.bottom, tone: 'ink', width: 1.4, dash: 'dashed' },
        {
          kind: 'text',
          x: px(Math.min(Math.max(at, half), width - half)),
          y: 14,
          text: bound.label,
          tone: 'ink',
          anchor: 'middle',
          role: 'label',
        },
      ];
    }),
    ...rows.flatMap((row, index) => rowMarks(row, { y: rowY(index), x, isNarrow, width })),
  ];
  const stops = rows.map(
    (row, index): Stop => ({
      x: px(isEstimated(row) ? x(row.estimate) : (plot.left + plot.right) / 2),
      y: px(rowY(index)),
      lines: [row.label, textOf(row)],
    }),
  );
  return {
    width,
    height,
    title: data.title,
    desc: `${rows.map((row) => `${row.label}: ${textOf(row)}`).join('; ')}. ${t('charts.keys')}`,
    marks,
    stops,
  };
}

function rowMarks(
  row: IntervalRow,
  place: { y: number; x: (value: number) => number; isNarrow: boolean; width: number },
): Mark[] {
  const { y, x, isNarrow, width } = place;
  const labelY = px(isNarrow ? y - 14 : y + 4);
  const marks: Mark[] = [
    { kind: 'status', x: 0, y: labelY - 11, size: 13, status: row.status },
    { kind: 'text', x: 19, y: labelY, text: row.label, tone: 'ink', anchor: 'start', role: 'label', halo: true },
    {
      kind: 'text',
      x: width,
      y: labelY,
      text: textOf(row),
      tone: isEstimated(row) ? 'ink' : 'dim',
      anchor: 'end',
      role: 'label',
      halo: true,
    },
  ];
  if (!isEstimated(row)) return marks;
  const tone = hueOf(row.status);
  marks.push({ kind: 'line', x1: px(x(row.lower)), y1: px(y), x2: px(x(row.upper)), y2: px(y), tone, width: 3 });
  for (const end of [row.lower, row.upper])
    marks.push({ kind: 'line', x1: px(x(end)), y1: px(y - 5), x2: px(x(end)), y2: px(y + 5), tone, width: 1.6 });
  marks.push({ kind: 'circle', x: px(x(row.estimate)), y: px(y), r: 4.5, tone, fill: 'hollow' });
  return marks;
}

export function intervalDotsTable(data: IntervalDotsData): ChartTable {
  return {
    columns: [
      { key: 'label', label: t('charts.site') },
      { key: 'status', label: t('charts.status') },
      { key: 'estimate', label: data.valueLabel, align: 'end' },
      { key: 'interval', label: t('charts.interval.column'), align: 'end' },
      { key: 'n', label: t('charts.n.column'), align: 'end' },
    ],
    rows: ordered(data).map((row) => ({
      label: row.label,
      status: t(`status.${row.status}`),
      estimate: isEstimated(row)
        ? formatFraction(row.estimate, decimalsFor(row.lower, row.upper))
        : t('charts.not-estimable', { reason: row.notEstimable ?? '' }),
      interval: isEstimated(row) ? formatInterval(row.lower, row.upper) : null,
      n: row.n,
    })),
  };
}
