import { type Instant, toIso } from '#kernel';
import type { CertificateDetailView, CertificateView, EventView, PublicStatusView, ServingView } from './contract.ts';
import {
  type CertificateState,
  effectiveStatusAt,
  evidenceStatusAt,
  legalStatusAt,
  payloadAt,
  type Signature,
} from './model/index.ts';
import { type CertificateHistory, modeOf, type ServingAnswer, siteInWords } from './questions.ts';
import { assuranceNote, roleInWords, toDoAt } from './sentences.ts';
import type { StoredCertificate, StoredEvent } from './store.ts';

/** From the room's words to those of the wire: instants become ISO text, absent members null. */

const iso = (at: Instant | undefined): string | null => (at === undefined ? null : toIso(at));

export const viewOfCertificate = ({ state, checkedAt }: StoredCertificate): CertificateView => ({
  id: state.id,
  name: state.name,
  purpose: state.purpose,
  route: state.route,
  legalEntityId: state.legalEntityId,
  legalEntityName: state.legalEntityName,
  base: state.base,
  createdAt: toIso(state.createdAt),
  updatedAt: toIso(state.updatedAt),
  validUntil: iso(state.validUntil),
  statusAsOf: iso(checkedAt),
  note: assuranceNote,
  sites: state.sites.map((site) => ({
    siteId: site.id,
    name: site.name,
    modelVersionId: site.modelVersionId,
    modelDigest: site.modelDigest,
    modelLabel: site.modelLabel,
    legalStatus: legalStatusAt(state, site.id),
    evidenceStatus: evidenceStatusAt(site),
    effectiveStatus: effectiveStatusAt(state, site.id),
    since: toIso(site.effective.since),
    mode: modeOf(effectiveStatusAt(state, site.id)),
    ...siteInWords(state, site.id),
    ...payloadAt(state, site.id),
    toDo: toDoAt(state, site.id).map((one) => ({ ...one, since: iso(one.since), due: iso(one.due) })),
  })),
});

export function viewOfHistory({ state, checkedAt, events }: CertificateHistory): CertificateDetailView {
  return {
    ...viewOfCertificate({ state, checkedAt }),
    claims: claimsOf(state),
    conditions: state.conditions.map((one) => ({
      id: one.id,
      text: one.text,
      siteIds: one.siteIds ?? null,
      since: toIso(one.since),
      missedAt: iso(one.missedAt),
    })),
    restrictions: state.restrictions.map((one) => ({
      id: one.id,
      predicate: one.predicate,
      siteIds: one.siteIds ?? null,
      since: toIso(one.since),
    })),
    suspensions: state.suspensions.map(({ id, reason, siteIds, since, byRole }) => ({
      id,
      reason,
      siteIds,
      since: toIso(since),
      byRole,
    })),
    stopRequests: state.stopRequests.map(({ id, siteIds, reason, byRole, at, answer }) => ({
      id,
      siteIds: siteIds ?? null,
      reason,
      byRole,
      at: toIso(at),
      answer: answer === undefined ? null : { ...answer, at: toIso(answer.at) },
    })),
    timers: state.timers.map(({ id, clockId, basis, startedAt, dueAt, onMissed }) => ({
      id,
      clockId,
      basis,
      startedAt: toIso(startedAt),
      dueAt: toIso(dueAt),
      onMissed,
    })),
    tasks: state.tasks.map(({ id, kind, siteId, openedAt, why, by }) => ({
      id,
      kind,
      siteId: siteId ?? null,
      openedAt: toIso(openedAt),
      why,
      by: by.map(roleInWords),
    })),
    timeline: events.map(viewOfEvent),
  };
}

const claimsOf = (state: CertificateState): CertificateDetailView['claims'] =>
  state.streams.map(({ key, facts, covers, judgement, since }) => ({
    key,
    claimId: facts.claimId,
    claimDigest: facts.claimDigest,
    siteId: facts.siteId ?? null,
    covers,
    statement: facts.statement,
    metric: facts.metric ?? null,
    state: facts.state,
    level: facts.level,
    n: facts.n,
    minN: facts.minN,
    alpha: facts.alpha,
    verdict: judgement.kind,
    status: judgement.status,
    since: toIso(since),
    retrospective: facts.retrospective,
    evidenceDigest: facts.evidenceDigest,
  }));

export const viewOfEvent = ({ event, digest, ledgerIndex }: StoredEvent): EventView => ({
  seq: event.seq,
  at: toIso(event.at),
  type: event.type,
  actorKind: event.actor.kind,
  actorRole: event.actor.role,
  reason: event.reason,
  statusChanges: event.effects.flatMap((effect) =>
    effect.kind === 'effective-changed' ? [{ siteId: effect.siteId, from: effect.from, to: effect.status }] : [],
  ),
  signatures: event.signatures.map(viewOfSignature),
  documentDigest: event.documentDigest ?? null,
  digest,
  ledgerIndex: ledgerIndex ?? null,
});

const viewOfSignature = (signature: Signature): EventView['signatures'][number] => ({
  personId: signature.personId,
  role: signature.role,
  organisationId: signature.organisationId ?? null,
  signedAt: toIso(signature.signedAt),
  shownDigest: signature.shownDigest,
  reason: signature.reason,
});

export const viewOfServing = (answer: ServingAnswer): ServingView => ({
  ...answer,
  certificateId: answer.certificateId ?? null,
  statusAsOf: iso(answer.statusAsOf),
});

export const viewOfPublicStatus = ({ state, checkedAt }: StoredCertificate): PublicStatusView => ({
  certificateId: state.id,
  name: state.name,
  legalEntityName: state.legalEntityName,
  note: assuranceNote,
  statusAsOf: iso(checkedAt),
  sites: state.sites.map((site) => ({
    siteId: site.id,
    name: site.name,
    modelDigest: site.modelDigest,
    effectiveStatus: effectiveStatusAt(state, site.id),
    since: toIso(site.effective.since),
    sentence: siteInWords(state, site.id).sentence,
  })),
});
