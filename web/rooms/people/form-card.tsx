import { type FormEvent, type ReactNode, useState } from 'react';
import { problemOf } from '../../app/api.ts';
import { t } from '../../messages/translate.ts';
import { Button, ProblemView, type ShownProblem, showToast } from '../../ui/index.ts';

/** A form in the page: what is refused is shown under what was typed, and nothing typed is lost. */
export function ActForm({
  label,
  actLabel,
  isReady,
  onAct,
  onClose,
  done,
  children,
}: {
  label: string;
  actLabel: string;
  isReady: boolean;
  onAct: () => Promise<void>;
  onClose: () => void;
  /** What is said once it is done. */
  done: string;
  children: ReactNode;
}) {
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<ShownProblem>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isReady || isBusy) return;
    setIsBusy(true);
    setProblem(undefined);
    onAct()
      .then(() => {
        showToast({ kind: 'done', text: done });
        onClose();
      })
      .catch((failure: unknown) => setProblem(problemOf(failure)))
      .finally(() => setIsBusy(false));
  };
  return (
    <form className="stack gap-3 people-form" aria-label={label} onSubmit={submit}>
      {children}
      {problem ? <ProblemView problem={problem} during="act" /> : null}
      <div className="row gap-2">
        <Button type="submit" kind="primary" isBusy={isBusy} isDisabled={!isReady}>
          {actLabel}
        </Button>
        <Button kind="quiet" onClick={onClose}>
          {t('ui.cancel')}
        </Button>
      </div>
    </form>
  );
}
