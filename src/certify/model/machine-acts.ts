import { ok, type SiteId } from '#kernel';
import type { ClaimVerdict } from '../ports.ts';
import { judge } from './claim-evidence.ts';
import { applyAll, type Context, latchEffects, type Ruling, unknownThing } from './drafting.ts';
import { currentCauses, evidenceStatusAt, hasFreshData, statusOfCauses } from './effective.ts';
import type { Effect } from './events.ts';
import { factsOf } from './lifecycle-acts.ts';
import { type CertificateState, concerns, type Stream, siteOf, streamKey, type Timer } from './state.ts';
import { finalBases, isLower, servedBases } from './status.ts';
import { closeTask, endEffects, openTask, startTimer, streamTimers, taskId } from './timers.ts';

/** New evidence: judged, at once effective downwards; upwards it opens a proposal for people, nothing else. */
export function claimVerdict(state: CertificateState, verdicts: readonly ClaimVerdict[], context: Context): Ruling {
  const judged: Effect[] = [];
  for (const verdict of verdicts) {
    const known = state.streams.find((stream) => stream.key === streamKey(verdict.claimId, verdict.siteId));
    if (known === undefined || known.facts.claimDigest !== verdict.claimDigest) {
      return unknownThing('The verdict is about a claim that the certificate does not rest on.');
    }
    judged.push({ kind: 'stream-judged', stream: rejudged(known, verdict, context) });
  }
  return ok(withEvidence(state, judged, context));
}

/** Streams whose verdict changed by age alone: passed becomes stale, an acceptance ends. */
export function agedStreams(state: CertificateState, context: Context): Effect[] {
  return state.streams
    .filter((stream) => judge(verdictOf(stream), context.at).kind !== stream.judgement.kind)
    .map((stream) => ({ kind: 'stream-judged', stream: rejudged(stream, verdictOf(stream), context) }));
}

/** A stream's facts in the shape in which `monitor` gives them. */
const verdictOf = (stream: Stream): ClaimVerdict => ({
  ...stream.facts,
  siteId: stream.facts.siteId,
  freshAt: stream.facts.freshAt,
  acceptanceUntil: stream.facts.acceptanceUntil,
});

function rejudged(stream: Stream, verdict: ClaimVerdict, context: Context): Stream {
  const judgement = judge(verdict, context.at);
  const { lowered, ...rest } = stream;
  return {
    ...rest,
    facts: factsOf(verdict),
    judgement,
    since: judgement.kind === stream.judgement.kind ? stream.since : context.at,
    ...(lowered === undefined || judgement.kind === 'pass' ? {} : { lowered }),
  };
}

/** Adds to changed streams what follows: timers, latched causes, and tasks for people. */
export function withEvidence(state: CertificateState, judged: Effect[], context: Context): Effect[] {
  const changed = judged.flatMap((effect) => (effect.kind === 'stream-judged' ? [effect.stream] : []));
  const timers = changed.flatMap((stream) => streamTimers(state, stream, context));
  const covered = new Set(changed.flatMap((stream) => stream.covers));
  const effects = [...judged, ...timers];
  effects.push(...latchEffects(applyAll(state, effects), [...covered]));
  const after = applyAll(state, effects);
  if (!servedBases.includes(state.base)) return effects;
  return [...effects, ...[...covered].flatMap((siteId) => evidenceTasks(state, after, siteId, context))];
}

