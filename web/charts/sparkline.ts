import { scaleLinear } from 'd3-scale';
import { linePath, type Mark, px, type Scene, type Tone } from './scene.ts';

export interface SparklineData {
  title: string;
  values: (number | null)[];
  /** A limit drawn as a hairline through the picture. */
  bound?: number;
  tone?: Tone;
  domain?: [number, number];
}

/** A word-sized picture of a course. It has no axes, so it always stands beside its number in words. */
export function sparkline(data: SparklineData, size = { width: 112, height: 24 }): Scene {
  const { width, height } = size;
  const known = data.values.filter((value) => value !== null);
  const desc = data.title;
  if (known.length === 0)
    return {
      width,
      height,
      title: data.title,
      desc,
      stops: [],
      marks: [{ kind: 'line', x1: 2, y1: height / 2, x2: width - 2, y2: height / 2, tone: 'grey', dash: 'dotted' }],
    };
  const all = data.bound === undefined ? known : [...known, data.bound];
  let [low, high] = data.domain ?? [Math.min(...all), Math.max(...all)];
  if (high - low < 1e-9) [low, high] = [low - 0.5, high + 0.5];
  const x = scaleLinear([0, Math.max(1, data.values.length - 1)], [3, width - 4]);
  const y = scaleLinear([low, high], [height - 4, 4]).clamp(true);
  const tone = data.tone ?? 'slate';
  const lastIndex = data.values.findLastIndex((value) => value !== null);
  const marks: Mark[] = [];
  if (data.bound !== undefined)
    marks.push({
      kind: 'line',
      x1: 2,
      y1: px(y(data.bound)),
      x2: width - 2,
      y2: px(y(data.bound)),
      tone: 'dim',
      dash: 'dotted',
    });
  marks.push({
    kind: 'path',
    d: linePath(data.values.map((value, index) => (value === null ? null : { x: x(index), y: y(value) }))),
    tone,
    width: 1.6,
  });
  marks.push({ kind: 'circle', x: px(x(lastIndex)), y: px(y(data.values[lastIndex]!)), r: 2.6, tone, fill: 'solid' });
  return { width, height, title: data.title, desc, stops: [], marks };
}
