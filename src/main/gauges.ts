import type { Clock } from '#kernel';
import type { Ledger } from '#ledger';
import type { Monitor } from '#monitor';
import type { AccessRecord, BreakGlassAccess } from '#people';
import type { Metrics } from '#platform/http';

/** The numbers an operator watches: what waits, how old the feeds are, how the evidence stands. */
export function addGauges(
  metrics: Metrics,
  parts: {
    monitor: Monitor;
    ledger: Ledger;
    clock: Clock;
    accessRecord: AccessRecord;
    breakGlass: BreakGlassAccess;
  },
): void {
  const { monitor, ledger, clock, accessRecord, breakGlass } = parts;
  metrics.addGauge({
    name: 'hortus_mature_cases',
    help: 'Cases that count as evidence, over all cohorts (a case counts once in each cohort that feeds on it).',
    read: async () => [{ value: (await monitor.gauges()).matureCases }],
  });
  metrics.addGauge({
    name: 'hortus_streams',
    help: 'Claims at sites, by the state of their evidence.',
    labels: ['state'],
    read: async () =>
      (await monitor.gauges()).streamsByState.map(({ state, streams }) => ({ labels: { state }, value: streams })),
  });
  metrics.addGauge({
    name: 'hortus_ledger_pending_entries',
    help: 'Acts that wait for their place in the ledger.',
    read: async () => [{ value: await ledger.questions.waiting() }],
  });
  metrics.addGauge({
    name: 'hortus_feed_age_seconds',
    help: 'Time since the last prediction of each feed, by the clock of the installation.',
    labels: ['feed'],
    read: async () =>
      (await monitor.gauges()).lastPredictions.map(({ feedNo, at }) => ({
        labels: { feed: String(feedNo) },
        value: (clock.now() - at) / 1000,
      })),
  });
  metrics.addGauge({
    name: 'hortus_access_anomalies_open',
    help: 'Unusual accesses to data of single persons that nobody has looked into.',
    labels: ['kind'],
    read: async () =>
      (await accessRecord.openAnomalies()).map(({ kind, count }) => ({ labels: { kind }, value: count })),
  });
  metrics.addGauge({
    name: 'hortus_break_glass_reviews_overdue',
    help: 'Emergency accesses that nobody has reviewed in time.',
    read: async () => [{ value: await breakGlass.overdueReviews() }],
  });
}
