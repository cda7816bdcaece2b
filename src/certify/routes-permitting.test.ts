import { pino } from 'pino';
import { expect, it } from 'vitest';
import { type LegalEntityId, sha256Hex } from '#kernel';
import { type Identity, noRelations, visitor } from '#people';
import { createServer } from '#platform/http';
import { describeOnEveryDatabase } from '../platform/db/testing.ts';
import { hospital, version21 } from './builders.ts';
import { aCertifyRoom, aPersonWith, type CertifyRoom, persons, theNewCertificate } from './testing.ts';

/*
 * Goal: the right role at the wrong hospital, a declared interest, or a second role that does not go with the first, is
 * stopped by the policies with their own sentence, whatever the rules of the certificate say. Method: over HTTP, beside a
 * person to whom nothing of this applies.
 */

const elsewhere = 'org_elsewhere' as LegalEntityId;
const withInterest = (identity: Identity, objectId: string): Identity => ({
  ...identity,
  relations: { ...noRelations, conflicts: [{ id: 'c_1', objectId }] },
});

async function aServer(room: CertifyRoom, by: Record<string, Identity>) {
  const { allow, actions } = room.permissions;
  const app = createServer<Identity>({
    routes: room.routes,
    authenticate: async ({ headers }) => by[String(headers['x-who'])] ?? visitor,
    allow,
    actions,
    logger: pino({ level: 'silent' }),
  });
  const post = async (who: string, url: string, payload?: object) => {
    const body = payload === undefined ? {} : { payload };
    const answer = await app.inject({ method: 'POST', url: `/api/v1/${url}`, headers: { 'x-who': who }, ...body });
    return { status: answer.statusCode, ...answer.json() };
  };
  const sign = async (who: string, proposalId: string, more: object = {}) => {
    const { digest, parts, yours } = await post(who, `people/proposals/${proposalId}/open`);
    const seen = parts.map(({ sha256 }: { sha256: string }) => sha256);
    const signed = await post(who, `people/proposals/${proposalId}/sign`, { digest, seen, reason: 'seen', ...more });
    return { ...signed, wasOffered: yours };
  };
  return { post, sign };
}

const refusedBy = (sentence: RegExp) => ({ status: 403, code: 'not-allowed', detail: expect.stringMatching(sentence) });
const noInterest = /declared an interest .* does not decide about it/;

describeOnEveryDatabase('the policies and a certificate', (open) => {
  it('stop the right role at another hospital, and whoever declared an interest', async () => {
    const room = await aCertifyRoom(await open());
    const foreign = (role: Parameters<typeof aPersonWith>[0]) => aPersonWith(role, elsewhere);
    const { post } = await aServer(room, {
      ...persons,
      foreignManagement: foreign('deployer-management'),
      foreignOfficer: foreign('safety-officer'),
      interested: withInterest(persons.regulatoryLead, 'model_1'),
      shareholder: withInterest(persons.assessor, hospital),
    });
    const drafting = 'certify/certificates';
    expect(await post('foreignManagement', drafting, theNewCertificate)).toMatchObject(refusedBy(/own legal entity/));
    expect(await post('interested', drafting, theNewCertificate)).toMatchObject(refusedBy(noInterest));
    const { id } = await post('regulatoryLead', drafting, theNewCertificate);
    const acting = `${drafting}/${id}/acts`;
    const submit = { act: { type: 'submit' }, reason: 'ready' };
    expect(await post('foreignManagement', acting, submit)).toMatchObject(refusedBy(/own legal entity/));
    expect(await post('regulatoryLead', acting, submit)).toMatchObject({ status: 200 });
    const answer = { act: { type: 'answerTask', taskId: 'task_1', outcome: 'confirmed' }, reason: 'done' };
    expect(await post('foreignOfficer', acting, answer)).toMatchObject(refusedBy(/a certificate of that hospital/));
    expect(await post('shareholder', acting, answer)).toMatchObject(refusedBy(noInterest));
    expect(await post('safetyOfficer', acting, answer)).toMatchObject({ status: 404 });
    const raise = { act: { type: 'issue' }, reason: 'as agreed', documentDigest: sha256Hex('the report') };
    expect(await post('foreignOfficer', `${drafting}/${id}/proposals`, raise)).toMatchObject(
      refusedBy(/own legal entity/),
    );
    expect(await post('shareholder', `${drafting}/${id}/proposals`, raise)).toMatchObject(refusedBy(noInterest));
    expect(await post('assessor', `${drafting}/${id}/proposals`, raise)).toMatchObject({ status: 201 });
  });

  it('decide who signs: no operator, no producer of the evidence, nobody with an interest', async () => {
    const room = await aCertifyRoom(await open());
    const { signedIn: _, ...unproved } = persons.safetyOfficer;
    const { post, sign } = await aServer(room, {
      ...persons,
      operates: { ...persons.safetyOfficer, id: 'person_two', roles: ['safety-officer', 'operator'] },
      produces: { ...persons.safetyOfficer, id: 'person_three', roles: ['safety-officer', 'model-lead'] },
      interested: withInterest(persons.safetyOfficer, version21),
      unproved,
    });
    const { id } = await post('regulatoryLead', 'certify/certificates', theNewCertificate);
    await post('regulatoryLead', `certify/certificates/${id}/acts`, { act: { type: 'submit' }, reason: 'ready' });
    const asked = { act: { type: 'issue' }, reason: 'as agreed', documentDigest: sha256Hex('the report') };
    const { proposalId } = await post('assessor', `certify/certificates/${id}/proposals`, asked);
    expect(await sign('assessor', proposalId)).toMatchObject({ outcome: 'open', wasOffered: { needsStepUp: false } });
    const asOfficer = { asRole: 'safety-officer' };
    expect(await sign('operates', proposalId, asOfficer)).toMatchObject({
      ...refusedBy(/does not also sign certificates/),
      wasOffered: { capacities: [] },
    });
    expect(await sign('produces', proposalId, asOfficer)).toMatchObject(refusedBy(/never confirms a raise/));
    expect(await sign('interested', proposalId)).toMatchObject(refusedBy(noInterest));
    expect(await sign('unproved', proposalId)).toMatchObject({ status: 403, code: 'step-up-needed' });
    expect(await sign('safetyOfficer', proposalId)).toMatchObject({ outcome: 'executed' });
  });
});
