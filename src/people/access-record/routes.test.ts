// Goal: owners, readers and assessors find who looked at what, and nobody else does; what is unusual is raised once and
// reviewed by another; emergency access is short, told and reviewed. Method: over HTTP on a real database.
import { expect, it } from 'vitest';
import { type Instant, type LegalEntityId, toIso } from '#kernel';
import type { Identity, Role } from '#people';
import type { Database } from '#platform/db';
import { describeOnEveryDatabase } from '../../platform/db/testing.ts';
import { aHouseOfPeople, askingAs } from '../house-for-tests.ts';
import { openNotifications } from '../organisations/notifications.ts';
import { organisationsRoutes } from '../organisations/routes.ts';
import { openOrganisations } from '../organisations/service.ts';
import { permissionsForTests } from '../permission/testing.ts';
import { openBreakGlass } from './break-glass.ts';
import type { Access } from './model.ts';
import { accessRecordRoutes } from './routes.ts';
import { openAccessRecord } from './service.ts';

const hourMs = 3_600_000;

async function aHouse(database: Database) {
  const house = await aHouseOfPeople(database);
  const { ledger, clock } = house;
  const { allow } = permissionsForTests({ sites: house.seeded.sites });
  const parts = { db: database.db, ledger, clock, wallClock: clock, allow };
  const accessRecord = openAccessRecord(parts);
  const now = (): Instant => clock.now();
  const routes = [
    ...accessRecordRoutes({
      accessRecord,
      breakGlass: openBreakGlass(parts),
      policiesOf: () => ['people.test'],
      personNames: async () => new Map(),
      now,
    }),
    ...organisationsRoutes({ organisations: openOrganisations(parts), notifications: openNotifications(parts), now }),
  ];
  const read = async (by: Identity, caseIds: readonly string[], over: Partial<Access> = {}): Promise<void> =>
    accessRecord.record([
      {
        identity: by,
        requestId: 'request',
        outcome: 'read',
        action: 'monitor:read-cases',
        purpose: 'monitoring',
        policyIds: ['monitor.own-cases'],
        objectKind: 'case',
        siteId: undefined,
        legalEntityId: by.organisationId,
        objectIds: caseIds,
        count: caseIds.length,
        breakGlassId: undefined,
        ...over,
      },
    ]);
  const as = (role: Role, organisation?: string): Promise<Identity> =>
    house.identity(house.personIn(role, organisation).id);
  return { ...house, ...askingAs(house, routes), accessRecord, read, as };
}

const cases = (n: number, prefix = 'case'): string[] => Array.from({ length: n }, (_, i) => `${prefix}-${i}`);

describeOnEveryDatabase('the access record', (open) => {
  it('is searched by the owner of the data, by the reader and by assessors, and by nobody else', async () => {
    const { send, read, as } = await aHouse(await open());
    const [lead, foreign] = [await as('model-lead'), await as('clinical-owner', 'Westhaven')];
    const owner = lead.organisationId;
    await read(lead, ['case-1', 'case-2']);
    await read(foreign, ['case-2'], { legalEntityId: owner, purpose: 'research' });
    await read(foreign, ['case-9']);
    const found = async (by: Identity, query = ''): Promise<string[]> => {
      const { json } = await send(by.id, 'GET', `access-record?${query}`);
      const ofCases = json.accesses.filter(({ objectKind }: { objectKind: string }) => objectKind === 'case');
      return ofCases.map(({ objectIds }: { objectIds: string[] }) => objectIds.join('+'));
    };
    expect(await found(await as('safety-officer'))).toEqual(['case-2', 'case-1+case-2']);
    expect(await found(lead)).toEqual(['case-1+case-2']);
    expect(await found(foreign)).toEqual(['case-9', 'case-2']);
    expect(await found(await as('operator'))).toEqual([]);
    expect(await found(await as('safety-officer', 'Heidestad'))).toEqual([]);
    const assessor = await as('assessor', 'Onafhankelijk');
    expect(await found(assessor)).toEqual(['case-9', 'case-2', 'case-1+case-2']);
    expect(await found(assessor, 'object=case-2')).toEqual(['case-2', 'case-1+case-2']);
    expect(await found(assessor, `object=case-2&identity=${lead.id}`)).toEqual(['case-1+case-2']);
    expect(await found(assessor, `owner=${owner}&purpose=research`)).toEqual(['case-2']);
    expect(await found(assessor, 'until=2026-01-05')).toEqual([]);
    // A foreign owner in the query opens nothing: the scope is a condition beside it.
    expect(await found(await as('safety-officer', 'Heidestad'), `owner=${owner}`)).toEqual([]);
  });

  it('pages by key without a gap, records its own searches, and leaves as a file that is recorded too', async () => {
    const { send, read, as, accessRecord } = await aHouse(await open());
    const lead = await as('model-lead');
    for (let i = 0; i < 7; i++) await read(lead, [`case-${i}`]);
    const officer = await as('safety-officer');
    const seen: string[] = [];
    let before = '';
    do {
      const { json } = await send(officer.id, 'GET', `access-record?limit=3&purpose=monitoring${before}`);
      seen.push(...json.accesses.map((one: { objectIds: string[] }) => one.objectIds[0]));
      before = json.next === null ? '' : `&before=${json.next}`;
    } while (before !== '');
    expect(seen).toEqual(cases(7).reverse());
    const { text, status } = await send(officer.id, 'GET', 'access-record/export?format=csv&purpose=monitoring');
    expect(status).toBe(200);
    expect(text.trimEnd().split('\r\n')).toHaveLength(8);
    const nd = await send(officer.id, 'GET', 'access-record/export?format=ndjson&object=case-3');
    expect(JSON.parse(nd.text)).toMatchObject({ objectIds: ['case-3'], identityId: lead.id });
    const own = await accessRecord.search({ scope: 'every', identityId: officer.id, limit: 10 });
    expect(own.map(({ objectKind, count }) => [objectKind, count])).toEqual(
      [1, 7, 1, 3, 3].map((n) => ['access-record', n]),
    );
  });

  it('keeps a hundred pseudonyms and the count, and changes nothing that is written', async () => {
    const database = await open();
    const { read, as, accessRecord } = await aHouse(database);
    await read(await as('model-lead'), cases(250));
    const [row] = await accessRecord.search({ scope: 'every', limit: 1 });
    expect([row?.objectIds.length, row?.count]).toEqual([100, 250]);
    for (const text of ['update people_access set count = 0', 'delete from people_access']) {
      await expect(database.pool.query(text.replace('count', 'object_count'))).rejects.toThrow('append-only');
    }
  });
});

