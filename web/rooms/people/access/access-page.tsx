import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { t } from '../../../messages/translate.ts';
import { Choice, Page, PageHeadline } from '../../../ui/index.ts';
import { PeopleTabs } from '../people-tabs.tsx';
import { AnomaliesView } from './anomalies-view.tsx';
import { BreakGlassView } from './break-glass-view.tsx';
import { RecordView } from './record-view.tsx';
import { accessViews } from './search.ts';

const route = getRouteApi('/people/access');

/** Who looked at data of single persons; what was unusual; and emergency access. */
export function AccessPage() {
  const { view = 'record' } = route.useSearch();
  if (view === 'unusual') return <AnomaliesView />;
  return view === 'emergency' ? <BreakGlassView /> : <RecordView />;
}

/** What the three have in common. */
export function AccessFrame({
  headline,
  precise,
  children,
}: {
  headline: ReactNode;
  precise: ReactNode;
  children: ReactNode;
}) {
  const { view = 'record' } = route.useSearch();
  const navigate = useNavigate({ from: '/people/access' });
  return (
    <Page>
      <PageHeadline place={t('people.access.title')} precise={precise}>
        {headline}
      </PageHeadline>
      <PeopleTabs />
      <div className="no-print">
        <Choice
          label={t('people.access.view')}
          value={view}
          options={accessViews.map((value) => ({ value, label: t(`people.access.view.${value}`) }))}
          onChange={(next) => {
            navigate({ search: (old) => ({ asOf: old.asOf, site: old.site, view: next }) }).catch(() => undefined);
          }}
        />
      </div>
      {children}
    </Page>
  );
}
