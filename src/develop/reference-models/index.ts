import { canonicalJson, type FieldError, type Result, sha256Hex } from '#kernel';
import { type Evaluation, type EvaluationOptions, evaluate } from './evaluate.ts';
import { type FormulaData, notForClinicalUse } from './formula.ts';
import { pcrcMri, spcc, tumRcBeta } from './mri-models.ts';
import { pbcg } from './pbcg.ts';
import { pcptrc, pcptrcFamily } from './pcptrc.ts';
import type { ReferenceInput } from './read-input.ts';
import { tumRcRevision1, tumRcRevision2 } from './tum-rc.ts';

export type { ClassProbabilities, Evaluation, EvaluationOptions } from './evaluate.ts';
export type { FormulaData, InputName, InputSpec } from './formula.ts';
export type { Convention, ReferenceInput, Warning } from './read-input.ts';

/** One version of a published model: what it is, the digest of its artefact, and its one function. */
export interface ReferenceModel {
  /** Unique in the catalogue: model and revision, for example `tum-rc@1`. */
  id: string;
  data: FormulaData;
  /** SHA-256 of the canonical JSON of `data`, hexadecimal: another coefficient is another digest. */
  artefactSha256: string;
  notice: string;
  evaluate(input: Readonly<ReferenceInput>, options?: EvaluationOptions): Result<Evaluation, FieldError[]>;
}

const toModel = (data: FormulaData): ReferenceModel => ({
  id: `${data.id}@${data.revision}`,
  data,
  artefactSha256: sha256Hex(canonicalJson(data)),
  notice: notForClinicalUse,
  evaluate: (input, options) => evaluate(data, input, options),
});

/** The published risk formulas that stand in for a medical AI. None is for clinical use. */
export const referenceModels: readonly ReferenceModel[] = [
  tumRcRevision1,
  tumRcRevision2,
  pcrcMri,
  spcc,
  tumRcBeta,
  pbcg,
  pcptrc,
  pcptrcFamily,
].map(toModel);

/** The model of that id (`tum-rc@1`), or undefined. */
export const referenceModel = (id: string): ReferenceModel | undefined =>
  referenceModels.find((model) => model.id === id);
