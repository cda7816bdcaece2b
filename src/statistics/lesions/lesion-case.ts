import { assert, ok, type Result, refused } from '#kernel';
import { bestAssignment } from './assignment.ts';
import {
  type Components,
  connectedComponents,
  everyVoxel,
  sharedVoxels,
  type VoxelGrid,
} from './connected-components.ts';
import { toSize } from './grid-size.ts';

/** A reference lesion, found or not, or a candidate that is none. */
export interface LesionFinding {
  readonly isLesion: boolean;
  /** Of the candidate, above 0; 0 where a lesion was not found. */
  readonly confidence: number;
  /** Of candidate and lesion, 0 to 1; 0 where they were not matched. */
  readonly overlap: number;
}

/** One examined case, as the figures of `evaluateLesions` take it. */
export interface LesionCase {
  readonly findings: readonly LesionFinding[];
  /** Score of the whole case, 0 or above. */
  readonly confidence: number;
  readonly hasLesion: boolean;
  /** Weight of the case and of its findings, 0 or above; default 1. */
  readonly weight?: number;
  /** Weights of the findings, where they differ from that of the case; as many. */
  readonly findingWeights?: readonly number[];
}

export interface LesionCaseOptions {
  /** `compat` follows picai_eval to the last rule; `strict` (default) refuses what picai_eval lets pass silently. */
  readonly mode?: LesionMode;
  /** Least overlap of a match, in [0, 1]; default 0.1, exactly 0.1 counts. */
  readonly minOverlap?: number;
  /** Intersection over union (default) or Dice similarity coefficient. */
  readonly overlap?: 'iou' | 'dsc';
  /** Score of a case: its largest confidence (default), or 1 − Π(1 − c), as if lesions were independent. */
  readonly caseConfidence?: 'max' | 'independent';
  /** False: a candidate that overlaps a lesion enough but lost it to another counts as a false positive; default true. */
  readonly allowUnmatchedOverlap?: boolean;
}

export type LesionMode = 'strict' | 'compat';

/** Which of the two volumes cannot be evaluated, and why, without a value of it. */
export interface LesionCaseFault {
  readonly volume: 'detection' | 'reference';
  readonly why: string;
}

export interface EvaluatedLesionCase extends LesionCase {
  /** What was done to the volumes so that they fit; empty where nothing was. */
  readonly warnings: readonly string[];
}

const epsilon = 1e-8;

/**
 * One case: a detection map and its reference become lesions found and not found, and false positives.
 *
 * Candidates and lesions are 26-connected components of non-zero voxels; a candidate's confidence is its maximum, rounded
 * to float32. Pairs below `minOverlap` cannot match; among the rest as many as possible are matched, and then so that the
 * overlaps add up to the most; confidence plays no part.
 * @param detection confidences, 0 for background; with fewer slices than the reference it is centred in its size.
 * @param reference 0 for background, anything else for lesions.
 * @returns the findings and the score of the case; or why it cannot be evaluated: not finite, negative, more different
 *   confidences than candidates (a softmax map), different sizes; in strict mode also a reference that is no label.
 * **Source**: Saha et al., Lancet Oncol 2024 (PI-CAI), rules of picai_eval 1.4; statistics spec, section 9.
 * Oracle: picai_eval 1.4.13 on 42 cases (`test/oracles/lesions`), 1e-12.
 */
export function evaluateLesionCase(
  detection: VoxelGrid,
  reference: VoxelGrid,
  options: LesionCaseOptions = {},
): Result<EvaluatedLesionCase, LesionCaseFault> {
  const { mode = 'strict', minOverlap = 0.1, caseConfidence = 'max', allowUnmatchedOverlap = true } = options;
  assert(minOverlap >= 0 && minOverlap <= 1, 'an overlap lies in [0, 1]');
  const lesions = lesionsOf(reference, mode);
  if (!lesions.ok) return lesions;
  const fitted = inSizeOf(detection, reference, mode === 'compat' && lesions.value.count === 0);
  if (!fitted.ok) return fitted;
  const { grid, warnings } = fitted.value;
  const candidates = candidatesOf(grid);
  if (!candidates.ok) return candidates;
  const confidences = candidates.value.peaks;
  const confidence =
    caseConfidence === 'max'
      ? confidences.reduce((best, one) => Math.max(best, one), 0)
      : 1 - confidences.reduce((product, one) => product * (1 - one), 1);
  const hasLesion = lesions.value.count > 0;
  const findings = hasLesion
    ? matched(lesions.value, candidates.value, {
        ...{ mode, minOverlap, allowUnmatchedOverlap },
        measure: options.overlap ?? 'iou',
      })
    : Array.from(confidences, (one) => ({ isLesion: false, confidence: one, overlap: 0 }));
  return ok({ findings, confidence, hasLesion, warnings });
}

/** The score of a case and whether it has a lesion, from findings alone: the largest of both. */
export function lesionCaseOf(findings: readonly LesionFinding[]): LesionCase {
  return {
    findings,
    confidence: findings.reduce((best, one) => Math.max(best, one.confidence), 0),
    hasLesion: findings.some(({ isLesion }) => isLesion),
  };
}

const fault = (volume: LesionCaseFault['volume'], why: string): { ok: false; error: LesionCaseFault } =>
  refused({ volume, why });

