import { scaleLinear } from 'd3-scale';
import { decimalsFor, formatCount, formatFraction, formatInterval } from '../messages/format.ts';
import { t } from '../messages/translate.ts';
import { horizontalAxis, type Ticks, verticalAxis } from './axes.ts';
import {
  type ChartTable,
  emptyScene,
  linePath,
  type Mark,
  type Plot,
  px,
  type Scene,
  type Size,
  type Stop,
  type Tone,
  textWidth,
} from './scene.ts';

/** Cases whose predicted probability fell between `from` and `to`. */
export interface ReliabilityBin {
  from: number;
  to: number;
  n: number;
  meanPredicted: number | null;
  observed: number | null;
  lower: number | null;
  upper: number | null;
  notEstimable?: string;
}

export interface ReliabilityData {
  title: string;
  bins: ReliabilityBin[];
  /** The horizontal axis: "predicted probability of csPCa". */
  predictedLabel?: string;
  /** The vertical axis: "observed fraction with csPCa". */
  observedLabel?: string;
  tone?: Tone;
}

const isEstimated = (
  bin: ReliabilityBin,
): bin is ReliabilityBin & { meanPredicted: number; observed: number; lower: number; upper: number } =>
  bin.meanPredicted !== null && bin.observed !== null && bin.lower !== null && bin.upper !== null;

const ticksOf = (scale: (value: number) => number, values: readonly number[]): Ticks[] =>
  values.map((value) => ({ at: scale(value), label: formatFraction(value, value % 1 === 0 ? 0 : 1) }));

const countSizePx = 10.5;
const countGapPx = 5;

/** Bars of cases per bin under the diagram, on the same horizontal axis. */
function histogram(
  bins: readonly ReliabilityBin[],
  x: (value: number) => number,
  strip: { top: number; bottom: number },
): Mark[] {
  const most = Math.max(1, ...bins.map((bin) => bin.n));
  const room = strip.bottom - strip.top - 13;
  let labelledUntil = Number.NEGATIVE_INFINITY;
  return bins.flatMap((bin): Mark[] => {
    const height = (bin.n / most) * room;
    const left = x(bin.from) + 1;
    const width = Math.max(1, x(bin.to) - x(bin.from) - 2);
    const bar: Mark = {
      kind: 'rect',
      x: px(left),
      y: px(strip.bottom - height),
      width: px(width),
      height: px(height),
      tone: 'slate',
      fill: 'solid',
    };
    const label = formatCount(bin.n);
    // Bins of equal mass are narrow where cases are many: a count that would touch the one before is left to the table.
    const half = textWidth(label, countSizePx) / 2;
    const from = left + width / 2 - half;
    const fits = from >= labelledUntil + countGapPx;
    if (fits) labelledUntil = from + 2 * half;
    return fits
      ? [
          bar,
          {
            kind: 'text',
            x: px(left + width / 2),
            y: px(strip.bottom - height - 4),
            text: label,
            tone: 'dim',
            anchor: 'middle',
            size: countSizePx,
            role: 'label',
          },
        ]
      : [bar];
  });
}

function binMarks(
  bin: ReliabilityBin,
  place: { x: (value: number) => number; y: (value: number) => number },
  tone: Tone,
): Mark[] {
  if (!isEstimated(bin)) return [];
  const x = px(place.x(bin.meanPredicted));
  return [
    { kind: 'line', x1: x, y1: px(place.y(bin.lower)), x2: x, y2: px(place.y(bin.upper)), tone, width: 2.5 },
    { kind: 'circle', x, y: px(place.y(bin.observed)), r: 4.5, tone, fill: 'hollow' },
  ];
}

function stopOf(bin: ReliabilityBin, place: { x: (value: number) => number; y: (value: number) => number }): Stop {
  const range = `${t('charts.axis.predicted')} ${formatFraction(bin.from, 1)}\u2013${formatFraction(bin.to, 1)}`;
  const count = t('charts.n', { count: bin.n });
  if (!isEstimated(bin))
    return {
      x: px(place.x((bin.from + bin.to) / 2)),
      y: px(place.y(0)),
      lines: [range, t('charts.not-estimable', { reason: bin.notEstimable ?? '' }), count],
    };
  const decimals = decimalsFor(bin.lower, bin.upper);
  return {
    x: px(place.x(bin.meanPredicted)),
    y: px(place.y(bin.observed)),
    lines: [
      range,
      `${t('charts.observed')} ${formatFraction(bin.observed, decimals)} (${formatInterval(bin.lower, bin.upper, decimals)})`,
      `${t('charts.predicted')} ${formatFraction(bin.meanPredicted)}`,
      count,
    ],
  };
}

