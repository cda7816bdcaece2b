import {
  type Estimate,
  type MeanSequenceDesign,
  meanConfidenceSequence,
  meanLossFamily,
  meanSequenceDesign,
  newMeanSequenceState,
  scoreBinCentre,
  stepMeanSequence,
} from '#statistics';
import { type Cell, type CellParts, decodeCell } from '../cells.ts';
import type { ClaimBody } from '../claim.ts';
import { BoundedProcess } from './bounded.ts';
import { isAmong, isKnown } from './classify.ts';
import type { Counts } from './process.ts';

/** A metric as a mean loss in [0, 1]: of a case with either outcome, of its limit, and back for showing. */
interface AsLoss {
  of(parts: CellParts, y: 0 | 1): number;
  limit: number;
  shown(loss: number): number;
}

/**
 * The mean squared or absolute distance between probability and outcome is at most a bound; or net benefit at the frozen
 * threshold, a mean of values in [−w, 1] with w the odds of the threshold, is at least one. On the grid's bin centres.
 * **Source**: Vickers & Elkin 2006 (net benefit); statistics specification, section 7.2 (mean loss).
 */
export class MeanLossProcess extends BoundedProcess<number> {
  private readonly loss: AsLoss;
  private readonly display: MeanSequenceDesign;
  /** Events, and all cases, with a known outcome. */
  private readonly totals: Float64Array;
  private readonly displayState: Float64Array;

  constructor(body: ClaimBody, run: number, saved: Uint8Array | undefined) {
    const loss = lossOf(body);
    const sides = { break: meanLossFamily('break', loss.limit), support: meanLossFamily('support', loss.limit) };
    super({ body, run, saved }, sides, { before: new Float64Array(2), after: [newMeanSequenceState()] });
    this.loss = loss;
    // Half of the largest variance that a loss in [0, 1] with this mean can have: tunes the width, not the level.
    const variance = (loss.limit * (1 - loss.limit)) / 2;
    this.display = meanSequenceDesign({ range: { from: 0, to: 1 }, tOpt: body.tOpt, variance });
    this.totals = this.parts[0]!;
    this.displayState = this.parts[3]!;
  }

  step(cell: Cell): boolean {
    const parts = decodeCell(cell);
    if (!isAmong(parts, this.body)) return false;
    if (!isKnown(parts, this.body.verification)) {
      this.stepBoth({ possible: [this.loss.of(parts, 0), this.loss.of(parts, 1)] });
      return true;
    }
    const loss = this.loss.of(parts, parts.value ? 1 : 0);
    this.stepBoth({ possible: [loss] });
    if (parts.value) this.totals[0]!++;
    this.totals[1]!++;
    stepMeanSequence(this.display, this.displayState, loss);
    return true;
  }

  counts(): Counts {
    return { n: this.taken, k: this.totals[0]!, known: this.totals[1]! };
  }

  estimate(): Estimate {
    const sequence = meanConfidenceSequence(this.display, this.displayState);
    if (!sequence.estimable) return sequence;
    const [value, one, other] = [sequence.value, sequence.lower, sequence.upper].map(this.loss.shown) as [
      number,
      number,
      number,
    ];
    return { ...sequence, value, lower: Math.min(one, other), upper: Math.max(one, other) };
  }
}

function lossOf({ metric, bound, decisionThreshold }: ClaimBody): AsLoss {
  if (metric !== 'net-benefit') {
    const power = metric === 'brier' ? 2 : 1;
    return {
      of: ({ bin }, y) => Math.abs(scoreBinCentre(bin) - y) ** power,
      limit: bound,
      shown: (loss) => loss,
    };
  }
  const odds = decisionThreshold / (1 - decisionThreshold);
  const lossFrom = (benefit: number): number => (1 - benefit) / (1 + odds);
  return {
    of: ({ flagged }, y) => lossFrom(flagged ? (y === 1 ? 1 : -odds) : 0),
    limit: lossFrom(bound),
    shown: (loss) => 1 - loss * (1 + odds),
  };
}
