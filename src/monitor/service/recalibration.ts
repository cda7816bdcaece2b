import type { By, VersionCard } from '#develop';
import { addDays, dayOf, type Instant, instant, newId, Problem, plainDate, type SiteId, toIso } from '#kernel';
import { inTransaction, type Tx } from '#platform/db';
import type { MonitorDependencies } from '../dependencies.ts';
import { seedCommitment } from '../model/audit.ts';
import type { Claim } from '../model/claim.ts';
import { emptyComparison } from '../model/comparison.ts';
import type { Deficiency } from '../model/deficiency.ts';
import { fitGridOf, fitOn, thresholdFor } from '../model/recalibration.ts';
import { cohortDays } from '../store.pg/cohorts.ts';
import { insertComparison } from '../store.pg/comparisons.ts';
import { deficiencyForUpdate, saveDeficiency } from '../store.pg/deficiencies.ts';
import { insertPlan, plansInForce } from '../store.pg/plans.ts';
import { claims, streamsOfClaims } from '../store.pg/streams.ts';

export interface RecalibrationRequest {
  kind: 'intercept' | 'intercept-and-slope';
  /** First and last day of maturity of the cases it is fitted on; default: from the estimated change to yesterday. */
  fitFrom?: string | undefined;
  fitUntil?: string | undefined;
  /** The threshold the candidate will act on; default: the present one, or the one that reaches `wantedSensitivity`. */
  decisionThreshold?: number | undefined;
  wantedSensitivity?: number | undefined;
  /** Δ: by how much the mean squared error may be larger at most, for non-inferiority. */
  margin: number;
}

export interface Candidate {
  modelVersionId: string;
  label: string;
  intercept: number;
  slope: number;
  decisionThreshold: number;
  fit: { n: number; events: number; from: string; until: string };
}

/**
 * Fits a recalibration from a confirmed calibration deficiency, on cases up to a cut-off, and registers it as a
 * candidate version that answers in shadow from now on. What it was fitted on lies before its first shadow case, so it
 * can never count as evidence for it. Problems: not-found, wrong-state, not-estimable, conflict.
 */
export async function proposeRecalibration(
  deps: MonitorDependencies,
  deficiencyId: string,
  request: RecalibrationRequest,
  by: By,
): Promise<Candidate> {
  const { candidate, pendingId } = await inTransaction(deps.database.db, async (tx) => {
    const deficiency = await confirmedDeficiency(tx, deficiencyId);
    const [claim] = await claims(tx, { ids: [deficiency.claimId!] });
    const fitted = await fitCandidate(tx, { claim: claim!, deficiency, request, now: deps.clock.now() });
    const versions = await deps.develop.versions(tx);
    const base = versions.find((one) => one.id === deficiency.modelVersionId)!;
    const siteIds = deficiency.siteId === undefined ? claim!.body.sites : [deficiency.siteId];
    const at = deps.clock.now();
    const version = await deps.develop.addCandidate(tx, {
      baseVersionId: base.id,
      ...fitted.calibration,
      decisionThreshold: fitted.decisionThreshold,
      deficiencyId: deficiency.id,
      siteIds,
      fit: { kind: request.kind, ...fitted.on },
      actor: by,
      at,
    });
    await watchShadow(tx, { deps, versionId: version.id, base, fitted, siteIds, claim: claim!, request, at });
    const pendingId = await record(tx, { deps, deficiency, version, fitted, request, by, at });
    const candidate: Candidate = {
      modelVersionId: version.id,
      label: version.label,
      ...fitted.calibration,
      decisionThreshold: fitted.decisionThreshold,
      fit: fitted.on,
    };
    return { candidate, pendingId };
  });
  await deps.ledger.sequenced(pendingId);
  return candidate;
}

async function confirmedDeficiency(tx: Tx, id: string): Promise<Deficiency> {
  const deficiency = await deficiencyForUpdate(tx, id);
  if (!deficiency?.claimId)
    throw new Problem('not-found', { detail: 'There is no deficiency of a claim with this id.' });
  if (deficiency.code !== 'D5')
    throw new Problem('wrong-state', { detail: 'A recalibration answers a calibration deficiency (D5).' });
  if (!['confirmed', 'cause-found', 'action-taken'].includes(deficiency.state)) {
    throw new Problem('wrong-state', {
      detail: `The deficiency is ${deficiency.state}; a candidate is fitted from a confirmed one.`,
    });
  }
  return deficiency;
}

interface Fitted {
  calibration: { intercept: number; slope: number };
  decisionThreshold: number;
  on: { n: number; events: number; from: string; until: string };
}

