import { dayOf, type Instant, type SiteId } from '#kernel';
import {
  type Cause,
  type CertificateState,
  concerns,
  currentCauses,
  effectiveStatusAt,
  isLower,
  type SiteState,
  type Status,
  siteOf,
  type Task,
} from './model/index.ts';

/** Shown wherever a certificate is shown. */
export const assuranceNote =
  'An assurance statement by Hortus: not a CE certificate, not an authorisation by an authority, not legal advice.';

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** `4 March 2021`, the UTC day. */
export function dayInWords(at: Instant): string {
  const [year, month, day] = dayOf(at).split('-').map(Number);
  return `${day} ${months[(month ?? 1) - 1]} ${year}`;
}

/** What a broken claim of each metric means to somebody who reads no statistics. */
const failures: Record<string, string> = {
  sensitivity: 'it misses more cancers than it claims',
  specificity: 'it flags more patients without cancer than it claims',
  ppv: 'fewer of the patients it flags have cancer than it claims',
  npv: 'more of the patients it clears have cancer than it claims',
  'calibration-in-the-large': 'its probabilities are too high or too low on average',
  'observed-expected': 'more or fewer cancers are found than its probabilities say',
  calibration: 'its probabilities do not match what is found',
  auroc: 'it tells patients with and without cancer apart less well than it claims',
};

const failureOf = (cause: Cause): string =>
  failures[cause.metric ?? ''] ?? `what it claims no longer holds (“${cause.statement}”)`;

/** A cause as the end of a sentence that begins with a status. */
export function causeInWords(cause: Cause): string {
  switch (cause.kind) {
    case 'fail':
      return failureOf(cause);
    case 'alarm2':
      return `there are strong signs that ${failureOf(cause)}`;
    case 'alarm1':
      return `there are first signs that ${failureOf(cause)}`;
    case 'stale':
      return `no new evidence has come for longer than its claim allows (“${cause.statement}”)`;
    case 'not_evaluable':
      return `evidence is still awaited (“${cause.statement}”)`;
    case 'deadline-missed':
      return `a deadline passed without what was due (“${cause.statement}”)`;
    case 'no-live-claim':
      return 'no claim that was registered before its data covers this site';
    case 'pass':
      return `its claim holds (“${cause.statement}”)`;
  }
}

const statusWords: Record<Status, string> = {
  valid: 'valid',
  watch: 'valid under watch',
  provisional: 'provisional',
  conditional: 'valid under conditions',
  restricted: 'restricted',
  suspended: 'suspended',
  withdrawn: 'withdrawn',
  draft: 'a draft',
  submitted: 'submitted for assessment',
  refused: 'refused',
  expired: 'expired',
  superseded: 'superseded by a newer certificate',
};

export const statusInWords = (status: Status): string => statusWords[status];

/** Why a site has its status: the reasons that hold it there, most serious first; none for a status that needs none. */
export function reasonsAt(state: CertificateState, siteId: SiteId): string[] {
  const site = siteOf(state, siteId);
  const status = effectiveStatusAt(state, siteId);
  if (site === undefined || status === 'valid') return [];
  const here = <T extends { siteIds?: SiteId[] }>(scopes: T[]): T[] => scopes.filter((one) => concerns(one, siteId));
  if (status === 'suspended') {
    const stop = site.stop === undefined ? [] : [`the site stopped it: ${site.stop.reason}`];
    const legal = here(state.suspensions).map((one) => `the ${roleInWords(one.byRole)} suspended it: ${one.reason}`);
    return [...stop, ...legal, ...causesAt(state, site, status)];
  }
  if (status === 'restricted') {
    return [...here(state.restrictions).map((one) => `not for: ${one.predicate}`), ...causesAt(state, site, status)];
  }
  if (status === 'conditional') {
    return [...here(state.conditions).map((one) => `on condition: ${one.text}`), ...causesAt(state, site, status)];
  }
  return causesAt(state, site, status);
}

const seriousness = ['fail', 'alarm2', 'deadline-missed', 'alarm1', 'stale', 'no-live-claim', 'not_evaluable'];

const inWordsBySeriousness = (causes: readonly Cause[]): string[] => {
  const sorted = [...causes].sort(
    (a, b) => seriousness.indexOf(a.kind) - seriousness.indexOf(b.kind) || b.since - a.since,
  );
  return [...new Set(sorted.map(causeInWords))];
};

