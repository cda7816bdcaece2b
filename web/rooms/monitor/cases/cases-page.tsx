import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { z } from 'zod';
import { type casePage, casePage as casePageSchema, type MonitorSummary } from '../../../../src/monitor/contract.ts';
import { Answer } from '../../../app/answer.tsx';
import { apiQuery } from '../../../app/api.ts';
import { monitorSummaryQuery } from '../../../app/questions.ts';
import { useAsked, useScope } from '../../../app/scope.ts';
import { rich } from '../../../messages/rich.tsx';
import { t } from '../../../messages/translate.ts';
import {
  Button,
  Card,
  EmptyState,
  Page,
  PageHeadline,
  ProvenanceLine,
  Row,
  Term,
  WhatToDo,
} from '../../../ui/index.ts';
import { useChosenSite } from '../questions.ts';
import type { Show } from './case-words.ts';
import { CasesChoice } from './cases-choice.tsx';
import { CasesTable } from './cases-table.tsx';

const route = getRouteApi('/monitor/cases');
const pageSize = 50;

export function CasesPage() {
  const { show = 'all', version, find, before } = route.useSearch();
  const site = useChosenSite();
  const asked = useAsked();
  const isSiteKnown = site === undefined || site.code !== undefined;
  const query = useQuery({
    ...apiQuery('/api/v1/monitor/cases', casePageSchema, {
      ...asked,
      ...(site?.code === undefined ? {} : { site: site.code }),
      ...(version === undefined ? {} : { modelVersionId: version }),
      ...(find === undefined ? {} : { find }),
      ...(before === undefined ? {} : { before }),
      show,
      limit: pageSize,
    }),
    enabled: isSiteKnown,
    placeholderData: keepPreviousData,
  });
  const summary = useQuery(monitorSummaryQuery);
  return (
    <Answer query={query}>
      {(page) => <Cases page={page} show={show} siteName={site?.name} feeds={summary.data?.feeds ?? []} />}
    </Answer>
  );
}

function Cases({
  page,
  show,
  siteName,
  feeds,
}: {
  page: z.output<typeof casePage>;
  show: Show;
  siteName: string | undefined;
  feeds: MonitorSummary['feeds'];
}) {
  const { asOf } = useScope();
  const navigate = useNavigate({ from: '/monitor/cases' });
  const { before } = route.useSearch();
  const go = (change: { show?: Show; before?: string | undefined }) => {
    navigate({ search: (old) => ({ ...old, before: undefined, ...change }) }).catch(() => undefined);
  };
  if (page.total === 0) return <NoCases />;
  return (
    <Page>
      <PageHeadline
        place={t('monitor.cases.title')}
        precise={rich('monitor.cases.precise', {
          threshold: <Term k="decision-threshold" />,
          pseudonym: <Term k="pseudonym" />,
        })}
      >
        {rich('monitor.cases.headline', {
          count: page.total,
          where: siteName === undefined ? '' : t('monitor.cases.headline.where', { site: siteName }),
          shown: rich(`monitor.cases.shown.${show}`),
        })}
      </PageHeadline>
      <WhatToDo todos={todosOf(show, go)} />
      <CasesChoice feeds={feeds} />
      <Card isFlush>
        {page.cases.length === 0 ? (
          <EmptyState
            title={t('monitor.cases.none.title')}
            what={t('monitor.cases.none.what')}
            needs={t('monitor.cases.none.needs')}
          />
        ) : (
          <CasesTable rows={page.cases} pageSize={pageSize} />
        )}
        <nav className="pagination no-print" aria-label={t('monitor.cases.pages')}>
          <span className="dim small">{t('monitor.cases.page', { count: page.cases.length })}</span>
          <Row gap={2}>
            <Button kind="quiet" isDisabled={before === undefined} onClick={() => go({})}>
              {t('monitor.cases.newest')}
            </Button>
            <Button isDisabled={page.next === null} onClick={() => go({ before: page.next ?? undefined })}>
              {t('monitor.cases.older')}
            </Button>
          </Row>
        </nav>
        <ProvenanceLine provenance={{ n: page.total, ...(asOf === undefined ? {} : { asOf }) }} />
      </Card>
    </Page>
  );
}

const todosOf = (show: Show, go: (change: { show: Show }) => void) =>
  (['missed', 'audited'] as const)
    .filter((one) => one !== show)
    .map((one) => ({
      key: one,
      what: t(`monitor.cases.todo.${one}`),
      act: <Button onClick={() => go({ show: one })}>{t(`monitor.cases.todo.${one}.act`)}</Button>,
    }));

const NoCases = () => (
  <Page>
    <PageHeadline place={t('monitor.cases.title')}>{t('monitor.cases.empty.title')}</PageHeadline>
    <EmptyState
      title={t('monitor.cases.title')}
      what={t('monitor.cases.empty.what')}
      needs={t('monitor.cases.empty.needs')}
    />
  </Page>
);
