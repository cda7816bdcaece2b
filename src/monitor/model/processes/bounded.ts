import { assert } from '#kernel';
import {
  type BoundedFamily,
  type BoundedState,
  boundedAlternatives,
  boundedFactors,
  boundedLogE,
  calibrationInTheLargeFamily,
  calibrationInTheLargeSequence,
  type DetectorDesign,
  type DetectorState,
  detectorValue,
  type Estimate,
  type Forecast,
  type ForecastSequenceDesign,
  type ForecastSequenceState,
  forecastSequenceDesign,
  newBoundedState,
  newDetectorState,
  newForecastSequenceState,
  observedOverExpectedFamily,
  observedOverExpectedSequence,
  readDetector,
  scoreBinCentre,
  stateFromBytes,
  stateToBytes,
  stepBounded,
  stepDetector,
  stepForecastSequence,
} from '#statistics';
import { type Cell, type CellParts, decodeCell } from '../cells.ts';
import { type ClaimBody, detectorThresholds } from '../claim.ts';
import { isKnown } from './classify.ts';
import { type ClaimProcess, type Counts, concatStates, splitState } from './process.ts';

/** A case as calibration sees it; `y` null where the outcome is missing at maturity. */
interface MaybeForecast {
  p: number;
  y: 0 | 1 | null;
}

/**
 * Calibration in the large, |E[Y − p]| ≤ δ, or observed over expected within bounds, on the grid's bin centres.
 * A case without outcome takes, side by side, the value that speaks most for what is being tested, so that no error
 * rate depends on why it is missing. Displayed figures are of cases with a known outcome.
 */
export class ForecastProcess implements ClaimProcess {
  private readonly body: ClaimBody;
  private readonly breakFamily: BoundedFamily<MaybeForecast>;
  private readonly supportFamily: BoundedFamily<MaybeForecast>;
  private readonly detector: DetectorDesign;
  private readonly factors: Float64Array;
  private readonly display: ForecastSequenceDesign;
  /** Events, and all cases, with a known outcome. */
  private readonly totals: Float64Array;
  private readonly breakState: BoundedState;
  private readonly supportState: BoundedState;
  private readonly displayState: ForecastSequenceState;
  private readonly detectorState: DetectorState;

  constructor(body: ClaimBody, run: number, saved: Uint8Array | undefined) {
    this.body = body;
    this.display = forecastSequenceDesign({ tOpt: body.tOpt });
    this.breakFamily = withMissing(familyOf(body, 'break'));
    this.supportFamily = withMissing(familyOf(body, 'support'));
    const { notice, escalation } = detectorThresholds(body.relevantPerYear, run);
    this.detector = { alternatives: boundedAlternatives(this.breakFamily), levels: [notice, escalation] };
    this.factors = new Float64Array(this.detector.alternatives);
    const fresh = [
      new Float64Array(2),
      newBoundedState(this.breakFamily),
      newBoundedState(this.supportFamily),
      newForecastSequenceState(),
      newDetectorState(this.detector),
    ];
    const lengths = fresh.map((part) => part.length);
    const total = lengths.reduce((sum, length) => sum + length, 0);
    const parts = saved === undefined ? fresh : splitState(stateFromBytes(saved, total), lengths);
    [this.totals, this.breakState, this.supportState, this.displayState, this.detectorState] = parts as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
  }

  step(cell: Cell): boolean {
    const parts = decodeCell(cell);
    if (this.body.among === 'flagged' && !parts.flagged) return false;
    const forecast = forecastOf(parts, this.body);
    stepBounded(this.breakFamily, this.breakState, forecast);
    stepBounded(this.supportFamily, this.supportState, forecast);
    stepDetector(this.detector, this.detectorState, boundedFactors(this.breakFamily, forecast, this.factors));
    if (forecast.y !== null) {
      this.totals[0]! += forecast.y;
      this.totals[1]!++;
      stepForecastSequence(this.display, this.displayState, { p: forecast.p, y: forecast.y });
    }
    return true;
  }

  counts(): Counts {
    return { n: this.breakState[0]!, k: this.totals[0]!, known: this.totals[1]! };
  }

  logBreak(): number {
    return boundedLogE(this.breakFamily, this.breakState);
  }

  logSupport(): number {
    return boundedLogE(this.supportFamily, this.supportState);
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

  /** Mean of Y − p, or O/E, of the cases with a known outcome. */
  estimate(): Estimate {
    const sequence =
      this.body.metric === 'observed-expected' ? observedOverExpectedSequence : calibrationInTheLargeSequence;
    return sequence(this.display, this.displayState);
  }

  save(): Uint8Array {
    const { totals, breakState, supportState, displayState, detectorState } = this;
    return stateToBytes(concatStates([totals, breakState, supportState, displayState, detectorState]));
  }
}

/** The forecast and outcome of a cell under a claim: p is the bin's centre. */
export function forecastOf(parts: CellParts, body: ClaimBody): MaybeForecast {
  return { p: scoreBinCentre(parts.bin), y: isKnown(parts, body.verification) ? (parts.value ? 1 : 0) : null };
}

function familyOf(body: ClaimBody, side: 'break' | 'support'): BoundedFamily<Forecast> {
  if (body.metric === 'calibration-in-the-large') {
    assert(body.tolerance !== null, 'a claim of calibration in the large names its tolerance');
    return calibrationInTheLargeFamily(side, body.tolerance);
  }
  assert(body.boundUpper !== null, 'a claim about O/E names both bounds');
  return observedOverExpectedFamily(side, { lower: body.bound, upper: body.boundUpper });
}

/** Widens a family to cases without outcome: each component takes the value that is largest, which it must survive. */
function withMissing(family: BoundedFamily<Forecast>): BoundedFamily<MaybeForecast> {
  return {
    ...family,
    components: family.components.map(({ zMax, z }) => ({
      zMax,
      z: ({ p, y }: MaybeForecast) => (y === null ? Math.max(z({ p, y: 0 }), z({ p, y: 1 })) : z({ p, y })),
    })),
  };
}
