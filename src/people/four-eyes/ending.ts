import { type Instant, Problem } from '#kernel';
import type { Tx } from '#platform/db';
import type { Proposal } from './model/proposal.ts';
import { entryOf, theHouse } from './recording.ts';
import type { FourEyesParts } from './service.ts';
import { pgFourEyesStore } from './store.pg.ts';
import type { Reader } from './store.ts';

/** Ends a locked proposal that nobody completed in time. @returns the entry that waits for its place. */
export async function expire(parts: FourEyesParts, tx: Tx, proposal: Proposal, at: Instant): Promise<string> {
  const reason = 'It was not signed in time.';
  await pgFourEyesStore.append(tx, proposal.id, { type: 'expired', at, reason });
  return parts.ledger.record(tx, entryOf(proposal, 'expired', { doer: theHouse, at }));
}

/** Throws unless the proposal can still be decided. */
export function assertOpen(proposal: Pick<Proposal, 'outcome'>): void {
  if (proposal.outcome !== 'open') throw new Problem('wrong-state', { detail: `The proposal is ${proposal.outcome}.` });
}

/** Locks a proposal that this reader may see. Problem: not-found, also for one that is not theirs to see. */
export async function locked(tx: Tx, id: string, reader: Reader): Promise<Proposal> {
  const [visible] = await pgFourEyesStore.proposals(tx, { ids: [id], limit: 1 }, reader);
  const proposal = visible && (await pgFourEyesStore.lock(tx, id));
  if (proposal === undefined) throw new Problem('not-found');
  return proposal;
}

/** Waits until the ledger has placed what was recorded: an act counts from here on. */
export async function settle(
  { ledger, kindOf }: FourEyesParts,
  kind: string | undefined,
  pendingIds: { own: readonly string[]; ofRoom: readonly string[] },
): Promise<void> {
  // At once, so that one round of the sequencer takes them all.
  await Promise.all(pendingIds.own.map((id) => ledger.sequenced(id)));
  if (kind === undefined || pendingIds.ofRoom.length === 0) return;
  const { placed } = kindOf(kind);
  if (placed !== undefined) await placed(pendingIds.ofRoom);
  else await Promise.all(pendingIds.ofRoom.map((id) => ledger.sequenced(id)));
}
