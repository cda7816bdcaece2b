export type { ClaimRequest, IntakeReport } from './contract.ts';
export type { MonitorDependencies } from './dependencies.ts';
export type { IntakeRequest } from './intake/intake.ts';
export { type Claim, type ClaimBody, type Consequence, claimDigest, type EvidenceState } from './model/claim.ts';
export type { ChangeComparison, ClaimVerdict } from './questions/verdicts.ts';
export { type MonitorRouteParts, monitorRoutes } from './routes.ts';
export { type Monitor, openMonitor } from './service/monitor.ts';
export type { Candidate, RecalibrationRequest } from './service/recalibration.ts';
export type { ReplayedStream } from './service/replay.ts';
