import { ok, type SiteId } from '#kernel';
import type { Envelope, ImmediateAct } from './commands.ts';
import { type Context, invalid, type Ruling, unknownThing, wrongState } from './drafting.ts';
import type { Effect } from './events.ts';
import { sitesNamed, unknownSite } from './lifecycle-acts.ts';
import { type CertificateState, concerns, siteOf } from './state.ts';
import { closeTask, closeTimer, openTask, startTimer, taskId } from './timers.ts';

type Act<T> = Envelope & Extract<ImmediateAct, { type: T }>;

/** Ids are made of the event's place, so that deciding stays a pure function. */
const nextId = (state: CertificateState, what: string): string => `${what}-${state.version + 1}`;

/** A person's own lowering act answers the machine's proposal of one at those sites. */
const settle = (state: CertificateState, siteIds: readonly SiteId[], how: string): Effect[] =>
  siteIds.flatMap((siteId) => closeTask(state, taskId('confirm-legal-act', siteId), how));

const scopeMember = (siteIds: SiteId[] | undefined): { siteIds?: SiteId[] } =>
  siteIds === undefined ? {} : { siteIds };

/** A condition with its deadline; missing it suspends. **Source** certificate specification, section 3. */
export function imposeCondition(state: CertificateState, command: Act<'imposeCondition'>, context: Context): Ruling {
  const siteIds = sitesNamed(state, command.siteIds);
  if (siteIds === undefined) return unknownSite();
  if (command.text.trim() === '') return invalid('/text', 'Say what must be done.');
  if (command.deadline !== undefined && command.deadline <= context.at) {
    return invalid('/deadline', 'The deadline lies in the future.');
  }
  const id = nextId(state, 'condition');
  return ok([
    {
      kind: 'condition-opened',
      condition: { id, text: command.text, since: context.at, ...scopeMember(command.siteIds) },
    },
    startTimer(context.profile, {
      clockId: 'condition-deadline',
      subject: { kind: 'condition', conditionId: id },
      startedAt: context.at,
      ...(command.deadline === undefined ? {} : { dueAt: command.deadline }),
    }),
    ...settle(state, siteIds, 'a condition was imposed'),
  ]);
}

/** Excludes a population, stated in plain words, until two persons lift it. Problems: not-found, invalid-input. */
export function restrict(state: CertificateState, command: Act<'restrict'>, context: Context): Ruling {
  const siteIds = sitesNamed(state, command.siteIds);
  if (siteIds === undefined) return unknownSite();
  if (command.predicate.trim() === '') return invalid('/predicate', 'Say who is excluded.');
  const id = nextId(state, 'restriction');
  const restriction = { id, predicate: command.predicate, since: context.at, ...scopeMember(command.siteIds) };
  return ok([{ kind: 'restriction-opened', restriction }, ...settle(state, siteIds, 'a restriction was imposed')]);
}

/** Suspends at the sites named, all by default; the body that suspends must take part in lifting it. Problem: not-found. */
export function suspend(state: CertificateState, command: Act<'suspend'>, context: Context): Ruling {
  const siteIds = sitesNamed(state, command.siteIds);
  if (siteIds === undefined) return unknownSite();
  const { organisationId, role } = command.actor;
  const suspension = {
    id: nextId(state, 'suspension'),
    reason: command.reason,
    siteIds,
    since: context.at,
    byRole: role,
    ...(organisationId === undefined ? {} : { byOrganisationId: organisationId }),
  };
  return ok([{ kind: 'suspension-opened', suspension }, ...settle(state, siteIds, 'it was suspended')]);
}

/** A deployer stops its own site at once. Problems: not-found, wrong-state. **Source** Regulation (EU) 2024/1689, Art. 26(5). */
export function siteStop(state: CertificateState, command: Act<'siteStop'>): Ruling {
  const site = siteOf(state, command.siteId);
  if (site === undefined) return unknownSite();
  if (site.stop !== undefined) return wrongState('The site has stopped already.');
  return ok([stopEffect(command, site.id)]);
}

/** Asks for a stop; the answer has its deadline and changes nothing by itself. Problem: not-found. */
export function requestStop(state: CertificateState, command: Act<'requestStop'>, context: Context): Ruling {
  if (sitesNamed(state, command.siteIds) === undefined) return unknownSite();
  const id = nextId(state, 'stop-request');
  const { at } = context;
  const why = 'Somebody asked to stop: answer with public reasons.';
  return ok([
    {
      kind: 'stop-requested',
      request: { id, reason: command.reason, byRole: command.actor.role, at, ...scopeMember(command.siteIds) },
    },
    startTimer(context.profile, {
      clockId: 'stop-request-answer',
      subject: { kind: 'stop-request', requestId: id },
      startedAt: at,
    }),
    ...openTask(state, { kind: 'answer-stop-request', at, why, about: id }),
  ]);
}

/** Answers a stop request with public reasons, stopping the sites it is about or not. Problems: not-found, wrong-state. */
export function answerStopRequest(
  state: CertificateState,
  command: Act<'answerStopRequest'>,
  context: Context,
): Ruling {
  const request = state.stopRequests.find((one) => one.id === command.requestId);
  if (request === undefined) return unknownThing('There is no such stop request.');
  if (request.answer !== undefined) return wrongState('The stop request is answered already.');
  const { outcome, reason } = command;
  const stops =
    outcome === 'not-stopped'
      ? []
      : state.sites
          .filter((site) => site.stop === undefined && concerns(request, site.id))
          .map((site) => stopEffect(command, site.id));
  return ok([
    { kind: 'stop-answered', requestId: request.id, answer: { outcome, reason, at: context.at } },
    ...stops,
    ...closeTimer(state, { kind: 'stop-request', requestId: request.id }),
    ...closeTask(state, taskId('answer-stop-request', request.id), outcome),
  ]);
}

/** Closes a task with the answer and its reasons. Problem: not-found. */
export function answerTask(state: CertificateState, command: Act<'answerTask'>): Ruling {
  const closing = closeTask(state, command.taskId, `${command.outcome}: ${command.reason}`);
  return closing.length === 0 ? unknownThing('There is no such open task.') : ok(closing);
}

/** Records that a change is refused, and why; it changes no status. */
export const refuseChange = (command: Act<'refuseChange'>): Ruling =>
  ok([{ kind: 'change-refused', candidateVersionId: command.candidateVersionId, reasons: command.reason }]);

const stopEffect = (command: Envelope, siteId: SiteId): Effect => ({
  kind: 'site-stopped',
  siteId,
  stop: { since: command.at, reason: command.reason, byRole: command.actor.role },
});
