import { describe, expect, it } from 'vitest';
import { noRelations } from '../../model.ts';
import { aPerson, aRule, aSignature, elsewhere, home, judged, start, validUntil } from '../testing.ts';
import { capacityOf } from './capacity.ts';
import {
  capacitiesToSign,
  live,
  type ProposalEvent,
  type ProposalHead,
  type ProposalId,
  refusalOfSeen,
  refusalOfSigner,
  refusalToRefuse,
  replayed,
} from './proposal.ts';
import type { SigningRule } from './rule.ts';

/** Goal: who may sign what, and what happened stays readable. Method: each refusal once, each event once. */

const aHead = (rule: SigningRule = aRule()): ProposalHead => ({
  id: 'prop_1' as ProposalId,
  kind: 'certify:reinstate',
  subject: 'cert_1',
  title: { key: 'certify.raise.reinstate', values: {} },
  reason: 'it is good again',
  payload: {},
  parts: [{ name: 'act', sha256: 'aa', content: null }],
  digest: judged,
  rule,
  concerns: ['cert_1', 'mv_1'],
  proposedBy: 'person_p',
  proposedByKind: 'person',
  proposedRole: 'assessor',
  proposedAt: start,
  expiresAt: validUntil,
});

const aProposal = (rule?: SigningRule, events: ProposalEvent[] = []) => replayed(aHead(rule), events);
const assessor = aPerson('assessor', ['assessor']);
const officer = aPerson('officer', ['safety-officer']);
const refusal = (proposal: ReturnType<typeof aProposal>, who: typeof assessor): string =>
  refusalOfSigner(proposal, who, capacityOf({ ...who, kind: 'person' }, {}))?.code ?? 'may sign';

describe('whoever signs', () => {
  it('is a person in a role that may, for the own hospital where the role is one of a hospital', () => {
    expect(refusal(aProposal(), assessor)).toBe('may sign');
    expect(refusal(aProposal(), officer)).toBe('may sign');
    expect(refusal(aProposal(), { ...officer, organisationId: elsewhere })).toBe('not-allowed');
    expect(refusal(aProposal(), aPerson('lead', ['model-lead']))).toBe('not-allowed');
    expect(refusal(aProposal(), { ...assessor, kind: 'machine' })).toBe('not-allowed');
  });

  it('has no interest in what is decided', () => {
    const interested = { ...assessor, relations: { ...noRelations, conflicts: [{ id: 'c', objectId: 'mv_1' }] } };
    expect(refusal(aProposal(), interested)).toBe('not-allowed');
    const elsewhereInterested = {
      ...assessor,
      relations: { ...noRelations, conflicts: [{ id: 'c', objectId: 'mv_2' }] },
    };
    expect(refusal(aProposal(), elsewhereInterested)).toBe('may sign');
  });

  it('proves who they are by two factors where the rule says so', () => {
    const by = (strength: 'single-factor' | 'multi-factor') => ({
      ...assessor,
      signedIn: { at: start, strength, provider: 'link' },
    });
    expect(refusal(aProposal(aRule({ stepUp: true })), by('single-factor'))).toBe('step-up-needed');
    expect(refusal(aProposal(aRule({ stepUp: true })), by('multi-factor'))).toBe('may sign');
    expect(refusal(aProposal(), by('single-factor'))).toBe('may sign');
  });

  it('signs once, and again after taking the signature back or after it became void', () => {
    const signed: ProposalEvent = {
      type: 'signed',
      at: start,
      signature: aSignature('assessor'),
    };
    expect(refusal(aProposal(undefined, [signed]), assessor)).toBe('four-eyes');
    const personId = signed.signature.personId;
    const back: ProposalEvent = { type: 'signature-withdrawn', at: start, personId, reason: 'I was too quick' };
    expect(refusal(aProposal(undefined, [signed, back]), assessor)).toBe('may sign');
    const changed: ProposalEvent = { type: 'changed', at: start, from: 'x', to: judged };
    const after = aProposal(undefined, [signed, changed, signed]);
    expect(after.signatures.map((one) => one.state)).toEqual(['void', 'counts']);
    expect(live(after)).toHaveLength(1);
  });

  it('names exactly what is judged, and has opened it where the rule says so', () => {
    const seen = { digest: judged, seen: ['aa'], reason: 'yes' };
    const code = (rule: SigningRule, asked: typeof seen, events: ProposalEvent[] = []) =>
      refusalOfSeen(aProposal(rule, events), 'person_a', asked)?.code;
    expect(code(aRule(), seen)).toBeUndefined();
    expect(code(aRule(), { ...seen, digest: 'other' })).toBe('evidence-not-seen');
    expect(code(aRule(), { ...seen, seen: [] })).toBe('evidence-not-seen');
    expect(code(aRule(), { ...seen, seen: ['aa', 'bb'] })).toBe('evidence-not-seen');
    const strict = aRule({ openingRequired: true });
    expect(code(strict, seen)).toBe('evidence-not-seen');
    const opened = (digest: string): ProposalEvent => ({ type: 'opened', at: start, personId: 'person_a', digest });
    expect(code(strict, seen, [opened('before it changed')])).toBe('evidence-not-seen');
    expect(code(strict, seen, [opened(judged)])).toBeUndefined();
  });

  it('says in which role, and may use one that was handed over', () => {
    const both = aPerson('both', ['assessor', 'operator']);
    expect(() => capacityOf(both, {})).toThrow(expect.objectContaining({ code: 'invalid-input' }));
    expect(() => capacityOf(both, { asRole: 'safety-officer' })).toThrow(
      expect.objectContaining({ code: 'not-allowed' }),
    );
    const delegation = { id: 'del_1', fromPersonId: 'person_o', role: 'safety-officer' as const, organisationId: home };
    const delegate = { ...both, relations: { ...noRelations, delegations: [delegation] } };
    expect(capacityOf(delegate, { asRole: 'safety-officer' })).toEqual({
      role: 'safety-officer',
      organisationId: home,
      delegation: { id: 'del_1', fromPersonId: 'person_o' },
    });
    expect(capacitiesToSign(aProposal(), delegate).map(({ role }) => role)).toEqual(['assessor', 'safety-officer']);
  });

  it('refuses in a role that decides, and only for its own hospital', () => {
    const code = (who: typeof assessor) => refusalToRefuse(aProposal(), who, capacityOf(who, {}))?.code;
    expect(code(assessor)).toBeUndefined();
    expect(code(officer)).toBeUndefined();
    expect(code({ ...officer, organisationId: elsewhere })).toBe('not-allowed');
    expect(code(aPerson('owner', ['clinical-owner']))).toBe('not-allowed');
  });
});

describe('a closed proposal', () => {
  it('keeps how it ended, and hears dissent afterwards', () => {
    const ended: ProposalEvent = { type: 'expired', at: validUntil, reason: 'not signed in time' };
    const said: ProposalEvent = {
      type: 'dissented',
      at: validUntil,
      personId: 'p',
      role: 'assessor',
      reason: 'too few',
    };
    const proposal = aProposal(undefined, [ended, said]);
    expect(proposal).toMatchObject({
      outcome: 'expired',
      closedAt: validUntil,
      closingReason: 'not signed in time',
      dissent: [{ reason: 'too few' }],
    });
    expect(capacitiesToSign(proposal, assessor)).toEqual([]);
  });
});
