import type { ModelVersionId, SiteId } from '#kernel';
import type { LogisticRecalibration } from '#statistics';
import type { MonitoringPlan, Shadow } from './audit.ts';

/** A watched version whose answers follow from those of another: expit(intercept + slope · logit p). */
export interface Derivation extends LogisticRecalibration {
  plan: MonitoringPlan;
}

/**
 * Every version that is derived, directly or through others, from the answers of one version at one site: candidates
 * in shadow, and versions that were replaced there and are kept for comparison. Each is reached once, by the shortest
 * way, so plans that refer to one another in a circle end.
 */
export function derivedFrom(plans: readonly MonitoringPlan[], sent: ModelVersionId, siteId: SiteId): Derivation[] {
  const reached = new Set<ModelVersionId>([sent]);
  const found: Derivation[] = [];
  let from: { id: ModelVersionId; intercept: number; slope: number }[] = [{ id: sent, intercept: 0, slope: 1 }];
  while (from.length > 0) {
    const next: typeof from = [];
    for (const base of from) {
      for (const plan of plans) {
        const shadow = plan.shadows.find((one) => one.baseVersionId === base.id && one.siteIds.includes(siteId));
        if (!shadow || reached.has(plan.modelVersionId)) continue;
        reached.add(plan.modelVersionId);
        const intercept = shadow.intercept + shadow.slope * base.intercept;
        const slope = shadow.slope * base.slope;
        found.push({ plan, intercept, slope });
        next.push({ id: plan.modelVersionId, intercept, slope });
      }
    }
    from = next;
  }
  return found;
}

/**
 * The way back: how the version that a released candidate was fitted on is derived from the candidate's own answers,
 * p_base = expit((logit p − a) / b), so that later candidates are still compared with it.
 * @returns undefined for a slope that is not above 0, which cannot be undone.
 */
export function reversed(shadow: Shadow, releasedVersionId: ModelVersionId): Shadow | undefined {
  const { intercept, slope, siteIds } = shadow;
  if (slope <= 0) return undefined;
  return { baseVersionId: releasedVersionId, intercept: -intercept / slope, slope: 1 / slope, siteIds };
}
