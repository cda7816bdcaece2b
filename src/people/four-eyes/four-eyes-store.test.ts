import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { addDays, type Instant, Problem } from '#kernel';
import { openLedger } from '#ledger';
import { type Database, inTransaction } from '#platform/db';
import { describeOnEveryDatabase } from '../../platform/db/testing.ts';
import { type Identity, noRelations } from '../model.ts';
import { permissionsForTests } from '../permission/testing.ts';
import type { Proposal, ProposalId } from './model/proposal.ts';
import { createFourEyes, type FourEyes } from './service.ts';
import { ARoom, aPerson, aRule, assessors, codeOf, elsewhere, home, start, validUntil } from './testing.ts';

/**
 * Goal: what several persons decide happens once, with its record, or not at all. Method: a room that counts, a real
 * ledger and a real database; the two last signatures at once on connections of their own.
 */

const verdictOf = z.object({ details: z.object({ verdict: z.string() }) });
const assessor = aPerson('assessor', ['assessor']);
const officer = aPerson('officer', ['safety-officer']);
const owner = aPerson('owner', ['clinical-owner']);
const machine: Identity = { ...aPerson('machine', []), kind: 'machine', id: 'token_1', scopes: ['people:*'] };
const everybody = [assessor, officer, owner];

async function aHouse(database: Database) {
  const { db } = database;
  const times = { now: start as Instant };
  const clock = { now: () => times.now };
  const dataDir = mkdtempSync(join(tmpdir(), 'hortus-four-eyes-'));
  const ledger = await openLedger({ db, clock, dataDir, origin: { kind: 'simulation' } });
  const ended = new Set<string>();
  const interests = new Map<string, Identity['relations']['conflicts']>();
  const directory = {
    organisationsWith: async () => [home, assessors],
    identity: async (_: unknown, personId: string) => {
      const known = everybody.find(({ id }) => id === personId);
      if (known === undefined || ended.has(personId)) return undefined;
      return { ...known, relations: { ...noRelations, conflicts: interests.get(personId) ?? [] } };
    },
  };
  const permissions = permissionsForTests();
  const fourEyes = createFourEyes({ db, clock, ledger, directory, permissions });
  const room = new ARoom();
  fourEyes.register(room.kind('people:test-act'));
  const propose = async (by: Identity = assessor): Promise<ProposalId> => {
    const asked = {
      kind: 'people:test-act',
      subject: 'thing_1',
      payload: { type: 'act' },
      title: { key: 'people.proposal', values: {} },
      reason: 'as agreed',
      concerns: ['thing_1'],
      expiresAt: validUntil,
    };
    return (await inTransaction(db, (tx) => fourEyes.propose(tx, by, asked))).id;
  };
  const verdicts = async (): Promise<string[]> => {
    await ledger.sequenceAll();
    const { entries } = await ledger.questions.entries({ kind: 'signoff', limit: 100, order: 'oldest' });
    return entries.map((one) => verdictOf.parse(one.statement?.predicate).details.verdict);
  };
  return { fourEyes, room, propose, verdicts, ledger, times, ended, interests, database };
}

const seenOf = ({ digest, parts }: Proposal) => ({ digest, seen: parts.map((part) => part.sha256), reason: 'seen' });
const openAndSign = async (fourEyes: FourEyes, who: Identity, id: string): Promise<Proposal> =>
  fourEyes.sign(who, id, seenOf(await fourEyes.open(who, id)));

