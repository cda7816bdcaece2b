import type { ReactNode } from 'react';

/** Something for those who want to look closer: closed at first, opened by a click or Enter. */
export const Disclosure = ({ summary, children }: { summary: ReactNode; children: ReactNode }) => (
  <details className="disclosure">
    <summary>{summary}</summary>
    <div className="disclosure-body">{children}</div>
  </details>
);