/**
 * Causes at the status; newest trouble of the most serious kind first. A cause binds until two persons sign, also when
 * it is no longer true: then the recovery is the reason, and after it what still troubles the site.
 */
function causesAt(state: CertificateState, site: SiteState, status: Status): string[] {
  const binding = site.causes.filter((cause) => !isLower(status, cause.status));
  const now = currentCauses(state, site.id);
  const lasting = binding.filter((cause) => now.some(({ key }) => key === cause.key));
  if (binding.length === 0 || lasting.length > 0) return inWordsBySeriousness(lasting);
  return [recoveryInWords(state, { past: binding, isWhole: now.length === 0 }), ...inWordsBySeriousness(now)];
}

function recoveryInWords(
  state: CertificateState,
  { past, isWhole }: { past: readonly Cause[]; isWhole: boolean },
): string {
  const streams = state.streams.filter(({ key }) => past.some((cause) => cause.key.startsWith(`${key}:`)));
  if (streams.length === 0) return 'what lowered it no longer applies; it waits for two signatures';
  const wasOnlyAwaited = past.every(({ kind }) => kind === 'not_evaluable');
  const what = wasOnlyAwaited ? 'the evidence that was awaited is there' : 'its evidence has recovered';
  const since = Math.max(...streams.map((stream) => stream.since)) as Instant;
  return `${what}${isWhole ? '' : ' in part'} since ${dayInWords(since)}; it waits for two signatures`;
}

/**
 * The status of one site in one sentence: "The certificate of ProstateRisk 2.1 is suspended at Westhaven since
 * 4 March 2021: it misses more cancers than it claims."
 */
export function statusSentence(state: CertificateState, siteId: SiteId): string {
  const site = siteOf(state, siteId);
  if (site === undefined) return 'The certificate does not cover this site.';
  const [reason] = reasonsAt(state, siteId);
  const why = reason === undefined ? '' : `: ${reason.replace(/[.\s]+$/, '')}`;
  const { status, since } = site.effective;
  return `The certificate of ${site.modelLabel} is ${statusInWords(status)} at ${site.name} since ${dayInWords(since)}${why}.`;
}

const taskWords: Record<Task['kind'], string> = {
  'confirm-legal-act': 'Confirm or reject the matching legal act, with reasons.',
  'consider-reinstatement': 'Look at the new evidence and decide on reinstatement: two persons sign.',
  'review-missed-deadline': 'Review the deadline that was missed.',
  'review-withdrawal': 'Decide whether the certificate is withdrawn.',
  'surveillance-audit': 'Carry out the yearly surveillance audit.',
  'answer-stop-request': 'Answer the request to stop, with public reasons.',
};

export interface ToDo {
  what: string;
  /** Roles, in words. */
  by: string[];
  /** When the task was opened; undefined for what has a date by which it is due instead. */
  since?: Instant;
  due: Instant | undefined;
}

/** What is to be done now for a site and by whom: the open tasks, then the deadlines that run. */
export function toDoAt(state: CertificateState, siteId: SiteId): ToDo[] {
  const tasks = state.tasks
    .filter((task) => task.siteId === undefined || task.siteId === siteId)
    .map((task) => ({
      what: taskWords[task.kind],
      by: task.by.map(roleInWords),
      since: task.openedAt,
      due: undefined,
    }));
  const conditions = state.timers.flatMap((timer): ToDo[] => {
    const { subject } = timer;
    if (subject.kind === 'condition') {
      const condition = state.conditions.find((one) => one.id === subject.conditionId);
      if (condition === undefined || !concerns(condition, siteId)) return [];
      return [{ what: `Meet the condition: ${condition.text}`, by: ['deployer management'], due: timer.dueAt }];
    }
    if (subject.kind !== 'stream-condition' && subject.kind !== 'stream-watch') return [];
    const stream = state.streams.find((one) => one.key === subject.streamKey);
    if (stream === undefined || !stream.covers.includes(siteId)) return [];
    return [{ what: `Bring the evidence for “${stream.facts.statement}”.`, by: ['model lead'], due: timer.dueAt }];
  });
  const forBase: Partial<Record<Status, ToDo>> = {
    draft: { what: 'Submit it for assessment.', by: ['regulatory lead'], due: undefined },
    submitted: { what: 'Issue or refuse it: two persons sign an issue.', by: ['assessor'], due: undefined },
  };
  const base = forBase[state.base];
  return [...(base === undefined ? [] : [base]), ...tasks, ...conditions];
}

export const roleInWords = (role: string): string => role.replaceAll('-', ' ');
