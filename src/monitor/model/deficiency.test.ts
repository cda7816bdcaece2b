import { describe, expect, it } from 'vitest';
import type { Instant, LegalEntityId, PersonId } from '#kernel';
import { complete, signOffRoles } from '#people';
import { aDeficiency } from './builders.ts';
import { decisionRule } from './decision-rule.ts';
import {
  type Actor,
  allowedActs,
  type Deficiency,
  type DeficiencyCommand,
  type DeficiencyState,
  decideDeficiency,
  deficiencyStates,
  isDecision,
} from './deficiency.ts';

/** Goal: the table of the specification, section 5, and nobody alone. Method: every (state, command), and stories. */

const at = Date.UTC(2020, 0, 2) as Instant;
const safety: Actor = { id: 'person_s', role: 'safety-officer', isPerson: true };
const owner: Actor = { id: 'person_o', role: 'clinical-owner', isPerson: true };
const machine: Actor = { id: 'monitor', role: 'process', isPerson: false };
const reason = 'as the reviewers saw it';

const commands: DeficiencyCommand[] = [
  { type: 'attach-signal', evidence: { n: 1 } },
  { type: 'triage', severity: 'S3', reason },
  { type: 'set-severity', severity: 'S4', reason },
  { type: 'confirm', reason },
  { type: 'dismiss', because: 'chance', reason },
  { type: 'record-cause', text: reason, codes: ['D0106'] },
  { type: 'decide-action', actions: ['recalibrate'], reason },
  { type: 'register-effectiveness', claimId: 'claim_2' },
  { type: 'effect-failed', reason },
  { type: 'close', reason },
  { type: 'dissent', text: reason },
];
const command = (type: DeficiencyCommand['type']): DeficiencyCommand => commands.find((one) => one.type === type)!;

const bySigned = [
  { personId: 'person_s', role: 'safety-officer', at: '' },
  { personId: 'person_o', role: 'clinical-owner', at: '' },
];
/** An act of one person, or a decision that two have signed. */
const act = (before: Deficiency, one: DeficiencyCommand, actor: Actor): Deficiency => {
  const decided = decideDeficiency(before, one, {
    actor,
    at,
    ...(isDecision(before, one) ? { signatures: bySigned } : {}),
  });
  if (!decided.ok) throw decided.error;
  return decided.value.deficiency;
};
const refusal = (before: Deficiency, one: DeficiencyCommand, actor: Actor): string => {
  const signed = isDecision(before, one) ? { signatures: bySigned } : {};
  const decided = decideDeficiency(before, one, { actor, at, ...signed });
  return decided.ok ? 'allowed' : decided.error.code;
};
const inState = (state: DeficiencyState): Deficiency => aDeficiency({ state, severity: 'S3' });

const leadsTo: Record<string, Partial<Record<DeficiencyCommand['type'], DeficiencyState>>> = {
  signal: { triage: 'triaged' },
  triaged: { confirm: 'confirmed', dismiss: 'dismissed' },
  confirmed: { 'record-cause': 'cause-found' },
  'cause-found': { 'decide-action': 'action-taken' },
  'action-taken': { 'register-effectiveness': 'effectiveness-check' },
  'effectiveness-check': { close: 'closed', 'effect-failed': 'cause-found' },
};

