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
  stepDetector,
  stepForecastSequence,
} from '#statistics';
import { type Cell, decodeCell } from '../cells.ts';
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
  private readonly factors: Float64Array;
  private readonly others: Float64Array;
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
    this.others = new Float64Array(alternatives);
    [this.totals, this.state, this.displayState] = this.parts as [Float64Array, Float64Array, Float64Array];
  }

  step(cell: Cell): boolean {
    const parts = decodeCell(cell);
    if (!isAmong(parts, this.body)) return false;
    const [one, other] = forecastOf(parts, this.body).possible as [Forecast, Forecast?];
    calibrationFactors(this.claim, one, this.factors);
    if (other !== undefined) {
      calibrationFactors(this.claim, other, this.others);
      for (let j = 0; j < this.factors.length; j++) this.factors[j] = Math.min(this.factors[j]!, this.others[j]!);
    } else {
      this.totals[0]! += one.y;
      this.totals[1]!++;
      stepForecastSequence(this.display, this.displayState, one);
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
