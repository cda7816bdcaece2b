import type { ClaimView, Crossing, StreamHistory, StreamSummary } from '../../../../src/monitor/contract.ts';
import type {
  BoundLine,
  ChartEvent,
  EstimateOverTimeData,
  EstimatePoint,
  EvidenceCrossing,
  EvidencePathData,
  IntervalDotsData,
  MultiplePanel,
  Tone,
} from '../../../charts/index.ts';
import { formatDay, formatEvidence, formatFraction } from '../../../messages/format.ts';
import { t } from '../../../messages/translate.ts';
import { hueOf, readStatus } from '../../../ui/status/status.ts';
import { type ClaimGroup, type ClaimRow, decidingCrossing, sinceOf } from './claim-rows.ts';
import { boundInWords, levelInWords, metricName } from './claim-words.ts';

/* From the contract to the data of pictures: nothing is computed here but places, words and order. */

type Bounded = Pick<ClaimView, 'metric' | 'limit' | 'bound' | 'boundUpper' | 'tolerance'>;

/** The limits of a claim as lines: one for "at least" or "at most", two for a range or a tolerance. */
export function boundLines({ limit, bound, boundUpper, tolerance }: Bounded): BoundLine[] {
  const least = (value: number) => ({ value, label: t('monitor.line.least', { bound: formatFraction(value) }) });
  const most = (value: number, sign = '') => ({
    value,
    label: t('monitor.line.most', { bound: `${sign}${formatFraction(value)}` }),
  });
  switch (limit) {
    case 'tolerance':
      return [most(tolerance ?? 0, '+'), least(-(tolerance ?? 0))];
    case 'range':
      return [most(boundUpper ?? bound), least(bound)];
    case 'most':
      return [most(bound)];
    case 'least':
      return [least(bound)];
  }
}

type Estimate = StreamSummary['reading']['estimate'];
type Interval = Pick<EstimatePoint, 'estimate' | 'lower' | 'upper' | 'n' | 'notEstimable'>;

const intervalOf = (estimate: Estimate): Interval =>
  estimate.estimable
    ? { estimate: estimate.value, lower: estimate.lower, upper: estimate.upper, n: estimate.n }
    : { estimate: null, lower: null, upper: null, n: estimate.n, notEstimable: estimate.because };

/** The sites of one promise, each with its interval; a version is named only where there are several. */
export function groupDots({ statement, rows }: ClaimGroup): IntervalDotsData {
  const versions = new Set(rows.map(({ claim }) => claim.modelVersionId));
  const limits = new Set(rows.map(({ claim }) => boundInWords(claim)));
  const [first] = rows;
  return {
    title: statement,
    valueLabel: first ? metricName(first.claim.metric) : '',
    rows: rows.map(({ claim, stream, status }) => ({
      id: stream.streamId,
      label: versions.size > 1 ? `${stream.siteName}, ${claim.modelVersionLabel}` : stream.siteName,
      status,
      ...intervalOf(stream.reading.estimate),
    })),
    bounds: first && limits.size === 1 ? boundLines(first.claim) : [],
    isOrdered: true,
  };
}

const crossingTones: Record<Crossing['kind'], Tone> = {
  break: 'vermilion',
  escalation: 'orange',
  notice: 'amber',
  empty: 'grey',
  support: 'teal',
};

const eventOf = (crossing: Crossing): ChartEvent => ({
  at: crossing.at,
  label: t(`monitor.crossing.${crossing.kind}`),
  tone: crossingTones[crossing.kind],
});

/** What happened, as ticks of the time axis; the estimated change stands where it probably began. */
export function crossingEvents(stream: StreamSummary): ChartEvent[] {
  const crossed = stream.crossings.map(eventOf);
  const change = changePointOf(stream);
  return change === undefined ? crossed : [{ at: change, label: t('monitor.crossing.change') }, ...crossed];
}

/** The day on which the fall probably began, by the latest crossing that could tell. */
export function changePointOf({ crossings }: StreamSummary): string | undefined {
  const on = crossings.findLast((crossing) => crossing.changePoint?.on)?.changePoint?.on;
  return on === '' ? undefined : on;
}

