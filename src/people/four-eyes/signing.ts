import { type Instant, type Json, Problem } from '#kernel';
import { inTransaction, type Tx } from '#platform/db';
import { type Identity, visitor } from '../model.ts';
import { assertEnabled, lastDisabled } from '../organisations/store.pg/standing.ts';
import { allowSigning, mayFillSeat } from './asking.ts';
import { assertOpen, expire, locked, settle } from './ending.ts';
import { type AskedCapacity, capacitiesOf, capacityOf } from './model/capacity.ts';
import {
  type KeptSignature,
  live,
  type Proposal,
  refusalOfDecider,
  refusalOfSeen,
  refusalOfSigner,
  type Signing,
  wasOpened,
} from './model/proposal.ts';
import {
  type Capacity,
  type Complete,
  complete,
  digestOf,
  fills,
  rolesThatSign,
  type Seat,
  type Signature,
} from './model/rule.ts';
import { readerOf } from './reader.ts';
import { detailsOfSignature, entryOf, partsInLedger, theHouse } from './recording.ts';
import type { FourEyesParts } from './service.ts';
import { pgFourEyesStore } from './store.pg.ts';

export interface Signs {
  /**
   * Shows what is judged now to a person, and records that it was shown. Problems: not-found, wrong-state, not-allowed.
   */
  open(identity: Identity, id: string): Promise<Proposal>;
  /**
   * Signs what is judged now. The signature that completes the proposal carries it out in the same transaction.
   * Problems: not-found, wrong-state, not-allowed, four-eyes, evidence-not-seen, step-up-needed, invalid-input, and
   * whatever the room refuses.
   */
  sign(identity: Identity, id: string, asked: Signing & AskedCapacity): Promise<Proposal>;
}

export const signing = (parts: FourEyesParts): Signs => ({
  open: (identity, id) => open(parts, identity, id),
  sign: (identity, id, asked) => sign(parts, identity, id, asked),
});

export const noReason = (): Problem =>
  new Problem('invalid-input', { errors: [{ pointer: '/reason', detail: 'Every act has its reason.' }] });

interface Done {
  proposal: Proposal;
  own: string[];
  ofRoom: string[];
  /** What is thrown after the commit: what was found out stays, though the caller is refused. */
  refusal?: Problem;
}

async function open(parts: FourEyesParts, identity: Identity, id: string): Promise<Proposal> {
  if (identity.kind === 'visitor') throw new Problem('not-signed-in');
  if (identity.kind === 'machine') throw new Problem('not-allowed', { detail: 'Only a person is shown what to sign.' });
  return atPresent(parts, identity, id, async (tx, proposal, at) => {
    if (!wasOpened(proposal, identity.id)) {
      const { digest } = proposal;
      await pgFourEyesStore.append(tx, proposal.id, { type: 'opened', at, personId: identity.id, digest });
    }
    return { own: [], ofRoom: [] };
  });
}

async function sign(
  parts: FourEyesParts,
  identity: Identity,
  id: string,
  asked: Signing & AskedCapacity,
): Promise<Proposal> {
  const capacity = capacityOf(identity, asked);
  if (asked.reason.trim() === '') throw noReason();
  return atPresent(parts, identity, id, async (tx, proposal, at) => {
    await assertEnabled(tx, identity.id as Signature['personId']);
    allowSigning(parts, identity, { capacity, proposal });
    await assertGiverMay(parts, tx, { capacity, proposal });
    const refusal = refusalOfSigner(proposal, identity, capacity) ?? refusalOfSeen(proposal, identity.id, asked);
    if (refusal !== undefined) return { own: [], ofRoom: [], refusal };
    const { subject, payload } = proposal;
    const kind = parts.kindOf(proposal.kind);
    await kind.assertPossible?.(tx, { subject, payload, at, by: identity, asRole: capacity.role });
    const signature: Signature = {
      ...capacity,
      personId: identity.id as Signature['personId'],
      signedAt: at,
      digest: proposal.digest,
      seen: [...new Set(asked.seen)].sort(),
      reason: asked.reason,
      withoutOpening: !wasOpened(proposal, identity.id),
    };
    await pgFourEyesStore.append(tx, proposal.id, { type: 'signed', at, signature });
    const doer = { id: identity.id, ...capacity };
    const details = { ...detailsOfSignature(signature), ...partsInLedger(proposal) };
    const entry = entryOf(proposal, 'agreed', { doer, at, reason: asked.reason, details });
    const own = [await parts.ledger.record(tx, entry)];
    const completed = await completion(parts, tx, {
      ...proposal,
      signatures: [...live(proposal), counting(signature)],
    });
    if (completed === undefined) return { own, ofRoom: [] };
    const ofRoom = [...(await kind.apply(tx, { ...completed, subject, payload, at, by: identity, proposal }))];
    const reason = `Signed by ${completed.signatures.length} persons.`;
    await pgFourEyesStore.append(tx, proposal.id, { type: 'executed', at, reason });
    const roles = completed.signatures.map((one) => one.role);
    own.push(await parts.ledger.record(tx, entryOf(proposal, 'executed', { doer: theHouse, at, details: { roles } })));
    return { own, ofRoom };
  });
}

type About = Pick<Proposal, 'kind' | 'subject' | 'concerns' | 'rule'>;

/**
 * Whoever handed over the role of a signature, as of now; undefined for a role of one's own. Nobody does through a
 * delegate what an interest or a duty forbids them.
 */
async function giverOf(parts: FourEyesParts, tx: Tx, { delegation }: Capacity): Promise<Identity | undefined> {
  if (delegation === undefined) return undefined;
  return (await parts.directory.identity(tx, delegation.fromPersonId)) ?? visitor;
}

