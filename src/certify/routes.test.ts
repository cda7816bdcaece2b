import { pino } from 'pino';
import { expect, it } from 'vitest';
import { addDays, type ClaimId, canonicalJson, type Instant, sha256Hex } from '#kernel';
import { type Identity, visitor } from '#people';
import { createServer } from '#platform/http';
import { permissionsForTests } from '../people/permission/testing.ts';
import { describeOnEveryDatabase } from '../platform/db/testing.ts';
import { aConfirmed, aVerdict, heidestad, onDay, version21, version22, westhaven } from './builders.ts';
import { aCertifyRoom, type CertifyRoom, persons, theNewCertificate } from './testing.ts';

// Goal: the story of a certificate through HTTP, from draft to return, and the answer to a viewer at every turn.

type Who = keyof typeof persons;

async function aServer(room: CertifyRoom) {
  const permissions = permissionsForTests({ visitors: true });
  const app = createServer<Identity>({
    routes: room.routes,
    authenticate: async (request) => persons[request.headers['x-who'] as Who] ?? visitor,
    allow: permissions.allow,
    actions: permissions.actions,
    logger: pino({ level: 'silent' }),
  });
  const call = async (method: 'GET' | 'POST', url: string, who?: Who, body?: object) => {
    const answer = await app.inject({
      method,
      url,
      headers: who === undefined ? {} : { 'x-who': who },
      ...(body === undefined ? {} : { payload: body }),
    });
    return { status: answer.statusCode, body: answer.json() };
  };
  const api = '/api/v1/certify';
  const proposals = '/api/v1/people/proposals';
  const served = async (modelVersion: string = version21, site = 'WESTHAVEN', more = '') =>
    (await call('GET', `${api}/serving-check?modelVersion=${modelVersion}&site=${site}${more}`)).body;
  const propose = async (id: string, who: Who, act: object, more: object = {}) =>
    call('POST', `${api}/certificates/${id}/proposals`, who, { act, reason: 'as agreed', ...more });
  const sign = async (proposalId: string, who: Who) => {
    const { body } = await call('POST', `${proposals}/${proposalId}/open`, who);
    if (body.digest === undefined) return { status: body.status, body };
    return call('POST', `${proposals}/${proposalId}/sign`, who, signingOf(body));
  };
  const raise = async (id: string, [first, second]: [Who, Who], act: object, more: object = {}) => {
    const proposed = await propose(id, first, act, more);
    expect(proposed, JSON.stringify(proposed.body)).toMatchObject({ status: 201 });
    await sign(proposed.body.proposalId, first);
    const signed = await sign(proposed.body.proposalId, second);
    expect(signed, JSON.stringify(signed.body)).toMatchObject({ status: 200, body: { outcome: 'executed' } });
    return signed.body;
  };
  return { app, call, api, proposals, served, propose, sign, raise };
}

const signingOf = ({ digest, parts }: { digest: string; parts: { sha256: string }[] }) => ({
  digest,
  seen: parts.map(({ sha256 }) => sha256),
  reason: 'seen and agreed',
});

async function inForce(room: CertifyRoom, server: Awaited<ReturnType<typeof aServer>>): Promise<string> {
  const created = await server.call('POST', `${server.api}/certificates`, 'regulatoryLead', theNewCertificate);
  expect(created, JSON.stringify(created.body)).toMatchObject({ status: 201 });
  const { id } = created.body;
  await server.call('POST', `${server.api}/certificates/${id}/acts`, 'regulatoryLead', {
    act: { type: 'submit' },
    reason: 'ready',
  });
  const documentDigest = sha256Hex('the assessment report');
  await server.raise(id, ['assessor', 'safetyOfficer'], { type: 'issue' }, { documentDigest });
  await room.moveTo(addDays(room.now(), 0));
  return id;
}

const comparison = (against: 'original' | 'previous', state: 'non-inferior' | 'inferior') => ({
  candidateVersionId: version22,
  siteId: westhaven,
  against,
  referenceVersionId: version21,
  n: 800,
  marginDelta: 0.01,
  state,
  evidenceDigest: sha256Hex(`${against} ${state}`),
});

const newClaim = (at: Instant, change = {}) =>
  aVerdict({
    claimId: 'claim_of_22' as ClaimId,
    claimDigest: sha256Hex('claim of 2.2'),
    modelVersionId: version22,
    changedAt: at,
    evaluableBy: onDay(600),
    ...change,
  });

