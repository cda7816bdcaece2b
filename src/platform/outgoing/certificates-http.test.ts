import { once } from 'node:events';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { Problem } from '#kernel';
import { aSelfSignedCertificate } from './certificate-for-tests.ts';
import { outgoing, outgoingFetch } from './index.ts';

/**
 * Goal: nothing is asked of, or told to, a server whose certificate nobody trusted vouches for. Method: a real TLS server on
 * loopback, which answers whoever trusts its certificate, beside the way out of the house, which does not.
 */

afterEach(() => vi.unstubAllEnvs());

async function aTlsServer() {
  const { cert, key } = aSelfSignedCertificate();
  const reached: string[] = [];
  const server = createServer({ cert, key }, (asked, answer) => {
    reached.push(asked.url ?? '');
    answer.end('reached');
  });
  server.on('tlsClientError', () => {});
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { cert, reached, url, close: () => new Promise((resolve) => server.close(resolve)) };
}

it('refuses a server whose certificate is its own word, whatever the environment says', async () => {
  const { cert, reached, url, close } = await aTlsServer();
  const [trusting] = await once(request(`${url}/trusted`, { ca: cert, agent: false }).end(), 'response');
  expect(trusting.statusCode).toBe(200);
  trusting.resume();

  for (const rejects of [undefined, '0']) {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', rejects);
    const refusal = await outgoing(`${url}/secret`, { body: 'code' }, { allowedOrigins: [url] }).catch(
      (error) => error,
    );
    expect(refusal).toBeInstanceOf(Problem);
    expect([refusal.code, refusal.cause.code]).toEqual(['upstream-unavailable', 'DEPTH_ZERO_SELF_SIGNED_CERT']);
    await expect(outgoingFetch({ allowedOrigins: [url] })(`${url}/secret`)).rejects.toBeInstanceOf(Problem);
  }
  expect(reached).toEqual(['/trusted']);
  await close();
});