const giverMayFill = (
  parts: FourEyesParts,
  giver: Identity,
  asked: { seat: Seat; capacity: Capacity; proposal: About },
): boolean => refusalOfDecider(asked.proposal, giver, asked.capacity) === undefined && mayFillSeat(parts, giver, asked);

async function assertGiverMay(
  parts: FourEyesParts,
  tx: Tx,
  { capacity, proposal }: { capacity: Capacity; proposal: About },
): Promise<void> {
  const giver = await giverOf(parts, tx, capacity);
  const seats = proposal.rule.seats.filter((seat) => fills(seat, proposal.rule, capacity));
  // A role that fills no seat is refused by the rule, in its own words.
  if (giver === undefined || seats.length === 0) return;
  if (seats.some((seat) => giverMayFill(parts, giver, { seat, capacity, proposal }))) return;
  throw new Problem('not-allowed', { detail: 'Whoever handed over this role may not sign this, nor have it signed.' });
}

const counting = (signature: Signature): KeptSignature => ({ ...signature, state: 'counts' });

/**
 * Whether those who signed decide it now: each is asked about once more as they are at this moment. Roles that have ended
 * meanwhile, and signatures of whoever declared an interest since, count for nothing; those of whoever was disabled since
 * never do again, also if they came back. Whoever disables or ends a role waits meanwhile.
 */
async function completion(
  parts: FourEyesParts,
  tx: Tx,
  proposal: Pick<Proposal, 'kind' | 'subject' | 'concerns' | 'rule' | 'digest' | 'signatures'>,
): Promise<Complete | undefined> {
  const { rule, digest, signatures } = proposal;
  const gone = await lastDisabled(
    tx,
    signatures.map(({ personId }) => personId),
  );
  const standing: Signature[] = [];
  const signers = new Map<string, Identity>();
  const givers = new Map<string, Identity>();
  for (const one of signatures) {
    const { state: _counts, ...signature } = one;
    const goneAt = gone.get(one.personId);
    if (goneAt !== undefined && one.signedAt <= goneAt) continue;
    const signer = await parts.directory.identity(tx, one.personId);
    if (signer === undefined || !holds(signer, one)) continue;
    signers.set(one.personId, signer);
    const giver = await giverOf(parts, tx, one);
    if (giver !== undefined) givers.set(one.personId, giver);
    standing.push(signature);
  }
  const mayFill = (seat: Seat, signature: Signature): boolean => {
    const signer = signers.get(signature.personId);
    const giver = givers.get(signature.personId);
    const asked = { seat, capacity: signature, proposal };
    return (
      signer !== undefined &&
      mayFillSeat(parts, signer, asked) &&
      (giver === undefined || giverMayFill(parts, giver, asked))
    );
  };
  const organisations = await parts.directory.organisationsWith(tx, rolesThatSign(rule));
  return complete(rule, standing, { digest, organisations, mayFill });
}

const holds = (identity: Identity, { role, organisationId, delegation }: Capacity): boolean =>
  capacitiesOf(identity).some(
    (one) => one.role === role && one.organisationId === organisationId && one.delegation?.id === delegation?.id,
  );

type Work = (tx: Tx, proposal: Proposal, at: Instant) => Promise<Omit<Done, 'proposal'>>;

/** Works on an open proposal as it is at this moment: locked, with what is judged now, and with what it voids recorded. */
async function atPresent(parts: FourEyesParts, identity: Identity, id: string, work: Work): Promise<Proposal> {
  const { db, clock } = parts;
  const at = clock.now();
  const reader = readerOf(identity);
  const [before] = await pgFourEyesStore.proposals(db, { ids: [id], limit: 1 }, reader);
  if (before === undefined) throw new Problem('not-found');
  const kind = parts.kindOf(before.kind);
  const prepared = before.outcome === 'open' ? ((await kind.prepare?.({ subject: before.subject, at })) ?? []) : [];
  const done = await inTransaction(db, async (tx): Promise<Done> => {
    const proposal = await locked(tx, id, reader);
    assertOpen(proposal);
    if (at > proposal.expiresAt) {
      const refusal = new Problem('wrong-state', { detail: 'The proposal has expired: propose anew.' });
      return { proposal, own: [await expire(parts, tx, proposal, at)], ofRoom: [], refusal };
    }
    const present = await brought(parts, tx, proposal, at);
    const worked = await work(tx, present.proposal, at);
    return { ...worked, proposal, own: [...present.own, ...worked.own] };
  });
  await settle(parts, before.kind, { own: done.own, ofRoom: [...prepared, ...done.ofRoom] });
  if (done.refusal !== undefined) throw done.refusal;
  const [after] = await pgFourEyesStore.proposals(db, { ids: [id], limit: 1 }, reader);
  if (after === undefined) throw new Problem('not-found');
  return after;
}

/** Brings a locked proposal up to what is judged now. What was signed before under something else is void for ever. */
async function brought(
  parts: FourEyesParts,
  tx: Tx,
  before: Proposal,
  at: Instant,
): Promise<{ proposal: Proposal; own: string[] }> {
  const { subject, payload } = before;
  const present = await parts.kindOf(before.kind).present(tx, { subject, payload, at });
  const digest = digestOf(present.parts);
  if (digest === before.digest) return { proposal: { ...before, rule: present.rule }, own: [] };
  const now = { ...before, ...present, payload: present.payload as Json, digest };
  await pgFourEyesStore.change(tx, now);
  await pgFourEyesStore.append(tx, before.id, { type: 'changed', at, from: before.digest, to: digest });
  const voided = live(before).length;
  const details = { from: before.digest, signaturesVoided: voided, ...partsInLedger(now) };
  const entry = entryOf(now, 'changed', { doer: theHouse, at, details });
  return { proposal: { ...now, signatures: [] }, own: [await parts.ledger.record(tx, entry)] };
}
