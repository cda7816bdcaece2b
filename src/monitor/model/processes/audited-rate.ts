import { assert } from '#kernel';
import {
  type AuditCell,
  type AuditDesign,
  type AuditedCase,
  auditedSensitivityFamily,
  auditedSensitivitySequence,
  type Estimate,
} from '#statistics';
import { type Cell, type CellParts, decodeCell } from '../cells.ts';
import type { ClaimBody } from '../claim.ts';
import { BoundedProcess, type Seen } from './bounded.ts';
import { isByProtocol, isDrawn, isKnown } from './classify.ts';
import type { Counts } from './process.ts';

/**
 * Sensitivity or specificity where cleared cases are verified only if the random audit drew them: each verified case
 * of disease (or of none) counts 1/π, π known by design. Specificity is the mirror image: a cleared healthy case is the
 * hit. A case that should have been verified and was not takes, for each process, the value that cannot mislead it.
 */
export class AuditedRateProcess extends BoundedProcess<AuditedCase> {
  private readonly rate: number;
  private readonly design: AuditDesign;
  /** Relevant cases, hits; then known ones by (hit, π = 1), (hit, rate), (miss, π = 1), (miss, rate). */
  private readonly counted: Float64Array;

  constructor(body: ClaimBody, run: number, saved: Uint8Array | undefined) {
    assert(body.verification.model === 'audit', 'an audited rate has an audit');
    const { rate } = body.verification;
    const design =
      body.metric === 'sensitivity'
        ? { piMinPositive: 1, piMinNegative: rate }
        : { piMinPositive: rate, piMinNegative: 1 };
    const family = (side: 'break' | 'support') => auditedSensitivityFamily(side, body.bound, design);
    super(
      { body, run, saved },
      { break: family('break'), support: family('support') },
      { before: new Float64Array(6) },
    );
    this.rate = rate;
    this.design = design;
    this.counted = this.parts[0]!;
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
    this.stepSupport(relevant(isHit, pi));
    this.counted[2 + (isHit ? 0 : 2) + (pi === 1 ? 0 : 1)]!++;
    return true;
  }

  counts(): Counts {
    const known = this.counted.subarray(2).reduce((sum, count) => sum + count, 0);
    return { n: this.counted[0]!, k: this.counted[1]!, known };
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

  /** π of a case that the design verifies; undefined where it does not. */
  private probabilityOfVerification(parts: CellParts): number | undefined {
    if (isByProtocol(parts)) return 1;
    return isDrawn(parts) && !parts.flagged ? this.rate : undefined;
  }

  private takeForBreak(isHit: boolean, pi: number): void {
    this.stepBreak(relevant(isHit, pi));
    this.counted[0]!++;
    if (isHit) this.counted[1]!++;
  }

  /** For the break process a missing outcome is a hit or nothing; for the support process a miss or nothing. */
  private takeMissing(isHit: boolean, pi: number): boolean {
    if (isHit) this.takeForBreak(true, pi);
    else this.stepSupport(relevant(false, pi));
    return true;
  }
}

const relevant = (isPositive: boolean, pi: number): Seen<AuditedCase> => ({
  possible: [{ isPositive, isVerified: true, isDiseased: true, pi }],
});
