import type { Estimate } from '#statistics';
import type { Assembled } from '../assemble.ts';
import {
  figuresByCentre,
  figuresOf,
  type GroupFigures,
  type RecalibrationStudy,
  recalibrationStudy,
} from './figures.ts';
import { type Imported, notice, timeConvention } from './import.ts';
import { inputConventions, type Scoring } from './score.ts';

/** When a claim fell, as its stream tells it. */
export interface BreakStory {
  claim: string;
  where: string;
  state: string;
  n: number;
  /** Month in which the deciding case matured, and in which it was examined; absent for a claim that stands. */
  brokenIn: string | undefined;
  examinedIn: string | undefined;
  /** Mature cases it took. */
  cases: number | undefined;
}

export interface ImportReport {
  notice: string;
  conventions: string[];
  model: string;
  variants: string[];
  exams: number;
  answered: number;
  outsideRange: number;
  refused: { reason: string; n: number }[];
  warned: { reason: string; n: number }[];
  imported: Imported;
  figures: GroupFigures[];
  /** Only exams with tissue: verification bias shown, neither figure called "the" one. */
  biopsiedOnly: GroupFigures;
  claims: BreakStory[];
  recalibration: RecalibrationStudy | { estimable: false; because: string };
}

const recalibratedBefore = '2018-01-01';

/** Everything the import tells, with the terms of the data on top. */
export async function reportOf(
  hortus: Assembled,
  { scoring, exams, imported }: { scoring: Scoring; exams: number; imported: Imported },
): Promise<ImportReport> {
  const { scored } = scoring;
  const study = recalibrationStudy(scored, recalibratedBefore);
  return {
    notice,
    conventions: [
      inputConventions,
      timeConvention,
      'No tissue sampled counts as negative by MRI, marked not verified.',
    ],
    model: scoring.model.id,
    variants: [...new Set(scored.map(({ variant }) => variant))],
    exams,
    answered: scored.length,
    outsideRange: scored.filter(({ isOutsideRange }) => isOutsideRange).length,
    refused: scoring.refused,
    warned: scoring.warned,
    imported,
    figures: figuresByCentre(scored),
    biopsiedOnly: { group: 'biopsied only', ...figuresOf(scored.filter(({ exam }) => exam.isVerified)) },
    claims: await breakStories(hortus),
    recalibration: study,
  };
}

interface ClaimRow {
  key: string;
  streams: {
    siteCode: string | null;
    state: string;
    cases: number;
    reading: { n: number };
    crossings: { kind: string; at: string; predictedOn: string; position: number }[];
  }[];
}

async function breakStories({ app }: Assembled): Promise<BreakStory[]> {
  const { claims } = (await app.inject('/api/v1/monitor/claims')).json() as { claims: ClaimRow[] };
  return claims.flatMap(({ key, streams }) =>
    streams.map(({ siteCode, state, reading, crossings }) => {
      const broken = crossings.find(({ kind }) => kind === 'break');
      return {
        claim: key.replace(/-by-centre$/, ''),
        where: siteCode ?? 'all',
        state,
        n: reading.n,
        brokenIn: broken?.at.slice(0, 7),
        examinedIn: broken?.predictedOn.slice(0, 7),
        cases: broken?.position,
      };
    }),
  );
}

const digits = (estimate: Estimate, count = 3): string =>
  estimate.estimable
    ? `${estimate.value.toFixed(count)} (${estimate.lower.toFixed(count)}–${estimate.upper.toFixed(count)})`
    : `not estimable: ${estimate.because}`;

/** The report as rows of tables and sentences, for a terminal. */
export function reportText(report: ImportReport, table: (rows: string[][]) => string): string {
  const { recalibration } = report;
  const stories = report.claims.map((one) => [
    one.claim,
    one.where,
    one.state,
    String(one.n),
    one.brokenIn === undefined ? '–' : `${one.brokenIn} (MRI of ${one.examinedIn}, case ${one.cases})`,
  ]);
  const lines = [
    report.notice,
    'DEMONSTRATION, NOT A BENCHMARK.',
    '',
    `${report.model} on ${report.answered} of ${report.exams} exams, variant ${report.variants.join(', ')}.`,
    ...report.refused.map(({ reason, n }) => `  ${n} exams are not answered: ${reason}.`),
    `  ${report.outsideRange} answers are flagged as outside the intended range or mapped into it:`,
    ...report.warned.map(({ reason, n }) => `    ${n} × ${reason}`),
    ...report.conventions.map((convention) => `  ${convention}`),
    '',
    figuresTable([...report.figures, report.biopsiedOnly], table),
    '',
    'Claims, replayed in the order in which cases matured (retrospective, α = .05 each):',
    table([['claim', 'centre', 'state', 'n', 'broken'], ...stories]),
    '',
    ...('before' in recalibration
      ? [
          `An intercept of ${recalibration.calibration.intercept.toFixed(4)}, fitted on ${recalibration.fittedOn} exams before ${recalibration.fittedBefore}, on the exams since:`,
          'before',
          figuresTable(recalibration.before, table),
          'after',
          figuresTable(recalibration.after, table),
        ]
      : [`No recalibration: ${recalibration.because}.`]),
  ];
  return lines.join('\n');
}

const figuresTable = (figures: readonly GroupFigures[], table: (rows: string[][]) => string): string =>
  table([
    ['group', 'n', 'events', 'AUROC', 'O/E', 'Brier'],
    ...figures.map((one) => [
      one.group,
      String(one.n),
      String(one.events),
      digits(one.auroc),
      digits(one.observedExpected, 2),
      digits(one.brier, 4),
    ]),
  ]);
