import { type Instant, newId, type PersonId, Problem } from '#kernel';
import type { Identity } from '#people';
import { inTransaction, type Tx } from '#platform/db';
import {
  actorOf,
  anotherOrganisationHas,
  type CertifyParts,
  carryOut,
  lockedState,
  refresh,
  sequence,
} from './carrying-out.ts';
import {
  type Actor,
  type CertificateState,
  evidenceDigests,
  type RaisingAct,
  raisingRules,
  refusalOfActor,
  refusalOfSigners,
  rolesThatSign,
  type Signature,
  shortfallOfComparisons,
  shownDigest,
  shownFor,
} from './model/index.ts';
import { commandOf, comparisonsOf, found, invalid } from './proposal-act.ts';
import { actOfDissent, actOfSignature } from './recording.ts';
import type { Proposal, ProposalId } from './store.ts';

/** That a person saw exactly this, and says yes. */
export interface Signing {
  shownDigest: string;
  evidenceSeen: string[];
  reason: string;
  asRole?: string | undefined;
}

/** Signs an open proposal, on the evidence of this moment; the second signature carries the act out. */
export async function sign(
  parts: CertifyParts,
  identity: Identity,
  { id, signing }: { id: ProposalId; signing: Signing },
): Promise<Proposal> {
  const { db, clock, store } = parts;
  const at = clock.now();
  const actor = actorOf(identity, signing.asRole);
  const opened = found(await store.proposal(db, id));
  const judged = await refresh(parts, opened.certificateId, { at, fresh: false });
  const done = await inTransaction(db, async (tx): Promise<{ pendingIds: string[]; refusal?: Problem }> => {
    const state = await lockedState(parts, tx, opened.certificateId);
    const proposal = found(await store.proposal(tx, id));
    assertOpen(proposal);
    const over = await whyOver(parts, tx, { proposal, state, at });
    if (over !== undefined) {
      await store.closeProposal(tx, { id, outcome: over.outcome, at, reason: over.refusal.message });
      return { pendingIds: [], refusal: over.refusal };
    }
    return {
      pendingIds: await signOpen(parts, tx, { proposal, state, signature: signatureOf(actor, signing, at), actor }),
    };
  });
  await sequence(parts, [...judged.pendingIds, ...done.pendingIds]);
  if (done.refusal !== undefined) throw done.refusal;
  return found(await store.proposal(db, id));
}

const signatureOf = (actor: Actor, signing: Signing, at: Instant): Signature => ({
  personId: actor.id as PersonId,
  role: actor.role,
  ...(actor.organisationId === undefined ? {} : { organisationId: actor.organisationId }),
  signedAt: at,
  shownDigest: signing.shownDigest,
  evidenceSeen: [...new Set(signing.evidenceSeen)].sort(),
  reason: signing.reason,
});

/** Why a proposal can no longer be signed: its time is over, or what it showed is no longer what is judged. */
async function whyOver(
  parts: CertifyParts,
  tx: Tx,
  { proposal, state, at }: { proposal: Proposal; state: CertificateState; at: Instant },
): Promise<{ outcome: 'expired' | 'void'; refusal: Problem } | undefined> {
  if (at > proposal.expiresAt) {
    return {
      outcome: 'expired',
      refusal: new Problem('wrong-state', { detail: 'The proposal has expired: propose anew.' }),
    };
  }
  const { act } = proposal;
  const changed = new Problem('evidence-not-seen', {
    detail: 'The evidence changed after the proposal was opened, which voids it: propose anew and look again.',
  });
  if (shownDigest(shownFor(state, act)) !== proposal.shownDigest) return { outcome: 'void', refusal: changed };
  if (act.type !== 'release') return undefined;
  const { candidate } = act;
  const comparisons = await comparisonsOf(parts, tx, { versionId: candidate.id, siteIds: candidate.siteIds });
  const shortfall = shortfallOfComparisons({ candidate, comparisons }, candidate.siteIds);
  return shortfall === undefined ? undefined : { outcome: 'void', refusal: changed };
}

