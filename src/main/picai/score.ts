import { type ReferenceInput, type ReferenceModel, referenceModel, referenceModels } from '#develop';
import { Problem } from '#kernel';
import type { MarksheetExam } from './marksheet.ts';

/** An exam with what a published model says of it. */
export interface ScoredExam {
  exam: MarksheetExam;
  probability: number;
  variant: string;
  /** Outside the range for which the model is meant, though inside its domain. */
  isOutsideRange: boolean;
}

export interface Scoring {
  model: ReferenceModel;
  scored: ScoredExam[];
  /** Exams that the model does not answer, by reason. */
  refused: { reason: string; n: number }[];
  /** Answers with a warning, by reason. */
  warned: { reason: string; n: number }[];
}

/** How inputs that the sheet does not have are read; stated wherever the figures are shown. */
export const inputConventions =
  'Highest PI-RADS of the exam; a negative MRI (PI-RADS 1) counts as 2; rectal examination and earlier biopsy unknown; complete cases only.';

/** What other published models need besides, set as in their published use where the sheet is silent. */
const assumed: Record<string, ReferenceInput> = {
  'pcrc-mri': { priorNegativeBiopsy: false, abnormalDre: false, race: 'caucasian' },
  spcc: { biopsyHistory: 'naive', race: 'white' },
  'tum-rc-beta': { priorNegativeBiopsy: false },
  pbcg: { africanAncestry: false },
  pcptrc: { africanAncestry: false },
  'pcptrc-family': { africanAncestry: false },
};

/**
 * What a published model says of every exam that has PSA and volume.
 * Problems: not-found, naming the models there are.
 */
export function scoreExams(exams: readonly MarksheetExam[], modelId: string): Scoring {
  const model = referenceModel(modelId);
  if (model === undefined) {
    const known = referenceModels.map(({ id }) => id).join(', ');
    throw new Problem('not-found', { detail: `There is no published model ${modelId}. There are: ${known}.` });
  }
  const [refused, warned] = [new Map<string, number>(), new Map<string, number>()];
  const note = (where: Map<string, number>, reason: string): void => {
    where.set(reason, (where.get(reason) ?? 0) + 1);
  };
  const scored: ScoredExam[] = [];
  for (const exam of exams) {
    const missing = missingInput(exam);
    if (missing !== undefined) {
      note(refused, missing);
      continue;
    }
    const answer = model.evaluate(inputOf(model, exam), { conventions: ['negative-mri-as-pirads-2'] });
    if (!answer.ok) {
      note(refused, answer.error.map(({ pointer, detail }) => `${pointer ?? ''} ${detail}`.trim()).join('; '));
      continue;
    }
    const { probability, variant, warnings } = answer.value;
    for (const warning of warnings) note(warned, `${warning.pointer ?? ''} ${warning.code}`.trim());
    scored.push({
      exam,
      probability,
      variant,
      isOutsideRange: warnings.some(({ code }) => code !== 'unknown-as-published'),
    });
  }
  return { model, scored, refused: counted(refused), warned: counted(warned) };
}

function missingInput(exam: MarksheetExam): string | undefined {
  if (exam.psaNgPerMl === undefined) return 'PSA is not known';
  if (exam.volumeMl === undefined) return 'prostate volume is not known';
  return undefined;
}

function inputOf({ data }: ReferenceModel, exam: MarksheetExam): ReferenceInput {
  const input: ReferenceInput = {
    ageYears: exam.ageYears,
    piRads: exam.maxPiRads,
    ...(exam.psaNgPerMl === undefined ? {} : { psaNgPerMl: exam.psaNgPerMl }),
    ...(exam.volumeMl === undefined ? {} : { volumeMl: exam.volumeMl }),
    ...assumed[data.id],
  };
  const wanted = new Set<string>(data.inputs.map(({ name }) => name));
  return Object.fromEntries(Object.entries(input).filter(([name]) => wanted.has(name))) as ReferenceInput;
}

const counted = (counts: Map<string, number>): { reason: string; n: number }[] =>
  [...counts].map(([reason, n]) => ({ reason, n })).sort((a, b) => b.n - a.n);
