import { scaleTime } from 'd3-scale';
import { formatDay, formatMonth, type Moment, millisecondsOf } from '../messages/format.ts';
import { type Mark, type Plot, px, type Tone, textWidth } from './scene.ts';

/** Something that happened at a moment and belongs on the time axis: a tick with a word. */
export interface ChartEvent {
  at: Moment;
  label: string;
  tone?: Tone;
}

export interface Ticks {
  at: number;
  label: string;
}

const monthOnly = new Intl.DateTimeFormat(undefined, { month: 'short', timeZone: 'UTC' });

/** A linear scale in time from the first to the last of the moments, widened when there is only one. */
export function timeScale(moments: readonly Moment[], plot: Plot) {
  const times = moments.map(millisecondsOf).filter(Number.isFinite);
  const week = 7 * 86_400_000;
  let from = Math.min(...times);
  let to = Math.max(...times);
  if (times.length === 0) [from, to] = [0, week];
  if (to - from < week) [from, to] = [from - week, to + week];
  return scaleTime().domain([from, to]).range([plot.left, plot.right]);
}

const tickSteps = [1, 2, 3, 6, 12, 24, 36, 60, 120];

/** Ticks on the first of a year, quarter or month (UTC), as dense as the width allows. */
export function timeTicks(from: number, to: number, width: number): Ticks[] {
  const months = (to - from) / (30.44 * 86_400_000);
  const room = Math.max(2, Math.floor(width / 62));
  const sparsest = Math.max(
    0,
    tickSteps.findIndex((step) => months / step <= room),
  );
  for (const step of tickSteps.slice(0, sparsest + 1).reverse()) {
    const ticks = monthTicks(from, to, step);
    if (ticks.length >= 2) return ticks;
  }
  return [from, to].map((at) => ({ at, label: formatDay(at) }));
}

/** A tick at every `step`-th month; January is said by its year. */
function monthTicks(from: number, to: number, step: number): Ticks[] {
  const ticks: Ticks[] = [];
  const start = new Date(from);
  const firstMonth = start.getUTCFullYear() * 12 + start.getUTCMonth();
  for (let month = Math.ceil(firstMonth / step) * step; ; month += step) {
    const at = Date.UTC(Math.floor(month / 12), month % 12, 1);
    if (at > to) break;
    if (at < from) continue;
    ticks.push({ at, label: month % 12 === 0 ? String(Math.floor(month / 12)) : monthOnly.format(at) });
  }
  const first = ticks[0];
  if (first && !ticks.some((tick) => /^\d{4}$/.test(tick.label))) first.label = formatMonth(first.at);
  return ticks;
}

/** What the axis measures, and how far below the axis it is written: lower where a row of counts stands between. */
export type AxisName = string | { text: string; offset: number };

/** The time axis: ticks with labels, a base line, and the axis' name. */
export function timeAxis(x: (at: number) => number, ticks: readonly Ticks[], plot: Plot, name: AxisName): Mark[] {
  return horizontalAxis(
    ticks.map((tick) => ({ at: x(tick.at), label: tick.label })),
    plot,
    name,
  );
}

/** A horizontal axis at the foot of the plot; labels that would touch their neighbour are left out. */
export function horizontalAxis(places: readonly Ticks[], plot: Plot, name: AxisName): Mark[] {
  const { text, offset } = typeof name === 'string' ? { text: name, offset: 31 } : name;
  const marks: Mark[] = [
    { kind: 'line', x1: plot.left, y1: plot.bottom, x2: plot.right, y2: plot.bottom, tone: 'dim' },
  ];
  let freeFrom = Number.NEGATIVE_INFINITY;
  for (const { at, label } of places) {
    marks.push({ kind: 'line', x1: px(at), y1: plot.bottom, x2: px(at), y2: plot.bottom + 4, tone: 'dim' });
    const half = textWidth(label, 11) / 2;
    const centre = Math.min(Math.max(at, plot.left - 24 + half), plot.right + 12 - half);
    if (centre - half < freeFrom) continue;
    freeFrom = centre + half + 6;
    marks.push({
      kind: 'text',
      x: px(centre),
      y: plot.bottom + 16,
      text: label,
      tone: 'dim',
      anchor: 'middle',
      size: 11,
      role: 'tick',
    });
  }
  marks.push({
    kind: 'text',
    x: px(plot.right),
    y: plot.bottom + offset,
    text,
    tone: 'dim',
    anchor: 'end',
    size: 11,
    role: 'axis',
  });
  return marks;
}

/** The vertical axis: quiet grid lines, tick labels on the left, the axis' name horizontal above, where it is readable. */
export function verticalAxis(places: readonly Ticks[], plot: Plot, name: string): Mark[] {
  const marks: Mark[] = [];
  for (const { at, label } of places) {
    marks.push({ kind: 'line', x1: plot.left, y1: px(at), x2: plot.right, y2: px(at), tone: 'line' });
    marks.push({
      kind: 'text',
      x: plot.left - 6,
      y: px(at + 4),
      text: label,
      tone: 'dim',
      anchor: 'end',
      size: 11,
      role: 'tick',
    });
  }
  marks.push({ kind: 'text', x: 0, y: 11, text: name, tone: 'dim', anchor: 'start', size: 11, role: 'axis' });
  return marks;
}

/** Events as hairlines through the plot with their words above it, in as few rows as keep the words apart. */
export function eventMarks(
  events: readonly ChartEvent[],
  x: (at: number) => number,
  plot: Plot,
  firstRowY: number,
): { marks: Mark[]; rows: number } {
  const rowEnds: number[] = [];
  const marks: Mark[] = [];
  const inside = events
    .map((event) => ({ ...event, place: x(millisecondsOf(event.at)) }))
    .filter(({ place }) => place >= plot.left - 1 && place <= plot.right + 1)
    .sort((a, b) => a.place - b.place);
  for (const { label, place, tone = 'dim' } of inside) {
    const width = textWidth(label, 11);
    const isEndAnchored = place + width + 4 > plot.right + 8;
    const from = isEndAnchored ? place - width - 4 : place + 4;
    let row = rowEnds.findIndex((end) => end <= from);
    if (row < 0) row = rowEnds.length;
    rowEnds[row] = from + width + 10;
    const y = firstRowY + row * 14;
    marks.push({ kind: 'line', x1: px(place), y1: y - 9, x2: px(place), y2: plot.bottom, tone, dash: 'dotted' });
    marks.push({
      kind: 'text',
      x: px(isEndAnchored ? place - 4 : place + 4),
      y,
      text: label,
      tone,
      anchor: isEndAnchored ? 'end' : 'start',
      size: 11,
      role: 'label',
      halo: true,
    });
  }
  return { marks, rows: rowEnds.length };
}

/** How many rows the words of events need, before the plot's height is fixed. */
export const eventRows = (events: readonly ChartEvent[], x: (at: number) => number, plot: Plot): number =>
  eventMarks(events, x, plot, 0).rows;