async function signOpen(
  parts: CertifyParts,
  tx: Tx,
  asked: { proposal: Proposal; state: CertificateState; signature: Signature; actor: Actor },
): Promise<string[]> {
  const { proposal, state, signature, actor } = asked;
  const refusal = refusalOfActor({ type: proposal.act.type, actor }, state);
  if (refusal !== undefined) throw refusal;
  if (signature.reason.trim() === '') throw invalid('/reason', 'Every signature has its reason.');
  const toSee = evidenceDigests(proposal.shown);
  const sawAll =
    toSee.length === signature.evidenceSeen.length && toSee.every((one, i) => one === signature.evidenceSeen[i]);
  if (signature.shownDigest !== proposal.shownDigest || !sawAll) throw new Problem('evidence-not-seen');
  const signatures = [...proposal.signatures, signature];
  const rule = raisingRules[proposal.act.type];
  const anotherOrganisation =
    rule.otherOrganisation &&
    (await anotherOrganisationHas(parts, signatures[0]?.organisationId, rolesThatSign(proposal.act.type, state.route)));
  if (signatures.length > 1) {
    const wrong = refusalOfSigners(proposal.act.type, state, { signatures, anotherOrganisation });
    if (wrong !== undefined) throw wrong;
  }
  const pendingId = await parts.ledger.record(tx, actOfSignature(proposal, signature));
  await parts.store.addSignature(tx, { proposalId: proposal.id, signature, pendingId });
  if (signatures.length < 2) return [pendingId];
  const command = commandOf(proposal, { at: signature.signedAt, actor, signatures, anotherOrganisation });
  const done = await carryOut(parts, tx, { state, command });
  await tellDevelop(parts, tx, { act: proposal.act, at: signature.signedAt });
  const closing = {
    id: proposal.id,
    outcome: 'executed',
    at: signature.signedAt,
    reason: 'Two persons signed.',
  } as const;
  await parts.store.closeProposal(tx, closing);
  return [pendingId, ...done.pendingIds];
}

/** The first certificate that takes a candidate makes it a released version; the next ones find it released. */
async function tellDevelop(parts: CertifyParts, tx: Tx, { act, at }: { act: RaisingAct; at: Instant }): Promise<void> {
  if (act.type !== 'release') return;
  const version = await parts.develop.modelVersion(tx, act.candidate.id);
  if (version?.state !== 'candidate') return;
  await parts.develop.decideCandidate(tx, { versionId: act.candidate.id, outcome: 'released', at });
}

/** Keeps a disagreement, in the ledger and beside the proposal. */
export async function dissent(
  parts: CertifyParts,
  identity: Identity,
  asked: { id: ProposalId; reason: string; asRole?: string | undefined },
): Promise<Proposal> {
  const actor = actorOf(identity, asked.asRole);
  if (actor.kind !== 'person') throw new Problem('not-allowed', { detail: 'A machine does not dissent.' });
  if (asked.reason.trim() === '') throw invalid('/reason', 'A dissent has its reason.');
  const at = parts.clock.now();
  const pendingId = await inTransaction(parts.db, async (tx) => {
    const proposal = found(await parts.store.proposal(tx, asked.id));
    const said = {
      id: newId('event', at),
      proposalId: proposal.id,
      personId: actor.id as PersonId,
      role: actor.role,
      at,
      reason: asked.reason,
    };
    const recorded = await parts.ledger.record(tx, actOfDissent(proposal, said));
    await parts.store.addDissent(tx, said, recorded);
    return recorded;
  });
  await sequence(parts, [pendingId]);
  return found(await parts.store.proposal(parts.db, asked.id));
}

/** Takes a proposal back. */
export async function withdrawProposal(
  parts: CertifyParts,
  identity: Identity,
  asked: { id: ProposalId; reason: string },
): Promise<Proposal> {
  await inTransaction(parts.db, async (tx) => {
    const proposal = found(await parts.store.proposal(tx, asked.id));
    assertOpen(proposal);
    if (identity.kind !== 'person' || proposal.proposedBy !== identity.id) {
      throw new Problem('not-allowed', { detail: 'Whoever proposed it may withdraw it.' });
    }
    await parts.store.closeProposal(tx, {
      id: asked.id,
      outcome: 'withdrawn',
      at: parts.clock.now(),
      reason: asked.reason,
    });
  });
  return found(await parts.store.proposal(parts.db, asked.id));
}

function assertOpen(proposal: Proposal): void {
  if (proposal.outcome !== 'open') throw new Problem('wrong-state', { detail: `The proposal is ${proposal.outcome}.` });
}
