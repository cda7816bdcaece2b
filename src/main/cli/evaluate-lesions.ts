import { writeFile } from 'node:fs/promises';
import { Problem, seededRandom } from '#kernel';
import { evaluateLesions as evaluate, type LesionMode } from '#statistics';
import { pairCaseFiles } from '../lesions/case-files.ts';
import { examineCases } from '../lesions/evaluation.ts';
import { casesOf, type LesionReport, notesOf, reportText } from '../lesions/report.ts';
import { type ExitCode, exitCodes, progressOn, type Streams, say, sayJson, table } from './output.ts';

export interface LesionFlags {
  predictions?: string;
  references?: string;
  mode: LesionMode;
  overlap: 'iou' | 'dsc';
  minOverlap: number;
  caseConfidence: 'max' | 'independent';
  losersAreFalse?: boolean;
  at?: number[];
  bootstrap: string;
  seed: string;
  /** True: on standard output; a text: into that file. */
  json?: string | true;
}

/** Lesion-level figures of detection maps against references; no server and no database. */
export async function evaluateLesions(
  folder: string | undefined,
  { flags, streams }: { flags: LesionFlags; streams: Streams },
): Promise<ExitCode> {
  const { cases: files, unanswered } = await pairCaseFiles(foldersOf(folder, flags));
  if (unanswered > 0 && flags.mode === 'strict') {
    throw new Problem('invalid-input', {
      detail: `${unanswered} references have no detection map. Add an empty map for a case in which nothing was found, or use --mode compat, which leaves them out.`,
    });
  }
  const options = {
    ...{ mode: flags.mode, minOverlap: flags.minOverlap, overlap: flags.overlap },
    ...{ caseConfidence: flags.caseConfidence, allowUnmatchedOverlap: flags.losersAreFalse !== true },
  };
  const progress = progressOn(streams, 'cases');
  const examined = await examineCases(files, options, (done) => progress.show(done, files.length)).finally(() =>
    progress.end(),
  );
  const patients = files.map(({ patient }) => patient);
  const resamples = Number(flags.bootstrap);
  const evaluation = evaluate(examined, {
    mode: flags.mode,
    ...(flags.at === undefined ? {} : { falsePositivesPerCase: flags.at }),
    ...(resamples === 0 ? {} : { bootstrap: { resamples, random: seededRandom(flags.seed), patients } }),
  });
  const report: LesionReport = {
    kind: 'hortus lesion evaluation 1',
    ...{ options, bootstrap: { resamples, seed: flags.seed }, patients: new Set(patients).size },
    ...{ evaluation, cases: casesOf(examined), notes: notesOf(examined, unanswered) },
  };
  await tell(report, flags, streams);
  const { auroc, averagePrecision } = evaluation;
  return auroc.figure.estimable || averagePrecision.figure.estimable ? exitCodes.ok : exitCodes.negative;
}

function foldersOf(folder: string | undefined, flags: LesionFlags): { predictions: string; references: string } {
  const predictions = flags.predictions ?? folder ?? flags.references;
  const references = flags.references ?? folder ?? flags.predictions;
  if (predictions !== undefined && references !== undefined) return { predictions, references };
  throw new Problem('invalid-input', { detail: 'Name a folder, or --predictions and --references.' });
}

async function tell(report: LesionReport, { json }: LesionFlags, streams: Streams): Promise<void> {
  if (json === true) {
    sayJson(streams, report);
    return;
  }
  if (json !== undefined) {
    await writeFile(json, `${JSON.stringify(report, null, 2)}\n`).catch((error: NodeJS.ErrnoException) => {
      throw new Problem('invalid-input', {
        detail: `The file of --json cannot be written (${error.code}).`,
        cause: error,
      });
    });
  }
  say(streams, reportText(report, table));
}
