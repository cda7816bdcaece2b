import { millisecondsOf } from '../messages/format.ts';
import { attentionOf, type Status } from '../ui/status/status.ts';
import { eventRows, timeScale } from './axes.ts';
import { type EstimateOverTimeData, estimateDomain, estimateOverTime } from './estimate-over-time.ts';
import type { Scene, Size } from './scene.ts';

export interface MultiplePanel {
  id: string;
  /** The site's name. */
  title: string;
  status: Status;
  /** The state in words, with its date: "broken since 4 Mar 2019". */
  word: string;
  data: EstimateOverTimeData;
}

export interface PanelScene {
  panel: MultiplePanel;
  scene: Scene;
}

/**
 * One small picture a site, all with the same two scales, ordered by what needs attention: so that the eye compares
 * places, not axes.
 */
export function smallMultiples(panels: readonly MultiplePanel[], size: Size): PanelScene[] {
  const domain = estimateDomain(panels.map((panel) => panel.data));
  const times = panels.flatMap(({ data }) =>
    [...data.points.map((p) => p.at), ...(data.events ?? []).map((event) => event.at)].map(millisecondsOf),
  );
  const span: [number, number] | undefined = times.length === 0 ? undefined : [Math.min(...times), Math.max(...times)];
  const plot = { left: 36, right: size.width - 44, top: 0, bottom: 100 };
  const x = timeScale(span ?? [], plot);
  const eventRowCount = Math.max(0, ...panels.map(({ data }) => eventRows(data.events ?? [], x, plot)));
  return panels
    .map((panel, index) => ({ panel, index }))
    .sort((a, b) => attentionOf(a.panel.status) - attentionOf(b.panel.status) || a.index - b.index)
    .map(({ panel }) => ({
      panel,
      scene: estimateOverTime(
        { ...panel.data, domain, isCompact: true, eventRowCount, ...(span ? { span } : {}) },
        { width: size.width, height: size.height ?? 190 },
      ),
    }));
}
