import { z } from 'zod';
import { crossing } from '../../../../src/monitor/contract.ts';
import { formatCount, formatDay, formatEvidence } from '../../../messages/format.ts';
import { t, tMaybe } from '../../../messages/translate.ts';
import { KeyValues } from '../../../ui/index.ts';
import { severityWord } from './deficiencies-table.tsx';
import { actWord, wordOfAction, wordOfReason } from './deficiency-record.ts';

const severity = z.enum(['S1', 'S2', 'S3', 'S4', 'S5']);

/** The decision and the deficiency as it stands; what this page does not understand is still part of the digest. */
const decisionSchema = z.looseObject({
  title: z.string(),
  state: z.string(),
  severity: severity.nullable(),
  decision: z.looseObject({
    type: z.string(),
    because: z.string().optional(),
    actions: z.array(z.string()).optional(),
    severity: severity.optional(),
  }),
});
const evidenceSchema = z.looseObject({ crossing });

/** One part of a decision about a deficiency, in words. */
export function DecisionShown({ shown }: { shown: unknown }) {
  const decided = decisionSchema.safeParse(shown);
  if (decided.success) return <Decision decided={decided.data} />;
  const evidence = evidenceSchema.safeParse(shown);
  if (!evidence.success) return null;
  const { kind, at, n, logValue, logThreshold } = evidence.data.crossing;
  const values = {
    day: formatDay(at),
    n: formatCount(n),
    value: formatEvidence(logValue),
    level: formatEvidence(logThreshold),
  };
  return (
    <p>
      <b>{t(`monitor.crossing.${kind}`)}:</b> {t('monitor.deficiency.sure.lead', values)}
    </p>
  );
}

function Decision({ decided }: { decided: z.output<typeof decisionSchema> }) {
  const { title, state, decision } = decided;
  const details = [
    ...(decision.because === undefined ? [] : [wordOfReason(decision.because)]),
    ...(decision.actions ?? []).map(wordOfAction),
    ...(decision.severity === undefined ? [] : [severityWord(decision.severity)]),
  ];
  return (
    <>
      <p>{title}</p>
      <KeyValues
        items={[
          {
            key: 'decision',
            label: t('monitor.deficiency.decision'),
            value: [actWord(decision.type), ...details].join(' \u00b7 '),
          },
          {
            key: 'state',
            label: t('monitor.deficiency.evidence.state'),
            value: tMaybe(`monitor.deficiency.state.${state}`) ?? state,
          },
          { key: 'severity', label: t('monitor.deficiency.field.severity'), value: severityWord(decided.severity) },
        ]}
      />
    </>
  );
}
