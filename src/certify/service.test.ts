import { expect, it } from 'vitest';
import type { CertificateId } from '#kernel';
import { describeOnEveryDatabase } from '../platform/db/testing.ts';
import { aConfirmed, aVerdict, day0, heidestad, onDay, westhaven } from './builders.ts';
import { replay } from './model/index.ts';
import { aCertifyRoom, type CertifyRoom, persons, theNewCertificate } from './testing.ts';

// Goal: state, events and ledger change together or not at all; the job is idempotent and cheap.

const aDraft = async (room: CertifyRoom): Promise<CertificateId> =>
  (await room.certify.service.create(persons.regulatoryLead, theNewCertificate)).id;

const submit = { act: { type: 'submit' }, reason: 'ready' } as const;

async function history(room: CertifyRoom, id: CertificateId) {
  const found = await room.certify.questions.certificate(id);
  if (found === undefined) throw new Error('no such certificate');
  return found;
}

describeOnEveryDatabase('the store of certificates', (open) => {
  it('keeps nothing of an act whose ledger entry could not be kept', async () => {
    const room = await aCertifyRoom(await open());
    const id = await aDraft(room);
    room.recorder.isBroken = true;
    await expect(room.certify.service.act(persons.regulatoryLead, id, submit)).rejects.toThrow('died');
    room.recorder.isBroken = false;
    const { state, events } = await history(room, id);
    expect([state.base, events.length]).toEqual(['draft', 1]);
    await room.certify.service.act(persons.regulatoryLead, id, submit);
    expect((await history(room, id)).events.map((one) => one.ledgerIndex)).toEqual([1, 2]);
  });

  it('lets one of two writers win, without a gap in the history', async () => {
    const room = await aCertifyRoom(await open());
    const id = await aDraft(room);
    const tries = [1, 2, 3, 4].map(() => room.certify.service.act(persons.regulatoryLead, id, submit));
    const outcomes = await Promise.allSettled(tries);
    expect(outcomes.filter((one) => one.status === 'fulfilled')).toHaveLength(1);
    const { state, events } = await history(room, id);
    expect(events.map((one) => one.event.seq)).toEqual([1, 2]);
    expect(replay(events.map((one) => one.event))).toEqual(state);
  });

  it('judges evidence once: the same again asks one question and writes no event', async () => {
    const room = await aCertifyRoom(await open());
    const id = await aDraft(room);
    room.monitor.put(aConfirmed(onDay(10), { siteId: westhaven }));
    expect(await room.moveTo(onDay(10))).toMatchObject({ changed: [id], checked: [id], failed: [] });
    const before = await history(room, id);
    const asked = room.monitor.asked;
    expect(await room.moveTo(onDay(10))).toMatchObject({ changed: [], checked: [id], failed: [] });
    expect(room.monitor.asked).toBe(asked + 1);
    expect((await history(room, id)).events).toEqual(before.events);
  });

  it('takes newer cases of the same verdict as fresh without writing an event for each batch', async () => {
    const room = await aCertifyRoom(await open());
    const id = await aDraft(room);
    room.monitor.put(aConfirmed(onDay(10), { siteId: westhaven }), aConfirmed(onDay(10), { siteId: heidestad }));
    await room.moveTo(onDay(10));
    let changes = 0;
    for (let day = 11; day <= 130; day++) {
      room.monitor.put(
        aConfirmed(onDay(day), { siteId: westhaven, n: 400 + day }),
        aConfirmed(onDay(day), { siteId: heidestad, n: 400 + day }),
      );
      changes += (await room.moveTo(onDay(day))).changed.length;
    }
    const { state } = await history(room, id);
    expect(state.streams.map((stream) => stream.judgement.kind)).toEqual(['pass', 'pass']);
    expect(changes).toBe(1);
  });

  it('places entries that a killed process left without their place noted', async () => {
    const room = await aCertifyRoom(await open());
    const id = await aDraft(room);
    await room.database.pool.query('update certify_ledger_place set ledger_index = null');
    expect((await history(room, id)).events[0]?.ledgerIndex).toBeUndefined();
    await room.moveTo(day0);
    expect((await history(room, id)).events[0]?.ledgerIndex).toBe(1);
  });

  it('never changes or deletes an event', async () => {
    const room = await aCertifyRoom(await open());
    await aDraft(room);
    for (const statement of ["update certify_event set type = 'issue'", 'delete from certify_event']) {
      await expect(room.database.pool.query(statement)).rejects.toThrow('append-only');
    }
  });

  it('keeps the verdict of a draft, so that an issue rests on the newest evidence', async () => {
    const room = await aCertifyRoom(await open());
    const id = await aDraft(room);
    await room.certify.service.act(persons.regulatoryLead, id, submit);
    room.monitor.put(aVerdict({ siteId: westhaven, state: 'broken', freshAt: day0 }));
    const documentDigest = '0'.repeat(64);
    const issue = { act: { type: 'issue' }, reason: 'go', documentDigest } as const;
    await expect(room.certify.service.propose(persons.assessor, id, issue)).rejects.toThrow('A claim fails');
  });
});
