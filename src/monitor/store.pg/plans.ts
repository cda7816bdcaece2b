import { sql } from 'kysely';
import type { Instant, ModelVersionId } from '#kernel';
import { type Db, instantFromSql, sqlInstant, type Tx } from '#platform/db';
import type { AuditSeed, MonitoringPlan, Shadow } from '../model/audit.ts';
import { reversed } from '../model/shadow.ts';

interface PlanRow {
  id: string;
  model_version_id: string;
  decision_threshold: number;
  audit_rate: number;
  audit_seed: string;
  shadows: Shadow[];
  registered_at: string;
}

/** Every plan that has not ended. */
export async function plansInForce(db: Db | Tx): Promise<MonitoringPlan[]> {
  const found =
    await sql<PlanRow>`select id, model_version_id, decision_threshold, audit_rate, audit_seed, shadows, registered_at
    from monitor_plan where ended_at is null order by id`.execute(db);
  return found.rows.map((row) => ({
    id: row.id,
    modelVersionId: row.model_version_id as ModelVersionId,
    decisionThreshold: row.decision_threshold,
    auditRate: row.audit_rate,
    auditSeed: row.audit_seed as AuditSeed,
    shadows: row.shadows,
    registeredAt: instantFromSql(row.registered_at),
  }));
}

/** @returns false if the version has a plan already. */
export async function insertPlan(tx: Tx, plan: MonitoringPlan, commitment: string): Promise<boolean> {
  const inserted = await sql`insert into monitor_plan (id, model_version_id, decision_threshold, audit_rate, audit_seed,
      audit_seed_commitment, shadows, registered_at)
    values (${plan.id}, ${plan.modelVersionId}, ${plan.decisionThreshold}, ${plan.auditRate}, ${plan.auditSeed}, ${commitment},
      ${JSON.stringify(plan.shadows)}::jsonb, ${sqlInstant(plan.registeredAt)})
    on conflict (model_version_id) do nothing`.execute(tx);
  return inserted.numAffectedRows === 1n;
}

/**
 * A candidate that was released answers for itself, and the version it was fitted on is from now on derived back from
 * it at those sites; one that was refused answers no more.
 */
export async function endShadow(
  tx: Tx,
  modelVersionId: ModelVersionId,
  decision: { outcome: 'released' | 'refused'; at: Instant },
): Promise<void> {
  const plans = await plansInForce(tx);
  const plan = plans.find((one) => one.modelVersionId === modelVersionId);
  if (!plan) return;
  if (decision.outcome === 'refused') {
    await sql`update monitor_plan set ended_at = ${sqlInstant(decision.at)} where id = ${plan.id}`.execute(tx);
    return;
  }
  await setShadows(tx, plan.id, []);
  for (const shadow of plan.shadows) {
    const base = plans.find((one) => one.modelVersionId === shadow.baseVersionId);
    const back = reversed(shadow, modelVersionId);
    if (base && back) await setShadows(tx, base.id, [...base.shadows, back]);
  }
}

async function setShadows(tx: Tx, planId: string, shadows: Shadow[]): Promise<void> {
  await sql`update monitor_plan set shadows = ${JSON.stringify(shadows)}::jsonb where id = ${planId}`.execute(tx);
}
