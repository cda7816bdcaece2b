// Goal: whoever is disabled decides nothing from then on, however close the two come. Method: a real proposal, a real
// ledger and the real directory; a signature and the end of its signer's access at once, on connections of their own.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { addDays, type Clock, type Instant } from '#kernel';
import { openLedger } from '#ledger';
import { type Database, inTransaction } from '#platform/db';
import { describeOnEveryDatabase } from '../../platform/db/testing.ts';
import { createFourEyes } from '../four-eyes/service.ts';
import { ARoom, aRule, codeOf } from '../four-eyes/testing.ts';
import { createPeople, peopleDirectory, systemActor } from '../index.ts';
import type { Identity, Role } from '../model.ts';
import { justNow, permissionsForTests } from '../permission/testing.ts';

async function aHouse({ db }: Database) {
  let nowMs = Date.UTC(2021, 0, 1);
  // Each look at the clock is later than the one before: what happens after something, is dated after it.
  const clock: Clock = { now: () => nowMs++ as Instant };
  const dataDir = mkdtempSync(join(tmpdir(), 'hortus-standing-'));
  const ledger = await openLedger({ db, clock, dataDir, origin: { kind: 'simulation' } });
  const people = createPeople({ db, ledger, clock, wallClock: clock, demoSignIn: false });
  const hospital = await people.registerOrganisation(systemActor, { name: 'Hof', kind: 'legal-entity' });
  const organisationId = hospital.id;
  const fourEyes = createFourEyes({
    db,
    clock,
    ledger,
    directory: peopleDirectory(clock),
    permissions: permissionsForTests(),
  });
  const room = new ARoom();
  room.rule = aRule({ home: organisationId });
  fourEyes.register(room.kind('people:test-act'));
  const person = async (name: string, role: Role) => {
    const given = { name, organisationId, roles: [role], isDemo: true };
    const { id } = await people.registerPerson(systemActor, given);
    return { ...(await people.identityOf(id))!, kind: 'person', id, signedIn: justNow } as Identity & {
      kind: 'person';
      id: typeof id;
    };
  };
  const propose = async (by: Identity) => {
    const asked = {
      kind: 'people:test-act',
      subject: 'thing_1',
      payload: { type: 'act' },
      title: { key: 'people.proposal', values: {} },
      reason: 'as agreed',
      concerns: ['thing_1'],
      expiresAt: addDays(clock.now(), 14),
    };
    return (await inTransaction(db, (tx) => fourEyes.propose(tx, by, asked))).id;
  };
  const sign = async (who: Identity, id: string) => {
    const { digest, parts } = await fourEyes.open(who, id);
    return fourEyes.sign(who, id, { digest, seen: parts.map((part) => part.sha256), reason: 'seen' });
  };
  const manager = await person('Mia', 'deployer-management');
  return { people, fourEyes, room, person, propose, sign, manager };
}

describeOnEveryDatabase('a signature of somebody who is disabled', (open) => {
  it('counts no longer, also once they are back in the same role', async () => {
    const { people, room, person, propose, sign, manager } = await aHouse(await open());
    const [officer, owner, second] = [
      await person('Olga', 'safety-officer'),
      await person('Onno', 'clinical-owner'),
      await person('Sara', 'safety-officer'),
    ];
    const id = await propose(owner);
    await sign(officer, id);
    await people.disablePerson(manager, { personId: officer.id, reason: 'Leaves' });
    expect((await sign(owner, id)).outcome).toBe('open');
    expect(await codeOf(sign(officer, id))).toBe('access-ended');
    await people.enablePerson(manager, officer.id);
    await people.giveRole(manager, { personId: officer.id, role: 'safety-officer' });
    expect(room.applied).toEqual([]);
    expect((await sign(second, id)).outcome).toBe('executed');
  });

  it('is either before the end of their access, or refused: never after it', { timeout: 60_000 }, async () => {
    const { people, fourEyes, room, person, propose, sign, manager } = await aHouse(await open());
    const owner = await person('Onno', 'clinical-owner');
    for (let round = 0; round < 6; round++) {
      const officer = await person(`Officer ${round}`, 'safety-officer');
      const id = await propose(owner);
      await sign(owner, id);
      const { digest, parts } = await fourEyes.open(officer, id);
      const signing = { digest, seen: parts.map((part) => part.sha256), reason: 'seen' };
      const before = room.applied.length;
      let appliedAtEnd = -1;
      const [signed] = await Promise.all([
        codeOf(fourEyes.sign(officer, id, signing)),
        people.disablePerson(manager, { personId: officer.id, reason: 'Leaves' }).then(() => {
          appliedAtEnd = room.applied.length;
        }),
      ]);
      expect(['done', 'access-ended']).toContain(signed);
      // What counts at all was carried out before disabling had ended.
      expect(room.applied.length).toBe(appliedAtEnd);
      expect(room.applied.length - before).toBe(signed === 'done' ? 1 : 0);
    }
  });
});

describeOnEveryDatabase('that somebody was disabled', (open) => {
  it('is never changed afterwards, and shuts an open session by itself', async () => {
    const database = await open();
    const { people, person, manager } = await aHouse(database);
    const { id: personId } = await person('Lena', 'model-lead');
    const session = await people.openSessionFor(personId);
    await people.disablePerson(manager, { personId, reason: 'Leaves' });
    for (const statement of [
      "update people_person_disabling set reason = 'x'",
      'delete from people_person_disabling',
    ]) {
      await expect(database.pool.query(statement)).rejects.toThrow('append-only');
    }
    // A session that was opened in the same moment, and so was missed, opens nothing either.
    await database.pool.query('update people_session set ended_at = null');
    expect(await people.identityOfSession(session)).toBeUndefined();
  });
});
