import { ok, Problem, type Result, refused } from '#kernel';
import type { Command, ImmediateCommand, RaisingCommand } from './commands.ts';
import { isRaising } from './commands.ts';
import { type Context, type EventDraft, type Ruling, withConsequences, wrongState } from './drafting.ts';
import type { CertificateEvent } from './events.ts';
import { evolve } from './evolve.ts';
import {
  create,
  issue,
  issueProvisional,
  refuse,
  renewProvisional,
  submit,
  supersede,
  withdraw,
} from './lifecycle-acts.ts';
import {
  answerStopRequest,
  answerTask,
  imposeCondition,
  refuseChange,
  requestStop,
  restrict,
  siteStop,
  suspend,
} from './lowering-acts.ts';
import { agedStreams, claimVerdict, missedDeadline, withEvidence } from './machine-acts.ts';
import type { LawProfile } from './profile.ts';
import { liftCondition, liftRestriction, liftSiteStop, reinstate, release } from './raising-acts.ts';
import { refusalOfSignatures } from './signatures.ts';
import type { CertificateState } from './state.ts';
import { finalBases, servedBases } from './status.ts';
import { refusalOfActor } from './who-may.ts';

export type Decision = Result<CertificateEvent[], Problem>;

/**
 * The rule of the certificate: what a command does in a state, for every state and every command.
 * @param state undefined before `create`. @param command with its instant, actor, reason and, for a raise, signatures.
 * @param profile the law and house records that deadlines come from.
 * @returns the events to append, none where nothing changes (a machine's command only); or the Problem: not-found,
 *   conflict, clock-behind, not-allowed, four-eyes, evidence-not-seen, wrong-state, invalid-input.
 * Cost: linear in sites × streams. **Source** certificate specification, sections 2, 3 and 6.
 * Oracle: decide.test.ts by hand, model.property.test.ts by properties.
 */
export function decide(state: CertificateState | undefined, command: Command, profile: LawProfile): Decision {
  const context: Context = { at: command.at, profile };
  if (command.type === 'create') return decideCreate(state, command, context);
  if (state === undefined) return refused(new Problem('not-found', { detail: 'There is no such certificate.' }));
  if (command.at < state.updatedAt) {
    return refused(new Problem('clock-behind', { detail: 'The act would come before what is recorded.' }));
  }
  const refusal = refusalOfActor(command, state) ?? refusalOfReason(command);
  if (refusal !== undefined) return refused(refusal);
  if (command.type === 'tick') return ok(tick(state, command, context));
  if (finalBases.includes(state.base)) {
    return command.type === 'claimVerdict' ? ok([]) : wrongState(`The certificate is ${state.base}, which is final.`);
  }
  return place(state, command, rule(state, command, context), context);
}

function decideCreate(
  state: CertificateState | undefined,
  command: Extract<Command, { type: 'create' }>,
  context: Context,
): Decision {
  if (state !== undefined) return refused(new Problem('conflict', { detail: 'The certificate exists already.' }));
  const owner = { route: command.route, legalEntityId: command.legalEntity.id };
  const refusal = refusalOfActor(command, owner) ?? refusalOfReason(command);
  if (refusal !== undefined) return refused(refusal);
  const ruling = create(command, context);
  if (!ruling.ok) return ruling;
  return ok([{ ...draftOf(command), effects: ruling.value, certificateId: command.certificateId, seq: 1 }]);
}

const refusalOfReason = (command: Command): Problem | undefined =>
  command.actor.kind === 'person' && command.reason.trim() === ''
    ? new Problem('invalid-input', { errors: [{ pointer: '/reason', detail: 'Every act has its reason.' }] })
    : undefined;

type Existing = Exclude<Command, { type: 'create' | 'tick' }>;

function rule(state: CertificateState, command: Existing, context: Context): Ruling {
  if (command.type === 'claimVerdict') return claimVerdict(state, command.verdicts, context);
  if (!isRaising(command)) return ruleOfLowering(state, command, context);
  const guard = guardOfBase(state, command.type);
  if (guard !== undefined) return guard;
  const refusal = refusalOfSignatures(state, command);
  return refusal === undefined ? ruleOfRaise(state, command, context) : refused(refusal);
}

