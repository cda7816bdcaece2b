import { addDays, assert, type Instant, millisecondsPerDay } from '#kernel';

export type ClockId =
  | 'watch-resolution'
  | 'condition-deadline'
  | 'suspension-review'
  | 'provisional-term'
  | 'certificate-term'
  | 'surveillance-audit'
  | 'stop-request-answer'
  | 'proposal-validity';

/** What happens when a deadline passes. `review` opens a task for people and lowers nothing. */
export type OnMissed = 'conditional' | 'suspended' | 'expired' | 'review';

export interface ClockRecord {
  id: ClockId;
  /** The article it rests on, or "house default". */
  basis: string;
  status: 'in_force' | 'adopted_not_applicable' | 'proposed';
  effectiveFrom: string;
  duration: { value: number; unit: 'calendar' | 'working' | 'month' | 'year' };
  onMissed: OnMissed;
}

/** The records and parameters that rules read instead of constants. */
export interface LawProfile {
  id: string;
  clocks: ClockRecord[];
  provisionalRenewalsMax: number;
  /** Sum of the α shares of one stream's claims, at most. */
  alphaTotal: number;
  /** Older statuses are not served. */
  statusAgeMaxSeconds: number;
  /** Days of the week that count as working days, 0 = Sunday; public holidays are not yet in the data. */
  workingDays: number[];
}

/** The record of a clock; every profile has all of them. */
export function clockOf(profile: LawProfile, id: ClockId): ClockRecord {
  const record = profile.clocks.find((clock) => clock.id === id);
  assert(record, `the law profile ${profile.id} has no clock ${id}`);
  return record;
}

/**
 * When a clock that starts at `from` is due. Months and years clip to the end of the month; working days skip the
 * others and count from the day after. Times are UTC in this first form.
 * **Source** the project's certificate specification, section 7, rule 5. Oracle: profile.test.ts, dates by hand.
 */
export function dueAt(profile: LawProfile, id: ClockId, from: Instant): Instant {
  const { value, unit } = clockOf(profile, id).duration;
  switch (unit) {
    case 'calendar':
      return addDays(from, value);
    case 'working':
      return addWorkingDays(from, value, profile.workingDays);
    case 'month':
      return addMonths(from, value);
    case 'year':
      return addMonths(from, 12 * value);
  }
}

function addMonths(from: Instant, months: number): Instant {
  const date = new Date(from);
  const timeOfDayMs = from - Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 0)).getUTCDate();
  const day = Math.min(date.getUTCDate(), lastDay);
  return (Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, day) + timeOfDayMs) as Instant;
}

function addWorkingDays(from: Instant, days: number, workingDays: number[]): Instant {
  assert(workingDays.length > 0, 'a week has at least one working day');
  let at: number = from;
  for (let left = days; left > 0; ) {
    at += millisecondsPerDay;
    if (workingDays.includes(new Date(at).getUTCDay())) left--;
  }
  return at as Instant;
}
