import { type CertificateId, Problem } from '#kernel';
import type { Identity, ProposalId } from '#people';
import { inTransaction } from '#platform/db';
import { actorOf, type CertifyParts, lockedState, refresh, sequence } from './carrying-out.ts';
import { type CertificateState, dueAt, type RaisingAct, scopeOf } from './model/index.ts';
import { assertPermitted, concernsOf, versionsOf } from './permitting.ts';
import { kindOfRaise, type RaisePayload } from './proposal-kinds.ts';
import { type AskedRaise, completed } from './releases.ts';
import type { Saying } from './service.ts';

export interface Proposing {
  /**
   * Opens a raise for two signatures; nothing rises before the second. It is signed where every proposal is.
   * Problems: not-found, not-allowed, wrong-state, invalid-input.
   */
  propose(
    identity: Identity,
    id: CertificateId,
    asked: { act: AskedRaise } & Omit<Saying, 'evidenceSeen'>,
  ): Promise<ProposalId>;
}

export const proposing = (parts: CertifyParts): Proposing => ({
  propose: (identity, id, asked) => propose(parts, identity, { id, ...asked }),
});

async function propose(
  parts: CertifyParts,
  identity: Identity,
  asked: Parameters<Proposing['propose']>[2] & { id: CertificateId },
): Promise<ProposalId> {
  const { db, clock, profile, fourEyes, ledger } = parts;
  const at = clock.now();
  if (identity.kind === 'machine') throw new Problem('not-allowed', { detail: 'A machine holds no sign-off role.' });
  const { pendingIds } = await refresh(parts, asked.id, { at, fresh: true });
  await sequence(parts, pendingIds);
  const opened = await inTransaction(db, async (tx) => {
    const state = await lockedState(parts, tx, asked.id);
    const { reason, documentDigest = null, asRole } = asked;
    const { id, legalEntityId } = state;
    const versionIds = versionsOf(state, ...(asked.act.type === 'release' ? [asked.act.candidateVersionId] : []));
    const about = { id, legalEntityId, versionIds };
    const actor = actorOf(identity, asRole);
    await assertPermitted(parts, tx, { identity, actor, action: 'certify:propose', about });
    const act = await completed(parts, tx, { state, asked: asked.act });
    const payload: RaisePayload = { asked: asked.act, act, documentDigest, reason };
    return fourEyes.propose(tx, identity, {
      kind: kindOfRaise(act.type),
      subject: asked.id,
      // Plain JSON, as the database will give it back.
      payload: JSON.parse(JSON.stringify(payload)),
      title: { key: `certify.raise.${act.type}`, values: { sites: sitesInWords(state, act) } },
      reason,
      concerns: await concernsOf(parts, tx, about),
      expiresAt: dueAt(profile, 'proposal-validity', at),
      asRole,
    });
  });
  await ledger.sequenced(opened.pendingId);
  return opened.id;
}

const list = new Intl.ListFormat('en');

const sitesInWords = (state: CertificateState, act: RaisingAct): string => {
  const scope = scopeOf(state, act);
  return list.format(state.sites.filter((site) => scope.includes(site.id)).map((site) => site.name));
};
