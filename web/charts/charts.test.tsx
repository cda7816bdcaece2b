/*
 * Goal: every chart is a finished, honest picture for any data a page can hand over: full, one point, none, and points
 * that cannot be estimated. Method: draw each scene to markup as the server would and read the markup.
 */
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import {
  countsOverTime,
  countsOverTimeTable,
  type EstimateOverTimeData,
  type EvidencePathData,
  estimateOverTime,
  estimateOverTimeTable,
  evidencePath,
  evidencePathTable,
  type IntervalDotsData,
  intervalDots,
  intervalDotsTable,
  type ReliabilityData,
  reliability,
  reliabilityTable,
  type Scene,
  SceneView,
  type StatusTimelineData,
  smallMultiples,
  sparkline,
  statusTimeline,
  statusTimelineTable,
} from './index.ts';

const sizes = [{ width: 320 }, { width: 640 }, { width: 1200 }];

function aCourse(count: number): EstimateOverTimeData {
  const points = Array.from({ length: count }, (_, index) => ({
    at: new Date(Date.UTC(2018, index, 1)).toISOString(),
    n: 30 + index * 9,
    estimate: 0.93 - index * 0.01,
    lower: 0.85 - index * 0.01,
    upper: 0.97 - index * 0.01,
  }));
  const bounds = [{ value: 0.9, label: 'claim: at least .90' }];
  return { title: 'Sensitivity at Westhaven', valueLabel: 'sensitivity', points, bounds };
}

const withGap = (): EstimateOverTimeData => {
  const course = aCourse(12);
  const reason = { estimate: null, lower: null, upper: null, notEstimable: 'one class only' };
  return { ...course, points: course.points.map((p, index) => (index < 3 || index === 7 ? { ...p, ...reason } : p)) };
};

function anEvidence(count: number): EvidencePathData {
  const points = Array.from({ length: count }, (_, index) => ({
    at: new Date(Date.UTC(2018, index, 1)).toISOString(),
    n: index * 9,
    logValue: index === 2 ? null : index * 0.5 - 1,
  }));
  return {
    title: 'Evidence against the claim',
    series: [{ label: 'against', tone: 'vermilion', points }],
    thresholds: [{ label: '1/α = 33', logValue: Math.log(33) }],
    crossings: count > 1 ? [{ at: '2018-10-01', logValue: 3.5, label: 'broken 1 Oct 2018', tone: 'vermilion' }] : [],
  };
}

const aDiagram = (): ReliabilityData => ({
  title: 'Reliability',
  bins: [
    { from: 0, to: 0.5, n: 200, meanPredicted: 0.2, observed: 0.15, lower: 0.11, upper: 0.2 },
    { from: 0.5, to: 0.9, n: 30, meanPredicted: 0.6, observed: 0.5, lower: 0.33, upper: 0.67 },
    { from: 0.9, to: 1, n: 2, meanPredicted: 0.95, observed: null, lower: null, upper: null, notEstimable: 'n < 5' },
  ],
});

const someSites = (): IntervalDotsData => ({
  title: 'Sensitivity by site',
  valueLabel: 'sensitivity',
  bounds: [{ value: 0.9, label: 'claim: at least .90' }],
  rows: [
    { id: 'n', label: 'Noorderzorg', status: 'consistent', n: 268, estimate: 0.93, lower: 0.89, upper: 0.96 },
    { id: 'w', label: 'Westhaven', status: 'broken', n: 121, estimate: 0.79, lower: 0.71, upper: 0.86 },
    {
      id: 'h',
      label: 'Heidestad',
      status: 'no-evidence-yet',
      n: 9,
      estimate: null,
      lower: null,
      upper: null,
      notEstimable: 'n < 30',
    },
  ],
});

const someCounts = (months: number) => ({
  title: 'Cases a month',
  series: [{ key: 'predictions', label: 'Predictions' }],
  months: Array.from({ length: months }, (_, index) => ({
    month: new Date(Date.UTC(2018, index, 1)).toISOString(),
    counts: { predictions: index * 10 },
  })),
});

