import { scaleLinear } from 'd3-scale';
import {
  decimalsFor,
  formatDay,
  formatFraction,
  formatInterval,
  type Moment,
  millisecondsOf,
} from '../messages/format.ts';
import { t } from '../messages/translate.ts';
import {
  type ChartEvent,
  eventMarks,
  eventRows,
  type Ticks,
  timeAxis,
  timeScale,
  timeTicks,
  verticalAxis,
} from './axes.ts';
import {
  countMarks,
  type EstimatePoint,
  estimateLabel,
  gapMarks,
  isEstimated,
  labelsAtEnd,
  labelsOnLine,
  seriesMarks,
} from './estimate-marks.ts';
import {
  type ChartTable,
  emptyScene,
  type Mark,
  narrowPx,
  type Plot,
  px,
  type Scene,
  type Size,
  type Stop,
  type Tone,
  textWidth,
  thinned,
} from './scene.ts';

export type { EstimatePoint } from './estimate-marks.ts';

/** A limit that is drawn across the plot and labelled on the line. */
export interface BoundLine {
  value: number;
  label: string;
}

export interface EstimateOverTimeData {
  title: string;
  /** What the vertical axis measures, with its unit: "sensitivity". */
  valueLabel: string;
  /** What the time axis counts, where it is not the day of the prediction. */
  timeLabel?: string;
  points: EstimatePoint[];
  bounds: BoundLine[];
  events?: ChartEvent[];
  /** What the interval is: "95 % interval, valid at any time". Drawn as the label of the band. */
  intervalLabel?: string;
  /** Fixed ends of the vertical axis; by default they follow the data. Small multiples share one. */
  domain?: [number, number];
  /** Fixed ends of the time axis. */
  span?: [Moment, Moment];
  /** The hue of the estimate; the band has the same hue, lighter. */
  tone?: Tone;
  isCompact?: boolean;
  /** Rows kept free for the words of events, so that small multiples keep one scale. */
  eventRowCount?: number;
}

/** The vertical range: bounds and estimates always, intervals as far as they do not squeeze the rest. */
export function estimateDomain(data: readonly EstimateOverTimeData[]): [number, number] {
  const values = data.flatMap((one) => [
    ...one.bounds.map((bound) => bound.value),
    ...one.points.filter(isEstimated).map((p) => p.estimate),
  ]);
  if (values.length === 0) return [0, 1];
  const last = data.flatMap((one) =>
    one.points.filter(isEstimated).slice(-Math.max(1, Math.ceil(one.points.length * 0.8))),
  );
  const low = Math.min(...values, ...last.map((p) => p.lower));
  const high = Math.max(...values, ...last.map((p) => p.upper));
  const margin = Math.max(0.02, (high - low) * 0.08);
  const isFraction = low >= 0 && high <= 1;
  return isFraction ? [Math.max(0, low - margin), Math.min(1, high + margin)] : [low - margin, high + margin];
}

/** The lines a reader hears at a point. */
function stopLines(p: EstimatePoint, data: EstimateOverTimeData): string[] {
  const when = formatDay(p.at);
  const count = t('charts.n', { count: p.n });
  if (!isEstimated(p)) return [when, t('charts.not-estimable', { reason: p.notEstimable ?? '' }), count];
  const decimals = decimalsFor(p.lower, p.upper);
  return [
    when,
    `${data.valueLabel} ${formatFraction(p.estimate, decimals)}`,
    t('charts.interval', { interval: formatInterval(p.lower, p.upper, decimals) }),
    count,
  ];
}

function fractionTicks(scale: { ticks: (count: number) => number[]; (value: number): number }, count: number): Ticks[] {
  const values = scale.ticks(count);
  const decimals = values.some((value) => Math.abs(value * 10 - Math.round(value * 10)) > 1e-9) ? 2 : 1;
  return values.map((value) => ({ at: scale(value), label: formatFraction(value, decimals) }));
}

/**
 * An estimate over time inside the band that holds at any time, with the claim's bound labelled on its line, events as
 * words above, and the number of cases along the foot. Where nothing could be estimated the plot is hatched.
 */
