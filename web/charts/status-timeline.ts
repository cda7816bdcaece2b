import { formatDay, type Moment, millisecondsOf } from '../messages/format.ts';
import { t } from '../messages/translate.ts';
import { attentionOf, hueOf, type Status } from '../ui/status/status.ts';
import { type ChartEvent, eventMarks, eventRows, timeAxis, timeScale, timeTicks } from './axes.ts';
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

export interface StatusSegment {
  from: Moment;
  /** Null while it lasts. */
  to: Moment | null;
  status: Status;
  /** By default the word of the status. */
  word?: string;
}

export interface StatusTimelineData {
  title: string;
  rows: { id: string; label: string; segments: StatusSegment[] }[];
  /** Where open segments end: the as-of day. */
  until: Moment;
  events?: ChartEvent[];
}

const wordOf = (segment: StatusSegment): string => segment.word ?? t(`status.${segment.status}`);
const rowHeightPx = 46;

/** Which state held where and when: one row a site, each stretch with its shape and its word inside, or its shape alone where the word does not fit. */
export function statusTimeline(data: StatusTimelineData, size: Size): Scene {
  const width = size.width;
  const height = size.height ?? 22 + (data.events?.length ? 28 : 0) + data.rows.length * rowHeightPx + 38;
  if (!data.rows.some((row) => row.segments.length > 0))
    return emptyScene({ width, height: Math.max(height, 100) }, data.title, t('charts.no-data'));
  const plot: Plot = { left: 0, right: width - 2, top: 4, bottom: height - 38 };
  const events = data.events ?? [];
  const x = timeScale([data.until, ...data.rows.flatMap((row) => row.segments.map((segment) => segment.from))], plot);
  plot.top = 6 + eventRows(events, x, plot) * 14;
  const [from, to] = x.domain() as [Date, Date];
  const step = (plot.bottom - plot.top) / data.rows.length;
  const rows = [...data.rows].sort((a, b) => attentionNow(a.segments) - attentionNow(b.segments));
  const marks: Mark[] = [
    ...timeAxis(x, timeTicks(from.getTime(), to.getTime(), plot.right), plot, t('charts.date')),
    ...eventMarks(events, x, plot, 12).marks,
  ];
  const stops: Stop[] = [];
  rows.forEach((row, index) => {
    const top = plot.top + step * index;
    marks.push({
      kind: 'text',
      x: 0,
      y: px(top + 14),
      text: row.label,
      tone: 'ink',
      anchor: 'start',
      weight: 'bold',
      role: 'label',
      halo: true,
    });
    for (const segment of row.segments) {
      const left = x(millisecondsOf(segment.from));
      const right = x(millisecondsOf(segment.to ?? data.until));
      marks.push(...segmentMarks(segment, { left, right, top: top + 19, height: step - 24 }));
      const end = segment.to === null ? t('charts.until-now') : formatDay(segment.to);
      stops.push({
        x: px((left + right) / 2),
        y: px(top + 19 + (step - 24) / 2),
        lines: [`${row.label}: ${wordOf(segment)}`, `${formatDay(segment.from)} \u2013 ${end}`],
      });
    }
  });
  const desc = rows
    .map(
      (row) =>
        `${row.label}: ${row.segments.map((segment) => `${wordOf(segment)} ${t('charts.from')} ${formatDay(segment.from)}`).join(', ')}.`,
    )
    .join(' ');
  return { width, height, title: data.title, desc: `${desc} ${t('charts.keys')}`, marks, stops };
}

const attentionNow = (segments: readonly StatusSegment[]): number => {
  const last = segments.at(-1);
  return last ? attentionOf(last.status) : 9;
};

function segmentMarks(
  segment: StatusSegment,
  box: { left: number; right: number; top: number; height: number },
): Mark[] {
  const tone = hueOf(segment.status);
  const width = Math.max(2, box.right - box.left - 1.5);
  const word = wordOf(segment);
  const middle = box.top + box.height / 2;
  const marks: Mark[] = [
    { kind: 'rect', x: px(box.left), y: px(box.top), width: px(width), height: px(box.height), tone, fill: 'soft' },
    {
      kind: 'rect',
      x: px(box.left),
      y: px(box.top),
      width: px(Math.min(3, width)),
      height: px(box.height),
      tone,
      fill: 'solid',
    },
  ];
  if (width < 22) return marks;
  marks.push({ kind: 'status', x: px(box.left + 7), y: px(middle - 6), size: 12, status: segment.status });
  if (textWidth(word) + 30 <= width)
    marks.push({
      kind: 'text',
      x: px(box.left + 24),
      y: px(middle + 4),
      text: word,
      tone: 'ink',
      anchor: 'start',
      role: 'label',
    });
  return marks;
}

export function statusTimelineTable(data: StatusTimelineData): ChartTable {
  return {
    columns: [
      { key: 'label', label: t('charts.site') },
      { key: 'status', label: t('charts.status') },
      { key: 'from', label: t('charts.from') },
      { key: 'to', label: t('charts.to') },
    ],
    rows: data.rows.flatMap((row) =>
      row.segments.map((segment) => ({
        label: row.label,
        status: wordOf(segment),
        from: formatDay(segment.from),
        to: segment.to === null ? t('charts.until-now') : formatDay(segment.to),
      })),
    ),
  };
}
