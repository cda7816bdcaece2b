import type { EvidenceState } from './claim.ts';

/** What the state of a stream is decided on. All crossings are latched: the first one counts, whatever comes after. */
export interface Standing {
  /** The break process reached 1/α_k, or the upper end of an asymptotic sequence fell below the bound. */
  hasBroken: boolean;
  hasSupport: boolean;
  hasNotice: boolean;
  hasEscalation: boolean;
  /** Relevant cases whose outcome is known. */
  n: number;
  minN: number;
  events: number;
  minEvents: number;
  /** An open data-health deficiency (D13) forbids `confirmed`. */
  isBlockedByDataHealth: boolean;
}

/**
 * The state of a claim at a site; the first rule that fits. Never green for lack of data.
 * Source: statistics specification, section 4, table of evidence states.
 */
export function evidenceState(standing: Standing): { state: EvidenceState; level: 0 | 1 | 2 } {
  const level = standing.hasEscalation ? 2 : standing.hasNotice ? 1 : 0;
  if (standing.hasBroken) return { state: 'broken', level };
  if (level > 0) return { state: 'watch', level };
  if (standing.n < standing.minN || standing.events < standing.minEvents) return { state: 'no-evidence-yet', level };
  if (standing.hasSupport && !standing.isBlockedByDataHealth) return { state: 'confirmed', level };
  return { state: 'consistent', level };
}
