import { createReadStream } from 'node:fs';
import { type CsvRow, csvReader } from '#formats/csv';
import { type FieldError, isPlainDate, type PlainDate, Problem } from '#kernel';

/** What the sheet says of one lesion. A lesion without tissue has neither a Gleason score nor a grade group. */
export interface MarksheetLesion {
  /** 1–5; absent for a lesion found on biopsy only (`N/A` in the sheet). */
  piRads?: number;
  /** For example `3+4`; `0+0` is benign tissue. */
  gleasonScore?: string;
  isup?: number;
}

/** One exam of the PI-CAI marksheet: one row of the file. */
export interface MarksheetExam {
  /** The sheet's `study_id`. */
  caseId: string;
  patientId: string;
  mriDate: PlainDate;
  ageYears: number;
  psaNgPerMl?: number;
  volumeMl?: number;
  /** PSA / volume, computed: the column `psad` contradicts its own sources in 64 rows. */
  psaDensity?: number;
  /** Highest PI-RADS of the exam; 1 is a negative MRI. */
  maxPiRads: number;
  lesions: MarksheetLesion[];
  /** How tissue was taken; absent for an exam that was never verified. */
  histopathType?: HistopathType;
  /** Highest grade group of the exam, 0–5; 0 also where no tissue was taken, which is the sheet's convention. */
  caseIsup: number;
  isCsPca: boolean;
  /** Tissue was sampled. A negative that is not verified is a convention, not an observation. */
  isVerified: boolean;
  center: string;
}

export const histopathTypes = ['MRBx', 'SysBx', 'SysBx+MRBx', 'RP'] as const;
export type HistopathType = (typeof histopathTypes)[number];

/** The condition under which the data may be used. Every screen and report made from it shows this. */
export const marksheetTerms = {
  source: 'DIAGNijmegen/picai_labels, marksheet.csv',
  licence: 'CC BY-NC 4.0',
  notice: 'Demonstration data, a convenience sample: neither the standard of care nor a benchmark of any AI.',
} as const;

const columns = [
  'patient_id',
  'study_id',
  'mri_date',
  'patient_age',
  'psa',
  'psad',
  'prostate_volume',
  'histopath_type',
  'lesion_PIRADS',
  'lesion_GS',
  'lesion_ISUP',
  'case_ISUP',
  'case_csPCa',
  'center',
] as const;

type Fields = Record<(typeof columns)[number], string>;

/**
 * Reads the PI-CAI marksheet from a file.
 * @param path where the file lies; Hortus never ships it.
 * @throws Problem `wrong-columns` or `invalid-input` with the lines that do not fit.
 */
export async function loadMarksheet(path: string): Promise<MarksheetExam[]> {
  const chunks: string[] = [];
  for await (const chunk of createReadStream(path, { encoding: 'utf8' })) chunks.push(chunk as string);
  return readMarksheet(chunks);
}

/** The exams of a marksheet given as text, in the order of the file; throws as `loadMarksheet`. */
export function readMarksheet(chunks: Iterable<string>): MarksheetExam[] {
  const reader = csvReader({ columns });
  const batches = [...Array.from(chunks, (chunk) => reader.push(chunk)), reader.end()];
  const faults = batches.flatMap((batch) => batch.errors);
  const header = faults.find(({ line }) => line === 1);
  if (header !== undefined) throw new Problem('wrong-columns', { detail: header.detail, errors: faults });
  const exams: MarksheetExam[] = [];
  for (const row of batches.flatMap((batch) => batch.rows)) {
    const read = readExam(row);
    if ('error' in read) faults.push({ line: row.line, ...read.error });
    else exams.push(read.exam);
  }
  if (faults.length > 0) throw new Problem('invalid-input', { errors: faults });
  return exams;
}

type ExamReading = { exam: MarksheetExam } | { error: FieldError };