export function estimateCourse(claim: ClaimView, history: StreamHistory): EstimateOverTimeData {
  const { stream, points } = history;
  return {
    title: t('monitor.claim.estimate.title', { metric: metricName(claim.metric), site: stream.siteName }),
    valueLabel: metricName(claim.metric),
    timeLabel: t('monitor.axis.counted'),
    points: points.map(({ day, reading }) => ({ at: day, ...intervalOf(reading.estimate) })),
    bounds: boundLines(claim),
    events: crossingEvents(stream),
    intervalLabel: t('monitor.claim.interval-label'),
    tone: hueOf(readStatus(stream.state)),
  };
}

const crossingLabel = (crossing: Crossing): string =>
  t(`monitor.crossing.${crossing.kind}.at`, { day: formatDay(crossing.at), n: crossing.n, k: crossing.k });

const crossingMark = (crossing: Crossing): EvidenceCrossing => ({
  at: crossing.at,
  logValue: crossing.logValue,
  label: crossingLabel(crossing),
  tone: crossingTones[crossing.kind],
});

/** E-values against and for the claim, with the level at which either decides. */
export function evidenceCourse(history: StreamHistory): EvidencePathData {
  const { stream, points } = history;
  const series = (label: string, tone: Tone, key: 'logBreak' | 'logSupport') => ({
    label,
    tone,
    points: points.map(({ day, reading }) => ({ at: day, n: reading.n, logValue: reading[key] })),
  });
  const both = [
    series(t('monitor.series.against'), 'vermilion', 'logBreak'),
    series(t('monitor.series.for'), 'teal', 'logSupport'),
  ];
  return {
    title: t('monitor.claim.evidence.title'),
    timeLabel: t('monitor.axis.counted'),
    series: both.filter(({ points: own }) => own.some(({ logValue }) => logValue !== null)),
    thresholds: [{ label: levelInWords(stream.thresholds.logBreak), logValue: stream.thresholds.logBreak }],
    crossings: stream.crossings.filter(({ kind }) => kind === 'break' || kind === 'support').map(crossingMark),
  };
}

/** The change detector with its two levels, and where the fall probably began. */
export function detectorCourse(history: StreamHistory): EvidencePathData {
  const { stream, points } = history;
  const { logNotice, logEscalation } = stream.thresholds;
  const change = changePointOf(stream);
  return {
    title: t('monitor.claim.detector.title'),
    valueLabel: t('charts.axis.detector'),
    timeLabel: t('monitor.axis.counted'),
    series: [
      {
        label: t('monitor.series.detector'),
        tone: 'purple',
        points: points.map(({ day, reading }) => ({ at: day, n: reading.n, logValue: reading.logDetector })),
      },
    ],
    thresholds: [
      { label: t('monitor.level.notice', { level: formatEvidence(logNotice) }), logValue: logNotice, tone: 'amber' },
      {
        label: t('monitor.level.escalation', { level: formatEvidence(logEscalation) }),
        logValue: logEscalation,
        tone: 'vermilion',
      },
    ],
    crossings: stream.crossings.filter(({ kind }) => kind === 'notice' || kind === 'escalation').map(crossingMark),
    ...(change === undefined ? {} : { events: [{ at: change, label: t('monitor.crossing.change') }] }),
  };
}

export const hasEvidencePath = ({ points }: StreamHistory): boolean =>
  points.some(({ reading }) => reading.logBreak !== null || reading.logSupport !== null);

export const hasDetectorPath = ({ points }: StreamHistory): boolean =>
  points.some(({ reading }) => reading.logDetector !== null);

/** One small picture a site, on one scale: the bounds by their values alone, and of the events the one that decided. */
export function sitePanel(row: ClaimRow, history: StreamHistory): MultiplePanel {
  const data = estimateCourse(row.claim, history);
  const decided = decidingCrossing(row.stream);
  return {
    id: row.stream.streamId,
    title: row.stream.siteName,
    status: row.status,
    word: t('monitor.state.since', { state: t(`status.${row.stream.state}`), day: formatDay(sinceOf(row.stream)) }),
    data: {
      ...data,
      bounds: data.bounds.map(({ value }) => ({ value, label: formatFraction(value) })),
      events: decided === undefined ? [] : [eventOf(decided)],
    },
  };
}