describeOnEveryDatabase('certificates over HTTP', (open) => {
  it('tells the story of a certificate: issued, suspended at one site, changed, reinstated', async () => {
    const room = await aCertifyRoom(await open());
    const server = await aServer(room);
    expect(await server.served()).toMatchObject({ show: false, mode: 'off', effectiveStatus: 'unknown' });
    const id = await inForce(room, server);
    expect(await server.served()).toMatchObject({
      show: true,
      mode: 'on',
      effectiveStatus: 'watch',
      certificateId: id,
    });

    room.monitor.put(aConfirmed(onDay(90), { siteId: westhaven }), aConfirmed(onDay(90), { siteId: heidestad }));
    await room.moveTo(onDay(90));
    expect(await server.served()).toMatchObject({ effectiveStatus: 'watch' });
    await server.raise(id, ['assessor', 'safetyOfficer'], { type: 'reinstate', siteIds: [westhaven, heidestad] });
    expect(await server.served()).toMatchObject({ show: true, effectiveStatus: 'valid' });

    room.monitor.put(aVerdict({ state: 'broken', n: 900, freshAt: onDay(100), changedAt: onDay(100) }));
    await room.moveTo(onDay(100));
    const fallen = await server.served();
    expect(fallen).toMatchObject({ show: false, mode: 'shadow', effectiveStatus: 'suspended' });
    expect(fallen.why).toBe(
      'The certificate of ProstateRisk 2.1 is suspended at Westhaven since 14 April 2021: it misses more cancers than it claims.',
    );
    expect(await server.served(version21, 'HEIDESTAD')).toMatchObject({ show: true, effectiveStatus: 'valid' });

    room.monitor.put(newClaim(onDay(100)));
    room.monitor.comparisons = [comparison('original', 'non-inferior'), comparison('previous', 'non-inferior')];
    await room.moveTo(onDay(200));
    const release = {
      type: 'release',
      candidateVersionId: version22,
      claimIds: ['claim_of_22'],
      label: 'ProstateRisk 2.2',
    };
    const released = await server.raise(id, ['modelLead', 'regulatoryLead'], release);
    expect(released.parts[0].content.act.comparisons).toHaveLength(2);
    expect(released.signatures).toMatchObject([{ withoutOpening: false }, { withoutOpening: false }]);
    expect(room.develop.versions.get(version22)?.state).toBe('released');
    expect(await server.served(version22)).toMatchObject({ show: false, mode: 'shadow', effectiveStatus: 'suspended' });
    expect(await server.served(version21)).toMatchObject({ show: false, mode: 'off', effectiveStatus: 'unknown' });

    room.monitor.put(newClaim(onDay(300), { state: 'confirmed', n: 400, freshAt: onDay(300) }));
    await room.moveTo(onDay(300));
    await server.raise(id, ['assessor', 'safetyOfficer'], { type: 'reinstate', siteIds: [westhaven] });
    expect(await server.served(version22)).toMatchObject({ show: true, mode: 'on', effectiveStatus: 'valid' });

    const { body } = await server.call('GET', `${server.api}/certificates/${id}`);
    expect(body.timeline.map((event: { type: string }) => event.type)).toEqual([
      'create',
      'submit',
      'issue',
      'claimVerdict',
      'reinstate',
      'claimVerdict',
      'evidenceAged',
      'deadlineMissed',
      'release',
      'claimVerdict',
      'deadlineMissed',
      'reinstate',
    ]);
    const indices = body.timeline.map((event: { ledgerIndex: number | null }) => event.ledgerIndex);
    expect(indices.every((index: number | null) => index !== null)).toBe(true);
    expect(body.note).toContain('not a CE certificate');
    const then = await server.call('GET', `${server.api}/certificates/${id}?asOf=2021-04-20T00:00:00Z`);
    expect(then.body.sites.map((site: { effectiveStatus: string }) => site.effectiveStatus)).toEqual([
      'suspended',
      'valid',
    ]);
    const before = await server.call('GET', `${server.api}/certificates?asOf=2021-01-01T00:00:00Z`);
    expect(before.body.certificates).toEqual([]);
    const status = await server.call('GET', `/status/${id}`);
    expect(status).toMatchObject({ status: 200, body: { certificateId: id, note: body.note } });
    expect(await room.ledger.verify()).toMatchObject({ ok: true });
  });

  it('answers no when it does not know', async () => {
    const room = await aCertifyRoom(await open());
    const server = await aServer(room);
    const id = await inForce(room, server);
    const fresh = await server.served();
    expect(fresh).toMatchObject({ show: true, validForSeconds: 300 });
    expect(await server.served(sha256Hex('version 2.1'))).toMatchObject({ show: true });
    expect(await server.served('mv_other')).toMatchObject({ show: false, certificateId: null });
    expect(await server.served(version21, 'NOWHERE')).toMatchObject({ show: false });

    room.setClock((room.now() + 301_000) as Instant);
    expect(await server.served()).toMatchObject({ show: false, certificateId: id });
    await room.certify.reconsider(room.now());
    expect(await server.served()).toMatchObject({ show: true });

    room.monitor.isDown = true;
    await expect(room.moveTo(addDays(room.now(), 1))).rejects.toThrow();
    expect(await server.served()).toMatchObject({ show: false });
    room.monitor.isDown = false;
    const known = aVerdict({ siteId: westhaven });
    room.monitor.forget(known);
    expect(await room.moveTo(room.now())).toMatchObject({ checked: [], failed: [{ certificateId: id }] });
    expect(await server.served()).toMatchObject({ show: false });
    room.monitor.put(known);
    await room.moveTo(room.now());
    expect(await server.served()).toMatchObject({ show: true });
    room.setClock((room.now() - 1000) as Instant);
    expect(await server.served()).toMatchObject({ show: false });
    await room.database.close();
    expect(await server.served()).toMatchObject({ show: false, mode: 'off' });
  });

  it('lets a draft of the same version say nothing while another certificate is in force', async () => {
    const room = await aCertifyRoom(await open());
    const server = await aServer(room);
    const id = await inForce(room, server);
    const draft = await server.call('POST', `${server.api}/certificates`, 'modelLead', theNewCertificate);
    expect(draft.status).toBe(201);
    expect(await server.served()).toMatchObject({ show: true, certificateId: id });
    await room.moveTo(room.now());
    expect(await server.served()).toMatchObject({ show: true, certificateId: id });
  });

  it('shows a restricted version only where the viewer has checked the exclusion', async () => {
    const room = await aCertifyRoom(await open());
    const server = await aServer(room);
    const id = await inForce(room, server);
    await server.call('POST', `${server.api}/certificates/${id}/acts`, 'safetyOfficer', {
      act: { type: 'restrict', predicate: 'Exams of scanner X', siteIds: [westhaven] },
      reason: 'It over-predicts there',
    });
    expect(await server.served()).toMatchObject({ show: false, mode: 'on', exclusions: ['Exams of scanner X'] });
    expect(await server.served(version21, 'WESTHAVEN', '&outsideExclusions=yes')).toMatchObject({ show: true });
  });

  it('needs two persons in two roles who saw what is judged, and keeps dissent', async () => {
    const room = await aCertifyRoom(await open());
    const server = await aServer(room);
    const id = await inForce(room, server);
    room.monitor.put(aConfirmed(onDay(5), { siteId: westhaven }));
    await room.moveTo(onDay(5));
    const act = { type: 'reinstate', siteIds: [westhaven] };
    expect(await server.propose(id, 'patient', act)).toMatchObject({ status: 403, body: { code: 'not-allowed' } });
    expect(await server.propose(id, 'machine', act)).toMatchObject({ status: 403, body: { code: 'not-allowed' } });
    expect(await server.propose(id, 'modelLead', act)).toMatchObject({ status: 403 });
    expect(await server.propose(id, 'assessor', { type: 'reinstate', siteIds: [heidestad] })).toMatchObject({
      status: 409,
    });

    const { proposalId } = (await server.propose(id, 'assessor', act)).body;
    const url = `${server.proposals}/${proposalId}`;
    const { body: proposal } = await server.call('GET', url);
    expect(sha256Hex(canonicalJson(proposal.parts[0].content))).toBe(proposal.parts[0].sha256);
    const seen = signingOf(proposal);
    const blind = { ...seen, digest: sha256Hex('something else') };
    expect(await server.call('POST', `${url}/sign`, 'assessor', blind)).toMatchObject({
      status: 409,
      body: { code: 'evidence-not-seen' },
    });
    expect(await server.call('POST', `${url}/sign`, 'assessor', { ...seen, seen: [] })).toMatchObject({
      body: { code: 'evidence-not-seen' },
    });
    expect(await server.call('POST', `${url}/sign`, 'machine', seen)).toMatchObject({ status: 403 });
    expect(await server.sign(proposalId, 'assessor')).toMatchObject({ status: 200, body: { outcome: 'open' } });
    expect(await server.sign(proposalId, 'assessor')).toMatchObject({ status: 409, body: { code: 'four-eyes' } });
    const dissent = await server.call('POST', `${url}/dissent`, 'patient', { reason: 'Too few cases of men over 75' });
    expect(dissent.body.dissent).toMatchObject([
      { role: 'patient-representative', reason: 'Too few cases of men over 75' },
    ]);
    expect(await server.served()).toMatchObject({ effectiveStatus: 'watch' });
    expect(await server.call('POST', `${url}/withdraw`, 'safetyOfficer', { reason: 'no' })).toMatchObject({
      status: 403,
    });
    expect(await server.sign(proposalId, 'safetyOfficer')).toMatchObject({
      status: 200,
      body: { outcome: 'executed' },
    });
    expect(await server.served()).toMatchObject({ effectiveStatus: 'valid' });
    expect(await server.sign(proposalId, 'clinicalOwner')).toMatchObject({
      status: 409,
      body: { code: 'wrong-state' },
    });
  });

  it('voids the signatures when the evidence changes between the signatures, and ends one that grew old', async () => {
    const room = await aCertifyRoom(await open());
    const server = await aServer(room);
    const id = await inForce(room, server);
    room.monitor.put(aConfirmed(onDay(5), { siteId: westhaven }));
    await room.moveTo(onDay(5));
    const act = { type: 'reinstate', siteIds: [westhaven] };
    const first = (await server.propose(id, 'assessor', act)).body;
    await server.sign(first.proposalId, 'assessor');
    const url = `${server.proposals}/${first.proposalId}`;
    const seenBefore = signingOf((await server.call('POST', `${url}/open`, 'safetyOfficer')).body);
    room.monitor.put(aVerdict({ state: 'watch', level: 1, n: 500, freshAt: onDay(5) }));
    expect(await server.call('POST', `${url}/sign`, 'safetyOfficer', seenBefore)).toMatchObject({
      status: 409,
      body: { code: 'evidence-not-seen' },
    });
    expect((await server.call('GET', url)).body).toMatchObject({
      outcome: 'open',
      signatures: [{ role: 'assessor', state: 'void' }],
    });
    // What is judged now allows no reinstatement, so there is nothing to sign either.
    expect(await server.sign(first.proposalId, 'safetyOfficer')).toMatchObject({ status: 409 });
    expect(await server.served()).toMatchObject({ effectiveStatus: 'watch' });

    room.monitor.put(aConfirmed(onDay(6), { siteId: westhaven }));
    await room.moveTo(onDay(6));
    const second = (await server.propose(id, 'assessor', act)).body;
    await room.moveTo(onDay(21));
    expect(await server.sign(second.proposalId, 'assessor')).toMatchObject({
      status: 409,
      body: { code: 'wrong-state' },
    });
    expect((await server.call('GET', `${server.proposals}/${second.proposalId}`)).body.outcome).toBe('expired');
  });

  it('refuses a change that is inferior, with a record, and tells develop', async () => {
    const room = await aCertifyRoom(await open());
    const server = await aServer(room);
    const id = await inForce(room, server);
    room.monitor.put(newClaim(onDay(1)));
    room.monitor.comparisons = [comparison('original', 'inferior'), comparison('previous', 'non-inferior')];
    const release = {
      type: 'release',
      candidateVersionId: version22,
      claimIds: ['claim_of_22'],
      label: 'ProstateRisk 2.2',
    };
    expect(await server.propose(id, 'modelLead', release)).toMatchObject({
      status: 409,
      body: { code: 'wrong-state' },
    });
    const refusing = {
      act: { type: 'refuseChange', candidateVersionId: version22 },
      reason: 'Inferior to the original at Westhaven',
    };
    const refused = await server.call('POST', `${server.api}/certificates/${id}/acts`, 'safetyOfficer', refusing);
    expect(refused.body.timeline.at(-1)).toMatchObject({
      type: 'refuseChange',
      reason: 'Inferior to the original at Westhaven',
    });
    expect(room.develop.versions.get(version22)?.state).toBe('refused');
    const again = await server.call('POST', `${server.api}/certificates/${id}/acts`, 'safetyOfficer', refusing);
    expect(again).toMatchObject({ status: 409, body: { code: 'wrong-state' } });
  });

  it('refuses what does not fit the contract with pointers to the fields', async () => {
    const room = await aCertifyRoom(await open());
    const server = await aServer(room);
    const wrong = await server.call('POST', `${server.api}/certificates`, 'regulatoryLead', {
      ...theNewCertificate,
      siteIds: [],
      reason: ' ',
    });
    expect(wrong.status).toBe(422);
    expect(wrong.body.errors.map((error: { pointer: string }) => error.pointer).sort()).toEqual([
      '/reason',
      '/siteIds',
    ]);
    const unknown = await server.call('POST', `${server.api}/certificates`, 'regulatoryLead', {
      ...theNewCertificate,
      claimIds: ['claim_none'],
    });
    expect(unknown).toMatchObject({ status: 422, body: { errors: [{ pointer: '/claimIds' }] } });
    expect((await server.call('GET', `${server.api}/certificates/cert_none`)).status).toBe(404);
    expect((await server.call('POST', `${server.api}/certificates`, undefined, theNewCertificate)).status).toBe(401);
  });
});
