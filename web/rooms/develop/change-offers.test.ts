import { describe, expect, it } from 'vitest';
import type { CertificateView } from '../../../src/certify/contract.ts';
import type { VersionView } from '../../../src/develop/contract.ts';
import type { ClaimView, ComparisonView } from '../../../src/monitor/contract.ts';
import type { Actor } from '../certify/who-may.ts';
import { type Change, changeOffers, obstacleOf } from './change-offers.ts';

const certificate = {
  id: 'cert_1',
  route: 'assessor',
  legalEntityId: 'home',
  sites: [
    { siteId: 'site_w', name: 'Westhaven', modelVersionId: 'mv_1' },
    { siteId: 'site_h', name: 'Heidestad', modelVersionId: 'mv_1' },
  ],
} as unknown as CertificateView;

const aChange = (change: Partial<Change> = {}): Change => ({
  version: { id: 'mv_2', state: 'candidate', candidate: { siteIds: ['site_w'] } } as unknown as VersionView,
  name: 'ProstateRisk 2.2',
  comparisons: [{ state: 'non-inferior' } as ComparisonView],
  claims: [
    { id: 'claim_new', modelVersionId: 'mv_2', retrospective: false },
    { id: 'claim_old', modelVersionId: 'mv_1', retrospective: false },
    { id: 'claim_past', modelVersionId: 'mv_2', retrospective: true },
  ] as ClaimView[],
  ...change,
});

const lead: Actor = { roles: ['model-lead'], organisationId: 'home', isOfHospital: true };
const labels = (change: Change, actor = lead, certificates = [certificate]) =>
  changeOffers(certificates, change, actor).map(({ offer }) => offer.label);

describe('what may be done about a change', () => {
  it('is to propose its release with its own live claims, or to refuse it', () => {
    expect(labels(aChange())).toEqual([
      'Propose: release ProstateRisk 2.2 at Westhaven',
      'Refuse ProstateRisk 2.2 at Westhaven',
    ]);
    expect(changeOffers([certificate], aChange(), lead)[0]?.offer.body('')).toEqual({
      type: 'release',
      candidateVersionId: 'mv_2',
      claimIds: ['claim_new'],
      label: 'ProstateRisk 2.2',
    });
  });

  it('is only to refuse it while something stands in the way of a release, and says what', () => {
    const undecided = aChange({ comparisons: [{ state: 'undecided' } as ComparisonView] });
    expect(labels(undecided)).toEqual(['Refuse ProstateRisk 2.2 at Westhaven']);
    expect(obstacleOf(undecided)).toContain('not yet shown to be non-inferior');
    expect(obstacleOf(aChange({ claims: [] }))).toContain('no claim about it');
    expect(obstacleOf(aChange({ comparisons: [{ state: 'inferior' } as ComparisonView] }))).toContain('inferior');
    expect(obstacleOf(aChange())).toBeUndefined();
  });

  it('is nothing for those of another hospital, and nothing where the version is in force already', () => {
    expect(labels(aChange(), { ...lead, organisationId: 'elsewhere' })).not.toContain(
      'Propose: release ProstateRisk 2.2 at Westhaven',
    );
    const [site] = certificate.sites;
    const served = { ...certificate, sites: [{ ...site, modelVersionId: 'mv_2' }] } as CertificateView;
    expect(labels(aChange(), lead, [served])).toEqual([]);
  });
});
