import { type Instant, Problem, type Result, refused, type SiteId } from '#kernel';
import { currentCauses, effectiveStatusAt, latch } from './effective.ts';
import type { CertificateEvent, Effect } from './events.ts';
import { applyEffect } from './evolve.ts';
import type { LawProfile } from './profile.ts';
import { type CertificateState, siteOf } from './state.ts';
import { closeTimer, startTimer, streamTimers } from './timers.ts';

/** What a rule returns: the effects of one event, or the refusal. */
export type Ruling = Result<Effect[], Problem>;

export interface Context {
  at: Instant;
  profile: LawProfile;
}

/** The refusal of an act that the present state does not allow. */
export const wrongState = (detail: string): { ok: false; error: Problem } =>
  refused(new Problem('wrong-state', { detail }));

/** The refusal of a command with a wrong member, by its JSON pointer. */
export const invalid = (pointer: string, detail: string): { ok: false; error: Problem } =>
  refused(new Problem('invalid-input', { errors: [{ pointer, detail }] }));

/** The refusal of an act on something that is not there. */
export const unknownThing = (what: string): { ok: false; error: Problem } =>
  refused(new Problem('not-found', { detail: what }));

/** The state after effects, in their order; events and their numbering are left to `evolve`. */
export const applyAll = (state: CertificateState, effects: readonly Effect[]): CertificateState =>
  effects.reduce<CertificateState>(applyEffect, state);

/** Lowers each site to what its evidence allows now; what lowered it before stays. */
export function latchEffects(state: CertificateState, siteIds: readonly SiteId[]): Effect[] {
  return siteIds.flatMap((siteId): Effect[] => {
    const before = siteOf(state, siteId)?.causes ?? [];
    const causes = latch(before, currentCauses(state, siteId));
    const isSame = causes.length === before.length && causes.every((cause, i) => cause === before[i]);
    return isSame ? [] : [{ kind: 'causes-set', siteId, causes }];
  });
}

/** Sets each site to what its evidence allows now, upwards too: only in acts that two persons signed. */
export const resetEffects = (state: CertificateState, siteIds: readonly SiteId[]): Effect[] =>
  siteIds.map((siteId) => ({ kind: 'causes-set', siteId, causes: currentCauses(state, siteId) }));

/** The timers every stream needs in the present state. */
export const watchEffects = (state: CertificateState, context: Context): Effect[] =>
  state.streams.flatMap((stream) => streamTimers(state, stream, context));

/** Adds to an event's effects what follows from them for each site: the effective status, and the review of a suspension. */
export function withConsequences(before: CertificateState, effects: Effect[], context: Context): Effect[] {
  const after = applyAll(before, effects);
  const followed = after.sites.flatMap((site): Effect[] => {
    const status = effectiveStatusAt(after, site.id);
    if (status === site.effective.status) return [];
    const changed: Effect = {
      kind: 'effective-changed',
      siteId: site.id,
      from: site.effective.status,
      status,
      at: context.at,
    };
    const subject = { kind: 'withdrawal-review', siteId: site.id } as const;
    const review =
      status === 'suspended'
        ? [startTimer(context.profile, { clockId: 'suspension-review', subject, startedAt: context.at })]
        : closeTimer(after, subject);
    return [changed, ...review];
  });
  return [...effects, ...followed];
}

/** An event as a rule drafts it: everything but its place. */
export type EventDraft = Omit<CertificateEvent, 'certificateId' | 'seq'>;
