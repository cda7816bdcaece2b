import type { CertificateView } from '../../../src/certify/contract.ts';
import type { VersionView } from '../../../src/develop/contract.ts';
import type { ClaimView, ComparisonView } from '../../../src/monitor/contract.ts';
import { t } from '../../messages/translate.ts';
import type { Offer } from '../certify/act-offers.ts';
import { type Actor, roleForAct, roleForSigning, signedActs } from '../certify/who-may.ts';

export interface ChangeOffer {
  certificate: CertificateView;
  offer: Offer;
}

export interface Change {
  version: VersionView;
  /** Model and version as a reader calls it. */
  name: string;
  /** The candidate's comparisons. */
  comparisons: readonly ComparisonView[];
  /** All claims; those about the candidate are what it is released with. */
  claims: readonly ClaimView[];
}

/** The certificates that the change concerns and that do not rest on the candidate yet. */
export const certificatesOf = (certificates: readonly CertificateView[], { version }: Pick<Change, 'version'>) =>
  certificates.filter(({ sites }) => {
    const concerned = sites.filter(({ siteId }) => version.candidate?.siteIds.includes(siteId));
    return concerned.length > 0 && concerned.every(({ modelVersionId }) => modelVersionId !== version.id);
  });

/** Why the change cannot be released yet; undefined where nothing is in the way. */
export function obstacleOf({ version, comparisons, claims }: Change): string | undefined {
  if (comparisons.some(({ state }) => state === 'inferior')) return t('develop.release.inferior');
  if (comparisons.length === 0 || comparisons.some(({ state }) => state !== 'non-inferior'))
    return t('develop.release.undecided');
  return liveClaims(claims, version).length === 0 ? t('develop.release.no-claim') : undefined;
}

const liveClaims = (claims: readonly ClaimView[], { id }: VersionView): ClaimView[] =>
  claims.filter(({ modelVersionId, retrospective }) => modelVersionId === id && !retrospective);

/** What this person may do about the change, at each certificate it concerns: propose its release, or refuse it. */
export function changeOffers(certificates: readonly CertificateView[], change: Change, actor: Actor): ChangeOffer[] {
  const { version, name } = change;
  if (version.state !== 'candidate' && version.state !== 'released') return [];
  return certificatesOf(certificates, change).flatMap((certificate) => {
    const releases = roleForSigning(signedActs.release[certificate.route], actor, certificate);
    const refuses = roleForAct('refuseChange', actor, certificate);
    const sites = new Intl.ListFormat('en').format(
      certificate.sites.filter(({ siteId }) => version.candidate?.siteIds.includes(siteId)).map((site) => site.name),
    );
    const shared = { needsDocument: false };
    const release = {
      ...shared,
      key: `release ${certificate.id}`,
      label: t('develop.release.propose', { version: name, sites }),
      happens: t('certify.raise.happens'),
      isProposal: true,
      body: () => ({
        type: 'release',
        candidateVersionId: version.id,
        claimIds: liveClaims(change.claims, version).map(({ id }) => id),
        label: name,
      }),
    };
    const refusal = {
      ...shared,
      key: `refuse ${certificate.id}`,
      label: t('develop.release.refuse', { version: name, sites }),
      happens: t('develop.release.refuse.happens'),
      isProposal: false,
      body: () => ({ type: 'refuseChange', candidateVersionId: version.id }),
    };
    return [
      ...(releases && obstacleOf(change) === undefined
        ? [{ certificate, offer: { ...release, asRole: releases } }]
        : []),
      ...(refuses && version.state === 'candidate' ? [{ certificate, offer: { ...refusal, asRole: refuses } }] : []),
    ];
  });
}
