import { Modal } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { t } from '../../messages/translate.ts';
import { Button, CheckField, TextArea } from '../controls.tsx';
import { ProblemView, type ShownProblem } from '../problem-view.tsx';

const usualReasonLengthMin = 10;

interface ActDialogProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  /** The words on the button: the act itself, "Suspend at Westhaven". */
  actLabel: string;
  /** Resolves when the act is recorded; a rejection is shown and nothing typed is lost. */
  onAct: (reason: string) => Promise<void>;
  /** Makes what is shown of a rejection. */
  problemOf: (failure: unknown) => ShownProblem;
  /** Characters, where an act asks for more than the usual ten. */
  reasonLengthMin?: number;
}

export interface ReasonDialogProps extends ActDialogProps {
  /** One sentence of what will happen, to whom, from when. */
  consequence: ReactNode;
  /** What the act needs beside a reason: a text, a choice, a document. */
  fields?: ReactNode;
  /** False while a field is not filled. */
  isReady?: boolean;
}

/** A binding act: what will happen in a sentence, and a typed reason that becomes part of the record. */
export function ReasonDialog({ consequence, fields, isReady = true, ...act }: ReasonDialogProps) {
  return (
    <ActForm {...act} isReady={isReady}>
      <Consequence>{consequence}</Consequence>
      {fields}
    </ActForm>
  );
}

export interface SignDialogProps extends ReasonDialogProps {
  /** The evidence that is signed: what it says, and its digest. */
  evidence: ReactNode;
  /** Who signs. */
  name: string;
  role: string;
  /** True when this is the first of two signatures. */
  needsSecond: boolean;
  /** Why what is signed could not be opened. */
  problem?: ShownProblem | undefined;
}

/** A signature over evidence that the signer has before the eyes, with role and reason. */
export function SignDialog(props: SignDialogProps) {
  const { consequence, evidence, name, role, needsSecond, fields, isReady = true, problem, ...act } = props;
  const [hasRead, setHasRead] = useState(false);
  return (
    <ActForm {...act} isReady={hasRead && isReady}>
      <Consequence>{consequence}</Consequence>
      <div className="sign-evidence">
        <h3>{t('ui.sign.seen')}</h3>
        {problem ? <ProblemView problem={problem} during="act" /> : evidence}
      </div>
      {fields}
      <CheckField label={t('ui.sign.confirm')} isChecked={hasRead} onChange={setHasRead} />
      <p>
        {t('ui.sign.as', { name, role })} {needsSecond ? t('ui.sign.second') : null}
      </p>
    </ActForm>
  );
}

const Consequence = ({ children }: { children: ReactNode }) => (
  <div className="consequence">
    <h3>{t('ui.act.what')}</h3>
    <p>{children}</p>
  </div>
);

function ActForm({
  title,
  isOpen,
  onClose,
  actLabel,
  onAct,
  problemOf,
  isReady,
  reasonLengthMin = usualReasonLengthMin,
  children,
}: ActDialogProps & { isReady: boolean; children: ReactNode }) {
  const [reason, setReason] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<ShownProblem>();
  const hasReason = reason.trim().length >= reasonLengthMin;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!hasReason || !isReady || isBusy) return;
    setIsBusy(true);
    setProblem(undefined);
    onAct(reason.trim())
      .then(() => {
        setReason('');
        onClose();
      })
      .catch((failure: unknown) => setProblem(problemOf(failure)))
      .finally(() => setIsBusy(false));
  };
  return (
    <Modal opened={isOpen} onClose={onClose} title={title} size="lg" closeButtonProps={{ 'aria-label': t('ui.close') }}>
      <form onSubmit={submit} className="stack gap-4">
        {children}
        <TextArea
          label={t('ui.act.reason')}
          hint={t('ui.act.reason.hint', { count: reasonLengthMin })}
          value={reason}
          onChange={setReason}
          isRequired
        />
        {problem ? <ProblemView problem={problem} during="act" /> : null}
        <div className="row gap-2 dialog-acts">
          <Button onClick={onClose} kind="quiet">
            {t('ui.cancel')}
          </Button>
          <Button type="submit" kind="binding" isDisabled={!hasReason || !isReady} isBusy={isBusy}>
            {actLabel}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
