import { type CertificateId, type Clock, type Instant, Problem } from '#kernel';
import { capacityOf, type FourEyes, type Identity, type Permissions } from '#people';
import { type Db, inTransaction, type Tx } from '#platform/db';
import {
  type Actor,
  type CertificateEvent,
  type CertificateState,
  type Command,
  decide,
  evolve,
  judge,
  type LawProfile,
  type Stream,
  streamKey,
} from './model/index.ts';
import type { ClaimVerdict, Develop, Directory, LedgerPort, MonitorQuestions } from './ports.ts';
import { actOfEvent, eventDigest } from './recording.ts';
import type { CertifyStore } from './store.ts';

/** What the use cases stand on. */
export interface CertifyParts {
  db: Db;
  clock: Clock;
  ledger: LedgerPort;
  monitor: MonitorQuestions;
  develop: Develop;
  directory: Directory;
  store: CertifyStore;
  profile: LawProfile;
  /** What takes two persons is signed there. */
  fourEyes: FourEyes;
  /** The policies, asked with the certificate at hand before anything is done to it. */
  allow: Permissions['allow'];
}

export interface CarriedOut {
  state: CertificateState;
  events: CertificateEvent[];
  pendingIds: string[];
}

export const machineActor: Actor = { kind: 'machine', id: 'machine:certify', role: 'machine' };

/** Who acts, in one of their roles: the one they name, or the only one they hold. */
export function actorOf(identity: Identity, asRole: string | undefined): Actor {
  if (identity.kind === 'machine') return { kind: 'machine', id: identity.id, role: 'machine' };
  const { role, organisationId } = capacityOf(identity, { asRole });
  return { kind: 'person', id: identity.id, role, ...(organisationId === undefined ? {} : { organisationId }) };
}

/** Decides a command on a locked state and keeps its events, each with its pending entry in the ledger. */
export async function carryOut(
  parts: CertifyParts,
  tx: Tx,
  { state, command }: { state: CertificateState | undefined; command: Command },
): Promise<CarriedOut> {
  const decision = decide(state, command, parts.profile);
  if (!decision.ok) throw decision.error;
  let after = state;
  const kept = [];
  for (const event of decision.value) {
    after = evolve(after, event);
    const pendingId = await parts.ledger.record(tx, actOfEvent(event, after));
    kept.push({ event, digest: eventDigest(event), pendingId });
  }
  if (after === undefined) throw new Problem('not-found');
  await parts.store.append(tx, kept, after);
  return { state: after, events: decision.value, pendingIds: kept.map((one) => one.pendingId) };
}

export async function lockedState(parts: CertifyParts, tx: Tx, id: CertificateId): Promise<CertificateState> {
  const state = await parts.store.lock(tx, id);
  if (state === undefined) throw new Problem('not-found');
  return state;
}

/** Waits until the ledger has placed what was recorded, and notes the places. An act counts from here on. */
export async function sequence({ ledger, store, db }: CertifyParts, pendingIds: readonly string[]): Promise<void> {
  // At once, so that one round of the sequencer takes them all.
  const places = await Promise.all(
    pendingIds.map(async (pendingId) => ({ pendingId, index: (await ledger.sequenced(pendingId)).index })),
  );
  await store.notePlaces(db, places);
}

/**
 * Reads the evidence of one certificate, judges what changed and lets time pass.
 * `fresh`: also takes over newer counts of an unchanged verdict, so that people sign the newest evidence.
 */
export async function refresh(
  parts: CertifyParts,
  id: CertificateId,
  { at, fresh }: { at: Instant; fresh: boolean },
): Promise<{ pendingIds: string[]; isComplete: boolean }> {
  return inTransaction(parts.db, async (tx) => {
    const state = await lockedState(parts, tx, id);
    const verdicts = await parts.monitor.claimVerdicts(tx, questionOf(state));
    return judgeAndTick(parts, tx, { state, verdicts, at, fresh });
  });
}

export const questionOf = (state: CertificateState): Parameters<MonitorQuestions['claimVerdicts']>[1] => ({
  claimIds: [...new Set(state.streams.map((stream) => stream.facts.claimId))],
  siteIds: state.sites.map((site) => site.id),
});

export async function judgeAndTick(
  parts: CertifyParts,
  tx: Tx,
  { state, verdicts, at, fresh }: { state: CertificateState; verdicts: ClaimVerdict[]; at: Instant; fresh: boolean },
): Promise<{ pendingIds: string[]; isComplete: boolean }> {
  const { changed, isComplete } = compareEvidence(state, verdicts, { at, fresh });
  const envelope = { at, actor: machineActor, evidenceSeen: [] };
  const pendingIds: string[] = [];
  let now = state;
  if (changed.length > 0) {
    const command: Command = {
      ...envelope,
      type: 'claimVerdict',
      verdicts: changed,
      reason: 'The evidence of a claim changed.',
      evidenceSeen: changed.map((one) => one.evidenceDigest),
    };
    const done = await carryOut(parts, tx, { state: now, command });
    now = done.state;
    pendingIds.push(...done.pendingIds);
  }
  const tick: Command = { ...envelope, type: 'tick', reason: 'Time passed.' };
  const ticked = await carryOut(parts, tx, { state: now, command: tick });
  return { pendingIds: [...pendingIds, ...ticked.pendingIds], isComplete };
}

/**
 * Which verdicts say something new. More cases under the same verdict say nothing new, unless the recorded ones would
 * by now be stale; a stream that is missing makes the answer incomplete, and its certificate is then not served.
 */
export function compareEvidence(
  state: CertificateState,
  verdicts: readonly ClaimVerdict[],
  { at, fresh }: { at: Instant; fresh: boolean },
): { changed: ClaimVerdict[]; isComplete: boolean } {
  const byKey = new Map(verdicts.map((verdict) => [streamKey(verdict.claimId, verdict.siteId), verdict]));
  const changed: ClaimVerdict[] = [];
  let isComplete = true;
  for (const stream of state.streams) {
    const verdict = byKey.get(stream.key);
    if (verdict === undefined || verdict.claimDigest !== stream.facts.claimDigest) isComplete = false;
    else if (saysSomethingNew(stream, verdict, { at, fresh })) changed.push(verdict);
  }
  return { changed, isComplete };
}

function saysSomethingNew(stream: Stream, verdict: ClaimVerdict, how: { at: Instant; fresh: boolean }): boolean {
  const { facts } = stream;
  if (how.fresh && (verdict.evidenceDigest !== facts.evidenceDigest || verdict.n !== facts.n)) return true;
  if (verdict.state !== facts.state || verdict.level !== facts.level) return true;
  if (verdict.acceptanceUntil !== facts.acceptanceUntil || verdict.evaluableBy !== facts.evaluableBy) return true;
  // What grew old by itself is left to the tick.
  return judge(verdict, how.at).kind !== judge(facts, how.at).kind;
}
