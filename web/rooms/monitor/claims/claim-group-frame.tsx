import { Link } from '@tanstack/react-router';
import { intervalDots, intervalDotsTable, SceneView } from '../../../charts/index.ts';
import { formatDay } from '../../../messages/format.ts';
import { t } from '../../../messages/translate.ts';
import { ChartFrame, Row, StatusMark } from '../../../ui/index.ts';
import { ledgerProvenance } from '../ledger-entry.tsx';
import { groupDots } from './claim-figures.ts';
import { ClaimLabels } from './claim-labels.tsx';
import { type ClaimGroup, sinceOf } from './claim-rows.ts';
import { aboutInWords, boundInWords, metricName } from './claim-words.ts';

/** One promise: its sentence, each site's interval against the bound, and the way to each site's evidence. */
export function ClaimGroupFrame({ group, asOf }: { group: ClaimGroup; asOf: string | undefined }) {
  const [first] = group.rows;
  if (!first) return null;
  const data = groupDots(group);
  const versions = new Set(group.rows.map(({ claim }) => claim.modelVersionId));
  const { claim } = first;
  const isOne = new Set(group.rows.map((row) => row.claim.id)).size === 1;
  return (
    <ChartFrame
      title={group.statement}
      lead={leadOf(claim)}
      table={intervalDotsTable(data)}
      aside={<ClaimLabels claim={claim} />}
      provenance={{
        n: group.rows.reduce((sum, { stream }) => sum + stream.reading.n, 0),
        ...(asOf === undefined ? {} : { asOf }),
        ...lastMatured(group),
        ...(isOne ? ledgerProvenance(claim.ledgerIndex) : {}),
      }}
    >
      {(width) => (
        <>
          <SceneView scene={intervalDots(data, { width })} />
          <Row gap={4}>
            {group.rows.map(({ claim: own, stream, status }) => (
              <Link
                key={stream.streamId}
                to="/monitor/claims/$claimId"
                params={{ claimId: own.id }}
                search={{ stream: stream.streamId }}
              >
                <StatusMark
                  status={status}
                  isQuiet
                  word={`${versions.size > 1 ? `${stream.siteName}, ${own.modelVersionLabel}` : stream.siteName}: ${t(
                    'monitor.state.since',
                    { state: t(`status.${stream.state}`), day: formatDay(sinceOf(stream)) },
                  )}`}
                />
              </Link>
            ))}
          </Row>
        </>
      )}
    </ChartFrame>
  );
}

function leadOf(claim: ClaimGroup['rows'][number]['claim']): string {
  const [metric, bound, population] = [metricName(claim.metric), boundInWords(claim), aboutInWords(claim)];
  return population === undefined
    ? t('monitor.claims.group.lead', { metric, bound })
    : t('monitor.claims.group.lead.about', { metric, bound, population });
}

function lastMatured({ rows }: ClaimGroup): { updated?: string } {
  const days = rows.flatMap(({ stream }) => (stream.lastMaturedAt === null ? [] : [stream.lastMaturedAt])).sort();
  const last = days.at(-1);
  return last === undefined ? {} : { updated: last };
}
