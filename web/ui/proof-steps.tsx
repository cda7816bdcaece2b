import type { ReactNode } from 'react';
import { t } from '../messages/translate.ts';
import { type Status, StatusMark } from './status/index.ts';

export interface ProofStep {
  key: string;
  /** What is checked, in words: "The entry's digest is in the tree at place 1,204". */
  what: ReactNode;
  result: 'ok' | 'failed' | 'waiting' | 'not-shown';
  /** Digests and numbers for those who recompute; or why it failed. */
  detail?: ReactNode;
}

const marks: Record<
  ProofStep['result'],
  { status: Status; key: 'ui.proof.ok' | 'ui.proof.failed' | 'ui.proof.waiting' | 'ui.proof.not-shown' }
> = {
  ok: { status: 'pass', key: 'ui.proof.ok' },
  failed: { status: 'fail', key: 'ui.proof.failed' },
  waiting: { status: 'unknown', key: 'ui.proof.waiting' },
  'not-shown': { status: 'not-evaluable', key: 'ui.proof.not-shown' },
};

/** A verification that was really done, step by step, each with its result and what it was computed from. */
export function ProofSteps({ steps }: { steps: ProofStep[] }) {
  return (
    <ol className="proof-steps">
      {steps.map((step) => (
        <li key={step.key} className="proof-step">
          <div className="row row-apart gap-2">
            <span>{step.what}</span>
            <StatusMark status={marks[step.result].status} word={t(marks[step.result].key)} isQuiet />
          </div>
          {step.detail ? <div className="dim small">{step.detail}</div> : null}
        </li>
      ))}
    </ol>
  );
}
