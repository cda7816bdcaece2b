import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ClaimView, ExplorationBoard } from '../../../../src/monitor/contract.ts';
import { Answer } from '../../../app/answer.tsx';
import { claimsQuery } from '../../../app/questions.ts';
import { formatDay, formatFraction, formatOutOf } from '../../../messages/format.ts';
import { rich } from '../../../messages/rich.tsx';
import { t } from '../../../messages/translate.ts';
import { Card, EmptyState, Page, PageHeadline, Row, SelectField, Term, WhatToDo } from '../../../ui/index.ts';
import { explorationQuery, useChosenSite } from '../questions.ts';
import { ExplorationTable } from './exploration-table.tsx';
import { HeatCard } from './heat-card.tsx';

const route = getRouteApi('/monitor/exploration');

export function ExplorationPage() {
  const query = useQuery(claimsQuery({}));
  return <Answer query={query}>{({ claims }) => <Chosen claims={claims} />}</Answer>;
}

/** The version asked for; else that of the claim registered last. */
function Chosen({ claims }: { claims: ClaimView[] }) {
  const { version } = route.useSearch();
  const versions = new Map(claims.map((claim) => [claim.modelVersionId, claim.modelVersionLabel]));
  const last = claims.toSorted((a, b) => (b.ledgerIndex ?? -1) - (a.ledgerIndex ?? -1))[0];
  const chosen = version !== undefined && versions.has(version) ? version : last?.modelVersionId;
  return chosen === undefined ? <NoBoard /> : <Asked version={chosen} versions={versions} />;
}

function Asked({ version, versions }: { version: string; versions: Map<string, string> }) {
  const query = useQuery(explorationQuery(version));
  return <Answer query={query}>{(board) => <Board board={board} versions={versions} />}</Answer>;
}

function Board({ board, versions }: { board: ExplorationBoard; versions: Map<string, string> }) {
  const site = useChosenSite();
  const cells = board.cells.filter(({ siteCode }) => site === undefined || siteCode === site.code);
  const marked = cells.filter(({ figures }) => figures?.isMarked).length;
  const metrics = [...new Set(cells.map(({ metric }) => metric))];
  const version = board.modelVersionLabel;
  const choice = versions.size > 1 ? <VersionChoice chosen={board.modelVersionId} versions={versions} /> : null;
  if (cells.length === 0) return <NoBoard>{choice}</NoBoard>;
  return (
    <Page>
      <PageHeadline
        place={t('monitor.exploration.title')}
        aside={<span className="dim">{t('monitor.exploration.label')}</span>}
        precise={<Precise board={board} />}
      >
        {marked === 0
          ? rich('monitor.exploration.headline.none', { version })
          : rich('monitor.exploration.headline.marked', { count: marked, version })}
      </PageHeadline>
      <WhatToDo
        todos={[
          {
            key: 'claims',
            what: t('monitor.exploration.todo'),
            act: <Link to="/monitor/claims">{t('monitor.exploration.todo.act')}</Link>,
          },
        ]}
      />
      {choice}
      <p>{t('monitor.exploration.about', { share: formatOutOf(board.falseDiscoveryRate) })}</p>
      <p className="dim">
        {t('monitor.exploration.gap', { gap: formatFraction(board.gap) })}{' '}
        {board.casesOfSiteMax === null ? null : t('monitor.exploration.cut', { max: board.casesOfSiteMax })}
      </p>
      {metrics.map((metric) => (
        <HeatCard key={metric} metric={metric} cells={cells.filter((cell) => cell.metric === metric)} />
      ))}
      <Card title={t('monitor.exploration.table')} isFlush>
        <ExplorationTable cells={cells} />
      </Card>
    </Page>
  );
}

const Precise = ({ board }: { board: ExplorationBoard }) =>
  rich('monitor.exploration.precise', {
    cells: board.cells.length,
    e: <Term k="e-value" />,
    rate: formatFraction(board.falseDiscoveryRate),
    day: formatDay(board.maturedBefore),
    cases: board.cases,
  });

function VersionChoice({ chosen, versions }: { chosen: string; versions: Map<string, string> }) {
  const navigate = useNavigate({ from: '/monitor/exploration' });
  return (
    <Row>
      <SelectField
        label={t('monitor.exploration.version')}
        value={chosen}
        options={[...versions].map(([value, label]) => ({ value, label }))}
        onChange={(value) => {
          navigate({ search: (before) => ({ ...before, version: value || undefined }) }).catch(() => undefined);
        }}
      />
    </Row>
  );
}

const NoBoard = ({ children }: { children?: ReactNode }) => (
  <Page>
    <PageHeadline place={t('monitor.exploration.title')}>{t('monitor.exploration.empty.title')}</PageHeadline>
    {children}
    <EmptyState
      title={t('monitor.exploration.title')}
      what={t('monitor.exploration.empty.what')}
      needs={t('monitor.exploration.empty.needs')}
    />
  </Page>
);
