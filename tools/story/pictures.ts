import { binnedCalibration, type Estimate, recalibrate } from '#statistics';
import type { Figures } from '../../src/main/picai/figures.ts';
import type { ImportReport } from '../../src/main/picai/report.ts';
import type { Scoring } from '../../src/main/picai/score.ts';
import type { ClaimView, StreamHistory } from '../../src/monitor/contract.ts';
import {
  type EstimatePoint,
  type EvidencePathData,
  estimateOverTime,
  evidencePath,
  type IntervalDotsData,
  intervalDots,
  reliability,
  type Tone,
} from '../../web/charts/index.ts';
import { formatMonth } from '../../web/messages/format.ts';
import { readStatus } from '../../web/ui/status/status.ts';
import type { Panel, Picture } from './picture.tsx';

/** What the pictures are drawn from: the report of the import, and the course of each of its claims. */
export interface StoryData {
  report: ImportReport;
  scoring: Scoring;
  claims: ClaimView[];
  /** By claim key and site; 'all' is the claim over all centres. */
  history(key: string, where: string): StreamHistory;
}

const footer = [
  'TUM-RC revision 1, variant without rectal examination and earlier biopsy. Not for clinical use.',
  'Data: PI-CAI public training set (DIAGNijmegen/picai_labels), CC BY-NC 4.0. Demonstration, not a benchmark.',
];
const places = ['all', 'RUMC', 'PCNN', 'ZGT'] as const;
const nameOf = (where: string): string => (where === 'all' ? 'All centres' : where);
const tones: Record<string, Tone> = { all: 'slate', RUMC: 'blue', PCNN: 'vermilion', ZGT: 'teal' };
const timeLabel = 'day on which the case was counted: MRI + 180 days';

const interval = (estimate: Estimate, n: number) =>
  estimate.estimable
    ? { n, estimate: estimate.value, lower: estimate.lower, upper: estimate.upper }
    : { n, estimate: null, lower: null, upper: null, notEstimable: estimate.because };

/** AUROC overall, by centre and among men with tissue. */
export function discrimination({ report, history }: StoryData): Picture {
  const row = (label: string, figures: Figures, status: string) => ({
    id: label,
    label,
    status: readStatus(status),
    ...interval(figures.auroc, figures.n),
  });
  const data: IntervalDotsData = {
    title: 'AUROC',
    valueLabel: 'AUROC with its 95 % interval for a single look',
    bounds: [{ value: 0.8, label: 'claim: at least .80' }],
    isOrdered: true,
    rows: [
      ...report.figures.map((one) => row(nameOf(one.group), one, history('auroc', one.group).stream.state)),
      row('All centres, biopsied only', report.biopsiedOnly, 'not-evaluable'),
    ],
  };
  return {
    title: 'Discrimination is good at two centres and poor at one',
    description: 'AUROC with intervals: all centres .879, RUMC .909, PCNN .770, ZGT .916; biopsied men only .792.',
    columns: 1,
    panels: [
      {
        title: 'Does a man with significant cancer score higher than one without?',
        scene: intervalDots(data, { width: 800 }),
      },
    ],
    footer,
  };
}

/** Evidence is drawn up to here: beyond, it only says again what is decided. */
const ceilingLog = Math.log(1e4);

function against(data: StoryData, key: string, where: string): Panel {
  const { stream, points } = data.history(key, where);
  const crossing = stream.crossings.find(({ kind }) => kind === 'break');
  const beyond = points.findIndex(({ reading }) => (reading.logBreak ?? 0) > ceilingLog);
  const shown = beyond < 0 ? points : points.slice(0, beyond + 1);
  const path: EvidencePathData = {
    title: `${key}, ${where}`,
    timeLabel,
    series: [
      {
        label: 'against',
        tone: tones[where] ?? 'slate',
        points: shown.map(({ day, reading }) => ({
          at: day,
          n: reading.n,
          logValue: reading.logBreak === null ? null : Math.min(reading.logBreak, ceilingLog),
        })),
      },
    ],
    thresholds: [
      { label: `breaks at ${Math.exp(stream.thresholds.logBreak).toFixed(0)}`, logValue: stream.thresholds.logBreak },
    ],
    crossings:
      crossing === undefined
        ? []
        : [
            {
              at: crossing.at,
              logValue: crossing.logValue,
              label: `${formatMonth(crossing.at)}, case ${crossing.position}`,
              tone: tones[where] ?? 'slate',
            },
          ],
    floorLog: Math.log(0.1),
  };
  return { title: nameOf(where), scene: evidencePath(path, { width: 470, height: 230 }) };
}

/** How the evidence against one claim grew at each centre, on a logarithmic axis. */
export function evidence(data: StoryData, key: string, claim: string): Picture {
  return {
    title: `The evidence against “${claim}”`,
    description: places
      .map((where) => {
        const crossing = data.history(key, where).stream.crossings.find(({ kind }) => kind === 'break');
        return `${nameOf(where)}: ${crossing === undefined ? 'never broken' : `broken in ${formatMonth(crossing.at)} at case ${crossing.position}`}.`;
      })
      .join(' '),
    columns: 2,
    panels: places.map((where) => against(data, key, where)),
    footer: ['Each line is drawn until it passes ten thousand.', ...footer],
  };
}

