import { assert } from '#kernel';
import {
  type CalibrationClaim,
  type CalibrationState,
  calibrationClaim,
  calibrationFactors,
  calibrationInTheLargeSequence,
  calibrationLogE,
  type Estimate,
  type Forecast,
  type ForecastSequenceDesign,
  type ForecastSequenceState,
  forecastSequenceDesign,
  leadingRecalibration,
  newCalibrationState,
  newForecastSequenceState,
  scoreBinCentre,
  stepDetector,
  stepForecastSequence,
} from '#statistics';
import { type Cell, decodeCell, scoreBins } from '../cells.ts';
import { type ClaimBody, detectorThresholds } from '../claim.ts';
import { isAmong } from './classify.ts';
import { forecastOf } from './forecast.ts';
import { type Counts, EProcess } from './process.ts';

/**
 * Calibration within a tolerance, |E[Y | p] − p| ≤ δ, by the mixture over 35 recalibrations. It can be broken, never
 * confirmed: there is no finite evidence that a curve lies inside a band everywhere. A case without outcome counts with
 * the smaller of its two possible factors, alternative by alternative.
 */
export class CalibrationProcess extends EProcess {
  private readonly body: ClaimBody;
  private readonly claim: CalibrationClaim;
  private readonly table: FactorTable;
  private readonly factors: Float64Array;
  private readonly totals: Float64Array;
  private readonly state: CalibrationState;
  private readonly displayState: ForecastSequenceState;
  private readonly display: ForecastSequenceDesign;

  constructor(body: ClaimBody, run: number, saved: Uint8Array | undefined) {
    assert(body.tolerance !== null, 'a claim of calibration names its tolerance');
    const claim = calibrationClaim(body.tolerance);
    const alternatives = claim.recalibrations.length;
    const { notice, escalation } = detectorThresholds(body.relevantPerYear, run);
    const fresh = [new Float64Array(2), newCalibrationState(claim), newForecastSequenceState()];
    super({ alternatives, levels: [notice, escalation] }, fresh, saved);
    this.body = body;
    this.claim = claim;
    this.display = forecastSequenceDesign({ tOpt: body.tOpt });
    this.factors = new Float64Array(alternatives);
    this.table = factorTable(body.tolerance, claim);
    [this.totals, this.state, this.displayState] = this.parts as [Float64Array, Float64Array, Float64Array];
  }

  step(cell: Cell): boolean {
    const parts = decodeCell(cell);
    if (!isAmong(parts, this.body)) return false;
    const [one, other] = forecastOf(parts, this.body).possible as [Forecast, Forecast?];
    const { factors } = this;
    const count = factors.length;
    const at = rowOf(parts.bin, one.y) * count;
    const atOther = other === undefined ? at : rowOf(parts.bin, other.y) * count;
    const { table } = this;
    for (let j = 0; j < count; j++) {
      factors[j] = Math.min(table.factors[at + j]!, table.factors[atOther + j]!);
      this.state[1 + j]! += Math.min(table.logs[at + j]!, table.logs[atOther + j]!);
    }
    this.state[0]!++;
    if (other === undefined) {
      this.totals[0]! += one.y;
      this.totals[1]!++;
      stepForecastSequence(this.display, this.displayState, one);
    }
    stepDetector(this.detector, this.detectorState, factors);
    return true;
  }

  counts(): Counts {
    return { n: this.state[0]!, k: this.totals[0]!, known: this.totals[1]! };
  }

  logBreak(): number {
    return calibrationLogE(this.state);
  }

  logSupport(): undefined {
    return undefined;
  }

  /** The mean of Y − p; how the curve bends is told by `leading`. */
  estimate(): Estimate {
    return calibrationInTheLargeSequence(this.display, this.displayState);
  }

  /** The recalibration that the evidence favours: expit(a + b·logit p). */
  leading(): { a: number; b: number } {
    const { a, b } = leadingRecalibration(this.claim, this.state);
    return { a, b };
  }
}

/** The factors of every score bin and outcome, and their logarithms: a case costs look-ups, no exponential. */
interface FactorTable {
  factors: Float64Array;
  logs: Float64Array;
}

const rowOf = (bin: number, y: 0 | 1): number => 2 * bin + y;

/** A megabyte each: tolerances are few, and those used last are kept. */
const tablesMax = 8;
const tables = new Map<number, FactorTable>();

function factorTable(tolerance: number, claim: CalibrationClaim): FactorTable {
  const made = tables.get(tolerance);
  if (made) return made;
  const count = claim.recalibrations.length;
  const factors = new Float64Array(2 * scoreBins * count);
  for (let bin = 0; bin < scoreBins; bin++) {
    for (const y of [0, 1] as const) {
      const row = rowOf(bin, y) * count;
      calibrationFactors(claim, { p: scoreBinCentre(bin), y }, factors.subarray(row, row + count));
    }
  }
  const table = { factors, logs: factors.map(Math.log) };
  const [oldest] = tables.keys();
  if (tables.size >= tablesMax && oldest !== undefined) tables.delete(oldest);
  tables.set(tolerance, table);
  return table;
}
