import { type FormEvent, useState } from 'react';
import type { z } from 'zod';
import { problemOf, tell } from '../../../app/api.ts';
import { refresh } from '../../../app/query-client.ts';
import { t } from '../../../messages/translate.ts';
import { Button, CheckField, ProblemView, SelectField, type ShownProblem, TextField } from '../../../ui/index.ts';
import { actionInWords } from '../action-words.ts';

/** What a machine usually needs; the server refuses what no machine may do. */
const scopesOffered = [
  'monitor:send-predictions',
  'monitor:send-outcomes',
  'certify:check-serving',
  'certify:read-certificates',
  'monitor:read-claims',
  'monitor:read-cases',
] as const;

const terms = ['30', '90', '366'] as const;

/** A machine gets access to named acts, for a time: by a token, or as a client that fetches its own ones. */
export function IssueToken<Schema extends z.ZodType>({
  path,
  schema,
  label,
  onIssued,
  onCancel,
}: {
  path: string;
  schema: Schema;
  label: string;
  onIssued: (issued: z.output<Schema>) => void;
  onCancel: () => void;
}) {
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly string[]>(scopesOffered.slice(0, 3));
  const [days, setDays] = useState<string>(terms[1]);
  const [problem, setProblem] = useState<ShownProblem>();
  const [isBusy, setIsBusy] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setIsBusy(true);
    setProblem(undefined);
    tell('POST', path, { body: { name: name.trim(), scopes, expiresInDays: Number(days) }, schema })
      .then(async (issued) => {
        await refresh('people', 'ledger');
        onIssued(issued);
      })
      .catch((failure: unknown) => setProblem(problemOf(failure)))
      .finally(() => setIsBusy(false));
  };
  return (
    <form className="stack gap-3 issue-token" aria-label={label} onSubmit={submit}>
      <TextField
        label={t('people.tokens.issue.name')}
        hint={t('people.tokens.issue.name.hint')}
        value={name}
        onChange={setName}
        isRequired
      />
      <fieldset>
        <legend>{t('people.tokens.issue.scopes')}</legend>
        {scopesOffered.map((scope) => (
          <CheckField
            key={scope}
            label={actionInWords(scope)}
            isChecked={scopes.includes(scope)}
            onChange={(isChecked) =>
              setScopes(isChecked ? [...scopes, scope] : scopes.filter((chosen) => chosen !== scope))
            }
          />
        ))}
      </fieldset>
      <SelectField
        label={t('people.tokens.issue.days')}
        value={days}
        onChange={setDays}
        options={terms.map((term) => ({ value: term, label: t(`people.tokens.issue.days.${term}`) }))}
      />
      {problem ? <ProblemView problem={problem} during="act" /> : null}
      <div className="row gap-2">
        <Button type="submit" kind="primary" isBusy={isBusy} isDisabled={name.trim() === '' || scopes.length === 0}>
          {label}
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          {t('ui.cancel')}
        </Button>
      </div>
    </form>
  );
}
