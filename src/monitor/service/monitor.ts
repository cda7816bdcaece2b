import type { By } from '#develop';
import { type ModelVersionId, Problem } from '#kernel';
import type { Identity, ProposalId } from '#people';
import type { Tx } from '#platform/db';
import type { ClaimRequest, IntakeReport } from '../contract.ts';
import type { MonitorDependencies } from '../dependencies.ts';
import { type IntakeRequest, receive } from '../intake/intake.ts';
import { outcomeIntake } from '../intake/outcomes.ts';
import { predictionIntake } from '../intake/predictions.ts';
import { resumeBatches } from '../intake/resume.ts';
import type { Claim } from '../model/claim.ts';
import type { Actor, Deficiency, DeficiencyCommand } from '../model/deficiency.ts';
import { changeComparisons, claimVerdicts } from '../questions/verdicts.ts';
import { type MonitorGauges, monitorGauges } from '../store.pg/gauges.ts';
import { endShadow } from '../store.pg/plans.ts';
import { advance } from './advance.ts';
import { registerClaim, resumeRegistrations } from './claims.ts';
import { decisions, proposeDecision, takesTwo } from './decisions.ts';
import { actOnDeficiency } from './deficiencies.ts';
import { registerPlan } from './plans.ts';
import { type Candidate, proposeRecalibration, type RecalibrationRequest } from './recalibration.ts';
import { type ReplayedStream, replayAll } from './replay.ts';

/** The door of the room: what main and certify call. */
export interface Monitor {
  readonly deps: MonitorDependencies;
  receivePredictions(request: IntakeRequest): Promise<IntakeReport>;
  receiveOutcomes(request: IntakeRequest): Promise<IntakeReport>;
  registerPlan(
    request: { modelVersionId: string; decisionThreshold: number; auditRate: number; auditSeed?: string | undefined },
    by: By,
  ): Promise<{ id: string; ledgerIndex: number }>;
  registerClaim(request: ClaimRequest, by: By): Promise<Claim>;
  actOnDeficiency(id: string, act: { command: DeficiencyCommand; actor: Actor }): Promise<Deficiency>;
  /** Whether an act takes two persons as the deficiency stands. */
  takesTwo(id: string, command: DeficiencyCommand): Promise<boolean>;
  proposeDecision(
    identity: Identity,
    asked: { id: string; command: DeficiencyCommand; asRole?: string | undefined },
  ): Promise<ProposalId>;
  proposeRecalibration(deficiencyId: string, request: RecalibrationRequest, by: By): Promise<Candidate>;
  /** Counts what has matured; `isBlocked` where an open intake kept the window from closing. */
  advance(options?: { wait?: boolean }): Promise<{ cases: number; isBlocked: boolean }>;
  replay(onProgress?: (done: number, total: number) => void): Promise<ReplayedStream[]>;
  /** Takes up what a stop cut off: registrations, and batches whose place in the ledger is not noted yet. */
  resume(): Promise<void>;
  /** Told by certify when a candidate is decided, in the same transaction. */
  candidateDecided(tx: Tx, modelVersionId: ModelVersionId, outcome: 'released' | 'refused'): Promise<void>;
  gauges(): Promise<MonitorGauges>;
  readonly claimVerdicts: typeof claimVerdicts;
  readonly changeComparisons: typeof changeComparisons;
}

export function openMonitor(deps: MonitorDependencies, onNews: () => void = () => {}): Monitor {
  // After a failure an act may be kept without being finished: the next round looks, and finishes it.
  let isInDoubt = false;
  const told = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      isInDoubt ||= !(error instanceof Problem) || error.status >= 500;
      throw error;
    } finally {
      onNews();
    }
  };
  for (const kind of decisions(deps, onNews)) deps.fourEyes.register(kind);
  const resume = async (): Promise<void> => {
    isInDoubt = true;
    const waiting = (await resumeBatches(deps)) + (await resumeRegistrations(deps));
    isInDoubt = waiting > 0;
  };
  return {
    deps,
    receivePredictions: (request) => told(receive(deps, request, (tx) => predictionIntake(deps, tx, request))),
    receiveOutcomes: (request) => told(receive(deps, request, (tx) => outcomeIntake(deps, tx, request))),
    registerPlan: (request, by) => registerPlan(deps, request, by),
    registerClaim: (request, by) => told(registerClaim(deps, request, by)),
    actOnDeficiency: (id, act) => told(actOnDeficiency(deps, id, act)),
    takesTwo: (id, command) => takesTwo(deps, id, command),
    proposeDecision: (identity, asked) => proposeDecision(deps, identity, asked),
    proposeRecalibration: (id, request, by) => proposeRecalibration(deps, id, request, by),
    advance: async (options) => {
      if (isInDoubt) await resume();
      const done = await advance(deps, options);
      const last = done.pending.at(-1);
      if (last !== undefined) await deps.ledger.sequenced(last);
      return { cases: done.cases, isBlocked: done.isBlocked };
    },
    replay: (onProgress) => replayAll(deps, onProgress),
    resume,
    candidateDecided: (tx, id, outcome) => endShadow(tx, id, { outcome, at: deps.clock.now() }),
    gauges: () => monitorGauges(deps.database.db),
    claimVerdicts,
    changeComparisons,
  };
}