/** Acts on a certificate that must be in force; the rest name their bases themselves. */
const needsForce: readonly Command['type'][] = [
  'imposeCondition',
  'liftCondition',
  'restrict',
  'liftRestriction',
  'suspend',
  'reinstate',
  'siteStop',
  'liftSiteStop',
  'requestStop',
  'release',
  'refuseChange',
];

const guardOfBase = (state: CertificateState, type: Command['type']): ReturnType<typeof wrongState> | undefined =>
  needsForce.includes(type) && !servedBases.includes(state.base)
    ? wrongState('The certificate is not in force (provisional or valid).')
    : undefined;

function ruleOfRaise(state: CertificateState, command: RaisingCommand, context: Context): Ruling {
  switch (command.type) {
    case 'issueProvisional':
      return issueProvisional(state, command, context);
    case 'renewProvisional':
      return renewProvisional(state, context);
    case 'issue':
      return issue(state, command, context);
    case 'liftCondition':
      return liftCondition(state, command);
    case 'liftRestriction':
      return liftRestriction(state, command);
    case 'liftSiteStop':
      return liftSiteStop(state, command);
    case 'reinstate':
      return reinstate(state, command, context);
    case 'release':
      return release(state, command, context);
  }
}

function ruleOfLowering(
  state: CertificateState,
  command: Exclude<ImmediateCommand, { type: 'create' }>,
  context: Context,
): Ruling {
  const guard = guardOfBase(state, command.type);
  if (guard !== undefined) return guard;
  switch (command.type) {
    case 'submit':
      return submit(state);
    case 'refuse':
      return refuse(state);
    case 'imposeCondition':
      return imposeCondition(state, command, context);
    case 'restrict':
      return restrict(state, command, context);
    case 'suspend':
      return suspend(state, command, context);
    case 'withdraw':
      return withdraw(state);
    case 'supersede':
      return supersede(state, command);
    case 'siteStop':
      return siteStop(state, command);
    case 'requestStop':
      return requestStop(state, command, context);
    case 'answerStopRequest':
      return answerStopRequest(state, command, context);
    case 'answerTask':
      return answerTask(state, command);
    case 'refuseChange':
      return refuseChange(command);
  }
}

/** Time passes: first what grew old, then each missed deadline in its order, one event each. */
function tick(state: CertificateState, command: Command, context: Context): CertificateEvent[] {
  if (finalBases.includes(state.base)) return [];
  const events: CertificateEvent[] = [];
  let now = state;
  const append = (draft: EventDraft): void => {
    const event = placed(now, draft, context);
    events.push(event);
    now = evolve(now, event);
  };
  const aged = agedStreams(now, context);
  if (aged.length > 0) append({ ...draftOf(command), type: 'evidenceAged', effects: withEvidence(now, aged, context) });
  const due = now.timers.filter((timer) => timer.dueAt <= context.at).sort((a, b) => a.dueAt - b.dueAt);
  for (const timer of due) {
    // An earlier deadline of the same tick may have ended this one.
    if (!now.timers.includes(timer)) continue;
    const effects = missedDeadline(now, timer, context);
    append({ ...draftOf(command), type: 'deadlineMissed', reason: `Deadline ${timer.clockId} passed.`, effects });
  }
  return events;
}

function place(state: CertificateState, command: Existing, ruling: Ruling, context: Context): Decision {
  if (!ruling.ok) return ruling;
  if (ruling.value.length === 0) return ok([]);
  return ok([placed(state, { ...draftOf(command), effects: ruling.value }, context)]);
}

function placed(state: CertificateState, draft: EventDraft, context: Context): CertificateEvent {
  const effects = withConsequences(state, draft.effects, context);
  return { ...draft, effects, certificateId: state.id, seq: state.version + 1 };
}

function draftOf(command: Command): EventDraft {
  return {
    at: command.at,
    type: command.type,
    actor: command.actor,
    reason: command.reason,
    evidenceSeen: command.evidenceSeen,
    ...(command.documentDigest === undefined ? {} : { documentDigest: command.documentDigest }),
    signatures: isRaising(command) ? command.signatures : [],
    effects: [],
  };
}
