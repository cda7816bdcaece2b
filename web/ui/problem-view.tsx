import type { ReactNode } from 'react';
import { t } from '../messages/translate.ts';
import { Button } from './controls.tsx';
import { Icon } from './icons.tsx';
import { StepUpLink } from './step-up-link.tsx';

/** An RFC 9457 problem as the pages show it; `web/app/api.ts` makes it of any failure. */
export interface ShownProblem {
  title: string;
  detail?: string | undefined;
  remedy: string;
  fixer: 'caller' | 'operator' | 'colleague';
  code: string;
  requestId?: string | undefined;
  /** As in the problem document: the field, or the line of a table, and what is wrong with it. */
  errors?: { pointer?: string | undefined; line?: number | undefined; detail: string }[] | undefined;
}

/** What happened, what is safe, what to do: in this order, without blame and without "error". */
export function ProblemView({
  problem,
  during,
  onRetry,
  act,
}: {
  problem: ShownProblem;
  during: 'read' | 'act';
  onRetry?: () => void;
  act?: ReactNode;
}) {
  return (
    <section className="problem-view" role="alert">
      <h2>
        <Icon name="alert" />
        {problem.title}
      </h2>
      {problem.detail ? <p>{problem.detail}</p> : null}
      {problem.errors?.length ? (
        <ul>
          {problem.errors.map((error) => (
            <li key={`${error.pointer ?? ''} ${error.line ?? ''} ${error.detail}`}>
              {error.line === undefined ? null : (
                <span className="nowrap">{t('ui.problem.line', { line: error.line })} </span>
              )}
              {error.pointer ? <code>{error.pointer}</code> : null} {error.detail}
            </li>
          ))}
        </ul>
      ) : null}
      <dl>
        <dt>{t('ui.problem.safe')}</dt>
        <dd>{t(during === 'read' ? 'ui.problem.safe.read' : 'ui.problem.safe.act')}</dd>
        <dt>{t('ui.problem.do')}</dt>
        <dd>
          {problem.remedy} <span className="dim">{t(`ui.problem.who.${problem.fixer}`)}</span>
        </dd>
      </dl>
      <div className="row row-apart">
        <div className="row">
          {onRetry ? <Button onClick={onRetry}>{t('ui.retry')}</Button> : null}
          {problem.code === 'step-up-needed' ? <StepUpLink /> : null}
          {act}
        </div>
        <span className="dim small">
          {t('ui.problem.code', { code: problem.code, request: problem.requestId ?? '\u2013' })}
        </span>
      </div>
    </section>
  );
}