const aTimeline = (): StatusTimelineData => ({
  title: 'Status by site',
  until: '2019-09-30',
  rows: [
    { id: 'n', label: 'Noorderzorg', segments: [{ from: '2018-01-01', to: null, status: 'valid' }] },
    {
      id: 'w',
      label: 'Westhaven',
      segments: [
        { from: '2018-01-01', to: '2019-03-04', status: 'valid' },
        { from: '2019-03-04', to: null, status: 'suspended' },
      ],
    },
  ],
});

const charts: Record<string, (size: { width: number }) => Scene> = {
  'an estimate over time': (size) => estimateOverTime(aCourse(12), size),
  'an estimate with gaps': (size) => estimateOverTime(withGap(), size),
  'an estimate of one point': (size) => estimateOverTime(aCourse(1), size),
  'an evidence path': (size) => evidencePath(anEvidence(12), size),
  'an evidence path of one point': (size) => evidencePath(anEvidence(1), size),
  'a reliability diagram': (size) => reliability(aDiagram(), size),
  'intervals by site': (size) => intervalDots(someSites(), size),
  'counts a month': (size) => countsOverTime(someCounts(14), size),
  'counts of one month': (size) => countsOverTime(someCounts(1), size),
  'a timeline of states': (size) => statusTimeline(aTimeline(), size),
};

const draw = (scene: Scene): string => renderToStaticMarkup(<SceneView scene={scene} />);
const texts = (scene: Scene): string[] => scene.marks.flatMap((mark) => (mark.kind === 'text' ? [mark.text] : []));
const namedAxes = (scene: Scene) => scene.marks.filter((mark) => mark.kind === 'text' && mark.role === 'axis');

describe('every chart', () => {
  for (const [name, scene] of Object.entries(charts)) {
    it(`draws ${name} without a number that is none, at every width`, () => {
      for (const size of sizes) expect(draw(scene(size))).not.toMatch(/NaN|Infinity|undefined/);
    });

    it(`names itself and its axes in ${name}`, () => {
      const drawn = scene({ width: 640 });
      expect(draw(drawn)).toMatch(/<title[^>]*>[^<]+<\/title><desc[^>]*>[^<]+<\/desc>/);
      expect(namedAxes(drawn).length).toBeGreaterThanOrEqual(1);
    });

    it(`lets the keyboard reach every point of ${name} through one stop of the Tab key`, () => {
      const markup = draw(scene({ width: 640 }));
      expect(markup.match(/tabindex="0"/gi)).toHaveLength(1);
      expect(markup).toMatch(/role="img" aria-label="[^"]+"/);
    });

    it(`keeps every mark of ${name} inside the picture`, () => {
      for (const size of sizes) {
        const drawn = scene(size);
        for (const stop of drawn.stops) {
          expect(stop.x).toBeGreaterThanOrEqual(0);
          expect(stop.x).toBeLessThanOrEqual(drawn.width);
          expect(stop.y).toBeGreaterThanOrEqual(0);
          expect(stop.y).toBeLessThanOrEqual(drawn.height);
        }
      }
    });
  }

  it('says that there is no data yet instead of drawing an empty plot', () => {
    const size = { width: 640 };
    const empty = [
      estimateOverTime({ ...aCourse(0) }, size),
      evidencePath(anEvidence(0), size),
      reliability({ title: 'Reliability', bins: [] }, size),
      intervalDots({ ...someSites(), rows: [] }, size),
      countsOverTime(someCounts(0), size),
      statusTimeline({ ...aTimeline(), rows: [] }, size),
    ];
    for (const scene of empty) {
      expect(texts(scene)).toEqual(['No data yet']);
      expect(draw(scene)).not.toMatch(/NaN|Infinity/);
    }
  });
});

describe('an estimate over time', () => {
  it('hatches the stretches where nothing could be estimated and lifts the pen over them', () => {
    const scene = estimateOverTime(withGap(), { width: 640 });
    expect(scene.marks.filter((mark) => mark.kind === 'rect' && mark.fill === 'hatched')).toHaveLength(2);
    const bands = scene.marks.filter((mark) => mark.kind === 'path' && mark.fill === 'soft');
    expect(bands).toHaveLength(2);
    expect(scene.stops[7]?.lines).toContain('not estimable: one class only');
  });

  it('names the bound on its line and the number of cases under the last point', () => {
    const labels = texts(estimateOverTime(aCourse(12), { width: 640 }));
    expect(labels).toContain('claim: at least .90');
    expect(labels).toContain('n = 129');
  });

  it('labels both axes', () => {
    const names = namedAxes(estimateOverTime(aCourse(12), { width: 640 })).map(
      (mark) => mark.kind === 'text' && mark.text,
    );
    expect(names).toEqual(['sensitivity', 'prediction date']);
  });
});

