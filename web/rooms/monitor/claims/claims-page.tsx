import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { ClaimView } from '../../../../src/monitor/contract.ts';
import { Answer } from '../../../app/answer.tsx';
import { claimsQuery } from '../../../app/questions.ts';
import { useAsked, useScope } from '../../../app/scope.ts';
import { t } from '../../../messages/translate.ts';
import { Button, Card, EmptyState, Page, PageHeadline, Row, SelectField, WhatToDo } from '../../../ui/index.ts';
import { ClaimGroupFrame } from './claim-group-frame.tsx';
import { byAttention, claimRows, fittingRows, groupRows, versionsOf } from './claim-rows.ts';
import { ClaimsHeadline, claimsTodos, stateCounts } from './claims-headline.tsx';
import { ClaimsTable } from './claims-table.tsx';

const route = getRouteApi('/monitor/claims');
const states = ['broken', 'watch', 'no-evidence-yet', 'consistent', 'confirmed'] as const;

export function ClaimsPage() {
  const query = useQuery(claimsQuery(useAsked()));
  return <Answer query={query}>{({ claims }) => <Claims claims={claims} />}</Answer>;
}

function Claims({ claims }: { claims: ClaimView[] }) {
  const { site, asOf } = useScope();
  const { version, state, ...view } = route.useSearch();
  const navigate = useNavigate({ from: '/monitor/claims' });
  const choose = (change: { version?: string | undefined; state?: (typeof states)[number] | undefined }) => {
    navigate({ search: (before) => ({ ...before, ...change, page: undefined }) }).catch(() => undefined);
  };
  const all = useMemo(() => claimRows(claims), [claims]);
  const shown = useMemo(
    () => fittingRows(all, { version, siteId: site, state }).sort(byAttention),
    [all, version, site, state],
  );
  const groups = useMemo(() => groupRows(shown), [shown]);
  if (all.length === 0) return <NoClaims />;
  const inScope = fittingRows(all, { version, siteId: site });
  return (
    <Page>
      <PageHeadline place={t('monitor.claims.title')} precise={stateCounts(inScope)}>
        <ClaimsHeadline rows={inScope} />
      </PageHeadline>
      <WhatToDo todos={claimsTodos(inScope)} />
      <Row gap={4}>
        <SelectField
          label={t('monitor.claims.version')}
          value={version ?? ''}
          options={[{ value: '', label: t('monitor.claims.version.all') }, ...versionsOf(all)]}
          onChange={(value) => choose({ version: value || undefined })}
        />
        <SelectField
          label={t('monitor.claims.state')}
          value={state ?? ''}
          options={[
            { value: '', label: t('monitor.claims.state.all') },
            ...states.map((value) => ({ value, label: t(`status.${value}`) })),
          ]}
          onChange={(value) => choose({ state: states.find((one) => one === value) })}
        />
      </Row>
      {groups.length === 0 ? (
        <EmptyState
          title={t('monitor.claims.none')}
          what={t('monitor.claims.empty.what')}
          needs={t('monitor.claims.none.needs')}
          act={
            <Button onClick={() => choose({ version: undefined, state: undefined })}>
              {t('monitor.claims.show-all')}
            </Button>
          }
        />
      ) : (
        <>
          {groups.map((group) => (
            <ClaimGroupFrame key={group.id} group={group} asOf={asOf} />
          ))}
          <Card title={t('monitor.claims.table')} isFlush>
            <ClaimsTable
              rows={shown}
              view={view}
              onView={(next) => {
                navigate({ search: (before) => ({ ...before, ...next }), replace: true }).catch(() => undefined);
              }}
            />
          </Card>
        </>
      )}
    </Page>
  );
}

const NoClaims = () => (
  <Page>
    <PageHeadline place={t('monitor.claims.title')}>{t('monitor.claims.empty.title')}</PageHeadline>
    <EmptyState
      title={t('monitor.claims.title')}
      what={t('monitor.claims.empty.what')}
      needs={t('monitor.claims.empty.needs')}
    />
  </Page>
);
