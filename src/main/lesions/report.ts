import type { EvaluatedLesionCase, LesionCaseOptions, LesionEvaluation, LesionFigure } from '#statistics';

/** The evaluation for machines. Cases are numbered by the order of their names, which are not repeated. */
export interface LesionReport {
  kind: 'hortus lesion evaluation 1';
  options: Required<
    Pick<LesionCaseOptions, 'mode' | 'minOverlap' | 'overlap' | 'caseConfidence' | 'allowUnmatchedOverlap'>
  >;
  bootstrap: { resamples: number; seed: string };
  patients: number;
  evaluation: LesionEvaluation;
  cases: {
    position: number;
    hasLesion: boolean;
    confidence: number;
    findings: EvaluatedLesionCase['findings'];
    warnings: readonly string[];
  }[];
  notes: string[];
}

export function casesOf(examined: readonly EvaluatedLesionCase[]): LesionReport['cases'] {
  return examined.map(({ hasLesion, confidence, findings, warnings }, i) => ({
    ...{ position: i + 1, hasLesion, confidence, findings, warnings },
  }));
}

/** What a reader must know beside the figures: warnings by kind, with how many cases they concern. */
export function notesOf(examined: readonly EvaluatedLesionCase[], unanswered: number): string[] {
  const counts = new Map<string, number>();
  for (const warning of examined.flatMap(({ warnings }) => warnings))
    counts.set(warning, (counts.get(warning) ?? 0) + 1);
  const notes = [...counts].map(([warning, count]) => `in ${count} of ${examined.length} cases ${warning}`);
  if (unanswered > 0) notes.push(`${unanswered} references have no detection map and count for nothing`);
  return notes;
}

/** The evaluation as lines for a reader. */
export function reportText(
  { evaluation, patients, options, notes }: LesionReport,
  table: (rows: string[][]) => string,
) {
  const { auroc, averagePrecision, picaiScore, tprAtFpr, ...counts } = evaluation;
  const name = (rate: number) => `lesions found at ${rate} false positives a case`;
  const rows = [
    ['figure', 'value', 'interval over patients', 'n'],
    row('AUROC of cases', auroc, `${counts.cases} cases`),
    row('average precision of candidates', averagePrecision, `${counts.lesions} lesions`),
    row('PI-CAI score', picaiScore, `${counts.cases} cases`),
    ...tprAtFpr.map(({ falsePositivesPerCase, tpr }) =>
      row(name(falsePositivesPerCase), tpr, `${counts.lesions} lesions`),
    ),
  ];
  return [
    `${counts.cases} cases of ${patients} patients, ${counts.casesWithLesion} with a lesion; mode ${evaluation.mode}`,
    `${counts.lesions} lesions, ${counts.truePositives} found; ${counts.falsePositives} false positives`,
    `Match: ${options.overlap === 'iou' ? 'IoU' : 'DSC'} of at least ${options.minOverlap}`,
    '',
    table(rows),
    ...(notes.length === 0 ? [] : ['', ...notes.map((note) => `Note: ${note}.`)]),
  ].join('\n');
}

function row(name: string, { figure, interval }: LesionFigure, n: string): string[] {
  if (!figure.estimable) return [name, `not estimable, because: ${figure.because}`, '', n];
  const value = figure.value.toFixed(4);
  if (interval === undefined) return [name, value, '', n];
  if (!interval.estimable) return [name, value, `none, because: ${interval.because}`, n];
  const { lower, upper, level } = interval;
  return [
    name,
    value,
    `${lower.toFixed(3)}–${upper.toFixed(3)} (${Number((100 * level).toFixed(1))} %, approximate)`,
    n,
  ];
}