describeOnEveryDatabase('what is unusual', (open) => {
  it('is raised once a day for a reader and an owner, told by digests only, and reviewed by another person', async () => {
    const { send, read, as, accessRecord, acts, wait } = await aHouse(await open());
    const lead = await as('model-lead');
    await read(lead, cases(90, 'a'));
    for (let i = 0; i < 4; i++) await read(lead, cases(100, `b${i}`));
    await read(lead, cases(90, 'a'));
    expect(await accessRecord.lookForAnomalies()).toBe(0);
    await read(lead, cases(11, 'c'));
    expect(await accessRecord.lookForAnomalies()).toBe(1);
    await read(lead, cases(100, 'd'));
    expect(await accessRecord.lookForAnomalies()).toBe(0);
    expect(await accessRecord.openAnomalies()).toEqual([{ kind: 'bulk-reading', count: 1 }]);
    expect(acts.at(-1)?.predicate).toMatchObject({ action: 'access-anomaly-raised', identity: lead.id });

    const officer = await as('safety-officer');
    const [anomaly] = (await send(officer.id, 'GET', 'access-anomalies')).json.anomalies;
    expect(anomaly).toMatchObject({ kind: 'bulk-reading', figures: { casesInHour: 501, limit: 500 }, state: 'open' });
    const review = (by: Identity) =>
      send(by.id, 'POST', `access-anomalies/${anomaly.id}/review`, { state: 'explained', text: 'The yearly audit' });
    expect((await review(lead)).json.code).toBe('not-allowed');
    expect((await review(await as('safety-officer', 'Westhaven'))).json.code).toBe('not-found');
    expect((await review(officer)).status).toBe(204);
    expect((await review(officer)).json.code).toBe('wrong-state');
    expect(JSON.stringify(acts)).not.toContain('yearly');
    wait(24 * hourMs);
    for (let i = 0; i < 6; i++) await read(lead, cases(100, `e${i}`));
    expect(await accessRecord.lookForAnomalies()).toBe(1);
  });

  it('is, for a person who works with few cases, much less', async () => {
    const { read, as, accessRecord, wait } = await aHouse(await open());
    const lead = await as('model-lead');
    for (let day = 0; day < 5; day++) {
      await read(lead, cases(3, `day${day}`));
      wait(24 * hourMs);
    }
    await read(lead, cases(60));
    expect(await accessRecord.lookForAnomalies()).toBe(0);
    await read(lead, cases(1, 'more'));
    expect(await accessRecord.lookForAnomalies()).toBe(1);
  });

  it('is data of another organisation, unless an assessor reads or glass was broken; and many refusals', async () => {
    const { read, as, accessRecord, send } = await aHouse(await open());
    const owner = (await as('safety-officer')).organisationId;
    const [foreign, assessor] = [await as('clinical-owner', 'Westhaven'), await as('assessor', 'Onafhankelijk')];
    await read(assessor, ['case-1'], { legalEntityId: owner });
    await read(foreign, ['case-1'], { legalEntityId: owner, breakGlassId: 'glass_x' });
    for (let i = 0; i < 20; i++) await read(foreign, [], { outcome: 'refused' });
    expect(await accessRecord.lookForAnomalies()).toBe(0);
    await read(foreign, ['case-1'], { legalEntityId: owner });
    await read(foreign, [], { outcome: 'refused' });
    expect(await accessRecord.lookForAnomalies()).toBe(2);
    const kinds = async (role: Role, at: string) => {
      const { anomalies } = (await send((await as(role, at)).id, 'GET', 'access-anomalies')).json;
      return anomalies.map(({ kind }: { kind: string }) => kind).sort();
    };
    expect(await kinds('safety-officer', 'Noorderzorg')).toEqual(['outside-own-organisation']);
    expect(await kinds('safety-officer', 'Westhaven')).toEqual(['many-refusals']);
    expect(await kinds('clinical-owner', 'Westhaven')).toEqual(['many-refusals', 'outside-own-organisation']);
  });
});

