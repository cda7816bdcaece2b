import { scaleLinear } from 'd3-scale';
import { formatDay, formatEvidence, type Moment, millisecondsOf } from '../messages/format.ts';
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
import { labelsAtEnd, labelsOnLine, type Placing } from './estimate-marks.ts';
import {
  type ChartTable,
  emptyScene,
  linePath,
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

export interface EvidencePoint {
  at: Moment;
  n: number;
  /** Natural logarithm of the e-value or of the detector's value; null where there is none. */
  logValue: number | null;
}

export interface EvidenceSeries {
  /** Written at the end of the line: "against the claim". */
  label: string;
  tone: Tone;
  points: EvidencePoint[];
}

/** A level that has a meaning: "1/α = 33", "notice 3,640", "escalation 10,920". */
export interface EvidenceThreshold {
  label: string;
  logValue: number;
  tone?: Tone;
}

/** Where a line crossed a level for the first time: "broken 4 Mar 2019, n = 121, k = 96". */
export interface EvidenceCrossing {
  at: Moment;
  logValue: number;
  label: string;
  tone: Tone;
}

export interface EvidencePathData {
  title: string;
  /** The name of the vertical axis; by default "e-value (log scale)". */
  valueLabel?: string;
  /** What the time axis counts, where it is not the day of the prediction. */
  timeLabel?: string;
  series: EvidenceSeries[];
  thresholds: EvidenceThreshold[];
  crossings?: EvidenceCrossing[];
  events?: ChartEvent[];
  span?: [Moment, Moment];
  /** Below this the axis is cut, so that a long good record does not flatten the rest. Natural logarithm, default ln 0.001. */
  floorLog?: number;
}

/** Whole powers of ten between two natural logarithms, at most about five. */
function decadeTicks(low: number, high: number, y: (log: number) => number): Ticks[] {
  const from = Math.ceil(low / Math.LN10 - 1e-9);
  const to = Math.floor(high / Math.LN10 + 1e-9);
  const step = Math.max(1, Math.ceil((to - from) / 5));
  const ticks: Ticks[] = [];
  for (let power = from; power <= to; power += 1) {
    if (power % step !== 0) continue;
    const label =
      power >= 0 && power <= 4
        ? formatEvidence(power * Math.LN10 + 1e-9)
        : power < 0 && power >= -3
          ? String(10 ** power)
          : `10^${power}`;
    ticks.push({ at: y(power * Math.LN10), label: label === '1.0' ? '1' : label });
  }
  return ticks;
}

function domainOf(data: EvidencePathData): [number, number] {
  const floor = data.floorLog ?? Math.log(0.001);
  const logs = data.series.flatMap((series) => series.points.flatMap((p) => (p.logValue === null ? [] : [p.logValue])));
  const low = Math.max(floor, Math.min(0, ...logs));
  const high = Math.max(...data.thresholds.map((level) => level.logValue), ...logs, 1);
  return [Math.min(low, -0.7), high + (high - low) * 0.08];
}

/** Levels and ends of lines with their words: beside the plot, or the levels on their lines where it is narrow. */
function levelLabels(data: EvidencePathData, y: (log: number) => number, plot: Plot, isNarrow: boolean): Mark[] {
  const ends = data.series.flatMap((series) => {
    const last = series.points.findLast((p) => p.logValue !== null);
    return last ? [{ text: series.label, lineY: y(last.logValue!), tone: series.tone }] : [];
  });
  const levels = data.thresholds.map(({ label, logValue, tone = 'ink' }) => ({
    text: label,
    lineY: y(logValue),
    tone,
  }));
  return isNarrow
    ? [...labelsOnLine(levels, plot), ...labelsAtEnd(ends, plot)]
    : labelsAtEnd([...levels, ...ends], plot);
}

function stopsOf(data: EvidencePathData, place: Placing): Stop[] {
  return data.series.flatMap((series) =>
    thinned(series.points).flatMap((p): Stop[] =>
      p.logValue === null
        ? []
        : [
            {
              x: px(place.x(millisecondsOf(p.at))),
              y: px(place.y(p.logValue)),
              lines: [formatDay(p.at), `${series.label}: ${formatEvidence(p.logValue)}`, t('charts.n', { count: p.n })],
            },
          ],
    ),
  );
}

interface Box {
  left: number;
  right: number;
  top: number;
  foot: number;
}

const touch = (a: Box, b: Box): boolean =>
  a.left < b.right + 4 && b.left < a.right + 4 && a.top < b.foot + 2 && b.top < a.foot + 2;

const lineHeightPx = 14;

/** Dots on the lines, each with its words at the first place of a few where they cover no other words. */
function crossingMarks(crossings: readonly EvidenceCrossing[], place: Placing, plot: Plot, width: number): Mark[] {
  const taken: Box[] = [];
  return crossings.flatMap((crossing): Mark[] => {
    const at = px(place.x(millisecondsOf(crossing.at)));
    const y = px(place.y(crossing.logValue));
    const { lines, room } = linesOf(crossing.label, at, plot, width);
    const height = lines.length * lineHeightPx;
    const box = (left: number, foot: number): Box => ({ left, right: left + room, top: foot - height, foot });
    const before = Math.min(Math.max(plot.left + 3, at - room - 9), width - room);
    const after = Math.min(at + 9, width - room);
    const above = before + room > at - 8 ? y - 12 : y - 8;
    const places = [
      box(before, above),
      box(after, y + height + 6),
      ...[1, 2, 3].map((step) => box(before, above - step * (height + 2))),
    ].filter(({ top, foot }) => top >= 0 && foot <= plot.bottom);
    const free = places.find((one) => !taken.some((other) => touch(one, other))) ?? box(before, above);
    taken.push(free);
    return [
      { kind: 'circle', x: at, y, r: 5, tone: crossing.tone, fill: 'solid' },
      ...lines.map(
        (text, index): Mark => ({
          kind: 'text',
          x: px(free.right),
          y: px(free.foot - (lines.length - 1 - index) * lineHeightPx),
          text,
          tone: crossing.tone,
          anchor: 'end',
          weight: 'bold',
          role: 'label',
          halo: true,
        }),
      ),
    ];
  });
}

/** The words in one line, or in two where one would leave the plot. */
function linesOf(label: string, at: number, plot: Plot, width: number): { lines: string[]; room: number } {
  const roomOf = (text: string) => textWidth(text) * 1.08;
  const isLong = roomOf(label) > Math.max(at - plot.left, (width - plot.left) / 2);
  const lines = isLong ? label.split(/, (.*)/, 2) : [label];
  return { lines, room: Math.max(...lines.map(roomOf)) };
}

/**
 * Evidence as it grew, on a logarithmic axis: the e-processes of a claim or its change detector, the levels at which
 * something happens labelled on their lines, and the first crossing marked with its words.
 */
export function evidencePath(data: EvidencePathData, size: Size): Scene {
  const width = size.width;
  const height = size.height ?? 260;
  const points = data.series.flatMap((series) => series.points);
  if (!points.some((p) => p.logValue !== null)) return emptyScene({ width, height }, data.title, t('charts.no-data'));
  const isNarrow = width < narrowPx;
  const labels = [...data.series, ...(isNarrow ? [] : data.thresholds)].map(({ label }) => textWidth(label) + 14);
  const plot: Plot = {
    left: 46,
    right: width - Math.min(Math.max(...labels), width * 0.36),
    top: 24,
    bottom: height - 38,
  };
  const events = data.events ?? [];
  const x = timeScale(data.span ?? [...points.map((p) => p.at), ...events.map((event) => event.at)], plot);
  plot.top = 24 + eventRows(events, x, plot) * 14;
  const [low, high] = domainOf(data);
  const y = scaleLinear([low, high], [plot.bottom, plot.top]).clamp(true);
  const [from, to] = x.domain() as [Date, Date];
  const marks: Mark[] = [
    ...verticalAxis(decadeTicks(low, high, y), plot, data.valueLabel ?? t('charts.axis.evidence')),
    ...timeAxis(
      x,
      timeTicks(from.getTime(), to.getTime(), plot.right - plot.left),
      plot,
      data.timeLabel ?? t('charts.axis.time'),
    ),
    ...data.thresholds.map(
      (level): Mark => ({
        kind: 'line',
        x1: plot.left,
        y1: px(y(level.logValue)),
        x2: plot.right + 4,
        y2: px(y(level.logValue)),
        tone: level.tone ?? 'ink',
        width: 1.4,
        dash: 'dashed',
      }),
    ),
    ...data.series.map(
      (series): Mark => ({
        kind: 'path',
        d: linePath(
          series.points.map((p) => (p.logValue === null ? null : { x: x(millisecondsOf(p.at)), y: y(p.logValue) })),
        ),
        tone: series.tone,
        width: 2,
      }),
    ),
    ...onlyPoints(data, { x, y }),
    ...eventMarks(events, x, plot, 28).marks,
    ...crossingMarks(data.crossings ?? [], { x, y }, plot, width),
    ...levelLabels(data, y, plot, isNarrow),
  ];
  const crossed = (data.crossings ?? []).map((crossing) => `${crossing.label}.`).join(' ');
  const desc = `${data.thresholds.map((level) => `${level.label}.`).join(' ')} ${crossed} ${t('charts.keys')}`;
  return { width, height, title: data.title, desc, marks, stops: stopsOf(data, { x, y }) };
}

/** A series of one point has no line: it is a dot. */
function onlyPoints(data: EvidencePathData, place: Placing): Mark[] {
  return data.series.flatMap((series): Mark[] => {
    const known = series.points.filter((p) => p.logValue !== null);
    const only = known[0];
    if (known.length !== 1 || !only) return [];
    return [
      {
        kind: 'circle',
        x: px(place.x(millisecondsOf(only.at))),
        y: px(place.y(only.logValue!)),
        r: 4,
        tone: series.tone,
        fill: 'solid',
      },
    ];
  });
}

export function evidencePathTable(data: EvidencePathData): ChartTable {
  return {
    columns: [
      { key: 'series', label: data.valueLabel ?? t('charts.axis.evidence') },
      { key: 'at', label: t('charts.date') },
      { key: 'value', label: t('charts.axis.evidence'), align: 'end' },
      { key: 'n', label: t('charts.n.column'), align: 'end' },
    ],
    rows: data.series.flatMap((series) =>
      series.points.map((p) => ({
        series: series.label,
        at: formatDay(p.at),
        value: p.logValue === null ? t('charts.not-estimable.short') : formatEvidence(p.logValue),
        n: p.n,
      })),
    ),
  };
}
