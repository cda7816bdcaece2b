import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { t } from '../messages/translate.ts';
import { Page, PageHeadline, ProblemView } from '../ui/index.ts';
import { problemOf } from './api.ts';

export const NotFoundPage = () => (
  <Page>
    <PageHeadline place={t('shell.not-found.place')} precise={t('shell.not-found.remedy')}>
      {t('shell.not-found.title')}
    </PageHeadline>
    <p>
      <Link to="/">{t('shell.home')}</Link>
    </p>
  </Page>
);

/** What a page shows when drawing it or asking for its data failed. */
export const ProblemPage = ({ error, reset }: ErrorComponentProps) => (
  <Page>
    <PageHeadline place={t('shell.problem.place')}>{problemOf(error).title}</PageHeadline>
    <ProblemView problem={problemOf(error)} during="read" onRetry={reset} act={<Link to="/">{t('shell.home')}</Link>} />
  </Page>
);
