/** A line of a chart. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

const colours = ['#1b6ca8', '#c2571a', '#3c7d3c', '#7a4ea3'];
const [width, height, left, top, right, bottom] = [520, 260, 52, 14, 150, 42];

/** A small line chart as SVG text. @param chart y runs from 0 to yMax; a dashed line marks the level promised, if any. */
export function lineChart(chart: {
  x: string;
  y: string;
  yMax: number;
  promised?: number;
  lines: readonly Line[];
}): string {
  const { lines, yMax, promised } = chart;
  const xs = lines.flatMap((line) => line.points.map(([x]) => x));
  const [from, to] = [Math.min(...xs), Math.max(...xs)];
  const atX = (x: number) => (left + ((x - from) / (to - from || 1)) * (width - left - right)).toFixed(1);
  const atY = (y: number) => (height - bottom - (Math.min(y, yMax) / yMax) * (height - top - bottom)).toFixed(1);
  const text = (x: number | string, y: number | string, label: string, rest = '') =>
    `<text x="${x}" y="${y}" ${rest}>${label}</text>`;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const [x, y] = [from + part * (to - from), part * yMax];
    return (
      `<path d="M${left} ${atY(y)}H${width - right}" stroke="#ddd"/>` +
      text(left - 6, Number(atY(y)) + 4, String(Number(y.toPrecision(3))), 'text-anchor="end"') +
      text(atX(x), height - bottom + 16, String(Number(x.toPrecision(3))), 'text-anchor="middle"')
    );
  });
  const drawn = lines.map((line, i) => {
    const path = line.points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${atX(x)} ${atY(y)}`).join('');
    const end = line.points[line.points.length - 1]!;
    const label = text(width - right + 8, Number(atY(end[1])) + 4, line.name, `fill="${colours[i]}"`);
    return `<path d="${path}" fill="none" stroke="${colours[i]}" stroke-width="2"/>${label}`;
  });
  const level =
    promised === undefined
      ? ''
      : `<path d="M${left} ${atY(promised)}H${width - right}" stroke="#555" stroke-dasharray="4 3"/>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...ticks,
    level,
    ...drawn,
    text((left + width - right) / 2, height - 8, chart.x, 'text-anchor="middle"'),
    text(
      14,
      (height - bottom + top) / 2,
      chart.y,
      `text-anchor="middle" transform="rotate(-90 14 ${(height - bottom + top) / 2})"`,
    ),
    '</svg>',
    '',
  ].join('\n');
}
