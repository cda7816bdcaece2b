import { assert } from '#kernel';
import {
  type Estimate,
  lesionSensitivityFamily,
  meanCountBreakFamily,
  meanCountSupportFamily,
  notEstimable,
  type PatientLesions,
} from '#statistics';
import { type Cell, decodeCell, scoreBins } from '../cells.ts';
import type { ClaimBody } from '../claim.ts';
import { candidatesUnknown, lesionsMax } from '../measure.ts';
import { BoundedProcess } from './bounded.ts';
import { isAmong, isKnown } from './classify.ts';
import { invertedSequence } from './inverted-sequence.ts';
import type { Counts } from './process.ts';

/** All or none of four lesions found: what bounds a patient whose lesions are not known, who may have none. */
const allFound: PatientLesions = { lesions: lesionsMax, found: lesionsMax };
const noneFound: PatientLesions = { lesions: lesionsMax, found: 0 };

/** The share of reference lesions that a candidate overlaps, each patient one bet over at most four lesions. */
export class LesionSensitivityProcess extends BoundedProcess<PatientLesions> {
  /** Patients by 8 × found + lesions. */
  private readonly tally: Float64Array;

  constructor(body: ClaimBody, run: number, saved: Uint8Array | undefined) {
    const family = (side: 'break' | 'support') => lesionSensitivityFamily(side, body.bound);
    const kept = { before: new Float64Array(8 * (lesionsMax + 1)) };
    super({ body, run, saved }, { break: family('break'), support: family('support') }, kept);
    this.tally = this.parts[0]!;
  }

  step(cell: Cell): boolean {
    const parts = decodeCell(cell);
    if (!isAmong(parts, this.body)) return false;
    if (!isKnown(parts, this.body.verification)) {
      this.stepBoth({ possible: [allFound, noneFound], mayBeNothing: true });
      return true;
    }
    const seen = patientOf(parts.bin);
    if (seen.lesions === 0) return false;
    this.stepBoth({ possible: [seen] });
    this.tally[parts.bin]!++;
    return true;
  }

  /** Patients with a lesion; those among them whose lesions were all found. */
  counts(): Counts {
    const patients = this.patients();
    const known = patients.reduce((sum, { count }) => sum + count, 0);
    const whole = patients.filter(({ observation }) => observation.found === observation.lesions);
    return { n: this.taken, k: whole.reduce((sum, { count }) => sum + count, 0), known };
  }

  estimate(): Estimate {
    const patients = this.patients();
    const [found, lesions, n] = patients.reduce(
      ([f, l, p], { observation, count }) => [
        f + observation.found * count,
        l + observation.lesions * count,
        p + count,
      ],
      [0, 0, 0] as [number, number, number],
    );
    if (n === 0) return notEstimable(0, 'no labels yet');
    return invertedSequence(patients, {
      value: found / lesions,
      n,
      range: { from: 0, to: 1 },
      atLeast: (s) => lesionSensitivityFamily('break', s),
      atMost: (s) => lesionSensitivityFamily('support', s),
      method: 'confidence sequence over patients, by inverted bets',
    });
  }

  private patients(): { observation: PatientLesions; count: number }[] {
    return Array.from(this.tally, (count, bin) => ({ observation: patientOf(bin), count })).filter(
      ({ count }) => count > 0,
    );
  }
}

const patientOf = (bin: number): PatientLesions => ({ found: bin >> 3, lesions: bin & 7 });

/**
 * The mean number of false-positive candidates an exam is at most f₀. A confirmation rests on the most candidates that
 * the version was declared to give: an exam with more of them ends it, while the break process needs no such limit.
 */
export class FalsePositivesProcess extends BoundedProcess<number> {
  private readonly most: number;
  /** 1 once an exam had more candidates than declared; then exams by their number of false positives. */
  private readonly totals: Float64Array;

  constructor(body: ClaimBody, run: number, saved: Uint8Array | undefined) {
    assert(body.candidatesMax !== undefined, 'a claim of false positives per exam names the most candidates');
    const sides = {
      break: meanCountBreakFamily(body.bound),
      support: meanCountSupportFamily(body.bound, body.candidatesMax),
    };
    super({ body, run, saved }, sides, { before: new Float64Array(1 + scoreBins) });
    this.most = body.candidatesMax;
    this.totals = this.parts[0]!;
  }

  step(cell: Cell): boolean {
    const parts = decodeCell(cell);
    if (!isAmong(parts, this.body)) return false;
    const known = isKnown(parts, this.body.verification);
    const isUnsaid = !known && parts.bin === candidatesUnknown;
    const count = isUnsaid ? this.most : parts.bin;
    if (count > this.most) this.totals[0] = 1;
    const possible = known ? [count] : [0, count];
    this.stepBreak({ possible });
    this.stepSupport({ possible: possible.map((one) => Math.min(one, this.most)) });
    if (known) this.totals[1 + count]!++;
    return true;
  }

  override logSupport(): number | undefined {
    return this.totals[0] === 0 ? super.logSupport() : undefined;
  }

  /** Exams; those among them with a false positive. */
  counts(): Counts {
    const exams = this.exams();
    const known = exams.reduce((sum, { count }) => sum + count, 0);
    return { n: this.taken, k: known - this.totals[1]!, known };
  }

  estimate(): Estimate {
    const exams = this.exams();
    const [sum, n] = exams.reduce(([of, all], { observation, count }) => [of + observation * count, all + count], [
      0, 0,
    ] as [number, number]);
    if (n === 0) return notEstimable(0, 'no labels yet');
    if (this.totals[0] !== 0) return notEstimable(n, 'an exam had more candidates than the claim declared');
    return invertedSequence(exams, {
      value: sum / n,
      n,
      range: { from: 0, to: this.most },
      atLeast: (f) => meanCountSupportFamily(f, this.most),
      atMost: (f) => meanCountBreakFamily(f),
      method: 'confidence sequence of a mean count, by inverted bets',
    });
  }

  private exams(): { observation: number; count: number }[] {
    return Array.from(this.totals.subarray(1), (count, observation) => ({ observation, count })).filter(
      ({ count }) => count > 0,
    );
  }
}
