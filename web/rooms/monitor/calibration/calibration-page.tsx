import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { CalibrationView } from '../../../../src/monitor/contract.ts';
import { Answer } from '../../../app/answer.tsx';
import { useAsked, useScope } from '../../../app/scope.ts';
import { formatEstimate } from '../../../messages/format.ts';
import { rich } from '../../../messages/rich.tsx';
import { t } from '../../../messages/translate.ts';
import { Card, Columns, EmptyState, Page, PageHeadline, Row, SelectField, Term, WhatToDo } from '../../../ui/index.ts';
import { calibrationQuery, useChosenSite } from '../questions.ts';
import { chosenViews, verdictOf } from './calibration-figures.ts';
import { CalibrationFrame } from './calibration-frame.tsx';
import { CalibrationTable } from './calibration-table.tsx';

const route = getRouteApi('/monitor/calibration');

export function CalibrationPage() {
  const query = useQuery(calibrationQuery(useAsked()));
  return <Answer query={query}>{({ views }) => <Calibration views={views} />}</Answer>;
}

function Calibration({ views }: { views: CalibrationView[] }) {
  const site = useChosenSite();
  const { asOf } = useScope();
  const { version } = route.useSearch();
  const navigate = useNavigate({ from: '/monitor/calibration' });
  const shown = chosenViews(views, { version, siteCode: site === undefined ? undefined : (site.code ?? '') });
  const [first] = shown;
  if (!first) return <NoCalibration />;
  const versions = new Map(views.map((view) => [view.modelVersionId, view.modelVersionLabel]));
  return (
    <Page>
      <PageHeadline place={t('monitor.calibration.title')} precise={<Precise view={first} />}>
        <Verdict view={first} isOne={shown.length === 1} />
      </PageHeadline>
      <WhatToDo
        todos={[
          {
            key: 'claims',
            what: t('monitor.calibration.todo'),
            act: <Link to="/monitor/claims">{t('monitor.calibration.todo.act')}</Link>,
          },
        ]}
      />
      {versions.size > 1 ? (
        <Row>
          <SelectField
            label={t('monitor.calibration.version')}
            value={version ?? ''}
            options={[
              { value: '', label: t('monitor.calibration.version.all') },
              ...[...versions].map(([value, label]) => ({ value, label })),
            ]}
            onChange={(value) => {
              navigate({ search: (before) => ({ ...before, version: value || undefined }) }).catch(() => undefined);
            }}
          />
        </Row>
      ) : null}
      <Columns minPx={380}>
        {shown.map((view) => (
          <CalibrationFrame key={view.cohortId} view={view} asOf={asOf} />
        ))}
      </Columns>
      <Card title={t('monitor.calibration.table')} isFlush>
        <CalibrationTable views={shown} />
      </Card>
    </Page>
  );
}

function Verdict({ view, isOne }: { view: CalibrationView; isOne: boolean }) {
  const values = { version: view.modelVersionLabel, site: view.siteName };
  const { observedExpected } = view;
  const sentence = observedExpected.estimable
    ? rich(`monitor.calibration.headline.${verdictOf(view) as 'fits'}`, {
        ...values,
        found: String(Math.round(observedExpected.value * 100)),
      })
    : rich('monitor.calibration.headline.none', { ...values, because: observedExpected.because });
  const isWorst = !isOne && ['high', 'low'].includes(verdictOf(view));
  return isWorst ? rich('monitor.calibration.headline.worst', { sentence }) : sentence;
}

function Precise({ view: { observedExpected } }: { view: CalibrationView }) {
  if (!observedExpected.estimable) return null;
  return rich('monitor.calibration.precise', {
    oe: <Term k="oe-ratio" />,
    estimate: formatEstimate(observedExpected),
    look: <Term k="single-look" />,
  });
}

const NoCalibration = () => (
  <Page>
    <PageHeadline place={t('monitor.calibration.title')}>{t('monitor.calibration.empty.title')}</PageHeadline>
    <EmptyState
      title={t('monitor.calibration.title')}
      what={t('monitor.calibration.empty.what')}
      needs={t('monitor.calibration.empty.needs')}
    />
  </Page>
);
