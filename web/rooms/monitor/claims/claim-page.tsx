import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ClaimView, StreamHistory } from '../../../../src/monitor/contract.ts';
import { Answer } from '../../../app/answer.tsx';
import { claimsQuery, deficienciesQuery, streamQuery } from '../../../app/questions.ts';
import { useAsked, useScope } from '../../../app/scope.ts';
import { t } from '../../../messages/translate.ts';
import {
  Card,
  ChartSkeleton,
  Columns,
  EmptyState,
  Page,
  PageHeadline,
  type Todo,
  WhatToDo,
} from '../../../ui/index.ts';
import { openDeficiencyOf } from '../deficiencies/deficiency-rows.ts';
import { DetectorFrame, EstimateFrame, EvidenceFrame } from './claim-frames.tsx';
import { ClaimHeadline, ClaimPrecise } from './claim-headline.tsx';
import { ClaimRecord, EarlierRuns, NeededCard } from './claim-record.tsx';
import { byAttention, type ClaimRow, claimRows, siblingsOf } from './claim-rows.ts';
import { metricName } from './claim-words.ts';
import { CrossingsCard } from './crossings-card.tsx';
import { SitesFrame } from './sites-frame.tsx';

const route = getRouteApi('/monitor/claims/$claimId');

export function ClaimPage() {
  const query = useQuery(claimsQuery(useAsked()));
  return <Answer query={query}>{({ claims }) => <Chosen claims={claims} />}</Answer>;
}

/** The claim in the address, at the site asked for: by its stream, by the chosen site, or where it needs attention. */
function Chosen({ claims }: { claims: ClaimView[] }) {
  const { claimId } = route.useParams();
  const { stream } = route.useSearch();
  const { site } = useScope();
  const rows = claimRows(claims);
  const own = rows.filter(({ claim }) => claim.id === claimId).sort(byAttention);
  const row =
    own.find((one) => one.stream.streamId === stream) ?? own.find((one) => one.stream.siteId === site) ?? own[0];
  if (!row) return <UnknownClaim />;
  return <Claim row={row} siblings={siblingsOf(rows, row)} />;
}

const UnknownClaim = () => (
  <Page>
    <PageHeadline place={t('monitor.claims.title')}>{t('monitor.claim.unknown')}</PageHeadline>
    <EmptyState
      title={t('monitor.claim.unknown')}
      what={t('monitor.claim.unknown.what')}
      needs={null}
      act={<Link to="/monitor/claims">{t('monitor.claim.unknown.act')}</Link>}
    />
  </Page>
);

function Claim({ row, siblings }: { row: ClaimRow; siblings: ClaimRow[] }) {
  const query = useQuery(streamQuery(row.stream.streamId, useAsked()));
  const title = `${metricName(row.claim.metric)}, ${row.stream.siteName}`;
  return (
    <Page>
      <PageHeadline
        title={title}
        place={
          <>
            <Link to="/monitor/claims">{t('monitor.claims.title')}</Link> › {title}
          </>
        }
        precise={<ClaimPrecise row={row} />}
      >
        <ClaimHeadline row={row} />
      </PageHeadline>
      <WhatToDo todos={useTodos(row)} />
      <Answer query={query} skeleton={<ChartSkeleton />}>
        {(history) => <Evidence row={row} history={history} />}
      </Answer>
      {siblings.length > 1 ? <SitesFrame rows={siblings} chosen={row} /> : null}
      <ClaimRecord row={row} />
    </Page>
  );
}

function Evidence({ row, history }: { row: ClaimRow; history: StreamHistory }) {
  return (
    <>
      <Columns minPx={480}>
        <EstimateFrame row={row} history={history} />
        <EvidenceFrame row={row} history={history} />
        <DetectorFrame row={row} history={history} />
        <NeededCard row={row} />
      </Columns>
      <CrossingsCard claim={row.claim} stream={history.stream} />
      {history.earlierRuns.length > 0 ? (
        <Card title={t('monitor.claim.runs')} isFlush>
          <EarlierRuns runs={history.earlierRuns} />
        </Card>
      ) : null}
    </>
  );
}

function useTodos({ claim, stream }: ClaimRow): Todo[] {
  const { asOf } = useScope();
  const open = useQuery(deficienciesQuery).data?.deficiencies ?? [];
  const found = asOf === undefined ? openDeficiencyOf(open, claim.id, stream.siteCode) : undefined;
  if (!found) return [];
  return [
    {
      key: found.id,
      what: t('monitor.claim.todo', { next: found.next }),
      act: (
        <Link to="/monitor/deficiencies/$deficiencyId" params={{ deficiencyId: found.id }}>
          {t('monitor.claim.todo.act')}
        </Link>
      ),
    },
  ];
}
