import type { Instant, SiteId } from '#kernel';
import { isStale, type VerdictKind } from './claim-evidence.ts';
import { type Cause, type CertificateState, concerns, type SiteState, type Stream, siteOf } from './state.ts';
import { type EvidenceStatus, isLower, isRanked, lower, type Status } from './status.ts';

/** A retrospective claim may lower a certificate, never carry it: only its alarms and failures are read. */
const lowersInRetrospect: readonly VerdictKind[] = ['alarm1', 'alarm2', 'fail'];

/** True for a claim registered before its data: the only kind that can carry a certificate. */
export const isLive = (stream: Stream): boolean => !stream.facts.retrospective;

/** The streams whose verdict bears on a site. Cost: linear in the streams. */
export const streamsAt = (state: CertificateState, siteId: SiteId): Stream[] =>
  state.streams.filter((stream) => stream.covers.includes(siteId));

/** True if data supports a live claim at the site at this moment: enough cases, fresh, neither alarmed nor broken. */
export const hasFreshData = (state: CertificateState, siteId: SiteId, at: Instant): boolean =>
  streamsAt(state, siteId).some(({ facts, judgement }) => {
    const hasData = facts.state === 'confirmed' || facts.state === 'consistent';
    const isCalm = judgement.kind === 'pass' || judgement.kind === 'not_evaluable';
    return !facts.retrospective && hasData && isCalm && !isStale(facts, at);
  });

/**
 * Why the evidence of this moment lowers a site: one cause a stream that does not pass, one a missed deadline.
 * A site that no live claim covers is never valid.
 * Cost: linear in the streams. **Source** certificate specification, section 2. Oracle: decide.test.ts.
 */
export function currentCauses(state: CertificateState, siteId: SiteId): Cause[] {
  const streams = streamsAt(state, siteId);
  const causes = streams.flatMap(causesOfStream);
  for (const condition of state.conditions) {
    if (condition.missedAt === undefined || !concerns(condition, siteId)) continue;
    causes.push({
      key: `${condition.id}:deadline-missed`,
      kind: 'deadline-missed',
      status: 'suspended',
      since: condition.missedAt,
      statement: condition.text,
    });
  }
  if (!streams.some(isLive)) {
    causes.push({
      key: 'no-live-claim',
      kind: 'no-live-claim',
      status: 'watch',
      since: state.createdAt,
      statement: 'A claim registered before its data covers this site',
    });
  }
  return causes;
}

function causesOfStream(stream: Stream): Cause[] {
  const { judgement, facts } = stream;
  const told = {
    claimId: facts.claimId,
    statement: facts.statement,
    evidenceDigest: facts.evidenceDigest,
    ...(facts.metric === undefined ? {} : { metric: facts.metric }),
  };
  const causes: Cause[] = [];
  const counts = isLive(stream) || lowersInRetrospect.includes(judgement.kind);
  if (counts && judgement.status !== 'valid') {
    causes.push({ key: `${stream.key}:${judgement.kind}`, since: stream.since, ...told, ...judgement });
  }
  if (stream.lowered !== undefined) {
    const { status, at } = stream.lowered;
    causes.push({ key: `${stream.key}:${status}-by-deadline`, kind: 'deadline-missed', status, since: at, ...told });
  }
  return causes;
}

/** Joins what lowered a site before with what lowers it now: nothing is dropped, nothing rises. */
export function latch(before: readonly Cause[], now: readonly Cause[]): Cause[] {
  const joined = new Map(before.map((cause) => [cause.key, cause]));
  for (const cause of now) {
    const known = joined.get(cause.key);
    if (known === undefined || isLower(cause.status, known.status)) joined.set(cause.key, cause);
  }
  return [...joined.values()];
}

/** The status that a list of causes allows; valid where there is none. */
export const statusOfCauses = (causes: readonly Cause[]): EvidenceStatus =>
  causes.reduce<EvidenceStatus>((status, cause) => lower(status, cause.status), 'valid');

/** The evidence side as it binds: lowered once, low until a signed act. */
export const evidenceStatusAt = (site: SiteState): EvidenceStatus => statusOfCauses(site.causes);

/** The legal side at a site: the base, lowered by suspensions, restrictions and conditions that concern the site. */
export function legalStatusAt(state: CertificateState, siteId: SiteId): Status {
  if (!isRanked(state.base) || state.base === 'withdrawn') return state.base;
  let status: Status = state.base;
  if (state.conditions.some((condition) => concerns(condition, siteId))) status = lower(status, 'conditional');
  if (state.restrictions.some((restriction) => concerns(restriction, siteId))) status = lower(status, 'restricted');
  if (state.suspensions.some((suspension) => concerns(suspension, siteId))) status = lower(status, 'suspended');
  return status;
}

/**
 * What a site sees and enforces: the minimum of the legal side, the evidence side and the site's own stop.
 * A base outside the order (draft, expired …) is the status, whatever the evidence.
 * **Source** certificate specification, section 2. Oracle: properties in model.property.test.ts.
 */
export function effectiveStatusAt(state: CertificateState, siteId: SiteId): Status {
  const site = siteOf(state, siteId);
  const legal = legalStatusAt(state, siteId);
  if (site === undefined || !isRanked(legal) || legal === 'withdrawn') return legal;
  const status = lower(legal, evidenceStatusAt(site));
  return site.stop === undefined ? status : lower(status, 'suspended');
}

/** Conditions and exclusions of both sides, united: all are enforced, whichever side ranks lower. */
export function payloadAt(state: CertificateState, siteId: SiteId): { conditions: string[]; exclusions: string[] } {
  const causes = siteOf(state, siteId)?.causes ?? [];
  const here = <T extends { siteIds?: SiteId[] }>(scopes: T[]): T[] =>
    scopes.filter((scope) => concerns(scope, siteId));
  return {
    conditions: unique([...here(state.conditions).map((one) => one.text), ...causes.map((one) => one.condition)]),
    exclusions: unique([
      ...here(state.restrictions).map((one) => one.predicate),
      ...causes.map((one) => one.predicate),
    ]),
  };
}

const unique = (texts: (string | undefined)[]): string[] => [
  ...new Set(texts.filter((text): text is string => text !== undefined)),
];
