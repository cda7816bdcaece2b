import { assert, type Instant, type Json } from '#kernel';
import type { Tx } from '#platform/db';
import type { Identity } from '../model.ts';
import type { Proposal, Title } from './model/proposal.ts';
import type { Complete, Part, SigningRule } from './model/rule.ts';

/** What a proposal is about, before and while people sign. */
export interface Subject<Payload> {
  subject: string;
  payload: Payload;
  at: Instant;
}

/** What is judged at this moment, and who together may decide it. */
export interface Presented<Payload> {
  payload: Payload;
  parts: Part[];
  rule: SigningRule;
}

/** The proposal, completely signed: what a room needs to do the act, and to write down who decided. */
export interface Executed<Payload> extends Subject<Payload>, Complete {
  proposal: Proposal;
  /** Whoever gave the last signature. */
  by: Identity;
}

/**
 * One kind of decision that takes several persons, as the room that carries it out declares it. All of it runs in the
 * transaction of the signature, with the proposal locked.
 */
export interface ProposalKind<Payload = Json> {
  /** `room:verb-thing`. */
  kind: string;
  /** Whether everybody may read such proposals; otherwise the organisation concerned and assessors. */
  isForAnyone: boolean;
  /** By seat of its rule: what the policies are asked before a signature in that seat counts, `certify:sign`. */
  signs: { readonly [seat: string]: string };
  /** Brings what is judged up to date, in transactions of its own. @returns ledger entries that wait for their place. */
  prepare?(about: { subject: string; at: Instant }): Promise<readonly string[]>;
  /** What is judged now. A digest that differs from before voids every signature that was given. */
  present(tx: Tx, about: Subject<Payload>): Promise<Presented<Payload>>;
  /** Throws the problem for which the act would be refused now, so that nobody signs the impossible. */
  assertPossible?(tx: Tx, about: Subject<Payload> & { by: Identity; asRole: string }): Promise<void>;
  /** Does the act. @returns ledger entries that wait for their place. Whatever it throws undoes the last signature. */
  apply(tx: Tx, executed: Executed<Payload>): Promise<readonly string[]>;
  /** Told after the commit which of its ledger entries have their places to be noted. */
  placed?(pendingIds: readonly string[]): Promise<void>;
}

/** What a room asks for when it opens a proposal. */
export interface NewProposal {
  kind: string;
  subject: string;
  payload: Json;
  title: Title;
  reason: string;
  concerns: readonly string[];
  expiresAt: Instant;
  asRole?: string | undefined;
  delegationId?: string | undefined;
}

/** Every kind of proposal of the installation, by its name. */
export function kindRegistry() {
  const kinds = new Map<string, ProposalKind>();
  return {
    /** Every action that signing asks for. */
    get actions(): ReadonlySet<string> {
      return new Set([...kinds.values()].flatMap(({ signs }) => Object.values(signs)));
    },
    register<Payload>(kind: ProposalKind<Payload>): void {
      assert(
        /^[a-z]+:[a-z][a-z-]*$/.test(kind.kind),
        `a kind of proposal is written room:verb-thing, not ${kind.kind}`,
      );
      assert(!kinds.has(kind.kind), `two rooms register the kind ${kind.kind}`);
      // A payload is JSON that the room wrote itself; no other room ever reads it.
      kinds.set(kind.kind, kind as unknown as ProposalKind);
    },
    of(kind: string): ProposalKind {
      const found = kinds.get(kind);
      assert(found !== undefined, `no room registered the kind of proposal ${kind}`);
      return found;
    },
  };
}

export type KindRegistry = ReturnType<typeof kindRegistry>;