function readExam(row: CsvRow): ExamReading {
  const fields = Object.fromEntries(columns.map((name, i) => [name, row.fields[i]])) as Fields;
  const wrong = (column: keyof Fields, detail: string): ExamReading => ({ error: { pointer: `/${column}`, detail } });

  if (!isPlainDate(fields.mri_date)) return wrong('mri_date', 'a day that exists, YYYY-MM-DD');
  const age = positive(fields.patient_age);
  if (age === undefined) return wrong('patient_age', 'a positive number');
  const psa = positive(fields.psa);
  if (psa === undefined && fields.psa !== '') return wrong('psa', 'a positive number, or empty');
  const volume = positive(fields.prostate_volume);
  if (volume === undefined && fields.prostate_volume !== '')
    return wrong('prostate_volume', 'a positive number, or empty');
  const histopathType = histopathTypes.find((type) => type === fields.histopath_type);
  if (histopathType === undefined && fields.histopath_type !== '')
    return wrong('histopath_type', 'a known route, or empty');
  const lesions = alignLesions(fields, histopathType !== undefined);
  if (lesions === undefined) return wrong('lesion_ISUP', 'one grade group for every lesion with a Gleason score');
  const maxPiRads = Math.max(...lesions.map(({ piRads }) => piRads ?? 0));
  if (!(maxPiRads >= 1)) return wrong('lesion_PIRADS', 'at least one score from 1 to 5');
  const caseIsup = Math.max(0, ...lesions.map(({ isup }) => isup ?? 0));
  if (fields.case_ISUP !== String(caseIsup)) return wrong('case_ISUP', 'the highest grade group of the lesions');
  if (fields.case_csPCa !== (caseIsup >= 2 ? 'YES' : 'NO'))
    return wrong('case_csPCa', 'YES from grade group 2, else NO');

  return {
    exam: {
      caseId: fields.study_id,
      patientId: fields.patient_id,
      mriDate: fields.mri_date,
      ageYears: age,
      ...(psa === undefined ? {} : { psaNgPerMl: psa }),
      ...(volume === undefined ? {} : { volumeMl: volume }),
      ...(psa === undefined || volume === undefined ? {} : { psaDensity: psa / volume }),
      maxPiRads,
      lesions,
      ...(histopathType === undefined ? {} : { histopathType }),
      caseIsup,
      isCsPca: caseIsup >= 2,
      isVerified: histopathType !== undefined,
      center: fields.center,
    },
  };
}

/**
 * Joins the three comma lists of a row. `lesion_GS` runs beside `lesion_PIRADS`, but `lesion_ISUP` leaves out the
 * lesions whose Gleason score is `N/A` (106 rows), so grade groups are dealt out to the others in order.
 */
function alignLesions(fields: Fields, hasTissue: boolean): MarksheetLesion[] | undefined {
  const piRads = fields.lesion_PIRADS.split(',');
  if (piRads.some((score) => !/^([1-5]|N\/A)$/.test(score))) return undefined;
  const gleason = hasTissue ? fields.lesion_GS.split(',') : piRads.map(() => 'N/A');
  const isup = hasTissue && fields.lesion_ISUP !== '' ? fields.lesion_ISUP.split(',') : [];
  if (!hasTissue && (fields.lesion_GS !== '' || fields.lesion_ISUP !== '')) return undefined;
  if (gleason.length !== piRads.length || isup.some((grade) => !/^[0-5]$/.test(grade))) return undefined;
  if (gleason.filter((score) => score !== 'N/A').length !== isup.length) return undefined;
  let next = 0;
  return piRads.map((score, i) => ({
    ...(score === 'N/A' ? {} : { piRads: Number(score) }),
    ...(gleason[i] === 'N/A' ? {} : { gleasonScore: gleason[i]!, isup: Number(isup[next++]) }),
  }));
}

function positive(text: string): number | undefined {
  if (!/^\d+(\.\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  return value > 0 ? value : undefined;
}