function lesionsOf({ values, size }: VoxelGrid, mode: LesionMode): Result<Components, LesionCaseFault> {
  // Whole numbers can be rounded to float32 at once; float64 could become whole by it.
  const isFloat64 = !ArrayBuffer.isView(values) || values instanceof Float64Array;
  const hasFraction = isFloat64 && Array.prototype.some.call(values, (value: number) => Math.trunc(value) !== value);
  const labels = hasFraction ? Float32Array.from(values, fractionKept) : asFloat32(values);
  const components = connectedComponents({ values: labels, size });
  if (!everyVoxel(components, labels, Number.isFinite)) return fault('reference', 'a voxel is not a finite number');
  if (everyVoxel(components, labels, Number.isInteger)) return ok(components);
  if (mode === 'strict') return fault('reference', 'a voxel is not a whole number, so it is no label');
  return ok(connectedComponents({ values: labels.map(Math.trunc), size }));
}

/** A number that keeps its whole part and whether it has a fraction, also in float32. */
const fractionKept = (value: number): number => {
  const whole = Math.trunc(value);
  return whole === value || !Number.isFinite(value) ? value : Math.sign(value) * (whole === 0 ? 0.5 : 1.5);
};

const asFloat32 = (values: ArrayLike<number>): Float32Array =>
  values instanceof Float32Array ? values : new Float32Array(values);

function inSizeOf(
  detection: VoxelGrid,
  { size }: VoxelGrid,
  isSizeFree: boolean,
): Result<{ grid: VoxelGrid; warnings: string[] }, LesionCaseFault> {
  const isEqual = size.every((one, axis) => one === detection.size[axis]);
  if (isEqual) return ok({ grid: detection, warnings: [] });
  if (detection.size[2] < size[2]) {
    const warning =
      'the detection map has fewer slices than its reference; it was centred in the size of the reference';
    return ok({ grid: toSize(detection, size), warnings: [warning] });
  }
  if (isSizeFree) return ok({ grid: detection, warnings: ['detection map and reference differ in size'] });
  return fault('detection', 'its size differs from that of its reference; resample it to the voxels of the reference');
}

function candidatesOf({ values, size }: VoxelGrid): Result<Components, LesionCaseFault> {
  // Confidences are float32, so two doubles that agree in float32 are one confidence.
  const confidences = asFloat32(values);
  const components = connectedComponents({ values: confidences, size });
  if (!everyVoxel(components, confidences, Number.isFinite)) {
    return fault('detection', 'a confidence is not a finite number');
  }
  if (!everyVoxel(components, confidences, (value) => value > 0)) return fault('detection', 'a confidence is negative');
  const seen = new Set<number>();
  const hasFew = everyVoxel(components, confidences, (value) => seen.add(value).size <= components.count);
  if (hasFew) return ok(components);
  return fault(
    'detection',
    'it has more different confidences than candidates, so it looks like a softmax map; extract candidates with one confidence each',
  );
}

interface Matching {
  mode: LesionMode;
  minOverlap: number;
  allowUnmatchedOverlap: boolean;
  measure: 'iou' | 'dsc';
}

function matched(lesions: Components, candidates: Components, matching: Matching): LesionFinding[] {
  const overlaps = sufficientOverlaps(lesions, candidates, matching);
  const columns = candidates.count;
  // One more than the overlap: any number of matches is worth more than the overlap of fewer.
  const values = overlaps.map((overlap) => (overlap > 0 ? overlap + 1 : 0));
  const candidateOf = bestAssignment({ rows: lesions.count, columns, values });
  const isSettled = new Uint8Array(columns);
  const found: LesionFinding[] = [];
  let missed = 0;
  for (let i = 0; i < lesions.count; i++) {
    const j = candidateOf[i]!;
    const overlap = j === -1 ? 0 : overlaps[i * columns + j]!;
    if (overlap === 0) missed++;
    else {
      isSettled[j] = 1;
      found.push({ isLesion: true, confidence: candidates.peaks[j]!, overlap });
    }
  }
  if (matching.allowUnmatchedOverlap) {
    for (let at = 0; at < overlaps.length; at++) if (overlaps[at]! > 0) isSettled[at % columns] = 1;
  }
  for (; missed > 0; missed--) found.push({ isLesion: true, confidence: 0, overlap: 0 });
  for (let j = 0; j < columns; j++) {
    if (!isSettled[j]) found.push({ isLesion: false, confidence: candidates.peaks[j]!, overlap: 0 });
  }
  return found;
}

/** Overlap of each lesion (row) with each candidate (column), 0 where it is below the least. */
function sufficientOverlaps(
  lesions: Components,
  candidates: Components,
  { mode, minOverlap, measure }: Matching,
): Float64Array {
  const overlaps = sharedVoxels(lesions, candidates);
  for (let at = 0; at < overlaps.length; at++) {
    const shared = overlaps[at]!;
    const both = lesions.voxels[Math.floor(at / candidates.count)]! + candidates.voxels[at % candidates.count]!;
    const [common, whole] = measure === 'iou' ? [shared, both - shared] : [2 * shared, both];
    const overlap = (common + epsilon) / (whole + epsilon);
    // ε makes apart components overlap a little, which counts in picai_eval if the least overlap is 0.
    const isApart = mode === 'strict' && shared === 0;
    overlaps[at] = overlap < minOverlap || isApart ? 0 : overlap;
  }
  return overlaps;
}