function evidenceTasks(before: CertificateState, after: CertificateState, siteId: SiteId, context: Context): Effect[] {
  const [old, site] = [siteOf(before, siteId), siteOf(after, siteId)];
  if (old === undefined || site === undefined) return [];
  const held = evidenceStatusAt(site);
  const tasks: Effect[] = [];
  if (isLower(held, evidenceStatusAt(old)) && isLower(held, 'watch')) {
    const why = `Evidence lowered the site to ${held}: confirm or reject the matching legal act, with reasons.`;
    tasks.push(...openTask(after, { kind: 'confirm-legal-act', at: context.at, siteId, why }));
  }
  const mayRise = isLower(held, statusOfCauses(currentCauses(after, siteId)));
  if (mayRise && hasFreshData(after, siteId, context.at)) {
    const why = 'The evidence allows more than the status: two people may reinstate.';
    tasks.push(...openTask(after, { kind: 'consider-reinstatement', at: context.at, siteId, why }));
  } else {
    tasks.push(...closeTask(after, taskId('consider-reinstatement', siteId), 'the evidence no longer allows more'));
  }
  return tasks;
}

/** What a missed deadline does, by the timer's subject and its record's `onMissed`. The timer ends. */
export function missedDeadline(state: CertificateState, timer: Timer, context: Context): Effect[] {
  const closing: Effect = { kind: 'timer-closed', timerId: timer.id };
  const closed = applyAll(state, [closing]);
  if (finalBases.includes(state.base)) return [closing];
  return [closing, ...consequencesOfMissing(closed, timer, context)];
}

function consequencesOfMissing(state: CertificateState, timer: Timer, context: Context): Effect[] {
  const { at, profile } = context;
  const { subject } = timer;
  switch (subject.kind) {
    case 'term':
      return [{ kind: 'base-set', base: 'expired' }, ...endEffects(state)];
    case 'surveillance':
      return [
        ...openTask(state, { kind: 'surveillance-audit', at, why: 'The yearly surveillance audit is due.' }),
        startTimer(profile, { clockId: 'surveillance-audit', subject, startedAt: at }),
      ];
    case 'withdrawal-review': {
      const why = 'Suspended for the whole review period: decide on withdrawal.';
      return openTask(state, { kind: 'review-withdrawal', at, siteId: subject.siteId, why });
    }
    case 'stop-request':
      return review(state, timer, context, 'A stop request was not answered in time.');
    case 'condition':
      return missedCondition(state, timer, subject.conditionId, context);
    case 'stream-watch':
    case 'stream-condition':
      return missedStream(state, timer, subject.streamKey, context);
  }
}

function missedCondition(state: CertificateState, timer: Timer, conditionId: string, context: Context): Effect[] {
  const reviewing = review(state, timer, context, 'The deadline of a condition passed.');
  const condition = state.conditions.find((one) => one.id === conditionId);
  if (condition === undefined || timer.onMissed === 'review') return reviewing;
  const missing: Effect = { kind: 'condition-missed', conditionId, at: context.at };
  const siteIds = state.sites.map((site) => site.id).filter((id) => concerns(condition, id));
  return [missing, ...latchEffects(applyAll(state, [missing]), siteIds), ...reviewing];
}

function missedStream(state: CertificateState, timer: Timer, key: string, context: Context): Effect[] {
  const reviewing = review(state, timer, context, 'The evidence of a claim was not put right in time.');
  const stream = state.streams.find((one) => one.key === key);
  if (stream === undefined || timer.onMissed === 'review') return reviewing;
  const status =
    timer.onMissed === 'conditional' && stream.lowered?.status !== 'suspended' ? 'conditional' : 'suspended';
  const lowering: Effect = { kind: 'stream-judged', stream: { ...stream, lowered: { status, at: context.at } } };
  const subject = { kind: 'stream-condition', streamKey: key } as const;
  const next =
    status === 'conditional'
      ? [startTimer(context.profile, { clockId: 'condition-deadline', subject, startedAt: context.at })]
      : [];
  const evidence = withEvidence(state, [lowering], context);
  const tasks = review(applyAll(state, evidence), timer, context, 'The evidence of a claim was not put right in time.');
  return [...evidence, ...next, ...tasks];
}

const review = (state: CertificateState, timer: Timer, context: Context, why: string): Effect[] =>
  openTask(state, { kind: 'review-missed-deadline', at: context.at, why, about: timer.id });