async function fitCandidate(
  tx: Tx,
  {
    claim,
    deficiency,
    request,
    now,
  }: { claim: Claim; deficiency: Deficiency; request: RecalibrationRequest; now: Instant },
): Promise<Fitted> {
  const stream = (await streamsOfClaims(tx, [claim.id])).find((one) => one.siteId === deficiency.siteId);
  if (!stream) throw new Problem('not-found', { detail: 'The claim of this deficiency has no evidence.' });
  const until = plainDate(request.fitUntil ?? dayOf(addDays(now, -1)));
  const changed = stream.crossings.findLast((crossing) => crossing.changePoint?.on)?.changePoint?.on;
  const from = plainDate(request.fitFrom ?? changed ?? dayOf(instant(claim.body.countsFrom)));
  const days = (await cohortDays(tx, stream.cohortId, until)).filter((day) => day.day >= from);
  const grid = fitGridOf(days, claim.body.verification);
  const fitted = fitOn(grid, request.kind);
  if (!fitted.estimable)
    throw new Problem('not-estimable', { detail: `No recalibration from ${from} to ${until}: ${fitted.because}.` });
  const { intercept, slope } = fitted;
  if (slope <= 0)
    throw new Problem('not-estimable', {
      detail: `From ${from} to ${until} higher probabilities go with fewer events: no recalibration repairs that.`,
    });
  const wanted = request.wantedSensitivity;
  const suggested = wanted === undefined ? undefined : thresholdFor(grid, { intercept, slope }, wanted);
  return {
    calibration: { intercept, slope },
    decisionThreshold: request.decisionThreshold ?? suggested ?? claim.body.decisionThreshold,
    on: { n: grid.n, events: grid.k, from, until },
  };
}

/** From now on Hortus derives the candidate's answers from the base version's and compares the two, case by case. */
async function watchShadow(
  tx: Tx,
  part: {
    deps: MonitorDependencies;
    versionId: VersionCard['id'];
    base: VersionCard;
    fitted: Fitted;
    siteIds: SiteId[];
    claim: Claim;
    request: RecalibrationRequest;
    at: Instant;
  },
): Promise<void> {
  const { versionId, base, fitted, siteIds, claim, at } = part;
  const basePlan = (await plansInForce(tx)).find((plan) => plan.modelVersionId === base.id);
  if (!basePlan) throw new Problem('wrong-state', { detail: 'The present version has no monitoring plan.' });
  const plan = {
    ...basePlan,
    id: newId('audit', at),
    modelVersionId: versionId,
    decisionThreshold: fitted.decisionThreshold,
    shadows: [{ baseVersionId: base.id, ...fitted.calibration, siteIds }],
    registeredAt: at,
  };
  await insertPlan(tx, plan, seedCommitment(plan.auditSeed));
  const references = [
    { against: 'original' as const, versionId: base.originalVersionId },
    { against: 'previous' as const, versionId: base.id },
  ];
  for (const siteId of siteIds) {
    for (const reference of references) {
      await insertComparison(tx, {
        id: newId('candidate', at),
        candidateVersionId: versionId,
        referenceVersionId: reference.versionId,
        against: reference.against,
        siteId,
        countsFrom: at,
        margin: part.request.margin,
        outcome: claim.body.outcome,
        horizonDays: claim.body.horizonDays,
        alpha: 0.05,
        flaggedOnly: claim.body.verification.model === 'audit',
        cursor: undefined,
        process: undefined,
        reading: emptyComparison,
      });
    }
  }
}

async function record(
  tx: Tx,
  part: {
    deps: MonitorDependencies;
    deficiency: Deficiency;
    version: { id: string; label: string };
    fitted: Fitted;
    request: RecalibrationRequest;
    by: By;
    at: Instant;
  },
): Promise<string> {
  const { deps, deficiency, version, fitted, request, by, at } = part;
  const body = { candidate: version.id, kind: request.kind, ...fitted.calibration, ...fitted.on };
  const event = { type: 'candidate-made' as const, body, at, actor: by.id, role: by.role };
  const action = {
    ...(deficiency.record.action ?? { actions: [], reason: '', signatures: [] }),
    candidateVersionId: version.id,
  };
  await saveDeficiency(tx, { ...deficiency, record: { ...deficiency.record, action } }, event);
  return deps.ledger.record(tx, {
    kind: 'prereg',
    subjects: [],
    chain: version.id,
    predicate: {
      ...body,
      deficiency: deficiency.id,
      decisionThreshold: fitted.decisionThreshold,
      comparison: { margin: request.margin, alpha: 0.05, loss: 'squared error', countsFrom: toIso(at) },
    },
    actor: by,
    occurredAt: at,
  });
}
