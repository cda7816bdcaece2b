import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { problemOf } from '../../app/api.ts';
import { signInAt, signInByLink, useSession, waysToSignInQuery } from '../../app/session.ts';
import { t, tMaybe } from '../../messages/translate.ts';
import { Button, Card, Page, PageHeadline, ProblemView, type ShownProblem, showToast } from '../../ui/index.ts';

/** Secrets that were sent already: drawing a page twice must not use a link up and then say that it was used. */
const sent = new Set<string>();

/**
 * Where one signs in, confirms who one is (`?stepUp=1`), opens an invitation (`?invitation=1#secret`), or comes back to
 * after a refusal (`?problem=code`). A link of the operator (`/sign-in#secret`) is used at once. The secret leaves the
 * address as soon as it is read.
 */
export function SignInPage() {
  const { returnTo = '/', stepUp, invitation, problem: code } = useSearch({ from: '/sign-in' });
  const [secret] = useState(() => window.location.hash.slice(1));
  useEffect(() => {
    const { pathname, search } = window.location;
    if (secret !== '') window.history.replaceState(window.history.state, '', `${pathname}${search}`);
  }, [secret]);
  if (secret !== '' && invitation === undefined) return <ByLink link={secret} />;
  return (
    <ByProvider
      returnTo={returnTo}
      isStepUp={stepUp !== undefined}
      invitation={invitation === undefined ? undefined : secret}
      code={code}
    />
  );
}

function ByLink({ link }: { link: string }) {
  const navigate = useNavigate();
  const [problem, setProblem] = useState<ShownProblem>();
  useEffect(() => {
    if (sent.has(link)) return;
    sent.add(link);
    signInByLink(link).then(
      (name) => {
        showToast({ kind: 'done', text: t('shell.signed-in', { name }) });
        return navigate({ to: '/', replace: true });
      },
      (failure: unknown) => setProblem(problemOf(failure)),
    );
  }, [link, navigate]);
  return (
    <Page>
      <PageHeadline place={t('people.sign-in.place')} {...(problem ? { precise: t('people.sign-in.command') } : {})}>
        {t(problem ? 'people.sign-in.failed' : 'people.sign-in.busy')}
      </PageHeadline>
      {problem ? <ProblemView problem={problem} during="act" /> : null}
    </Page>
  );
}

interface Asked {
  returnTo: string;
  isStepUp: boolean;
  invitation: string | undefined;
  code: string | undefined;
}

function ByProvider({ returnTo, isStepUp, invitation, code }: Asked) {
  const ways = useQuery(waysToSignInQuery).data;
  const { person } = useSession();
  const [problem, setProblem] = useState<ShownProblem>();
  const [chosen, setChosen] = useState<string>();
  const providers = (ways?.providers ?? []).filter(({ canStepUp }) => canStepUp || !isStepUp);
  const go = (provider: string) => {
    setChosen(provider);
    signInAt(provider, {
      returnTo,
      ...(isStepUp && person ? { stepUp: true } : {}),
      ...(invitation === undefined ? {} : { invitation }),
    }).catch((failure: unknown) => {
      setChosen(undefined);
      setProblem(problemOf(failure));
    });
  };
  if (ways === undefined) return null;
  const words = wordsFor({ isStepUp, isInvited: invitation !== undefined, isAnyProvider: providers.length > 0, code });
  const precise =
    isStepUp && person === undefined
      ? t('people.sign-in.step-up.first')
      : t(words.precise, { minutes: ways.stepUpMinutes });
  return (
    <Page>
      <PageHeadline place={t('people.sign-in.place')} precise={precise}>
        {t(words.headline)}
      </PageHeadline>
      {problem ? <ProblemView problem={problem} during="act" /> : null}
      {providers.length === 0 ? null : (
        <Card title={t('people.sign-in.ways')}>
          <ul className="plain-list sign-in-ways">
            {providers.map(({ id, label, isDemonstration }) => (
              <li key={id}>
                <Button
                  kind={providers.length === 1 ? 'primary' : 'secondary'}
                  isBusy={chosen === id}
                  onClick={() => go(id)}
                >
                  {isDemonstration
                    ? t(isStepUp ? 'people.sign-in.with.demo.code' : 'people.sign-in.with.demo')
                    : t('people.sign-in.with', { label })}
                </Button>
                {isDemonstration ? (
                  <p className="dim small">
                    {t(isStepUp ? 'people.sign-in.demo.note.code' : 'people.sign-in.demo.note')}
                  </p>
                ) : null}
              </li>
            ))}
          </ul>
        </Card>
      )}
    </Page>
  );
}

function wordsFor(asked: { isStepUp: boolean; isInvited: boolean; isAnyProvider: boolean; code: string | undefined }) {
  if (asked.code !== undefined) {
    const isKnown = tMaybe(`people.sign-in.problem.${asked.code}`) !== undefined;
    const known = (isKnown ? asked.code : 'other') as
      | 'sign-in-failed'
      | 'not-invited'
      | 'access-ended'
      | 'step-up-needed'
      | 'other';
    return {
      headline: `people.sign-in.problem.${known}`,
      precise: `people.sign-in.problem.${known}.remedy`,
    } as const;
  }
  if (asked.isStepUp) {
    const precise = asked.isAnyProvider ? 'people.sign-in.step-up.precise' : 'people.sign-in.step-up.link';
    return { headline: 'people.sign-in.step-up', precise } as const;
  }
  if (asked.isInvited) {
    return { headline: 'people.sign-in.invited', precise: 'people.sign-in.invited.precise' } as const;
  }
  if (!asked.isAnyProvider) return { headline: 'people.sign-in.none', precise: 'people.sign-in.command' } as const;
  return { headline: 'people.sign-in.choose', precise: 'people.sign-in.choose.precise' } as const;
}
