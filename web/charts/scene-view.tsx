import { type JSX, type KeyboardEvent, useId, useRef, useState } from 'react';
import { hueOf } from '../ui/status/status.ts';
import { statusShape } from '../ui/status/status-glyph.tsx';
import './charts.css';
import { fontSizePx, type Mark, type Scene, type Stop, textWidth } from './scene.ts';

const dashes = { dashed: '5 4', dotted: '1.5 3.5' } as const;

const colour = (tone: string): string =>
  tone === 'ink'
    ? 'var(--text)'
    : tone === 'dim'
      ? 'var(--text-dim)'
      : tone === 'line'
        ? 'var(--line)'
        : `var(--${tone})`;

const textColour = (tone: string): string =>
  ['ink', 'dim', 'line'].includes(tone) ? colour(tone) : `var(--${tone}-text)`;

function markElement(mark: Mark, hatchId: string): JSX.Element {
  switch (mark.kind) {
    case 'line':
      return (
        <line
          x1={mark.x1}
          y1={mark.y1}
          x2={mark.x2}
          y2={mark.y2}
          stroke={colour(mark.tone)}
          strokeWidth={mark.width ?? 1}
          strokeDasharray={mark.dash && dashes[mark.dash]}
        />
      );
    case 'path':
      return mark.fill && mark.fill !== 'none' ? (
        <path d={mark.d} fill={colour(mark.tone)} fillOpacity={mark.fill === 'soft' ? 0.2 : 1} />
      ) : (
        <path
          d={mark.d}
          fill="none"
          stroke={colour(mark.tone)}
          strokeWidth={mark.width ?? 2}
          strokeLinejoin="round"
          strokeLinecap="round"
          strokeDasharray={mark.dash && dashes[mark.dash]}
        />
      );
    case 'rect':
      return (
        <rect
          x={mark.x}
          y={mark.y}
          width={mark.width}
          height={mark.height}
          fill={mark.fill === 'hatched' ? `url(#${hatchId})` : colour(mark.tone)}
          fillOpacity={mark.fill === 'soft' ? 0.16 : 1}
        />
      );
    case 'circle':
      return mark.fill === 'solid' ? (
        <circle cx={mark.x} cy={mark.y} r={mark.r} fill={colour(mark.tone)} />
      ) : (
        <circle cx={mark.x} cy={mark.y} r={mark.r} fill="var(--surface)" stroke={colour(mark.tone)} strokeWidth={1.8} />
      );
    case 'text':
      return (
        <text
          x={mark.x}
          y={mark.y}
          fill={textColour(mark.tone)}
          fontSize={mark.size ?? fontSizePx}
          fontWeight={mark.weight}
          textAnchor={mark.anchor}
          data-role={mark.role}
          className={mark.halo ? 'chart-halo' : undefined}
          transform={mark.rotate ? `rotate(${mark.rotate} ${mark.x} ${mark.y})` : undefined}
        >
          {mark.text}
        </text>
      );
    case 'status':
      return (
        <g transform={`translate(${mark.x} ${mark.y}) scale(${mark.size / 16})`} color={`var(--${hueOf(mark.status)})`}>
          {statusShape(mark.status)}
        </g>
      );
  }
}

function Callout({ stop, scene }: { stop: Stop; scene: Scene }) {
  const width = Math.min(scene.width, Math.max(...stop.lines.map((line) => textWidth(line, 12))) + 18);
  const height = stop.lines.length * 16 + 10;
  const x = Math.min(Math.max(0.5, stop.x - width / 2), scene.width - width - 0.5);
  const isAbove = stop.y - height - 12 >= 0;
  const y = isAbove ? stop.y - height - 12 : Math.min(stop.y + 14, Math.max(0, scene.height - height - 1));
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: drawing marks take no focus.
    <g className="chart-callout" aria-hidden="true">
      <rect x={x} y={y} width={width} height={height} rx={4} />
      {stop.lines.map((line, index) => (
        <text key={line} x={x + 9} y={y + 17 + index * 16} fontSize={12} fontWeight={index === 0 ? 600 : undefined}>
          {line}
        </text>
      ))}
    </g>
  );
}

/** The next stop for an arrow key, or undefined if the key is not one of ours. */
function stopAfter(key: string, at: number, count: number): number | undefined {
  if (key === 'ArrowRight' || key === 'ArrowDown') return Math.min(count - 1, at + 1);
  if (key === 'ArrowLeft' || key === 'ArrowUp') return Math.max(0, at - 1);
  if (key === 'PageDown') return Math.min(count - 1, at + 10);
  if (key === 'PageUp') return Math.max(0, at - 10);
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : undefined;
}

/**
 * Draws a scene. The chart is one stop of the Tab key; inside it the arrow keys move from point to point, and each
 * point says its numbers. At rest it is exactly the picture that is printed.
 */
export function SceneView({ scene, className }: { scene: Scene; className?: string }) {
  const id = useId();
  const [active, setActive] = useState<number>();
  const places = useRef<(SVGGElement | null)[]>([]);
  const rest = active ?? scene.stops.length - 1;

  const onKeyDown = (event: KeyboardEvent, index: number) => {
    const next = event.key === 'Escape' ? undefined : stopAfter(event.key, index, scene.stops.length);
    if (event.key === 'Escape') setActive(undefined);
    if (next === undefined) return;
    event.preventDefault();
    setActive(next);
    places.current[next]?.focus();
  };

  const shown = active === undefined ? undefined : scene.stops[active];
  return (
    // A picture with points inside it is a group: an image role would hide the points from assistive technology.
    // biome-ignore lint/a11y/useSemanticElements: there is no HTML element for this role inside SVG.
    <svg
      viewBox={`0 0 ${scene.width} ${scene.height}`}
      className={`chart ${className ?? ''}`}
      style={{ aspectRatio: `${scene.width} / ${scene.height}` }}
      role="group"
      aria-labelledby={`${id}-title ${id}-desc`}
      onPointerLeave={() => setActive(undefined)}
    >
      <title id={`${id}-title`}>{scene.title}</title>
      <desc id={`${id}-desc`}>{scene.desc}</desc>
      <defs>
        <pattern id={`${id}-hatch`} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line x1="0" y1="0" x2="0" y2="6" stroke="var(--grey)" strokeOpacity="0.45" strokeWidth="1.5" />
        </pattern>
      </defs>
      {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: drawing marks take no focus. */}
      <g aria-hidden="true">
        {scene.marks.map((mark, index) => (
          // Marks have no identity beyond their place in the drawing order.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above.
          <g key={index}>{markElement(mark, `${id}-hatch`)}</g>
        ))}
      </g>
      {scene.stops.map((stop, index) => (
        // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a point is read, not pressed.
        <g
          // biome-ignore lint/suspicious/noArrayIndexKey: stops keep their order.
          key={index}
          ref={(element) => {
            places.current[index] = element;
          }}
          role="img"
          aria-label={stop.lines.join(', ')}
          tabIndex={index === rest ? 0 : -1}
          className="chart-stop"
          onFocus={() => setActive(index)}
          onBlur={() => setActive(undefined)}
          onPointerEnter={() => setActive(index)}
          onKeyDown={(event) => onKeyDown(event, index)}
        >
          <circle cx={stop.x} cy={stop.y} r={12} fill="transparent" />
          {index === active ? <circle cx={stop.x} cy={stop.y} r={6} className="chart-ring" /> : null}
        </g>
      ))}
      {shown ? <Callout stop={shown} scene={scene} /> : null}
    </svg>
  );
}
