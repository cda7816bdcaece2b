import { type Instant, toIso } from '#kernel';
import type { Yours } from './asking.ts';
import type { ProposalSummaryView, ProposalView } from './contract.ts';
import type { KeptSignature, Proposal } from './model/proposal.ts';

/** From the room's words to those of the wire: instants become ISO text, absent members null. */

const iso = (at: Instant | undefined): string | null => (at === undefined ? null : toIso(at));

type Names = ReadonlyMap<string, string>;

/** Everybody whose name a page shows beside these proposals. */
export const personsIn = (proposals: readonly Proposal[]): string[] => [
  ...new Set(proposals.flatMap((one) => [one.proposedBy, ...one.signatures.flatMap(signersOf)])),
];

const signersOf = ({ personId, delegation }: KeptSignature): string[] =>
  delegation === undefined ? [personId] : [personId, delegation.fromPersonId];

export function summaryOf(proposal: Proposal, yours: Yours, names: Names): ProposalSummaryView {
  const name = (id: string): string => names.get(id) ?? id;
  return {
    id: proposal.id,
    kind: proposal.kind,
    subject: proposal.subject,
    title: proposal.title,
    reason: proposal.reason,
    digest: proposal.digest,
    proposedBy: proposal.proposedBy,
    proposedByKind: proposal.proposedByKind,
    proposedByName: name(proposal.proposedBy),
    proposedRole: proposal.proposedRole,
    proposedAt: toIso(proposal.proposedAt),
    expiresAt: toIso(proposal.expiresAt),
    outcome: proposal.outcome,
    closedAt: iso(proposal.closedAt),
    closingReason: proposal.closingReason ?? null,
    seats: proposal.rule.seats.map((seat) => ({ name: seat.name, roles: [...seat.roles] })),
    differentOrganisations: proposal.rule.differentOrganisations,
    signatures: proposal.signatures.map((one) => viewOfSignature(one, name)),
    dissent: proposal.dissent.map(({ role, at, reason }) => ({ role, at: toIso(at), reason })),
    yours: viewOfYours(yours),
  };
}

export const viewOf = (proposal: Proposal, yours: Yours, names: Names): ProposalView => ({
  ...summaryOf(proposal, yours, names),
  payload: proposal.payload,
  parts: proposal.parts,
});

const viewOfSignature = (
  one: KeptSignature,
  name: (id: string) => string,
): ProposalSummaryView['signatures'][number] => ({
  personId: one.personId,
  personName: name(one.personId),
  role: one.role,
  organisationId: one.organisationId ?? null,
  onBehalfOf: one.delegation === undefined ? null : name(one.delegation.fromPersonId),
  signedAt: toIso(one.signedAt),
  digest: one.digest,
  reason: one.reason,
  withoutOpening: one.withoutOpening,
  state: one.state,
});

const viewOfYours = ({ capacities, ...rest }: Yours): ProposalSummaryView['yours'] => ({
  ...rest,
  capacities: capacities.map(({ role, delegation }) => ({ role, delegationId: delegation?.id ?? null })),
});