describeOnEveryDatabase('what several persons decide', (open) => {
  it('happens with the last signature, and every step has its entry', async () => {
    const { fourEyes, room, propose, verdicts } = await aHouse(await open());
    const id = await propose(machine);
    expect((await openAndSign(fourEyes, assessor, id)).outcome).toBe('open');
    expect(room.applied).toEqual([]);
    const done = await openAndSign(fourEyes, owner, id);
    expect(done).toMatchObject({ outcome: 'executed', proposedByKind: 'machine' });
    expect(done.signatures.map((one) => one.withoutOpening)).toEqual([false, false]);
    expect(room.applied).toEqual(['thing_1 by assessor and clinical-owner']);
    expect(await verdicts()).toEqual(['proposed', 'agreed', 'agreed', 'executed']);
    expect(await codeOf(fourEyes.sign(officer, id, seenOf(done)))).toBe('wrong-state');
  });

  it('happens once when the two last sign at once', async () => {
    const { fourEyes, room, propose } = await aHouse(await open());
    const rounds = 6;
    for (let round = 0; round < rounds; round++) {
      const id = await propose();
      const signing = seenOf(await fourEyes.open(assessor, id));
      await fourEyes.sign(assessor, id, signing);
      const outcomes = await Promise.all(
        [officer, owner, officer, owner].map((who) => codeOf(fourEyes.sign(who, id, signing))),
      );
      expect(outcomes.filter((one) => one === 'done')).toHaveLength(1);
      expect(outcomes.filter((one) => one === 'wrong-state')).toHaveLength(3);
      expect(room.applied).toHaveLength(round + 1);
    }
  });

  it('leaves nothing of a last signature whose act was refused', async () => {
    const { fourEyes, room, propose, verdicts } = await aHouse(await open());
    const id = await propose();
    await openAndSign(fourEyes, assessor, id);
    room.refuses = new Problem('wrong-state', { detail: 'Not today.' });
    expect(await codeOf(openAndSign(fourEyes, owner, id))).toBe('wrong-state');
    const [still] = await fourEyes.proposals({ ids: [id] }, { sees: 'all' });
    expect(still).toMatchObject({ outcome: 'open', signatures: [{ role: 'assessor' }] });
    room.refuses = undefined;
    expect((await openAndSign(fourEyes, owner, id)).outcome).toBe('executed');
    expect(await verdicts()).toEqual(['proposed', 'agreed', 'agreed', 'executed']);
  });

  it('voids signatures under what is no longer judged, and shows them', async () => {
    const { fourEyes, room, propose, verdicts } = await aHouse(await open());
    const id = await propose();
    await openAndSign(fourEyes, assessor, id);
    const before = seenOf(await fourEyes.open(owner, id));
    room.evidence = 'new evidence';
    expect(await codeOf(fourEyes.sign(owner, id, before))).toBe('evidence-not-seen');
    const second = await openAndSign(fourEyes, owner, id);
    expect(second.outcome).toBe('open');
    expect(second.signatures.map(({ role, state }) => [role, state])).toEqual([
      ['assessor', 'void'],
      ['clinical-owner', 'counts'],
    ]);
    // What was judged before comes back: a void signature stays void.
    room.evidence = 'the first evidence';
    const third = await fourEyes.open(officer, id);
    expect(third.signatures.map(({ state }) => state)).toEqual(['void', 'void']);
    expect(room.applied).toEqual([]);
    expect(await verdicts()).toEqual(['proposed', 'agreed', 'changed', 'agreed', 'changed']);
  });

  it('shows who signed without having opened it, and refuses that where the rule says so', async () => {
    const { fourEyes, room, propose } = await aHouse(await open());
    const id = await propose();
    const [shown] = await fourEyes.proposals({ ids: [id] }, { sees: 'all' });
    expect((await fourEyes.sign(assessor, id, seenOf(shown!))).signatures[0]).toMatchObject({ withoutOpening: true });
    room.rule = aRule({ openingRequired: true });
    expect(await codeOf(fourEyes.sign(owner, id, seenOf(shown!)))).toBe('evidence-not-seen');
    expect((await openAndSign(fourEyes, owner, id)).outcome).toBe('executed');
  });

  it('counts nobody whose role has ended meanwhile', async () => {
    const { fourEyes, propose, ended } = await aHouse(await open());
    const id = await propose();
    await openAndSign(fourEyes, assessor, id);
    ended.add(assessor.id);
    expect((await openAndSign(fourEyes, owner, id)).outcome).toBe('open');
    expect((await openAndSign(fourEyes, officer, id)).outcome).toBe('executed');
  });

  it('counts nobody who declared an interest meanwhile, until it ends', async () => {
    const { fourEyes, propose, interests } = await aHouse(await open());
    const id = await propose();
    await openAndSign(fourEyes, assessor, id);
    interests.set(assessor.id, [{ id: 'c_1', objectId: 'thing_1' }]);
    expect((await openAndSign(fourEyes, owner, id)).outcome).toBe('open');
    interests.delete(assessor.id);
    expect((await openAndSign(fourEyes, officer, id)).outcome).toBe('executed');
  });

  it('asks the policies before a word counts, and says by which of them it does not', async () => {
    const { fourEyes, propose } = await aHouse(await open());
    const id = await propose();
    const interested = { ...officer, relations: { ...noRelations, conflicts: [{ id: 'c_1', objectId: 'thing_1' }] } };
    await expect(openAndSign(fourEyes, interested, id)).rejects.toThrow(/declared an interest .* does not decide/);
    await expect(fourEyes.refuse(interested, id, { reason: 'no' })).rejects.toThrow(/does not decide about it/);
    expect((await fourEyes.dissent(interested, id, { reason: 'no' })).dissent).toHaveLength(1);
    const { signedIn: _, ...unproved } = officer;
    expect(await codeOf(openAndSign(fourEyes, unproved, id))).toBe('step-up-needed');
    const [proposal] = await fourEyes.proposals({ ids: [id] }, { sees: 'all' });
    expect(fourEyes.yours(interested, proposal!)).toMatchObject({ capacities: [], mayRefuse: false });
    expect(fourEyes.yours(unproved, proposal!)).toMatchObject({ needsStepUp: true, mayRefuse: true });
    expect(fourEyes.yours(officer, proposal!)).toMatchObject({ needsStepUp: false });
  });

  it('is taken back, refused, or over: each with its record, and dissent stays', async () => {
    const { fourEyes, propose, verdicts, times } = await aHouse(await open());
    const [withdrawn, refused, late] = [await propose(), await propose(), await propose()];
    const because = { reason: 'too few cases' };
    expect(await codeOf(fourEyes.withdraw(owner, withdrawn, because))).toBe('not-allowed');
    expect((await fourEyes.withdraw(assessor, withdrawn, because)).outcome).toBe('withdrawn');
    expect(await codeOf(fourEyes.refuse(owner, refused, because))).toBe('not-allowed');
    expect((await fourEyes.refuse(officer, refused, because)).outcome).toBe('refused');
    expect(await codeOf(fourEyes.withdrawSignature(owner, late, because))).toBe('wrong-state');
    await openAndSign(fourEyes, owner, late);
    const back = await fourEyes.withdrawSignature(owner, late, because);
    expect(back.signatures).toMatchObject([{ state: 'withdrawn' }]);
    times.now = addDays(validUntil, 1);
    expect(await fourEyes.expire(times.now)).toBe(1);
    expect(await fourEyes.expire(times.now)).toBe(0);
    expect(await codeOf(fourEyes.open(assessor, late))).toBe('wrong-state');
    expect((await fourEyes.dissent(owner, late, because)).dissent).toMatchObject([because]);
    expect(await codeOf(fourEyes.dissent(machine, late, because))).toBe('not-allowed');
    const ends = ['withdrawn', 'refused', 'agreed', 'signature-withdrawn', 'expired', 'dissent'];
    expect(await verdicts()).toEqual(['proposed', 'proposed', 'proposed', ...ends]);
  });

  it('is seen by the organisation it concerns and by assessors, and keeps no name in the ledger', async () => {
    const { fourEyes, propose, ledger } = await aHouse(await open());
    const id = await propose();
    const ofElsewhere = { sees: 'own', organisationId: elsewhere } as const;
    expect(await fourEyes.proposals({}, ofElsewhere)).toEqual([]);
    expect(await fourEyes.proposals({}, { sees: 'own', organisationId: home })).toHaveLength(1);
    expect(await codeOf(fourEyes.open({ ...owner, organisationId: elsewhere }, id))).toBe('not-found');
    expect(await codeOf(fourEyes.open(machine, id))).toBe('not-allowed');
    const named = { ...assessor, name: 'Tilda Toets', relations: noRelations };
    await openAndSign(fourEyes, named, id);
    const { entries } = await ledger.questions.entries({ kind: 'signoff', limit: 10 });
    const text = JSON.stringify(entries);
    expect(text).not.toMatch(/Tilda|as agreed/);
    expect(text).toContain(assessors);
  });

  it('never changes what happened', async () => {
    const { fourEyes, propose, database } = await aHouse(await open());
    await openAndSign(fourEyes, assessor, await propose());
    for (const statement of ["update people_proposal_event set type = 'signed'", 'delete from people_proposal_event']) {
      await expect(database.pool.query(statement)).rejects.toThrow('append-only');
    }
  });
});
