import { describe, expect, it } from 'vitest';
import type { ClaimId } from '#kernel';
import {
  aCertificateInForce,
  aConfirmed,
  anEnvelope,
  aPerson,
  aRaise,
  assessors,
  aValidCertificate,
  aVerdict,
  CertificateUnderTest,
  day0,
  heidestad,
  machine,
  onDay,
  theCreation,
  westhaven,
} from '../builders.ts';
import { payloadAt } from './effective.ts';

// Goal: the states, consequences and time limits of the specification, each told as a short story.

const broken = (day: number) => aVerdict({ state: 'broken', n: 900, freshAt: onDay(day), changedAt: onDay(day) });

describe('coming into force', () => {
  it('goes from draft to watch while evidence is awaited, and is never green for lack of data', () => {
    const certificate = aCertificateInForce();
    expect(certificate.effective()).toBe('watch');
    expect(certificate.state.base).toBe('valid');
    certificate.tick(onDay(179));
    expect(certificate.effective()).toBe('watch');
  });

  it('starts the watch timer at the date on which the claim promised evidence', () => {
    const certificate = aCertificateInForce();
    certificate.tick(onDay(209));
    expect(certificate.effective()).toBe('watch');
    certificate.tick(onDay(210));
    expect(certificate.effective()).toBe('conditional');
    certificate.tick(onDay(240));
    expect(certificate.effective()).toBe('suspended');
    expect(certificate.state.tasks.map((task) => task.kind)).toContain('review-missed-deadline');
    certificate.tick(onDay(330));
    expect(certificate.state.tasks.map((task) => task.kind)).toContain('review-withdrawal');
  });

  it('refuses claims whose α shares at one stream sum to more than .05, and takes five of .01', () => {
    const claims = (alpha: number) =>
      Array.from({ length: 5 }, (_, i) => aVerdict({ claimId: `claim_${i}` as ClaimId, alpha }));
    expect(new CertificateUnderTest().refusal(theCreation(claims(0.011)))).toBe('invalid-input');
    expect(new CertificateUnderTest().refusal(theCreation(claims(Number.NaN)))).toBe('invalid-input');
    expect(new CertificateUnderTest().give(theCreation(claims(0.01)))).toHaveLength(1);
  });

  it('is not issued on retrospective claims, nor while a claim fails', () => {
    const certificate = new CertificateUnderTest();
    certificate.give(
      theCreation([
        aConfirmed(day0, { siteId: westhaven, retrospective: true }),
        aConfirmed(day0, { siteId: heidestad, retrospective: true }),
      ]),
    );
    certificate.give({ ...anEnvelope(day0, aPerson('regulatory-lead')), type: 'submit' });
    expect(certificate.refusal(aRaise(certificate.state, { type: 'issue' }, { at: day0 }))).toBe('wrong-state');

    const failing = new CertificateUnderTest();
    failing.give(theCreation([broken(0), aVerdict({ siteId: heidestad })]));
    failing.give({ ...anEnvelope(day0, aPerson('regulatory-lead')), type: 'submit' });
    expect(failing.refusal(aRaise(failing.state, { type: 'issue' }, { at: day0 }))).toBe('wrong-state');
  });

  it('never lasts longer than the law profile allows, and expires', () => {
    const certificate = aCertificateInForce();
    certificate.report(onDay(1), aConfirmed(onDay(1)), aConfirmed(onDay(1), { siteId: heidestad }));
    certificate.tick(onDay(365 * 5 + 2));
    expect(certificate.effective()).toBe('expired');
    expect(certificate.state.timers).toEqual([]);
    expect(certificate.refusal(aRaise(certificate.state, { type: 'issue' }, { at: onDay(1900) }))).toBe('wrong-state');
  });

  it('is provisional for six months, renewed once', () => {
    const certificate = new CertificateUnderTest();
    certificate.give(theCreation([aVerdict({ siteId: westhaven }), aVerdict({ siteId: heidestad })]));
    certificate.give({ ...anEnvelope(day0, aPerson('regulatory-lead')), type: 'submit' });
    certificate.raise({ type: 'issueProvisional', plan: 'shadow' }, day0);
    expect(certificate.effective()).toBe('provisional');
    certificate.raise({ type: 'renewProvisional' }, onDay(30));
    expect(certificate.refusal(aRaise(certificate.state, { type: 'renewProvisional' }, { at: onDay(31) }))).toBe(
      'wrong-state',
    );
    certificate.tick(onDay(370));
    expect(certificate.state.base).toBe('expired');
  });
});

