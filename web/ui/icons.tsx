import type { JSX } from 'react';

/* Our own line icons, 16 × 16, one stroke width. They always stand beside a word or under a label. */
const paths = {
  search: <path d="M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4L14 14" />,
  calendar: <path d="M2.5 4h11v9.5h-11ZM2.5 7h11M5.5 2v3m5-3v3" />,
  person: <path d="M8 7.5a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4ZM2.5 14c.5-2.8 2.6-4.3 5.5-4.3s5 1.5 5.5 4.3" />,
  site: <path d="M3 14V4.5L8 2l5 2.5V14M1.5 14h13M6.5 14v-3h3v3M6 6.5h.5m3 0h.5" />,
  theme: <path d="M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7Z" />,
  menu: <path d="M2 4h12M2 8h12M2 12h12" />,
  copy: <path d="M5.5 5.5h8v8h-8ZM3.5 10.5h-1v-8h8v1" />,
  check: <path d="m3 8.5 3.3 3.3L13 5" />,
  cross: <path d="m4 4 8 8m0-8-8 8" />,
  columns: <path d="M2 3h12v10H2ZM6 3v10m4-10v10" />,
  download: <path d="M8 2v8m0 0L5 7m3 3 3-3M2.5 13.5h11" />,
  table: <path d="M2 3h12v10H2Zm0 3.5h12M2 9.8h12M7 6.5V13" />,
  picture: <path d="M2 13.5V2.5m0 11h12M4.5 10.5l3-3.5 2 2 4-5" />,
  up: <path d="M8 13V3m0 0L4.5 6.5M8 3l3.5 3.5" />,
  down: <path d="M8 3v10m0 0 3.5-3.5M8 13 4.5 9.5" />,
  next: <path d="m6 3.5 4.5 4.5L6 12.5" />,
  previous: <path d="M10 3.5 5.5 8l4.5 4.5" />,
  alert: <path d="M8 5v4m0 2.3v.2M8 1.5 1.5 13.5h13Z" />,
  ledger: <path d="M3 2.5h8.5A1.5 1.5 0 0 1 13 4v9.5H4.5A1.5 1.5 0 0 1 3 12Zm0 9.5a1.5 1.5 0 0 1 1.5-1.5H13M6 5.5h4" />,
} satisfies Record<string, JSX.Element>;

export type IconName = keyof typeof paths;

export function Icon({ name, sizePx = 16 }: { name: IconName; sizePx?: number }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width={sizePx}
      height={sizePx}
      aria-hidden="true"
      focusable="false"
      className="icon"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {paths[name]}
    </svg>
  );
}

/** The mark of Hortus: a seedling. */
export function HortusMark({ sizePx = 22 }: { sizePx?: number }) {
  return (
    <svg
      viewBox="0 0 32 32"
      width={sizePx}
      height={sizePx}
      aria-hidden="true"
      focusable="false"
      className="hortus-mark"
    >
      <path
        d="M16 28V12M16 17.5C10.5 17.5 7 14 7 8.5c5.5 0 9 3.5 9 9Zm0-3.5c0-5 3-8 8.5-8 0 5.5-3.5 8-8.5 8Z"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.4"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  );
}
