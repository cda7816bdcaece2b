import { decimalsFor, formatCount, formatFraction, type Moment, millisecondsOf } from '../messages/format.ts';
import { t } from '../messages/translate.ts';
import { linePath, type Mark, type Plot, px, spread, type Tone, textWidth } from './scene.ts';

/** One look at a claim: either an estimate with its interval, or the reason why there is none. */
export interface EstimatePoint {
  at: Moment;
  n: number;
  estimate: number | null;
  lower: number | null;
  upper: number | null;
  notEstimable?: string;
}

export const isEstimated = (
  p: EstimatePoint,
): p is EstimatePoint & { estimate: number; lower: number; upper: number } =>
  p.estimate !== null && p.lower !== null && p.upper !== null;

/** Where a moment and a value stand in the plot. */
export interface Placing {
  x: (at: number) => number;
  y: (value: number) => number;
}

/** Runs of neighbours that can be estimated, or cannot. */
function runsOf(points: readonly EstimatePoint[], wanted: boolean): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = [];
  points.forEach((p, index) => {
    if (isEstimated(p) !== wanted) return;
    const last = runs.at(-1);
    if (last?.to === index - 1) last.to = index;
    else runs.push({ from: index, to: index });
  });
  return runs;
}

/** Stretches of time in which nothing could be estimated: hatched, with the words where there is room. */
export function gapMarks(points: readonly EstimatePoint[], place: Placing, plot: Plot): Mark[] {
  const at = (index: number) => place.x(millisecondsOf(points[index]!.at));
  return runsOf(points, false).flatMap(({ from, to }): Mark[] => {
    const isLast = to + 1 >= points.length;
    const left = at(from);
    const width = Math.max(4, Math.min(isLast ? Math.max(at(to), left + 6) : at(to + 1), plot.right) - left);
    const word = t('charts.not-estimable.short');
    const room = textWidth(word, 11) + 8;
    const fitsBeside = isLast && left + width + room < plot.right;
    const marks: Mark[] = [
      {
        kind: 'rect',
        x: px(left),
        y: plot.top,
        width: px(width),
        height: px(plot.bottom - plot.top),
        tone: 'grey',
        fill: 'hatched',
      },
    ];
    if (room >= width && !fitsBeside) return marks;
    marks.push({
      kind: 'text',
      x: px(room < width ? left + width / 2 : left + width + 6),
      y: px(plot.bottom - 8),
      text: word,
      tone: 'dim',
      anchor: room < width ? 'middle' : 'start',
      size: 11,
      role: 'label',
      halo: true,
    });
    return marks;
  });
}

/** Band and line, broken where nothing could be estimated. */
export function seriesMarks(points: readonly EstimatePoint[], place: Placing, tone: Tone): Mark[] {
  return runsOf(points, true).flatMap(({ from, to }): Mark[] => {
    const run = points.slice(from, to + 1).filter(isEstimated);
    const at = (p: EstimatePoint) => place.x(millisecondsOf(p.at));
    const upper = run.map((p) => ({ x: at(p), y: place.y(p.upper) }));
    const lower = run.map((p) => ({ x: at(p), y: place.y(p.lower) })).reverse();
    const [top, foot] = [upper[0]!, lower[0]!];
    if (run.length === 1)
      return [{ kind: 'line', x1: px(top.x), y1: px(foot.y), x2: px(top.x), y2: px(top.y), tone, width: 3 }];
    const estimates = run.map((p) => ({ x: at(p), y: place.y(p.estimate) }));
    return [
      { kind: 'path', d: `${linePath([...upper, ...lower])}Z`, tone, fill: 'soft' },
      { kind: 'path', d: linePath(upper), tone, width: 0.8 },
      { kind: 'path', d: linePath(lower), tone, width: 0.8 },
      { kind: 'path', d: linePath(estimates), tone, width: 2 },
    ];
  });
}

/** The row of counts under the time axis: as many as fit, always the last. */
export function countMarks(points: readonly EstimatePoint[], place: Placing, plot: Plot): Mark[] {
  const marks: Mark[] = [];
  let freeUntil = Number.POSITIVE_INFINITY;
  for (const p of [...points].reverse()) {
    const text = marks.length === 0 ? t('charts.n', { count: p.n }) : formatCount(p.n);
    const half = textWidth(text, 11) / 2;
    const centre = Math.max(place.x(millisecondsOf(p.at)), plot.left - 30 + half);
    if (centre + half > freeUntil) continue;
    freeUntil = centre - half - 20;
    marks.push({
      kind: 'text',
      x: px(centre),
      y: plot.bottom + 31,
      text,
      tone: 'dim',
      anchor: 'middle',
      size: 10.5,
      role: 'label',
    });
  }
  return marks;
}

interface Label {
  text: string;
  /** The height of the line that is labelled. */
  lineY: number;
  tone: Tone;
  weight?: 'bold';
}

/** Labels at the right end of their lines, moved apart where they would touch. */
export function labelsAtEnd(labels: readonly Label[], plot: Plot): Mark[] {
  const places = spread(
    labels.map(({ lineY }) => lineY + 4),
    14,
    { from: plot.top, to: plot.bottom },
  );
  return labels.map(
    ({ text, tone, weight }, index): Mark => ({
      kind: 'text',
      x: px(plot.right + 8),
      y: px(places[index]!),
      text,
      tone,
      anchor: 'start',
      role: 'label',
      ...(weight ? { weight } : {}),
    }),
  );
}

/** Labels inside the plot, under their lines: where the width is too dear to stand beside it. */
export function labelsOnLine(labels: readonly Label[], plot: Plot): Mark[] {
  const places = spread(
    labels.map(({ lineY }) => lineY + 14),
    14,
    { from: plot.top, to: plot.bottom - 4 },
  );
  return labels.map(
    ({ text, tone }, index): Mark => ({
      kind: 'text',
      x: px(plot.left + 4),
      y: px(places[index]!),
      text,
      tone,
      anchor: 'start',
      role: 'label',
      halo: true,
    }),
  );
}

/** The label of the last estimate: its number. */
export const estimateLabel = (p: EstimatePoint, y: (value: number) => number, tone: Tone): Label[] =>
  isEstimated(p)
    ? [{ text: formatFraction(p.estimate, decimalsFor(p.lower, p.upper)), lineY: y(p.estimate), tone, weight: 'bold' }]
    : [];