describe('falling by evidence', () => {
  it('suspends at once, at the site whose claim broke and nowhere else', () => {
    const certificate = aValidCertificate();
    expect([certificate.effective(westhaven), certificate.effective(heidestad)]).toEqual(['valid', 'valid']);
    const [event] = certificate.report(onDay(120), broken(120));
    expect([certificate.effective(westhaven), certificate.effective(heidestad)]).toEqual(['suspended', 'valid']);
    expect(event?.effects.at(-2)).toMatchObject({ kind: 'effective-changed', from: 'valid', status: 'suspended' });
    expect(certificate.state.base).toBe('valid');
    expect(certificate.state.tasks.map((task) => task.kind)).toContain('confirm-legal-act');
  });

  it('does what the claim registered for an escalation, then for the break, and keeps both payloads', () => {
    const certificate = aValidCertificate();
    certificate.give({
      ...anEnvelope(onDay(110), aPerson('assessor', assessors)),
      type: 'restrict',
      predicate: 'Exams of scanner X',
      siteIds: [westhaven],
    });
    certificate.report(onDay(120), aVerdict({ state: 'watch', level: 2, freshAt: onDay(120) }));
    expect(certificate.effective()).toBe('restricted');
    expect(payloadAt(certificate.state, westhaven)).toEqual({
      conditions: ['A second radiologist reads every exam.'],
      exclusions: ['Exams of scanner X'],
    });
    expect(payloadAt(certificate.state, heidestad)).toEqual({ conditions: [], exclusions: [] });
  });

  it('lowers all sites by a claim over all sites', () => {
    const overall = aVerdict({ siteId: undefined });
    const certificate = aCertificateInForce([overall]);
    certificate.report(onDay(9), { ...overall, state: 'broken' });
    expect([certificate.effective(westhaven), certificate.effective(heidestad)]).toEqual(['suspended', 'suspended']);
  });

  it('turns to watch when evidence grows old, and to conditional thirty days after', () => {
    const certificate = aValidCertificate();
    certificate.tick(onDay(160));
    expect(certificate.effective()).toBe('valid');
    const events = certificate.tick(onDay(161));
    expect(events.map((event) => event.type)).toEqual(['evidenceAged']);
    expect(certificate.effective()).toBe('watch');
    expect(certificate.tick(onDay(161))).toEqual([]);
    certificate.tick(onDay(191));
    expect(certificate.effective()).toBe('conditional');
  });

  it('ends the watch timer when evidence returns, but rises only by two signatures', () => {
    const certificate = aValidCertificate();
    certificate.tick(onDay(161));
    certificate.report(onDay(170), aConfirmed(onDay(170)));
    expect(certificate.effective()).toBe('watch');
    certificate.tick(onDay(200));
    expect(certificate.effective()).toBe('watch');
    const tasksHere = () =>
      certificate.state.tasks.filter((task) => task.siteId === westhaven).map((task) => task.kind);
    expect(tasksHere()).toEqual(['consider-reinstatement']);
    certificate.raise({ type: 'reinstate', siteIds: [westhaven] }, onDay(201));
    expect(certificate.effective()).toBe('valid');
    expect(tasksHere()).toEqual([]);
  });

  it('lets a retrospective claim lower, never carry', () => {
    const retrospective = { claimId: 'claim_retro' as ClaimId, retrospective: true, alpha: 0 };
    const certificate = aCertificateInForce([
      aVerdict(),
      aVerdict({ siteId: heidestad }),
      aConfirmed(day0, retrospective),
    ]);
    certificate.report(onDay(3), aVerdict({ ...retrospective, state: 'broken' }));
    expect(certificate.effective()).toBe('suspended');
    certificate.report(onDay(4), aConfirmed(onDay(4), retrospective));
    const act = { type: 'reinstate', siteIds: [westhaven] } as const;
    expect(certificate.refusal(aRaise(certificate.state, { ...act, siteIds: [westhaven] }, { at: onDay(5) }))).toBe(
      'wrong-state',
    );
  });
});

