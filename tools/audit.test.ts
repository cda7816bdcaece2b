import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

/**
 * Goal: an audit that could not be made never looks like a clean one. Method: npm itself, against registries on loopback that
 * answer with nothing known, with an invented advisory, and not at all.
 */

const registries: Server[] = [];
afterAll(() => {
  for (const one of registries) one.close();
});

async function aRegistry(status: number, advisories: unknown): Promise<string> {
  const server = createServer((request, response) => {
    const isAsked = request.url?.endsWith('/advisories/bulk') === true;
    request.resume().on('end', () => {
      response.writeHead(isAsked ? status : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isAsked ? advisories : {}));
    });
  });
  registries.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const audit = (address: string): Promise<{ code: number; said: string }> =>
  new Promise((resolve) => {
    const env = { ...process.env, npm_config_registry: address, npm_config_update_notifier: 'false' };
    execFile(process.execPath, [join(import.meta.dirname, 'audit.mjs')], { env }, (error, said) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, said });
    });
  });

const advisory = (severity: string) => ({
  id: 1,
  url: 'https://example.org/1',
  title: 'invented',
  severity,
  vulnerable_versions: '<999',
  cwe: [],
  cvss: { score: 0, vectorString: null },
});

describe.concurrent('the audit of dependencies', () => {
  it('is clean where the registry knows of nothing', async () => {
    const { code, said } = await audit(await aRegistry(200, {}));
    expect([code, said]).toEqual([0, expect.stringMatching(/^0 known vulnerable of \d{3} packages/)]);
  }, 120_000);

  it('stops at a high severity in what is shipped, and tells what only builds and tests apart', async () => {
    const shipped = await audit(await aRegistry(200, { fastify: [advisory('high')], vitest: [advisory('critical')] }));
    expect(shipped.code).toBe(1);
    expect(shipped.said).toMatch(/^high +fastify .*invented/);
    expect(shipped.said).toMatch(/1 known vulnerable of \d+ packages that are shipped, [1-9]\d* among/);
  }, 120_000);

  it('says that nothing was checked where the registry does not answer', async () => {
    const { code, said } = await audit(await aRegistry(405, { message: 'no' }));
    expect([code, said]).toEqual([3, expect.stringMatching(/^NOT ANSWERED: .*nothing was checked/)]);
  }, 120_000);
});
