import { describe, expect, it } from 'vitest';
import { type ClaimId, type Instant, sha256Hex } from '#kernel';
import {
  aConfirmed,
  aPerson,
  aRaise,
  aValidCertificate,
  aVerdict,
  heidestad,
  onDay,
  version21,
  version22,
  westhaven,
} from '../builders.ts';
import type { ChangeComparison, ClaimVerdict } from '../ports.ts';
import type { RaisingAct } from './commands.ts';

// Goal: a new version at the site that fell: it takes the place of the old one, raises nothing, and returns by a signed act.

const newClaim = (at: Instant, change: Partial<ClaimVerdict> = {}): ClaimVerdict =>
  aVerdict({
    claimId: 'claim_new' as ClaimId,
    claimDigest: sha256Hex('claim of 2.2'),
    modelVersionId: version22,
    changedAt: at,
    evaluableBy: onDay(600),
    ...change,
  });

const comparison = (state: ChangeComparison['state']): ChangeComparison => ({
  candidateVersionId: version22,
  siteId: westhaven,
  against: 'original',
  referenceVersionId: version21,
  n: 700,
  marginDelta: 0.01,
  state,
  evidenceDigest: sha256Hex(`comparison ${state}`),
});

const releaseOf = (state: ChangeComparison['state']): RaisingAct => ({
  type: 'release',
  candidate: {
    id: version22,
    digest: sha256Hex('version 2.2'),
    label: 'ProstateRisk 2.2',
    siteIds: [westhaven],
    referenceVersionIds: [version21],
  },
  comparisons: [comparison(state)],
  claims: [newClaim(onDay(200))],
});

const signers = [aPerson('model-lead'), aPerson('regulatory-lead')];

function fallen() {
  const certificate = aValidCertificate();
  certificate.report(onDay(120), aVerdict({ state: 'broken', freshAt: onDay(120), changedAt: onDay(120) }));
  return certificate;
}

describe('releasing a new version', () => {
  it('is refused unless every comparison is non-inferior', () => {
    const certificate = fallen();
    for (const state of ['no-evidence-yet', 'undecided', 'inferior'] as const) {
      const command = aRaise(certificate.state, releaseOf(state), { at: onDay(200), signers });
      expect(certificate.refusal(command)).toBe('wrong-state');
    }
  });

  it('replaces the version and its claims at the site and raises nothing', () => {
    const certificate = fallen();
    certificate.give(aRaise(certificate.state, releaseOf('non-inferior'), { at: onDay(200), signers }));
    expect(certificate.effective(westhaven)).toBe('suspended');
    expect(certificate.effective(heidestad)).toBe('valid');
    expect(certificate.state.sites.map((site) => site.modelLabel)).toEqual(['ProstateRisk 2.2', 'ProstateRisk 2.1']);
    expect(certificate.state.streams.map((stream) => stream.key)).toEqual([
      `claim_sensitivity-${heidestad}@${heidestad}`,
      `claim_new@${westhaven}`,
    ]);
  });

  it('is reinstated by another signed act, on evidence of the new version only', () => {
    const certificate = fallen();
    certificate.give(aRaise(certificate.state, releaseOf('non-inferior'), { at: onDay(200), signers }));
    const act: RaisingAct = { type: 'reinstate', siteIds: [westhaven] };
    expect(certificate.refusal(aRaise(certificate.state, act, { at: onDay(201) }))).toBe('wrong-state');
    certificate.report(onDay(400), newClaim(onDay(400), { state: 'confirmed', n: 300, freshAt: onDay(400) }));
    expect(certificate.effective(westhaven)).toBe('suspended');
    certificate.raise(act, onDay(401));
    expect(certificate.effective(westhaven)).toBe('valid');
  });

  it('no longer hears the claims of the version it replaced', () => {
    const certificate = fallen();
    certificate.give(aRaise(certificate.state, releaseOf('non-inferior'), { at: onDay(200), signers }));
    expect(() => certificate.report(onDay(201), aConfirmed(onDay(201)))).toThrow();
  });
});
