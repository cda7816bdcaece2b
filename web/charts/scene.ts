/*
 * A chart is a scene: plain marks at plain coordinates, made by a pure function of data and size. The same scene is
 * drawn in the page, in print, in a report and in a test; it reads no document and can be written as JSON.
 */
import type { Status } from '../ui/status/status.ts';

/** The hues of theme/tokens.css; `ink` and `dim` follow the text. */
export type Tone =
  | 'ink'
  | 'dim'
  | 'line'
  | 'blue'
  | 'teal'
  | 'mint'
  | 'amber'
  | 'orange'
  | 'vermilion'
  | 'slate'
  | 'grey'
  | 'purple';

export type Anchor = 'start' | 'middle' | 'end';

export type Mark =
  | {
      kind: 'line';
      x1: number;
      y1: number;
      x2: number;
      y2: number;
      tone: Tone;
      width?: number;
      dash?: 'dashed' | 'dotted';
    }
  | {
      kind: 'path';
      d: string;
      tone: Tone;
      fill?: 'none' | 'soft' | 'solid';
      width?: number;
      dash?: 'dashed' | 'dotted';
    }
  | {
      kind: 'rect';
      x: number;
      y: number;
      width: number;
      height: number;
      tone: Tone;
      fill: 'soft' | 'solid' | 'hatched';
    }
  | { kind: 'circle'; x: number; y: number; r: number; tone: Tone; fill: 'solid' | 'hollow' }
  | {
      kind: 'text';
      x: number;
      y: number;
      text: string;
      tone: Tone;
      anchor?: Anchor;
      size?: number;
      weight?: 'bold';
      role?: 'axis' | 'tick' | 'label';
      rotate?: number;
      /** A ground behind the letters, where they stand on lines. */
      halo?: boolean;
    }
  | { kind: 'status'; x: number; y: number; size: number; status: Status };

/** A place the keyboard and the pointer can reach; its lines are shown beside it and read aloud. */
export interface Stop {
  x: number;
  y: number;
  lines: string[];
}

export interface Scene {
  width: number;
  height: number;
  title: string;
  desc: string;
  marks: Mark[];
  stops: Stop[];
}

export interface Size {
  width: number;
  height?: number;
}

/** The table behind the picture: what a screen reader, a spreadsheet and a sceptic want. */
export interface ChartTable {
  columns: { key: string; label: string; align?: 'end' }[];
  rows: Record<string, string | number | null>[];
}

export const fontSizePx = 12;

/** Under this width labels stand inside the plot instead of beside it. */
export const narrowPx = 460;

/** A careful upper estimate of a text's width: the scene cannot measure fonts. */
export const textWidth = (text: string, size = fontSizePx): number => text.length * size * 0.58;

/** The area inside the axes. */
export interface Plot {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** What is drawn instead of axes when there is nothing to show: a sentence, never an empty box. */
export function emptyScene(size: { width: number; height: number }, title: string, text: string): Scene {
  return {
    ...size,
    title,
    desc: text,
    stops: [],
    marks: [
      { kind: 'rect', x: 0.5, y: 0.5, width: size.width - 1, height: size.height - 1, tone: 'grey', fill: 'soft' },
      { kind: 'text', x: size.width / 2, y: size.height / 2, text, tone: 'dim', anchor: 'middle', role: 'axis' },
    ],
  };
}

/** Rounds to a tenth of a pixel, so that scenes are short and equal on every machine. */
export const px = (value: number): number => Math.round(value * 10) / 10;

/** An SVG path through points; a null lifts the pen, so a gap in the data stays a gap in the line. */
export function linePath(points: readonly ({ x: number; y: number } | null)[]): string {
  let isPenDown = false;
  let d = '';
  for (const point of points) {
    if (point === null) {
      isPenDown = false;
      continue;
    }
    d += `${isPenDown ? 'L' : 'M'}${px(point.x)} ${px(point.y)}`;
    isPenDown = true;
  }
  return d;
}

/** At most `count` of many points for the keyboard to walk through, evenly chosen, always with the last. */
export function thinned<Item>(items: readonly Item[], count = 90): Item[] {
  const step = Math.max(1, Math.ceil(items.length / count));
  return items.filter((_, index) => (items.length - 1 - index) % step === 0);
}

/** Moves labels apart along one axis until none is closer than `gap`, keeping them between `from` and `to`. */
export function spread(places: readonly number[], gap: number, bounds: { from: number; to: number }): number[] {
  const order = places.map((place, index) => ({ place, index })).sort((a, b) => a.place - b.place);
  let previous = Number.NEGATIVE_INFINITY;
  for (const entry of order) {
    entry.place = Math.max(entry.place, previous + gap, bounds.from);
    previous = entry.place;
  }
  let next = bounds.to + gap;
  for (const entry of order.reverse()) {
    entry.place = Math.min(entry.place, next - gap);
    next = entry.place;
  }
  const moved = [...places];
  for (const entry of order) moved[entry.index] = entry.place;
  return moved;
}
