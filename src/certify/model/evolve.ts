import { assert } from '#kernel';
import type { CertificateEvent, Effect } from './events.ts';
import type { CertificateState, SiteState } from './state.ts';

/**
 * The state after an event. Applies recorded effects only, so that a replay gives the state that was decided then.
 * @param state undefined before the first event, which opens the certificate.
 * Cost: linear in the effects and in what each replaces. Oracle: replay equals increment, model.property.test.ts.
 */
export function evolve(state: CertificateState | undefined, event: CertificateEvent): CertificateState {
  assert(event.seq === (state?.version ?? 0) + 1, 'the events of a certificate come without a gap');
  const after = event.effects.reduce<CertificateState | undefined>(applyEffect, state);
  assert(after !== undefined, 'the first event of a certificate opens it');
  return { ...after, version: event.seq, updatedAt: event.at };
}

/** The state after all events, oldest first; undefined for none. */
export const replay = (events: readonly CertificateEvent[]): CertificateState | undefined =>
  events.reduce<CertificateState | undefined>(evolve, undefined);

/** The state after one effect. Oracle: replay equals increment, model.property.test.ts. */
export function applyEffect(state: CertificateState | undefined, effect: Effect): CertificateState {
  if (effect.kind === 'opened') return effect.certificate;
  assert(state !== undefined, 'only an opening comes before the certificate is open');
  switch (effect.kind) {
    case 'base-set':
      return {
        ...state,
        base: effect.base,
        ...(effect.validUntil === undefined ? {} : { validUntil: effect.validUntil }),
      };
    case 'provisional-renewed':
      return { ...state, validUntil: effect.validUntil, provisionalRenewals: state.provisionalRenewals + 1 };
    case 'superseded':
      return { ...state, base: 'superseded', supersededBy: effect.by };
    case 'stream-judged':
      return { ...state, streams: upsert(state.streams, effect.stream, 'key') };
    case 'stream-dropped':
      return { ...state, streams: state.streams.filter((stream) => stream.key !== effect.streamKey) };
    case 'change-refused':
      return state;
    case 'version-released':
      return released(state, effect);
    default:
      return applyRestraint(state, effect);
  }
}

type RestraintEffect = Exclude<
  Effect,
  {
    kind:
      | 'opened'
      | 'base-set'
      | 'provisional-renewed'
      | 'superseded'
      | 'stream-judged'
      | 'stream-dropped'
      | 'change-refused'
      | 'version-released';
  }
>;

function applyRestraint(state: CertificateState, effect: RestraintEffect): CertificateState {
  switch (effect.kind) {
    case 'causes-set':
      return withSite(state, effect.siteId, (site) => ({ ...site, causes: effect.causes }));
    case 'condition-opened':
      return { ...state, conditions: [...state.conditions, effect.condition] };
    case 'condition-missed':
      return {
        ...state,
        conditions: state.conditions.map((one) =>
          one.id === effect.conditionId ? { ...one, missedAt: effect.at } : one,
        ),
      };
    case 'condition-closed':
      return { ...state, conditions: without(state.conditions, effect.conditionId) };
    case 'restriction-opened':
      return { ...state, restrictions: [...state.restrictions, effect.restriction] };
    case 'restriction-closed':
      return { ...state, restrictions: without(state.restrictions, effect.restrictionId) };
    case 'suspension-opened':
      return { ...state, suspensions: [...state.suspensions, effect.suspension] };
    case 'suspension-narrowed':
      return {
        ...state,
        suspensions: state.suspensions
          .map((one) => (one.id === effect.suspensionId ? { ...one, siteIds: effect.siteIds } : one))
          .filter((one) => one.siteIds.length > 0),
      };
    case 'site-stopped':
      return withSite(state, effect.siteId, (site) => ({ ...site, stop: effect.stop }));
    case 'site-stop-lifted':
      return withSite(state, effect.siteId, ({ stop: _, ...site }) => site);
    case 'stop-requested':
      return { ...state, stopRequests: [...state.stopRequests, effect.request] };
    case 'stop-answered':
      return {
        ...state,
        stopRequests: state.stopRequests.map((one) =>
          one.id === effect.requestId ? { ...one, answer: effect.answer } : one,
        ),
      };
    case 'timer-started':
      return { ...state, timers: upsert(state.timers, effect.timer, 'id') };
    case 'timer-closed':
      return { ...state, timers: without(state.timers, effect.timerId) };
    case 'task-opened':
      return { ...state, tasks: upsert(state.tasks, effect.task, 'id') };
    case 'task-closed':
      return { ...state, tasks: without(state.tasks, effect.taskId) };
    case 'effective-changed':
      return withSite(state, effect.siteId, (site) => ({
        ...site,
        effective: { status: effect.status, since: effect.at },
      }));
  }
}

function released(state: CertificateState, effect: Extract<Effect, { kind: 'version-released' }>): CertificateState {
  const { modelVersionId, modelDigest, modelLabel } = effect;
  const sites = state.sites.map((site) =>
    effect.siteIds.includes(site.id) ? { ...site, modelVersionId, modelDigest, modelLabel } : site,
  );
  const isEverywhere = sites.every((site) => site.modelVersionId === modelVersionId);
  return { ...state, sites, name: isEverywhere ? modelLabel : state.name };
}

const withSite = (
  state: CertificateState,
  siteId: SiteState['id'],
  change: (site: SiteState) => SiteState,
): CertificateState => ({ ...state, sites: state.sites.map((site) => (site.id === siteId ? change(site) : site)) });

const without = <T extends { id: string }>(items: T[], id: string): T[] => items.filter((item) => item.id !== id);

function upsert<K extends string, T extends { [P in K]: string }>(items: T[], item: T, key: K): T[] {
  const isKnown = items.some((one) => one[key] === item[key]);
  return isKnown ? items.map((one) => (one[key] === item[key] ? item : one)) : [...items, item];
}
