import { useQueries, useQuery } from '@tanstack/react-query';
import type { ClaimView, DeficiencySummary, StreamHistory } from '../../../src/monitor/contract.ts';
import { monitorSummaryQuery, streamQuery } from '../../app/questions.ts';
import { useAsked } from '../../app/scope.ts';
import { isOpen } from '../../app/waiting.ts';
import { formatCount } from '../../messages/format.ts';
import { rich } from '../../messages/rich.tsx';
import { t } from '../../messages/translate.ts';
import { Card, Columns, Day, StatTile, Term } from '../../ui/index.ts';

/** What came in and what of it counts. */
export function EvidenceNumbers({
  claims,
  deficiencies,
  day,
}: {
  claims: readonly ClaimView[];
  deficiencies: readonly DeficiencySummary[];
  /** The day that is shown: its month is "this month". */
  day: string;
}) {
  const asked = useAsked();
  const isPast = asked.asOf !== undefined;
  const summary = useQuery({ ...monitorSummaryQuery, enabled: !isPast }).data;
  const mature = useMature(claims, day);
  const latest = summary?.feeds
    .map(({ lastPredictedAt }) => lastPredictedAt ?? '')
    .sort()
    .at(-1);
  const refused = summary?.batches.reduce((sum, batch) => sum + batch.refused, 0);
  return (
    <Card title={t('overview.numbers')}>
      <Columns minPx={150} gap={3}>
        {summary ? (
          <StatTile
            label={<Term k="prediction">{t('overview.numbers.predictions')}</Term>}
            value={formatCount(summary.predictions)}
            note={
              latest
                ? rich('overview.numbers.predictions.note', { day: <Day at={latest} /> })
                : t('overview.numbers.predictions.none')
            }
          />
        ) : null}
        <StatTile
          label={<Term k="mature">{t('overview.numbers.mature')}</Term>}
          value={formatCount(mature.total)}
          note={t('overview.numbers.mature.note', { count: mature.thisMonth })}
        />
        {isPast ? null : (
          <StatTile
            label={<Term k="deficiency">{t('overview.numbers.deficiencies')}</Term>}
            value={formatCount(deficiencies.filter(isOpen).length)}
            note={t('overview.numbers.deficiencies.note', { count: deficiencies.length })}
          />
        )}
        {summary && refused !== undefined ? (
          <StatTile
            label={t('overview.numbers.refused')}
            value={formatCount(refused)}
            note={t('overview.numbers.refused.note', { count: summary.batches.length })}
          />
        ) : null}
      </Columns>
    </Card>
  );
}

/**
 * Cases that count, of each site and version once: the claims of one version share their cases, so the longest of its
 * streams at a site tells. This month's are those since the last day of the month before.
 */
function useMature(claims: readonly ClaimView[], day: string): { total: number; thisMonth: number } {
  const asked = useAsked();
  const longest = new Map<string, ClaimView['streams'][number]>();
  for (const claim of claims) {
    for (const stream of claim.streams) {
      const key = `${claim.modelVersionId} ${stream.siteId}`;
      const known = longest.get(key);
      if (known === undefined || stream.cases > known.cases) longest.set(key, stream);
    }
  }
  const streams = [...longest.values()];
  const histories = useQueries({ queries: streams.map((stream) => streamQuery(stream.streamId, asked)) });
  const before = histories.reduce((sum, { data }) => sum + casesBefore(data, `${day.slice(0, 7)}-01`), 0);
  const isKnown = histories.every(({ data }) => data !== undefined);
  const total = streams.reduce((sum, stream) => sum + stream.cases, 0);
  return { total, thisMonth: isKnown ? Math.max(0, total - before) : 0 };
}

const casesBefore = (history: StreamHistory | undefined, firstDay: string): number =>
  history?.points.findLast((point) => point.day < firstDay)?.cases ?? 0;
