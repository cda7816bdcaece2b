import type { StreamHistory } from '../../../../src/monitor/contract.ts';
import {
  type EvidencePathData,
  estimateOverTime,
  estimateOverTimeTable,
  evidencePath,
  evidencePathTable,
  SceneView,
} from '../../../charts/index.ts';
import { formatEvidence } from '../../../messages/format.ts';
import { t } from '../../../messages/translate.ts';
import { Card, ChartFrame, type Provenance } from '../../../ui/index.ts';
import { ledgerProvenance } from '../ledger-entry.tsx';
import { detectorCourse, estimateCourse, evidenceCourse, hasDetectorPath, hasEvidencePath } from './claim-figures.ts';
import type { ClaimRow } from './claim-rows.ts';

interface FrameProps {
  row: ClaimRow;
  history: StreamHistory;
}

const provenanceOf = ({ claim, stream }: ClaimRow): Provenance => ({
  n: stream.reading.n,
  ...(stream.lastMaturedAt === null ? {} : { updated: stream.lastMaturedAt }),
  ...ledgerProvenance(claim.ledgerIndex),
});

export function EstimateFrame({ row, history }: FrameProps) {
  const data = estimateCourse(row.claim, history);
  return (
    <ChartFrame
      title={data.title}
      lead={t('monitor.claim.estimate.lead')}
      table={estimateOverTimeTable(data)}
      provenance={provenanceOf(row)}
    >
      {(width) => <SceneView scene={estimateOverTime(data, { width })} />}
    </ChartFrame>
  );
}

/** E-values on a log scale; where a measure has none, the reason. */
export function EvidenceFrame({ row, history }: FrameProps) {
  if (!hasEvidencePath(history) && history.points.length > 0)
    return (
      <Card title={t('monitor.claim.evidence.none.title')}>
        <p>{t('monitor.claim.evidence.none')}</p>
      </Card>
    );
  const level = formatEvidence(history.stream.thresholds.logBreak);
  return <PathFrame data={evidenceCourse(history)} lead={t('monitor.claim.evidence.lead', { level })} row={row} />;
}

export function DetectorFrame({ row, history }: FrameProps) {
  if (!hasDetectorPath(history)) return null;
  return <PathFrame data={detectorCourse(history)} lead={t('monitor.claim.detector.lead')} row={row} />;
}

const PathFrame = ({ data, lead, row }: { data: EvidencePathData; lead: string; row: ClaimRow }) => (
  <ChartFrame title={data.title} lead={lead} table={evidencePathTable(data)} provenance={provenanceOf(row)}>
    {(width) => <SceneView scene={evidencePath(data, { width })} />}
  </ChartFrame>
);
