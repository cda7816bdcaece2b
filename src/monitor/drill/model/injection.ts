import type { Random } from '#kernel';
import { expit, logit, scoreBin, scoreBinCentre } from '#statistics';
import { type Cell, type CellParts, decodeCell, encodeCell, resolution } from '../../model/cells.ts';
import type { ClaimBody } from '../../model/claim.ts';
import { metricRules } from '../../model/metrics.ts';
import { isDrawn, isKnown } from '../../model/processes/classify.ts';
import type { InjectionKind } from '../contract.ts';
import { drawCell } from './copy.ts';

/** A fault to be injected: what happens to every case from the injection on. */
export type Inject = (cell: Cell, random: Random) => Cell;

export interface Injection {
  readonly kind: InjectionKind;
  readonly size: number;
}

/** What an injection draws from. */
export interface InjectionPools {
  /** Every cell of the copy. */
  readonly own: Uint16Array;
  /** Cells of another version at the same site, decided at this claim's threshold; for `version-mix-up` only. */
  readonly other?: Uint16Array | undefined;
}

/**
 * Why an injection cannot be made; undefined where it can.
 * Sizes: case-mix and calibration in log-odds, not 0; threshold a difference of probabilities that leaves τ inside
 * (0, 1); the others a share of cases in (0, 1].
 */
export function whyNotInjected({ kind, size }: Injection, body: ClaimBody, pools: InjectionPools): string | undefined {
  if (!Number.isFinite(size) || size === 0) return 'A size of 0 injects nothing.';
  if (isOfScore.includes(kind) && metricRules[body.metric].measure !== 'score')
    return 'The cases of this claim carry no score that could be changed.';
  if (kind === 'threshold') {
    const moved = body.decisionThreshold + size;
    return moved > 0 && moved < 1 ? undefined : `The threshold ${body.decisionThreshold} + ${size} is no probability.`;
  }
  if (kind === 'case-mix') {
    const { diseased, healthy } = byOutcome(pools.own, body);
    return diseased.length > 0 && healthy.length > 0 ? undefined : 'The copy has no case of one of the two outcomes.';
  }
  if (kind === 'calibration') return undefined;
  if (size < 0 || size > 1) return 'This injection is a share of cases, above 0 and at most 1.';
  if (kind === 'version-mix-up' && (pools.other?.length ?? 0) === 0)
    return 'No other version of the model has mature cases at this site to be mixed up with.';
  return undefined;
}

const isOfScore: readonly InjectionKind[] = ['calibration', 'threshold', 'image-quality'];

/** The injection of a kind, ready for cells. @param pools as `whyNotInjected` passed them. */
export function injectionOf(injection: Injection, body: ClaimBody, pools: InjectionPools): Inject {
  const { size } = injection;
  const donors = body.verification.model === 'audit' ? auditedDonors(pools.own, body) : undefined;
  const readAs = (cell: Cell, over: { bin?: number; flagged: boolean }, random: Random): Cell =>
    encodeCell(redecided(decodeCell(cell), over, donors && { donors, random }));
  switch (injection.kind) {
    case 'case-mix':
      return caseMix(size, body, pools.own);
    case 'calibration':
      return (cell, random) => {
        const { bin, flagged } = decodeCell(cell);
        const probability = expit(logit(scoreBinCentre(bin)) + size);
        const moved = scoreBin(probability);
        // Within its bin a case keeps its decision, which was taken on the exact probability.
        const decision = moved === bin ? flagged : probability >= body.decisionThreshold;
        return readAs(cell, { bin: moved, flagged: decision }, random);
      };
    case 'threshold':
      return (cell, random) => {
        const { bin, flagged } = decodeCell(cell);
        const isAbove = scoreBinCentre(bin) >= body.decisionThreshold + size;
        return readAs(cell, { flagged: size > 0 ? flagged && isAbove : flagged || isAbove }, random);
      };
    case 'label-delay':
      return (cell, random) => {
        const parts = decodeCell(cell);
        const isDelayed = isKnown(parts, body.verification) && !parts.value && random() < size;
        return isDelayed ? encodeCell({ ...parts, value: false, resolution: resolution.unresolved }) : cell;
      };
    case 'image-quality':
      return (cell, random) => (random() < size ? readAs(cell, decodeCell(drawCell(pools.own, random)), random) : cell);
    case 'version-mix-up':
      return (cell, random) => (random() < size ? drawCell(pools.other!, random) : cell);
  }
}

