import { pino } from 'pino';
import { expect, it } from 'vitest';
import { type Identity, noRelations, visitor } from '#people';
import { createServer } from '#platform/http';
import { permissionsForTests } from '../people/permission/testing.ts';
import { developRoutes } from './routes.ts';
import type { Develop } from './service.ts';

/*
 * Goal: a published model answers over HTTP for input inside its domain, and names the field for anything else.
 * Method: the server with real policies; these routes keep nothing, so there is no store behind them.
 */
const permissions = permissionsForTests({ visitors: true });
let who: Identity = visitor;
const app = createServer<Identity>({
  routes: developRoutes({} as Develop, permissions.allow),
  authenticate: async () => who,
  allow: permissions.allow,
  logger: pino({ level: 'silent' }),
});

const predict = async (id: string, input: object, more: object = {}) => {
  const answer = await app.inject({
    method: 'POST',
    url: `/api/v1/develop/reference-models/${id}/predict`,
    payload: { input, ...more },
  });
  return { status: answer.statusCode, body: answer.json(), type: answer.headers['content-type'] };
};

it('evaluates TUM-RC and says which variant the known inputs chose', async () => {
  const { status, body } = await predict('tum-rc@1', { ageYears: 68, psaNgPerMl: 8.2, piRads: 4, volumeMl: 45 });
  expect(status).toBe(200);
  expect(body.probability).toBeCloseTo(0.800622, 6);
  expect(body.notice).toMatch(/not for clinical use/i);
});

it.each([
  ['a PSA of 0', { psaNgPerMl: 0 }, '/psaNgPerMl'],
  ['a PSA in words', { psaNgPerMl: 'high' }, '/psaNgPerMl'],
  ['PI-RADS 6', { piRads: 6 }, '/piRads'],
  ['a negative MRI without its convention', { piRads: 1 }, '/piRads'],
])('refuses %s with a pointer to the field', async (_what, wrong, pointer) => {
  const { status, body, type } = await predict('tum-rc@1', {
    ageYears: 68,
    psaNgPerMl: 8.2,
    piRads: 4,
    volumeMl: 45,
    ...wrong,
  });
  expect(status).toBe(422);
  expect(type).toMatch(/^application\/problem\+json/);
  expect(body).toMatchObject({ code: 'outside-domain', errors: [{ pointer: expect.stringContaining(pointer) }] });
});

it('reads a negative MRI as PI-RADS 2 if the caller names the convention', async () => {
  const input = { ageYears: 68, psaNgPerMl: 8.2, piRads: 1, volumeMl: 45 };
  const { status, body } = await predict('tum-rc@1', input, { conventions: ['negative-mri-as-pirads-2'] });
  expect(status).toBe(200);
  expect(body.warnings).not.toHaveLength(0);
});

it('knows no model that was not published', async () => {
  expect(await predict('nobody@1', {})).toMatchObject({ status: 404, body: { code: 'not-found' } });
});

it('does not let a visitor register a model', async () => {
  const answer = await app.inject({ method: 'POST', url: '/api/v1/develop/models', payload: {} });
  expect(answer.json()).toMatchObject({ code: 'not-signed-in' });
});

it('lets nobody register a version of a model in which they have an interest, nor without the role', async () => {
  const lead: Identity = { ...visitor, kind: 'person', id: 'person_1', roles: ['model-lead'] };
  const interested = { ...lead, relations: { ...noRelations, conflicts: [{ id: 'c_1', objectId: 'model_1' }] } };
  const digest = 'a'.repeat(64);
  const payload = {
    label: '2',
    artefactDigest: digest,
    preprocessingDigest: digest,
    calibration: { kind: 'identity' },
  };
  const register = async (by: Identity, model: string): Promise<{ status: number; detail: string }> => {
    who = by;
    const answer = await app.inject({ method: 'POST', url: `/api/v1/develop/models/${model}/versions`, payload });
    return { status: answer.statusCode, detail: answer.json().detail };
  };
  expect(await register(interested, 'model_1')).toMatchObject({
    status: 403,
    detail: expect.stringMatching(/declared an interest .* does not decide about it/),
  });
  // Of another model they get as far as the room, which is not here.
  expect((await register(interested, 'model_2')).status).toBe(500);
  expect(await register({ ...lead, roles: ['clinical-owner'] }, 'model_2')).toMatchObject({ status: 403 });
  who = visitor;
});