export function estimateOverTime(data: EstimateOverTimeData, size: Size): Scene {
  const width = size.width;
  const height = size.height ?? (data.isCompact ? 170 : 272);
  if (data.points.length === 0) return emptyScene({ width, height }, data.title, t('charts.no-data'));
  const isNarrow = width < narrowPx;
  const boundRoom = isNarrow ? 0 : Math.max(0, ...data.bounds.map((bound) => textWidth(bound.label) + 12));
  const labelRoom = Math.min(Math.max(44, boundRoom), width * 0.34);
  const plot: Plot = { left: 36, right: width - labelRoom, top: 24, bottom: height - 52 };
  const events = data.events ?? [];
  const x = timeScale(data.span ?? [...data.points.map((p) => p.at), ...events.map((event) => event.at)], plot);
  plot.top = 24 + Math.max(data.eventRowCount ?? 0, eventRows(events, x, plot)) * 14;
  const y = scaleLinear(data.domain ?? estimateDomain([data]), [plot.bottom, plot.top]).clamp(true);
  const [from, to] = x.domain() as [Date, Date];
  const tone = data.tone ?? 'blue';
  const last = data.points.at(-1)!;
  const bounds = data.bounds.map(({ value, label }) => ({ text: label, lineY: y(value), tone: 'ink' as const }));
  const endLabels = estimateLabel(last, y, tone);

  const marks: Mark[] = [
    ...verticalAxis(fractionTicks(y, data.isCompact ? 3 : 5), plot, data.valueLabel),
    ...timeAxis(x, timeTicks(from.getTime(), to.getTime(), plot.right - plot.left), plot, {
      text: data.timeLabel ?? t('charts.axis.time'),
      offset: 46,
    }),
    ...gapMarks(data.points, { x, y }, plot),
    ...seriesMarks(data.points, { x, y }, tone),
    ...bounds.map(
      ({ lineY }): Mark => ({
        kind: 'line',
        x1: plot.left,
        y1: px(lineY),
        x2: px(plot.right + 4),
        y2: px(lineY),
        tone: 'ink',
        width: 1.4,
        dash: 'dashed',
      }),
    ),
    ...eventMarks(events, x, plot, 28).marks,
    ...countMarks(data.points, { x, y }, plot),
    ...labelsAtEnd(isNarrow ? endLabels : [...bounds, ...endLabels], plot),
    ...(isNarrow ? labelsOnLine(bounds, plot) : []),
  ];
  if (isEstimated(last))
    marks.push({
      kind: 'circle',
      x: px(x(millisecondsOf(last.at))),
      y: px(y(last.estimate)),
      r: 4,
      tone,
      fill: 'solid',
    });
  if (data.intervalLabel && !data.isCompact && textWidth(data.intervalLabel + data.valueLabel, 11) + 20 < width)
    marks.push({
      kind: 'text',
      x: width,
      y: 11,
      text: data.intervalLabel,
      tone: 'dim',
      anchor: 'end',
      size: 11,
      role: 'label',
    });
  const stops = thinned(data.points).map(
    (p): Stop => ({
      x: px(x(millisecondsOf(p.at))),
      y: px(isEstimated(p) ? y(p.estimate) : (plot.top + plot.bottom) / 2),
      lines: stopLines(p, data),
    }),
  );
  return { width, height, title: data.title, desc: describe(data), marks, stops };
}

function describe(data: EstimateOverTimeData): string {
  const last = data.points.at(-1)!;
  return `${stopLines(last, data).join(', ')}. ${data.bounds.map((bound) => `${bound.label}.`).join(' ')} ${t('charts.keys')}`;
}

export function estimateOverTimeTable(data: EstimateOverTimeData): ChartTable {
  return {
    columns: [
      { key: 'at', label: t('charts.date') },
      { key: 'estimate', label: data.valueLabel, align: 'end' },
      { key: 'lower', label: t('charts.lower'), align: 'end' },
      { key: 'upper', label: t('charts.upper'), align: 'end' },
      { key: 'n', label: t('charts.n.column'), align: 'end' },
    ],
    rows: data.points.map((p) => {
      const decimals = decimalsFor(p.lower, p.upper);
      return isEstimated(p)
        ? {
            at: formatDay(p.at),
            estimate: formatFraction(p.estimate, decimals),
            lower: formatFraction(p.lower, decimals),
            upper: formatFraction(p.upper, decimals),
            n: p.n,
          }
        : {
            at: formatDay(p.at),
            estimate: t('charts.not-estimable', { reason: p.notEstimable ?? '' }),
            lower: null,
            upper: null,
            n: p.n,
          };
    }),
  };
}
