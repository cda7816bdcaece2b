import { canonicalJson, type Instant, type Json, sha256Hex } from '#kernel';
import type { Act } from '#ledger';
import type { Proposal, ProposalHead } from './model/proposal.ts';
import type { Signature } from './model/rule.ts';

/** Who or what did it: a person in a role, or the house when time has passed. */
export interface Doer {
  id: string;
  role: string;
  organisationId?: string | undefined;
}

export const theHouse: Doer = { id: 'machine:people', role: 'machine' };

type Verdict =
  | 'proposed'
  | 'agreed'
  | 'dissent'
  | 'changed'
  | 'withdrawn'
  | 'signature-withdrawn'
  | 'refused'
  | 'expired'
  | 'executed';

/**
 * The ledger's entry of an act on a proposal: digests, roles and ids, no names and no free text.
 * **Source** certificate specification §6: every act, refusal and dissent is a ledger entry.
 */
export function entryOf(
  proposal: Pick<ProposalHead, 'id' | 'kind' | 'subject' | 'digest' | 'parts'>,
  verdict: Verdict,
  by: { doer: Doer; at: Instant; reason?: string; details?: { [key: string]: Json } },
): Act {
  const { doer, at, reason, details } = by;
  return {
    kind: 'signoff',
    subjects: [{ name: proposal.id, sha256: proposal.digest }],
    chain: proposal.subject,
    predicate: {
      proposalId: proposal.id,
      act: proposal.kind,
      verdict,
      digest: proposal.digest,
      ...(doer.organisationId === undefined ? {} : { organisationId: doer.organisationId }),
      ...(reason === undefined ? {} : { reasonSha256: sha256Hex(reason) }),
      ...details,
    },
    actor: { id: doer.id, role: doer.role },
    occurredAt: at,
  };
}

/** Digests of the parts in full where they are few, else the digest of their list. */
export const partsInLedger = ({ parts }: Pick<Proposal, 'parts'>): { [key: string]: Json } => {
  const digests = [...new Set(parts.map((part) => part.sha256))].sort();
  return digests.length <= digestsMax ? { parts: digests } : { partsSha256: sha256Hex(canonicalJson(digests)) };
};

const digestsMax = 200;

export const detailsOfSignature = (signature: Signature): { [key: string]: Json } => ({
  withoutOpening: signature.withoutOpening,
  ...(signature.delegation === undefined ? {} : { delegation: signature.delegation.id }),
});
