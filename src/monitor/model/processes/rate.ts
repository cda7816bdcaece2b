import { assert } from '#kernel';
import {
  type BinaryClaim,
  type BinaryDetector,
  binaryConfidenceSequence,
  binaryDetector,
  type DetectorState,
  detectorValue,
  type Estimate,
  logBreakE,
  logSupportE,
  newDetectorState,
  prepareBinaryClaim,
  readDetector,
  stateFromBytes,
  stateToBytes,
  stepBinaryDetector,
} from '#statistics';
import { type Cell, cellCount, decodeCell } from '../cells.ts';
import { type ClaimBody, detectorThresholds } from '../claim.ts';
import { classifyRate, type RateMetric, type Say } from './classify.ts';
import { type ClaimProcess, type Counts, concatStates, splitState } from './process.ts';

/** Codes of what a cell says, so that a case costs a look-up: bits 0–1 for break, 2–3 for support. */
const sayCode = { none: 0, hit: 1, miss: 2 } as const satisfies Record<Say, number>;

/**
 * A rate among mature cases: two integers (n, k) for each process, and the detector over the ordered hits and misses.
 * Every e-value is recomputed from the integers, so anyone can do so.
 */
export class RateProcess implements ClaimProcess {
  private readonly claim: BinaryClaim;
  private readonly detector: BinaryDetector;
  private readonly said: Uint8Array;
  private readonly tOpt: number;
  /** n and k of the break process, n and k of the support process, hits and misses with a known outcome. */
  private readonly counted: Float64Array;
  private readonly detectorState: DetectorState;

  constructor(body: ClaimBody, run: number, saved: Uint8Array | undefined) {
    assert(body.alternatives !== null, 'a claim about a rate names its alternatives');
    const design = {
      bound: body.bound,
      breakOffsets: body.alternatives.break,
      supportOffsets: body.alternatives.support,
    };
    this.claim = prepareBinaryClaim(design);
    const { notice, escalation } = detectorThresholds(body.relevantPerYear, run);
    this.detector = binaryDetector(this.claim, [notice, escalation]);
    this.said = sayTable(body);
    this.tOpt = body.tOpt;
    const fresh = newDetectorState(this.detector);
    if (saved === undefined) {
      this.counted = new Float64Array(6);
      this.detectorState = fresh;
    } else {
      const lengths = [6, fresh.length];
      [this.counted, this.detectorState] = splitState(stateFromBytes(saved, 6 + fresh.length), lengths) as [
        Float64Array,
        Float64Array,
      ];
    }
  }

  step(cell: Cell): boolean {
    const said = this.said[cell]!;
    const forBreak = said & 3;
    const forSupport = (said >> 2) & 3;
    const counted = this.counted;
    if (forSupport !== 0) {
      counted[2]!++;
      if (forSupport === 1) counted[3]!++;
    }
    if (forBreak === forSupport && forBreak !== 0) counted[forBreak === 1 ? 4 : 5]!++;
    if (forBreak === 0) return forSupport !== 0;
    counted[0]!++;
    if (forBreak === 1) counted[1]!++;
    stepBinaryDetector(this.detector, this.detectorState, forBreak === 1);
    return true;
  }

  counts(): Counts {
    const [n, k, supportN, supportK, hits, misses] = this.counted as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    return { n, k, known: hits + misses, forSupport: { n: supportN, k: supportK } };
  }

  logBreak(): number {
    return logBreakE(this.claim, this.counted[0]!, this.counted[1]!);
  }

  logSupport(): number {
    return logSupportE(this.claim, this.counted[2]!, this.counted[3]!);
  }

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

  /** Of cases with a known outcome; those without are in the processes, and counted beside the figure. */
  estimate(): Estimate {
    const [hits, misses] = [this.counted[4]!, this.counted[5]!];
    return binaryConfidenceSequence({ n: hits + misses, k: hits }, { tOpt: this.tOpt });
  }

  save(): Uint8Array {
    return stateToBytes(concatStates([this.counted, this.detectorState]));
  }
}

/** Tables by metric and rule: a process is made anew for every batch, the table once. */
const sayTables = new Map<string, Uint8Array>();

function sayTable(body: ClaimBody): Uint8Array {
  const key = `${body.metric} ${body.verification.model}`;
  const made = sayTables.get(key);
  if (made) return made;
  const table = new Uint8Array(cellCount);
  sayTables.set(key, table);
  for (let cell = 0; cell < cellCount; cell++) {
    const parts = decodeCell(cell);
    const said = classifyRate(body.metric as RateMetric, body.verification, parts);
    table[cell] = sayCode[said.forBreak] | (sayCode[said.forSupport] << 2);
  }
  return table;
}
