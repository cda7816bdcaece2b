/** What a day in a form means: it begins with its first and ends with its last millisecond, in UTC, the ledger's time. */
export const startOfDay = (day: string): string => `${day}T00:00:00.000Z`;
export { endOfDay } from '../../../app/scope.ts';

/** The day so many days later. */
export const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** Whether a bond with these ends holds on this day (a simulation has its own). */
export function boundOn(day: string, { from, until }: { from: string; until?: string | undefined }) {
  if (from > `${day}T23:59:59.999Z`) return 'later' as const;
  return until === undefined || until > `${day}T23:59:59.000Z` ? ('in-force' as const) : ('ended' as const);
}
