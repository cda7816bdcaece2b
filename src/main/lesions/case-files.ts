import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type FieldError, Problem } from '#kernel';

/** A detection map with its reference. Names of files may name persons: they are never printed, positions are. */
export interface CaseFiles {
  caseId: string;
  /** What stands before the first `_` of the case id: PI-CAI writes `<patient>_<study>`. */
  patient: string;
  detection: string;
  reference: string;
}

export interface PairedFiles {
  /** By case id, in the order of code points. */
  cases: CaseFiles[];
  /** References without a detection map. */
  unanswered: number;
}

const extensions = ['.nii.gz', '.nii'];
const otherExtensions = ['.npz', '.npy', '.mha', '.mhd'];

/**
 * Pairs detection maps with references by case id, as picai_eval does: `<case>_detection_map` and `<case>_label`; in two
 * folders also `<case>` alone.
 *
 * Problems: `invalid-input` where a folder cannot be read or has no detection map, a map is in a format that is not read,
 * a case has two maps or references, or a map has no reference. Unlike picai_eval, nothing is skipped.
 */
export async function pairCaseFiles(folders: { predictions: string; references: string }): Promise<PairedFiles> {
  const isOneFolder = resolve(folders.predictions) === resolve(folders.references);
  const [predictions, references] = await Promise.all([
    namesIn(folders.predictions, 'detection maps'),
    namesIn(folders.references, 'references'),
  ]);
  const detectionEnds = endings(['_detection_map', ...(isOneFolder ? [] : [''])]);
  const labelEnds = endings(['_label', ...(isOneFolder ? [] : [''])]);
  const detections = byCase(
    predictions.filter((name) => caseOf(name, endings(['_label'])) === undefined),
    detectionEnds,
  );
  const labels = byCase(
    references.filter((name) => caseOf(name, endings(['_detection_map'])) === undefined),
    labelEnds,
  );
  refuseOtherFormats(predictions, isOneFolder);
  if (detections.size === 0) {
    const wanted = detectionEnds.map((end) => `<case>${end}`).join(', ');
    throw new Problem('invalid-input', { detail: `There is no detection map in the folder: no file named ${wanted}.` });
  }
  const caseIds = [...detections.keys()].sort();
  const errors = caseIds.flatMap((caseId, i): FieldError[] => {
    const which = position(i, caseIds.length);
    const [maps, refs] = [detections.get(caseId)!, labels.get(caseId) ?? []];
    return [
      ...(maps.length > 1 ? [{ detail: `${which}: has ${maps.length} detection maps; leave one` }] : []),
      ...(refs.length > 1 ? [{ detail: `${which}: has ${refs.length} references; leave one` }] : []),
      ...(refs.length === 0 ? [{ detail: `${which}: has no reference (${labelEnds.join(', ')})` }] : []),
    ];
  });
  if (errors.length > 0)
    throw new Problem('invalid-input', { detail: 'Not every detection map has one reference.', errors });
  const cases = caseIds.map((caseId) => ({
    ...{ caseId, patient: caseId.split('_', 1)[0]! },
    detection: join(folders.predictions, detections.get(caseId)![0]!),
    reference: join(folders.references, labels.get(caseId)![0]!),
  }));
  return { cases, unanswered: [...labels.keys()].filter((caseId) => !detections.has(caseId)).length };
}

/** How a case is named in what is printed. */
export const position = (index: number, of: number): string => `case ${index + 1} of ${of} (in the order of names)`;

const endings = (postfixes: readonly string[]): string[] =>
  postfixes.flatMap((postfix) => extensions.map((extension) => `${postfix}${extension}`));

async function namesIn(folder: string, what: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    throw new Problem('invalid-input', { detail: `The folder of the ${what} cannot be read (${code}).`, cause: error });
  }
}

/** The name without the first of the endings that it has; undefined without one. */
function caseOf(name: string, ends: readonly string[]): string | undefined {
  const end = ends.find((one) => name.endsWith(one) && name.length > one.length);
  return end === undefined ? undefined : name.slice(0, -end.length);
}

function byCase(names: readonly string[], ends: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const name of names) {
    const caseId = caseOf(name, ends);
    if (caseId !== undefined) found.set(caseId, [...(found.get(caseId) ?? []), name]);
  }
  return found;
}

function refuseOtherFormats(names: readonly string[], isOneFolder: boolean): void {
  const unread = names.filter((name) =>
    otherExtensions.some((extension) => name.endsWith(isOneFolder ? `_detection_map${extension}` : extension)),
  );
  if (unread.length === 0) return;
  throw new Problem('invalid-input', {
    detail: `${unread.length} detection maps are in a format that is not read here (${otherExtensions.join(', ')}). Convert them to .nii.gz.`,
  });
}
