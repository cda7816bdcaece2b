import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { z } from 'zod';
import { permissionsSchema } from '../../../../src/people/permission/contract.ts';
import { Answer } from '../../../app/answer.tsx';
import { apiQuery } from '../../../app/api.ts';
import { roleName, useSession } from '../../../app/session.ts';
import { rich } from '../../../messages/rich.tsx';
import { t } from '../../../messages/translate.ts';
import { Page, PageHeadline } from '../../../ui/index.ts';
import { actionInWords } from '../action-words.ts';
import { PeopleTabs } from '../people-tabs.tsx';
import { ActsTable } from './acts-table.tsx';
import { type Decision, verdictOf } from './answers.ts';
import { AskForm } from './ask-form.tsx';
import { ViewChoice } from './permissions-page.tsx';
import type { PermissionsSearch } from './search.ts';
import { WhyCard } from './why-card.tsx';

const route = getRouteApi('/people/permissions');

const permissionsQuery = ({ person, action, at, project, object, purpose }: PermissionsSearch) =>
  apiQuery('/api/v1/people/permissions', permissionsSchema, {
    personId: person,
    action,
    siteId: at,
    projectId: project,
    objectId: object,
    purpose,
  });

/** May this person do this? The answer, and the policies that gave it. */
export function AskView() {
  const search = route.useSearch();
  const { person: me } = useSession();
  const query = useQuery({ ...permissionsQuery(search), placeholderData: keepPreviousData });
  return (
    <Answer query={query}>
      {({ person, decisions }) => {
        const [only] = decisions;
        const isOne = search.action !== undefined && only !== undefined;
        const who = person.id === me?.id ? t('people.permissions.you') : person.name;
        return (
          <Page>
            <PageHeadline
              place={t('people.permissions.title')}
              precise={`${roleName(person.roles)}. ${t('people.permissions.precise')}`}
            >
              {isOne ? <OneAnswer who={who} decision={only} /> : <AllAnswers who={who} decisions={decisions} />}
            </PageHeadline>
            <PeopleTabs />
            <ViewChoice />
            <AskForm />
            {isOne ? <WhyCard decision={only} /> : <ActsTable decisions={decisions} />}
          </Page>
        );
      }}
    </Answer>
  );
}

type Decisions = z.output<typeof permissionsSchema>['decisions'];

const AllAnswers = ({ who, decisions }: { who: string; decisions: Decisions }) => {
  const count = decisions.filter((one) => one.allowed || one.needs === 'step-up').length;
  return <>{rich('people.permissions.headline.all', { who, count, total: decisions.length })}</>;
};

function OneAnswer({ who, decision }: { who: string; decision: Decision }): ReactNode {
  const verdict = verdictOf(decision);
  const about = { who, act: actionInWords(decision.action) };
  if (verdict === 'aggregates' || verdict === 'sampled-cases') {
    return rich('people.permissions.headline.less', { ...about, detail: t(`people.permissions.detail.${verdict}`) });
  }
  return rich(`people.permissions.headline.${verdict}`, about);
}
