import { type ReactNode, useEffect } from 'react';
import { t } from '../messages/translate.ts';
import { Day } from './text.tsx';

/** The frame of every page: a headline that answers, what to do, the picture, the table, where it comes from. */
export const Page = ({ children }: { children: ReactNode }) => <div className="page stack gap-6">{children}</div>;

export interface PageHeadlineProps {
  /** Where we are: "Certificates", "Claims › Sensitivity at Westhaven". */
  place: ReactNode;
  /** The name of the browser's tab, where `place` is not plain text. */
  title?: string;
  /** The sentence that answers the page's question. Elements in bold carry the state. */
  children: ReactNode;
  /** The same in the field's terms, with numbers: "sensitivity .79 (.71–.86), n = 121". */
  precise?: ReactNode;
  aside?: ReactNode;
}

export function PageHeadline({ place, title, children, precise, aside }: PageHeadlineProps) {
  const name = title ?? (typeof place === 'string' ? place : undefined);
  useEffect(() => {
    document.title = name === undefined ? 'Hortus' : `${name} \u00b7 Hortus`;
  }, [name]);
  return (
    <header className="page-headline">
      <div className="page-place">
        <span>{place}</span>
        {aside}
      </div>
      <h1>{children}</h1>
      {precise ? <p className="page-precise">{precise}</p> : null}
    </header>
  );
}

export interface Todo {
  key: string;
  what: ReactNode;
  /** What the act needs: "a typed reason and a second signer". */
  needs?: string;
  /** An ISO day. */
  due?: string;
  act?: ReactNode;
}

/** What this person can do now; the first is the one that matters. Without any, it says so. */
export function WhatToDo({ todos }: { todos: Todo[] }) {
  return (
    <section className="what-to-do" data-empty={todos.length === 0 || undefined} aria-label={t('ui.todo')}>
      <h2>{t('ui.todo')}</h2>
      {todos.length === 0 ? <p className="dim">{t('ui.todo.nothing')}</p> : null}
      <ul className="plain-list">
        {todos.map((todo) => (
          <li key={todo.key}>
            <div>
              <div>
                {todo.what}
                {todo.due ? (
                  <span className="dim">
                    {' '}
                    (<DueDay day={todo.due} />)
                  </span>
                ) : null}
              </div>
              {todo.needs ? <div className="dim small">{t('ui.todo.needs', { needs: todo.needs })}</div> : null}
            </div>
            {todo.act ? <div className="no-print">{todo.act}</div> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}

function DueDay({ day }: { day: string }) {
  const [before = '', after = ''] = t('ui.todo.due', { day: '\u0000' }).split('\u0000');
  return (
    <>
      {before}
      <Day at={day} />
      {after}
    </>
  );
}

/** A thin band across the page: what kind of data this is, or that the view is in the past. */
export function Strip({
  kind,
  children,
  act,
}: {
  kind: 'data' | 'past' | 'trouble';
  children: ReactNode;
  act?: ReactNode;
}) {
  return (
    <div className="strip" data-kind={kind} role={kind === 'trouble' ? 'alert' : 'note'}>
      <span>{children}</span>
      {act}
    </div>
  );
}

/** Long work with a count; it can be left, and the pages answer meanwhile. */
export function ProgressStrip({ children, done, total }: { children: ReactNode; done: number; total: number }) {
  return (
    <div className="progress-strip" role="status">
      <span>{children}</span>
      <progress value={done} max={Math.max(1, total)} />
    </div>
  );
}

/** Teaches: what will be here, what it needs, and the one link or command that brings it. */
export function EmptyState({
  title,
  what,
  needs,
  act,
}: {
  title: string;
  what: ReactNode;
  needs: ReactNode;
  act?: ReactNode;
}) {
  return (
    <div className="empty-state">
      <h2>{title}</h2>
      <p>{what}</p>
      <p className="dim">{needs}</p>
      {act ? <div>{act}</div> : null}
    </div>
  );
}
