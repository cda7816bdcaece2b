import { canonicalJson, type Json, sha256Hex } from '#kernel';
import type { CertificateEvent, CertificateState } from './model/index.ts';
import type { LedgerAct } from './ports.ts';

/** Larger events go into the ledger by their digest alone: an entry holds 65,535 bytes at most. */
const eventCharactersMax = 24_000;

/** Plain JSON: what the database gives back and what the digest is of. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

export const eventDigest = (event: CertificateEvent): string => sha256Hex(canonicalJson(plain(event)));

/** The ledger's entry of an event: what changed where, who saw what, and the event itself where it is not too large. */
export function actOfEvent(event: CertificateEvent, state: CertificateState): LedgerAct {
  const digest = eventDigest(event);
  const body = plain(event) as unknown as Json;
  const isSmall = canonicalJson(body).length <= eventCharactersMax;
  const statusChanges = event.effects.flatMap((effect) =>
    effect.kind === 'effective-changed' ? [{ siteId: effect.siteId, from: effect.from, to: effect.status }] : [],
  );
  const versions = new Map(state.sites.map((site) => [site.modelDigest, site.modelVersionId]));
  return {
    kind: event.type === 'release' || event.type === 'refuseChange' ? 'change-decision' : 'status-change',
    subjects: [
      { name: `${event.certificateId}#${event.seq}`, sha256: digest },
      ...[...versions].map(([sha256, name]) => ({ name, sha256 })),
    ],
    chain: event.certificateId,
    predicate: {
      certificateId: event.certificateId,
      legalEntityId: state.legalEntityId,
      seq: event.seq,
      type: event.type,
      reason: event.reason,
      eventDigest: digest,
      statusChanges,
      evidenceSeen: event.evidenceSeen,
      ...(event.documentDigest === undefined ? {} : { documentDigest: event.documentDigest }),
      ...(isSmall ? { event: body } : {}),
    },
    actor: { id: event.actor.id, role: event.actor.role },
    occurredAt: event.at,
  };
}
