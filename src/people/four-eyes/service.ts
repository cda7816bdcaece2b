import { assert, type Clock, type Instant, type Json, type LegalEntityId, newId, Problem } from '#kernel';
import type { Ledger } from '#ledger';
import { type Db, inTransaction, type Tx } from '#platform/db';
import type { Identity } from '../model.ts';
import type { Permissions } from '../permission/permissions.ts';
import { type Yours, yoursIn } from './asking.ts';
import { expire } from './ending.ts';
import { kindRegistry, type NewProposal, type ProposalKind } from './kinds.ts';
import { capacityOf } from './model/capacity.ts';
import type { Proposal, ProposalHead, ProposalId } from './model/proposal.ts';
import { digestOf } from './model/rule.ts';
import { type OwnWords, ownWords } from './own-words.ts';
import { readerOf } from './reader.ts';
import { entryOf, partsInLedger } from './recording.ts';
import { noReason, type Signs, signing } from './signing.ts';
import { pgFourEyesStore } from './store.pg.ts';
import type { ProposalQuery, Reader } from './store.ts';

/** Who there is, asked within the transaction of a signature. */
export interface RoleDirectory {
  /** Organisations of which somebody holds one of the roles now. */
  organisationsWith(db: Db | Tx, oneOf: readonly string[]): Promise<LegalEntityId[]>;
  /** Who somebody is now: a sign-off in a role that has ended, or with an interest declared since, counts for nothing. */
  identity(db: Db | Tx, personId: string): Promise<Identity | undefined>;
}

export interface FourEyesOptions {
  db: Db;
  clock: Clock;
  ledger: Pick<Ledger, 'record' | 'sequenced'>;
  directory: RoleDirectory;
  /** The policies, asked before anybody's word counts. */
  permissions: Pick<Permissions, 'allow' | 'mayDo' | 'decide'>;
}

/** The one mechanism by which several persons decide together, for every room. */
export interface FourEyes extends Signs, OwnWords {
  /** Actions that signing asks for, of every kind: some policy must permit each to somebody. */
  readonly actions: ReadonlySet<string>;
  /** What this person may do about a proposal now, by its rule and by the policies. */
  yours(identity: Identity | undefined, proposal: Proposal): Yours;
  /** Rooms declare at the start what they let several persons decide. */
  register<Payload>(kind: ProposalKind<Payload>): void;
  /**
   * Opens a proposal in the transaction of the room's own checks. A machine may propose; it never signs.
   * Who may propose is the room's to say. Problems: not-signed-in, not-allowed, invalid-input (role, reason).
   */
  propose(tx: Tx, identity: Identity, asked: NewProposal): Promise<{ id: ProposalId; pendingId: string }>;
  /** As far as this reader may see: the proposals of a subject, open ones, or those done; at most 500, oldest first. */
  proposals(query: Omit<ProposalQuery, 'limit' | 'before'>, reader: Reader): Promise<Proposal[]>;
  /** Every open proposal that this person may sign now, oldest first, however many others are open. */
  waitingFor(identity: Identity, query: Pick<ProposalQuery, 'subject'>): Promise<Proposal[]>;
  /** Ends what nobody completed in time. To be called now and then; idempotent. @returns how many ended. */
  expire(now: Instant): Promise<number>;
}

/** What the acts stand on. */
export interface FourEyesParts extends FourEyesOptions {
  kindOf(name: string): ProposalKind;
}

const listMax = 500;
const expiredAtOnceMax = 500;

export function createFourEyes(options: FourEyesOptions): FourEyes {
  const registry = kindRegistry();
  const parts: FourEyesParts = { ...options, kindOf: registry.of };
  return {
    get actions() {
      return registry.actions;
    },
    yours: (identity, proposal) => yoursIn(parts, identity, proposal),
    register: registry.register,
    propose: (tx, identity, asked) => propose(parts, tx, identity, asked),
    proposals: (query, reader) => pgFourEyesStore.proposals(options.db, { ...query, limit: listMax }, reader),
    waitingFor: (identity, query) => waitingFor(parts, identity, query),
    expire: (now) => expireAll(parts, now),
    ...signing(parts),
    ...ownWords(parts),
  };
}

async function waitingFor(
  parts: FourEyesParts,
  identity: Identity,
  { subject }: Pick<ProposalQuery, 'subject'>,
): Promise<Proposal[]> {
  const found: Proposal[] = [];
  let before: Proposal | undefined;
  for (;;) {
    const page = await pgFourEyesStore.proposals(
      parts.db,
      { subject, isOpen: true, before, limit: listMax },
      readerOf(identity),
    );
    found.unshift(...page.filter((one) => yoursIn(parts, identity, one).capacities.length > 0));
    [before] = page;
    if (page.length < listMax) return found;
  }
}

async function propose(
  parts: FourEyesParts,
  tx: Tx,
  identity: Identity,
  asked: NewProposal,
): Promise<{ id: ProposalId; pendingId: string }> {
  const at = parts.clock.now();
  if (asked.reason.trim() === '') throw noReason();
  if (identity.kind === 'visitor') throw new Problem('not-signed-in');
  const capacity =
    identity.kind === 'machine'
      ? { role: 'machine', organisationId: identity.organisationId }
      : capacityOf(identity, asked);
  const kind = parts.kindOf(asked.kind);
  const { payload, parts: shown, rule } = await kind.present(tx, { ...asked, at });
  assert(rule.seats.length >= 2, 'nobody decides alone');
  const head: ProposalHead = {
    id: newId('proposal', at),
    kind: asked.kind,
    subject: asked.subject,
    title: asked.title,
    reason: asked.reason,
    payload: payload as Json,
    parts: shown,
    digest: digestOf(shown),
    rule,
    concerns: [...asked.concerns],
    proposedBy: identity.id,
    proposedByKind: identity.kind,
    proposedRole: capacity.role,
    proposedAt: at,
    expiresAt: asked.expiresAt,
  };
  await kind.assertPossible?.(tx, { ...asked, payload: head.payload, at, by: identity, asRole: capacity.role });
  await pgFourEyesStore.add(tx, head, kind);
  const doer = { id: identity.id, ...capacity };
  const entry = entryOf(head, 'proposed', { doer, at, reason: asked.reason, details: partsInLedger(head) });
  return { id: head.id, pendingId: await parts.ledger.record(tx, entry) };
}

async function expireAll(parts: FourEyesParts, now: Instant): Promise<number> {
  const overdue = await pgFourEyesStore.overdue(parts.db, now, expiredAtOnceMax);
  let count = 0;
  for (const id of overdue) {
    const pendingId = await inTransaction(parts.db, async (tx) => {
      const proposal = await pgFourEyesStore.lock(tx, id);
      if (proposal === undefined || proposal.outcome !== 'open' || proposal.expiresAt >= now) return undefined;
      return expire(parts, tx, proposal, now);
    });
    if (pendingId === undefined) continue;
    count++;
    await parts.ledger.sequenced(pendingId);
  }
  return count;
}