describe('lowering by people', () => {
  it('suspends when the deadline of a condition passes, until the condition is lifted and the site reinstated', () => {
    const certificate = aValidCertificate();
    certificate.give({
      ...anEnvelope(onDay(102), aPerson('safety-officer')),
      type: 'imposeCondition',
      text: 'A second radiologist reads every exam',
    });
    expect(certificate.effective(heidestad)).toBe('conditional');
    certificate.tick(onDay(131));
    expect(certificate.effective(heidestad)).toBe('conditional');
    certificate.tick(onDay(132));
    expect(certificate.effective(heidestad)).toBe('suspended');
    const [condition] = certificate.state.conditions;
    certificate.raise({ type: 'liftCondition', conditionId: condition?.id ?? '' }, onDay(133));
    expect(certificate.effective(heidestad)).toBe('suspended');
    certificate.raise({ type: 'reinstate', siteIds: [westhaven, heidestad] }, onDay(134));
    expect(certificate.effective(heidestad)).toBe('valid');
  });

  it('stops one site at once and lifts the stop by two people of the deployer', () => {
    const certificate = aValidCertificate();
    certificate.give({ ...anEnvelope(onDay(102), aPerson('clinical-owner')), type: 'siteStop', siteId: westhaven });
    expect([certificate.effective(westhaven), certificate.effective(heidestad)]).toEqual(['suspended', 'valid']);
    const act = { type: 'liftSiteStop', siteId: westhaven } as const;
    const signers = [aPerson('clinical-owner'), aPerson('safety-officer')];
    certificate.give(aRaise(certificate.state, act, { at: onDay(103), signers }));
    expect(certificate.effective(westhaven)).toBe('valid');
  });

  it('gives a stop request two working days, and stops on the answer', () => {
    const certificate = aValidCertificate();
    certificate.give({
      ...anEnvelope(onDay(102), aPerson('patient-representative')),
      type: 'requestStop',
      siteIds: [westhaven],
    });
    expect(certificate.effective()).toBe('valid');
    certificate.tick(onDay(106));
    expect(certificate.state.tasks.map((task) => task.kind)).toEqual(['answer-stop-request', 'review-missed-deadline']);
    const [request] = certificate.state.stopRequests;
    certificate.give({
      ...anEnvelope(onDay(107), aPerson('safety-officer')),
      type: 'answerStopRequest',
      requestId: request?.id ?? '',
      outcome: 'stopped',
    });
    expect([certificate.effective(westhaven), certificate.effective(heidestad)]).toEqual(['suspended', 'valid']);
  });

  it('needs a signer of the body that suspended', () => {
    const certificate = aValidCertificate();
    certificate.give({ ...anEnvelope(onDay(102), aPerson('assessor', assessors)), type: 'suspend' });
    expect(certificate.effective(heidestad)).toBe('suspended');
    certificate.raise({ type: 'reinstate', siteIds: [heidestad] }, onDay(103));
    expect([certificate.effective(westhaven), certificate.effective(heidestad)]).toEqual(['suspended', 'valid']);
  });

  it('cannot leave a final state', () => {
    const certificate = aValidCertificate();
    certificate.give({ ...anEnvelope(onDay(102), aPerson('assessor', assessors)), type: 'withdraw' });
    expect(certificate.effective()).toBe('withdrawn');
    const act = { type: 'reinstate', siteIds: [westhaven] } as const;
    expect(certificate.refusal(aRaise(certificate.state, { ...act, siteIds: [westhaven] }, { at: onDay(103) }))).toBe(
      'wrong-state',
    );
    expect(certificate.tick(onDay(9999))).toEqual([]);
    expect(certificate.report(onDay(9999), aConfirmed(onDay(9999)))).toEqual([]);
  });
});

describe('signing what was seen', () => {
  it('is void when the evidence changed after the signature, or was not opened', () => {
    const certificate = aCertificateInForce();
    certificate.report(onDay(10), aConfirmed(onDay(10)));
    const act = { type: 'reinstate' as const, siteIds: [westhaven] };
    const signedBefore = aRaise(certificate.state, act, { at: onDay(11) });
    const unread = {
      ...signedBefore,
      signatures: signedBefore.signatures.map((one) => ({ ...one, evidenceSeen: [] })),
    };
    expect(certificate.refusal(unread)).toBe('evidence-not-seen');
    certificate.report(onDay(11), aVerdict({ state: 'watch', level: 1, freshAt: onDay(11) }));
    expect(certificate.refusal(signedBefore)).toBe('evidence-not-seen');
  });

  it('refuses an act without a reason and a clock that runs behind', () => {
    const certificate = aValidCertificate();
    const stop = {
      ...anEnvelope(onDay(102), aPerson('clinical-owner'), '  '),
      type: 'siteStop' as const,
      siteId: westhaven,
    };
    expect(certificate.refusal(stop)).toBe('invalid-input');
    expect(certificate.refusal({ ...stop, reason: 'wrong scanner', at: onDay(1) })).toBe('clock-behind');
    expect(certificate.refusal({ ...anEnvelope(onDay(1), machine), type: 'tick' })).toBe('clock-behind');
  });

  it('counts the days of a broken feed from its breaking, however late the evidence was promised', () => {
    const promised = { siteId: westhaven, evaluableBy: onDay(2000) };
    const certificate = aCertificateInForce([aVerdict(promised), aVerdict({ siteId: heidestad })]);
    certificate.report(onDay(100), aVerdict({ ...promised, state: 'consistent', n: 400, freshAt: onDay(100) }));
    certificate.tick(onDay(500));
    certificate.tick(onDay(529));
    expect(certificate.effective()).toBe('watch');
    certificate.tick(onDay(531));
    expect(certificate.effective()).toBe('conditional');
  });
});
