import { assert } from '#kernel';
import {
  type CalibrationClaim,
  type CalibrationState,
  calibrationClaim,
  calibrationFactors,
  calibrationInTheLargeSequence,
  calibrationLogE,
  type DetectorDesign,
  type DetectorState,
  detectorValue,
  type Estimate,
  type ForecastSequenceDesign,
  type ForecastSequenceState,
  forecastSequenceDesign,
  leadingRecalibration,
  newCalibrationState,
  newDetectorState,
  newForecastSequenceState,
  readDetector,
  stateFromBytes,
  stateToBytes,
  stepDetector,
  stepForecastSequence,
} from '#statistics';
import { type Cell, decodeCell } from '../cells.ts';
import { type ClaimBody, detectorThresholds } from '../claim.ts';
import { forecastOf } from './bounded.ts';
import { type ClaimProcess, type Counts, concatStates, splitState } from './process.ts';

/**
 * Calibration within a tolerance, |E[Y | p] − p| ≤ δ, by the mixture over 35 recalibrations. It can be broken, never
 * confirmed: there is no finite evidence that a curve lies inside a band everywhere. A case without outcome counts with
 * the smaller of its two possible factors, alternative by alternative.
 */
export class CalibrationProcess implements ClaimProcess {
  private readonly body: ClaimBody;
  private readonly claim: CalibrationClaim;
  private readonly detector: DetectorDesign;
  private readonly factors: Float64Array;
  private readonly others: Float64Array;
  private readonly totals: Float64Array;
  private readonly state: CalibrationState;
  private readonly displayState: ForecastSequenceState;
  private readonly display: ForecastSequenceDesign;
  private readonly detectorState: DetectorState;

  constructor(body: ClaimBody, run: number, saved: Uint8Array | undefined) {
    assert(body.tolerance !== null, 'a claim of calibration names its tolerance');
    this.body = body;
    this.display = forecastSequenceDesign({ tOpt: body.tOpt });
    this.claim = calibrationClaim(body.tolerance);
    const alternatives = this.claim.recalibrations.length;
    const { notice, escalation } = detectorThresholds(body.relevantPerYear, run);
    this.detector = { alternatives, levels: [notice, escalation] };
    this.factors = new Float64Array(alternatives);
    this.others = new Float64Array(alternatives);
    const fresh = [
      new Float64Array(2),
      newCalibrationState(this.claim),
      newForecastSequenceState(),
      newDetectorState(this.detector),
    ];
    const lengths = fresh.map((part) => part.length);
    const total = lengths.reduce((sum, length) => sum + length, 0);
    const parts = saved === undefined ? fresh : splitState(stateFromBytes(saved, total), lengths);
    [this.totals, this.state, this.displayState, this.detectorState] = parts as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
  }

  step(cell: Cell): boolean {
    const parts = decodeCell(cell);
    if (this.body.among === 'flagged' && !parts.flagged) return false;
    const { p, y } = forecastOf(parts, this.body);
    calibrationFactors(this.claim, { p, y: y ?? 0 }, this.factors);
    if (y === null) {
      calibrationFactors(this.claim, { p, y: 1 }, this.others);
      for (let j = 0; j < this.factors.length; j++) this.factors[j] = Math.min(this.factors[j]!, this.others[j]!);
    } else {
      this.totals[0]! += y;
      this.totals[1]!++;
      stepForecastSequence(this.display, this.displayState, { p, y });
    }
    this.state[0]!++;
    for (let j = 0; j < this.factors.length; j++) this.state[1 + j] = this.state[1 + j]! + Math.log(this.factors[j]!);
    stepDetector(this.detector, this.detectorState, this.factors);
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

  /** The mean of Y − p; how the curve bends is told by `leading`. */
  estimate(): Estimate {
    return calibrationInTheLargeSequence(this.display, this.displayState);
  }

  /** The recalibration that the evidence favours: expit(a + b·logit p). */
  leading(): { a: number; b: number } {
    const { a, b } = leadingRecalibration(this.claim, this.state);
    return { a, b };
  }

  save(): Uint8Array {
    return stateToBytes(concatStates([this.totals, this.state, this.displayState, this.detectorState]));
  }
}
