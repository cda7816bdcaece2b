import { canonicalJson, sha256Hex } from '#kernel';
import {
  type Estimate,
  newPairedComparisonState,
  notEstimable,
  type PairedComparison,
  type PairedComparisonState,
  pairedComparison,
  readPairedComparison,
  stateFromBytes,
  stateToBytes,
  stepPairedComparison,
} from '#statistics';
import { concatStates, splitState } from './processes/process.ts';

export const comparisonStates = ['no-evidence-yet', 'undecided', 'non-inferior', 'inferior'] as const;

/** Where a comparison stands. Differences are new minus old squared error: below 0 the candidate is better. */
export interface ComparisonReading {
  n: number;
  logSupport: number;
  logBreak: number;
  state: (typeof comparisonStates)[number];
  difference: Estimate;
  digest: string;
}

/** Pairs needed before a comparison may say anything. */
const minimumPairs = 30;

export const emptyComparison: ComparisonReading = {
  n: 0,
  logSupport: 0,
  logBreak: 0,
  state: 'no-evidence-yet',
  difference: notEstimable(0, 'no labels yet'),
  digest: sha256Hex('hortus-comparison-v1'),
};

/**
 * A paired, anytime-valid comparison of two versions on the same cases by squared error of the probability (Brier).
 * Non-inferior: evidence at level α that the candidate's mean loss exceeds the reference's by no more than the margin.
 * **Source**: Choe & Ramdas, Operations Research 2023; statistics specification, section 7.2 (paired) and 17.
 */
export class Comparison {
  private readonly logLevel: number;
  private readonly paired: PairedComparison;
  private readonly state: PairedComparisonState;
  private digest: string;
  /** The first verdict stands: a later wish for another look does not undo it. */
  private verdict: 'non-inferior' | 'inferior' | undefined;

  constructor(
    options: { margin: number; alpha: number },
    saved: { process: Uint8Array | undefined; reading: ComparisonReading },
  ) {
    this.logLevel = Math.log(1 / options.alpha);
    this.paired = pairedComparison({ margin: options.margin, tOpt: 200, variance: 0.02 });
    this.state = restore(newPairedComparisonState(this.paired), saved.process);
    this.digest = saved.reading.digest;
    const { state } = saved.reading;
    this.verdict = state === 'non-inferior' || state === 'inferior' ? state : undefined;
  }

  step(pair: { candidate: number; reference: number; value: boolean }): void {
    const y = pair.value ? 1 : 0;
    stepPairedComparison(this.paired, this.state, {
      lossNew: (y - pair.candidate) ** 2,
      lossOld: (y - pair.reference) ** 2,
    });
    this.digest = sha256Hex(canonicalJson([this.digest, pair.candidate, pair.reference, y]));
    if (this.verdict !== undefined || this.state.support[0]! < minimumPairs) return;
    const { logBreakE, logSupportE } = readPairedComparison(this.paired, this.state);
    if (logBreakE >= this.logLevel) this.verdict = 'inferior';
    else if (logSupportE >= this.logLevel) this.verdict = 'non-inferior';
  }

  reading(): ComparisonReading {
    const n = this.state.support[0]!;
    const { logBreakE, logSupportE, difference } = readPairedComparison(this.paired, this.state);
    return {
      n,
      logSupport: logSupportE,
      logBreak: logBreakE,
      state: n < minimumPairs ? 'no-evidence-yet' : (this.verdict ?? 'undecided'),
      difference,
      digest: this.digest,
    };
  }

  save(): Uint8Array {
    return stateToBytes(concatStates([this.state.breaking, this.state.support, this.state.difference]));
  }
}

function restore(fresh: PairedComparisonState, saved: Uint8Array | undefined): PairedComparisonState {
  if (saved === undefined) return fresh;
  const lengths = [fresh.breaking.length, fresh.support.length, fresh.difference.length];
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const [breaking, support, difference] = splitState(stateFromBytes(saved, total), lengths);
  return { breaking: breaking!, support: support!, difference: difference! };
}
