import { type Id, type Instant, type Json, type LegalEntityId, type PersonId, Problem } from '#kernel';
import type { Identity } from '../../model.ts';
import { capacitiesOf } from './capacity.ts';
import { type Capacity, fills, type Part, rolesThatSign, type Signature, type SigningRule } from './rule.ts';

export type ProposalId = Id<'proposal'>;
export type ProposalOutcome = 'open' | 'executed' | 'withdrawn' | 'refused' | 'expired';

/** What the proposal is, as a key of the app's texts with its values; the reader's language is known on the page only. */
export interface Title {
  key: string;
  values: { [name: string]: string };
}

/** What two or more persons are asked to decide, complete: everybody signs the same. */
export interface ProposalHead {
  id: ProposalId;
  /** Who carries it out, and how: `certify:release`, `people:change-policy`. */
  kind: string;
  /** Id of what it is about; its entries in the ledger form the chain of this id. */
  subject: string;
  title: Title;
  reason: string;
  payload: Json;
  parts: Part[];
  digest: string;
  rule: SigningRule;
  /** Objects in which nobody who decides may have an interest: the subject, its legal entity, its model. */
  concerns: string[];
  proposedBy: string;
  /** A machine may propose; it never signs. */
  proposedByKind: 'person' | 'machine';
  proposedRole: string;
  proposedAt: Instant;
  expiresAt: Instant;
}

export interface Opening {
  personId: string;
  at: Instant;
  digest: string;
}

export interface Dissent {
  personId: string;
  role: string;
  at: Instant;
  reason: string;
}

/** `void`: what is judged changed after it; `withdrawn`: its signer took it back. Both stay visible. */
export type KeptSignature = Signature & { state: 'counts' | 'void' | 'withdrawn' };

export interface Proposal extends ProposalHead {
  outcome: ProposalOutcome;
  closedAt: Instant | undefined;
  closingReason: string | undefined;
  openings: Opening[];
  signatures: KeptSignature[];
  dissent: Dissent[];
}

export type ProposalEvent = { at: Instant } & (
  | ({ type: 'opened' } & Pick<Opening, 'personId' | 'digest'>)
  | { type: 'signed'; signature: Signature }
  | { type: 'signature-withdrawn'; personId: PersonId; reason: string }
  | { type: 'changed'; from: string; to: string }
  | { type: 'dissented'; personId: string; role: string; reason: string }
  | { type: 'withdrawn' | 'expired' | 'executed'; reason: string }
  | { type: 'refused'; personId: string; role: string; organisationId?: LegalEntityId; reason: string }
);

type History = Pick<Proposal, 'outcome' | 'closedAt' | 'closingReason' | 'openings' | 'signatures' | 'dissent'>;

const nothingYet: History = {
  outcome: 'open',
  closedAt: undefined,
  closingReason: undefined,
  openings: [],
  signatures: [],
  dissent: [],
};

/** A proposal as its events left it. Pure; linear in the events. */
export const replayed = (head: ProposalHead, events: readonly ProposalEvent[]): Proposal => ({
  ...head,
  ...events.reduce(evolve, nothingYet),
});

function evolve(before: History, event: ProposalEvent): History {
  const { at } = event;
  const mark = (isMeant: (one: KeptSignature) => boolean, state: KeptSignature['state']): KeptSignature[] =>
    before.signatures.map((one) => (one.state === 'counts' && isMeant(one) ? { ...one, state } : one));
  switch (event.type) {
    case 'opened':
      return { ...before, openings: [...before.openings, { personId: event.personId, at, digest: event.digest }] };
    case 'signed':
      return { ...before, signatures: [...before.signatures, { ...event.signature, state: 'counts' }] };
    case 'signature-withdrawn':
      return { ...before, signatures: mark((one) => one.personId === event.personId, 'withdrawn') };
    case 'changed':
      return { ...before, signatures: mark(() => true, 'void') };
    case 'dissented': {
      const { personId, role, reason } = event;
      return { ...before, dissent: [...before.dissent, { personId, role, at, reason }] };
    }
    case 'withdrawn':
    case 'expired':
    case 'executed':
    case 'refused':
      return { ...before, outcome: event.type, closedAt: at, closingReason: event.reason };
  }
}

