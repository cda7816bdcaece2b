import {
  type BoundedFamily,
  boundedLogE,
  calibrationInTheLargeFamily,
  type Forecast,
  newBoundedState,
  observedOverExpectedFamily,
  recalibrate,
  runLogThreshold,
  stepBounded,
} from '#statistics';
import { centres } from '../../src/main/picai/figures.ts';
import type { ImportReport } from '../../src/main/picai/report.ts';
import type { ScoredExam, Scoring } from '../../src/main/picai/score.ts';

/** What the same two claims would have come to for the recalibrated model, on exams that its fit never saw. */
export interface LaterClaim {
  claim: string;
  where: string;
  n: number;
  /** E-values against and for the claim at the end, and the MRI date and number of the case that decided it. */
  against: number;
  support: number;
  decided: string;
}

const alpha = 0.05;
const families = {
  'observed-expected': (side: 'break' | 'support') => observedOverExpectedFamily(side, { lower: 0.8, upper: 1.25 }),
  calibration: (side: 'break' | 'support') => calibrationInTheLargeFamily(side, 0.05),
};

export function laterClaims({ scored }: Scoring, { recalibration: study }: ImportReport): LaterClaim[] {
  if (!('before' in study)) return [];
  const late = scored
    .filter(({ exam }) => exam.mriDate >= study.fittedBefore)
    .sort((a, b) => order(a.exam.mriDate, b.exam.mriDate) || order(a.exam.caseId, b.exam.caseId));
  return Object.entries(families).flatMap(([claim, family]) =>
    ['all', ...centres].map((where): LaterClaim => {
      const exams = late.filter(({ exam }) => where === 'all' || exam.center === where);
      const forecast = ({ exam, probability }: ScoredExam): Forecast => ({
        p: recalibrate(probability, study.calibration),
        y: exam.isCsPca ? 1 : 0,
      });
      const [against, support] = [follow(family('break'), exams, forecast), follow(family('support'), exams, forecast)];
      const decided = support.crossedAt ?? against.crossedAt;
      const verdict = support.crossedAt === undefined ? 'broken' : 'confirmed';
      return {
        claim,
        where,
        n: exams.length,
        against: against.value,
        support: support.value,
        decided: decided === undefined ? 'undecided' : `${verdict}, ${decided}`,
      };
    }),
  );
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function follow(
  family: BoundedFamily<Forecast>,
  exams: readonly ScoredExam[],
  forecast: (one: ScoredExam) => Forecast,
): { value: number; crossedAt: string | undefined } {
  const state = newBoundedState(family);
  let crossedAt: string | undefined;
  for (const [index, one] of exams.entries()) {
    stepBounded(family, state, forecast(one));
    if (crossedAt === undefined && boundedLogE(family, state) >= runLogThreshold(alpha, 1)) {
      crossedAt = `MRI of ${one.exam.mriDate}, case ${index + 1}`;
    }
  }
  return { value: Math.exp(boundedLogE(family, state)), crossedAt };
}
