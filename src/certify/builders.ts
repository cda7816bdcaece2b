import {
  addDays,
  type CertificateId,
  type ClaimId,
  type Instant,
  instant,
  type LegalEntityId,
  type ModelVersionId,
  type PersonId,
  type SiteId,
  sha256Hex,
} from '#kernel';
import { defaultLawProfile } from './law-profile.ts';
import {
  type Actor,
  type CertificateEvent,
  type CertificateState,
  type Command,
  decide,
  type Envelope,
  evidenceDigests,
  evolve,
  type RaisingAct,
  type RaisingCommand,
  type Signature,
  shownDigest,
  shownFor,
} from './model/index.ts';
import type { ClaimVerdict } from './ports.ts';

/** Builders for tests: each gives a whole thing that is right, and takes what the test is about. */

export const day0: Instant = instant('2021-01-04T08:00:00Z');
export const onDay = (days: number): Instant => addDays(day0, days);

export const hospital = 'org_hospital' as LegalEntityId;
export const assessors = 'org_assessors' as LegalEntityId;
export const westhaven = 'site_westhaven' as SiteId;
export const heidestad = 'site_heidestad' as SiteId;
export const version21 = 'mv_21' as ModelVersionId;
export const version22 = 'mv_22' as ModelVersionId;

export const aPerson = (role: string, organisationId: LegalEntityId = hospital): Actor => ({
  kind: 'person',
  id: `person_${role}` as PersonId,
  role,
  organisationId,
});
export const machine: Actor = { kind: 'machine', id: 'machine_certify', role: 'machine' };

export const anEnvelope = (at: Instant, actor: Actor, reason = 'because the test says so'): Envelope => ({
  at,
  actor,
  reason,
  evidenceSeen: [],
});

/** A live sensitivity claim at one site, without evidence yet. */
export function aVerdict(change: Partial<ClaimVerdict> = {}): ClaimVerdict {
  const siteId = 'siteId' in change ? change.siteId : westhaven;
  return {
    claimId: `claim_sensitivity-${siteId ?? 'all'}` as ClaimId,
    claimDigest: sha256Hex(`claim ${siteId ?? 'all'}`),
    modelVersionId: version21,
    statement: 'It finds at least 90 % of significant cancers',
    metric: 'sensitivity',
    siteId,
    state: 'no-evidence-yet',
    level: 0,
    n: 0,
    minN: 100,
    alpha: 0.05,
    freshAt: undefined,
    changedAt: day0,
    evidenceDigest: sha256Hex(`${siteId ?? 'all'} ${change.state ?? 'no-evidence-yet'} ${change.level ?? 0}`),
    retrospective: false,
    evaluableBy: onDay(180),
    maxAgeDays: 60,
    acceptanceUntil: undefined,
    consequenceOnFail: { status: 'suspended' },
    consequenceOnEscalation: { status: 'conditional', condition: 'A second radiologist reads every exam.' },
    ...change,
  };
}

export const aConfirmed = (at: Instant, change: Partial<ClaimVerdict> = {}): ClaimVerdict =>
  aVerdict({ state: 'confirmed', n: 400, freshAt: at, changedAt: at, ...change });

export const theCreation = (claims: ClaimVerdict[]): Command => ({
  ...anEnvelope(day0, aPerson('regulatory-lead')),
  type: 'create',
  certificateId: 'cert_1' as CertificateId,
  name: 'ProstateRisk 2.1',
  purpose: 'Decide who needs a biopsy after prostate MRI',
  route: 'assessor',
  legalEntity: { id: hospital, name: 'Three Rivers Hospitals' },
  version: { id: version21, digest: sha256Hex('version 2.1'), label: 'ProstateRisk 2.1' },
  sites: [
    { id: westhaven, name: 'Westhaven' },
    { id: heidestad, name: 'Heidestad' },
  ],
  claims,
});

export const aSignature = (state: CertificateState, act: RaisingAct, by: { actor: Actor; at: Instant }): Signature => {
  const shown = shownFor(state, act);
  return {
    personId: by.actor.id as PersonId,
    role: by.actor.role,
    ...(by.actor.organisationId === undefined ? {} : { organisationId: by.actor.organisationId }),
    signedAt: by.at,
    shownDigest: shownDigest(shown),
    evidenceSeen: evidenceDigests(shown),
    reason: 'seen and agreed',
  };
};

/** A raise signed by an assessor and the hospital's safety officer, or by those named. */
export function aRaise(
  state: CertificateState,
  act: RaisingAct,
  how: { at: Instant; signers?: Actor[]; documentDigest?: string },
): RaisingCommand {
  const signers = how.signers ?? [aPerson('assessor', assessors), aPerson('safety-officer')];
  return {
    ...anEnvelope(how.at, signers.at(-1) ?? machine),
    documentDigest: how.documentDigest ?? sha256Hex('document'),
    ...act,
    signatures: signers.map((actor) => aSignature(state, act, { actor, at: how.at })),
    anotherOrganisation: true,
  } as RaisingCommand;
}

/** A certificate under test: gives commands, keeps events and state. */
export class CertificateUnderTest {
  events: CertificateEvent[] = [];
  private current: CertificateState | undefined;

  get state(): CertificateState {
    if (this.current === undefined) throw new Error('the certificate is not created');
    return this.current;
  }

  /** Gives a command that must be accepted; returns its events. */
  give(command: Command): CertificateEvent[] {
    const decision = decide(this.current, command, defaultLawProfile);
    if (!decision.ok) throw decision.error;
    for (const event of decision.value) this.current = evolve(this.current, event);
    this.events.push(...decision.value);
    return decision.value;
  }

  /** Gives a command that must be refused; returns the problem's code. */
  refusal(command: Command): string {
    const decision = decide(this.current, command, defaultLawProfile);
    if (decision.ok) throw new Error('the command was accepted');
    return decision.error.code;
  }

  raise(act: RaisingAct, at: Instant): CertificateEvent[] {
    return this.give(aRaise(this.state, act, { at }));
  }

  report(at: Instant, ...verdicts: ClaimVerdict[]): CertificateEvent[] {
    return this.give({ ...anEnvelope(at, machine), type: 'claimVerdict', verdicts });
  }

  tick(at: Instant): CertificateEvent[] {
    return this.give({ ...anEnvelope(at, machine), type: 'tick' });
  }

  effective(siteId: SiteId = westhaven): string {
    return this.state.sites.find((site) => site.id === siteId)?.effective.status ?? 'no such site';
  }
}

/** A certificate in force at two sites, each with one live sensitivity claim without evidence yet. */
export function aCertificateInForce(claims?: ClaimVerdict[]): CertificateUnderTest {
  const certificate = new CertificateUnderTest();
  certificate.give(theCreation(claims ?? [aVerdict({ siteId: westhaven }), aVerdict({ siteId: heidestad })]));
  certificate.give({ ...anEnvelope(day0, aPerson('regulatory-lead')), type: 'submit' });
  certificate.raise({ type: 'issue' }, day0);
  return certificate;
}

/** As `aCertificateInForce`, confirmed at both sites on day 100 and raised to valid by two people. */
export function aValidCertificate(): CertificateUnderTest {
  const certificate = aCertificateInForce();
  certificate.report(
    onDay(100),
    aConfirmed(onDay(100), { siteId: westhaven }),
    aConfirmed(onDay(100), { siteId: heidestad }),
  );
  certificate.raise({ type: 'reinstate', siteIds: [westhaven, heidestad] }, onDay(101));
  return certificate;
}
