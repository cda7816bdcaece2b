import type { Random } from '#kernel';
import type { Cell } from '../../model/cells.ts';
import type { ClaimBody } from '../../model/claim.ts';
import { newProcess } from '../../model/processes/new-process.ts';
import { streamThresholds } from '../../model/stream.ts';
import { drawCell } from './copy.ts';
import { chunkCases, type Figure, figureOf, isOneSided, referenceBand } from './other-tools.ts';

/** The first alarm of a rule: how many relevant cases and days (from 1 and 0) of the stream had passed. */
export interface Alarm {
  readonly relevant: number;
  readonly day: number;
}

/** First alarms by rule in one run, and how many relevant cases there were by the end of each day. */
export interface Watched {
  readonly alarms: ReadonlyMap<string, Alarm>;
  readonly relevantByDay: Int32Array;
}

export const hortusRule = 'Hortus: notice, or claim broken';
export const hortusRules = [
  hortusRule,
  'Hortus: detector, notice',
  'Hortus: detector, escalation',
  'Hortus: claim broken',
];
export const otherRules = [
  'each 30 cases a test at 5 %',
  'mean ± 3 sd of 10 reference chunks of 30',
  'fixed-n 95 % interval, looked at weekly',
];

type Note = (rule: string) => void;

/**
 * Runs one stream past the claim's own processes, exactly as `Stream` does (every relevant case a look; asymptotic
 * claims at the end of a day), and past the rules of other tools.
 * @param run of the claim whose levels count; @param pool cells without injection, from which 3 sd takes its reference.
 */
export function watch(
  days: readonly Uint16Array[],
  claim: { body: ClaimBody; run: number },
  reference: { pool: Uint16Array; random: Random },
): Watched {
  const alarms = new Map<string, Alarm>();
  const relevantByDay = new Int32Array(days.length);
  const others = othersOf(claim.body, reference);
  const hortus = watcherOf(claim);
  let relevant = 0;
  days.forEach((cells, day) => {
    const note: Note = (rule) => {
      if (!alarms.has(rule)) alarms.set(rule, { relevant, day });
    };
    for (const cell of cells) {
      if (hortus.step(cell)) {
        relevant++;
        hortus.look(note);
      }
      others?.step(cell, note);
    }
    hortus.endDay(note);
    if (day % 7 === 6) others?.endWeek(note);
    relevantByDay[day] = relevant;
  });
  return { alarms, relevantByDay };
}

function watcherOf({ body, run }: { body: ClaimBody; run: number }) {
  const process = newProcess(body, run, undefined);
  const levels = streamThresholds(body, run);
  const [told, notice, escalation, broken] = hortusRules as [string, string, string, string];
  const done = { notice: false, escalation: false, broken: false };
  const breaks = (note: Note): void => {
    done.broken = true;
    note(broken);
    note(told);
  };
  return {
    step: (cell: Cell) => process.step(cell),
    look: (note: Note): void => {
      if (!done.broken && (process.logBreak() ?? -Infinity) >= levels.logBreak) breaks(note);
      if (done.escalation) return;
      const value = process.logDetector() ?? -Infinity;
      if (!done.notice && value >= levels.logNotice) {
        done.notice = true;
        note(notice);
        note(told);
      }
      if (value < levels.logEscalation) return;
      done.escalation = true;
      note(escalation);
    },
    endDay: (note: Note): void => {
      if (!done.broken && process.verdictAtEndOfDay() === 'broken') breaks(note);
    },
  };
}

function othersOf(body: ClaimBody, reference: { pool: Uint16Array; random: Random }) {
  const makeFigure = figureOf(body);
  if (makeFigure === undefined) return undefined;
  const [chunk, cumulative]: [Figure, Figure] = [makeFigure(), makeFigure()];
  const band = referenceBand(makeFigure(), endless(reference));
  const isEitherSide = !isOneSided(body);
  const [monthly, threeSd, weekly] = otherRules as [string, string, string];
  return {
    step: (cell: Cell, note: Note): void => {
      if (!chunk.add(cell)) return;
      cumulative.add(cell);
      if (chunk.n < chunkCases) return;
      if (chunk.isSignificant()) note(monthly);
      const value = chunk.value();
      if (band !== undefined && value !== undefined) {
        if (value < band.lower || (isEitherSide && value > band.upper)) note(threeSd);
      }
      chunk.clear();
    },
    endWeek: (note: Note): void => {
      if (cumulative.n > chunkCases && cumulative.isOutsideInterval()) note(weekly);
    },
  };
}

function* endless({ pool, random }: { pool: Uint16Array; random: Random }): Generator<Cell> {
  for (;;) yield drawCell(pool, random);
}
