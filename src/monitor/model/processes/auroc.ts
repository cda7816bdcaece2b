import {
  asymptoticConfidenceSequence,
  type Estimate,
  runAlpha,
  scoreGridDeLong,
  stateFromBytes,
  stateToBytes,
} from '#statistics';
import { type Cell, decodeCell, scoreBins } from '../cells.ts';
import type { ClaimBody } from '../claim.ts';
import { isKnown } from './classify.ts';
import type { ClaimProcess, Counts } from './process.ts';

/**
 * AUROC over the score grid: integer counts per bin, DeLong's variance with ties as bins, judged once a day by the
 * asymptotic confidence sequence of Waudby-Smith et al. (Annals of Statistics 2024). Approximate, and labelled so.
 */
export class AurocProcess implements ClaimProcess {
  private readonly body: ClaimBody;
  private readonly alpha: number;
  private readonly grid: Float64Array;

  constructor(body: ClaimBody, run: number, saved: Uint8Array | undefined) {
    this.body = body;
    this.alpha = runAlpha(body.alpha, run);
    this.grid = saved === undefined ? new Float64Array(2 * scoreBins) : stateFromBytes(saved, 2 * scoreBins);
  }

  step(cell: Cell): boolean {
    const parts = decodeCell(cell);
    if (this.body.among === 'flagged' && !parts.flagged) return false;
    if (!isKnown(parts, this.body.verification)) return false;
    this.grid[(parts.value ? scoreBins : 0) + parts.bin]!++;
    return true;
  }

  counts(): Counts {
    let n = 0;
    let k = 0;
    for (let bin = 0; bin < scoreBins; bin++) {
      k += this.grid[scoreBins + bin]!;
      n += this.grid[bin]! + this.grid[scoreBins + bin]!;
    }
    return { n, k, known: n };
  }

  logBreak(): undefined {
    return undefined;
  }

  logSupport(): undefined {
    return undefined;
  }

  logDetector(): undefined {
    return undefined;
  }

  changePoint(): undefined {
    return undefined;
  }

  verdictAtEndOfDay(): 'broken' | 'confirmed' | 'open' {
    const estimate = this.sequence(this.alpha);
    if (!estimate.estimable) return 'open';
    if (estimate.upper < this.body.bound) return 'broken';
    return estimate.lower > this.body.bound ? 'confirmed' : 'open';
  }

  estimate(): Estimate {
    return this.sequence(0.05);
  }

  save(): Uint8Array {
    return stateToBytes(this.grid);
  }

  private sequence(alpha: number): Estimate {
    const { n, k } = this.counts();
    const nonEvents = this.grid.subarray(0, scoreBins);
    const deLong = scoreGridDeLong({ nonEvents, events: this.grid.subarray(scoreBins) });
    if (!deLong.estimable) return deLong;
    const figure = { value: deLong.auroc, variance: deLong.variance, n, events: k };
    return asymptoticConfidenceSequence(figure, { alpha, tOpt: this.body.tOpt });
  }
}
