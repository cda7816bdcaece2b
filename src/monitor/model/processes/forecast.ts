import { assert } from '#kernel';
import {
  calibrationInTheLargeFamily,
  calibrationInTheLargeSequence,
  type Estimate,
  type Forecast,
  type ForecastSequenceDesign,
  forecastSequenceDesign,
  newForecastSequenceState,
  observedOverExpectedFamily,
  observedOverExpectedSequence,
  scoreBinCentre,
  stepForecastSequence,
} from '#statistics';
import { type Cell, type CellParts, decodeCell } from '../cells.ts';
import type { ClaimBody } from '../claim.ts';
import { BoundedProcess, type Seen, type Sides } from './bounded.ts';
import { isAmong, isKnown } from './classify.ts';
import type { Counts } from './process.ts';

/**
 * Calibration in the large, |E[Y − p]| ≤ δ, or observed over expected within bounds, on the grid's bin centres.
 * Displayed figures are of cases with a known outcome.
 */
export class ForecastProcess extends BoundedProcess<Forecast> {
  private readonly display: ForecastSequenceDesign;
  /** Events, and all cases, with a known outcome. */
  private readonly totals: Float64Array;
  private readonly displayState: Float64Array;

  constructor(body: ClaimBody, run: number, saved: Uint8Array | undefined) {
    const kept = { before: new Float64Array(2), after: [newForecastSequenceState()] };
    super({ body, run, saved }, sidesOf(body), kept);
    this.display = forecastSequenceDesign({ tOpt: body.tOpt });
    this.totals = this.parts[0]!;
    this.displayState = this.parts[3]!;
  }

  step(cell: Cell): boolean {
    const parts = decodeCell(cell);
    if (!isAmong(parts, this.body)) return false;
    const seen = forecastOf(parts, this.body);
    this.stepBoth(seen);
    const [known, other] = seen.possible;
    if (other === undefined && known !== undefined) {
      this.totals[0]! += known.y;
      this.totals[1]!++;
      stepForecastSequence(this.display, this.displayState, known);
    }
    return true;
  }

  counts(): Counts {
    return { n: this.taken, k: this.totals[0]!, known: this.totals[1]! };
  }

  /** Mean of Y − p, or O/E, of the cases with a known outcome. */
  estimate(): Estimate {
    const sequence =
      this.body.metric === 'observed-expected' ? observedOverExpectedSequence : calibrationInTheLargeSequence;
    return sequence(this.display, this.displayState);
  }
}

/** The forecast and outcome of a cell under a claim, both outcomes where it is missing: p is the bin's centre. */
export function forecastOf(parts: CellParts, body: ClaimBody): Seen<Forecast> {
  const p = scoreBinCentre(parts.bin);
  if (isKnown(parts, body.verification)) return { possible: [{ p, y: parts.value ? 1 : 0 }] };
  return {
    possible: [
      { p, y: 0 },
      { p, y: 1 },
    ],
  };
}

function sidesOf(body: ClaimBody): Sides<Forecast> {
  if (body.metric === 'calibration-in-the-large') {
    assert(body.tolerance !== null, 'a claim of calibration in the large names its tolerance');
    return {
      break: calibrationInTheLargeFamily('break', body.tolerance),
      support: calibrationInTheLargeFamily('support', body.tolerance),
    };
  }
  assert(body.boundUpper !== null, 'a claim about O/E names both bounds');
  const range = { lower: body.bound, upper: body.boundUpper };
  return { break: observedOverExpectedFamily('break', range), support: observedOverExpectedFamily('support', range) };
}
