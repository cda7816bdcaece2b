/**
 * How Hortus writes numbers and dates. A number never has more digits than its interval or its n justifies; a rate is
 * written without the leading zero, as clinical journals do; dates are days in UTC, the ledger's time.
 */

import { t } from './translate.ts';

const integers = new Intl.NumberFormat('en');
const dayFormat = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});
const monthFormat = new Intl.DateTimeFormat(undefined, { month: 'short', year: 'numeric', timeZone: 'UTC' });
const timeFormat = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
  timeZoneName: 'short',
});

/** An ISO instant, a plain day or milliseconds since 1970. */
export type Moment = string | number;

const toDate = (at: Moment): Date => new Date(typeof at === 'string' && at.length === 10 ? `${at}T00:00:00Z` : at);

/** Milliseconds since 1970, for placing a moment on an axis. */
export const millisecondsOf = (at: Moment): number => toDate(at).getTime();

/** 4 Mar 2019, in the order of the reader's country. */
export const formatDay = (at: Moment): string => dayFormat.format(toDate(at));
export const formatMonth = (at: Moment): string => monthFormat.format(toDate(at));
export const formatTime = (at: Moment): string => timeFormat.format(toDate(at));
export const isoOf = (at: Moment): string => (typeof at === 'string' ? at : toDate(at).toISOString());

/** 1,234 */
export const formatCount = (count: number): string => integers.format(count);

/**
 * Decimal places that an interval justifies: the first digit of its half width, from 2 to 3 places.
 * Without an interval two places are written.
 */
export function decimalsFor(lower?: number | null, upper?: number | null): number {
  if (lower == null || upper == null || upper <= lower) return 2;
  const halfWidth = (upper - lower) / 2;
  return Math.min(3, Math.max(2, Math.ceil(-Math.log10(halfWidth))));
}

/** .79, 1.00, 0: a fraction between 0 and 1 as journals write it. */
export function formatFraction(value: number, decimals = 2): string {
  const text = value.toFixed(decimals);
  return text.startsWith('0.') ? text.slice(1) : text.replace(/^-(?:0(?=\.))?/, '\u2212');
}

/** .71–.86; with a negative end the dash would be read as a minus, so a word stands in its place: −.08 to .02. */
export function formatInterval(lower: number, upper: number, decimals = decimalsFor(lower, upper)): string {
  const ends = { lower: formatFraction(lower, decimals), upper: formatFraction(upper, decimals) };
  return lower < 0 ? t('charts.interval.signed', ends) : `${ends.lower}\u2013${ends.upper}`;
}

/** "79 of 100": a rate as a person says it. Values near 0 or 1 are said per thousand, so that they do not round away. */
export function formatOutOf(rate: number): string {
  const perHundred = Math.round(rate * 100);
  const isRoundedAway = (perHundred === 100 && rate < 0.9995) || (perHundred === 0 && rate > 0.0005);
  return isRoundedAway ? `${formatCount(Math.round(rate * 1000))} of 1,000` : `${perHundred} of 100`;
}

export interface Estimate {
  value: number;
  lower: number;
  upper: number;
  n: number;
}

/** .79 (.71–.86), n = 121: never a rate without its interval and its n. */
export function formatEstimate({ value, lower, upper, n }: Estimate): string {
  const decimals = decimalsFor(lower, upper);
  return `${formatFraction(value, decimals)} (${formatInterval(lower, upper, decimals)}), n\u00a0=\u00a0${formatCount(n)}`;
}

/** Evidence from its natural logarithm: 0.85, 7.6, 120, 783,963, then powers of ten. */
export function formatEvidence(logValue: number): string {
  const value = Math.exp(logValue);
  if (logValue > Math.log(1e6)) return `10^${(logValue / Math.LN10).toFixed(1)}`;
  if (logValue < Math.log(0.001)) return `10^\u2212${(-logValue / Math.LN10).toFixed(1)}`;
  if (value >= 100) return formatCount(Math.round(value));
  return value >= 10 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(2);
}

/** 1.4 MB */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** step;
  return `${value >= 100 || step === 0 ? Math.round(value) : value.toFixed(1)} ${units[step]}`;
}
