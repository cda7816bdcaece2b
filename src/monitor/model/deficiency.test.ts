import { describe, expect, it } from 'vitest';
import type { Instant } from '#kernel';
import { aDeficiency } from './builders.ts';
import {
  type Actor,
  allowedActs,
  type Deficiency,
  type DeficiencyCommand,
  type DeficiencyState,
  decideDeficiency,
  deficiencyStates,
} from './deficiency.ts';

/** Goal: the table of the specification, section 5, and nobody alone. Method: every (state, command), and stories. */

const at = Date.UTC(2020, 0, 2) as Instant;
const safety: Actor = { id: 'person_s', role: 'safety-officer', isPerson: true };
const owner: Actor = { id: 'person_o', role: 'clinical-owner', isPerson: true };
const otherSafety: Actor = { id: 'person_t', role: 'safety-officer', isPerson: true };
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

const act = (before: Deficiency, one: DeficiencyCommand, actor: Actor): Deficiency => {
  const decided = decideDeficiency(before, one, { actor, at });
  if (!decided.ok) throw decided.error;
  return decided.value.deficiency;
};
const refusal = (before: Deficiency, one: DeficiencyCommand, actor: Actor): string => {
  const decided = decideDeficiency(before, one, { actor, at });
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
  it('is decided by nobody who only speaks for the patients, and never by the makers of the model among themselves', () => {
    const patients: Actor = { id: 'person_p', role: 'patient-representative', isPerson: true };
    const makers = ['model-lead', 'regulatory-lead'].map(
      (role): Actor => ({ id: `person_${role}`, role, isPerson: true }),
    );
    for (const one of commands) {
      const said = refusal(inState('triaged'), one, patients);
      expect([one.type, said]).toEqual([one.type, one.type === 'dissent' ? 'allowed' : 'not-allowed']);
    }
    const proposed = act(inState('triaged'), command('dismiss'), makers[0]!);
    expect(refusal(proposed, command('dismiss'), makers[1]!)).toBe('four-eyes');
    expect(act(proposed, command('dismiss'), safety).state).toBe('dismissed');
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
        const first = decideDeficiency(inState(state), one, { actor: safety, at });
        if (target === undefined) {
          expect([state, one.type, first.ok ? 'allowed' : first.error.code]).toEqual([state, one.type, 'wrong-state']);
          continue;
        }
        expect(first.ok, `${state} ${one.type}`).toBe(true);
        let after = first.ok ? first.value.deficiency : inState(state);
        if (after.record.pending) after = act(after, one, owner);
        expect([state, one.type, after.state]).toEqual([state, one.type, target]);
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
      const signed = act(inState(from), command(type), safety);
      expect(signed.state).toBe(from);
      expect(signed.record.pending).toMatchObject({ act: type, signatures: [{ personId: 'person_s' }] });
      expect(refusal(signed, command(type), safety)).toBe('four-eyes');
      expect(refusal(signed, command(type), otherSafety)).toBe('four-eyes');
      const done = act(signed, command(type), owner);
      expect(done.state).toBe(leadsTo[from]?.[type]);
      expect(done.record.pending).toBeUndefined();
    },
  );

  it('is not decided by two who sign different things', () => {
    const signed = act(inState('triaged'), { type: 'dismiss', because: 'chance', reason }, safety);
    expect(refusal(signed, { type: 'dismiss', because: 'case-mix', reason }, owner)).toBe('conflict');
    const inOtherWords = { type: 'dismiss', because: 'chance', reason: 'I saw the same cases' } as const;
    expect(act(signed, inOtherWords, owner).state).toBe('dismissed');
  });

  it('is raised in severity by one and lowered by two', () => {
    const raised = act(inState('triaged'), { type: 'set-severity', severity: 'S5', reason }, safety);
    expect(raised.severity).toBe('S5');
    const lowering: DeficiencyCommand = { type: 'set-severity', severity: 'S2', reason };
    const proposed = act(raised, lowering, safety);
    expect(proposed.severity).toBe('S5');
    expect(act(proposed, lowering, owner).severity).toBe('S2');
  });

  it('asks for a new signature when its severity was changed after the first', () => {
    const signed = act(inState('triaged'), command('confirm'), safety);
    const raised = act(signed, { type: 'set-severity', severity: 'S5', reason }, owner);
    expect(act(raised, command('confirm'), owner).state).toBe('triaged');
  });

  it('keeps a waiting signature when somebody dissents or a signal comes, and shows the dissent', () => {
    const signed = act(inState('triaged'), command('confirm'), safety);
    const dissented = act(act(signed, command('dissent'), owner), command('attach-signal'), machine);
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
