import { canonicalJson, type Instant, type ModelId, type ModelVersionId, type SiteId, sha256Hex } from '#kernel';

/** A model: what it is for, for whom, and what its probability is a probability of. */
export interface Model {
  id: ModelId;
  name: string;
  intendedPurpose: string;
  population: string;
  endpoint: string;
  /** Set for a published formula that Hortus itself can evaluate. */
  referenceModelId: string | undefined;
  /** Shown with every number of this model, e.g. that it is not for clinical use. */
  notice: string | undefined;
  registeredAt: Instant;
}

/** How the artefact's probability becomes the version's: unchanged, or expit(intercept + slope·logit p). */
export type Calibration = { kind: 'identity' } | { kind: 'logistic'; intercept: number; slope: number };

export const versionStates = ['registered', 'candidate', 'released', 'refused'] as const;
export type VersionState = (typeof versionStates)[number];

/** Where a candidate comes from; the fit's days and counts are kept so that they never count as its evidence. */
export interface CandidateOrigin {
  deficiencyId: string;
  siteIds: SiteId[];
  decisionThreshold: number;
  fit: Record<string, string | number | boolean>;
}

/** Artefact + calibration + preprocessing: any other combination is another version, with its own digest. */
export interface ModelVersion {
  id: ModelVersionId;
  modelId: ModelId;
  label: string;
  artefactDigest: string;
  preprocessingDigest: string;
  calibration: Calibration;
  digest: string;
  originalVersionId: ModelVersionId;
  previousVersionId: ModelVersionId | undefined;
  state: VersionState;
  candidate: CandidateOrigin | undefined;
  registeredAt: Instant;
  decidedAt: Instant | undefined;
}

/**
 * The digest that stands for a version: SHA-256 over the canonical JSON of its three parts.
 * @param parts artefact and preprocessing by their SHA-256 (hexadecimal), calibration in full.
 */
export function versionDigest(parts: {
  artefactDigest: string;
  preprocessingDigest: string;
  calibration: Calibration;
}): string {
  const { artefactDigest, preprocessingDigest, calibration } = parts;
  return sha256Hex(canonicalJson({ artefactDigest, preprocessingDigest, calibration: { ...calibration } }));
}

/**
 * The label of the next version after `label`, not taken yet: 2.1 → 2.2; a label without a number gets `.1`.
 * @param taken labels of the model so far.
 */
export function nextLabel(label: string, taken: ReadonlySet<string>): string {
  const parts = /^(.*?)(\d+)$/.exec(label);
  for (let step = 1; ; step++) {
    const next = parts ? `${parts[1]}${Number(parts[2]) + step}` : `${label}.${step}`;
    if (!taken.has(next)) return next;
  }
}

/** The composition of two calibrations on the logit scale: what a recalibration of a recalibrated version amounts to. */
export function composed(inner: Calibration, outer: { intercept: number; slope: number }): Calibration {
  const { intercept, slope } = outer;
  if (inner.kind === 'identity') return { kind: 'logistic', intercept, slope };
  return {
    kind: 'logistic',
    intercept: outer.intercept + outer.slope * inner.intercept,
    slope: outer.slope * inner.slope,
  };
}