/** The ratio of observed to expected at each centre as it became known, with an interval that holds at any time. */
export function ratioOverTime(data: StoryData): Picture {
  const panels = places.map((where): Panel => {
    const { points, stream } = data.history('observed-expected', where);
    const broken = stream.crossings.find(({ kind }) => kind === 'break');
    return {
      title: nameOf(where),
      scene: estimateOverTime(
        {
          title: where,
          valueLabel: 'observed / expected',
          timeLabel,
          points: points.map(
            ({ day, reading: { estimate, n } }): EstimatePoint => ({ at: day, ...interval(estimate, n) }),
          ),
          bounds: [
            { value: 1.25, label: '1.25' },
            { value: 0.8, label: '.80' },
          ],
          domain: [0.2, 1.6],
          span: ['2012-01-01', '2022-03-01'],
          events: broken === undefined ? [] : [{ at: broken.at, label: 'broken', tone: 'vermilion' }],
          tone: tones[where] ?? 'slate',
          eventRowCount: 1,
        },
        { width: 470, height: 250 },
      ),
    };
  });
  return {
    title: 'Fewer cancers than the model expects, at every centre',
    description: 'Observed over expected events, with time-uniform 95 % intervals and the bounds .8 and 1.25.',
    columns: 2,
    panels,
    footer: ['The band is a 95 % interval that holds at all times at once.', ...footer],
  };
}

/** What the pre-agreed change of the intercept repairs on later exams, and what it does not. */
export function recalibration(data: StoryData): Picture | undefined {
  const { recalibration: study } = data.report;
  if (!('before' in study)) return undefined;
  const late = data.scoring.scored.filter(({ exam }) => exam.mriDate >= study.fittedBefore);
  const events = late.map(({ exam }) => Number(exam.isCsPca));
  const diagram = (title: string, probabilities: number[]): Panel => {
    const binned = binnedCalibration(probabilities, events, { binning: 'equal-width' });
    const bins = binned.estimable ? binned.bins : [];
    return {
      title,
      scene: reliability(
        {
          title,
          predictedLabel: 'predicted probability',
          observedLabel: 'observed share with significant cancer',
          bins: Array.from({ length: 10 }, (_, index) => {
            const edges = { from: index / 10, to: (index + 1) / 10 };
            const bin = bins.find(({ meanPredicted }) => meanPredicted >= edges.from && meanPredicted < edges.to);
            return bin === undefined
              ? { ...edges, n: 0, meanPredicted: null, observed: null, lower: null, upper: null }
              : { ...bin, ...edges, observed: bin.observedRate };
          }),
        },
        { width: 440, height: 400 },
      ),
    };
  };
  return {
    title: `One number repairs the average: exams since ${study.fittedBefore.slice(0, 4)}`,
    description: 'Reliability diagrams before and after an intercept update fitted on earlier exams.',
    columns: 2,
    panels: [
      diagram(
        'As published',
        late.map(({ probability }) => probability),
      ),
      diagram(
        `Intercept moved by ${study.calibration.intercept.toFixed(2).replace('-', '−')}`,
        late.map(({ probability }) => recalibrate(probability, study.calibration)),
      ),
    ],
    footer: ['Ten bins of equal width; lines are 95 % intervals for a single look.', ...footer],
  };
}

/** Observed over expected at each centre before and after: repaired overall, not everywhere. */
export function recalibrationByCentre({ report: { recalibration: study } }: StoryData): Picture | undefined {
  if (!('before' in study)) return undefined;
  const isInside = ({ observedExpected: ratio }: Figures): boolean =>
    ratio.estimable && ratio.value >= 0.8 && ratio.value <= 1.25;
  const row = (one: (typeof study.before)[number], when: string) => ({
    id: `${one.group} ${when}`,
    label: `${nameOf(one.group)}, ${when}`,
    status: readStatus(isInside(one) ? 'consistent' : 'broken'),
    ...interval(one.observedExpected, one.n),
  });
  const title = 'Observed / expected, before and after the intercept update';
  const scene = intervalDots(
    {
      title,
      valueLabel: 'observed / expected with its 95 % interval for a single look',
      bounds: [
        { value: 0.8, label: '.80' },
        { value: 1.25, label: '1.25' },
      ],
      isOrdered: true,
      rows: study.before.flatMap((before, index) => [row(before, 'as published'), row(study.after[index]!, 'updated')]),
    },
    { width: 800 },
  );
  return {
    title: 'Repaired overall, not everywhere: exams since 2018',
    description: 'Observed over expected: .96 overall after the update, but 1.32 at RUMC, .87 at PCNN and .83 at ZGT.',
    columns: 1,
    panels: [{ title, scene }],
    footer: ['The mark tells on which side of the bounds the estimate lies; it is no verdict of a claim.', ...footer],
  };
}
