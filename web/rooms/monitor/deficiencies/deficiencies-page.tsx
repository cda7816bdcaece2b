import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { DeficiencySummary } from '../../../../src/monitor/contract.ts';
import { Answer } from '../../../app/answer.tsx';
import { deficienciesQuery } from '../../../app/questions.ts';
import { useAsked } from '../../../app/scope.ts';
import { rich } from '../../../messages/rich.tsx';
import { t } from '../../../messages/translate.ts';
import { Card, Choice, EmptyState, Page, PageHeadline, Row, Term, type Todo, WhatToDo } from '../../../ui/index.ts';
import { useChosenSite } from '../questions.ts';
import { DeficienciesTable } from './deficiencies-table.tsx';
import { fittingDeficiencies, isOpen, triageDue } from './deficiency-rows.ts';

const route = getRouteApi('/monitor/deficiencies');
const todosMax = 3;

export function DeficienciesPage() {
  const query = useQuery(deficienciesQuery);
  return <Answer query={query}>{({ deficiencies }) => <Deficiencies all={deficiencies} />}</Answer>;
}

function Deficiencies({ all }: { all: DeficiencySummary[] }) {
  const { show = 'open', ...view } = route.useSearch();
  const navigate = useNavigate({ from: '/monitor/deficiencies' });
  const site = useChosenSite();
  const { asOf } = useAsked();
  const scope = { siteCode: site === undefined ? undefined : (site.code ?? ''), asOf };
  const known = fittingDeficiencies(all, { ...scope, isOpenOnly: false });
  const open = known.filter(isOpen);
  const rows = show === 'open' ? open : known;
  return (
    <Page>
      <PageHeadline
        place={t('monitor.deficiencies.title')}
        precise={
          <>
            {rich('monitor.deficiencies.precise', { deficiency: <Term k="deficiency" />, total: known.length })}{' '}
            {asOf === undefined ? null : t('monitor.deficiencies.today')}
          </>
        }
      >
        <Headline open={open} />
      </PageHeadline>
      <WhatToDo todos={open.slice(0, todosMax).map(todoOf)} />
      <Row>
        <Choice
          label={t('monitor.deficiencies.show')}
          value={show}
          options={(['open', 'all'] as const).map((value) => ({
            value,
            label: t(`monitor.deficiencies.show.${value}`),
          }))}
          onChange={(value) => {
            navigate({ search: (before) => ({ ...before, show: value === 'open' ? undefined : value }) }).catch(
              () => undefined,
            );
          }}
        />
      </Row>
      {rows.length === 0 ? (
        <EmptyState
          title={t('monitor.deficiencies.empty.title')}
          what={t('monitor.deficiencies.empty.what')}
          needs={t('monitor.deficiencies.empty.needs')}
        />
      ) : (
        <Card isFlush>
          <DeficienciesTable
            rows={rows}
            view={view}
            onView={(next) => {
              navigate({ search: (before) => ({ ...before, ...next }), replace: true }).catch(() => undefined);
            }}
          />
        </Card>
      )}
    </Page>
  );
}

function Headline({ open }: { open: DeficiencySummary[] }) {
  if (open.length === 0) return rich('monitor.deficiencies.headline.none');
  const waiting = open.filter(({ state }) => state === 'signal').length;
  return rich('monitor.deficiencies.headline', {
    count: open.length,
    waiting: t('monitor.deficiencies.headline.waiting', { count: waiting }),
  });
}

function todoOf(one: DeficiencySummary): Todo {
  const due = triageDue(one);
  return {
    key: one.id,
    what: `${one.siteName}: ${one.next}`,
    ...(due === undefined ? {} : { due }),
    act: (
      <Link to="/monitor/deficiencies/$deficiencyId" params={{ deficiencyId: one.id }}>
        {t('monitor.deficiencies.todo.open')}
      </Link>
    ),
  };
}
