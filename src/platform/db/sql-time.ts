import { assert, type Instant } from '#kernel';

const timestamptzPattern = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d{1,6})?([+-]\d\d)(?::?(\d\d))?$/;

/**
 * Reads the text that PostgreSQL writes for a `timestamptz` (ISO style, any session time zone).
 * Microseconds are cut to the millisecond, downwards: an instant is never later than what was recorded.
 */
export function instantFromSql(text: string): Instant {
  const parts = timestamptzPattern.exec(text);
  assert(parts, 'a timestamptz column comes as ISO text with an offset; infinity and years BC are not instants');
  const [, day, time, fraction, hours, minutes] = parts;
  const ms = Date.parse(`${day}T${time}${(fraction ?? '').slice(0, 4)}${hours}:${minutes ?? '00'}`);
  assert(Number.isFinite(ms), 'a timestamptz column holds a date that exists');
  return ms as Instant;
}

/** The text under which an instant is written into a `timestamptz` column, exact to the millisecond. */
export function sqlInstant(at: Instant): string {
  assert(Number.isInteger(at), 'an instant is a whole number of milliseconds');
  return new Date(at).toISOString();
}
