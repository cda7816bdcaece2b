import type { Instant, LegalEntityId } from '#kernel';
import type { Db, Tx } from '#platform/db';
import type { Proposal, ProposalEvent, ProposalHead, ProposalId, ProposalOutcome } from './model/proposal.ts';

/** Who reads: the condition of every question, so that nothing is fetched that may not be seen. */
export type Reader = { sees: 'all' } | { sees: 'own'; organisationId: LegalEntityId | undefined };

export interface ProposalQuery {
  subject?: string | undefined;
  /** `open`, or those that are done. */
  isOpen?: boolean | undefined;
  ids?: readonly string[] | undefined;
  /** Only those older than this one, to read on. */
  before?: Pick<ProposalHead, 'id' | 'proposedAt'> | undefined;
  limit: number;
}

/** What proposals are kept in. */
export interface FourEyesStore {
  add(tx: Tx, head: ProposalHead, visibility: { isForAnyone: boolean }): Promise<void>;
  /** The proposal under a lock that lasts until the transaction ends: one writer at a time. */
  lock(tx: Tx, id: string): Promise<Proposal | undefined>;
  /** Oldest first. */
  proposals(db: Db | Tx, query: ProposalQuery, reader: Reader): Promise<Proposal[]>;
  /** Appends an event; one that closes the proposal closes its row too. */
  append(tx: Tx, id: ProposalId, event: ProposalEvent): Promise<void>;
  /** What is judged changed: the row follows. */
  change(tx: Tx, head: Pick<ProposalHead, 'id' | 'payload' | 'parts' | 'digest' | 'rule'>): Promise<void>;
  /** Open ones whose time is over, at most `limit`. */
  overdue(db: Db | Tx, at: Instant, limit: number): Promise<ProposalId[]>;
}

export const closing: readonly ProposalEvent['type'][] = ['executed', 'withdrawn', 'refused', 'expired'];
export const isClosing = (type: string): type is Exclude<ProposalOutcome, 'open'> =>
  (closing as readonly string[]).includes(type);