/** Cells under another decision threshold: taken again on the centre of the bin, which is the score. */
export const decidedAt = (cells: Uint16Array, threshold: number): Uint16Array =>
  cells.map((cell) => {
    const parts = decodeCell(cell);
    return encodeCell({ ...parts, flagged: scoreBinCentre(parts.bin) >= threshold });
  });

/** Odds of disease × e^size, while what the model does within each outcome stays as it was. */
function caseMix(size: number, body: ClaimBody, own: Uint16Array): Inject {
  const { diseased, healthy } = byOutcome(own, body);
  const before = diseased.length / (diseased.length + healthy.length);
  const after = expit(logit(before) + size);
  const swapped = size > 0 ? (after - before) / (1 - before) : (before - after) / before;
  return (cell, random) => {
    const parts = decodeCell(cell);
    if (!isKnown(parts, body.verification) || parts.value === size > 0 || random() >= swapped) return cell;
    return drawCell(size > 0 ? diseased : healthy, random);
  };
}

function byOutcome(cells: Uint16Array, body: ClaimBody): { diseased: Cell[]; healthy: Cell[] } {
  const [diseased, healthy]: [Cell[], Cell[]] = [[], []];
  for (const cell of cells) {
    const parts = decodeCell(cell);
    if (isKnown(parts, body.verification)) (parts.value ? diseased : healthy).push(cell);
  }
  return { diseased, healthy };
}

/**
 * A case that is answered otherwise. Under an audit its verification follows: once cleared, it is verified only if the
 * audit drew it; once flagged, protocol would have verified it. Where nobody did, it takes the outcome of a case of about
 * the same score among the cleared ones that the audit drew, which are a random sample of such cases.
 */
function redecided(
  parts: CellParts,
  over: { bin?: number; flagged: boolean },
  audit: { donors: Uint16Array; random: Random } | undefined,
): CellParts {
  const { bin = parts.bin, flagged } = over;
  const read: CellParts = { ...parts, bin, flagged };
  if (audit === undefined || flagged === parts.flagged) return read;
  if (flagged && isDrawn(parts)) return { ...read, auditLevel: 1 };
  if (flagged) {
    const isVerified = parts.resolution !== resolution.unresolved || audit.donors.length === 0;
    const { value, resolution: known } = isVerified ? parts : decodeCell(donorNear(parts.bin, audit));
    return { ...read, auditLevel: 0, value, resolution: known };
  }
  if (isDrawn(parts)) return { ...read, auditLevel: 3 };
  return { ...read, auditLevel: 2, resolution: resolution.unresolved, value: false };
}

/** Cleared cases that the audit drew and whose outcome is known, by ascending score. */
function auditedDonors(own: Uint16Array, body: ClaimBody): Uint16Array {
  return own
    .filter((cell) => {
      const parts = decodeCell(cell);
      return !parts.flagged && isDrawn(parts) && isKnown(parts, body.verification);
    })
    .sort();
}

const donorsNear = 20;

/** One of the donors whose scores lie nearest in rank. The score is in the upper bits of a cell, so cells sort by it. */
function donorNear(bin: number, { donors, random }: { donors: Uint16Array; random: Random }): Cell {
  let [low, high] = [0, donors.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (donors[middle]! >> 6 < bin) low = middle + 1;
    else high = middle;
  }
  const from = Math.max(0, Math.min(low - donorsNear / 2, donors.length - donorsNear));
  return drawCell(donors.subarray(from, from + donorsNear), random);
}

/** The injection in words, for people. */
export function injectionInWords({ kind, size }: Injection): string {
  const percent = `${Number((Math.abs(size) * 100).toPrecision(3))} %`;
  switch (kind) {
    case 'case-mix':
      return `the odds of disease among the cases become ${Math.exp(size).toFixed(2)} times what they were`;
    case 'calibration':
      return `every probability is shifted by ${size} on the log-odds, unnoticed`;
    case 'threshold':
      return `the decision threshold is ${size > 0 ? 'raised' : 'lowered'} by ${Math.abs(size)}, unnoticed`;
    case 'label-delay':
      return `${percent} of the negative outcomes come only after maturity`;
    case 'image-quality':
      return `${percent} of the cases are read as if their images said nothing`;
    case 'version-mix-up':
      return `${percent} of the cases are answered by another version`;
  }
}
