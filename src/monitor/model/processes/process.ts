import {
  type DetectorDesign,
  type DetectorState,
  detectorValue,
  type Estimate,
  newDetectorState,
  readDetector,
  stateFromBytes,
  stateToBytes,
} from '#statistics';
import type { Cell } from '../cells.ts';

/**
 * The sequential evidence of one claim at one site: fed one mature case at a time, in order. The same cases in the same
 * order give the same bytes, whether in one go or in a thousand batches.
 */
export interface ClaimProcess {
  /** Takes the next mature case. @returns whether it was relevant to the claim. */
  step(cell: Cell): boolean;
  /** What has been taken so far. */
  counts(): Counts;
  /** ln of the e-process against the claim, ln of the one for it, ln of the detector; undefined where there is none. */
  logBreak(): number | undefined;
  logSupport(): number | undefined;
  logDetector(): number | undefined;
  /** Relevant case (from 1) at which the change that the detector sees seems to have begun. */
  changePoint(): number | undefined;
  /**
   * For claims judged by an asymptotic confidence sequence, at the end of a day: its verdict then.
   * Undefined for claims judged by e-processes, which are looked at with every case.
   */
  verdictAtEndOfDay(): 'broken' | 'confirmed' | 'open' | undefined;
  /** What a reader is shown: value and interval that holds at any time, or why there is none. */
  estimate(): Estimate;
  save(): Uint8Array;
}

/** What the break process, which speaks last for the claim, has counted; and how much of that is known. */
export interface Counts {
  /** Relevant cases, those without a known outcome included that are presumed in favour of the claim. */
  n: number;
  /** Hits (rates) or events (calibration, rank) among them. */
  k: number;
  /** Relevant cases whose outcome is known: no state is reached for lack of data. */
  known: number;
  /** For rates: n and k of the support process, in which missing outcomes are presumed against the claim. */
  forSupport?: { n: number; k: number };
}

/**
 * What every claim judged by e-processes has in common: its state is a row of parts, the detector's last, kept as one;
 * the detector's value and change point follow from it. Kinds of claims say what a case means.
 */
export abstract class EProcess<D extends DetectorDesign = DetectorDesign> implements ClaimProcess {
  protected readonly detector: D;
  protected readonly detectorState: DetectorState;
  /** The parts of the state in the order in which they are kept. */
  protected readonly parts: readonly Float64Array[];

  /** @param fresh the parts of a state without cases, the detector's left out; @param saved what `save` gave. */
  constructor(detector: D, fresh: readonly Float64Array[], saved: Uint8Array | undefined) {
    this.detector = detector;
    this.parts = restored([...fresh, newDetectorState(detector)], saved);
    this.detectorState = this.parts.at(-1)!;
  }

  abstract step(cell: Cell): boolean;
  abstract counts(): Counts;
  abstract logBreak(): number;
  abstract logSupport(): number | undefined;
  abstract estimate(): Estimate;

  logDetector(): number | undefined {
    const value = detectorValue(this.detector, this.detectorState);
    return value === 0 ? undefined : Math.log(value);
  }

  changePoint(): number | undefined {
    return readDetector(this.detector, this.detectorState).changePoint;
  }

  verdictAtEndOfDay(): undefined {
    return undefined;
  }

  save(): Uint8Array {
    return stateToBytes(concatStates(this.parts));
  }
}

/** A state's parts, fresh or as saved. */
function restored(fresh: readonly Float64Array[], saved: Uint8Array | undefined): readonly Float64Array[] {
  if (saved === undefined) return fresh;
  const lengths = fresh.map((part) => part.length);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  return splitState(stateFromBytes(saved, total), lengths);
}

/** Parts of a state as one array. */
export function concatStates(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Cuts a state into its parts, in the order in which they were joined. */
export function splitState(whole: Float64Array, lengths: readonly number[]): Float64Array[] {
  let at = 0;
  return lengths.map((length) => {
    const part = whole.slice(at, at + length);
    at += length;
    return part;
  });
}
