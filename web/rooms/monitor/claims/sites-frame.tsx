import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { streamQuery } from '../../../app/questions.ts';
import { useAsked } from '../../../app/scope.ts';
import { intervalDotsTable } from '../../../charts/index.ts';
import { t } from '../../../messages/translate.ts';
import { ChartFrame, ChartSkeleton, SmallMultiplesView } from '../../../ui/index.ts';
import { groupDots, sitePanel } from './claim-figures.ts';
import type { ClaimRow } from './claim-rows.ts';

const sitesMax = 12;

/** The same claim at each site on one scale; the first dozen by attention, the table holds all of them. */
export function SitesFrame({ rows, chosen }: { rows: ClaimRow[]; chosen: ClaimRow }) {
  const asked = useAsked();
  const shown = rows.slice(0, sitesMax);
  const answers = useQueries({ queries: shown.map(({ stream }) => streamQuery(stream.streamId, asked)) });
  const panels = shown.flatMap((row, index) => {
    const history = answers[index]?.data;
    return history && history.points.length > 0 ? [sitePanel(row, history)] : [];
  });
  if (answers.some((answer) => answer.isPending)) return <ChartSkeleton />;
  const group = { id: chosen.claim.key, statement: chosen.claim.statement, rows };
  const claimOf = (streamId: string) => rows.find(({ stream }) => stream.streamId === streamId);
  return (
    <ChartFrame
      title={t('monitor.claim.sites')}
      lead={t('monitor.claim.sites.lead')}
      table={intervalDotsTable(groupDots(group))}
    >
      {(widthPx) => (
        <SmallMultiplesView
          panels={panels}
          widthPx={widthPx}
          link={(panel) => {
            const row = claimOf(panel.id);
            if (!row || row.stream.streamId === chosen.stream.streamId) return panel.title;
            return (
              <Link
                to="/monitor/claims/$claimId"
                params={{ claimId: row.claim.id }}
                search={{ stream: row.stream.streamId }}
              >
                {panel.title}
              </Link>
            );
          }}
        />
      )}
    </ChartFrame>
  );
}
