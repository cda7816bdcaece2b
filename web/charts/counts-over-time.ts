import { scaleLinear, scaleTime } from 'd3-scale';
import { formatCount, formatMonth, type Moment, millisecondsOf } from '../messages/format.ts';
import { t } from '../messages/translate.ts';
import { type ChartEvent, eventMarks, eventRows, timeAxis, timeTicks } from './axes.ts';
import {
  type ChartTable,
  emptyScene,
  type Mark,
  type Plot,
  px,
  type Scene,
  type Size,
  type Stop,
  type Tone,
  textWidth,
} from './scene.ts';

export interface CountSeries {
  key: string;
  label: string;
  tone?: Tone;
}

export interface CountsOverTimeData {
  title: string;
  series: CountSeries[];
  /** One entry a month; `month` is the first day of the month. A missing count is 0. */
  months: { month: Moment; counts: Record<string, number> }[];
  events?: ChartEvent[];
}

/**
 * How many a month: predictions, outcomes, cases that became mature. One lane a series, all with the same scale, so that
 * what is missing between them is seen. Each lane is labelled at its left and has its highest count written down.
 */
export function countsOverTime(data: CountsOverTimeData, size: Size): Scene {
  const width = size.width;
  const laneHeight = 58;
  const height = size.height ?? 34 + data.series.length * laneHeight + 38;
  if (data.months.length === 0 || data.series.length === 0)
    return emptyScene({ width, height: Math.max(height, 120) }, data.title, t('charts.no-data'));
  const plot: Plot = { left: 4, right: width - 6, top: 18, bottom: height - 38 };
  const starts = data.months.map((month) => millisecondsOf(month.month));
  const first = Math.min(...starts);
  const lastDate = new Date(Math.max(...starts));
  const end = Date.UTC(lastDate.getUTCFullYear(), lastDate.getUTCMonth() + 1, 1);
  const x = scaleTime([first, end], [plot.left, plot.right]);
  const events = data.events ?? [];
  plot.top = 18 + eventRows(events, x, plot) * 14;
  const step = (plot.bottom - plot.top) / data.series.length;
  const most = Math.max(1, ...data.months.flatMap((month) => data.series.map(({ key }) => month.counts[key] ?? 0)));
  const barHeight = scaleLinear([0, most], [0, step - 24]);
  const barWidth = Math.max(1, Math.min(26, (plot.right - plot.left) / data.months.length - 1.5));
  const marks: Mark[] = [
    ...timeAxis(x, timeTicks(first, end, plot.right - plot.left), plot, t('charts.axis.month')),
    ...eventMarks(events, x, plot, 12).marks,
  ];
  const stops: Stop[] = [];
  data.series.forEach((series, lane) => {
    const foot = plot.top + step * (lane + 1);
    marks.push({ kind: 'line', x1: plot.left, y1: px(foot), x2: plot.right, y2: px(foot), tone: 'line' });
    for (const { month, counts } of data.months) {
      const count = counts[series.key] ?? 0;
      const at = x(millisecondsOf(month));
      const tall = barHeight(count);
      if (count > 0)
        marks.push({
          kind: 'rect',
          x: px(at + 0.75),
          y: px(foot - tall),
          width: px(barWidth),
          height: px(Math.max(1, tall)),
          tone: series.tone ?? 'blue',
          fill: 'solid',
        });
      stops.push({
        x: px(at + barWidth / 2),
        y: px(foot - tall),
        lines: [formatMonth(month), `${series.label}: ${formatCount(count)}`],
      });
    }
    marks.push(...laneLabels(data, series, { foot, step, x, barHeight }, plot));
  });
  return { width, height, title: data.title, desc: `${describe(data)} ${t('charts.keys')}`, marks, stops };
}

function laneLabels(
  data: CountsOverTimeData,
  series: CountSeries,
  place: { foot: number; step: number; x: (at: number) => number; barHeight: (count: number) => number },
  plot: Plot,
): Mark[] {
  const total = data.months.reduce((sum, month) => sum + (month.counts[series.key] ?? 0), 0);
  const name = `${series.label}, ${formatCount(total)}`;
  const top = data.months.reduce((best, month) =>
    (month.counts[series.key] ?? 0) > (best.counts[series.key] ?? 0) ? month : best,
  );
  const peak = top.counts[series.key] ?? 0;
  const marks: Mark[] = [
    {
      kind: 'text',
      x: plot.left,
      y: px(place.foot - place.step + 13),
      text: name,
      tone: 'ink',
      anchor: 'start',
      weight: 'bold',
      role: 'axis',
      halo: true,
    },
  ];
  const at = place.x(millisecondsOf(top.month));
  if (peak > 0 && at > plot.left + textWidth(name) + 16)
    marks.push({
      kind: 'text',
      x: px(Math.min(at, plot.right - 10)),
      y: px(place.foot - place.barHeight(peak) - 4),
      text: formatCount(peak),
      tone: 'dim',
      anchor: 'middle',
      size: 10.5,
      role: 'label',
      halo: true,
    });
  return marks;
}

const describe = (data: CountsOverTimeData): string =>
  data.series
    .map(
      ({ key, label }) =>
        `${label}: ${formatCount(data.months.reduce((sum, month) => sum + (month.counts[key] ?? 0), 0))}.`,
    )
    .join(' ');

export function countsOverTimeTable(data: CountsOverTimeData): ChartTable {
  return {
    columns: [
      { key: 'month', label: t('charts.axis.month') },
      ...data.series.map(({ key, label }) => ({ key, label, align: 'end' as const })),
    ],
    rows: data.months.map(({ month, counts }) => ({
      month: formatMonth(month),
      ...Object.fromEntries(data.series.map(({ key }) => [key, counts[key] ?? 0])),
    })),
  };
}
