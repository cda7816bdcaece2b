import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { problemOf } from '../../app/api.ts';
import { signInByLink } from '../../app/session.ts';
import { t } from '../../messages/translate.ts';
import { Page, PageHeadline, ProblemView, type ShownProblem, showToast } from '../../ui/index.ts';

/** Secrets that were sent already: drawing a page twice must not use a link up and then say that it was used. */
const sent = new Set<string>();

/** Where a link of the operator leads (`/sign-in#secret`): it is used at once, and the secret leaves the address. */
export function SignInPage() {
  const navigate = useNavigate();
  const [link] = useState(() => window.location.hash.slice(1));
  const [problem, setProblem] = useState<ShownProblem>();
  useEffect(() => {
    if (link === '' || sent.has(link)) return;
    sent.add(link);
    window.history.replaceState(window.history.state, '', window.location.pathname);
    signInByLink(link).then(
      (name) => {
        showToast({ kind: 'done', text: t('shell.signed-in', { name }) });
        return navigate({ to: '/', replace: true });
      },
      (failure: unknown) => setProblem(problemOf(failure)),
    );
  }, [link, navigate]);
  const precise = link === '' || problem ? t('people.sign-in.command') : undefined;
  return (
    <Page>
      <PageHeadline place={t('people.sign-in.place')} {...(precise === undefined ? {} : { precise })}>
        {t(link === '' ? 'people.sign-in.none' : problem ? 'people.sign-in.failed' : 'people.sign-in.busy')}
      </PageHeadline>
      {problem ? <ProblemView problem={problem} during="act" /> : null}
    </Page>
  );
}
