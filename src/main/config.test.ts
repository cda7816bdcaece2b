// Goal: a wrong configuration is told completely and early; a right one has its defaults. Method: readConfig by itself.
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Problem } from '#kernel';
import { noProviders } from '#people';
import { readConfig } from './config.ts';

const problemOf = (work: () => unknown): Problem => {
  try {
    work();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('the configuration', () => {
  it('listens on loopback with the data beside the checkout when nothing is said', () => {
    expect(readConfig({}, {})).toEqual({
      dataDir: resolve('hortus-data'),
      host: '127.0.0.1',
      port: 4680,
      databaseUrl: undefined,
      kind: undefined,
      logLevel: 'warn',
      allowedHosts: [],
      rateLimits: {},
      securityContacts: [],
      signIn: noProviders,
      publicUrl: undefined,
    });
  });

  it('takes a flag before the environment', () => {
    const config = readConfig({ data: 'a', port: '0' }, { HORTUS_DATA: 'b', HORTUS_PORT: '99', HORTUS_KIND: 'live' });
    expect([config.dataDir, config.port, config.kind]).toEqual([resolve('a'), 0, 'live']);
  });

  it('tells every fault at once', () => {
    const problem = problemOf(() =>
      readConfig({ port: '70000', kind: 'toy', logLevel: 'loud' }, { DATABASE_URL: 'mysql://secret@host/db' }),
    );
    expect(problem.code).toBe('invalid-input');
    expect(problem.errors.map((error) => error.pointer)).toEqual(['/port', '/DATABASE_URL', '/kind', '/logLevel']);
    expect(JSON.stringify(problem.errors)).not.toContain('secret');
  });

  it('takes rate limits and contacts, and refuses what is none', () => {
    const said = { HORTUS_RATE_LIMITS: 'address=100, writes=20', HORTUS_SECURITY_CONTACT: 'mailto:a@b.example' };
    expect(readConfig({}, said)).toMatchObject({
      rateLimits: { address: 100, writes: 20 },
      securityContacts: ['mailto:a@b.example'],
    });
    for (const text of ['address=0', 'address', 'alsoLoopback=1', 'everything=5', 'writes=1e3']) {
      const { errors } = problemOf(() => readConfig({}, { HORTUS_RATE_LIMITS: text }));
      expect([text, errors[0]?.pointer]).toEqual([text, '/HORTUS_RATE_LIMITS']);
    }
    for (const text of ['a@b.example', 'http://b.example', 'javascript:alert(1)']) {
      expect(problemOf(() => readConfig({}, { HORTUS_SECURITY_CONTACT: text })).errors).toHaveLength(1);
    }
  });

  it('refuses to be reachable from other machines, because nobody could sign in', () => {
    for (const host of ['0.0.0.0', '::', '192.168.1.5', 'example.org']) {
      expect(problemOf(() => readConfig({ host }, {})).code).toBe('insecure-listen');
    }
    for (const host of ['localhost', '127.0.0.1', '::1']) expect(readConfig({ host }, {}).host).toBe(host);
  });
});
