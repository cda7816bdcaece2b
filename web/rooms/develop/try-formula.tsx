import { type FormEvent, useState } from 'react';
import type { z } from 'zod';
import { prediction } from '../../../src/develop/contract.ts';
import { problemOf, tell } from '../../app/api.ts';
import { formatFraction, formatOutOf } from '../../messages/format.ts';
import { rich } from '../../messages/rich.tsx';
import { t, tMaybe } from '../../messages/translate.ts';
import {
  Button,
  Card,
  CheckField,
  Columns,
  ProblemView,
  Row,
  SelectField,
  type ShownProblem,
  TextField,
} from '../../ui/index.ts';
import { type FormulaInput, inputFrom, inputsOf, inventedMan } from './formula-input.ts';
import type { ReferenceModelView } from './reference-models.tsx';

type Prediction = z.output<typeof prediction>;

/** Evaluates a published formula on invented values; what it refuses is shown with the field that is at fault. */
export function TryFormula({ models }: { models: ReferenceModelView[] }) {
  const [id, setId] = useState(models[0]?.id ?? '');
  const [typed, setTyped] = useState<Record<string, string>>({ ...inventedMan });
  const [isNegativeRead, setNegativeRead] = useState(false);
  const [answer, setAnswer] = useState<Prediction>();
  const [problem, setProblem] = useState<ShownProblem>();
  const model = models.find((one) => one.id === id);
  if (!model) return null;
  const inputs = inputsOf(model.inputs);
  const hasConvention = inputs.some(({ negativeMri }) => negativeMri !== undefined);
  const forget = () => {
    setAnswer(undefined);
    setProblem(undefined);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    forget();
    const conventions = isNegativeRead && hasConvention ? ['negative-mri-as-pirads-2'] : [];
    const path = `/api/v1/develop/reference-models/${encodeURIComponent(id)}/predict`;
    tell('POST', path, { body: { input: inputFrom(inputs, typed), conventions }, schema: prediction }).then(
      setAnswer,
      (failure: unknown) => setProblem(problemOf(failure)),
    );
  };
  return (
    <Card title={t('develop.try.title')}>
      <form onSubmit={submit} className="stack gap-4" noValidate>
        <p className="dim">
          {t('develop.try.lead')} {model.notice}
        </p>
        <Columns minPx={220}>
          <SelectField
            label={t('develop.try.model')}
            value={id}
            options={models.map(({ id: value, title, revision }) => ({ value, label: `${title}, ${revision}` }))}
            onChange={(value) => {
              setId(value);
              forget();
            }}
          />
          {inputs.map((input) => (
            <InputField
              key={input.name}
              input={input}
              value={typed[input.name] ?? ''}
              onChange={(value) => setTyped({ ...typed, [input.name]: value })}
            />
          ))}
        </Columns>
        {hasConvention ? (
          <CheckField label={t('develop.try.convention')} isChecked={isNegativeRead} onChange={setNegativeRead} />
        ) : null}
        <Row>
          <Button type="submit">{t('develop.try.act')}</Button>
        </Row>
        {problem ? <ProblemView problem={problem} during="read" /> : null}
        {answer ? <Result answer={answer} /> : null}
      </form>
    </Card>
  );
}

function InputField({
  input,
  value,
  onChange,
}: {
  input: FormulaInput;
  value: string;
  onChange: (value: string) => void;
}) {
  const label = tMaybe(`develop.input.${input.name}`) ?? input.name;
  const shared = { label, value, onChange, isRequired: input.isRequired };
  const unknown = { value: '', label: t('develop.try.unknown') };
  if (input.kind === 'flag')
    return (
      <SelectField
        {...shared}
        options={[unknown, { value: 'yes', label: t('develop.try.yes') }, { value: 'no', label: t('develop.try.no') }]}
      />
    );
  if (input.kind === 'category')
    return (
      <SelectField
        {...shared}
        options={[unknown, ...(input.values ?? []).map((one) => ({ value: one, label: one.replaceAll('-', ' ') }))]}
      />
    );
  return <TextField {...shared} placeholder={input.isRequired ? '' : t('develop.try.optional')} />;
}

const Result = ({ answer }: { answer: Prediction }) => (
  <div className="consequence" role="status">
    <p>
      {rich('develop.try.result', {
        rate: formatOutOf(answer.probability),
        probability: formatFraction(answer.probability, 3),
        variant: answer.variant,
      })}
    </p>
    {answer.warnings.length > 0 ? (
      <>
        <h3>{t('develop.try.warnings')}</h3>
        <ul>
          {answer.warnings.map(({ pointer, detail }) => (
            <li key={`${pointer} ${detail}`}>
              {pointer ? <code>{pointer}</code> : null} {detail}
            </li>
          ))}
        </ul>
      </>
    ) : null}
    <p className="dim small">{answer.notice}</p>
  </div>
);
