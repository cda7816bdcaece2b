import {
  addDays,
  assert,
  dayOf,
  millisecondsPerDay,
  type PlainDate,
  type Random,
  sha256,
  startOfDay,
  toHex,
} from '#kernel';
import { type Cell, cellsToBytes } from '../../model/cells.ts';
import type { CohortDay } from '../../model/stream.ts';

/** A copy of a real stream: its cells by calendar day, days without cases included. */
export interface StreamCopy {
  readonly firstDay: PlainDate;
  readonly days: readonly Uint16Array[];
  readonly cases: number;
}

const noCells = new Uint16Array();

/**
 * Copies the days of a cohort up to a day, so that nothing done to the copy reaches the stream.
 * @param days in order, at least one; @param before the copy ends before this day: what the monitor itself took for a
 *   fault is no part of a good stream to inject into.
 */
export function copyOf(days: readonly CohortDay[], before?: PlainDate): StreamCopy {
  const first = days[0]?.day;
  assert(first !== undefined, 'a stream to copy has days');
  const kept = days.filter(({ day }) => before === undefined || day < before);
  const copied: Uint16Array[] = [];
  for (const { day, cells } of kept) {
    const at = daysBetween(first, day);
    while (copied.length < at) copied.push(noCells);
    copied.push(cells.slice());
  }
  return { firstDay: first, days: copied, cases: copied.reduce((sum, cells) => sum + cells.length, 0) };
}

export const daysBetween = (from: PlainDate, to: PlainDate): number =>
  Math.round((startOfDay(to) - startOfDay(from)) / millisecondsPerDay);

export const dayAfter = (from: PlainDate, days: number): PlainDate => dayOf(addDays(startOfDay(from), days));

/** SHA-256 over all cells of the copy in order: says of what the drill was a copy. */
export const copySha256 = (copy: StreamCopy): string => toHex(sha256(cellsToBytes(cellsOf(copy))));

export function cellsOf(copy: StreamCopy): Uint16Array {
  const all = new Uint16Array(copy.cases);
  let at = 0;
  for (const cells of copy.days) {
    all.set(cells, at);
    at += cells.length;
  }
  return all;
}

/** A week: volume differs by the day of the week, and neighbouring days resemble each other. */
const blockDays = 7;

/**
 * Draws a stream of so many days from the copy: whole weeks of neighbouring days, with replacement, from any start
 * (circular block bootstrap), so that the volume, its rhythm and what belongs together within a week stay as they are.
 * **Source**: Politis & Romano 1992, circular block resampling.
 */
export function drawDays(copy: StreamCopy, count: number, random: Random): Uint16Array[] {
  const drawn: Uint16Array[] = [];
  const { length } = copy.days;
  while (drawn.length < count) {
    const start = Math.floor(random() * length);
    for (let i = 0; i < blockDays && drawn.length < count; i++) drawn.push(copy.days[(start + i) % length]!);
  }
  return drawn;
}

/** A cell of a pool, each as likely. */
export const drawCell = (pool: ArrayLike<Cell>, random: Random): Cell => pool[Math.floor(random() * pool.length)]!;
