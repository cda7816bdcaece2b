import { assert, type Random } from '#kernel';
import { type Described, described } from '../described.ts';
import { type NotEstimable, notEstimable } from '../estimate.ts';
import type { LesionCase, LesionMode } from './lesion-case.ts';
import {
  caseAuroc,
  type FrocCurve,
  frocCurve,
  type LesionRanking,
  lesionAveragePrecision,
  lesionTprAtFpr,
  rankLesions,
} from './lesion-ranking.ts';
import { bootstrapIntervals, type ResamplingInterval } from './patient-bootstrap.ts';

export interface LesionEvaluationOptions {
  /** `strict` (default), or `compat`, which overwrites the last point of the FROC curve as picai_eval does. */
  readonly mode?: LesionMode;
  /** Where the share of lesions found is read off; default 0.5, 1 and 2 false positives a case. */
  readonly falsePositivesPerCase?: readonly number[];
  /** Resampling of patients; left out: no intervals. */
  readonly bootstrap?: {
    readonly resamples: number;
    readonly random: Random;
    /** Default 0.95. */
    readonly level?: number;
    /** Patient of each case, by any key; default: each case is a patient. */
    readonly patients?: readonly string[];
  };
}

/** A figure and, where resampling was asked for, its interval; `n` counts cases. */
export interface LesionFigure {
  readonly figure: Described | NotEstimable;
  readonly interval: ResamplingInterval | NotEstimable | undefined;
}

export interface LesionEvaluation {
  readonly mode: LesionMode;
  readonly cases: number;
  readonly casesWithLesion: number;
  readonly lesions: number;
  /** Candidates that were matched, or count as false positives; discarded ones are not among them. */
  readonly truePositives: number;
  readonly falsePositives: number;
  /** Area under the ROC curve of the cases' scores. */
  readonly auroc: LesionFigure;
  /** Average precision of the candidates. */
  readonly averagePrecision: LesionFigure;
  /** Mean of the two: the ranking score of the PI-CAI challenge. */
  readonly picaiScore: LesionFigure;
  /** Share of the lesions found, in [0, 1]. */
  readonly tprAtFpr: readonly { readonly falsePositivesPerCase: number; readonly tpr: LesionFigure }[];
  readonly froc: FrocCurve;
}

/**
 * The figures of the PI-CAI challenge for cases that `evaluateLesionCase` has examined.
 *
 * @param cases in any order. @returns every figure in [0, 1], or why there is none: AUROC and score with `one class only`,
 *   average precision and shares with `no reference lesion`; where there is no case, all of them.
 * Cost: a sort of the findings; each resample is one pass over findings and cases.
 * **Source**: Saha et al., Lancet Oncol 2024 (PI-CAI), rules of picai_eval 1.4; statistics spec, section 9.
 * Oracle: picai_eval 1.4.13 (`test/oracles/lesions`), 1e-12; it returns NaN or 0 where there is nothing to estimate.
 */
export function evaluateLesions(cases: readonly LesionCase[], options: LesionEvaluationOptions = {}): LesionEvaluation {
  const { mode = 'strict', falsePositivesPerCase = [0.5, 1, 2], bootstrap } = options;
  assert(
    falsePositivesPerCase.every((one) => one >= 0),
    'false positives a case are 0 or more',
  );
  const ranking = rankLesions(cases, mode);
  const once = new Float64Array(cases.length).fill(1);
  const values = figuresOf(ranking, once, falsePositivesPerCase);
  const intervals =
    bootstrap === undefined
      ? undefined
      : bootstrapIntervals((counts) => figuresOf(ranking, counts, falsePositivesPerCase), {
          ...{ values, patients: bootstrap.patients ?? cases.map((_, i) => String(i)) },
          ...{ resamples: bootstrap.resamples, random: bootstrap.random, level: bootstrap.level ?? 0.95 },
        });
  const figures = values.map((value, i) => ({
    figure: typeof value === 'number' ? described(value, cases.length) : value,
    interval: intervals?.[i],
  }));
  const findings = cases.flatMap((one) => one.findings);
  return {
    mode,
    cases: cases.length,
    casesWithLesion: cases.filter(({ hasLesion }) => hasLesion).length,
    lesions: findings.filter(({ isLesion }) => isLesion).length,
    truePositives: findings.filter(({ isLesion, confidence }) => isLesion && confidence > 0).length,
    falsePositives: findings.filter(({ isLesion, confidence }) => !isLesion && confidence > 0).length,
    auroc: figures[0]!,
    averagePrecision: figures[1]!,
    picaiScore: figures[2]!,
    tprAtFpr: falsePositivesPerCase.map((one, i) => ({ falsePositivesPerCase: one, tpr: figures[3 + i]! })),
    froc: frocCurve(ranking, once),
  };
}

/** AUROC, average precision, their mean, then the share of lesions found at each rate of false positives. */
function figuresOf(ranking: LesionRanking, counts: Float64Array, rates: readonly number[]): (number | NotEstimable)[] {
  const auroc = caseAuroc(ranking, counts);
  const precision = lesionAveragePrecision(ranking, counts);
  const curve = frocCurve(ranking, counts);
  return [auroc, precision, meanOf(auroc, precision), ...rates.map((rate) => lesionTprAtFpr(curve, rate))];
}

function meanOf(auroc: number | NotEstimable, precision: number | NotEstimable): number | NotEstimable {
  if (typeof auroc !== 'number') return notEstimable(auroc.n, auroc.because);
  if (typeof precision !== 'number') return notEstimable(precision.n, precision.because);
  return (auroc + precision) / 2;
}