export const live = ({ signatures }: Pick<Proposal, 'signatures'>): KeptSignature[] =>
  signatures.filter((one) => one.state === 'counts');

/** Somebody's wish to sign. */
export interface Signing {
  digest: string;
  /** Digests of the parts, in any order. */
  seen: readonly string[];
  reason: string;
}

const notAllowed = (detail: string): Problem => new Problem('not-allowed', { detail });

/**
 * Whether this person may sign this proposal in this capacity, whoever else has signed or will.
 * @returns a Problem (not-allowed, step-up-needed, four-eyes for a second signature of one person) or undefined.
 * **Source** certificate specification §6. Oracle: proposal.test.ts.
 */
export function refusalOfSigner(
  proposal: Pick<Proposal, 'rule' | 'concerns' | 'signatures'>,
  identity: Identity,
  capacity: Capacity,
): Problem | undefined {
  const refusal = refusalOfDecider(proposal, identity, capacity);
  if (refusal !== undefined) return refusal;
  if (live(proposal).some((one) => one.personId === identity.id)) {
    return new Problem('four-eyes', { detail: 'One person cannot sign twice.' });
  }
  if (proposal.rule.stepUp && identity.signedIn?.strength !== 'multi-factor') {
    return new Problem('step-up-needed');
  }
  return undefined;
}

/** Whether this person may decide about it at all: for signing, and for refusing. @returns a Problem or undefined. */
export function refusalOfDecider(
  { rule, concerns }: Pick<Proposal, 'rule' | 'concerns'>,
  identity: Identity,
  capacity: Capacity,
): Problem | undefined {
  if (identity.kind !== 'person') return notAllowed('A machine holds no sign-off role.');
  const hasInterest = identity.relations.conflicts.some(({ objectId }) => concerns.includes(objectId));
  if (hasInterest) return notAllowed('You declared an interest in this; somebody without one decides.');
  if (rule.seats.some((seat) => fills(seat, rule, capacity))) return undefined;
  if (!rolesThatSign(rule).includes(capacity.role)) {
    return notAllowed(`Roles that may: ${rolesThatSign(rule).join(', ')}.`);
  }
  return notAllowed('This role decides for its own legal entity only.');
}

/** Whether this person may end it with a no: the roles of the first seat decide. @returns a Problem or undefined. */
export function refusalToRefuse(
  { rule, concerns }: Pick<Proposal, 'rule' | 'concerns'>,
  identity: Identity,
  capacity: Capacity,
): Problem | undefined {
  const [decides] = rule.seats;
  return refusalOfDecider({ rule: { ...rule, seats: [decides, decides] }, concerns }, identity, capacity);
}

/** Whether what the signer names is what is judged. @returns a Problem (evidence-not-seen) or undefined. */
export function refusalOfSeen(
  { parts, digest, rule, openings }: Pick<Proposal, 'parts' | 'digest' | 'rule' | 'openings'>,
  personId: string,
  signing: Signing,
): Problem | undefined {
  const judged = [...new Set(parts.map((part) => part.sha256))];
  const seen = new Set(signing.seen);
  const sawAll = seen.size === judged.length && judged.every((one) => seen.has(one));
  if (signing.digest !== digest || !sawAll) return new Problem('evidence-not-seen');
  if (rule.openingRequired && !wasOpened({ openings, digest }, personId)) {
    return new Problem('evidence-not-seen', { detail: 'Open the proposal before you sign it.' });
  }
  return undefined;
}

/** Whether this person was shown what is judged now. */
export const wasOpened = ({ openings, digest }: Pick<Proposal, 'openings' | 'digest'>, personId: string): boolean =>
  openings.some((one) => one.personId === personId && one.digest === digest);

/** The capacities in which this person could sign now. Empty for whoever may not. */
export const capacitiesToSign = (proposal: Proposal, identity: Identity): Capacity[] =>
  identity.kind !== 'person' || proposal.outcome !== 'open'
    ? []
    : capacitiesOf(identity).filter((capacity) => {
        const refusal = refusalOfSigner(proposal, identity, capacity);
        return refusal === undefined || refusal.code === 'step-up-needed';
      });
