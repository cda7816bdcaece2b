import { scoreBin } from '#statistics';
import type { LesionFindings } from '../contract.ts';
import { type Resolution, resolution, scoreBins } from './cells.ts';
import type { Measure } from './metrics.ts';

/** Lesions of a patient that count: the largest, chosen without looking at the AI. */
export const lesionsMax = 4;

/** What a case told of a measure: at most this, and how much of its outcome is known for it. */
export interface Told {
  probability: number;
  /** What the prediction said for the measure, as text of the store; null where it said nothing. */
  told: string | null;
  /** The lesions of the outcome, if they are of this version. */
  lesions: LesionFindings | null;
  /** Undefined where no outcome was recorded by maturity. */
  value: boolean | undefined;
  resolution: Resolution;
}

const predictionSetCodes: Readonly<Record<string, number>> = { none: 0, negative: 1, positive: 2, both: 3 };
/** A case that gave no set. */
const noSet = 4;
/** The most candidates that a cell can carry: stands for a case that did not say how many it had. */
export const candidatesUnknown = scoreBins - 1;

/**
 * The upper bits of a cell under a measure, and the resolution of the case for it.
 *
 * score: bin 0–999 · group: 1 in the group, 0 in the rest · prediction-set: 0 none, 1 negative, 2 positive, 3 both, 4 not
 * told · acceptance: 1 answered, 0 abstained or failed · answer: 1 answered, 0 failed · lesions: 8 × found + lesions, of the
 * four largest · false-positives: their number; where it is not known, the candidates that there were at most.
 */
export function measured(measure: Measure, one: Told): { bin: number; resolution: Resolution } {
  const as = (bin: number): { bin: number; resolution: Resolution } => ({ bin, resolution: one.resolution });
  switch (measure) {
    case 'score':
      return as(scoreBin(one.probability));
    case 'group':
      return as(one.told === 'true' ? 1 : 0);
    case 'prediction-set':
      return as(one.told === null ? noSet : (predictionSetCodes[one.told] ?? noSet));
    case 'acceptance':
    case 'answer':
      return as(one.told === 'true' ? 0 : 1);
    case 'lesions':
      return lesionsOf(one);
    case 'false-positives':
      return falsePositivesOf(one);
  }
}

/** A patient without disease has no lesions, also where nobody wrote down that there were none. */
function lesionsOf(one: Told): { bin: number; resolution: Resolution } {
  if (one.lesions !== null) {
    const largest = one.lesions.found.slice(0, lesionsMax);
    return { bin: 8 * largest.filter(Boolean).length + largest.length, resolution: one.resolution };
  }
  return one.value === false ? { bin: 0, resolution: one.resolution } : { bin: 0, resolution: resolution.unresolved };
}

/** Without a lesion every candidate is false. */
function falsePositivesOf(one: Told): { bin: number; resolution: Resolution } {
  if (one.lesions !== null) return { bin: one.lesions.falsePositives, resolution: one.resolution };
  const candidates = one.told === null ? undefined : Number(one.told);
  if (one.value === false && candidates !== undefined) return { bin: candidates, resolution: one.resolution };
  return { bin: candidates ?? candidatesUnknown, resolution: resolution.unresolved };
}
