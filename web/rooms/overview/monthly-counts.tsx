import { useQuery } from '@tanstack/react-query';
import { useInstallation } from '../../app/installation.ts';
import { activityQuery } from '../../app/questions.ts';
import { type CountsOverTimeData, countsOverTime, countsOverTimeTable, SceneView } from '../../charts/index.ts';
import { t } from '../../messages/translate.ts';
import { ChartFrame } from '../../ui/index.ts';

/** What came in each month and what of it came to count: a feed that falls silent is seen here first. */
export function MonthlyCounts() {
  const { installation } = useInstallation();
  const months = useQuery(activityQuery).data?.months ?? [];
  if (months.length === 0) return null;
  const data: CountsOverTimeData = {
    title: t('overview.months'),
    series: [
      { key: 'predictions', label: t('overview.months.predictions'), tone: 'blue' },
      { key: 'outcomes', label: t('overview.months.outcomes'), tone: 'orange' },
      { key: 'mature', label: t('overview.months.mature'), tone: 'teal' },
    ],
    months: months.map(({ month, predictions, outcomes, mature }) => ({
      month: `${month}-01`,
      counts: { predictions, outcomes, mature },
    })),
  };
  return (
    <ChartFrame
      title={data.title}
      lead={t('overview.months.lead')}
      table={countsOverTimeTable(data)}
      provenance={{ asOf: installation.today }}
    >
      {(width) => <SceneView scene={countsOverTime(data, { width })} />}
    </ChartFrame>
  );
}
