import { assert } from '#kernel';
import {
  type AuditCell,
  type AuditDesign,
  type AuditedCase,
  auditedSensitivityFamily,
  auditedSensitivitySequence,
  type BoundedFamily,
  type BoundedState,
  boundedAlternatives,
  boundedFactors,
  boundedLogE,
  type DetectorDesign,
  type DetectorState,
  detectorValue,
  type Estimate,
  newBoundedState,
  newDetectorState,
  readDetector,
  stateFromBytes,
  stateToBytes,
  stepBounded,
  stepDetector,
} from '#statistics';
import { type Cell, type CellParts, decodeCell } from '../cells.ts';
import { type ClaimBody, detectorThresholds } from '../claim.ts';
import { isByProtocol, isDrawn, isKnown } from './classify.ts';
import { type ClaimProcess, type Counts, concatStates, splitState } from './process.ts';

/**
 * Sensitivity or specificity where cleared cases are verified only if the random audit drew them: each verified case
 * of disease (or of none) counts 1/π, π known by design. Specificity is the mirror image: a cleared healthy case is the
 * hit. A case that should have been verified and was not takes, for each process, the value that cannot mislead it.
 */
export class AuditedRateProcess implements ClaimProcess {
  private readonly body: ClaimBody;
  private readonly rate: number;
  private readonly design: AuditDesign;
  private readonly breakFamily: BoundedFamily<AuditedCase>;
  private readonly supportFamily: BoundedFamily<AuditedCase>;
  private readonly detector: DetectorDesign;
  private readonly factors: Float64Array;
  /** Relevant cases, hits; then known ones by (hit, π = 1), (hit, rate), (miss, π = 1), (miss, rate). */
  private readonly counted: Float64Array;
  private readonly breakState: BoundedState;
  private readonly supportState: BoundedState;
  private readonly detectorState: DetectorState;

  constructor(body: ClaimBody, run: number, saved: Uint8Array | undefined) {
    assert(body.verification.model === 'audit', 'an audited rate has an audit');
    this.body = body;
    this.rate = body.verification.rate;
    this.design =
      body.metric === 'sensitivity'
        ? { piMinPositive: 1, piMinNegative: this.rate }
        : { piMinPositive: this.rate, piMinNegative: 1 };
    this.breakFamily = auditedSensitivityFamily('break', body.bound, this.design);
    this.supportFamily = auditedSensitivityFamily('support', body.bound, this.design);
    const { notice, escalation } = detectorThresholds(body.relevantPerYear, run);
    this.detector = { alternatives: boundedAlternatives(this.breakFamily), levels: [notice, escalation] };
    this.factors = new Float64Array(this.detector.alternatives);
    const fresh = [
      new Float64Array(6),
      newBoundedState(this.breakFamily),
      newBoundedState(this.supportFamily),
      newDetectorState(this.detector),
    ];
    const lengths = fresh.map((part) => part.length);
    const total = lengths.reduce((sum, length) => sum + length, 0);
    const parts = saved === undefined ? fresh : splitState(stateFromBytes(saved, total), lengths);
    [this.counted, this.breakState, this.supportState, this.detectorState] = parts as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
  }

  step(cell: Cell): boolean {
    const parts = decodeCell(cell);
    const pi = this.probabilityOfVerification(parts);
    if (pi === undefined) return false;
    const isHit = this.body.metric === 'sensitivity' ? parts.flagged : !parts.flagged;
    if (!isKnown(parts, this.body.verification)) return this.takeMissing(isHit, pi);
    const isRelevant = this.body.metric === 'sensitivity' ? parts.value : !parts.value;
    if (!isRelevant) return false;
    this.takeForBreak(isHit, pi);
    stepBounded(this.supportFamily, this.supportState, relevant(isHit, pi));
    this.counted[2 + (isHit ? 0 : 2) + (pi === 1 ? 0 : 1)]!++;
    return true;
  }

  counts(): Counts {
    const known = this.counted.subarray(2).reduce((sum, count) => sum + count, 0);
    return { n: this.counted[0]!, k: this.counted[1]!, known };
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

  estimate(): Estimate {
    const cell = (index: number, isPositive: boolean, pi: number): AuditCell => ({
      isPositive,
      pi,
      count: this.counted[2 + index]!,
    });
    const cells = [cell(0, true, 1), cell(1, true, this.rate), cell(2, false, 1), cell(3, false, this.rate)];
    // A cell that the design does not know (a cleared hit by protocol under specificity) is rare but allowed: π = 1 ≥ πmin.
    return auditedSensitivitySequence(
      cells.filter((one) => one.count > 0),
      this.design,
    );
  }

  save(): Uint8Array {
    return stateToBytes(concatStates([this.counted, this.breakState, this.supportState, this.detectorState]));
  }

  /** π of a case that the design verifies; undefined where it does not. */
  private probabilityOfVerification(parts: CellParts): number | undefined {
    if (isByProtocol(parts)) return 1;
    return isDrawn(parts) && !parts.flagged ? this.rate : undefined;
  }

  private takeForBreak(isHit: boolean, pi: number): void {
    const observation = relevant(isHit, pi);
    stepBounded(this.breakFamily, this.breakState, observation);
    stepDetector(this.detector, this.detectorState, boundedFactors(this.breakFamily, observation, this.factors));
    this.counted[0]!++;
    if (isHit) this.counted[1]!++;
  }

  /** For the break process a missing outcome is a hit or nothing; for the support process a miss or nothing. */
  private takeMissing(isHit: boolean, pi: number): boolean {
    if (isHit) this.takeForBreak(true, pi);
    else stepBounded(this.supportFamily, this.supportState, relevant(false, pi));
    return true;
  }
}

const relevant = (isPositive: boolean, pi: number): AuditedCase => ({
  isPositive,
  isVerified: true,
  isDiseased: true,
  pi,
});
