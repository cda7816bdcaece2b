import type { Instant, ModelVersionId } from '#kernel';
import { Problem } from '#kernel';
import type { Tx } from '#platform/db';
import type { CertifyParts } from './carrying-out.ts';
import type { Actor, CertificateState, RaisingAct, RaisingCommand, Signature } from './model/index.ts';
import type { ChangeComparison } from './ports.ts';
import type { AskedRaise } from './proposing.ts';
import type { Proposal } from './store.ts';

/** The act that a proposal holds: complete when it is opened, so that both persons sign the same. */
export async function completed(
  parts: CertifyParts,
  tx: Tx,
  { state, asked }: { state: CertificateState; asked: AskedRaise },
): Promise<RaisingAct> {
  if (asked.type !== 'release') return asked;
  const version = await parts.develop.modelVersion(tx, asked.candidateVersionId);
  const isOpen = version?.candidate !== undefined && (version.state === 'candidate' || version.state === 'released');
  if (version?.candidate === undefined || !isOpen)
    throw invalid('/act/candidateVersionId', 'There is no such candidate.');
  const candidateSites = version.candidate.siteIds;
  const siteIds = state.sites.map((site) => site.id).filter((id) => candidateSites.includes(id));
  if (siteIds.length === 0) throw invalid('/act/candidateVersionId', 'The candidate is for other sites.');
  const claims = await parts.monitor.claimVerdicts(tx, { claimIds: asked.claimIds, siteIds });
  if (!asked.claimIds.every((id) => claims.some((one) => one.claimId === id))) {
    throw invalid('/act/claimIds', 'A claim is unknown, or not registered yet.');
  }
  const references = [version.originalVersionId, version.previousVersionId].filter((id) => id !== undefined);
  return {
    type: 'release',
    candidate: {
      id: version.id,
      digest: version.digest,
      label: asked.label,
      siteIds,
      referenceVersionIds: [...new Set(references)],
    },
    comparisons: await comparisonsOf(parts, tx, { versionId: version.id, siteIds }),
    claims,
  };
}

/** The candidate's comparisons at these sites, as they are now. */
export async function comparisonsOf(
  parts: CertifyParts,
  tx: Tx,
  asked: { versionId: ModelVersionId; siteIds: readonly string[] },
): Promise<ChangeComparison[]> {
  const all = await parts.monitor.changeComparisons(tx, asked.versionId);
  return all
    .filter((one) => asked.siteIds.includes(one.siteId))
    .map(({ candidateVersionId, siteId, against, referenceVersionId, n, marginDelta, state, evidenceDigest }) => ({
      candidateVersionId,
      siteId,
      against,
      referenceVersionId,
      n,
      marginDelta,
      state,
      evidenceDigest,
    }));
}

/** The command that two signatures make of a proposal. */
export const commandOf = (
  proposal: Pick<Proposal, 'act' | 'reason' | 'documentDigest'>,
  by: { at: Instant; actor: Actor; signatures: Signature[]; anotherOrganisation?: boolean },
): RaisingCommand => ({
  at: by.at,
  actor: by.actor,
  reason: proposal.reason,
  evidenceSeen: [...new Set(by.signatures.flatMap((one) => one.evidenceSeen))].sort(),
  ...(proposal.documentDigest === undefined ? {} : { documentDigest: proposal.documentDigest }),
  ...proposal.act,
  signatures: by.signatures,
  anotherOrganisation: by.anotherOrganisation ?? false,
});

export function found(proposal: Proposal | undefined): Proposal {
  if (proposal === undefined) throw new Problem('not-found');
  return proposal;
}

export const invalid = (pointer: string, detail: string): Problem =>
  new Problem('invalid-input', { errors: [{ pointer, detail }] });
