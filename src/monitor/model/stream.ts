import { addDays, dayOf, type PlainDate, sha256, sha256Hex, startOfDay, toHex } from '#kernel';
import { runLogThreshold } from '#statistics';
import type { Crossing, HistoryPoint, Reading } from '../contract.ts';
import { cellsToBytes } from './cells.ts';
import { type ClaimBody, detectorThresholds, type EvidenceState } from './claim.ts';
import { evidenceState } from './evidence-state.ts';
import { newProcess } from './processes/new-process.ts';
import type { ClaimProcess } from './processes/process.ts';

/** The evidence of one claim at one site in one run, as it is kept between batches. */
export interface SavedStream {
  run: number;
  /** Position in the cohort after which this run counts. */
  startCase: number;
  /** Cases of the cohort taken in this run, relevant or not. */
  cases: number;
  process: Uint8Array | undefined;
  crossings: Crossing[];
  evidenceDigest: string;
}

/** One day of a cohort: the cells of the cases that matured on it, in order. */
export interface CohortDay {
  day: PlainDate;
  cells: Uint16Array;
  /** SHA-256 of the cells, made once for all that chain it. */
  cellsSha256: string;
}

/** A day that is not empty: cohorts keep no other. */
export const cohortDay = (day: PlainDate, cells: Uint16Array): CohortDay => ({
  day,
  cells,
  cellsSha256: toHex(sha256(cellsToBytes(cells))),
});

/** What a reader sees at the end of a day. */
export type StreamPoint = HistoryPoint & { level: 0 | 1 | 2; evidenceDigest: string };

/** A stream at work: takes days in order, notes crossings as they happen, reads out at the end of a day. */
export class Stream {
  private readonly body: ClaimBody;
  private readonly process: ClaimProcess;
  private readonly saved: SavedStream;
  private readonly crossed: Set<Crossing['kind']>;
  private readonly logBreakThreshold: number;
  private readonly logNotice: number;
  private readonly logEscalation: number;

  constructor(body: ClaimBody, saved: SavedStream) {
    this.body = body;
    this.saved = { ...saved, crossings: [...saved.crossings] };
    this.crossed = new Set(saved.crossings.map((one) => one.kind));
    this.process = newProcess(body, saved.run, saved.process);
    const thresholds = streamThresholds(body, saved.run);
    this.logBreakThreshold = thresholds.logBreak;
    this.logNotice = thresholds.logNotice;
    this.logEscalation = thresholds.logEscalation;
  }

  /** Takes a whole day. @returns what a reader sees at its end. */
  takeDay(day: CohortDay, isBlockedByDataHealth: boolean): StreamPoint {
    for (const cell of day.cells) {
      this.saved.cases++;
      if (this.process.step(cell)) this.look(day.day);
    }
    this.lookAtEndOfDay(day.day);
    this.saved.evidenceDigest = dayDigest(this.saved.evidenceDigest, day);
    const reading = this.reading();
    const { cases, evidenceDigest } = this.saved;
    return { day: day.day, cases, reading, evidenceDigest, ...this.stateOf(reading, isBlockedByDataHealth) };
  }

  reading(): Reading {
    return {
      ...this.process.counts(),
      logBreak: this.process.logBreak() ?? null,
      logSupport: this.process.logSupport() ?? null,
      logDetector: this.process.logDetector() ?? null,
      estimate: this.process.estimate(),
    };
  }

  stateOf(reading: Reading, isBlockedByDataHealth: boolean): { state: EvidenceState; level: 0 | 1 | 2 } {
    const has = (kind: Crossing['kind']): boolean => this.crossed.has(kind);
    return evidenceState({
      hasBroken: has('break'),
      hasSupport: has('support'),
      hasNotice: has('notice'),
      hasEscalation: has('escalation'),
      n: reading.known ?? reading.n,
      minN: this.body.minN,
      events: reading.k,
      minEvents: this.body.minEvents,
      isBlockedByDataHealth,
    });
  }

  save(): SavedStream & { process: Uint8Array } {
    return { ...this.saved, process: this.process.save() };
  }

  /** With every relevant case: has a process crossed its level for the first time? What has crossed is not asked again. */
  private look(day: PlainDate): void {
    const { process, crossed } = this;
    if (!crossed.has('break')) this.note('break', day, process.logBreak(), this.logBreakThreshold);
    if (!crossed.has('support')) this.note('support', day, process.logSupport(), this.logBreakThreshold);
    if (crossed.has('escalation')) return;
    const logDetector = process.logDetector();
    this.note('notice', day, logDetector, this.logNotice);
    this.note('escalation', day, logDetector, this.logEscalation);
  }

  private lookAtEndOfDay(day: PlainDate): void {
    const verdict = this.process.verdictAtEndOfDay();
    if (verdict === 'broken') this.note('break', day, 0, 0);
    if (verdict === 'confirmed') this.note('support', day, 0, 0);
  }

  private note(kind: Crossing['kind'], day: PlainDate, logValue: number | undefined, logThreshold: number): void {
    if (logValue === undefined || logValue < logThreshold || this.crossed.has(kind)) return;
    this.crossed.add(kind);
    const counts = this.process.counts();
    // The counts from which this process's own value is recomputed.
    const { n, k } = kind === 'support' ? (counts.forSupport ?? counts) : counts;
    const change = kind === 'support' ? undefined : this.process.changePoint();
    this.saved.crossings.push({
      kind,
      position: this.saved.startCase + this.saved.cases,
      at: day,
      predictedOn: dayOf(addDays(startOfDay(day), -this.body.horizonDays)),
      n,
      k,
      logValue,
      logThreshold,
      // The day of the change is filled in by whoever holds the history: here only its place among relevant cases.
      changePoint: change === undefined ? null : { position: change, on: '' },
    });
  }
}

/** Levels of a stream in run k, as logarithms: 1/α_k for break and support, A for the detector. */
export function streamThresholds(
  body: ClaimBody,
  run: number,
): { logBreak: number; logNotice: number; logEscalation: number } {
  const { notice, escalation } = detectorThresholds(body.relevantPerYear, run);
  return {
    logBreak: runLogThreshold(body.alpha, run),
    logNotice: Math.log(notice),
    logEscalation: Math.log(escalation),
  };
}

/** The state of a stream before its first case. */
export function newStream(run: number, startCase: number): SavedStream {
  return { run, startCase, cases: 0, process: undefined, crossings: [], evidenceDigest: emptyEvidence };
}

/** The digest of no evidence. */
export const emptyEvidence = sha256Hex('hortus-evidence-v1');

/** The digest of evidence after a day: anyone with the cells recomputes the chain. */
export const dayDigest = (before: string, { day, cellsSha256 }: CohortDay): string =>
  sha256Hex(`${before}|${day}|${cellsSha256}`);
