import {
  auroc,
  brierScore,
  type Estimate,
  fitRecalibration,
  type LogisticRecalibration,
  type NotEstimable,
  observedExpectedRatio,
  recalibrate,
} from '#statistics';
import type { ScoredExam } from './score.ts';

/** Figures of a group of exams at a single look, from the probabilities as they are (no grid). */
export interface Figures {
  n: number;
  events: number;
  auroc: Estimate;
  observedExpected: Estimate;
  brier: Estimate;
}

export interface GroupFigures extends Figures {
  group: string;
}

export const centres = ['RUMC', 'PCNN', 'ZGT'] as const;

type Probability = (one: ScoredExam) => number;

const asPredicted: Probability = (one) => one.probability;

export function figuresOf(exams: readonly ScoredExam[], probability: Probability = asPredicted): Figures {
  const probabilities = exams.map(probability);
  const events = exams.map(({ exam }) => Number(exam.isCsPca));
  return {
    n: exams.length,
    events: events.reduce((sum, event) => sum + event, 0),
    auroc: auroc(probabilities, events),
    observedExpected: observedExpectedRatio({ probabilities, events }),
    brier: brierScore(probabilities, events),
  };
}

/** The figures over all exams and at each centre. */
export const figuresByCentre = (exams: readonly ScoredExam[], probability?: Probability): GroupFigures[] => [
  { group: 'all', ...figuresOf(exams, probability) },
  ...centres.map((centre) => ({
    group: centre,
    ...figuresOf(
      exams.filter(({ exam }) => exam.center === centre),
      probability,
    ),
  })),
];

/** What a recalibration fitted on earlier exams changes on later ones, which it never saw. */
export interface RecalibrationStudy {
  fittedBefore: string;
  fittedOn: number;
  calibration: LogisticRecalibration;
  before: GroupFigures[];
  after: GroupFigures[];
}

export function recalibrationStudy(
  exams: readonly ScoredExam[],
  fittedBefore: string,
): RecalibrationStudy | NotEstimable {
  const early = exams.filter(({ exam }) => exam.mriDate < fittedBefore);
  const late = exams.filter(({ exam }) => exam.mriDate >= fittedBefore);
  const probabilities = early.map(asPredicted);
  const fit = fitRecalibration({ probabilities, events: early.map(({ exam }) => Number(exam.isCsPca)) }, 'intercept');
  if (!fit.estimable) return fit;
  const { intercept, slope } = fit;
  return {
    fittedBefore,
    fittedOn: early.length,
    calibration: { intercept, slope },
    before: figuresByCentre(late),
    after: figuresByCentre(late, (one) => recalibrate(one.probability, { intercept, slope })),
  };
}