describe('an evidence path', () => {
  it('marks the crossing with its words and labels the threshold', () => {
    const labels = texts(evidencePath(anEvidence(12), { width: 640 }));
    expect(labels).toContain('broken 1 Oct 2018');
    expect(labels).toContain('1/α = 33');
  });

  it('places a tenfold value one step higher wherever it stands', () => {
    const at = (logValue: number) => {
      const data = anEvidence(3);
      const points = [0, Math.LN10, 2 * Math.LN10].map((value, index) => ({
        at: `2018-0${index + 1}-01`,
        n: 1,
        logValue: value,
      }));
      const scene = evidencePath({ ...data, series: [{ label: 'against', tone: 'blue', points }] }, { width: 640 });
      return scene.stops[logValue]!.y;
    };
    expect(at(0) - at(1)).toBeCloseTo(at(1) - at(2), 0);
  });
});

describe('small multiples', () => {
  const panel = (id: string, status: 'valid' | 'broken', drop: number) => {
    const course = aCourse(12);
    const points = course.points.map((p) => ({
      ...p,
      estimate: p.estimate! - drop,
      lower: p.lower! - drop,
      upper: p.upper! - drop,
    }));
    return { id, title: id, status, word: status, data: { ...course, points } };
  };

  it('puts first what needs attention', () => {
    const order = smallMultiples([panel('n', 'valid', 0), panel('w', 'broken', 0.1)], { width: 300 });
    expect(order.map(({ panel: { id } }) => id)).toEqual(['w', 'n']);
  });

  it('gives all panels the same two scales, also when only one has events', () => {
    const broken = panel('w', 'broken', 0.1);
    const withEvents = {
      ...broken,
      data: { ...broken.data, events: [{ at: '2018-05-01', label: 'scanner upgrade' }] },
    };
    const [first, second] = smallMultiples([withEvents, panel('n', 'valid', 0)], { width: 300 });
    const boundOf = (scene: Scene) => scene.marks.find((mark) => mark.kind === 'line' && mark.dash === 'dashed');
    expect(boundOf(first!.scene)).toEqual(boundOf(second!.scene));
    expect(first!.scene.stops[3]!.x).toBe(second!.scene.stops[3]!.x);
  });
});

describe('a sparkline', () => {
  it('draws nothing but a dotted line when nothing is known', () => {
    expect(draw(sparkline({ title: 'course', values: [null, null] }))).not.toMatch(/NaN|<path/);
  });

  it('draws a constant course in the middle', () => {
    const scene = sparkline({ title: 'course', values: [0.5, 0.5, 0.5] });
    expect(scene.marks.find((mark) => mark.kind === 'circle')).toMatchObject({ y: 12 });
  });
});

describe('the table behind a picture', () => {
  it('has a row for every point, also for those that cannot be estimated', () => {
    expect(estimateOverTimeTable(withGap()).rows).toHaveLength(12);
    expect(estimateOverTimeTable(withGap()).rows[0]?.estimate).toBe('not estimable: one class only');
    expect(evidencePathTable(anEvidence(12)).rows[2]?.value).toBe('not estimable');
    expect(reliabilityTable(aDiagram()).rows[2]?.observed).toBe('not estimable: n < 5');
    expect(intervalDotsTable(someSites()).rows.map((row) => row.label)).toEqual([
      'Westhaven',
      'Heidestad',
      'Noorderzorg',
    ]);
    expect(countsOverTimeTable(someCounts(14)).rows).toHaveLength(14);
    expect(statusTimelineTable(aTimeline()).rows.at(-1)).toMatchObject({ status: 'suspended', to: 'until now' });
  });

  it('names every column that it fills', () => {
    const tables = [estimateOverTimeTable(withGap()), evidencePathTable(anEvidence(3)), reliabilityTable(aDiagram())];
    for (const table of tables) {
      expect(Object.keys(table.rows[0]!).sort()).toEqual(table.columns.map((column) => column.key).sort());
    }
  });
});
