import { type Instant, millisecondsPerDay } from '#kernel';
import type { ClaimVerdict, Consequence } from '../ports.ts';
import { type EvidenceStatus, lower } from './status.ts';

/** What certify reads from a claim's evidence. */
export type VerdictKind = 'pass' | 'stale' | 'not_evaluable' | 'alarm1' | 'alarm2' | 'fail';

export interface Judgement {
  kind: VerdictKind;
  status: EvidenceStatus;
  predicate?: string;
  condition?: string;
}

type Facts = Pick<ClaimVerdict, 'state' | 'level' | 'maxAgeDays' | 'consequenceOnFail' | 'consequenceOnEscalation'> & {
  freshAt?: Instant | undefined;
  acceptanceUntil?: Instant | undefined;
};

/**
 * From one stream of a claim to its verdict and the status it allows at most.
 * A broken claim and an escalated detector act whatever the age of the evidence; no data is never a pass.
 * @param facts the stream as `monitor` gives it. @param now the instant of judging, for the age of the evidence.
 * @returns the verdict; for alarm2 and fail the consequence that the claim pre-registered (a fail is at least conditional).
 * **Source** the project's certificate specification, section 2, table "From claim to evidence status".
 * Oracle: claim-evidence.test.ts, one row of the table a case.
 */
export function judge(facts: Facts, now: Instant): Judgement {
  if (facts.state === 'broken') {
    // A detector that escalated before, or in the same reading, has acted already: its consequence is not undone.
    const escalated = facts.level === 2 ? consequenceOf('alarm2', facts.consequenceOnEscalation) : undefined;
    const failed = { ...escalated, ...consequenceOf('fail', facts.consequenceOnFail) };
    return { ...failed, status: lower(lower(failed.status, 'conditional'), escalated?.status ?? 'conditional') };
  }
  if (facts.level === 2) return consequenceOf('alarm2', facts.consequenceOnEscalation);
  if (facts.state === 'watch' || facts.level === 1) return { kind: 'alarm1', status: 'watch' };
  if (facts.state === 'no-evidence-yet') return { kind: 'not_evaluable', status: 'watch' };
  if (isStale(facts, now)) return { kind: 'stale', status: 'watch' };
  if (facts.state === 'confirmed') return { kind: 'pass', status: 'valid' };
  const isAccepted = facts.acceptanceUntil !== undefined && now <= facts.acceptanceUntil;
  return isAccepted ? { kind: 'pass', status: 'valid' } : { kind: 'not_evaluable', status: 'watch' };
}

/** True if nothing new was counted for longer than the claim allows; a broken feed is stale too. Cost: constant. */
export function isStale(facts: { freshAt?: Instant | undefined; maxAgeDays: number }, now: Instant): boolean {
  return facts.freshAt === undefined || now - facts.freshAt > facts.maxAgeDays * millisecondsPerDay;
}

const consequenceOf = (kind: VerdictKind, consequence: Consequence): Judgement => ({
  kind,
  status: consequence.status,
  ...(consequence.predicate === undefined ? {} : { predicate: consequence.predicate }),
  ...(consequence.condition === undefined ? {} : { condition: consequence.condition }),
});
