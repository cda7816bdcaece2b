import { type CertificateId, type ClaimId, type Instant, type ModelVersionId, newId, type PersonId } from '#kernel';
import type { Identity } from '#people';
import { inTransaction } from '#platform/db';
import { actorOf, type CertifyParts, lockedState, refresh, sequence } from './carrying-out.ts';
import {
  type Actor,
  type CertificateState,
  decide,
  dueAt,
  evidenceDigests,
  type RaisingAct,
  refusalOfActor,
  refusalOfSigners,
  rolesThatSign,
  type Signature,
  shownDigest,
  shownFor,
} from './model/index.ts';
import { commandOf, completed, found, invalid } from './proposal-act.ts';
import type { Saying } from './service.ts';
import { dissent, type Signing, sign, withdrawProposal } from './signing.ts';
import type { Proposal, ProposalId } from './store.ts';

/** A raise as people ask for it; of a release they name the candidate and its claims, the rest is looked up. */
export type AskedRaise =
  | Exclude<RaisingAct, { type: 'release' }>
  | { type: 'release'; candidateVersionId: ModelVersionId; claimIds: ClaimId[]; label: string };

export interface Proposing {
  /** Opens a raise for two signatures; with `seen` it is signed at once. Nothing rises before the second signature. */
  propose(
    identity: Identity,
    id: CertificateId,
    asked: { act: AskedRaise; seen?: { shownDigest: string; evidenceSeen: string[] } | undefined } & Saying,
  ): Promise<Proposal>;
  /** Signs; the second proper signature carries the act out in the same transaction. */
  sign(identity: Identity, id: ProposalId, signing: Signing): Promise<Proposal>;
  /** Keeps a disagreement beside the proposal, whatever is decided. */
  dissent(
    identity: Identity,
    id: ProposalId,
    asked: { reason: string; asRole?: string | undefined },
  ): Promise<Proposal>;
  withdrawProposal(identity: Identity, id: ProposalId, asked: { reason: string }): Promise<Proposal>;
}

export const proposing = (parts: CertifyParts): Proposing => ({
  propose: (identity, id, asked) => propose(parts, identity, { id, ...asked }),
  sign: (identity, id, signing) => sign(parts, identity, { id, signing }),
  dissent: (identity, id, asked) => dissent(parts, identity, { id, ...asked }),
  withdrawProposal: (identity, id, asked) => withdrawProposal(parts, identity, { id, ...asked }),
});

async function propose(
  parts: CertifyParts,
  identity: Identity,
  asked: Parameters<Proposing['propose']>[2] & { id: CertificateId },
): Promise<Proposal> {
  const { db, clock, store, profile } = parts;
  const at = clock.now();
  const actor = actorOf(identity, asked.asRole);
  if (asked.reason.trim() === '') throw invalid('/reason', 'Every act has its reason.');
  const { pendingIds } = await refresh(parts, asked.id, { at, fresh: true });
  await sequence(parts, pendingIds);
  const proposalId = await inTransaction(db, async (tx) => {
    const state = await lockedState(parts, tx, asked.id);
    const act = await completed(parts, tx, { state, asked: asked.act });
    const refusal = refusalOfActor({ type: act.type, actor }, state);
    if (refusal !== undefined) throw refusal;
    refuseTheImpossible(parts, state, { act, actor, at, documentDigest: asked.documentDigest });
    const shown = shownFor(state, act);
    const proposal = {
      id: newId('proposal', at),
      certificateId: asked.id,
      act,
      reason: asked.reason,
      documentDigest: asked.documentDigest,
      shown,
      shownDigest: shownDigest(shown),
      proposedBy: actor.id,
      proposedRole: actor.role,
      proposedAt: at,
      expiresAt: dueAt(profile, 'proposal-validity', at),
      outcome: 'open',
      closedAt: undefined,
      closingReason: undefined,
    } as const;
    await store.addProposal(tx, proposal);
    return proposal.id;
  });
  if (asked.seen === undefined) return found(await store.proposal(db, proposalId));
  return sign(parts, identity, {
    id: proposalId,
    signing: { ...asked.seen, reason: asked.reason, asRole: asked.asRole },
  });
}

/** Says now what would be refused at the second signature anyway: tries the act with a suitable counterpart. */
function refuseTheImpossible(
  parts: CertifyParts,
  state: CertificateState,
  asked: { act: RaisingAct; actor: Actor; at: Instant; documentDigest: string | undefined },
): void {
  const { act, actor, at } = asked;
  const shown = shownFor(state, act);
  const signedBy = (personId: string, role: string): Signature => ({
    personId: personId as PersonId,
    role,
    organisationId: (personId === actor.id ? actor.organisationId : undefined) ?? state.legalEntityId,
    signedAt: at,
    shownDigest: shownDigest(shown),
    evidenceSeen: evidenceDigests(shown),
    reason: 'trial',
  });
  const own = signedBy(actor.id, actor.role);
  for (const role of rolesThatSign(act.type, state.route)) {
    const signatures = [own, signedBy('person_counterpart', role)];
    if (refusalOfSigners(act.type, state, { signatures, anotherOrganisation: false }) !== undefined) continue;
    const command = commandOf(
      { act, reason: 'trial', documentDigest: asked.documentDigest },
      { at, actor, signatures },
    );
    const decision = decide(state, { ...command, anotherOrganisation: false }, parts.profile);
    // Which body the counterpart will come from is not known yet, so a refusal for that reason says nothing.
    if (!decision.ok && decision.error.code !== 'not-allowed') throw decision.error;
    return;
  }
}
