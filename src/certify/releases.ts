import { type ClaimId, type ModelVersionId, Problem } from '#kernel';
import type { Tx } from '#platform/db';
import type { CertifyParts } from './carrying-out.ts';
import type { CertificateState, RaisingAct } from './model/index.ts';
import type { ChangeComparison } from './ports.ts';

/** A raise as people ask for it; of a release they name the candidate and its claims, the rest is looked up. */
export type AskedRaise =
  | Exclude<RaisingAct, { type: 'release' }>
  | { type: 'release'; candidateVersionId: ModelVersionId; claimIds: ClaimId[]; label: string };

/** The act that a proposal holds: complete when it is opened, so that everybody signs the same. */
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

const invalid = (pointer: string, detail: string): Problem =>
  new Problem('invalid-input', { errors: [{ pointer, detail }] });
