import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { z } from 'zod';
import { candidateView, type DeficiencyView } from '../../../../src/monitor/contract.ts';
import { problemOf, tell } from '../../../app/api.ts';
import { formatCount, formatFraction } from '../../../messages/format.ts';
import { rich } from '../../../messages/rich.tsx';
import { t } from '../../../messages/translate.ts';
import {
  Button,
  Card,
  Choice,
  Columns,
  Day,
  ProblemView,
  Row,
  type ShownProblem,
  Stack,
  Term,
  TextField,
} from '../../../ui/index.ts';
import { emptyRecalibration, type RecalibrationFields, readFraction, requestOf } from './recalibration-request.ts';

type Candidate = z.output<typeof candidateView>;

/** Has a candidate fitted on the server and shows what came of it. */
export function RecalibrationCard({ view }: { view: DeficiencyView }) {
  const [fields, setFields] = useState(emptyRecalibration);
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<ShownProblem>();
  const [candidate, setCandidate] = useState<Candidate>();
  const client = useQueryClient();
  const request = requestOf(fields);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!request || isBusy) return;
    setIsBusy(true);
    setProblem(undefined);
    const path = `/api/v1/monitor/deficiencies/${encodeURIComponent(view.id)}/recalibration`;
    tell('POST', path, { body: request, schema: candidateView })
      .then((made) => {
        setCandidate(made);
        return client.invalidateQueries({ queryKey: ['api', 'v1'] });
      })
      .catch((failure: unknown) => setProblem(problemOf(failure)))
      .finally(() => setIsBusy(false));
  };
  return (
    <Card title={t('monitor.recalibration.title')}>
      <form onSubmit={submit} className="stack gap-4">
        <p>
          {rich('monitor.recalibration.lead', {
            recalibration: <Term k="recalibration" />,
            candidate: <Term k="candidate" />,
            shadow: <Term k="shadow" />,
          })}
        </p>
        <FitFields fields={fields} onChange={setFields} />
        <Row>
          <Button type="submit" kind="binding" isDisabled={!request} isBusy={isBusy}>
            {t('monitor.recalibration.act')}
          </Button>
        </Row>
        {problem ? <ProblemView problem={problem} during="act" /> : null}
        {candidate ? <Made candidate={candidate} /> : null}
      </form>
    </Card>
  );
}

interface FieldsProps {
  fields: RecalibrationFields;
  onChange: (fields: RecalibrationFields) => void;
}

function FitFields({ fields, onChange }: FieldsProps) {
  return (
    <Columns minPx={240}>
      <Labelled label={t('monitor.recalibration.kind')}>
        <Choice
          label={t('monitor.recalibration.kind')}
          value={fields.kind}
          options={(['intercept', 'intercept-and-slope'] as const).map((value) => ({
            value,
            label: t(`monitor.recalibration.kind.${value}`),
          }))}
          onChange={(kind) => onChange({ ...fields, kind })}
        />
      </Labelled>
      <TextField
        label={t('monitor.recalibration.from')}
        hint={t('monitor.recalibration.from.hint')}
        type="date"
        value={fields.fitFrom}
        onChange={(fitFrom) => onChange({ ...fields, fitFrom })}
      />
      <TextField
        label={t('monitor.recalibration.until')}
        hint={t('monitor.recalibration.until.hint')}
        type="date"
        value={fields.fitUntil}
        onChange={(fitUntil) => onChange({ ...fields, fitUntil })}
      />
      <ThresholdFields fields={fields} onChange={onChange} />
    </Columns>
  );
}

function ThresholdFields({ fields, onChange }: FieldsProps) {
  const isBad = fields.fraction !== '' && readFraction(fields.fraction) === undefined;
  return (
    <Stack gap={2}>
      <Labelled label={t('monitor.recalibration.choose')}>
        <Choice
          label={t('monitor.recalibration.choose')}
          value={fields.threshold}
          options={(['keep', 'sensitivity', 'threshold'] as const).map((value) => ({
            value,
            label: t(`monitor.recalibration.choose.${value}`),
          }))}
          onChange={(threshold) => onChange({ ...fields, threshold })}
        />
      </Labelled>
      {fields.threshold === 'keep' ? null : (
        <TextField
          label={t(`monitor.recalibration.${fields.threshold}`)}
          hint={t('monitor.recalibration.fraction.hint')}
          value={fields.fraction}
          onChange={(fraction) => onChange({ ...fields, fraction })}
          error={isBad ? t('monitor.recalibration.fraction.bad') : undefined}
          isRequired
        />
      )}
    </Stack>
  );
}

const Labelled = ({ label, children }: { label: string; children: React.ReactNode }) => (
  <Stack gap={1}>
    <span aria-hidden="true">{label}</span>
    {children}
  </Stack>
);

function Made({ candidate }: { candidate: Candidate }) {
  const { fit } = candidate;
  return (
    <div className="consequence" role="status">
      <h3>{t('monitor.recalibration.done.title', { label: candidate.label })}</h3>
      <p>
        {rich('monitor.recalibration.done', {
          intercept: formatFraction(candidate.intercept, 3),
          slope: formatFraction(candidate.slope, 3),
          threshold: formatFraction(candidate.decisionThreshold),
          n: formatCount(fit.n),
          events: formatCount(fit.events),
          from: <Day at={fit.from} />,
          until: <Day at={fit.until} />,
        })}{' '}
        <Link to="/develop/models" hash={candidate.modelVersionId}>
          {t('monitor.recalibration.done.link')}
        </Link>
      </p>
    </div>
  );
}
