import type { Brand } from './ids.ts';
import { Problem } from './problems.ts';

/** A point in time, milliseconds since 1970-01-01T00:00:00Z. On the wire: ISO 8601 in UTC. */
export type Instant = Brand<number, 'Instant'>;

/** A calendar day without a time zone, `YYYY-MM-DD`: dates of birth, of MRI, of biopsy. Never passed through a time zone. */
export type PlainDate = Brand<string, 'PlainDate'>;

/** The clock is a port: rules take an instant, services take a clock. */
export interface Clock {
  now(): Instant;
}

export const millisecondsPerDay = 86_400_000;

const instantPattern = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;
const datePattern = /^(\d{4})-(\d\d)-(\d\d)$/;

/** Reads an ISO 8601 instant with offset; a bare date means 00:00 UTC. Returns undefined for anything else (also 30 February). */
export function readInstant(text: string): Instant | undefined {
  if (!instantPattern.test(text)) return undefined;
  if (!isPlainDate(text.slice(0, 10))) return undefined;
  const ms = Date.parse(text);
  return Number.isFinite(ms) ? (ms as Instant) : undefined;
}

/** As `readInstant`, for text that must be an instant; a malformed one is a Problem. */
export function instant(text: string): Instant {
  const value = readInstant(text);
  if (value === undefined)
    throw new Problem('invalid-input', { detail: 'An instant must be ISO 8601 with an offset.' });
  return value;
}

export const toIso = (at: Instant): string => new Date(at).toISOString();

/** The UTC day of an instant. */
export const dayOf = (at: Instant): PlainDate => toIso(at).slice(0, 10) as PlainDate;

export const startOfDay = (day: PlainDate): Instant => Date.parse(`${day}T00:00:00Z`) as Instant;

export const addDays = (at: Instant, days: number): Instant => (at + days * millisecondsPerDay) as Instant;

/** True for a day that exists in the Gregorian calendar. */
export function isPlainDate(text: string): text is PlainDate {
  const parts = datePattern.exec(text);
  if (!parts) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

export function plainDate(text: string): PlainDate {
  if (!isPlainDate(text))
    throw new Problem('invalid-input', { detail: 'A date must be a day that exists, YYYY-MM-DD.' });
  return text;
}
