import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { t } from '../messages/translate.ts';
import { Page, PageHeadline, PageSkeleton, ProblemView } from '../ui/index.ts';
import { problemOf } from './api.ts';

/**
 * Shows the answer to a question: a skeleton of the right shape until it comes, the problem if it is refused. An answer
 * that was there stays on screen while it is asked again.
 */
export function Answer<Data>({
  query,
  skeleton,
  children,
}: {
  query: UseQueryResult<Data>;
  skeleton?: ReactNode;
  children: (data: Data) => ReactNode;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isError) {
    const retry = () => {
      query.refetch().catch(() => undefined);
    };
    const problem = problemOf(query.error);
    const view = <ProblemView problem={problem} during="read" onRetry={retry} />;
    // Without a skeleton of its own the answer is the whole page, which always has a headline.
    if (skeleton !== undefined) return view;
    return (
      <Page>
        <PageHeadline place={t('shell.problem.place')}>{problem.title}</PageHeadline>
        {view}
      </Page>
    );
  }
  return <>{skeleton ?? <PageSkeleton />}</>;
}
