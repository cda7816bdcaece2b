import type { CaseSummary, CaseView } from '../../../../src/monitor/contract.ts';
import { formatFraction } from '../../../messages/format.ts';
import { t } from '../../../messages/translate.ts';
import type { Status } from '../../../ui/status/status.ts';

export const shows = [
  'all',
  'missed',
  'false-alarm',
  'unresolved',
  'rare',
  'low-quality',
  'audited',
  'corrected',
] as const;
export type Show = (typeof shows)[number];

export type Verdict = 'found' | 'missed' | 'false-alarm' | 'cleared' | 'open' | 'undecided';

/** What the AI's answer turned out to be. Without a plan nothing was flagged or cleared. */
export function verdictOf(flagged: boolean | null, outcome: boolean | null): Verdict {
  if (outcome === null) return 'open';
  if (flagged === null) return 'undecided';
  if (flagged) return outcome ? 'found' : 'false-alarm';
  return outcome ? 'missed' : 'cleared';
}

export const verdictStatus: Record<Verdict, Status> = {
  found: 'pass',
  cleared: 'pass',
  missed: 'fail',
  'false-alarm': 'watch',
  open: 'unknown',
  undecided: 'not-evaluable',
};

export const verdictWord = (verdict: Verdict): string =>
  verdict === 'undecided' ? t('monitor.cases.decision.none') : t(`monitor.cases.verdict.${verdict}`);

/** Two places would hide what the model said of the smallest risks, so these keep their first digit. */
export function probabilityText(probability: number): string {
  if (probability > 0 && probability < 0.00005) return t('monitor.cases.probability.tiny');
  return formatFraction(probability, probability > 0 && probability < 0.005 ? 4 : 2);
}

export const decisionWord = (flagged: boolean | null): string =>
  flagged === null
    ? t('monitor.cases.decision.none')
    : t(flagged ? 'monitor.cases.decision.flagged' : 'monitor.cases.decision.cleared');

export const outcomeWord = (value: boolean | null): string =>
  value === null
    ? t('monitor.cases.outcome.unknown')
    : t(value ? 'monitor.cases.outcome.yes' : 'monitor.cases.outcome.no');

/** Why this case is verified, or who stands for it. */
export function auditWords({ audited, flagged }: Pick<CaseSummary, 'audited' | 'flagged'>): string {
  if (audited) return t('monitor.case.audit.drawn');
  if (flagged === null) return t('monitor.case.audit.no-plan');
  return t(flagged ? 'monitor.case.audit.flagged' : 'monitor.case.audit.not-drawn');
}

export interface CaseEvent {
  key: string;
  /** When Hortus learned of it: the order of the timeline. */
  recordedAt: string;
  happenedAt: string;
  what: string;
  reason: string | null;
  batchId: string;
  ledgerIndex: number | null;
}

type Prediction = CaseView['predictions'][number];

function predictionWords({ derived, revision, ...rest }: Prediction): string {
  const values = {
    version: rest.modelVersionLabel,
    probability: probabilityText(rest.probability),
    decision: decisionWord(rest.flagged),
  };
  if (derived) return t('monitor.case.prediction.shadow', values);
  return revision === 0
    ? t('monitor.case.prediction', values)
    : t('monitor.case.prediction.corrected', { ...values, revision });
}

function outcomeWords({ outcome, value, verification, revision }: CaseView['outcomes'][number]): string {
  const values = {
    name: outcome,
    value: outcomeWord(value),
    verification: t(`monitor.cases.verification.${verification}`),
  };
  return revision === 0
    ? t('monitor.case.outcome', values)
    : t('monitor.case.outcome.corrected', { ...values, revision });
}

/** Everything ever recorded of a case, in the order in which it became known. */
export function caseEvents({ predictions, outcomes }: CaseView): CaseEvent[] {
  const events = [
    ...predictions.map((one) => ({
      key: `p ${one.modelVersionId} ${one.revision}`,
      happenedAt: one.predictedAt,
      what: predictionWords(one),
      ...sourceOf(one),
    })),
    ...outcomes.map((one) => ({
      key: `o ${one.outcome} ${one.revision}`,
      happenedAt: one.knownAt,
      what: outcomeWords(one),
      ...sourceOf(one),
    })),
  ];
  return events.sort((a, b) => a.recordedAt.localeCompare(b.recordedAt) || a.happenedAt.localeCompare(b.happenedAt));
}

const sourceOf = (one: {
  recordedAt: string;
  correctionReason: string | null;
  batchId: string;
  ledgerIndex: number | null;
}) => ({
  recordedAt: one.recordedAt,
  reason: one.correctionReason,
  batchId: one.batchId,
  ledgerIndex: one.ledgerIndex,
});

/** The prediction that counts: the first version's, in its latest revision; a shadow's only where there is no other. */
export function latestPrediction({ predictions }: CaseView): Prediction | undefined {
  const own = predictions.filter(({ derived }) => !derived);
  const [first] = own.length > 0 ? own : predictions;
  return predictions.findLast(({ modelVersionId }) => modelVersionId === first?.modelVersionId);
}

/** As the server counts: the outcome recorded last. */
export const latestOutcome = ({ outcomes }: CaseView): CaseView['outcomes'][number] | undefined =>
  [...outcomes].sort((a, b) => a.recordedAt.localeCompare(b.recordedAt) || a.revision - b.revision).at(-1);
