import type { JSX } from 'react';
import { type Status, type StatusFamily, statusFamilies } from './status.ts';

/*
 * The shapes of the status table, drawn in a 16 × 16 box with the current colour: they differ in outline, not only in
 * hue, so that they are told apart in greyscale and at 12 pixels.
 */
const stroke = {
  fill: 'none',
  stroke: 'currentColor',
  strokeWidth: 2,
  strokeLinecap: 'round',
  strokeLinejoin: 'round',
} as const;
const octagon = 'M5.2 1.3h5.6l3.9 3.9v5.6l-3.9 3.9H5.2l-3.9-3.9V5.2Z';

const shapes: Record<StatusFamily, JSX.Element> = {
  valid: <circle cx="8" cy="8" r="6.5" fill="currentColor" />,
  consistent: <circle cx="8" cy="8" r="5.5" {...stroke} strokeWidth={2.4} />,
  watch: (
    <>
      <path d="M1 8c1.8-3 4.2-4.5 7-4.5S13.2 5 15 8c-1.8 3-4.2 4.5-7 4.5S2.8 11 1 8Z" {...stroke} strokeWidth={1.6} />
      <circle cx="8" cy="8" r="2.4" fill="currentColor" />
    </>
  ),
  limited: (
    <>
      <path
        d="M8 1.5c1.8 1.2 3.7 1.8 5.7 1.9v4.2c0 3.3-1.9 5.7-5.7 7.1-3.8-1.4-5.7-3.8-5.7-7.1V3.4C4.3 3.3 6.2 2.7 8 1.5Z"
        {...stroke}
        strokeWidth={1.6}
      />
      <path d="M8 1.5v13.2c-3.8-1.4-5.7-3.8-5.7-7.1V3.4C4.3 3.3 6.2 2.7 8 1.5Z" fill="currentColor" />
    </>
  ),
  broken: (
    <>
      <path d={octagon} fill="currentColor" />
      <path d="M8 4.4v4.4M8 11.4v.2" fill="none" stroke="var(--surface)" strokeWidth="1.9" strokeLinecap="round" />
    </>
  ),
  ended: (
    <>
      <circle cx="8" cy="8" r="6.2" {...stroke} strokeWidth={1.7} />
      <path d="m5.5 5.5 5 5m0-5-5 5" {...stroke} strokeWidth={1.7} />
    </>
  ),
  unknown: <circle cx="8" cy="8" r="6" {...stroke} strokeWidth={1.7} strokeDasharray="2.4 2.31" strokeLinecap="butt" />,
};

/** The shape of a state alone, for use inside another SVG; colour comes from `currentColor`. */
export const statusShape = (status: Status): JSX.Element => shapes[statusFamilies[status]];

/** The shape as an image of its own; the word beside it carries the meaning, so it is hidden from screen readers. */
export function StatusGlyph({ status, sizePx = 14 }: { status: Status; sizePx?: number }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width={sizePx}
      height={sizePx}
      aria-hidden="true"
      focusable="false"
      className="status-glyph"
    >
      {statusShape(status)}
    </svg>
  );
}
