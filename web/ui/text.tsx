import { Link, type LinkProps } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { formatDay, formatTime, isoOf, type Moment } from '../messages/format.ts';
import { t } from '../messages/translate.ts';
import { Icon } from './icons.tsx';

/** A day in the reader's format, with the ISO date on hover. */
export function Day({ at }: { at: Moment }) {
  return (
    <time dateTime={isoOf(at)} title={isoOf(at)} className="nowrap">
      {formatDay(at)}
    </time>
  );
}

/** A moment in the reader's format and UTC, with the ISO instant on hover. */
export function Time({ at }: { at: Moment }) {
  return (
    <time dateTime={isoOf(at)} title={isoOf(at)} className="nowrap">
      {formatTime(at)}
    </time>
  );
}

/** A link whose address comes from data. Where the route is known in the code, use the router's own typed `Link`. */
export function AppLink({
  to,
  search,
  children,
  className,
  isExact = false,
}: {
  to: string;
  search?: Record<string, unknown>;
  children: ReactNode;
  className?: string;
  /** Marked as the present page on this page only, not on those under it. */
  isExact?: boolean;
}) {
  const marking = isExact ? { activeOptions: { exact: true, includeSearch: false } } : {};
  const props = { to, ...marking, ...(search ? { search } : {}) } as unknown as LinkProps;
  return (
    <Link {...props} {...(className ? { className } : {})}>
      {children}
    </Link>
  );
}

/** Copies and says so, beside what it copies. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [isCopied, setIsCopied] = useState(false);
  const copy = () => {
    navigator.clipboard?.writeText(text).then(
      () => {
        setIsCopied(true);
        setTimeout(() => setIsCopied(false), 1500);
      },
      () => setIsCopied(false),
    );
  };
  return (
    <button
      type="button"
      className="copy-button no-print"
      onClick={copy}
      aria-label={isCopied ? t('ui.copied') : label}
      title={label}
    >
      <Icon name={isCopied ? 'check' : 'copy'} sizePx={14} />
    </button>
  );
}

/** A digest, id or key: shortened in the middle on screen, whole in print, on hover and when copied. */
export function Digest({ value, keep = 10 }: { value: string; keep?: number }) {
  const isLong = value.length > keep * 2 + 1;
  return (
    <span className="digest">
      <code title={value}>
        {isLong ? `${value.slice(0, keep)}\u2026${value.slice(-6)}` : value}
        {isLong ? <span className="visually-hidden">{value}</span> : null}
      </code>
      <CopyButton text={value} label={`${t('ui.copy')} ${value.slice(0, 12)}`} />
    </span>
  );
}

/** Preformatted text: JSON of an entry, a command. */
export function CodeBlock({ text, label }: { text: string; label: string }) {
  return (
    <div className="code-block">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard. */}
      <section tabIndex={0} aria-label={label}>
        <pre>{text}</pre>
      </section>
      <CopyButton text={text} label={`${t('ui.copy')}: ${label}`} />
    </div>
  );
}
