import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Crossing, DeficiencyView } from '../../../../src/monitor/contract.ts';
import { claimsQuery, streamQuery } from '../../../app/questions.ts';
import { formatCount, formatEvidence } from '../../../messages/format.ts';
import { rich } from '../../../messages/rich.tsx';
import { t } from '../../../messages/translate.ts';
import { Card, ChartSkeleton, Columns, Day } from '../../../ui/index.ts';
import { DetectorFrame, EstimateFrame, EvidenceFrame } from '../claims/claim-frames.tsx';
import { type ClaimRow, claimRows } from '../claims/claim-rows.ts';
import type { DeficiencyRecord } from './deficiency-record.ts';

/** How sure: the crossings in words, and the claim's own pictures. */
export function DeficiencyEvidence({
  view,
  record,
  children,
}: {
  view: DeficiencyView;
  record: DeficiencyRecord;
  /** Stands beside the pictures. */
  children: ReactNode;
}) {
  const claims = useQuery(claimsQuery({})).data?.claims ?? [];
  const row = claimRows(claims).find(
    ({ claim, stream }) => claim.id === view.claimId && stream.siteCode === view.siteCode,
  );
  const crossings = record.evidence.flatMap(({ crossing }) => (crossing ? [crossing] : []));
  return (
    <>
      <Card
        title={t('monitor.deficiency.sure')}
        aside={
          row ? (
            <Link
              to="/monitor/claims/$claimId"
              params={{ claimId: row.claim.id }}
              search={{ stream: row.stream.streamId }}
            >
              {t('monitor.deficiency.sure.claim')}
            </Link>
          ) : null
        }
      >
        <ul>
          {crossings.map((crossing) => (
            <li key={`${crossing.kind} ${crossing.position}`}>
              <b>{t(`monitor.crossing.${crossing.kind}`)}:</b> <Sure crossing={crossing} />
            </li>
          ))}
        </ul>
      </Card>
      {row ? <Pictures row={row}>{children}</Pictures> : children}
    </>
  );
}

function Sure({ crossing }: { crossing: Crossing }) {
  const change = crossing.changePoint?.on;
  const values = { day: <Day at={crossing.at} />, n: formatCount(crossing.n) };
  return (
    <>
      {crossing.logThreshold === 0
        ? rich('monitor.deficiency.sure.end', values)
        : rich('monitor.deficiency.sure.lead', {
            ...values,
            value: formatEvidence(crossing.logValue),
            level: formatEvidence(crossing.logThreshold),
          })}{' '}
      {change ? rich('monitor.deficiency.sure.change', { day: <Day at={change} /> }) : null}
    </>
  );
}

function Pictures({ row, children }: { row: ClaimRow; children: ReactNode }) {
  const history = useQuery(streamQuery(row.stream.streamId, {})).data;
  if (!history) return <ChartSkeleton />;
  return (
    <Columns minPx={480}>
      <EstimateFrame row={row} history={history} />
      <EvidenceFrame row={row} history={history} />
      <DetectorFrame row={row} history={history} />
      {children}
    </Columns>
  );
}