/**
 * Of those given a risk, how many had the disease: one point a bin with its interval, the diagonal of perfect
 * calibration labelled on the line, and the number of cases in each bin below.
 */
export function reliability(data: ReliabilityData, size: Size): Scene {
  const width = size.width;
  const height = size.height ?? Math.min(480, Math.max(320, width * 0.82));
  if (!data.bins.some((bin) => bin.n > 0)) return emptyScene({ width, height }, data.title, t('charts.no-data'));
  const strip = { top: height - 102, bottom: height - 38 };
  const plot: Plot = { left: 36, right: width - 14, top: 24, bottom: strip.top - 12 };
  const x = scaleLinear([0, 1], [plot.left, plot.right]);
  const y = scaleLinear([0, 1], [plot.bottom, plot.top]).clamp(true);
  const tone = data.tone ?? 'blue';
  const values = [0, 0.2, 0.4, 0.6, 0.8, 1];
  const angle = (Math.atan2(plot.top - plot.bottom, plot.right - plot.left) * 180) / Math.PI;
  const estimated = data.bins.filter(isEstimated);
  const marks: Mark[] = [
    ...verticalAxis(ticksOf(y, values), plot, data.observedLabel ?? t('charts.axis.observed')),
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
    {
      kind: 'line',
      x1: plot.left,
      y1: plot.bottom,
      x2: plot.right,
      y2: plot.top,
      tone: 'dim',
      width: 1.4,
      dash: 'dashed',
    },
    {
      kind: 'text',
      x: px(x(0.985)),
      y: px(y(0.985) - 6),
      text: t('charts.perfect'),
      tone: 'dim',
      anchor: 'end',
      size: 11,
      role: 'label',
      rotate: px(angle),
      halo: true,
    },
    {
      kind: 'path',
      d: linePath(estimated.map((bin) => ({ x: x(bin.meanPredicted), y: y(bin.observed) }))),
      tone,
      width: 1,
    },
    ...data.bins
      .filter((bin) => bin.n > 0 && !isEstimated(bin))
      .map(
        (bin): Mark => ({
          kind: 'rect',
          x: px(x(bin.from)),
          y: plot.top,
          width: px(x(bin.to) - x(bin.from)),
          height: px(plot.bottom - plot.top),
          tone: 'grey',
          fill: 'hatched',
        }),
      ),
    ...data.bins.flatMap((bin) => binMarks(bin, { x, y }, tone)),
    ...histogram(data.bins, x, strip),
    ...horizontalAxis(
      ticksOf(x, values),
      { ...plot, bottom: strip.bottom },
      data.predictedLabel ?? t('charts.axis.predicted'),
    ),
    {
      kind: 'text',
      x: plot.left,
      y: height - 7,
      text: t('charts.cases-per-bin'),
      tone: 'dim',
      anchor: 'start',
      size: 11,
      role: 'axis',
    },
  ];
  const n = data.bins.reduce((sum, bin) => sum + bin.n, 0);
  return {
    width,
    height,
    title: data.title,
    desc: `${t('charts.n', { count: n })}. ${t('charts.keys')}`,
    marks,
    stops: data.bins.filter((bin) => bin.n > 0).map((bin) => stopOf(bin, { x, y })),
  };
}

export function reliabilityTable(data: ReliabilityData): ChartTable {
  return {
    columns: [
      { key: 'range', label: t('charts.range') },
      { key: 'predicted', label: t('charts.predicted'), align: 'end' },
      { key: 'observed', label: t('charts.observed'), align: 'end' },
      { key: 'interval', label: t('charts.interval.column'), align: 'end' },
      { key: 'n', label: t('charts.n.column'), align: 'end' },
    ],
    rows: data.bins.map((bin) => ({
      range: `${formatFraction(bin.from)}\u2013${formatFraction(bin.to)}`,
      predicted: bin.meanPredicted === null ? null : formatFraction(bin.meanPredicted),
      observed: isEstimated(bin)
        ? formatFraction(bin.observed, decimalsFor(bin.lower, bin.upper))
        : t('charts.not-estimable', { reason: bin.notEstimable ?? '' }),
      interval: isEstimated(bin) ? formatInterval(bin.lower, bin.upper) : null,
      n: bin.n,
    })),
  };
}
