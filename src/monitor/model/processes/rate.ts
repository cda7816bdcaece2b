import { assert } from '#kernel';
import {
  type BinaryClaim,
  type BinaryDetector,
  binaryConfidenceSequence,
  binaryDetector,
  type Estimate,
  logBreakE,
  logSupportE,
  prepareBinaryClaim,
  stepBinaryDetector,
} from '#statistics';
import { type Cell, cellCount, decodeCell } from '../cells.ts';
import { type ClaimBody, detectorThresholds } from '../claim.ts';
import { leastRate, metricRules } from '../metrics.ts';
import { classifyRate, isAmong, type RateMetric, type Say } from './classify.ts';
import { type Counts, EProcess } from './process.ts';

/** Codes of what a cell says, so that a case costs a look-up: bits 0–1 for break, 2–3 for support. */
const sayCode = { none: 0, hit: 1, miss: 2 } as const satisfies Record<Say, number>;

/**
 * A rate among mature cases: two integers (n, k) for each process, and the detector over the ordered hits and misses.
 * Every e-value is recomputed from the integers, so anyone can do so. A claim "at most r" counts what is not r as hits,
 * against 1 − r; what a reader is shown is r.
 */
export class RateProcess extends EProcess<BinaryDetector> {
  private readonly claim: BinaryClaim;
  private readonly said: Uint8Array;
  private readonly body: ClaimBody;
  /** n and k of the break process, n and k of the support process, hits and misses with a known outcome. */
  private readonly counted: Float64Array;

  constructor(body: ClaimBody, run: number, saved: Uint8Array | undefined) {
    const claim = binaryClaimOf(body);
    const { notice, escalation } = detectorThresholds(body.relevantPerYear, run);
    super(binaryDetector(claim, [notice, escalation]), [new Float64Array(6)], saved);
    this.claim = claim;
    this.body = body;
    this.said = sayTable(body);
    this.counted = this.parts[0]!;
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

  /** Of cases with a known outcome; those without are in the processes, and counted beside the figure. */
  estimate(): Estimate {
    const [hits, misses] = [this.counted[4]!, this.counted[5]!];
    const sequence = binaryConfidenceSequence({ n: hits + misses, k: hits }, { tOpt: this.body.tOpt });
    if (!sequence.estimable || metricRules[this.body.metric].limit !== 'most') return sequence;
    const { value, lower, upper } = sequence;
    return { ...sequence, value: 1 - value, lower: 1 - upper, upper: 1 - lower };
  }
}

/** The claim "hits at least so often" behind a claim about a rate. */
export function binaryClaimOf(body: ClaimBody): BinaryClaim {
  assert(body.alternatives !== null, 'a claim about a rate names its alternatives');
  const { break: breakOffsets, support: supportOffsets } = body.alternatives;
  return prepareBinaryClaim({ bound: leastRate(body), breakOffsets, supportOffsets });
}

/** Tables by metric and rule: a process is made anew for every batch, the table once. */
const sayTables = new Map<string, Uint8Array>();

function sayTable(body: ClaimBody): Uint8Array {
  const key = `${body.metric} ${body.verification.model} ${body.among}`;
  const made = sayTables.get(key);
  if (made) return made;
  const table = new Uint8Array(cellCount);
  sayTables.set(key, table);
  for (let cell = 0; cell < cellCount; cell++) {
    const parts = decodeCell(cell);
    if (!isAmong(parts, body)) continue;
    const said = classifyRate(body.metric as RateMetric, body.verification, parts);
    table[cell] = sayCode[said.forBreak] | (sayCode[said.forSupport] << 2);
  }
  return table;
}
