import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Attacked, anAttacked } from './attacked.ts';

/**
 * Goal: a body that takes long is no way to go on after one's access has ended. Method: a machine sends rows in one request
 * that never ends; its token is revoked in the middle, and rows go on being sent until the server answers.
 */

let house: Attacked;

beforeAll(async () => {
  house = await anAttacked();
});
afterAll(() => house.drop());

it('ends with the token by which it was begun', { timeout: 60_000 }, async () => {
  const { people } = await house.aHospital('ALFA', ['operator', 'deployer-management']);
  const token = await house.aToken(people.operator!, ['monitor:send-outcomes']);
  const sending = request(`${house.url}/api/v1/monitor/outcomes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token.secret}`, 'content-type': 'application/x-ndjson' },
  });
  // The server may cut a connection whose body it no longer reads.
  sending.on('error', () => {});
  const heard: { answer?: IncomingMessage } = {};
  sending.once('response', (answer) => {
    heard.answer = answer;
  });
  const row = `${JSON.stringify({ caseId: 'CASE-1', site: 'ALFA' })}\n`;
  sending.write(row);
  type Tokens = { tokens: { id: string; lastUsedAt?: string }[] };
  const hasBegun = async (): Promise<boolean> => {
    const { tokens } = await house.done<Tokens>('/api/v1/people/tokens', people.operator!);
    return tokens.some(({ id, lastUsedAt }) => id === token.id && lastUsedAt !== undefined);
  };
  await expect.poll(hasBegun, { timeout: 15_000 }).toBe(true);
  await house.done(`/api/v1/people/tokens/${token.id}`, { method: 'DELETE', ...people.operator! });
  const until = Date.now() + 15_000;
  while (heard.answer === undefined && Date.now() < until) {
    sending.write(row);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  sending.destroy();
  expect(heard.answer?.statusCode).toBe(401);
});
