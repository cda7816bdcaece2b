import { t } from '../messages/translate.ts';
import { SkeletonBlock } from './controls.tsx';

const Loading = () => (
  <span className="visually-hidden" role="status">
    {t('ui.loading')}
  </span>
);

/** The shape of a page that is on its way. */
export const PageSkeleton = () => (
  <div className="page stack gap-6" aria-busy="true">
    <Loading />
    <div className="stack gap-3">
      <SkeletonBlock height={14} width={120} />
      <SkeletonBlock height={34} width="min(100%, 720px)" />
      <SkeletonBlock height={16} width="min(100%, 480px)" />
    </div>
    <div className="columns">
      <ChartSkeleton />
      <ChartSkeleton />
    </div>
    <TableSkeleton rows={6} />
  </div>
);

export const ChartSkeleton = ({ height = 260 }: { height?: number }) => (
  <div className="card" aria-busy="true">
    <div className="card-body stack gap-3">
      <SkeletonBlock height={16} width={180} />
      <SkeletonBlock height={height} />
    </div>
  </div>
);

export const TableSkeleton = ({ rows = 8 }: { rows?: number }) => (
  <div className="stack gap-2" aria-busy="true">
    {Array.from({ length: rows }, (_, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity.
      <SkeletonBlock key={index} height={32} />
    ))}
  </div>
);
