import { randomBytes } from 'node:crypto';
import type { By } from '#develop';
import { type ModelVersionId, newId, Problem } from '#kernel';
import { inTransaction } from '#platform/db';
import type { MonitorDependencies } from '../dependencies.ts';
import { type AuditSeed, type MonitoringPlan, seedCommitment } from '../model/audit.ts';
import { insertPlan } from '../store.pg/plans.ts';

/**
 * Registers how a version is watched. The audit's seed is drawn here, kept secret, and its commitment goes into the
 * ledger before the first case, so that nobody can choose the sample afterwards.
 * Problems: not-found, conflict (the version has a plan), not-a-simulation (a seed was given).
 */
export async function registerPlan(
  deps: MonitorDependencies,
  request: { modelVersionId: string; decisionThreshold: number; auditRate: number; auditSeed?: string | undefined },
  by: By,
): Promise<{ id: string; ledgerIndex: number }> {
  if (request.auditSeed !== undefined && deps.ledger.originKind() !== 'simulation') {
    throw new Problem('not-a-simulation', { detail: 'Only a simulation may name its audit seed.' });
  }
  const plan: MonitoringPlan = {
    id: newId('audit', deps.clock.now()),
    modelVersionId: request.modelVersionId as ModelVersionId,
    decisionThreshold: request.decisionThreshold,
    auditRate: request.auditRate,
    auditSeed: (request.auditSeed ?? randomBytes(24).toString('base64url')) as AuditSeed,
    shadows: [],
    registeredAt: deps.clock.now(),
  };
  const pendingId = await inTransaction(deps.database.db, async (tx) => {
    const versions = await deps.develop.versions(tx);
    if (!versions.some((version) => version.id === plan.modelVersionId)) {
      throw new Problem('not-found', { detail: 'There is no model version with this id.' });
    }
    const commitment = seedCommitment(plan.auditSeed);
    if (!(await insertPlan(tx, plan, commitment))) {
      throw new Problem('conflict', {
        detail: 'This version has a monitoring plan; a changed plan is a new version or claim.',
      });
    }
    return deps.ledger.record(tx, {
      kind: 'audit',
      subjects: [{ name: 'audit-seed', sha256: commitment }],
      chain: plan.modelVersionId,
      predicate: {
        plan: plan.id,
        modelVersion: plan.modelVersionId,
        decisionThreshold: plan.decisionThreshold,
        auditRate: plan.auditRate,
      },
      actor: by,
      occurredAt: plan.registeredAt,
    });
  });
  const { index } = await deps.ledger.sequenced(pendingId);
  return { id: plan.id, ledgerIndex: index };
}
