import type { CertificateId, Instant } from '#kernel';
import { inTransaction } from '#platform/db';
import { type CertifyParts, compareEvidence, judgeAndTick, lockedState, questionOf, sequence } from './carrying-out.ts';
import { type CertificateState, finalBases, judge } from './model/index.ts';
import type { ClaimVerdict } from './ports.ts';

export interface Reconsideration {
  /** Certificates whose evidence was read completely; only these are served. */
  checked: CertificateId[];
  changed: CertificateId[];
  /** Certificates of which a claim's evidence was missing, or that could not be judged. */
  failed: { certificateId: CertificateId; why: string }[];
}

/**
 * Reads the evidence of every live certificate, judges what changed and lets time pass. Idempotent: the same instant
 * and evidence again change nothing. Where nothing changed it costs one question and one small write.
 * One certificate that cannot be judged keeps the others from nothing; it is itself no longer served.
 */
export async function reconsider(parts: CertifyParts, now: Instant): Promise<Reconsideration> {
  const { db, store, monitor } = parts;
  const live = (await store.certificates(db)).map((one) => one.state).filter((one) => !finalBases.includes(one.base));
  const result: Reconsideration = { checked: [], changed: [], failed: [] };
  const pendingIds = await store.unplaced(db);
  const questions = live.map(questionOf);
  const verdicts =
    live.length === 0
      ? []
      : await monitor.claimVerdicts(db, {
          claimIds: [...new Set(questions.flatMap((one) => one.claimIds))],
          siteIds: [...new Set(questions.flatMap((one) => one.siteIds))],
        });
  for (const state of live) {
    try {
      const ours = verdictsFor(state, verdicts);
      const { isComplete } = compareEvidence(state, ours, { at: now, fresh: false });
      if (needsJudging(state, ours, now)) {
        pendingIds.push(...(await judgeOne(parts, state.id, { verdicts: ours, at: now })));
        result.changed.push(state.id);
      }
      if (isComplete) result.checked.push(state.id);
      else result.failed.push({ certificateId: state.id, why: 'The evidence of a claim is missing.' });
    } catch (error) {
      result.failed.push({ certificateId: state.id, why: error instanceof Error ? error.message : 'unknown' });
    }
  }
  await sequence(parts, pendingIds);
  await store.markChecked(db, result.checked, now);
  return result;
}

const verdictsFor = (state: CertificateState, verdicts: readonly ClaimVerdict[]): ClaimVerdict[] => {
  const claims = new Set(state.streams.map((stream) => stream.facts.claimId));
  return verdicts.filter((one) => claims.has(one.claimId));
};

/** A cheap look without a lock; the decision itself is made again under the lock. */
function needsJudging(state: CertificateState, verdicts: readonly ClaimVerdict[], at: Instant): boolean {
  return (
    compareEvidence(state, verdicts, { at, fresh: false }).changed.length > 0 ||
    state.timers.some((timer) => timer.dueAt <= at) ||
    state.streams.some((stream) => judge(stream.facts, at).kind !== stream.judgement.kind)
  );
}

async function judgeOne(
  parts: CertifyParts,
  id: CertificateId,
  { verdicts, at }: { verdicts: ClaimVerdict[]; at: Instant },
): Promise<string[]> {
  const { pendingIds } = await inTransaction(parts.db, async (tx) => {
    const state = await lockedState(parts, tx, id);
    return judgeAndTick(parts, tx, { state, verdicts, at, fresh: false });
  });
  return pendingIds;
}
