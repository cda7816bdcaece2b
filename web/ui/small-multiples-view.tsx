import type { ReactNode } from 'react';
import { SceneView } from '../charts/scene-view.tsx';
import { type MultiplePanel, smallMultiples } from '../charts/small-multiples.ts';
import { StatusMark } from './status/index.ts';

const panelWidthMinPx = 300;
const gapPx = 16;

/** One small chart a site, same scales, what needs attention first. Stands inside a ChartFrame, which gives the width. */
export function SmallMultiplesView({
  panels,
  widthPx,
  link,
}: {
  panels: MultiplePanel[];
  widthPx: number;
  link?: (panel: MultiplePanel) => ReactNode;
}) {
  const columns = Math.max(1, Math.min(panels.length, Math.floor((widthPx + gapPx) / (panelWidthMinPx + gapPx))));
  const width = Math.floor((widthPx - gapPx * (columns - 1)) / columns);
  return (
    <div className="small-multiples" style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
      {smallMultiples(panels, { width }).map(({ panel, scene }) => (
        <section key={panel.id}>
          <h3>
            {link ? link(panel) : panel.title}
            <StatusMark status={panel.status} word={panel.word} isQuiet />
          </h3>
          <SceneView scene={scene} />
        </section>
      ))}
    </div>
  );
}