describeOnEveryDatabase('emergency access', (open) => {
  const reason = 'Patient in the emergency room, earlier answers needed at once';

  it('starts at once, ends by its user or after four hours, and tells those who answer for the data', async () => {
    const { send, as, identity, wait, clock, acts } = await aHouse(await open());
    const clinician = await as('clinical-owner', 'Westhaven');
    const [officer, manager] = [await as('safety-officer'), await as('deployer-management')];
    const legalEntityId = officer.organisationId as LegalEntityId;
    const start = (by: Identity, body: object) => send(by.id, 'POST', 'break-glass', body);
    expect((await start(clinician, { legalEntityId, reason: 'Urgent' })).status).toBe(422);
    expect((await start(clinician, { legalEntityId, reason, minutes: 241 })).status).toBe(422);
    expect((await start(await as('model-lead'), { legalEntityId, reason })).json.code).toBe('not-allowed');
    const { status, json: one } = await start(clinician, { legalEntityId, reason });
    expect(status).toBe(201);
    expect(one).toMatchObject({ told: 2, isOpen: true, endsAt: toIso((clock.now() + 4 * hourMs) as Instant) });
    const opened = async () => (await identity(clinician.id)).relations.breakGlass;
    expect(await opened()).toEqual([{ id: one.id, organisationId: legalEntityId }]);
    expect((await start(clinician, { legalEntityId, reason })).json.code).toBe('conflict');
    for (const { id } of [officer, manager]) {
      const told = (await send(id, 'GET', 'notifications')).json.notifications;
      expect(told).toMatchObject([{ kind: 'break-glass', subjectId: one.id }]);
    }
    wait(4 * hourMs - 1);
    expect(await opened()).toHaveLength(1);
    wait(1);
    expect(await opened()).toEqual([]);
    const { json: second } = await start(clinician, { legalEntityId, reason, minutes: 30 });
    wait(1);
    expect((await send(officer.id, 'POST', `break-glass/${second.id}/end`)).json.code).toBe('not-found');
    expect((await send(clinician.id, 'POST', `break-glass/${second.id}/end`)).status).toBe(204);
    expect(await opened()).toEqual([]);
    const recorded = acts
      .map(({ predicate }) => predicate.action)
      .filter((action) => action?.toString().startsWith('break'));
    expect(recorded).toEqual(['break-glass-started', 'break-glass-started', 'break-glass-ended']);
    expect(JSON.stringify(acts)).not.toContain('emergency room');
  });

  it('is reviewed within three days by another person of the hospital whose cases were opened', async () => {
    const { send, as, wait } = await aHouse(await open());
    const [clinician, officer] = [await as('clinical-owner', 'Westhaven'), await as('safety-officer')];
    const body = { legalEntityId: officer.organisationId, reason };
    const { json: one } = await send(clinician.id, 'POST', 'break-glass', body);
    const review = (by: Identity) =>
      send(by.id, 'POST', `break-glass/${one.id}/review`, { verdict: 'justified', explanation: 'It was' });
    wait(72 * hourMs);
    const [shown] = (await send(officer.id, 'GET', 'break-glass')).json.breakGlasses;
    expect(shown).toMatchObject({ id: one.id, isOpen: false, isReviewOverdue: true });
    expect((await review(clinician)).json.code).toBe('not-allowed');
    expect((await review(await as('safety-officer', 'Westhaven'))).json.code).toBe('not-found');
    expect((await review(officer)).status).toBe(204);
    expect((await review(await as('deployer-management'))).json.code).toBe('wrong-state');
    const [after] = (await send(clinician.id, 'GET', 'break-glass')).json.breakGlasses;
    expect(after).toMatchObject({ isReviewOverdue: false, review: { verdict: 'justified', reviewedBy: officer.id } });
  });

  it('of a person to their own hospital is not reviewed by that person', async () => {
    const { send, as } = await aHouse(await open());
    const officer = await as('safety-officer');
    const { json: one } = await send(officer.id, 'POST', 'break-glass', {
      legalEntityId: officer.organisationId,
      reason,
    });
    expect(one.told).toBe(1);
    const review = { verdict: 'justified', explanation: 'Trust me' };
    expect((await send(officer.id, 'POST', `break-glass/${one.id}/review`, review)).json.code).toBe('four-eyes');
  });
});
