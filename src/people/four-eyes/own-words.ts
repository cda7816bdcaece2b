import type { PersonId } from '#kernel';
import { Problem } from '#kernel';
import { inTransaction } from '#platform/db';
import type { Identity } from '../model.ts';
import { allowSigning, allowWord } from './asking.ts';
import { assertOpen, locked, settle } from './ending.ts';
import { type AskedCapacity, capacityOf } from './model/capacity.ts';
import { live, type Proposal, type ProposalEvent, refusalToRefuse } from './model/proposal.ts';
import type { Capacity } from './model/rule.ts';
import { readerOf } from './reader.ts';
import { entryOf } from './recording.ts';
import type { FourEyesParts } from './service.ts';
import { noReason } from './signing.ts';
import { pgFourEyesStore } from './store.pg.ts';

type Asked = { reason: string } & AskedCapacity;

/** What a person says alone: against a proposal, or to take their own word back. */
export interface OwnWords {
  /** Keeps a disagreement beside the proposal, whatever is decided, and after it was. Problems: not-found, not-allowed. */
  dissent(identity: Identity, id: string, asked: Asked): Promise<Proposal>;
  /** Takes a proposal back: whoever made it may. Problems: not-found, wrong-state, not-allowed. */
  withdraw(identity: Identity, id: string, asked: Asked): Promise<Proposal>;
  /** Takes one's own signature back while the proposal is open. Problems: not-found, wrong-state. */
  withdrawSignature(identity: Identity, id: string, asked: Asked): Promise<Proposal>;
  /** Ends a proposal with a no, in a role that decides. Problems: not-found, wrong-state, not-allowed. */
  refuse(identity: Identity, id: string, asked: Asked): Promise<Proposal>;
}

export const ownWords = (parts: FourEyesParts): OwnWords => ({
  dissent: (identity, id, asked) =>
    say(parts, identity, { id, asked, verdict: 'dissent' }, ({ role }, at) => ({
      type: 'dissented',
      at,
      personId: identity.id,
      role,
      reason: asked.reason,
    })),
  withdraw: (identity, id, asked) =>
    say(parts, identity, { id, asked, verdict: 'withdrawn' }, (_, at, proposal) => {
      assertOpen(proposal);
      if (proposal.proposedBy !== identity.id) {
        throw new Problem('not-allowed', { detail: 'Whoever proposed it may withdraw it.' });
      }
      return { type: 'withdrawn', at, reason: asked.reason };
    }),
  withdrawSignature: (identity, id, asked) =>
    say(parts, identity, { id, asked, verdict: 'signature-withdrawn' }, (_, at, proposal) => {
      assertOpen(proposal);
      if (!live(proposal).some((one) => one.personId === identity.id)) {
        throw new Problem('wrong-state', { detail: 'There is no signature of yours that counts.' });
      }
      return { type: 'signature-withdrawn', at, personId: identity.id as PersonId, reason: asked.reason };
    }),
  refuse: (identity, id, asked) =>
    say(parts, identity, { id, asked, verdict: 'refused' }, (capacity, at, proposal) => {
      assertOpen(proposal);
      const refusal = refusalToRefuse(proposal, identity, capacity);
      if (refusal !== undefined) throw refusal;
      const { role, organisationId } = capacity;
      const where = organisationId === undefined ? {} : { organisationId };
      return { type: 'refused', at, personId: identity.id, role, ...where, reason: asked.reason };
    }),
});

type Event = (capacity: Capacity, at: ProposalEvent['at'], proposal: Proposal) => ProposalEvent;
type Verdict = 'dissent' | 'withdrawn' | 'signature-withdrawn' | 'refused';

async function say(
  parts: FourEyesParts,
  identity: Identity,
  { id, asked, verdict }: { id: string; asked: Asked; verdict: Verdict },
  eventOf: Event,
): Promise<Proposal> {
  // The machine that proposed may take it back; nothing else of all this is a machine's.
  const capacity =
    identity.kind === 'machine' && verdict === 'withdrawn'
      ? { role: 'machine', organisationId: identity.organisationId }
      : capacityOf(identity, asked);
  if (asked.reason.trim() === '') throw noReason();
  const reader = readerOf(identity);
  const at = parts.clock.now();
  const pendingId = await inTransaction(parts.db, async (tx) => {
    const proposal = await locked(tx, id, reader);
    if (verdict === 'refused') {
      const [decides] = proposal.rule.seats;
      allowSigning(parts, identity, { capacity, proposal, seats: [decides] });
    } else {
      const action = verdict === 'dissent' ? 'people:dissent' : 'people:withdraw-proposal';
      allowWord(parts, identity, { action, capacity, proposal });
    }
    await pgFourEyesStore.append(tx, proposal.id, eventOf(capacity, at, proposal));
    const doer = { id: identity.id, ...capacity };
    return parts.ledger.record(tx, entryOf(proposal, verdict, { doer, at, reason: asked.reason }));
  });
  await settle(parts, undefined, { own: [pendingId], ofRoom: [] });
  const [after] = await pgFourEyesStore.proposals(parts.db, { ids: [id], limit: 1 }, reader);
  if (after === undefined) throw new Problem('not-found');
  return after;
}
