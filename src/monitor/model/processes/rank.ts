import {
  asymptoticConfidenceSequence,
  averagePrecisionVarianceFromGroups,
  calibrationSlopeVariance,
  type Estimate,
  type NotEstimable,
  runAlpha,
  type ScoreGrid,
  scoreGridDeLong,
  scoreGridPredictions,
  slopeRange,
  stateFromBytes,
  stateToBytes,
} from '#statistics';
import { type Cell, decodeCell, scoreBins } from '../cells.ts';
import type { ClaimBody } from '../claim.ts';
import { isAmong, isKnown } from './classify.ts';
import type { ClaimProcess, Counts } from './process.ts';

/**
 * AUROC, average precision or calibration slope over the score grid: integer counts per bin, judged once a day by the
 * asymptotic confidence sequence of Waudby-Smith et al. (Annals of Statistics 2024). Approximate, and labelled so. A
 * refresh costs the number of bins. Cases without a known outcome are left out, and shown as a count.
 */
export class RankProcess implements ClaimProcess {
  private readonly body: ClaimBody;
  private readonly alpha: number;
  private readonly grid: Float64Array;
  /** Of the cases so far, once asked for: verdict and reading differ by their level only. */
  private figure: Figure | NotEstimable | undefined;

  constructor(body: ClaimBody, run: number, saved: Uint8Array | undefined) {
    this.body = body;
    this.alpha = runAlpha(body.alpha, run);
    this.grid = saved === undefined ? new Float64Array(2 * scoreBins) : stateFromBytes(saved, 2 * scoreBins);
  }

  step(cell: Cell): boolean {
    const parts = decodeCell(cell);
    if (!isAmong(parts, this.body) || !isKnown(parts, this.body.verification)) return false;
    this.grid[(parts.value ? scoreBins : 0) + parts.bin]!++;
    this.figure = undefined;
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

  /** Broken where the whole interval lies outside what is claimed, confirmed where all of it lies inside. */
  verdictAtEndOfDay(): 'broken' | 'confirmed' | 'open' {
    const estimate = this.sequence(this.alpha);
    if (!estimate.estimable) return 'open';
    const [least, most] = [this.body.bound, this.body.boundUpper ?? Number.POSITIVE_INFINITY];
    if (estimate.upper < least || estimate.lower > most) return 'broken';
    return estimate.lower > least && estimate.upper < most ? 'confirmed' : 'open';
  }

  estimate(): Estimate {
    return this.sequence(0.05);
  }

  save(): Uint8Array {
    return stateToBytes(this.grid);
  }

  private sequence(alpha: number): Estimate {
    this.figure ??= this.figureNow();
    if (!this.figure.estimable) return this.figure;
    const tuning = { alpha, tOpt: this.body.tOpt };
    const isSlope = this.body.metric === 'calibration-slope';
    return asymptoticConfidenceSequence(this.figure, isSlope ? { ...tuning, range: slopeRange } : tuning);
  }

  private figureNow(): Figure | NotEstimable {
    const grid: ScoreGrid = { nonEvents: this.grid.subarray(0, scoreBins), events: this.grid.subarray(scoreBins) };
    switch (this.body.metric) {
      case 'average-precision':
        return averagePrecisionVarianceFromGroups(grid.nonEvents, grid.events);
      case 'calibration-slope':
        return calibrationSlopeVariance(scoreGridPredictions(grid));
      default: {
        const found = scoreGridDeLong(grid);
        if (!found.estimable) return found;
        const { auroc, variance, events, nonEvents } = found;
        return { estimable: true, value: auroc, variance, n: events + nonEvents, events };
      }
    }
  }
}

/** What a sequence at any level is made of. */
interface Figure {
  readonly estimable: true;
  readonly value: number;
  readonly variance: number;
  readonly n: number;
  readonly events: number;
}