describe('a deficiency', () => {
  it('is decided in no role that one person alone could hand out', () => {
    const signing = decisionRule(undefined).seats.flatMap(({ roles }) => roles);
    expect(signOffRoles).toEqual(expect.arrayContaining(signing));
  });

  it('is decided by nobody who only speaks for the patients, and never by the makers of the model among themselves', () => {
    const patients: Actor = { id: 'person_p', role: 'patient-representative', isPerson: true };
    const makers = ['model-lead', 'regulatory-lead'].map(
      (role): Actor => ({ id: `person_${role}`, role, isPerson: true }),
    );
    for (const one of commands) {
      const said = refusal(inState('triaged'), one, patients);
      expect([one.type, said]).toEqual([one.type, one.type === 'dissent' ? 'allowed' : 'not-allowed']);
    }
    const north = 'org_north' as LegalEntityId;
    const decides = (...roles: string[]): boolean => {
      const signatures = roles.map((role) => ({
        personId: `person_${role}` as PersonId,
        role,
        organisationId: north,
        signedAt: at,
        digest: 'judged',
        seen: [],
        reason,
        withoutOpening: false,
      }));
      return complete(decisionRule(north), signatures, { digest: 'judged', organisations: [] }) !== undefined;
    };
    expect(decides('model-lead', 'regulatory-lead')).toBe(false);
    expect(decides('safety-officer', 'patient-representative')).toBe(false);
    expect(decides('model-lead', 'safety-officer')).toBe(true);
    expect(decides('regulatory-lead', 'assessor')).toBe(true);
    expect(makers.map((maker) => refusal(inState('triaged'), command('dismiss'), maker))).toEqual([
      'allowed',
      'allowed',
    ]);
  });

  it('goes from each state by each command where the table says, and is refused with a reason everywhere else', () => {
    for (const state of deficiencyStates) {
      for (const one of commands) {
        const isDecided = state === 'closed' || state === 'dismissed';
        const keepsState =
          one.type === 'dissent' ||
          (one.type === 'attach-signal' && !isDecided) ||
          (one.type === 'set-severity' && state !== 'signal' && !isDecided);
        const target = leadsTo[state]?.[one.type] ?? (keepsState ? state : undefined);
        if (target === undefined) {
          expect([state, one.type, refusal(inState(state), one, safety)]).toEqual([state, one.type, 'wrong-state']);
          continue;
        }
        expect([state, one.type, act(inState(state), one, safety).state]).toEqual([state, one.type, target]);
      }
    }
  });

  it('is triaged, decided and closed by persons only; a machine may attach a signal', () => {
    for (const one of commands) {
      const from = deficiencyStates.find((state) => refusal(inState(state), one, safety) === 'allowed')!;
      expect([one.type, refusal(inState(from), one, machine)]).toEqual([
        one.type,
        one.type === 'attach-signal' ? 'allowed' : 'not-allowed',
      ]);
    }
  });

  it.each(['confirm', 'dismiss', 'decide-action', 'close'] as const)(
    'takes two persons in different roles to %s',
    (type) => {
      const from = deficiencyStates.find((state) => leadsTo[state]?.[type])!;
      const alone = (signatures: typeof bySigned) =>
        decideDeficiency(inState(from), command(type), { actor: safety, at, signatures });
      expect(alone([bySigned[0]!])).toMatchObject({ ok: false, error: { code: 'four-eyes' } });
      expect(alone([bySigned[0]!, { ...bySigned[0]!, personId: 'person_t' }])).toMatchObject({
        error: { code: 'four-eyes' },
      });
      expect(decideDeficiency(inState(from), command(type), { actor: safety, at })).toMatchObject({
        error: { code: 'four-eyes' },
      });
      expect(act(inState(from), command(type), owner).state).toBe(leadsTo[from]?.[type]);
    },
  );

  it('is raised in severity by one and lowered by two', () => {
    const raised = act(inState('triaged'), { type: 'set-severity', severity: 'S5', reason }, safety);
    expect(raised.severity).toBe('S5');
    const lowering: DeficiencyCommand = { type: 'set-severity', severity: 'S2', reason };
    expect(decideDeficiency(raised, lowering, { actor: safety, at })).toMatchObject({ error: { code: 'four-eyes' } });
    expect(act(raised, lowering, safety).severity).toBe('S2');
  });

  it('keeps a dissent, and shows it', () => {
    const dissented = act(inState('triaged'), command('dissent'), owner);
    expect(dissented.record.dissent).toMatchObject([{ by: 'person_o', text: reason }]);
    expect(act(dissented, command('confirm'), owner).state).toBe('confirmed');
  });

  it('knows from its triage since when the house was aware', () => {
    const triaged = act(aDeficiency(), command('triage'), safety);
    expect(triaged.record.awareAt).toBe('2020-01-02T00:00:00.000Z');
  });

  it('offers a person the acts that its state allows', () => {
    expect(allowedActs('triaged')).toEqual(['set-severity', 'confirm', 'dismiss', 'dissent']);
    expect(allowedActs('closed')).toEqual(['dissent']);
  });
});
