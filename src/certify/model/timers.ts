import type { Instant, SiteId } from '#kernel';
import type { Effect } from './events.ts';
import { type ClockId, clockOf, dueAt, type LawProfile } from './profile.ts';
import type { CertificateState, Stream, Task, TaskKind, Timer, TimerSubject } from './state.ts';
import { servedBases } from './status.ts';

/** The id of a subject's timer: one subject has one timer. */
export function timerId(subject: TimerSubject): string {
  switch (subject.kind) {
    case 'stream-watch':
    case 'stream-condition':
      return `${subject.kind}:${subject.streamKey}`;
    case 'condition':
      return `condition:${subject.conditionId}`;
    case 'withdrawal-review':
      return `withdrawal-review:${subject.siteId}`;
    case 'stop-request':
      return `stop-request:${subject.requestId}`;
    default:
      return subject.kind;
  }
}

interface Start {
  clockId: ClockId;
  subject: TimerSubject;
  startedAt: Instant;
  /** A deadline that a person set instead of the record's. */
  dueAt?: Instant;
}

/** Starts a timer from its law record: the deadline becomes data here and is never computed again. */
export function startTimer(profile: LawProfile, start: Start): Effect {
  const clock = clockOf(profile, start.clockId);
  const timer: Timer = {
    id: timerId(start.subject),
    clockId: clock.id,
    basis: clock.basis,
    subject: start.subject,
    startedAt: start.startedAt,
    dueAt: start.dueAt ?? dueAt(profile, clock.id, start.startedAt),
    onMissed: clock.onMissed,
  };
  return { kind: 'timer-started', timer };
}

/** True if the timer of this subject runs. */
export const isRunning = (state: CertificateState, subject: TimerSubject): boolean =>
  state.timers.some((timer) => timer.id === timerId(subject));

/** Closes a subject's timer if it runs. */
export const closeTimer = (state: CertificateState, subject: TimerSubject): Effect[] =>
  isRunning(state, subject) ? [{ kind: 'timer-closed', timerId: timerId(subject) }] : [];

/**
 * The timers that a stream's verdict starts or ends. A pass ends both; what cannot be judged waits from the date the
 * claim promised evidence; a lower state keeps the timers it had. Nothing runs before the certificate is served.
 * **Source** certificate specification, sections 2 and 3. Oracle: decide.test.ts.
 */
export function streamTimers(
  state: CertificateState,
  stream: Stream,
  context: { at: Instant; profile: LawProfile },
): Effect[] {
  const watch: TimerSubject = { kind: 'stream-watch', streamKey: stream.key };
  const condition: TimerSubject = { kind: 'stream-condition', streamKey: stream.key };
  const { kind, status } = stream.judgement;
  if (kind === 'pass') return [...closeTimer(state, watch), ...closeTimer(state, condition)];
  if (!servedBases.includes(state.base) || stream.lowered?.status === 'suspended') return [];
  if (status === 'conditional' && !isRunning(state, condition)) {
    return [startTimer(context.profile, { clockId: 'condition-deadline', subject: condition, startedAt: context.at })];
  }
  const isWaiting =
    kind === 'alarm1' || (!stream.facts.retrospective && (kind === 'stale' || kind === 'not_evaluable'));
  if (!isWaiting || stream.lowered !== undefined) return [];
  const promised = kind === 'not_evaluable' ? stream.facts.evaluableBy : context.at;
  const startedAt = Math.max(context.at, promised) as Instant;
  // A feed that breaks, or an alarm, does not wait for the date by which evidence was promised.
  const running = state.timers.find((timer) => timer.id === timerId(watch));
  if (running !== undefined && running.startedAt <= startedAt) return [];
  return [startTimer(context.profile, { clockId: 'watch-resolution', subject: watch, startedAt })];
}

const doers: Record<TaskKind, string[]> = {
  'confirm-legal-act': ['safety-officer', 'regulatory-lead'],
  'consider-reinstatement': ['assessor', 'deployer-management', 'safety-officer'],
  'review-missed-deadline': ['safety-officer', 'regulatory-lead'],
  'review-withdrawal': ['assessor', 'deployer-management', 'regulatory-lead'],
  'surveillance-audit': ['assessor', 'regulatory-lead'],
  'answer-stop-request': ['safety-officer'],
};

/** Opens a task, one of a kind for each site or subject; a task that is open already is left as it is. */
export function openTask(
  state: CertificateState,
  task: { kind: TaskKind; at: Instant; why: string; siteId?: SiteId; about?: string },
): Effect[] {
  const id = taskId(task.kind, task.about ?? task.siteId);
  if (state.tasks.some((one) => one.id === id)) return [];
  const opened: Task = {
    id,
    kind: task.kind,
    openedAt: task.at,
    why: task.why,
    by: doers[task.kind],
    ...(task.siteId === undefined ? {} : { siteId: task.siteId }),
  };
  return [{ kind: 'task-opened', task: opened }];
}

/** Closes a task if it is open. */
export function closeTask(state: CertificateState, id: string, outcome: string): Effect[] {
  return state.tasks.some((task) => task.id === id) ? [{ kind: 'task-closed', taskId: id, outcome }] : [];
}

/** The id of a task: one of a kind for each site or subject. */
export const taskId = (kind: TaskKind, about: string | undefined): string => `${kind}:${about ?? 'all'}`;

/** What ends with the certificate: its timers and tasks. */
export const endEffects = (state: CertificateState): Effect[] => [
  ...state.timers.map((timer): Effect => ({ kind: 'timer-closed', timerId: timer.id })),
  ...state.tasks.map((task): Effect => ({ kind: 'task-closed', taskId: task.id, outcome: 'the certificate ended' })),
];
