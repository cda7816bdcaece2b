import { type ReactNode, useId } from 'react';

/** A surface with a title. `aside` stands at the right of the title: a state, a link, a choice. */
export function Card({
  title,
  aside,
  children,
  isFlush = false,
}: {
  title?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
  isFlush?: boolean;
}) {
  const id = useId();
  return (
    <section className="card" data-flush={isFlush || undefined} {...(title ? { 'aria-labelledby': id } : {})}>
      {title || aside ? (
        <header className="card-head">
          {title ? <h2 id={id}>{title}</h2> : <span />}
          {aside ? <div className="card-aside">{aside}</div> : null}
        </header>
      ) : null}
      <div className="card-body">{children}</div>
    </section>
  );
}

/** One number with what it counts; `note` says n, interval or the change. */
export function StatTile({
  label,
  value,
  note,
  picture,
}: {
  label: ReactNode;
  value: ReactNode;
  note?: ReactNode;
  picture?: ReactNode;
}) {
  return (
    <div className="stat-tile">
      <div className="stat-label">{label}</div>
      <div className="stat-value">{value}</div>
      {note ? <div className="stat-note">{note}</div> : null}
      {picture}
    </div>
  );
}

/** Facts as pairs; a term may be a <Term>. */
export function KeyValues({ items }: { items: { label: ReactNode; value: ReactNode; key?: string }[] }) {
  return (
    <dl className="key-values">
      {items.map((item, index) => (
        <div key={item.key ?? index}>
          <dt>{item.label}</dt>
          <dd>{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}

export type Gap = 1 | 2 | 3 | 4 | 6 | 8;

/** Things under each other. */
export const Stack = ({ children, gap = 4 }: { children: ReactNode; gap?: Gap }) => (
  <div className={`stack gap-${gap}`}>{children}</div>
);

/** Things beside each other, wrapping when there is no room. */
export const Row = ({ children, gap = 3, isApart = false }: { children: ReactNode; gap?: Gap; isApart?: boolean }) => (
  <div className={`row gap-${gap}${isApart ? ' row-apart' : ''}`}>{children}</div>
);

/** Equal columns, as many as fit with at least `minPx` each. */
export const Columns = ({ children, minPx = 360, gap = 4 }: { children: ReactNode; minPx?: number; gap?: Gap }) => (
  <div className={`columns gap-${gap}`} style={{ '--column-min': `${minPx}px` } as React.CSSProperties}>
    {children}
  </div>
);
